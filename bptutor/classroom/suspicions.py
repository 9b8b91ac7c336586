"""What a teacher should look at: numbers that most of a class share though they are not right, and sheets alike.

Both are read from the wrong numbers of the class. What follows from wrong numbers, or has too few decimals, says
nothing here: it is shared by all who share what it comes from.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from math import isfinite, prod
from typing import NamedTuple

import numpy as np

from bptutor.classroom.cells import Cell
from bptutor.classroom.grade import in_order
from bptutor.classroom.result import Odd, Work
from bptutor.marking.verdicts import VERDICTS

MOST_SHEETS = 20_000
"""Sheets are compared with each other in classes up to this size."""

_MOST_NUMBERS = 100_000  # different wrong numbers that are counted; of more, the rarer half is forgotten
_MOST_OF_A_SHEET = 60
_MOST_MEETINGS = 4_000_000  # times that two sheets meet in a number; the rarest numbers first
_FEWEST = 3  # who share an unusual number, and things that two sheets share
_UNEXPLAINED = 2  # of those things that are numbers which no mistake explains
_BY_CHANCE = 0.01  # pairs expected in the class
_WRONG = frozenset(map(VERDICTS.index, ("misconception", "wrong")))


class Unusual(NamedTuple):
    """A number that is not right, shared by at least half of those who wrote one: the key or the convention is suspect.

    `causes` are the ids of the mistakes that explain it, none where nothing does.
    """

    variant: str
    cell: Cell
    number: float
    students: int
    answered: int
    causes: tuple[str, ...]


class Shared(NamedTuple):
    """A number that nothing explains, in the same cell of two sheets, and of how many students."""

    cell: Cell
    number: float
    students: int


class Pair(NamedTuple):
    """Two sheets that share wrong numbers, and mistakes with a name.

    `chance` is how many such pairs there would be in this class if nobody had looked at another's sheet, and what
    students do wrong in one place had nothing to do with what they do wrong in another.
    """

    ids: tuple[str, str]
    variant: str
    chance: float
    numbers: tuple[Shared, ...]
    causes: tuple[str, ...]


class Variant(NamedTuple):
    """A variant of the problem: how many handed it in, and how many wrote a number in each cell."""

    name: str
    students: int
    answered: Sequence[int]


def mistakes(odd: Iterable[Odd]) -> list[str]:
    """The mistakes that a sheet shows.

    Of several that fit a number equally well it is one that another number needs, else the first, which is commonest.
    """
    causes = dict.fromkeys(number.causes for number in odd if number.causes)
    found = dict.fromkeys(fits[0] for fits in causes if len(fits) == 1)
    for fits in causes:
        if found.keys().isdisjoint(fits):
            found[fits[0]] = None
    return list(found)


def _wrong(work: Work) -> Iterator[Odd]:
    """The numbers of a sheet that are wrong by themselves."""
    return (odd for odd in work.odd if work.verdicts[odd.cell] in _WRONG and isfinite(odd.number))


class Suspicions:
    """The wrong numbers of a class, told sheet after sheet; `variant` is the place of a sheet's variant."""

    def __init__(self) -> None:
        self.sheets = 0
        self._numbers = Counter[tuple[int, int, float, str]]()
        self._causes: dict[str, int] = {}
        self._forget()

    def add(self, work: Work, variant: int, students: int) -> None:
        """Counts the wrong numbers of a sheet that so many handed in."""
        for cell, number, fits in _wrong(work):
            self._numbers[variant, cell, number + 0.0, fits[0] if fits else ""] += students  # + 0.0: there is no -0.0
        if len(self._numbers) > _MOST_NUMBERS:
            self._numbers = Counter(dict(self._numbers.most_common(_MOST_NUMBERS // 2)))

    def remember(self, name: str, work: Work, variant: int, causes: Sequence[str]) -> None:
        """Takes note of a student's sheet with these mistakes, to be compared with others."""
        self.sheets += 1
        if self.sheets > MOST_SHEETS:  # of so many, none are compared
            if self._ids:
                self._forget()
            return
        alone: dict[float, tuple[int, float]] = {}  # each number once: who fills a sheet with one number had one idea
        for cell, number, fits in _wrong(work):
            if not fits:
                alone.setdefault(abs(number), (cell, number))
        self._remember(name, variant, [*alone.values()][:_MOST_OF_A_SHEET], causes)

    def _forget(self) -> None:
        """Keeps no sheets, and for every thing on a sheet: which sheet, its variant, the cell and the number."""
        self._ids: list[str] = []
        self._who, self._variant, self._cell, self._number = array("l"), array("l"), array("l"), array("d")

    def _remember(self, name: str, variant: int, numbers: Sequence[tuple[int, float]], causes: Sequence[str]) -> None:
        """Keeps what other sheets may share: numbers in cells, and mistakes, which are cells below 0."""
        named = [(-1 - self._causes.setdefault(cause, len(self._causes)), 0.0) for cause in causes]
        for cell, number in (*numbers, *named):
            self._cell.append(cell)
            self._number.append(number)
        things = len(numbers) + len(named)
        self._who.extend([len(self._ids)] * things)
        self._variant.extend([variant] * things)
        self._ids.append(name)

    def unusual(self, cells: Sequence[Cell], variants: Sequence[Variant | None]) -> list[Unusual]:
        """The numbers that are not right and that most share, in the order of the page; None is no variant to judge.

        Where there are very many different numbers, a count may be a little too low.
        """
        found: dict[tuple[int, int, float], Counter[str]] = {}
        for (place, cell, number, cause), students in self._numbers.items():
            found.setdefault((place, cell, number), Counter())[cause] += students
        unusual = []
        for (place, cell, number), causes in found.items():
            variant, total = variants[place], causes.total()
            if variant and total >= _FEWEST and 2 * total >= variant.answered[cell]:
                named = tuple(sorted(filter(None, causes)))
                row = Unusual(variant.name, cells[cell], number, total, variant.answered[cell], named)
                unusual.append((variant.name, cell, number, row))
        return [row for *_order, row in sorted(unusual, key=lambda found: found[:3])]

    def pairs(self, cells: Sequence[Cell], variants: Sequence[Variant | None]) -> list[Pair]:
        """The sheets that share more than chance explains, the least likely first; none in classes that are too big."""
        things = self._things(variants)
        if not things:
            return []
        of_sheet: dict[int, set[int]] = {}
        for place, thing in enumerate(things):
            for sheet in thing.sheets:
                of_sheet.setdefault(sheet, set()).add(place)
        possible = sum(variant.students * (variant.students - 1) // 2 for variant in variants if variant)
        found = []
        for one, other in _meeting(things, len(self._ids)):
            shared = [things[place] for place in sorted(of_sheet[one] & of_sheet[other])]
            chance = _chance(shared, cells, possible)
            if chance < _BY_CHANCE:
                found.append(self._pair((one, other), shared, cells, chance))
        return sorted(found, key=lambda pair: (pair.chance, *map(in_order, pair.ids)))

    def _pair(self, sheets: tuple[int, int], shared: Sequence[_Thing], cells: Sequence[Cell], chance: float) -> Pair:
        first, second = sorted((self._ids[sheet] for sheet in sheets), key=in_order)
        causes = list(self._causes)
        return Pair(
            (first, second),
            shared[0].variant.name,
            chance,
            tuple(Shared(cells[thing.cell], thing.number, len(thing.sheets)) for thing in shared if thing.cell >= 0),
            tuple(sorted(causes[-1 - thing.cell] for thing in shared if thing.cell < 0)),
        )

    def _things(self, variants: Sequence[Variant | None]) -> list[_Thing]:
        """What at least two sheets of a variant share, and no more than a quarter of them."""
        columns = [np.array(column) for column in (self._who, self._number, self._cell, self._variant)]
        who, number, cell, variant = (column[np.lexsort(columns)] for column in columns)
        keys = zip(variant.tolist(), cell.tolist(), number.tolist(), strict=True)
        things = []
        for (place, where, what), group in groupby(zip(keys, who.tolist(), strict=True), lambda entry: entry[0]):
            here, sheets = variants[place], [sheet for _key, sheet in group]
            if here and len(sheets) > 1 and 4 * len(sheets) <= here.students:
                things.append(_Thing(here, where, what, sheets))
        return things


class _Thing(NamedTuple):
    """What sheets share: a number in a cell, or a mistake, whose `cell` is below 0."""

    variant: Variant
    cell: int
    number: float
    sheets: list[int]

    @property
    def chance(self) -> float:
        """How likely it is that a given other student has it too."""
        return (len(self.sheets) - 1) / (self.variant.students - 1)


def _meeting(things: Iterable[_Thing], n: int) -> Iterator[tuple[int, int]]:
    """The sheets that share at least two numbers."""
    met, meetings = [np.empty(0, np.int64)], 0
    for thing in sorted((thing for thing in things if thing.cell >= 0), key=lambda thing: len(thing.sheets)):
        meetings += len(thing.sheets) * (len(thing.sheets) - 1) // 2
        if meetings > _MOST_MEETINGS:
            break
        sheets = np.array(thing.sheets, np.int64)
        one, other = np.triu_indices(len(sheets), 1)
        met.append(sheets[one] * n + sheets[other])
    codes, times = np.unique(np.concatenate(met), return_counts=True)
    for code in codes[times >= _UNEXPLAINED].tolist():
        yield divmod(code, n)


def _chance(shared: Iterable[_Thing], cells: Sequence[Cell], possible: int) -> float:
    """How many of the possible pairs share as much by chance; 1 where it is too little to speak of.

    Numbers of one kind count as one, as do all mistakes with a name: they come together, and the rarest stands for all.
    """
    kinds: dict[str, float] = {}
    for thing in sorted(shared, key=lambda thing: len(thing.sheets)):
        kinds.setdefault(cells[thing.cell].kind if thing.cell >= 0 else "", thing.chance)
    numbers = len(kinds) - ("" in kinds)
    if len(kinds) < _FEWEST or numbers < _UNEXPLAINED:
        return 1.0
    return min(1.0, possible * prod(sorted(kinds.values())))
