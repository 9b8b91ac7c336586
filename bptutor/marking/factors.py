"""Constants that are off: all numbers of a kind are the same number of times too large, as with another learning rate.

No table can have every wrong constant, so the constant is read off the sheet: from each number follows between which
factors it lies, and where one factor serves all of them it is one mistake. One number says what the factor is, the
others bear it out: so the clearest of them is not counted as evidence.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from bptutor.engine.arrays import Cells, Flags
from bptutor.engine.decimals import show_one, significant
from bptutor.language import _
from bptutor.marking.flat_page import FlatPage
from bptutor.marking.follow_through import Working
from bptutor.mistakes.misconception import USUAL
from bptutor.mistakes.slips import Slip
from bptutor.problem import Array

OTHER_FACTOR, OTHER_RATE = "other_factor", "other_learning_rate"
_STEPS, _NEW = ("step_w", "step_b"), ("new_w", "new_b")
_KINDS = ("loss", "error", "slope", "delta", "grad_w", "grad_b")
_FEWEST = 3  # numbers that bear each other out
_TELLING = 3.0  # times what is uncertain: a smaller number says nothing of a factor


class Found(NamedTuple):
    """A factor on a sheet: what it is called, in which cells (cells,) it explains wrong numbers, with what weight."""

    sheet: int
    mistake: Slip
    cells: Flags
    weight: float


def factors(found: Working, wrong: Flags, half: Array, alone: Array) -> Iterator[Found]:
    """Every factor that serves all numbers of a kind.

    Of each number, (sheets, cells), `half` is half of what is between the numbers that it may have been written for,
    and `alone` what it says for a mistake that gives it, as `weights` counts.
    """
    sheets, flat = found.sheets, found.sheets.flat
    if (wrong.sum(axis=1) < _FEWEST).all():
        return
    groups = [(kind, cells) for kind, cells in _groups(flat) if (wrong[:, cells].sum(axis=1) >= _FEWEST).any()]
    moved = np.where(flat.learnt, flat.old, 0.0)  # of a new parameter its step counts
    value, right = sheets.value - moved, found.at - moved
    telling = sheets.number & (np.abs(right) > _TELLING * half) & np.isfinite(half)
    for kind, cells in groups:
        use = telling[:, cells]
        with np.errstate(all="ignore"):
            ends = np.stack([value[:, cells] - half[:, cells], value[:, cells] + half[:, cells]]) / right[:, cells]
        low = np.where(use, ends.min(axis=0), -np.inf).max(axis=1)
        high = np.where(use, ends.max(axis=0), np.inf).min(axis=1)
        if kind in ("step", "new"):  # nobody has a learning rate below 0: that is another mistake
            low = np.maximum(low, 0.0)
        serves = (low <= high) & ((low > 1) | (high < 1)) & ((use & wrong[:, cells]).sum(axis=1) >= _FEWEST)
        for row in np.flatnonzero(serves).tolist():
            here = np.zeros(flat.size, dtype=bool)
            here[cells] = use[row] & wrong[row, cells]
            says = np.sort(alone[row, here])[:-1]
            mistake = _named(flat, kind, float(low[row] + high[row]) / 2)
            yield Found(row, mistake, here, float(np.log(USUAL) + says.sum()))


@lru_cache(maxsize=64)
def _groups(flat: FlatPage) -> tuple[tuple[str, Cells], ...]:
    """The cells that have a constant in common: those of a quantity, and all steps of an update."""
    steps, found = dict[tuple[str, int], list[int]](), list[tuple[str, Cells]]()
    for quantity, place in flat.places.items():
        if quantity.name in (*_STEPS, *_NEW):
            steps.setdefault((quantity.name.partition("_")[0], quantity.step), []).extend(
                range(place.start, place.stop)
            )
        elif quantity.name in _KINDS:
            found.append((quantity.name, np.arange(place.start, place.stop)))
    return *found, *((name, np.array(cells, dtype=np.intp)) for (name, _step), cells in steps.items())


def _named(flat: FlatPage, kind: str, factor: float) -> Slip:
    show, rate = significant(3), flat.problem.learning_rate
    if kind in ("step", "new") and rate:
        says = _("You used another learning rate: your steps are those of η = {rate}, and here it is {right}.")
        says = says.format(rate=show_one(show, factor * rate), right=show_one(show, rate))
        return Slip(OTHER_RATE, says, _("Which learning rate does the exercise give?"), _nowhere, USUAL)
    says = _("All numbers of this kind are {factor} times what your own numbers above give: one constant is off.")
    says = says.format(factor=show_one(show, factor))
    return Slip(OTHER_FACTOR, says, _("Which constants does this formula have?"), _nowhere, USUAL)


def _nowhere(_wrong: object) -> Flags:
    """Where this slip is looked for among the others: a factor is read off many numbers, not off one."""
    return np.zeros(0, dtype=bool)
