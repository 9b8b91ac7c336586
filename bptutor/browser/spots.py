"""The numbers of a page, counted through: each has a place in the tables, in the formulas and in the script."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from bptutor.engine.decimals import typed
from bptutor.engine.quantities import CONSTANTS, Index, Quantity
from bptutor.solution.digits import decimals_of, digits_of
from bptutor.solution.trace import Trace

MOST = 600
"""Numbers that a page has at most, as on paper; what comes after is said to be left out."""

_ON_LINES = {"w", "grad_w", "step_w", "new_w"}


class Spot(NamedTuple):
    """A number: the `place` where it is counted, what it is, and how it is written. `given` are those of the exercise.

    `where` is its line or unit in the drawing, `l2-1-3` or `u1-2`; "" for none.
    `decimals` are those that are asked for.
    """

    place: int
    quantity: Quantity
    at: Index
    id: str
    label: str
    text: str
    value: float
    given: bool
    where: str
    decimals: int


class Spots:
    """All numbers of a page in its order, those that are given first."""

    def __init__(self, trace: Trace):
        self.trace = trace
        self.left_out = 0
        self.all = list[Spot]()
        self.places = dict[Quantity, Any]()  # arrays of places
        worked = list[Quantity]()
        cells = 0
        for quantity in trace.page.order:
            cells += trace.values(quantity).size
            if cells > MOST and worked:
                self.left_out += trace.values(quantity).size
            else:
                worked.append(quantity)
        used = dict.fromkeys(operand for q in worked for operand in trace.page.recipe[q].rests_on)
        given = [q for q in trace.page.given if q in used and q.name not in CONSTANTS]
        for quantity in (*given, *worked):
            self._add(quantity)
        self.worked = worked
        self.given = given

    def _add(self, quantity: Quantity) -> None:
        trace, naming = self.trace, self.trace.naming
        values = np.asarray(trace.values(quantity))
        given = quantity not in trace.page.recipe
        texts = typed(values.ravel()) if given else trace.show(quantity)(values.ravel())
        asked = decimals_of(digits_of(trace.problem, quantity), values.ravel()).clip(0).astype(int).tolist()
        self.places[quantity] = np.arange(len(self.all), len(self.all) + values.size).reshape(values.shape)
        for at, value, text, decimals in zip(
            naming.indices(quantity), values.ravel().tolist(), texts, asked, strict=True
        ):
            fixed = given or trace.is_given(quantity, at)
            self.all.append(
                Spot(
                    len(self.all),
                    quantity,
                    at,
                    naming.id(quantity, at),
                    naming.label(quantity, at),
                    (typed(np.array([value]))[0] if fixed else text).replace("-", "−"),
                    value,
                    fixed,
                    where(trace, quantity, at),
                    decimals,
                )
            )

    def of(self, quantity: Quantity) -> list[Spot]:
        """The numbers of a quantity in their order."""
        return [self.all[place] for place in self.places[quantity].ravel()]


def where(trace: Trace, quantity: Quantity, at: Index) -> str:
    """Where a number stands in the drawing: the line `l2-1-3` of a weight, the unit `u1-2`, "" for neither."""
    if quantity.name in _ON_LINES:
        return f"l{quantity.layer}-{at[0] + 1}-{at[1] + 1}"
    if not at or trace.naming.lone(quantity):
        return ""
    layer = trace.problem.depth if quantity.name in ("losses", "targets") else quantity.layer
    return f"u{layer}-{at[0] + 1}"
