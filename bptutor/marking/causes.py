"""Which mistakes give wrong numbers, from the numbers that the students wrote above them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property, lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bptutor.engine.arrays import Cells, Flags
from bptutor.engine.conventions import Edit
from bptutor.engine.evaluate import WrittenDown
from bptutor.engine.quantities import Quantity
from bptutor.marking.findings import meets
from bptutor.marking.flat_page import FlatPage
from bptutor.marking.follow_through import Working, following
from bptutor.marking.sheets import Sheets
from bptutor.mistakes.slips import DROPPED_TERM, SLIP_IDS, SLIPS, Slip, Wrong, dropped_terms, telling
from bptutor.mistakes.variants import MISCONCEPTIONS, Variant, variants
from bptutor.problem import Array

_MOST_SIBLINGS = 100
_RIGHT_ONES = 1024  # one wrong number more counts for more than all right ones
_DIGITS = 100  # units: a number with fewer digits stands on some wrong page by chance


_NAMED = [*(mistake.id for mistake in MISCONCEPTIONS), DROPPED_TERM.id, *(slip.id for slip in SLIPS)]
_ORDER = {name: place for place, name in enumerate(_NAMED)}
"""In which mistakes that fit equally well are named, whatever other sheets are marked beside."""


class Fit(NamedTuple):
    """A mistake that gives what was typed in a cell, with its score (see `Causes`)."""

    mistake: Variant | Slip
    score: int

    @property
    def id(self) -> str:
        """The id of the mistake."""
        return _id(self.mistake)

    @property
    def is_slip(self) -> bool:
        """Whether it is one that can happen in any cell, and says nothing of what is understood."""
        return self.id in SLIP_IDS


def _id(mistake: Variant | Slip) -> str:
    return mistake.misconception.id if isinstance(mistake, Variant) else mistake.id


class Causes:
    """For all wrong numbers of some sheets the mistakes that fit.

    The wrong numbers stand in a row, sheet after sheet: number n is in sheet `rows[n]` and cell `columns[n]`. For each
    mistake that fits some, `found` has its score, 0 where it does not fit: how many of the sheet's wrong numbers it
    gives, and where that is the same, how few right ones beside them it does not.
    """

    def __init__(self, found: Working, wrong: Flags, allowed: float):
        self._allowed, self._shape = allowed, wrong.shape
        (those,) = np.nonzero(wrong.any(axis=1))  # the others need no explanation
        if len(those) < len(wrong):
            found, wrong = found.some(those), wrong[those]
        self._sheets, self._none = found.sheets, np.zeros(len(wrong), dtype=np.intp)
        self._rows, self.columns = np.nonzero(wrong)
        self.rows = those[self._rows]
        self.found: list[tuple[Variant | Slip, NDArray[np.intp]]] = []
        self._add(_rule_fits(found, wrong, allowed))
        self.by_rule = self._grid(self._some())
        self._add(self._slips(found))
        if (left := ~self._some()).any():
            self._add(self._pages(left))
        self.explained = self._grid(self._some())

    def of(self, row: int, column: int) -> tuple[list[Fit], int]:
        """The mistakes that fit a cell, each id once, the best first, and how many of them lead (see `leading`)."""
        (number,) = np.flatnonzero((self.rows == row) & (self.columns == column))
        fits = [Fit(mistake, int(scores[number])) for mistake, scores in self.found if scores[number]]
        ordered = sorted(fits, key=lambda fit: (-fit.score, fit.is_slip, _ORDER[fit.id]))
        each_once = {fit.id: fit for fit in reversed(ordered)}
        return list(each_once.values())[::-1], int(self.leading[1][:, number].sum())

    @cached_property
    def leading(self) -> tuple[list[str], Flags, NDArray[np.intp]]:
        """Ids, which of them explain each wrong number best, (ids, numbers), and with what score.

        A slip is none of the best where a rule gives several of the sheet's numbers as well.
        """
        ids = sorted({_id(mistake) for mistake, _cells in self.found}, key=_ORDER.__getitem__)
        cells = np.zeros((len(ids), len(self.rows)), dtype=np.intp)
        for mistake, counts in self.found:
            place = ids.index(_id(mistake))
            cells[place] = np.maximum(cells[place], counts)
        best = cells.max(axis=0, initial=0)
        leads = (cells == best) & (best > 0)
        rules = leads & np.array([name not in SLIP_IDS for name in ids], dtype=bool)[:, None]
        return ids, np.where((best > _RIGHT_ONES) & rules.any(axis=0), rules, leads), best

    def _add(self, fits: Iterable[tuple[Variant | Slip, Flags, Cells]]) -> None:
        for mistake, fit, against in fits:
            if fit.any():
                cells = np.bincount(self._rows[fit], minlength=len(self._none))
                score = cells * _RIGHT_ONES - np.minimum(against, _RIGHT_ONES - 1)
                self.found.append((mistake, np.where(fit, score[self._rows], 0)))

    def _some(self) -> Flags:
        """Which numbers have a mistake that fits."""
        return np.asarray(np.logical_or.reduce([cells > 0 for _mistake, cells in self.found] or [self.rows < 0]))

    def _grid(self, numbers: Flags) -> Flags:
        """The same of cells, (sheets, cells)."""
        grid = np.zeros(self._shape, dtype=bool)
        grid[self.rows[numbers], self.columns[numbers]] = True
        return grid

    def _slips(self, found: Working) -> Iterable[tuple[Slip, Flags, Cells]]:
        at, sheets = (self._rows, self.columns), self._sheets
        others = _siblings(sheets.flat)[self.columns]
        near = np.stack([found.lo[self._rows[:, None], others], found.hi[self._rows[:, None], others]], axis=1)
        near = np.where((others >= 0)[:, None, :], near, np.nan)
        wrong = Wrong(sheets.value[at], sheets.last_place[at], found.lo[at], found.hi[at], self._allowed, near)
        with np.errstate(all="ignore"):  # a number at the end of the floats may leave them
            clear = telling(wrong)
            return [(slip, slip.fits(wrong) & clear, self._none) for slip in SLIPS]

    def _pages(self, left: Flags) -> Iterator[tuple[Variant, Flags, Cells]]:
        """The variants whose whole page has the number, whatever the student wrote above it."""
        at, sheets = (self._rows, self.columns), self._sheets
        clear = left & (np.abs(sheets.value[at]) >= _DIGITS * sheets.last_place[at])
        low, high = (bound[at] for bound in sheets.bounds(slice(None), sheets.unit))
        for variant, values in _wrong_pages(sheets.flat) if clear.any() else ():
            page = values[self.columns]
            yield variant, meets(low, high, self._allowed, page, page, sheets.flat.unit) & clear, self._none


@lru_cache(maxsize=64)
def _siblings(flat: FlatPage) -> Cells:
    """For each cell the other cells of its quantity, (cells, others), −1 where there are no more."""
    few = [place for place in flat.places.values() if place.stop - place.start <= _MOST_SIBLINGS]
    result = np.full((flat.size, max((place.stop - place.start for place in few), default=1)), -1, dtype=np.intp)
    for place in few:
        cells = range(place.start, place.stop)
        for cell in cells:
            result[cell, : len(cells) - 1] = [other for other in cells if other != cell]
    return result


def _rule_fits(found: Working, wrong: Flags, allowed: float) -> Iterator[tuple[Variant, Flags, Cells]]:
    """The variants of what is wanted, which of the wrong numbers each gives, and against how many right ones.

    These, (sheets,), stand beside the wrong ones, and the mistake does not give them.
    """
    rows, columns = np.nonzero(wrong)
    right = found.sheets.number & ~wrong
    sheets, flat = found.sheets, found.sheets.flat
    numbers = {q: np.flatnonzero((columns >= p.start) & (columns < p.stop)) for q, p in flat.places.items()}
    wanted = {quantity: at for quantity, at in numbers.items() if at.size}
    open_, everywhere = opened(found), np.ones(len(wrong), dtype=bool)
    low, high, more = _ranges(sheets, allowed)
    for variant in (*variants(flat.problem), *dropped_terms(flat.problem)) if wanted else ():
        slip = variant.misconception is DROPPED_TERM  # made in this very cell, not somewhere above
        changed = dict.fromkeys(variant.edit, everywhere) if slip else changes(flat, variant.edit, open_, everywhere)
        if touched := [q for q in wanted if q in changed]:
            other = following(found, {**flat.recipe, **variant.edit}, set(changed), touched[-1])
            fits, against = np.zeros(rows.shape, dtype=bool), np.zeros(len(wrong), dtype=np.intp)
            for quantity in touched:
                at, place, here = wanted[quantity], flat.places[quantity], changed[quantity]
                bounds = low[:, place], high[:, place], more[:, place], other.lo[:, place], other.hi[:, place]
                met = meets(*bounds, flat.unit)
                fits[at] = met[rows[at], columns[at] - place.start] & here[rows[at]]
                against += (right[:, place] & ~met).sum(axis=1) * (here & wrong[:, place].any(axis=1))
            yield variant, fits, against


def _ranges(sheets: Sheets, allowed: float) -> tuple[Array, Array, Array]:
    """From where to where numbers may have come to be written, and what is allowed more, (sheets, cells)."""
    unit, asked = sheets.unit, sheets.flat.unit
    zero = sheets.value == 0  # no tolerance makes a rule give 0
    low, high = sheets.bounds(slice(None), np.where(zero, np.minimum(unit, asked), unit))
    return low, high, np.where(zero | (unit > asked), 0.0, allowed)


@lru_cache(maxsize=16)
def _wrong_pages(flat: FlatPage) -> list[tuple[Variant, Array]]:
    """The whole page of each mistake, (cells,), NaN where it changes nothing or leaves the floats."""
    page, result = flat.trace.page, []
    for variant in variants(flat.problem):
        done = WrittenDown({**flat.recipe, **variant.edit}, page.given, None, page.answers)
        with np.errstate(all="ignore"):
            values = np.concatenate([np.broadcast_to(done[q], flat.shape(q)).ravel() for q in flat.order])
        result.append((variant, np.where(np.isclose(values, flat.exact, rtol=1e-9), np.nan, values)))
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
