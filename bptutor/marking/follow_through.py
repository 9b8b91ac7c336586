"""A student's working: what each rule gives from the numbers that the student wrote above.

One pass over the page with a pen (`engine/pen.py`), for all sheets at once. A number that was typed stands for whatever
is written so; where nothing usable was typed, what the page gives from above takes its place, as if it had been worked
out on scratch paper: exactly, rounded there, or cut off.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np
from numpy.typing import NDArray

from bptutor.engine.arrays import Flags
from bptutor.engine.conventions import Edit
from bptutor.engine.evaluate import Run
from bptutor.engine.pen import EVEN, ONCE_AND_A_HALF, Hand, Pen
from bptutor.engine.quantities import Quantity
from bptutor.engine.recipe import Recipe
from bptutor.marking.flat_page import FlatPage
from bptutor.marking.sheets import Sheets
from bptutor.problem import Array


class Working(Run[Pen]):
    """What later steps see, worked out on demand; what the rules gave are arrays (sheets, cells).

    `lo` and `hi`: between which numbers a result lies. `at`: what it is if all is gone on with as written. `sure`: it
    can be one number only, which comes out even at the digits in use, so that nothing is rounded.
    `usable` says where a typed number counts for what rests on it.
    """

    __slots__ = ("at", "hi", "lo", "sheets", "sure", "usable")

    def __init__(self, recipe: Recipe, known: Mapping[Quantity, Pen], sheets: Sheets, usable: Flags):
        super().__init__(recipe, known)
        self.sheets, self.usable = sheets, usable
        self.lo, self.hi, self.at = (np.full(usable.shape, np.nan) for _array in range(3))
        self.sure = np.zeros(usable.shape, dtype=bool)

    def __missing__(self, quantity: Quantity) -> Pen:
        step, flat = self.recipe[quantity], self.sheets.flat
        hand = self.sheets.hand(quantity)
        found: Pen = step.of({operand: _held(self[operand], hand) for operand in step.rests_on})
        # What only a wrong rule asks for stands nowhere on the page.
        found = self._seen(quantity, found) if quantity in flat.places else found.noted(ONCE_AND_A_HALF)
        self[quantity] = found
        return found

    def _seen(self, quantity: Quantity, found: Pen) -> Pen:
        """Notes what a rule gave; what later steps see in its place."""
        sheets, place, shape = self.sheets, self.sheets.flat.places[quantity], self.sheets.flat.shape(quantity)
        lo, hi, at = self.lo[:, place], self.hi[:, place], self.at[:, place]
        lo[...], hi[...], at[...] = (_rows(values, shape) for values in (found.lo, found.hi, found.at))
        # A number of more digits is worked out to its own.
        finer = sheets.finer[:, place] if sheets.coarse is None else np.minimum(sheets.unit[:, place], sheets.coarse)
        sure = (hi - lo <= EVEN * finer) & (np.abs(at - np.rint(at / finer) * finer) <= EVEN * finer)
        self.sure[:, place] = sure
        use, given = self.usable[:, place], sheets.flat.trace.page.answers.get(quantity)
        everywhere = bool(use.all())
        seen = found if everywhere else found.noted(ONCE_AND_A_HALF)
        if everywhere or use.any():
            low, high = sheets.stands_for(place, lo, hi, sure)
            see = [low, high, sheets.value[:, place]]
            if not everywhere:
                instead = [_rows(values, shape) for values in seen.arrays]
                see = [np.where(use, typed, other) for typed, other in zip(see, instead, strict=True)]
            lo, hi, at = (values.reshape(-1, *shape) for values in see)
            seen = Pen(lo, hi, at, found.hand)
        if given:
            lo, hi, at = (np.where(given[0], given[1], values) for values in seen.arrays)
            seen = Pen(lo, hi, at, found.hand)
        return seen

    def some(self, rows: NDArray[np.intp]) -> Working:
        """The working of these sheets only."""
        known = {q: value if len(value.at) == 1 else _of_rows(value, rows) for q, value in self.items()}
        result = Working(self.recipe, known, self.sheets.some(rows), self.usable[rows])
        for name in ("lo", "hi", "at", "sure"):
            setattr(result, name, getattr(self, name)[rows])
        return result


def _rows(values: Array, shape: tuple[int, ...]) -> Array:
    """The values as a row a sheet, or as one row where all have the same."""
    if values.shape[1:] != shape:
        values = np.broadcast_to(values, (len(values), *shape))
    return values.reshape(len(values), -1)


def _of_rows(pen: Pen, rows: NDArray[np.intp]) -> Pen:
    return Pen(pen.lo[rows], pen.hi[rows], pen.at[rows], pen.hand)


def _held(pen: Pen, hand: Hand) -> Pen:
    """The numbers in the hand that works out the next quantity."""
    return Pen(pen.lo, pen.hi, pen.at, hand)


def start(sheets: Sheets) -> dict[Quantity, Pen]:
    """What the exercise gives, which is what stands there."""
    hand, result = Hand(sheets.scratch), {}
    for quantity, value in sheets.flat.trace.page.given.items():
        numbers = np.asarray(value, dtype=float)[None]
        result[quantity] = Pen(numbers, numbers, numbers, hand)
    return result


def working(sheets: Sheets, usable: Flags) -> Working:
    """The working of all sheets; `usable` says where a typed number counts for what rests on it."""
    result = Working(sheets.flat.recipe, start(sheets), sheets, usable)
    with np.errstate(all="ignore"):
        for quantity, place in sheets.flat.places.items():
            if sheets.number[:, place].any():  # and what it rests on
                result[quantity]
    return result


def ways(found: Working) -> list[Working]:
    """The working, and that of one who goes the other way where there is one as good (see `FlatPage.other_way`)."""
    flat = found.sheets.flat
    if not flat.other_way:
        return [found]
    changed = changes(flat, flat.other_way, opened(found), np.ones(len(found.usable), dtype=bool))
    other = following(found, {**flat.recipe, **flat.other_way}, set(changed))
    for quantity, place in flat.places.items():
        if quantity not in changed:
            other.lo[:, place], other.hi[:, place] = found.lo[:, place], found.hi[:, place]
            other.sure[:, place] = found.sure[:, place]
    return [found, other]


def following(found: Working, edited: Recipe, changed: set[Quantity]) -> Working:
    """The same working by another recipe, down to the last of the `changed` quantities; only these differ."""
    result = Working(edited, {q: value for q, value in found.items() if q not in changed}, found.sheets, found.usable)
    with np.errstate(all="ignore"):
        for quantity in found.sheets.flat.order:  # in this order nothing waits for much
            if quantity in changed:
                result[quantity]
    return result


def opened(found: Working) -> dict[Quantity, Flags]:
    """On which sheets, (sheets,), some cell of a quantity has no number to go on from; without those that lack none."""
    gap = ~(found.usable | found.sheets.flat.given)
    places = found.sheets.flat.places.items() if gap.any() else ()
    return {quantity: np.asarray(gap[:, place].any(axis=1)) for quantity, place in places if gap[:, place].any()}


def changes(flat: FlatPage, edit: Edit, open_: dict[Quantity, Flags], everywhere: Flags) -> dict[Quantity, Flags]:
    """What an edit changes, and on which sheets, (sheets,), so that no sheet's mistakes depend on those beside it.

    That is what it names, `everywhere`, and what rests on a change that no typed number stands in the way of.
    """
    changed = dict.fromkeys(edit, everywhere)
    for quantity in open_:  # in the order of the page
        if quantity in changed and (passed_on := changed[quantity] & open_[quantity]).any():
            for above in flat.resting[quantity] - edit.keys():
                changed[above] = changed[above] | passed_on if above in changed else passed_on
    return changed


class Roughly(Run[Array]):
    """What another recipe gives from the numbers as written: no bounds, a tenth of the time of a `Working`.

    Enough to see which recipes are worth more. `found` has what it gave, (sheets or 1, cells).
    """

    __slots__ = ("found", "working")

    def __init__(self, working: Working, edited: Recipe, changed: Collection[Quantity]):
        super().__init__(edited, {q: value.at for q, value in working.items() if q not in changed})
        self.working, self.found = working, dict[Quantity, Array]()

    def __missing__(self, quantity: Quantity) -> Array:
        flat, value = self.working.sheets.flat, np.asarray(self.recipe[quantity].of(self), dtype=float)
        if quantity in flat.places:
            place, shape = flat.places[quantity], flat.shape(quantity)
            rows = self.found[quantity] = _rows(value, shape)
            use = self.working.usable[:, place]
            if use.any():
                value = np.where(use, self.working.sheets.value[:, place], rows).reshape(-1, *shape)
        self[quantity] = value
        return value


def reach(found: Working, place: slice, unit: Array) -> tuple[Array, Array]:
    """Between which numbers a person may have written what the rules give, (sheets, cells), to that unit.

    A result is rounded once, or cut off; what comes out even and rests on even numbers stands for itself.
    """
    lo, hi = found.lo[:, place], found.hi[:, place]
    reached = np.where(found.sure[:, place], 0.0, unit)
    if found.sheets.cuts:
        return np.where(hi > 0, lo - reached, lo), np.where(lo < 0, hi + reached, hi)
    return lo - ONCE_AND_A_HALF * reached, hi + ONCE_AND_A_HALF * reached
