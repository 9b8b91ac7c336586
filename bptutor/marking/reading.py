"""How sheets are read before they are judged: their working, what is found about each number, what explains it.

Not all sheets are read alike. Some have numbers with too few decimals; some cut digits off instead of rounding; some
have a number that cannot be (an output above 1), which counts for what rests on it only if a known mistake gives it.
So sheets are parted into batches that are read alike, and each batch is read by itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from bptutor.engine.arrays import Flags
from bptutor.marking.causes import Causes
from bptutor.marking.findings import Findings, findings, impossible
from bptutor.marking.follow_through import Short, Working, working
from bptutor.marking.sheets import Sheets

Rows = NDArray[np.intp]
"""Which sheets."""


@dataclass(frozen=True, eq=False)
class Reading:
    """Sheets that are read alike: their working, and what is found about each number, arrays (sheets, cells)."""

    sheets: Sheets
    working: Working
    findings: Findings
    ulps: int

    @property
    def wrong(self) -> Flags:
        """The numbers that nothing speaks for: neither the page's nor what follows from the student's own."""
        found = self.findings
        return self.sheets.number & ~(found.exactly | found.nearly | found.roughly | found.follows)

    def causes(self) -> Causes | None:
        """The mistakes that explain the wrong numbers; None where there are none."""
        wrong = self.wrong
        return Causes(self.working, wrong, self.ulps * self.sheets.flat.unit) if wrong.any() else None


def readings(sheets: Sheets, ulps: int) -> Iterator[tuple[Rows, Reading, Causes | None]]:
    """Every sheet once, in batches that are read alike: which sheets these are, their reading, what explains it."""
    for rows, read, usable in _as_written(sheets, ulps):
        causes = read.causes()
        explained = read.sheets.number & ~usable & causes.by_rule if causes else np.zeros_like(usable)
        if not explained.any():
            yield rows, read, causes
            continue
        for part in _parts(np.asarray(explained.any(axis=1))):
            again = _read(read.sheets.some(part), (usable | explained)[part], ulps)
            yield rows[part], again, again.causes()


def all_right(sheets: Sheets, ulps: int) -> NDArray[np.bool_]:
    """Whether all that was typed is right, exactly or rounded on the way, (sheets,); causes are not looked for."""
    right = np.zeros(len(sheets.value), dtype=bool)
    for rows, read, _usable in _as_written(sheets, ulps):
        found = read.findings
        fine = found.exactly | found.nearly | (found.follows & ~found.short) | ~read.sheets.number
        right[rows] = fine.all(axis=1) & ~read.sheets.unreadable.any(axis=1)
    return right


def _as_written(sheets: Sheets, ulps: int) -> Iterator[tuple[Rows, Reading, Flags]]:
    """Batches of sheets by how they were written, with the numbers that are usable for what rests on them."""
    usable = sheets.number & ~impossible(sheets, ulps)
    for rows in _parts(np.asarray(sheets.short.any(axis=1))):
        some = sheets.some(rows)
        read = _read(some, usable[rows], ulps)
        cuts = _cut_off(read)
        if not cuts.any():
            yield rows, read, usable[rows]
            continue
        for part in _parts(cuts):
            cutting = replace(some.some(part), cuts=cuts[part])
            yield rows[part], _read(cutting, usable[rows[part]], ulps), usable[rows[part]]


def _parts(flags: NDArray[np.bool_]) -> Iterator[Rows]:
    """Where the flag is off, and where it is on, as far as there are such places."""
    return (rows for rows in (np.flatnonzero(~flags), np.flatnonzero(flags)) if rows.size)


def _read(sheets: Sheets, usable: Flags, ulps: int) -> Reading:
    """One reading of sheets; more than one way of it where all have numbers with too few decimals."""
    ways = Short if sheets.short.any() else (Short.AS_TYPED,)
    done = [working(sheets.flat, sheets, usable, way) for way in ways]
    return Reading(sheets, done[0], findings(sheets, done, ulps), ulps)


def _cut_off(read: Reading) -> NDArray[np.bool_]:
    """Which sheets with a wrong number cut digits off, of exact values or of what their own numbers give, (sheets,)."""
    with np.errstate(all="ignore"):  # of a number that may be anything
        own = 0.5 * read.working.lo + 0.5 * read.working.hi
    cuts = read.sheets.cut_off(read.sheets.flat.exact) | read.sheets.cut_off(own)
    return np.asarray(cuts & read.wrong.any(axis=1))
