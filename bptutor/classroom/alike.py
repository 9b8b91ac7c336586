"""Which sheets of a class share more wrong numbers than honest work explains.

Two honest causes are weighed against copying, and the likelier of them counts.

*Coincidence.* How many groups of k among n sheets share as much, if nobody has looked at another's (a union bound):

    C(n, k) · Π p^(k − 1),   one p for each kind of number (net, delta, …) in which all of them share one

Numbers of one kind count once, the rarest for all: one rule that nobody has a name for spoils all of them, and with the
outputs the slopes, with the loss the errors, with the steps the new weights. The loss after the update is of no kind:
it rests on numbers that nobody writes down. p is the chance that another student writes this number there as well, from
what the rest of the class wrote, and not from the sheets under suspicion (a ring would hide itself, the better the
larger it is): of m others r have it, so that p = (r + 2) / (m + 100), as if 2 of 100 had been seen to write it before.
That is how often students who know nothing of each other meet in a number that nothing explains (an easy slip, an odd
rule of an old book): 1 to 3 in 100.

    2 of 200 share numbers of 3 kinds that nobody else has: C(200, 2) · (2/298)³ = 0.006; 3 of 200: 1.2e-07

*A common source.* Who learnt from the same notes has the same wrong rules, be it a fifth of the class. What h sheets
have from there is no coincidence, and the group is one of those that can be made of h:

    C(h, k) · s^c · Π p^(k − 1),   p for the kinds of numbers that are not from there; if all are, s^c alone

Two wrong rules in the same notes are thought possible at no cost; each rule beyond these, and each number that no rule
gave, is thought possible once in 1/s = 20 times. A rule spoils most of a quantity: where a sheet has half of it right,
but for what a known mistake explains, no rule was at work. Who has a quantity spoiled otherwise counts in h, and in r,
as well: the same rule gives another number to who comes to it with others. So notes with two or three wrong rules
accuse hardly anybody, and a ring of 40 is told from them by numbers that have nothing to do with each other.

The limits (two rules, 1/20, kinds instead of numbers) were set on classes made by instruments/evidence/copiers.py, in
which up to a quarter hold such rules; its README has what came of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from math import comb, exp, inf, log
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bptutor.classroom.cells import Cell
from bptutor.engine.arrays import Flags
from bptutor.marking.verdicts import VERDICTS

_MOST_MEETINGS = 4_000_000  # times that two sheets meet in a number, of which each takes 8 bytes; the rarest first
_FEWEST = 3  # kinds of numbers that sheets share
_ONE_RULE = {"slope": "out", "error": "loss", "step": "new"}  # wrong together by one wrong rule
_NO_KIND = "loss_after"
_BY_CHANCE = 0.01  # groups expected in the class
_SEEN, _OF = 2, 100  # that write the same number, before anything of the class is known
_RULES, _SOURCE = 2, 1 / 20  # wrong rules that notes may have, and how often they have one more, or a wrong number
_WRONG = VERDICTS.index("wrong")
_SAYS_NOTHING = list(map(VERDICTS.index, ("blank", "unreadable", "misconception")))  # for or against a rule


class Common(NamedTuple):
    """A number that nothing explains, in the same cell of several sheets of a variant."""

    cell: Cell
    sheets: frozenset[int]

    @property
    def kind(self) -> str:
        """What one wrong rule would spoil together."""
        return _ONE_RULE.get(self.cell.kind, self.cell.kind)


class Room(NamedTuple):
    """A class: the variant of each sheet, (sheets,), how many are of each, and by quantity who has most of it wrong."""

    variant: NDArray[np.intp]
    students: Sequence[int]
    spoiled: Mapping[str, Flags]

    def fellows(self, sheet: int) -> int:
        """How many sheets are of the same variant."""
        return self.students[int(self.variant[sheet])]


def room(cells: Sequence[Cell], verdicts: NDArray[np.uint8], variant: NDArray[np.intp]) -> Room:
    """A class with these verdicts, (sheets, cells).

    A quantity is spoiled as by a rule where most of it is wrong, and nothing explains it: of two numbers both. What a
    known mistake explains is no sign of another rule, nor that there was none.
    """
    wrong, written = verdicts == _WRONG, ~np.isin(verdicts, _SAYS_NOTHING)
    places = dict[str, list[int]]()
    for place, cell in enumerate(cells):
        places.setdefault(cell.quantity, []).append(place)
    most = {name: 2 * wrong[:, at].sum(axis=1) > written[:, at].sum(axis=1) for name, at in places.items()}
    return Room(variant, np.bincount(variant).tolist(), most)


_Kinds = Mapping[str, Sequence[Common]]


def alike(numbers: Sequence[Common], room: Room) -> list[tuple[frozenset[int], float]]:
    """The groups, and the chance of each; those that have a sheet in common are one.

    Numbers that many have come to nothing here by themselves; leave out those that tell nobody apart.
    """
    kinds = dict[str, list[Common]]()
    for number in numbers:
        if number.kind != _NO_KIND:
            kinds.setdefault(number.kind, []).append(number)
    groups: list[tuple[frozenset[int], float]] = []
    for shared in _shared(kinds, len(room.variant)):
        sheets, chance = _least_likely(shared, room)
        if chance < _BY_CHANCE:
            touching = [group for group in groups if group[0] & sheets]
            groups = [group for group in groups if not group[0] & sheets]
            groups.append((sheets.union(*(one for one, _c in touching)), min(chance, *(c for _s, c in touching), 1)))
    return groups


def _shared(kinds: _Kinds, n: int) -> Iterator[_Kinds]:
    """What two sheets share, by its kind; each such collection once, however many pairs of sheets share it."""
    of_sheet: dict[int, set[tuple[str, int]]] = {}
    for kind, numbers in kinds.items():
        for place, number in enumerate(numbers):
            for sheet in number.sheets:
                of_sheet.setdefault(sheet, set()).add((kind, place))
    for some in {frozenset(of_sheet[one] & of_sheet[other]) for one, other in _meeting(kinds, n)}:
        by_kind: dict[str, list[Common]] = {}
        for kind, place in sorted(some):
            by_kind.setdefault(kind, []).append(kinds[kind][place])
        yield by_kind


def _meeting(kinds: _Kinds, n: int) -> Iterator[tuple[int, int]]:
    """The sheets that share numbers of enough kinds."""
    met, meetings = [np.empty(0, np.int64)], 0
    for numbers in kinds.values():
        here = [np.empty(0, np.int64)]
        for number in sorted(numbers, key=lambda number: len(number.sheets)):
            meetings += len(number.sheets) * (len(number.sheets) - 1) // 2
            if meetings > _MOST_MEETINGS:
                break
            sheets = np.array(sorted(number.sheets), np.int64)
            one, other = np.triu_indices(len(sheets), 1)
            here.append(sheets[one] * n + sheets[other])
        met.append(np.unique(np.concatenate(here)))
    codes, times = np.unique(np.concatenate(met), return_counts=True)
    for code in codes[times >= _FEWEST].tolist():
        yield divmod(code, n)


def _least_likely(shared: _Kinds, room: Room) -> tuple[frozenset[int], float]:
    """Of the groups that share some of these numbers the one that is least likely by chance, and its chance.

    Two of a ring may share a number that the others have not: so it is left out in turn what the fewest have.
    """
    widest = sorted((max((n.sheets for n in numbers), key=len) for numbers in shared.values()), key=len)
    found = []
    for few in range(len(widest) - _FEWEST + 1):
        sheets = frozenset.intersection(*widest[few:])
        found.append((_chance(sheets, shared, room), sheets))
    chance, sheets = min(found, key=lambda one: one[0])
    return sheets, chance


def _chance(group: frozenset[int], shared: _Kinds, room: Room) -> float:
    """How many groups of this size share as much in honest work, at most 1."""
    theirs = [[n for n in numbers if group <= n.sheets] for numbers in shared.values()]
    theirs = [numbers for numbers in theirs if numbers]
    if len(theirs) < _FEWEST:
        return 1.0
    rarest = [min((number.sheets for number in numbers), key=len) for numbers in theirs]
    groups = log(sum(comb(students, len(group)) for students in room.students))
    if groups + sum(_by_itself(group, len(sheets), room) for sheets in rarest) >= log(_BY_CHANCE):
        return 1.0  # as almost always; what follows takes longer, and makes it no smaller
    causes = [_cause(group, sheets, numbers, room) for sheets, numbers in zip(rarest, theirs, strict=True)]
    likely = max(groups + sum(cause.alone for cause in causes), _from_a_source(group, causes))
    return exp(min(likely, 0.0))


def _by_itself(group: frozenset[int], holders: int, room: Room) -> float:
    """The logarithm of the chance that all of a group came without each other by what so many have."""
    size, fellows = len(group), room.fellows(min(group))
    return (size - 1) * log((holders - size + _SEEN) / (fellows - size + _OF))


class _Cause(NamedTuple):
    """What can have given all sheets of a group their numbers of a kind, and which sheets (sheets,) it was given to.

    `alone` is the logarithm of the chance that they came by it without each other.
    """

    by_rule: bool
    holders: Flags
    alone: float


def _cause(group: frozenset[int], rarest: frozenset[int], shared: Sequence[Common], room: Room) -> _Cause:
    holders = np.isin(np.arange(len(room.variant)), list(rarest))
    spoiled = np.equal(room.variant, room.variant[min(group)])
    for number in shared:
        spoiled &= room.spoiled[number.cell.quantity]
    by_rule = bool(2 * np.count_nonzero(spoiled[list(group)]) > len(group))
    if by_rule:  # who has other numbers of it wrong has the rule too, or one like it
        holders |= spoiled
    return _Cause(by_rule, holders, _by_itself(group, int(np.count_nonzero(holders)), room))


def _from_a_source(group: frozenset[int], causes: Sequence[_Cause]) -> float:
    """The logarithm of how many such groups there are where some of it, at best for them, is from the same notes."""
    most = -inf
    for count in range(1, len(causes) + 1):
        for some in combinations(range(len(causes)), count):
            holders = np.logical_and.reduce([causes[n].holders for n in some])
            beyond = count - min(_RULES, sum(causes[n].by_rule for n in some))
            likely = beyond * log(_SOURCE)
            if count < len(causes):  # else all of it was given to the group, and nothing is left to single them out
                likely += log(comb(int(np.count_nonzero(holders)), len(group)))
            most = max(most, likely + sum(cause.alone for n, cause in enumerate(causes) if n not in some))
    return most
