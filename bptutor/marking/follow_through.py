"""A student's working: what each rule gives from the numbers that the student wrote above.

One pass over the page in interval arithmetic, for all sheets at once. A number that was typed stands for whatever
rounds to it; where nothing usable was typed, what the page gives from above takes its place, and may have been rounded
or cut off on scratch paper. A number with too few decimals can have been used as typed, or with the digits that are
missing, or stand for whatever rounds to it: `Short` says which.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from bptutor.engine.arrays import Flags
from bptutor.engine.evaluate import Run
from bptutor.engine.interval import Interval, interval, where
from bptutor.engine.quantities import Quantity
from bptutor.engine.recipe import Recipe
from bptutor.engine.rules import Numbers
from bptutor.marking.flat_page import FlatPage
from bptutor.marking.sheets import Sheets
from bptutor.problem import Array


class Short(Enum):
    """How a number with too few decimals was used further down."""

    AS_TYPED = 1
    WITH_ITS_DIGITS = 2
    AS_ROUNDED = 3


class Working(Run[Numbers]):
    """The values that later steps see, worked out on demand; `lo` and `hi` are what the rules gave, (sheets, cells)."""

    __slots__ = ("hi", "lo", "sheets", "short", "usable")

    def __init__(self, recipe: Recipe, known: Mapping[Quantity, Numbers], sheets: Sheets, usable: Flags, short: Short):
        super().__init__(recipe, known)
        self.sheets, self.usable, self.short = sheets, usable, short
        self.lo, self.hi = np.full(usable.shape, np.nan), np.full(usable.shape, np.nan)

    def __missing__(self, quantity: Quantity) -> Numbers:
        expected, flat = super().__missing__(quantity), self.sheets.flat
        if quantity not in flat.places:  # what only a wrong rule asks for
            return expected
        place, shape = flat.places[quantity], flat.shape(quantity)
        bounds = interval(expected)
        lo, hi = self.lo[:, place], self.hi[:, place]
        lo[...], hi[...] = _rows(bounds.lo, shape), _rows(bounds.hi, shape)
        scratch = flat.unit
        seen: Numbers = Interval(bounds.lo - scratch, bounds.hi + scratch)
        if (use := self.usable[:, place]).any():
            if self.sheets.short[:, place].any():
                low, high = self._short(place, lo, hi, scratch)
            else:
                low, high = self.sheets.bounds(place, self.sheets.unit[:, place])
            if not use.all():
                low, high = np.where(use, low, lo - scratch), np.where(use, high, hi + scratch)
            seen = Interval(low.reshape(-1, *shape), high.reshape(-1, *shape))
        if given := flat.trace.page.answers.get(quantity):
            seen = where(given[0], given[1], seen)
        self[quantity] = seen
        return seen

    def some(self, rows: NDArray[np.intp]) -> Working:
        """The working of these sheets only."""
        known = {quantity: self._some(quantity, value, rows) for quantity, value in self.items()}
        result = Working(self.recipe, known, self.sheets.some(rows), self.usable[rows], self.short)
        result.lo, result.hi = self.lo[rows], self.hi[rows]
        return result

    def _some(self, quantity: Quantity, value: Numbers, rows: NDArray[np.intp]) -> Numbers:
        return value[rows] if self._of_each(quantity, value) else value

    def _of_each(self, quantity: Quantity, value: Numbers) -> bool:
        """Whether there is a value for each sheet."""
        flat = self.sheets.flat
        return quantity in flat.places and value.ndim > len(flat.shape(quantity))

    def _short(self, place: slice, lo: Array, hi: Array, asked: float) -> tuple[Array, Array]:
        """From where to where the numbers of some cells may lie, some of which have too few decimals."""
        unit, short = self.sheets.unit[:, place], self.sheets.short[:, place]
        low, high = self.sheets.bounds(place, np.minimum(unit, asked))
        if self.short is Short.AS_TYPED:
            return low, high
        wide_low, wide_high = self.sheets.bounds(place, unit)
        zeros = (high >= lo) & (low <= hi)  # 0.5 for 0.5000
        other = short & ~zeros
        if self.short is Short.WITH_ITS_DIGITS:
            other &= (wide_high >= lo) & (wide_low <= hi)
            wide_low, wide_high = lo - asked, hi + asked
        return np.where(other, wide_low, low), np.where(other, wide_high, high)


def _rows(values: Array, shape: tuple[int, ...]) -> Array:
    """The values as one row, or as a row a sheet where they have that axis."""
    if values.shape[-len(shape) :] != shape and shape:
        values = np.broadcast_to(values, (*values.shape[: values.ndim - len(shape)], *shape))
    return values.ravel() if values.ndim == len(shape) else values.reshape(len(values), -1)


def working(flat: FlatPage, sheets: Sheets, usable: Flags, short: Short = Short.AS_TYPED) -> Working:
    """The working of all sheets; `usable` says where a typed number counts for what rests on it."""
    result = Working(flat.recipe, flat.trace.page.given, sheets, usable, short)
    with np.errstate(all="ignore"):
        for quantity in flat.order:
            result[quantity]
    return result


def following(found: Working, edited: Recipe, changed: set[Quantity], last: Quantity) -> Working:
    """The same working by another recipe, down to the `last` quantity; only the `changed` ones differ."""
    result = Working(
        edited, {q: value for q, value in found.items() if q not in changed}, found.sheets, found.usable, found.short
    )
    with np.errstate(all="ignore"):
        for quantity in found.sheets.flat.order:  # in this order nothing waits for much
            if quantity in changed:
                result[quantity]
            if quantity == last:
                return result
    return result
