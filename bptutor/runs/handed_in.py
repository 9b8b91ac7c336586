"""What a class handed in, as it was read, kept beside its grades so that they can be given again under other points.

A file of JSON lines, packed: the first has the problems, the roster, the gradebooks and how it was marked, then there
is a line a hand-in with whose it is and what was typed in each cell.
"""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from fractions import Fraction
from io import TextIOWrapper
from pathlib import Path
from typing import Any, NamedTuple, TextIO

from bptutor.answers import Answers, Typed
from bptutor.errors import BptutorError, Fault, Where
from bptutor.files.problem_file import problem_of as read_problem
from bptutor.files.problem_text import problem_text
from bptutor.files.reader import parse
from bptutor.intake.entry import HandIn
from bptutor.language import _
from bptutor.marking.policy import Marking
from bptutor.problem import Problem

NAME = "hand-ins.jsonl.gz"
FORMAT, VERSION = "bptutor/hand-ins", 1
_MANY = 1250  # hand-ins of a chunk
_LONGEST = 64 * 1024 * 1024  # of a line; a sheet is at most a mebibyte


class AsRead(NamedTuple):
    """A hand-in as it was read: whose it is, and what was typed; no answers where it could not be read."""

    hand_in: HandIn
    answers: Answers | None


class Stored(NamedTuple):
    """Some lines of the file."""

    lines: tuple[str, ...]


def line_of(hand_in: HandIn, answers: Answers | None) -> str:
    """The line of a hand-in."""
    sheet = answers and [
        [answers.student, answers.problem, answers.variant, answers.file],
        answers.cells,
        answers.unread,
    ]
    return json.dumps([list(hand_in), sheet], separators=(",", ":")) + "\n"


def as_read(line: str) -> AsRead:
    """The hand-in of a line."""
    about, sheet = json.loads(line)
    hand_in = HandIn(*about)
    hand_in = hand_in._replace(unread=tuple(hand_in.unread))
    if sheet is None:
        return AsRead(hand_in, None)
    (student, problem, variant, file), cells, unread = sheet
    typed = {name: Typed(*each) for name, each in cells.items()}
    return AsRead(hand_in, Answers(typed, student, problem, variant, file, tuple(_fault(*each) for each in unread)))


def _fault(message: str, where: Sequence[Any], *rest: Any) -> Fault:
    return Fault(message, Where(*where), *rest)


@contextmanager
def writer(path: Path) -> Iterator[TextIO]:
    """The file to write lines into; the same lines give the same bytes."""
    with (
        path.open("xb") as file,
        gzip.GzipFile("", "wb", 6, file, mtime=0) as packing,
        TextIOWrapper(packing, "utf-8", newline="") as lines,
    ):
        yield lines


def head(**about: Any) -> str:
    """The first line."""
    return json.dumps({"format": FORMAT, "version": VERSION} | about) + "\n"


class Store:
    """The file of a folder of results; raises BptutorError where there is none, or it is none."""

    def __init__(self, folder: Path):
        self.path = folder / NAME
        self._where = Where(str(self.path))
        if not self.path.is_file():
            hint = _("a folder that `bptutor grade` has written")
            raise BptutorError(_("there are no hand-ins kept in this folder"), Where(str(folder)), hint)
        first = next(self._lines(), "")
        try:
            self.about: Mapping[str, Any] = json.loads(first)
            fits = (self.about["format"], self.about["version"]) == (FORMAT, VERSION)
        except (ValueError, TypeError, KeyError):
            fits = False
        if not fits:
            raise BptutorError(_("these are no hand-ins that this version can read"), self._where)

    def __len__(self) -> int:
        """How many hand-ins there are."""
        return sum(1 for _line in self._lines()) - 1

    def chunks(self) -> Iterator[Stored]:
        """The hand-ins, some at a time, in the order in which they were read."""
        some = list[str]()
        for number, line in enumerate(self._lines()):
            if number:
                some.append(line)
            if len(some) == _MANY:
                yield Stored(tuple(some))
                some = []
        if some:
            yield Stored(tuple(some))

    def _lines(self) -> Iterator[str]:
        try:
            with gzip.open(self.path, "rt", encoding="utf-8", newline="\n") as file:
                while line := file.readline(_LONGEST):
                    yield line
        except (OSError, EOFError, UnicodeDecodeError) as error:
            message = _("the file cannot be read: {reason}").format(reason=error)
            raise BptutorError(message, self._where) from None


def marking_as_data(marking: Marking) -> dict[str, Any]:
    """How it was marked, as JSON has it."""
    return {
        key: sorted(value) if isinstance(value, frozenset) else str(value) if isinstance(value, Fraction) else value
        for key, value in marking._asdict().items()
    }


def marking_of(data: Mapping[str, Any]) -> Marking:
    """How it was marked."""
    parts = {key: None if data[key] is None else Fraction(data[key]) for key in ("imprecise", "follow_through")}
    return Marking(**(dict(data) | parts | {"forgive": frozenset(data["forgive"])}))


def problem_as_data(problem: Problem) -> dict[str, str]:
    """A problem as JSON has it: its file, its checksum, and a text that gives an equal one."""
    return {"file": problem.file, "sha256": problem.sha256, "text": problem_text(problem)}


def problem_of(data: Mapping[str, str]) -> Problem:
    """The problem of such data."""
    found = read_problem(parse(data["text"].encode(), data["file"] or NAME))
    return replace(found, file=data["file"], sha256=data["sha256"])


def packed(name: str, data: bytes) -> dict[str, str]:
    """A file as JSON has it."""
    return {"name": name, "data": base64.b64encode(data).decode()}


def unpacked(file: Mapping[str, str]) -> tuple[str, bytes]:
    """The name and the bytes of a file."""
    return file["name"], base64.b64decode(file["data"])
