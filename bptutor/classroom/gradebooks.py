"""What is put into a gradebook that a teacher exported, whatever the platform, and who is left over."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple, Protocol

from bptutor.classroom.grade import Grade, decimal
from bptutor.classroom.matching import Entry

_NUMBER = re.compile(r"-?[0-9]+(?:([.,])[0-9]+)?")


class Export(Protocol):
    """A gradebook as it was exported: the texts of its rows, the first with the titles, and what parts its cells."""

    @property
    def name(self) -> str:
        """What messages call the file."""

    @property
    def delimiter(self) -> str:
        """What stands between two cells."""

    @property
    def rows(self) -> Sequence[Sequence[str]]:
        """All rows, of any length."""


class Filled(NamedTuple):
    """The texts to put at (row, column), and what a teacher must know of the others.

    `column` is the title of the column with the grades, `out_of` the points it was scaled to, None for points as they
    are; `feedback` the title of the column with the feedback, "" where there is none. `missing` are the students of
    the gradebook without a hand-in, `left` the hand-ins of nobody in it, `unread` those that could not be read: their
    cells stay as they were. `kept` are students whose cell is not a score, such as those who are excused.
    """

    cells: Mapping[tuple[int, int], str]
    column: str
    out_of: Fraction | None
    missing: list[Entry]
    left: list[Grade]
    unread: list[Grade]
    kept: list[Entry]
    feedback: str = ""


def cell(row: Sequence[str], column: int | None) -> str:
    """The text of a cell, without spaces around it; "" where the row has none."""
    return row[column].strip() if column is not None and column < len(row) else ""


def decimal_comma(export: Export, texts: Iterable[str]) -> bool:
    """Whether the numbers have a comma: as those that are there, else as the locale that parts cells by semicolons."""
    marks = [found[1] for text in texts if (found := _NUMBER.fullmatch(text.strip())) and found[1]]
    return "," in marks if marks else export.delimiter == ";"


def points_of(text: str) -> Fraction | None:
    """The positive number that a cell says; None where it says none."""
    found = _NUMBER.fullmatch(text) if len(text) < 20 else None
    number = Fraction(text.replace(",", ".")) if found else Fraction(0)
    return number if number > 0 else None


def score(grade: Grade, out_of: Fraction | None, *, comma: bool) -> str:
    """What was earned, as the gradebook writes its numbers."""
    text = decimal(grade.out_of(out_of))
    return text.replace(".", ",") if comma else text
