"""A student's working: what each rule gives from the numbers that the student wrote above.

One pass over the page with a pen (`engine/pen.py`), for all sheets at once. A number that was typed stands for whatever
is written so; where nothing usable was typed, what the page gives from above takes its place, as if it had been worked
out on scratch paper: exactly, rounded there, or cut off.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from bptutor.engine.arrays import Cells, Flags
from bptutor.engine.evaluate import Run
from bptutor.engine.pen import EVEN, ONCE_AND_A_HALF, Hand, Pen
from bptutor.engine.quantities import Quantity
from bptutor.engine.recipe import Recipe
from bptutor.marking.sheets import Sheets
from bptutor.problem import Array

Rows = slice | Cells
"""Which sheets: some, or all of them."""

_ALL = slice(None)


class Working(Run[Pen]):
    """What later steps see, worked out on demand; what the rules gave are arrays (sheets, cells).

    `lo` and `hi`: between which numbers a result lies. `at`: what it is if all is gone on with as written. `stack` has
    the three. `sure`: it can be one number only, which comes out even at the digits in use, so that nothing is rounded.
    `usable` says where a typed number counts for what rests on it.
    """

    __slots__ = ("_everywhere", "at", "hi", "lo", "sheets", "stack", "sure", "usable")

    def __init__(self, recipe: Recipe, known: Mapping[Quantity, Pen], sheets: Sheets, usable: Flags):
        super().__init__(recipe, known)
        self.sheets, self.usable, self._everywhere = sheets, usable, bool(usable.all())
        self.stack = np.full((3, *usable.shape), np.nan)
        self.lo, self.at, self.hi = self.stack
        self.sure = np.zeros(usable.shape, dtype=bool)

    def __missing__(self, quantity: Quantity) -> Pen:
        step, hand = self.recipe[quantity], self.sheets.hand(quantity)
        operands = ((operand, self[operand]) for operand in step.rests_on)
        # What was left blank throughout may have been rounded there: what is made of it is not even by what it seems.
        found: Pen = step.of({operand: Pen(pen.stack, hand, rounded=pen.rounded) for operand, pen in operands})
        self[quantity] = seen = self.seen(quantity, found, _ALL)
        return seen

    def seen(self, quantity: Quantity, found: Pen, rows: Rows) -> Pen:
        """Notes what a rule gave on some sheets; what later steps see in its place."""
        sheets, flat = self.sheets, self.sheets.flat
        place, shape = flat.places[quantity], flat.shapes[quantity]
        here = rows, place
        stack = rows_of(found.stack, shape, 2)
        self.stack[:, rows, place] = stack
        lo, at, hi = stack[0], stack[len(stack) // 2], stack[-1]
        sure = hi - lo <= sheets.hair[here]
        if sure.any():
            whole = at / sheets.digits[here]
            sure &= np.abs(whole - np.rint(whole)) <= EVEN
        self.sure[here] = sure
        use, given = self.usable[here], flat.trace.page.answers.get(quantity)
        everywhere = self._everywhere or bool(use.all())
        seen = found if everywhere else found.noted(ONCE_AND_A_HALF)
        if everywhere or use.any():
            stack = sheets.stands_for(here, lo, hi, sure)
            stack = stack if everywhere else np.where(use, stack, rows_of(seen.stack, shape, 2))
            seen = Pen(stack.reshape(*stack.shape[:2], *shape), found.hand, rounded=np.asarray(~use.any(axis=1)))
        if quantity.name == "net" and flat.problem.activations[quantity.layer - 1].row.from_zero:
            # A 0 that was written down is on one side of 0, and the convention says which.
            seen = Pen(np.where(seen.at == 0, 0.0, seen.stack), found.hand, rounded=seen.rounded)
        if given:
            seen = Pen(np.where(given[0], given[1], seen.stack), found.hand, rounded=seen.rounded)
        return seen

    def some(self, rows: Cells) -> Working:
        """The working of these sheets only."""
        known = {q: pen if pen.shape[0] == 1 else pen.of_sheets(rows) for q, pen in self.items()}
        result = Working(self.recipe, known, self.sheets.some(rows), self.usable[rows])
        result.stack[...], result.sure = self.stack[:, rows], self.sure[rows]
        return result


def rows_of(values: Array, shape: tuple[int, ...], axes: int) -> Array:
    """Values with so many axes before those of a quantity, its cells in a row."""
    before = values.shape[:axes]
    if values.shape[axes:] != shape:
        values = np.broadcast_to(values, (*before, *shape))
    return values.reshape(*before, -1)


def start(sheets: Sheets) -> dict[Quantity, Pen]:
    """What the exercise gives, which is what stands there."""
    hand, result = Hand(sheets.scratch.max(axis=1)), {}
    for quantity, value in sheets.flat.trace.page.given.items():
        result[quantity] = Pen(np.asarray(value, dtype=float)[None, None], hand)
    return result


def working(sheets: Sheets, usable: Flags) -> Working:
    """The working of all sheets; `usable` says where a typed number counts for what rests on it."""
    result = Working(sheets.flat.recipe, start(sheets), sheets, usable)
    with np.errstate(all="ignore"):
        for quantity in sheets.flat.with_any(sheets.number):
            result[quantity]  # and what it rests on
    return result


def reach(found: Working, place: slice, unit: Array) -> tuple[Array, Array]:
    """Between which numbers a person may have written what the rules give, (sheets, cells), to that unit.

    A result is rounded once, or cut off; what comes out even and rests on even numbers stands for itself.
    """
    lo, hi = found.lo[:, place], found.hi[:, place]
    reached = np.where(found.sure[:, place], 0.0, unit)
    if found.sheets.cuts:
        return np.where(hi > 0, lo - reached, lo), np.where(lo < 0, hi + reached, hi)
    return lo - ONCE_AND_A_HALF * reached, hi + ONCE_AND_A_HALF * reached
