"""What a teacher should look at: numbers that most of a class share though they are not right, and sheets alike.

Both are read from the wrong numbers of the class. What follows from wrong numbers, or has too few decimals, says
nothing here: it is shared by all who share what it comes from. What a known mistake explains says nothing of sheets
alike either: who believes the same writes the same.

How likely it is that some k of the n sheets share as much, if nobody has looked at another's (a union bound: groups of
this size, times the chance of each):

    chance = C(n, k) · Π p^(k − 1),   one p for each kind of number (net, delta, …) in which all of them share one

Numbers of one kind count once, the rarest for all: one rule that nobody has a name for spoils all of them, and with the
outputs the slopes, with the loss the errors, with the steps the new weights. p is the
chance that another student writes this number there as well, from what the rest of the class wrote, and not from the
sheets under suspicion (a ring would hide itself, the better the larger it is): of m others r have it, so that
p = (r + 2) / (m + 100), as if 2 of 100 had been seen to write it before. That is how often students who know nothing of
each other meet in a number that nothing explains (an easy slip, an odd rule of an old book): 1 to 3 in 100.

    2 of 200 share numbers of 3 kinds that nobody else has: C(200, 2) · (2/298)³ = 0.006; 3 of 200: 1.2e-07
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from math import comb, exp, isfinite, log
from typing import NamedTuple

import numpy as np

from bptutor.classroom.cells import Cell
from bptutor.classroom.grade import in_order
from bptutor.classroom.result import Work, WrongNumber
from bptutor.marking.verdicts import VERDICTS
from bptutor.mistakes.pairs import AND

MOST_SHEETS = 20_000
"""Sheets are compared with each other in classes up to this size."""

_MASS = 0.25
"""Of the sheets of a variant: what more of them share makes the key suspect, and tells nobody apart."""

_MOST_MEETINGS = 4_000_000  # times that two sheets meet in a number, of which each takes 8 bytes; the rarest first
_FEWEST = 3  # who share an unusual number, and kinds of numbers that sheets share
_ONE_RULE = {"slope": "out", "error": "loss", "loss_after": "loss", "step": "new"}  # wrong together by one wrong rule
_BY_CHANCE = 0.01  # groups expected in the class
_SEEN, _OF = 2, 100  # that write the same number, before anything of the class is known
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

    `chance` is how many such groups there would be in this class if nobody had looked at another's sheet, and what
    students do wrong in one place had nothing to do with what they do wrong in another. `numbers` and `causes`, the
    mistakes with a name, are those that most of the group share.
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

    def groups(self, cells: Sequence[Cell], variants: Sequence[Variant | None]) -> list[Group]:
        """The sheets that share more than chance explains, the least likely first; none in classes that are too big."""
        things = self._things(variants)
        kinds = dict[str, list[_Thing]]()
        for thing in things:
            if thing.is_number:
                kind = cells[thing.found.cell].kind
                kinds.setdefault(_ONE_RULE.get(kind, kind), []).append(thing)
        found = []
        for sheets, chance in _alike(kinds, len(self._ids), [v.students for v in variants if v]):
            shared = [thing for thing in things if 2 * len(thing.sheets & sheets) > len(sheets)]
            found.append(self._group(sheets, shared, cells, chance))
        return sorted(found, key=lambda group: (group.chance, *map(in_order, group.ids)))

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

    def chance(self, suspects: int) -> float:
        """How likely it is that another student has it too, as those show who are none of its suspects."""
        return (len(self.sheets) - suspects + _SEEN) / (self.variant.students - suspects + _OF)


def _alike(kinds: dict[str, list[_Thing]], n: int, classes: Sequence[int]) -> list[tuple[frozenset[int], float]]:
    """The groups, and the chance of each; those that have a sheet in common are one."""
    of_sheet: dict[int, set[tuple[str, int]]] = {}
    for kind, things in kinds.items():
        for place, thing in enumerate(things):
            for sheet in thing.sheets:
                of_sheet.setdefault(sheet, set()).add((kind, place))
    shared = {frozenset(of_sheet[one] & of_sheet[other]) for one, other in _meeting(kinds, n)}
    groups: list[tuple[frozenset[int], float]] = []
    for some in shared:
        by_kind: dict[str, list[_Thing]] = {}
        for kind, place in some:
            by_kind.setdefault(kind, []).append(kinds[kind][place])
        sheets, chance = _least_likely(by_kind, classes)
        if chance < _BY_CHANCE:
            touching = [group for group in groups if group[0] & sheets]
            groups = [group for group in groups if not group[0] & sheets]
            groups.append(
                (sheets.union(*(one for one, _chance in touching)), min(chance, *(c for _s, c in touching), 1))
            )
    return groups


def _meeting(kinds: dict[str, list[_Thing]], n: int) -> Iterator[tuple[int, int]]:
    """The sheets that share numbers of enough kinds."""
    met, meetings = [np.empty(0, np.int64)], 0
    for things in kinds.values():
        here = [np.empty(0, np.int64)]
        for thing in sorted(things, key=lambda thing: len(thing.sheets)):
            meetings += len(thing.sheets) * (len(thing.sheets) - 1) // 2
            if meetings > _MOST_MEETINGS:
                break
            sheets = np.array(sorted(thing.sheets), np.int64)
            one, other = np.triu_indices(len(sheets), 1)
            here.append(sheets[one] * n + sheets[other])
        met.append(np.unique(np.concatenate(here)))
    codes, times = np.unique(np.concatenate(met), return_counts=True)
    for code in codes[times >= _FEWEST].tolist():
        yield divmod(code, n)


def _least_likely(shared: dict[str, list[_Thing]], classes: Sequence[int]) -> tuple[frozenset[int], float]:
    """Of the groups that share some of these numbers the one that is least likely by chance, and its chance.

    Two of a ring may share a number that the others have not: so it is left out in turn what the fewest have.
    """
    widest = sorted((max((thing.sheets for thing in things), key=len) for things in shared.values()), key=len)
    found = []
    for few in range(len(widest) - _FEWEST + 1):
        sheets = frozenset.intersection(*widest[few:])
        found.append((_chance(sheets, shared, classes), sheets))
    chance, sheets = min(found, key=lambda one: one[0])
    return sheets, chance


def _chance(sheets: frozenset[int], shared: dict[str, list[_Thing]], classes: Sequence[int]) -> float:
    """How many groups of this size share numbers of as many kinds by chance, at most 1."""
    size = len(sheets)
    chances = [[t.chance(size) for t in things if sheets <= t.sheets] for things in shared.values()]
    rarest = [min(found) for found in chances if found]
    likely = log(sum(comb(students, size) for students in classes)) + (size - 1) * sum(map(log, rarest))
    return exp(min(likely, 0.0))
