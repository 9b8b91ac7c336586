"""Marks sheets of answers, one or a whole class at once.

The order of things: the working of every sheet; what is found about each number by itself; the mistakes that explain
the numbers that do not follow; then, from the top of the page to its end, the verdicts; and what they earn.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bptutor.engine.arrays import Flags
from bptutor.marking.causes import Causes
from bptutor.marking.findings import Findings, findings, idle, impossible
from bptutor.marking.follow_through import Short, Working, working
from bptutor.marking.policy import Marking
from bptutor.marking.sheets import Sheets
from bptutor.marking.verdicts import BIT, VERDICTS, Codes, verdicts
from bptutor.mistakes.slips import SLIP_IDS
from bptutor.problem import Array

Rows = NDArray[np.intp]

_FULL, _IMPRECISE, _FOLLOWING, _SHORT_FOLLOWING, _NOTHING = range(5)
_SHARES = {"right": _FULL, "right_carried": _FULL, "imprecise": _IMPRECISE, "follow_through": _FOLLOWING}
_SHARE = np.array([_SHARES.get(name, _NOTHING) for name in VERDICTS], np.uint8)
_FEW = 4  # numbers from which on a sheet of one number only is no working
_ASTRAY = np.array([name in ("misconception", "wrong", "follow_through") for name in VERDICTS])
_HOLLOW = 0.9  # of the numbers of a sheet
_TELLING = 10  # units of the last place


@dataclass(frozen=True, eq=False)
class Judged:
    """The verdicts on sheets, arrays (sheets, cells): `verdict` is a place in `VERDICTS`, `share` one in `shares`.

    `again` says where a mistake was made before and is not charged again; `known` has the bits of `verdicts.Known`.
    """

    sheets: Sheets
    working: Working
    findings: Findings
    causes: Causes | None
    verdict: NDArray[np.uint8]
    share: NDArray[np.uint8]
    again: Flags
    known: Codes

    @property
    def astray(self) -> NDArray[np.intp]:
        """How many numbers of each sheet, (sheets,), are wrong or follow from wrong ones."""
        return np.asarray(_ASTRAY[self.verdict].sum(axis=1))


def shares(marking: Marking) -> tuple[Fraction, ...]:
    """What part of its points a cell earns, for each value of `Judged.share`."""
    imprecise, following = marking.imprecise, marking.follow_through
    return Fraction(1), imprecise, following, imprecise * following, Fraction(0)


def judge(sheets: Sheets, asked: Flags, marking: Marking) -> Judged:
    """The verdicts on all sheets; `asked` (cells,) says which cells are asked for."""
    number = sheets.number
    strange = number & impossible(sheets, marking.ulps)
    usable = number & ~strange
    read = _read_as_written(sheets, usable, marking)
    if (rows := _some(strange)).size and (causes := _causes(read.some(rows), marking)):
        # A number that cannot be, but that a known mistake gives, is one to go on from.
        usable[rows] |= strange[rows] & causes.by_rule
        rows = rows[_some(strange[rows] & causes.by_rule)]
        read.put(rows, _read(read.sheets.some(rows), usable[rows], marking))
    causes = _causes(read, marking)
    verdict, known = verdicts(sheets.flat, _bits(read, asked, causes))
    share = _SHARE[verdict]
    share[(share == _FOLLOWING) & read.findings.short] = _SHORT_FOLLOWING
    again = np.zeros_like(number)
    if causes and marking.charge == "once":
        again = _again(verdict, known, causes)
        share[again] = _FULL
    return Judged(read.sheets, read.working, read.findings, causes, verdict, share, again, known)


def all_right(sheets: Sheets, marking: Marking) -> NDArray[np.bool_]:
    """Whether all that was typed is right, exactly or rounded on the way, (sheets,); causes are not looked for."""
    usable = sheets.number & ~impossible(sheets, marking.ulps)
    found = _read_as_written(sheets, usable, marking).findings
    right = found.exactly | found.nearly | (found.follows & ~found.short)
    return np.asarray((right | ~sheets.number).all(axis=1) & ~sheets.unreadable.any(axis=1))


class _Reading(NamedTuple):
    """Sheets, their working, and what is found about each number; `wrong` are those that nothing speaks for."""

    sheets: Sheets
    working: Working
    findings: Findings
    wrong: Flags

    def some(self, rows: Rows) -> _Reading:
        """The reading of these sheets only."""
        found = Findings(*(flags[rows] for flags in self.findings))
        return _Reading(self.sheets.some(rows), self.working.some(rows), found, self.wrong[rows])

    def put(self, rows: Rows, read: _Reading) -> None:
        """Puts another reading of some sheets in the place of theirs."""
        self.sheets.cuts[rows] = read.sheets.cuts
        self.working.put(rows, read.working)
        for flags, others in zip((*self.findings, self.wrong), (*read.findings, read.wrong), strict=True):
            flags[rows] = others


def _some(flags: Flags) -> Rows:
    """The sheets with a flag somewhere."""
    return np.flatnonzero(flags.any(axis=1))


def _read(sheets: Sheets, usable: Flags, marking: Marking) -> _Reading:
    """One reading of all sheets; more than one way of it where some numbers have too few decimals."""
    rows = _some(sheets.short)
    ways = Short if 0 < len(rows) == len(usable) else (Short.AS_TYPED,)
    done = [working(sheets.flat, sheets, usable, way) for way in ways]
    found = findings(sheets, done, marking.ulps)
    wrong = sheets.number & ~(found.exactly | found.nearly | found.roughly | found.follows)
    read = _Reading(sheets, done[0], found, wrong)
    if 0 < len(rows) < len(usable):
        read.put(rows, _read(sheets.some(rows), usable[rows], marking))
    return read


def _read_as_written(sheets: Sheets, usable: Flags, marking: Marking) -> _Reading:
    """The same, those who cut digits off read as that."""
    read = _read(sheets, usable, marking)
    rows = _some(read.wrong)
    rows = rows[_cut_off(read, rows)] if rows.size else rows
    if rows.size:
        cutting = replace(sheets.some(rows), cuts=np.ones(len(rows), dtype=bool))
        read.put(rows, _read(cutting, usable[rows], marking))
    return read


def _cut_off(read: _Reading, rows: Rows) -> Flags:
    """Which of some sheets cut digits off, of exact values or of what their own numbers give, (rows,)."""
    with np.errstate(all="ignore"):  # of a number that may be anything
        own = 0.5 * read.working.lo[rows] + 0.5 * read.working.hi[rows]
    some = read.sheets.some(rows)
    return np.asarray(some.cut_off(some.flat.exact) | some.cut_off(own))


def _causes(read: _Reading, marking: Marking) -> Causes | None:
    allowed = marking.ulps * read.sheets.flat.unit
    return Causes(read.working, read.wrong, allowed) if read.wrong.any() else None


def _bits(read: _Reading, asked: Flags, causes: Causes | None) -> Codes:
    """What is known of each cell by itself, as bits of `verdicts.Known`."""
    sheets, found, number = read.sheets, read.findings, read.sheets.number
    nothing = np.zeros_like(number)
    explained, by_rule = (causes.explained, causes.by_rule) if causes else (nothing, nothing)
    # A lone number that nothing explains is a slip too, unless it is an empty one: one slip costs one cell.
    unexplained = read.wrong & ~explained
    alone = unexplained & ~found.empty & (unexplained.sum(axis=1, keepdims=True) == 1)
    flags = found._asdict() | {
        "shown": sheets.flat.shown,
        "learnt": sheets.flat.learnt,
        "number": number,
        "unreadable": sheets.unreadable,
        "usable": read.working.usable,
        "asked": asked,
        "explained": explained,
        "plausible": explained | alone,
    }
    bits = np.zeros(number.shape, np.uint32)
    for name, flag in flags.items():
        bits |= np.where(flag, BIT[name], np.uint32(0))
    odd = read.wrong & found.empty & ~(by_rule & sheets.flat.of_bias)
    bits[odd.any(axis=1)] |= BIT["suspicious"]
    unchanged = found.empty & sheets.flat.learnt & ~sheets.flat.of_bias
    bits[unchanged.any(axis=1)] |= BIT["unlearnt"]
    bits[idle(sheets.flat, sheets.value).sum(axis=1) >= _HOLLOW * number.sum(axis=1)] |= BIT["hollow"]
    bits[_coherent(read, explained)] |= BIT["coherent"]
    bits[_varied(number, sheets.value) | (number.sum(axis=1) < _FEW)] |= BIT["varied"]
    return bits


def _coherent(read: _Reading, explained: Flags) -> NDArray[np.bool_]:
    """Which sheets hang together: a third of the numbers that no mistake explains, and not all of them the same.

    What is near 0 meets too much by chance; where nothing else was typed, nearly everything must be in order.
    """
    sheets = read.sheets
    telling = sheets.number & (np.abs(sheets.value) > _TELLING * sheets.flat.unit)
    few = telling.sum(axis=1, keepdims=True) < _FEW
    counted = np.where(few, sheets.number, telling)
    good = counted & ~read.wrong
    count = counted.sum(axis=1)
    share = np.where(few[:, 0], 0.5, 1 / 3)
    enough = good.sum(axis=1) >= share * (count - (explained & counted).sum(axis=1))
    return np.asarray(enough & (_varied(good, sheets.value) | (count < _FEW)))


def _varied(cells: Flags, value: Array) -> NDArray[np.bool_]:
    """On which sheets some cells have different numbers."""
    lowest = np.where(cells, value, np.inf).min(axis=1, initial=np.inf)
    highest = np.where(cells, value, -np.inf).max(axis=1, initial=-np.inf)
    return np.asarray(lowest < highest)


def _again(verdict: NDArray[np.uint8], known: Codes, causes: Causes) -> Flags:
    """Where a misconception that was charged for further up is made again."""
    again, charged = np.zeros(verdict.shape, dtype=bool), dict[int, list[int]]()
    ids, leads, _cells = causes.leading
    bits = [0 if name in SLIP_IDS else 1 << place for place, name in enumerate(ids)]
    unfair = BIT["suspicious"] | BIT["hollow"]
    fair = known & (BIT["coherent"] | unfair) == BIT["coherent"]
    fair &= known & (BIT["empty"] | BIT["unlearnt"]) != BIT["empty"] | BIT["unlearnt"]
    numbers = np.flatnonzero(verdict[causes.rows, causes.columns] == VERDICTS.index("misconception"))
    for number in numbers.tolist():
        row, column = causes.rows[number], causes.columns[number]
        best = sum(bit for bit, leading in zip(bits, leads[:, number].tolist(), strict=True) if leading)
        before = charged.setdefault(int(row), [])
        same = next((place for place, group in enumerate(before) if group & best), None)
        if same is None:
            before.append(best)
        else:
            before[same] &= best
            again[row, column] = fair[row, column]
    return again
