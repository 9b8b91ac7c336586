"""How sheets are read before they are judged: their working, what is found about each number, what explains it.

Not all sheets are read alike. Some have numbers with too few decimals; some cut digits off instead of rounding; some
have a number that cannot be (an output above 1), which counts for what rests on it only if a known mistake gives it.
So sheets are parted into batches that are read alike, and each batch is read by itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from bptutor.engine.arrays import Flags
from bptutor.marking.causes import Causes
from bptutor.marking.findings import Findings, findings, impossible
from bptutor.marking.follow_through import Working, reach, ways, working
from bptutor.marking.sheets import Sheets
from bptutor.mistakes.slips import one_digit_off

Rows = NDArray[np.intp]
"""Which sheets."""


@dataclass(frozen=True, eq=False)
class Reading:
    """Sheets that are read alike: their working, and what is found about each number, arrays (sheets, cells).

    `miscopied` says which numbers are not the ones that were gone on with.
    """

    sheets: Sheets
    working: Working
    findings: Findings
    ulps: int
    miscopied: Flags

    @property
    def wrong(self) -> Flags:
        """The numbers that nothing speaks for: neither the page's nor what follows from the student's own."""
        found = self.findings
        return self.sheets.number & ~(found.exactly | found.nearly | found.roughly | found.follows)

    @property
    def off(self) -> Flags:
        """The wrong numbers, and those that are right only if they were cut off where all others are rounded."""
        return self.wrong | (self.findings.roughly & ~self.sheets.short)

    def causes(self) -> Causes | None:
        """The mistakes that explain the wrong numbers; None where there are none."""
        wrong = self.wrong
        allowed = self.ulps * self.sheets.flat.unit
        return Causes(self.working, wrong, allowed, self.miscopied) if wrong.any() else None


def readings(sheets: Sheets, ulps: int) -> Iterator[tuple[Rows, Reading, Causes | None]]:
    """Every sheet once, in batches that are read alike: which sheets these are, their reading, what explains it."""
    for rows, read, usable in _as_meant(sheets, ulps):
        causes = read.causes()
        rejected = read.sheets.number & ~usable & ~read.miscopied
        explained = rejected & causes.by_rule if causes and rejected.any() else rejected & False
        if not explained.any():
            yield rows, read, causes
            continue
        for part in _parts(np.asarray(explained.any(axis=1))):
            again = _read(read.sheets.some(part), (usable | explained)[part], ulps, read.miscopied[part])
            yield rows[part], again, again.causes()


def all_right(sheets: Sheets, ulps: int) -> NDArray[np.bool_]:
    """Whether all that was typed is right, exactly or rounded on the way, (sheets,); causes are not looked for."""
    right = np.zeros(len(sheets.value), dtype=bool)
    for rows, read, _usable in _as_written(sheets, ulps):
        found = read.findings
        fine = found.exactly | found.nearly | (found.follows & ~found.short) | ~read.sheets.number
        right[rows] = fine.all(axis=1) & ~read.sheets.unreadable.any(axis=1)
    return right


def _as_meant(sheets: Sheets, ulps: int) -> Iterator[tuple[Rows, Reading, Flags]]:
    """The same batches as of `_as_written`, those apart on which a number is not the one that was gone on with."""
    for rows, read, usable in _as_written(sheets, ulps):
        miscopied = _miscopied(read, usable)
        if not miscopied.any():
            yield rows, read, usable
            continue
        for part in _parts(np.asarray(miscopied.any(axis=1))):
            trusted = (usable & ~miscopied)[part]
            yield rows[part], _read(read.sheets.some(part), trusted, ulps, miscopied[part]), trusted


def _as_written(sheets: Sheets, ulps: int) -> Iterator[tuple[Rows, Reading, Flags]]:
    """Batches of sheets by how they were written, with the numbers that are usable for what rests on them.

    Sheets of which more is in order so are read as those of people who cut digits off instead of rounding.
    """
    usable = sheets.number & ~impossible(sheets, ulps)
    read = _read(sheets, usable, ulps)
    cuts = np.zeros(len(usable), dtype=bool)
    rows = np.flatnonzero(_may_be_cut(read))
    if rows.size:
        cutting = _read(replace(sheets.some(rows), cuts=True), usable[rows], ulps)
        cuts[rows] = cutting.off.sum(axis=1) < read.off[rows].sum(axis=1)
    if not cuts.any():
        yield np.arange(len(usable)), read, usable
        return
    for part in _parts(cuts):
        some = replace(sheets.some(part), cuts=bool(cuts[part[0]]))
        yield part, _read(some, usable[part], ulps), usable[part]


_NEAR = 4
"""Units of the last place: what is wrong by more is wrong for who cuts digits off, too."""


def _may_be_cut(read: Reading) -> NDArray[np.bool_]:
    """Which sheets have a wrong number near what their own numbers or the page give, (sheets,)."""
    wrong, found, sheets = read.off, read.working, read.sheets
    if not wrong.any():
        return np.zeros(len(wrong), dtype=bool)
    reached = _NEAR * sheets.last_place
    with np.errstate(all="ignore"):  # of a number that may be anything
        near = np.abs(sheets.value - sheets.flat.exact) <= reached
        for way in ways(found):
            near |= (sheets.value >= way.lo - reached) & (sheets.value <= way.hi + reached)
    return np.asarray((wrong & near).any(axis=1))


def _miscopied(read: Reading, usable: Flags) -> Flags:
    """The wrong numbers that are a digit or a sign away from one that all below them follows from.

    0.5939 stands there, and what is below follows from 0.5933 but not from 0.5939: it was copied wrongly, or misread.
    """
    result, wrong, follows = np.zeros_like(usable), read.wrong, read.findings.follows
    lost = read.sheets.number & ~follows  # what would have to follow from another number
    for row in np.flatnonzero((wrong & usable).any(axis=1) & (lost.sum(axis=1) > 1)).tolist():
        above = [read.sheets.flat.typed_operands(cell, usable[row]) for cell in np.flatnonzero(lost[row]).tolist()]
        near = [cell for cell in {*chain(*above)} if wrong[row, cell] and _one_digit_off(read, row, cell)]
        result[row, near] = True
    rows = np.flatnonzero(result.any(axis=1))
    if not rows.size:
        return result
    other = _read(read.sheets.some(rows), (usable & ~result)[rows], read.ulps).findings.follows
    for row, otherwise in zip(rows.tolist(), other, strict=True):
        result[row] = _not_gone_on_with(read, row, usable[row], result[row], otherwise)
    return result


def _one_digit_off(read: Reading, row: int, cell: int) -> bool:
    sheets, found, at = read.sheets, read.working, slice(cell, cell + 1)
    unit = float(sheets.finer[row, cell])
    lo, hi = (float(bound[row, 0]) for bound in reach(found, at, sheets.finer[:, at]))
    return one_digit_off(float(sheets.value[row, cell]), lo, hi, unit)


def _not_gone_on_with(read: Reading, row: int, usable: Flags, candidates: Flags, follows_otherwise: Flags) -> Flags:
    """Which candidates of a sheet no cell below follows from, and some cell follows from another number, (cells,)."""
    flat, typed = read.sheets.flat, read.findings.follows[row]
    speaks_for, speaks_against = np.zeros(flat.size, dtype=bool), np.zeros(flat.size, dtype=bool)
    for cell in np.flatnonzero(read.sheets.number[row] & (typed != follows_otherwise)).tolist():
        above = [operand for operand in flat.typed_operands(cell, usable) if candidates[operand]]
        (speaks_against if typed[cell] else speaks_for)[above] = True
    return candidates & speaks_for & ~speaks_against


def _parts(flags: NDArray[np.bool_]) -> Iterator[Rows]:
    """Where the flag is off, and where it is on, as far as there are such places."""
    return (rows for rows in (np.flatnonzero(~flags), np.flatnonzero(flags)) if rows.size)


def _read(sheets: Sheets, usable: Flags, ulps: int, miscopied: Flags | None = None) -> Reading:
    """One reading of sheets."""
    done = working(sheets, usable)
    none = np.zeros_like(usable) if miscopied is None else miscopied
    return Reading(sheets, done, findings(sheets, done, ulps), ulps, none)
