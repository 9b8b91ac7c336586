"""A mistake with a name, and how common mistakes are.

The levels are an order of magnitude, and no more: nobody has counted. They say on how many of a hundred sheets with
something wrong the mistake is met; together with the slips of the pen they must leave room for what nobody has thought
of. What stands at each level was read off public traces of the mistake: threads of question sites, issues and pull
requests that fix it in published code, solutions that students and study guides put on line. Each row names its own.
"""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from bptutor.engine.conventions import Edit
from bptutor.engine.quantities import KINDS, Quantity
from bptutor.mistakes.edits import Edits

Seat = Literal[
    "net", "out", "loss", "penalty", "cost", "error", "slope", "delta", "grad", "cost_grad", "m", "v", "m_hat",
    "v_hat", "step", "new",
]  # fmt: skip
"""A quantity whose step a mistake edits, of weights and biases alike."""

COMMON = 0.03
"""Asked or fixed again and again: several threads or repositories each year, and every marker has met it."""

ONLY_WAY = 0.9
"""The number has one other value, and there is one way to come by it: no room for what nobody has thought of."""

USUAL = 0.008
"""Several public traces, or the habit of a whole course or of a page that many learn from."""

RARE = 0.002
"""A single public trace, or none but that it is easily done; a name needs more evidence than others do."""


class Misconception(NamedTuple):
    """A mistake with a name: what was done, what to look at (without a value), and its variants on a recipe.

    `common` is on what share of the sheets with something wrong it is met (one of the levels of this module). `seat` is
    the quantity whose step it edits, for which a marker takes off; the first in the order of the page where it can be
    made in several.
    """

    id: str
    says: str
    hint: str
    edits: Edits
    common: float
    seat: tuple[Seat, ...]

    def seat_of(self, edit: Edit) -> Seat | None:
        """Where the mistake sits when it is made by this edit; None for a slip, which sits in the cell itself."""
        edited = {seat_word(quantity) for quantity in edit}
        return next((seat for seat in self.seat if seat in edited), next(iter(self.seat), None))


def seat_word(quantity: Quantity) -> str:
    """What stands in `Misconception.seat` for a quantity: grad for both grad_w and grad_b."""
    return re.sub("_(?:w|b|after)$", "", KINDS[quantity.name].word)
