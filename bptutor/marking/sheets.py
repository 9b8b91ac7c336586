"""What students typed, as arrays: a row a sheet, a column a cell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bptutor.answers import Answers
from bptutor.engine.arrays import Cells, Flags
from bptutor.engine.pen import EVEN, ONCE_AND_A_HALF, Hand
from bptutor.engine.quantities import Quantity
from bptutor.marking.flat_page import FlatPage
from bptutor.problem import Array

_EXACT = 17
"""The decimals of a number that is exact, such as 1/3: more than a float has."""
_PINNED = 0.5
"""Of a unit of the last digit typed: what is less sure than that does not tell which digits were left out."""
_UNITS = 10.0 ** -np.arange(_EXACT + 1.0)
_OF_EACH = {"number", "short", "unit", "finer", "last_place", "scratch", "digits", "hair", "_in_use"}
"""What is worked out for each sheet by itself."""


@dataclass(frozen=True, eq=False)
class Sheets:
    """The sheets of students, arrays (sheets, cells).

    `value` is NaN where no number was typed, `decimals` how far its text goes; `unreadable` is what was typed but is
    no number. `cuts` says that they are read as those of people who cut digits off instead of rounding.
    """

    flat: FlatPage
    value: Array
    decimals: NDArray[np.int16]
    unreadable: Flags
    cuts: bool = False

    @cached_property
    def number(self) -> Flags:
        """Where a number was typed."""
        return ~np.isnan(self.value)

    @cached_property
    def asked(self) -> Array:
        """How many decimals are asked for, (sheets, cells) or (cells,); where it is figures, of the number typed."""
        return self.flat.asked_of(self.value) if self.flat.in_figures else self.flat.decimals

    @cached_property
    def asked_unit(self) -> Array:
        """One unit of the last decimal that is asked for, (sheets, cells) or (cells,)."""
        return np.asarray(10.0**-self.asked) if self.flat.in_figures else self.flat.unit

    @cached_property
    def short(self) -> Flags:
        """Where it has fewer decimals than are asked."""
        return self.number & (self.decimals < self.asked)

    @cached_property
    def unit(self) -> Array:
        """One unit of the last digit typed; of the last one asked, where that is tens: 12300 has three figures."""
        return np.asarray(np.maximum(_UNITS[self.decimals], np.where(self.asked < 0, self.asked_unit, 0.0)))

    @cached_property
    def finer(self) -> Array:
        """One unit of the last digit typed, or of the last one asked where that says more."""
        return np.asarray(np.minimum(self.unit, self.asked_unit))

    @cached_property
    def last_place(self) -> Array:
        """One unit of the last decimal asked, or of the last digit typed where that says less."""
        return np.asarray(np.maximum(self.unit, self.asked_unit))

    @cached_property
    def scratch(self) -> Array:
        """One unit of the last digit in use where nothing was written, (sheets, cells).

        That is the last one asked; less on a sheet half of which says less, more where all that was typed says more.
        """
        asked = self.asked
        written, beyond = self.number & (self.decimals < _EXACT), self.decimals - asked
        fewest = np.where(written, np.maximum(beyond, 0.0), _EXACT).min(axis=1)
        more = np.where(written.any(axis=1), fewest, 0.0)
        for row in np.flatnonzero(2 * self.short.sum(axis=1) > written.sum(axis=1)).tolist():
            more[row] = np.floor(np.median(beyond[row, written[row]]))
        return np.asarray(10.0 ** -np.minimum(asked + more[:, None], _EXACT))

    @cached_property
    def digits(self) -> Array:
        """One unit of the last digit that a result is worked out to, (sheets, cells): its own where it has more."""
        return np.asarray(np.minimum(self.unit, np.maximum(self.scratch, self.asked_unit)))

    @cached_property
    def hair(self) -> Array:
        """What is no difference to these digits, (sheets, cells)."""
        return np.asarray(EVEN * self.digits)

    def hand(self, quantity: Quantity) -> Hand:
        """How a quantity is worked out: with the digits that were typed there, else those in use elsewhere."""
        column = self.flat.column.get(quantity)
        return Hand(self.scratch.max(axis=1) if column is None else self._in_use[:, column], self.cuts)

    @cached_property
    def _in_use(self) -> Array:
        """One unit of the last digit in use for each quantity, (sheets, quantities)."""
        coarsest = np.where(self.number, self.finer, 0.0)
        there = np.maximum.reduceat(coarsest, self.flat.starts, axis=1)
        starts = self.flat.starts
        scratch, asked = (np.maximum.reduceat(unit, starts, axis=-1) for unit in (self.scratch, self.asked_unit))
        return np.asarray(np.where((there > 0) & (scratch <= asked), there, scratch))

    def stands_for(self, here: tuple[slice | Cells, slice], lo: Array, hi: Array, sure: Flags) -> Array:
        """What the numbers of some cells were written for: the lowest that it may be, what was typed, the highest.

        `lo` to `hi` is what the rule gives there, `sure` where that comes out even: then a number stands for itself.
        One of few decimals that is right with more, as 0.5 for 0.5000, has those; else it stands for all that rounds
        to it.
        """
        if not self._any_short:
            written = self._written[:, *here]
            return np.where(sure, self.value[here], written) if sure.any() else written
        value, finer, unit, short = self.value[here], self.finer[here], self.unit[here], self.short[here]
        near = np.maximum(lo - value, value - hi)
        zeros = short & (near <= ONCE_AND_A_HALF * finer) & (hi - lo <= _PINNED * unit)
        zeros |= short & (value == 0)  # a bare 0 is no number of few digits
        rough = short & ~zeros & (near <= ONCE_AND_A_HALF * unit)
        return self._around(value, np.where(zeros, finer, unit) * ~(sure & ~rough))

    @cached_property
    def _any_short(self) -> bool:
        return bool(self.short.any())

    @cached_property
    def _written(self) -> Array:
        """What each number may have been written for that did not come out even, (3, sheets, cells)."""
        return self._around(self.value, self.unit)

    def _around(self, value: Array, unit: Array) -> Array:
        """The lowest number that is written so, what was typed, and the highest."""
        if self.cuts:
            return np.array([np.where(value > 0, value, value - unit), value, np.where(value < 0, value, value + unit)])
        return np.array([value - ONCE_AND_A_HALF * unit, value, value + ONCE_AND_A_HALF * unit])

    def some(self, rows: Cells) -> Sheets:
        """These sheets only; what was worked out for all of them holds for these."""
        result = Sheets(self.flat, self.value[rows], self.decimals[rows], self.unreadable[rows], self.cuts)
        vars(result).update({name: vars(self)[name][rows] for name in _OF_EACH & vars(self).keys()})
        return result

    @property
    def typed(self) -> Flags:
        """Where something was typed."""
        return self.number | self.unreadable

    @property
    def arrays(self) -> tuple[NDArray[Any], ...]:
        """What was typed: `value`, `decimals` and `unreadable`."""
        return self.value, self.decimals, self.unreadable

    def on(self, flat: FlatPage, names: Sequence[str]) -> Sheets:
        """The same sheets on another page, where the cells have these names; those that it lacks are left out."""
        result = blank(flat, len(self.value))
        pairs = [(flat.numbers[name], here) for here, name in enumerate(names) if name in flat.numbers]
        there, here = np.array(pairs, dtype=np.intp).reshape(-1, 2).T
        for theirs, ours in zip(result.arrays, self.arrays, strict=True):
            theirs[:, there] = ours[:, here]
        return result

    def alike(self) -> tuple[list[int], NDArray[np.intp]]:
        """Of which kind each sheet is, those on which the same was typed being of one; the first sheet of each kind."""
        parts = [part.view(np.uint8).reshape(len(part), -1) for part in self.arrays]
        typed = np.concatenate(parts, axis=1)
        data, width, known = typed.tobytes(), typed.shape[1], dict[bytes, int]()
        kinds = [known.setdefault(data[at : at + width], len(known)) for at in range(0, len(data), width)]
        return kinds, np.unique(kinds, return_index=True)[1]


def clamped(decimals: NDArray[np.int16]) -> NDArray[np.int16]:
    """Decimals as far as a float has them; 3e2 is 300, written to the unit."""
    return np.clip(decimals, 0, _EXACT)


def blank(flat: FlatPage, count: int) -> Sheets:
    """So many sheets on which nothing was typed yet."""
    size = (count, flat.size)
    decimals, no = np.full(size, _EXACT, np.int16), np.zeros(size, dtype=bool)
    return Sheets(flat, np.full(size, np.nan), decimals, no)


def sheets(flat: FlatPage, answers: Sequence[Answers]) -> Sheets:
    """The sheets as arrays; a cell that has no place on this page is left out."""
    result, numbers = blank(flat, len(answers)), flat.numbers
    for row, sheet in enumerate(answers):
        here = {number: typed for name, typed in sheet.cells.items() if (number := numbers.get(name)) is not None}
        columns = list(here)
        result.value[row, columns] = [np.nan if typed.value is None else typed.value for typed in here.values()]
        result.decimals[row, columns] = [_EXACT if t.decimals is None else t.decimals for t in here.values()]
        result.unreadable[row, columns] = [typed.value is None for typed in here.values()]
    return replace(result, decimals=clamped(result.decimals))
