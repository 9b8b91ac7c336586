"""The results of a class in the order of the students, one a student."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import StrEnum
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

from bptutor.classroom.grade import in_order
from bptutor.classroom.result import Result


class Keep(StrEnum):
    """Which hand-in of a student counts where there are several."""

    newest = "newest"
    first = "first"
    best = "best"


class Kept(NamedTuple):
    """The hand-in of a student that counts, the files with its feedback by their endings, and the other hand-ins."""

    result: Result
    feedback: Mapping[str, Path]
    superseded: list[Result]


class Spool:
    """Takes results in any order, and gives them back sorted by student, one a student.

    What cannot be read counts only where a student has nothing else; a hand-in that does not say whose it is stays.
    Feedback waits in files of `folder`: that of 100,000 students takes 300 MiB, all else of theirs as much again.
    """

    def __init__(self, folder: Path, keep: Keep = Keep.newest):
        folder.mkdir(exist_ok=True)
        self._folder, self._keep = folder, keep
        self._results: list[tuple[Result, Mapping[str, Path]]] = []

    def add(self, results: Iterable[Result]) -> None:
        """Takes results; of one student's hand-ins of the same time, the later one is newer."""
        for result in results:
            files = {ending: self._folder / f"{len(self._results)}.{ending}" for ending in result.feedback}
            for ending, file in files.items():
                file.write_bytes(result.feedback[ending].encode())
            self._results.append((result._replace(feedback={}, typed=""), files))

    def __bool__(self) -> bool:
        """Whether anything was handed in."""
        return bool(self._results)

    def __iter__(self) -> Iterator[Kept]:
        """One result a student, with those that it supersedes; equal ones in the order in which they came."""
        ordered = sorted(self._results, key=lambda pair: in_order(pair[0].hand_in.id))
        for student, found in groupby(ordered, key=lambda pair: pair[0].hand_in.id):
            if student:
                several = list(found)
                best = max(range(len(several)), key=lambda place: self._rank(several[place][0], place))
                result, files = several.pop(best)
                yield Kept(result, files, [other for other, _files in several])
            else:
                yield from (Kept(result, files, []) for result, files in found)

    def _rank(self, result: Result, place: int) -> tuple[Any, ...]:
        later = -place if self._keep == Keep.first else place
        return result.work.grade.readable, *_RANK[self._keep](result), later


_RANK: dict[Keep, Callable[[Result], tuple[Any, ...]]] = {
    Keep.newest: lambda result: (result.hand_in.when,),
    Keep.first: lambda result: (-result.hand_in.when,),
    Keep.best: lambda result: (result.work.grade.percent, result.hand_in.when),
}
"""What the hand-in that counts has most of, among those that can be read."""
