"""What students typed, as arrays: a row a sheet, a column a cell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bptutor.answers import Answers
from bptutor.engine.arrays import Flags
from bptutor.marking.flat_page import FlatPage
from bptutor.problem import Array

_DOUBT = 0.02  # of a unit: nearer to a boundary nobody can tell
_EXACT = 17
"""The decimals of a number that is exact, such as 1/3: more than a float has."""
_UNITS = 10.0 ** -np.arange(_EXACT + 1.0)


@dataclass(frozen=True, eq=False)
class Sheets:
    """The sheets of students, arrays (sheets, cells).

    `value` is NaN where no number was typed, `decimals` how far its text goes; `unreadable` is what was typed but is
    no number. `cuts` (sheets,) says which cut digits off instead of rounding.
    """

    flat: FlatPage
    value: Array
    decimals: NDArray[np.int16]
    unreadable: Flags
    cuts: NDArray[np.bool_]

    @cached_property
    def number(self) -> Flags:
        """Where a number was typed."""
        return ~np.isnan(self.value)

    @cached_property
    def short(self) -> Flags:
        """Where it has fewer decimals than are asked."""
        return self.number & (self.decimals < self.flat.problem.decimals)

    @cached_property
    def unit(self) -> Array:
        """One unit of the last digit typed."""
        return np.asarray(_UNITS[self.decimals])

    @cached_property
    def last_place(self) -> Array:
        """One unit of the last decimal asked, or of the last digit typed where that says less."""
        return np.asarray(np.maximum(self.unit, self.flat.unit))

    def cut_off(self, right: Array) -> Flags:
        """Which sheets cut digits off instead of rounding, (sheets,), where `right` is what is written down."""
        with np.errstate(invalid="ignore"):  # 0 · ∞
            beyond = (right - self.value) * np.sign(self.value) / self.unit
        cut = ((beyond > 0.5 + _DOUBT) & (beyond < 1 - _DOUBT)).sum(axis=1)
        up = ((beyond < -_DOUBT) & (beyond > _DOUBT - 0.5)).sum(axis=1)
        return np.asarray((cut > 1) & (cut > 2 * up))

    def some(self, rows: NDArray[np.intp]) -> Sheets:
        """These sheets only."""
        return Sheets(self.flat, self.value[rows], self.decimals[rows], self.unreadable[rows], self.cuts[rows])

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

    def bounds(self, place: slice, unit: Array) -> tuple[Array, Array]:
        """From where to where the numbers of some cells may have come to be written to that unit."""
        value, half = self.value[:, place], 0.5 * unit
        half = np.where(value == 0, unit, half)  # a small number, rounded or cut off
        low, high = value - half, value + half
        if self.cuts.any():
            cuts = self.cuts[:, None]
            low = np.where(cuts, value - np.where(value > 0, 0, unit), low)
            high = np.where(cuts, value + np.where(value < 0, 0, unit), high)
        return low, high


def clamped(decimals: NDArray[np.int16]) -> NDArray[np.int16]:
    """Decimals as far as a float has them; 3e2 is 300, written to the unit."""
    return np.clip(decimals, 0, _EXACT)


def blank(flat: FlatPage, count: int) -> Sheets:
    """So many sheets on which nothing was typed yet."""
    size = (count, flat.size)
    decimals, no = np.full(size, _EXACT, np.int16), np.zeros(size, dtype=bool)
    return Sheets(flat, np.full(size, np.nan), decimals, no, np.zeros(count, dtype=bool))


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
