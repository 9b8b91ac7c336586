"""What a teacher should look at: numbers that most of a class share though they are not right, and sheets alike.

Both are read from the wrong numbers of the class. What follows from wrong numbers, or has too few decimals, says
nothing here: it is shared by all who share what it comes from. What a known mistake explains says nothing of sheets
alike either: who believes the same writes the same.

How it is judged whether sheets share more than honest work explains is written in `alike.py`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from math import isfinite
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bptutor.classroom.alike import Common, alike, room
from bptutor.classroom.cells import Cell
from bptutor.classroom.grade import in_order
from bptutor.classroom.result import Work, WrongNumber
from bptutor.marking.verdicts import VERDICTS
from bptutor.mistakes.pairs import AND

MOST_SHEETS = 20_000
"""Sheets are compared with each other in classes up to this size."""

_MASS = 0.25
"""Of the sheets of a variant: what more of them share makes the key suspect, and tells nobody apart."""

_FEWEST = 3  # who share an unusual number
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


class Group(NamedTuple):
    """Sheets that share wrong numbers, in the order of their ids.

    `chance` is how many such groups there would be in this class if nobody had looked at another's sheet, by chance or
    from a common source (see `alike.py`). `numbers` and `causes`, the mistakes with a name, are those that most of the
    group share.
    """

    ids: tuple[str, ...]
    variant: str
    chance: float
    numbers: tuple[Shared, ...]
    causes: tuple[str, ...]


class Variant(NamedTuple):
    """A variant of the problem: how many handed it in, and how many wrote a number in each cell."""

    name: str
    students: int
    answered: Sequence[int]


def mistakes(wrong: Iterable[WrongNumber]) -> dict[str, Fraction]:
    """The mistakes that a sheet shows, and how much of each: two that fit equally well are both counted as half.

    Of several that fit a number equally well it is those that fit another number too: (b), (a, b), (c, d) shows b
    whole, c and d as half.
    """
    shown = list[set[str]]()
    for fits in sorted(dict.fromkeys(number.causes for number in wrong if number.causes), key=len):
        same = next((some for some in shown if not some.isdisjoint(fits)), None)
        if same is None:
            shown.append(set(fits))
        else:
            same.intersection_update(fits)
    found = dict[str, Fraction]()
    for some in shown:
        for mistake in sorted({name for fit in some for name in fit.split(AND)}):
            found[mistake] = max(found.get(mistake, Fraction()), Fraction(1, len(some)))
    return found


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
        self._verdicts: list[bytes] = []
        self._variants: list[int] = []
        self._sheets_with: dict[_Finding, list[int]] = {}

    def add(self, work: Work, variant: int, students: int) -> None:
        """Counts the wrong numbers of a sheet that so many handed in."""
        for cell, number, fits in _wrong_by_themselves(work):
            finding = _Finding(variant, cell, number + 0.0)  # + 0.0: there is no -0.0
            self._numbers[finding, fits[0] if fits else ""] += students

    def remember(self, name: str, work: Work, variant: int, causes: Iterable[str]) -> None:
        """Takes note of a student's sheet with these mistakes, to be compared with others."""
        self.sheets += 1
        if self.sheets > MOST_SHEETS:  # of so many, none are compared
            self._sheets_with.clear()
            self._verdicts.clear()
            self._variants.clear()
            return
        alone: dict[float, _Finding] = {}  # each number once: who fills a sheet with one number had one idea
        for cell, number, fits in _wrong_by_themselves(work):
            if not fits:
                alone.setdefault(abs(number), _Finding(variant, cell, number))
        for finding in (*alone.values(), *(_Finding(variant, mistake=cause) for cause in causes)):
            self._sheets_with.setdefault(finding, []).append(len(self._ids))
        self._ids.append(name)
        self._verdicts.append(work.verdicts)
        self._variants.append(variant)

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

    def groups(self, cells: Sequence[Cell], variants: Sequence[Variant | None]) -> list[Group]:
        """The sheets that share more than chance explains, the least likely first; none in classes that are too big."""
        things, found = self._things(variants), []
        numbers = [Common(cells[one.found.cell], one.sheets) for one in things if one.is_number]
        some = room(cells, self._written(len(cells), variants), np.array(self._variants, np.intp))
        for sheets, chance in alike(numbers, some):
            shared = [thing for thing in things if 2 * len(thing.sheets & sheets) > len(sheets)]
            found.append(self._group(sheets, shared, cells, chance))
        return sorted(found, key=lambda group: (group.chance, *map(in_order, group.ids)))

    def _written(self, cells: int, variants: Sequence[Variant | None]) -> NDArray[np.uint8]:
        """The verdicts (sheets, cells) of each sheet; those on another page are as if blank."""
        blank = bytes([VERDICTS.index("blank")]) * cells
        judged = zip(self._verdicts, self._variants, strict=True)
        rows = b"".join(verdicts if variants[variant] else blank for verdicts, variant in judged)
        return np.frombuffer(rows, np.uint8).reshape(-1, cells)

    def _group(self, sheets: Iterable[int], shared: Sequence[_Thing], cells: Sequence[Cell], chance: float) -> Group:
        return Group(
            tuple(sorted((self._ids[sheet] for sheet in sheets), key=in_order)),
            shared[0].variant.name,
            chance,
            tuple(Shared(cells[one.found.cell], one.found.number, len(one.sheets)) for one in shared if one.is_number),
            tuple(sorted(one.found.mistake for one in shared if not one.is_number)),
        )

    def _things(self, variants: Sequence[Variant | None]) -> list[_Thing]:
        """What at least two sheets of a variant share, and not so many that it tells nobody apart, as on the page."""
        things = []
        for finding, sheets in sorted(self._sheets_with.items()):
            variant = variants[finding.variant]
            if variant and 1 < len(sheets) <= max(_MASS * variant.students, _FEWEST):
                things.append(_Thing(variant, finding, frozenset(sheets)))
        return things


class _Thing(NamedTuple):
    """What sheets share."""

    variant: Variant
    found: _Finding
    sheets: frozenset[int]

    @property
    def is_number(self) -> bool:
        """Whether it is a number in a cell, and no mistake."""
        return not self.found.mistake
