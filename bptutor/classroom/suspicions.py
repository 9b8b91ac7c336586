"""What a teacher should look at: numbers that most of a class share though they are not right, and sheets alike.

Both are read from the wrong numbers of the class. What follows from wrong numbers, or has too few decimals, says
nothing here: it is shared by all who share what it comes from.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from math import isfinite, prod
from typing import NamedTuple

import numpy as np

from bptutor.classroom.cells import Cell
from bptutor.classroom.grade import in_order
from bptutor.classroom.result import Work, WrongNumber
from bptutor.marking.verdicts import VERDICTS

MOST_SHEETS = 20_000
"""Sheets are compared with each other in classes up to this size."""

_MOST_MEETINGS = 4_000_000  # times that two sheets meet in a number, of which each takes 8 bytes; the rarest first
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


def mistakes(wrong: Iterable[WrongNumber]) -> list[str]:
    """The mistakes that a sheet shows.

    Of several that fit a number equally well it is one that another number needs, else the first, which is commonest.
    """
    causes = dict.fromkeys(number.causes for number in wrong if number.causes)
    found = dict.fromkeys(fits[0] for fits in causes if len(fits) == 1)
    for fits in causes:
        if found.keys().isdisjoint(fits):
            found[fits[0]] = None
    return list(found)


def _wrong_by_themselves(work: Work) -> Iterator[WrongNumber]:
    return (wrong for wrong in work.wrong if work.verdicts[wrong.cell] in _WRONG and isfinite(wrong.number))


class _Finding(NamedTuple):
    """Something on a sheet of a variant that another may share: a number in a cell, or a mistake, which has no cell."""

    variant: int
    cell: int = -1
    number: float = 0.0
    mistake: str = ""


class Suspicions:
    """The wrong numbers of a class, told sheet after sheet; `variant` is the place of a sheet's variant."""

    def __init__(self) -> None:
        self.sheets = 0
        self._numbers = Counter[tuple[_Finding, str]]()  # with the mistake that explains it, "" for none
        self._ids: list[str] = []
        self._sheets_with: dict[_Finding, list[int]] = {}

    def add(self, work: Work, variant: int, students: int) -> None:
        """Counts the wrong numbers of a sheet that so many handed in."""
        for cell, number, fits in _wrong_by_themselves(work):
            finding = _Finding(variant, cell, number + 0.0)  # + 0.0: there is no -0.0
            self._numbers[finding, fits[0] if fits else ""] += students

    def remember(self, name: str, work: Work, variant: int, causes: Sequence[str]) -> None:
        """Takes note of a student's sheet with these mistakes, to be compared with others."""
        self.sheets += 1
        if self.sheets > MOST_SHEETS:  # of so many, none are compared
            self._sheets_with.clear()
            return
        alone: dict[float, _Finding] = {}  # each number once: who fills a sheet with one number had one idea
        for cell, number, fits in _wrong_by_themselves(work):
            if not fits:
                alone.setdefault(abs(number), _Finding(variant, cell, number))
        for finding in (*alone.values(), *(_Finding(variant, mistake=cause) for cause in causes)):
            self._sheets_with.setdefault(finding, []).append(len(self._ids))
        self._ids.append(name)

    def unusual(self, cells: Sequence[Cell], variants: Sequence[Variant | None]) -> list[Unusual]:
        """The numbers that are not right and that most share, in the order of the page; None is no variant to judge."""
        found: dict[_Finding, Counter[str]] = {}
        for (finding, cause), students in self._numbers.items():
            found.setdefault(finding, Counter())[cause] += students
        unusual = []
        for finding, causes in found.items():
            variant, total, cell = variants[finding.variant], causes.total(), finding.cell
            if variant and total >= _FEWEST and 2 * total >= variant.answered[cell]:
                named = tuple(sorted(filter(None, causes)))
                row = Unusual(variant.name, cells[cell], finding.number, total, variant.answered[cell], named)
                unusual.append((variant.name, cell, finding.number, row))
        return [row for *_order, row in sorted(unusual, key=lambda found: found[:3])]

    def pairs(self, cells: Sequence[Cell], variants: Sequence[Variant | None]) -> list[Pair]:
        """The sheets that share more than chance explains, the least likely first; none in classes that are too big."""
        things = self._things(variants)
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
        return Pair(
            (first, second),
            shared[0].variant.name,
            chance,
            tuple(Shared(cells[one.found.cell], one.found.number, len(one.sheets)) for one in shared if one.is_number),
            tuple(sorted(one.found.mistake for one in shared if not one.is_number)),
        )

    def _things(self, variants: Sequence[Variant | None]) -> list[_Thing]:
        """What at least two sheets of a variant share, and no more than a quarter of them, in the order of the page."""
        things = []
        for finding, sheets in sorted(self._sheets_with.items()):
            variant = variants[finding.variant]
            if variant and len(sheets) > 1 and 4 * len(sheets) <= variant.students:
                things.append(_Thing(variant, finding, sheets))
        return things


class _Thing(NamedTuple):
    """What sheets share."""

    variant: Variant
    found: _Finding
    sheets: list[int]

    @property
    def is_number(self) -> bool:
        """Whether it is a number in a cell, and no mistake."""
        return not self.found.mistake

    @property
    def chance(self) -> float:
        """How likely it is that a given other student has it too."""
        return (len(self.sheets) - 1) / (self.variant.students - 1)


def _meeting(things: Iterable[_Thing], n: int) -> Iterator[tuple[int, int]]:
    """The sheets that share at least two numbers."""
    met, meetings = [np.empty(0, np.int64)], 0
    for thing in sorted((thing for thing in things if thing.is_number), key=lambda thing: len(thing.sheets)):
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
        kinds.setdefault(cells[thing.found.cell].kind if thing.is_number else "", thing.chance)
    numbers = len(kinds) - ("" in kinds)
    if len(kinds) < _FEWEST or numbers < _UNEXPLAINED:
        return 1.0
    return min(1.0, possible * prod(sorted(kinds.values())))
