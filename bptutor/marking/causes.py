"""Which mistakes give wrong numbers, from the numbers that the students wrote above them, and how likely each is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property, lru_cache
from typing import NamedTuple

import numpy as np

from bptutor.engine.arrays import Cells, Flags
from bptutor.engine.conventions import Edit
from bptutor.marking import weights
from bptutor.marking.factors import OTHER_RATE, factors
from bptutor.marking.findings import idle, meets
from bptutor.marking.flat_page import FlatPage
from bptutor.marking.follow_through import Working, reach
from bptutor.marking.trials import Trials, side_by_side
from bptutor.marking.worth_trying import Tried, singles, twos, worth_trying
from bptutor.mistakes.misconception import Seat
from bptutor.mistakes.pairs import AND
from bptutor.mistakes.slips import COPY_SLIP, DROPPED_TERM, SLIP_IDS, SLIPS, Slip, Wrong, telling
from bptutor.mistakes.variants import MISCONCEPTIONS, Variant
from bptutor.problem import Array

_MOST_SIBLINGS = 100
_NEVER = -np.inf
_DIGITS = 9  # of a share: what differs by less is as likely, whatever else is worked out beside it
_CERTAIN = 20.0  # odds of e^20: what is below has decided
_SAME = 1e-9  # of a number: what differs by less is no other number

_ORDER = {
    name: place
    for place, name in enumerate(
        [*(mistake.id for mistake in MISCONCEPTIONS), DROPPED_TERM.id, *(slip.id for slip in SLIPS), COPY_SLIP.id]
    )
}
"""In which mistakes that fit equally well are named, whatever other sheets are marked beside."""

_ROWS = {mistake.id: mistake for mistake in MISCONCEPTIONS}
_SEATS: Mapping[str, Seat] = {OTHER_RATE: "step"}
"""Where mistakes sit that are read off many numbers and have no row."""


class Fit(NamedTuple):
    """A mistake that gives what was typed in a cell; `share` (0 to 1) is how likely it is beside everything else.

    `weight` is the logarithm that this comes from (see `weights`).
    """

    mistake: Variant | Slip
    share: float
    weight: float

    @property
    def id(self) -> str:
        """The id of the mistake."""
        return self.mistake.misconception.id if isinstance(self.mistake, Variant) else self.mistake.id


class Causes:
    """For all wrong numbers of some sheets the mistakes that fit.

    The wrong numbers stand in a row, sheet after sheet: number n is in sheet `rows[n]` and cell `columns[n]`.
    """

    def __init__(self, found: Working, wrong: Flags, allowed: Array, miscopied: Flags):
        self._allowed, self._shape = allowed, wrong.shape
        (those,) = np.nonzero(wrong.any(axis=1))  # the others need no explanation
        if len(those) < len(wrong):
            found, wrong, miscopied = found.some(those), wrong[those], miscopied[those]
        self._found, self._wrong = found, wrong
        self._rows, self.columns = np.nonzero(wrong)
        self.rows = those[self._rows]
        self._weights = dict[str, Array]()
        self._best = dict[str, list[Variant | Slip | None]]()
        self.constants = list[Cells]()
        """Groups of numbers that are off by one and the same factor, which is none that anybody takes."""
        with np.errstate(all="ignore"):  # a number at the end of the floats may leave them
            self._evidence = _Evidence(found, wrong, allowed)
            problem, every = found.sheets.flat.problem, np.ones(len(self.rows), dtype=bool)
            self._rules(singles(problem), every)
            self._slips()
            self._factors()
            if (left := self._unexplained()).any():
                self._rules(twos(problem), left)
            copied = np.flatnonzero(miscopied[self._rows, self.columns])
            self._add(COPY_SLIP, COPY_SLIP.id, copied, np.full(len(copied), _CERTAIN))

    @cached_property
    def ids(self) -> list[str]:
        """The ids of the mistakes that fit some number, in the order in which equal ones are named."""
        return sorted(self._weights, key=lambda name: (_ORDER.get(name, len(_ORDER)), name))

    @cached_property
    def shares(self) -> Array:
        """How likely each mistake is for each number, (ids, numbers), 0 to 1; what is left is something else."""
        return weights.shares(np.array([self._weights[name] for name in self.ids]).reshape(-1, len(self.rows)))

    @cached_property
    def explained(self) -> Flags:
        """Which numbers known mistakes explain, whichever of them it was, (sheets, cells)."""
        return self._grid(self.shares.sum(axis=0) >= weights.NAMED)

    @cached_property
    def by_rule(self) -> Flags:
        """Which numbers a mistake gives that is no slip of the pen and more likely than anything else."""
        return self._likeliest(slips=False)

    @cached_property
    def by_slip(self) -> Flags:
        """Which numbers a slip of the pen gives and is more likely than anything else, (sheets, cells)."""
        return self._likeliest(slips=True)

    def _likeliest(self, *, slips: bool) -> Flags:
        places = [place for place, name in enumerate(self.ids) if (name in SLIP_IDS) is slips]
        return self._grid(self.shares[places].sum(axis=0) >= 0.5)

    @cached_property
    def leading(self) -> Flags:
        """Which mistakes lead for each number, (ids, numbers); see `weights.leading`."""
        return weights.leading(self.shares)

    def of(self, row: int, column: int) -> tuple[list[Fit], int]:
        """The mistakes that fit a cell, the likeliest first, and how many of them lead (see `leading`)."""
        (number,) = np.flatnonzero((self.rows == row) & (self.columns == column)).tolist()
        fits = list[Fit]()
        for place, name in enumerate(self.ids):
            if mistake := self._best[name][number]:
                share, weight = float(self.shares[place, number]), float(self._weights[name][number])
                fits.append(Fit(mistake, share, weight))
        fits.sort(key=lambda fit: -round(fit.share, _DIGITS))
        return fits, int(self.leading[:, number].sum())

    def leaders(self, number: int) -> list[str]:
        """The ids of the mistakes that lead for a number, in the order of `of`."""
        places = np.flatnonzero(self.leading[:, number]).tolist()
        places.sort(key=lambda place: -round(float(self.shares[place, number]), _DIGITS))
        return [self.ids[place] for place in places]

    def seats(self, number: int) -> list[tuple[Seat | None, ...]]:
        """Where each mistake or slip sits that leads for a number, of two made together both; None for the cell."""
        result = list[tuple[Seat | None, ...]]()
        for name in self.leaders(number):
            mistake = self._best[name][number]
            edit = mistake.edit if isinstance(mistake, Variant) else {}
            rows = [_ROWS.get(each) for each in name.split(AND)]
            result.append(tuple(row.seat_of(edit) if row else _SEATS.get(name) for row in rows))
        return result

    def same_as(self, row: int, column: int) -> list[int]:
        """The other cells of the same quantity in which a wrong number would be right."""
        (number,) = np.flatnonzero((self.rows == row) & (self.columns == column)).tolist()
        sheet, sheets = self._rows[number], self._found.sheets
        others = _siblings(sheets.flat)[column]
        others = others[others >= 0]
        value, allowed = sheets.value[sheet, column], self._allowed[column] + 0.5 * sheets.last_place[sheet, column]
        lo, hi = self._evidence.lo[sheet, others], self._evidence.hi[sheet, others]
        return [int(cell) for cell in others[(lo <= value + allowed) & (value - allowed <= hi)]]

    def something_else(self, row: int, column: int) -> float:
        """Ln P(number | something that nobody has thought of) of a wrong number; see `weights.elsewhere`."""
        (number,) = np.flatnonzero((self.rows == row) & (self.columns == column)).tolist()
        return float(self._evidence.null[self._rows[number], column])

    def _grid(self, numbers: Flags) -> Flags:
        """The same of cells, (sheets, cells)."""
        grid = np.zeros(self._shape, dtype=bool)
        grid[self.rows[numbers], self.columns[numbers]] = True
        return grid

    def _add(self, mistake: Variant | Slip, name: str, numbers: Cells, weight: Array) -> None:
        """Takes note of a mistake that gives some of the numbers, the likeliest way of making it for each."""
        if name not in self._weights:
            self._weights[name] = np.full(len(self.rows), _NEVER)
            self._best[name] = [None] * len(self.rows)
        known, best = self._weights[name], self._best[name]
        weight = np.nan_to_num(weight, nan=_NEVER, posinf=_CERTAIN, neginf=_NEVER)  # of numbers that leave the floats
        better = weight > known[numbers]
        for number, worth in zip(numbers[better].tolist(), weight[better].tolist(), strict=True):
            known[number], best[number] = worth, mistake

    def _unexplained(self) -> Flags:
        """Which numbers no mistake gives so far that is likelier than something else."""
        best = np.full(len(self.rows), _NEVER)
        for weight in self._weights.values():
            best = np.maximum(best, weight)
        return np.asarray(best < weights.UNKNOWN)

    def _factors(self) -> None:
        evidence = self._evidence
        for factor in factors(self._found, self._wrong, 0.5 * (evidence.hi - evidence.lo), evidence.alone):
            fits = np.flatnonzero((self._rows == factor.sheet) & factor.cells[self.columns])
            if factor.mistake is None:
                if factor.weight > weights.UNKNOWN:
                    self.constants.append(fits)
                continue
            self._add(factor.mistake, factor.mistake.id, fits, np.full(len(fits), factor.weight))

    def _rules(self, tried: Iterable[Tried], looked_for: Flags) -> None:
        """Takes note of the mistakes that give some of the numbers `looked_for`, (numbers,)."""
        found, number = list(worth_trying(self._found, self._wrong, tried)), np.full(self._wrong.shape, -1)
        number[self._rows, self.columns] = np.arange(len(self.rows))
        mistakes = iter(found)
        for trials in side_by_side(self._found, (trial for _one, trial in found)):
            fits, ratio = self._evidence.of(trials)
            at_unit = self._evidence.of_units(trials, ratio) + self._evidence.astray_beside(fits, trials.rows)
            whole = ratio.sum(axis=1, keepdims=True)
            rows, columns = np.nonzero(fits)
            fitting = number[trials.rows[rows], columns]
            for part, (one, trial) in zip(trials.parts, mistakes):  # noqa: B905 - the next ones have the rest
                here = slice(*rows.searchsorted((part.start, part.stop)))
                wanted = here.start + np.flatnonzero(looked_for[fitting[here]])
                if one.variant.in_a_layer and wanted.size:
                    whole[part] += self._evidence.astray_elsewhere(fits[part], trial.rows, trial.edit)
                weight = at_unit[part] if one.here else np.maximum(whole[part], weights.IN_A_UNIT + at_unit[part])
                if wanted.size:
                    weight = one.common + weight[rows[wanted] - part.start, columns[wanted]]
                    self._add(one.variant, one.variant.misconception.id, fitting[wanted], weight)

    def _slips(self) -> None:
        at, sheets, found = (self._rows, self.columns), self._found.sheets, self._found
        others = _siblings(sheets.flat)[self.columns]
        lo, hi = self._evidence.lo, self._evidence.hi
        near = np.stack([lo[self._rows[:, None], others], hi[self._rows[:, None], others]], axis=1)
        near = np.where((others >= 0)[:, None, :], near, np.nan)
        allowed = self._allowed[self.columns]
        wrong = Wrong(sheets.value[at], sheets.last_place[at], found.lo[at], found.hi[at], allowed, near)
        clear = telling(wrong) & ~_of_units_that_jump(sheets.flat)[self.columns]
        for slip in SLIPS:
            fits = slip.fits(wrong) & clear
            if not fits.any():
                continue
            alone = np.log(slip.common / slip.ways(wrong)) + self._evidence.alone[at]
            astray = np.zeros(self._wrong.shape, dtype=bool)
            astray[at] = fits
            alone += self._evidence.astray_beside(astray, slice(None))[at]
            # Who makes it twice in a quantity may make it for the same reason: both speak for it.
            grid = np.zeros(self._wrong.shape)
            grid[at] = np.where(fits, np.maximum(alone, 0.0), 0.0)
            for place in sheets.flat.places.values():
                grid[:, place] = grid[:, place].sum(axis=1, keepdims=True)
            self._add(slip, slip.id, np.flatnonzero(fits), np.where(alone > 0, grid[at], alone)[fits])


class _Evidence:
    """What each number of some sheets says for or against a mistake, (sheets, cells).

    `lo` and `hi`: between which numbers a person may have written what the right rules give. `null`: ln P(number |
    something that nobody has thought of). `alone`: ln of how much likelier each number is for one who had what is right
    at hand, and slipped.
    """

    def __init__(self, found: Working, wrong: Flags, allowed: Array):
        sheets, flat = found.sheets, found.sheets.flat
        self._found, self._wrong, self._allowed = found, wrong, allowed
        self._digit = np.where(sheets.short, sheets.unit, sheets.finer)
        scale = np.maximum(flat.scale, flat.unit)
        self._nothing = idle(flat, sheets.value) & ~flat.of_bias  # that biases stay is the mistake of many
        self.null = weights.elsewhere(sheets.value, found.at, scale, self._digit, self._nothing)
        self.lo, self.hi = reach(found, slice(None), sheets.finer)
        self._right = weights.reached(self.lo, self.hi, sheets.finer)
        self.alone = self._right - self.null

    def of(self, other: Trials) -> tuple[Flags, Array]:
        """Which numbers the trials give, and ln of how much likelier each is, (rows of the trials, cells)."""
        sheets, flat, rows = other.sheets, other.sheets.flat, other.rows
        fits, ratio = np.zeros(sheets.value.shape, dtype=bool), np.zeros(sheets.value.shape)
        for quantity, here in other.changed.items():
            if quantity not in flat.places:
                continue
            place = flat.places[quantity]
            number = sheets.number[:, place]
            if not number.any():
                continue
            wrong, digit, value = self._wrong[rows, place], self._digit[rows, place], sheets.value[:, place]
            at, right = other.at[:, place], self._found.at[rows, place]
            touched = number & here[:, None] & ~(np.abs(at - right) <= _SAME * (1 + np.abs(right)))
            zero = (value == 0) | (sheets.short[:, place])  # no tolerance makes a rule give 0
            lo, hi = reach(other, place, digit)
            met = meets(value, np.where(zero, 0.0, self._allowed[place]), lo, hi, flat.unit[place])
            given = weights.reached(lo, hi, digit)
            null = self.null[rows, place]
            told = np.where(met, given - null, weights.MISSED)
            against = np.where(met, np.minimum(given - self._right[rows, place], 0.0), weights.CONTRADICTED)
            fits[:, place] = touched & wrong & met
            nothing = fits[:, place] & self._nothing[rows, place]
            told = np.where(nothing, told * weights.together(nothing.sum(axis=1, keepdims=True)), told)
            ratio[:, place] = np.where(touched, np.where(wrong, told, against), 0.0)
        return fits, ratio

    def astray_beside(self, fits: Flags, rows: Cells | slice) -> Array:
        """For each cell what it says against a mistake made at one unit that others of the quantity are wrong, too.

        `fits` has the numbers that it gives, of the sheets `rows`: whoever made it there made another one beside.
        """
        astray, flat = self._wrong[rows] & ~fits, self._found.sheets.flat
        result = np.zeros(fits.shape)
        if not astray.any():
            return result
        for quantity, place in flat.places.items():
            units, *cells = flat.shape(quantity) or (1,)
            there = astray[:, place].reshape(len(astray), units, -1).sum(axis=2)
            beside = there.sum(axis=1, keepdims=True) > there
            result[:, place] = weights.MISSED * np.repeat(beside, np.prod(cells, dtype=int), axis=1)
        return result

    def astray_elsewhere(self, fits: Flags, rows: Cells, edit: Edit) -> Array:
        """For each sheet of `rows` what it says against a mistake made in one layer that others are wrong there, too.

        (sheets, 1); there: in the quantities of other layers that it could have been made in.
        """
        flat, names = self._found.sheets.flat, {q.name for q in edit}
        others = np.zeros(flat.size, dtype=bool)
        for quantity, place in flat.places.items():
            others[place] = quantity.name in names and quantity not in edit
        astray = (self._wrong[rows] & ~fits & others).any(axis=1, keepdims=True)
        return np.asarray(weights.MISSED * astray)

    def of_units(self, other: Trials, ratio: Array) -> Array:
        """For each cell the sum of what those of the same quantity and unit say."""
        result = ratio.copy()
        flat = other.sheets.flat
        for quantity in other.changed.keys() & flat.places.keys():  # elsewhere nothing is said
            shape, place = flat.shapes[quantity], flat.places[quantity]
            if len(shape) == 2:
                here = ratio[:, place].reshape(-1, *shape).sum(axis=2, keepdims=True)
                result[:, place] = np.broadcast_to(here, (len(ratio), *shape)).reshape(len(ratio), -1)
        return result


@lru_cache(maxsize=64)
def _of_units_that_jump(flat: FlatPage) -> Flags:
    """The outputs that can be one of two numbers only: the wrong one is a wrong choice, and no slip of the pen."""
    result = np.zeros(flat.size, dtype=bool)
    for quantity, place in flat.places.items():
        if quantity.name == "out":
            result[place] = flat.problem.activations[quantity.layer - 1].row.slope is None
    return result


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
