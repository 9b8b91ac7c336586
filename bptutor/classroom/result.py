"""What came of one hand-in: the grade, and what the picture of the class is made from."""

from __future__ import annotations

from typing import NamedTuple

from bptutor.classroom.grade import Grade


class Student(NamedTuple):
    """Whose a hand-in is, and where it comes from; `reason` says why it cannot be read, "" where it can."""

    id: str
    name: str = ""
    email: str = ""
    variant: str = ""
    source: str = ""
    when: float = 0.0
    late: bool = False
    reason: str = ""


class Odd(NamedTuple):
    """A number that is not right: the place of its cell on the page, as rounded to the decimals asked, and why.

    `causes` are the ids of the mistakes that explain it equally well, none where nothing does.
    """

    cell: int
    number: float
    causes: tuple[str, ...]


class Result(NamedTuple):
    """One hand-in as graded, plain data that can be sent from a worker.

    `source` is what reports call it, `when` orders the hand-ins of one student. `verdicts` has a byte a cell of the
    page, its place in `verdicts.VERDICTS`; none for what could not be read. `feedback` is what the student is told, as
    Markdown and as HTML, empty where it is not asked for.
    """

    grade: Grade
    source: str
    when: float = 0.0
    late: bool = False
    verdicts: bytes = b""
    odd: tuple[Odd, ...] = ()
    feedback: tuple[str, str] = ("", "")
