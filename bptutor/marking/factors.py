"""Constants that are off: all numbers of a kind are the same number of times too large, as with another learning rate.

No table can have every wrong constant, so the constant is read off the sheet: from each number follows between which
factors it lies, and where one factor serves all of them it is one mistake. One number says what the factor is, the
others bear it out: so the clearest of them is not counted as evidence. A bare 0 bears out anything, and is none.

It is charged once, whatever the constant. It has a name only where the constant is one that somebody takes, such as 2,
⅓ or a learning rate of 0.05: numbers that are 1.37 times too large have another reason, which nobody has thought of.
"""

from __future__ import annotations

from collections.abc import Iterator
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
_HAIR = 1e-9
_WIDE = 1.06  # times: within so much, one in three intervals holds a round number by chance
_RATES = (1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 7.0, 7.5, 8.0, 9.0, 10.0)  # times a power of ten
_FACTORS = tuple(
    sorted({a / b for a in range(1, 4) for b in range(1, 4)} | {float(n) for n in range(4, 11)} | {0.1, 0.2, 0.25, 100})
)


class Found(NamedTuple):
    """A factor on a sheet: what it is called, in which cells (cells,) it explains wrong numbers, with what weight.

    `mistake` is None where the factor is not one that anybody takes.
    """

    sheet: int
    mistake: Slip | None
    cells: Flags
    weight: float


def factors(found: Working, wrong: Flags, half: Array, alone: Array) -> Iterator[Found]:
    """Every factor that serves all numbers of a kind.

    Of each number, (sheets, cells), `half` is half of what is between the numbers that it may have been written for,
    and `alone` what it says for a mistake that gives it, as `weights` counts.
    """
    sheets, flat = found.sheets, found.sheets.flat
    groups = [(kind, cells) for kind, cells in _groups(flat) if (wrong[:, cells].sum(axis=1) >= _FEWEST).any()]
    if not groups:
        return
    moved = np.where(flat.learnt, flat.old, 0.0)  # of a new parameter its step counts
    value, right = sheets.value - moved, found.at - moved
    telling = sheets.number & (np.abs(right) > _TELLING * half) & np.isfinite(half)
    for kind, cells in groups:
        use = telling[:, cells]
        with np.errstate(all="ignore"):
            ends = np.stack([value[:, cells] - half[:, cells], value[:, cells] + half[:, cells]]) / right[:, cells]
        ends = np.sort(ends, axis=0)
        low = np.where(use, ends[0], -np.inf).max(axis=1)
        high = np.where(use, ends[1], np.inf).min(axis=1)
        if kind in ("step", "new"):  # nobody has a learning rate below 0: that is another mistake
            low = np.maximum(low, 0.0)
        speaks = use & wrong[:, cells] & (value[:, cells] != 0)
        serves = (low <= high) & ((low > 1) | (high < 1)) & (speaks.sum(axis=1) >= _FEWEST)
        for row in np.flatnonzero(serves).tolist():
            here = np.zeros(flat.size, dtype=bool)
            meets = (ends[0, row] <= high[row]) & (ends[1, row] >= low[row])  # also what is too small to tell
            here[cells] = wrong[row, cells] & (use[row] | meets)
            says = np.sort(alone[row, cells[speaks[row]]])[:-1]
            mistake = _named(flat, kind, float(low[row]), float(high[row]))
            yield Found(row, mistake, here, float(np.log(USUAL) + says.sum()))


def _groups(flat: FlatPage) -> Iterator[tuple[str, Cells]]:
    """The cells that have a constant in common: a quantity of a layer, of all samples, and all steps of an update."""
    steps: dict[tuple[str, int], list[int]] = {}
    kinds: dict[tuple[str, int, int, bool], list[int]] = {}
    for quantity, place in flat.places.items():
        if quantity.name in (*_STEPS, *_NEW):
            steps.setdefault((quantity.name.partition("_")[0], quantity.step), []).extend(
                range(place.start, place.stop)
            )
        elif quantity.name in _KINDS:  # what samples are combined to follows from theirs
            kind = quantity.name, quantity.layer, quantity.step, bool(quantity.sample)
            kinds.setdefault(kind, []).extend(range(place.start, place.stop))
    for (name, *_rest), cells in kinds.items():
        yield name, np.array(cells, dtype=np.intp)
    for (name, _step), cells in steps.items():
        yield name, np.array(cells, dtype=np.intp)


def _named(flat: FlatPage, kind: str, low: float, high: float) -> Slip | None:
    """What a factor between these two is called; None where it is none that anybody takes."""
    show, rate = significant(3), flat.problem.learning_rate
    if kind in ("step", "new") and rate:
        found = _round_rate(low * rate, high * rate)
        if found is None:
            return None
        says = _("You used another learning rate: your steps are those of η = {rate}, and here it is {right}.")
        says = says.format(rate=show_one(show, found), right=show_one(show, rate))
        return Slip(OTHER_RATE, says, _("Which learning rate does the exercise give?"), _nowhere, USUAL)
    found = _round_factor(low, high)
    if found is None:
        return None
    says = _("All numbers of this kind are {factor} times what your own numbers above give: one constant is off.")
    says = says.format(factor=show_one(show, found))
    return Slip(OTHER_FACTOR, says, _("Which constants does this formula have?"), _nowhere, USUAL)


def _round_rate(low: float, high: float) -> float | None:
    """The learning rate between these two that an exercise may have; None if there is none, or may be by chance."""
    if not 0 < low <= high <= _WIDE * low:
        return None
    power = 10.0 ** np.floor(np.log10(low))
    return next((rate * power for rate in _RATES if low <= rate * power * (1 + _HAIR) and rate * power <= high), None)


def _round_factor(low: float, high: float) -> float | None:
    """The factor between these two that a formula may have; None if there is none, or may be by chance."""
    if low < 0:
        found = _round_factor(-high, -low) if high < 0 else None
        return None if found is None else -found
    if not 0 < low <= high <= _WIDE * low:
        return None
    return next((factor for factor in _FACTORS if low <= factor <= high), None)


def _nowhere(_wrong: object) -> Flags:
    """Where this slip is looked for among the others: a factor is read off many numbers, not off one."""
    return np.zeros(0, dtype=bool)
