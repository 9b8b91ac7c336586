"""The results of a class in the order of the students, however many: those that memory does not hold wait in files."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator
from enum import StrEnum
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

from bptutor.classroom.grade import in_order
from bptutor.classroom.packing import packed, unpacked
from bptutor.classroom.result import Result

MOST = 100_000  # results in memory
_MOST_TEXT = 64 * 1024 * 1024  # letters of feedback in memory
_BATCH = 1000  # results that are stored together


class Keep(StrEnum):
    """Which hand-in of a student counts where there are several."""

    newest = "newest"
    first = "first"
    best = "best"


class Kept(NamedTuple):
    """The hand-in of a student that counts, and the others."""

    result: Result
    aside: list[Result]


class Spool:
    """Takes results in any order, and gives them back sorted by student, one a student.

    What cannot be read counts only where a student has nothing else; a hand-in that does not say whose it is stays.
    `folder` is there for the files of this class alone.
    """

    def __init__(self, folder: Path, keep: Keep = Keep.newest, most: int = MOST):
        self._folder, self._keep, self._most = folder, keep, most
        self._waiting: list[Result] = []
        self._text = 0
        self._files: list[Path] = []

    def add(self, results: Iterable[Result]) -> None:
        """Takes results; of one student's hand-ins of the same time, the later one is newer."""
        for result in results:
            self._waiting.append(result)
            self._text += len(result.feedback[0]) + len(result.feedback[1])
            if len(self._waiting) > self._most or self._text >= _MOST_TEXT:
                self._store()

    def __bool__(self) -> bool:
        """Whether anything was handed in."""
        return bool(self._waiting or self._files)

    def __iter__(self) -> Iterator[Kept]:
        """One result a student, with those set aside; equal ones in the order in which they came."""
        runs: list[Iterable[Result]] = [*map(_stored, self._files), sorted(self._waiting, key=_order)]
        merged = heapq.merge(*runs, key=_order) if self._files else runs[0]
        for student, found in groupby(merged, key=lambda result: result.student.id):
            several = list(found) if student else []
            if not student:
                yield from (Kept(result, []) for result in found)
            elif len(several) == 1:
                yield Kept(several[0], [])
            else:
                yield self._chosen(several)

    def _chosen(self, several: list[Result]) -> Kept:
        numbered = max(enumerate(several), key=lambda pair: (*_RANK[self._keep](pair[1]), _later(self._keep, pair[0])))
        return Kept(numbered[1], [result for place, result in enumerate(several) if place != numbered[0]])

    def _store(self) -> None:
        """Puts what is in memory into a file, sorted."""
        self._folder.mkdir(exist_ok=True)
        path = self._folder / str(len(self._files))
        self._waiting.sort(key=_order)
        with path.open("xb") as file:
            for start in range(0, len(self._waiting), _BATCH):
                data = packed(self._waiting[start : start + _BATCH])
                file.write(len(data).to_bytes(8, "little") + data)
        self._files.append(path)
        self._waiting, self._text = [], 0


def _stored(path: Path) -> Iterator[Result]:
    with path.open("rb") as file:
        while size := file.read(8):
            yield from unpacked(file.read(int.from_bytes(size, "little")))


def _order(result: Result) -> tuple[object, ...]:
    return in_order(result.student.id)


def _later(keep: Keep, place: int) -> int:
    return -place if keep == Keep.first else place


_RANK: dict[Keep, Callable[[Result], tuple[Any, ...]]] = {
    Keep.newest: lambda result: (result.work.grade.readable, result.student.when),
    Keep.first: lambda result: (result.work.grade.readable, -result.student.when),
    Keep.best: lambda result: (result.work.grade.readable, result.work.grade.percent, result.student.when),
}
"""What the hand-in that counts has most of."""
