"""What came of one hand-in: whose it is, what it earned, and what the picture of the class is made from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from bptutor.classroom.grade import Grade


class Student(NamedTuple):
    """Whose a hand-in is, and where it comes from; `reason` says why it cannot be read, "" where it can.

    `source` is what reports call it, `when` orders the hand-ins of one student.
    """

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


@dataclass(frozen=True, eq=False, slots=True)
class Work:
    """What came of a sheet, whoever handed it in: all students who wrote the same have one together.

    `grade` has the name of nobody. `verdicts` has a byte a cell of the page, its place in `verdicts.VERDICTS`; none for
    what could not be read.
    """

    grade: Grade
    verdicts: bytes = b""
    odd: tuple[Odd, ...] = ()


class Result(NamedTuple):
    """One hand-in as graded, plain data that can be sent from a worker.

    `feedback` is what the student is told, as Markdown and as HTML, empty where it is not asked for.
    """

    student: Student
    work: Work
    feedback: tuple[str, str] = ("", "")

    @property
    def grade(self) -> Grade:
        """What the student earned."""
        who = self.student
        return self.work.grade._replace(id=who.id, name=who.name, email=who.email, variant=who.variant)
