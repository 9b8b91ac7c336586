"""Everything that reads: each is given bytes, and may say what is wrong with them, as a BptutorError, and no more."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import NamedTuple

from bptutor.engine.schedule import size
from bptutor.errors import BptutorError
from bptutor.files import option_text
from bptutor.files.answers_file import answers_of, problem_of_sheet, sheet_in_text
from bptutor.files.library import load
from bptutor.files.numbers import number, typed_number
from bptutor.files.points_file import as_points, with_points
from bptutor.files.problem_file import read_problem
from bptutor.files.problem_text import problem_text
from bptutor.files.reader import parse
from bptutor.files.sessions import read_session
from bptutor.intake.archives import Archives
from bptutor.intake.columns import columns, load_columns
from bptutor.intake.entries import entries
from bptutor.intake.folders import Unreadable
from bptutor.intake.gradebooks import gradebook_of, load_gradebook
from bptutor.intake.hand_ins import read
from bptutor.intake.kinds import sheet_bytes
from bptutor.intake.roster import roster
from bptutor.intake.submitters import submitters
from bptutor.intake.tables import open_table, row_answers, table_rows
from bptutor.intake.whose import whose
from bptutor.marking.check import check
from bptutor.problem import Problem
from bptutor.solution.trace import Trace

_FEW = 400  # cells: what is longer is worked out by the commands
_LIMIT = 1024 * 1024


class Reader(NamedTuple):
    """What is read: the kind of its seeds, the name of the file, and how; `share` says how often beside the others."""

    share: int
    kind: str
    file: str
    read: Callable[[bytes], object]


@cache
def _problem(name: str = "mazur") -> Problem:
    return load(name)


def _read_problem(data: bytes) -> None:
    """A problem that can be read can be written, read again, and worked out or refused."""
    problem = read_problem(data, "x.yaml")
    again = read_problem(problem_text(problem).encode(), "x.yaml")
    assert (again.layers, again.steps) == (problem.layers, problem.steps)
    if size(problem) < _FEW:
        Trace(problem).as_dict()


def _read_sheet(data: bytes) -> None:
    sheet = sheet_in_text(data, "x.yaml")
    problem = _problem()
    with suppress(BptutorError):
        problem = problem_of_sheet(sheet)
    answers = answers_of(sheet, problem)
    if sum(data) % 16 == 0 and size(problem) < _FEW:  # marking takes ten times as long as reading
        check(problem, answers).as_dict()


def _read_numbers(data: bytes) -> None:
    for text in data.decode("utf-8", "replace").split():
        number(text)
        typed_number(text)


def _read_options(data: bytes) -> None:
    """Each line as each option."""
    for line in data.decode("utf-8", "replace").splitlines()[:6]:
        for read_one in (option_text.layers, option_text.activations, option_text.loss):
            with suppress(BptutorError):
                read_one(line)
        with suppress(BptutorError):
            option_text.conventions([line])


def _read_points(data: bytes) -> None:
    with_points(_problem(), as_points(parse(data, "x.yaml")))


def _read_table(data: bytes) -> None:
    """A table of hand-ins, as `grade` reads it."""
    del data
    table = open_table(Path("table.csv"))
    found = columns(table, _problem())
    for row in table_rows(table):
        row_answers(table, row, found)


def _read_gradebook(data: bytes) -> None:
    """A gradebook in which nothing is filled is as it was, byte for byte."""
    if data.startswith(b"PK"):
        load_gradebook("book.csv")
    else:
        assert gradebook_of(data, "book.csv").filled({}) == data


def _read_archive(data: bytes) -> None:
    """All hand-ins of an archive."""
    del data
    with Archives() as archives:
        for entry in entries([Path("in.zip")]):
            read(entry, lambda *_names: _problem(), archives)


def _read_lines(data: bytes) -> None:
    del data
    with Archives() as archives:
        for entry in entries([Path("in.jsonl")]):
            read(entry, lambda *_names: _problem(), archives)


def _read_file(data: bytes) -> None:
    """A file that somebody handed in, whatever it is."""
    with suppress(Unreadable):
        sheet_in_text(sheet_bytes(data, _LIMIT, "x"), "x")
    submitters(data)
    for line in data.decode("utf-8", "replace").splitlines()[:6]:
        whose(re.sub(r"[\0\r]", "", line) or "x")


READERS: dict[str, Reader] = {
    "problem": Reader(120, "problem", "x.yaml", _read_problem),
    "sheet": Reader(100, "sheet", "x.yaml", _read_sheet),
    "number": Reader(450, "sheet", "x.yaml", _read_numbers),
    "option": Reader(60, "problem", "x.yaml", _read_options),
    "points": Reader(450, "points", "x.yaml", _read_points),
    "columns": Reader(225, "columns", "x.yaml", lambda _data: load_columns("x.yaml")),
    "session": Reader(450, "session", "x.jsonl", lambda data: read_session(Path("x.jsonl"), data)),
    "table": Reader(450, "table", "table.csv", _read_table),
    "roster": Reader(300, "roster", "roster.csv", lambda _data: roster(Path("roster.csv"))),
    "gradebook": Reader(300, "table", "book.csv", _read_gradebook),
    "archive": Reader(60, "archive", "in.zip", _read_archive),
    "workbook": Reader(75, "archive", "roster.csv", lambda _data: roster(Path("roster.csv"))),
    "lines": Reader(225, "lines", "in.jsonl", _read_lines),
    "file": Reader(300, "archive", "x", _read_file),
}
