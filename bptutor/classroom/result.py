"""What came of one hand-in: whose it is, what it earned, and what the picture of the class is made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import NamedTuple

from bptutor.classroom.grade import Grade
from bptutor.intake.entry import HandIn
from bptutor.language import plural


class WrongNumber(NamedTuple):
    """A number that is not right: the place of its cell on the page, as rounded to the decimals asked, and why.

    `causes` are the ids of the mistakes that explain it equally well, none where nothing does; "a+b" was made together.
    """

    cell: int
    number: float
    causes: tuple[str, ...]


@dataclass(frozen=True, eq=False, slots=True)
class Work:
    """What came of a sheet, whoever handed it in: all students who wrote the same have one together.

    `grade` has the name of nobody. `verdicts` has a byte a cell of the page, its place in `verdicts.VERDICTS`; none for
    what could not be read. Of what it earned, `followed` is for numbers that follow from wrong ones, and `once` for
    mistakes that were made again and are counted once. `stages` has what part of each stage it earned, 0 to 1.
    """

    grade: Grade
    verdicts: bytes = b""
    wrong: tuple[WrongNumber, ...] = ()
    followed: Fraction = Fraction(0)
    once: Fraction = Fraction(0)
    stages: Mapping[str, Fraction] = field(default_factory=dict)


class Result(NamedTuple):
    """One hand-in as graded, plain data that can be sent from a worker.

    `feedback` is what the student is told, by the ending of the file that it goes into, such as `md`; `typed` what was
    handed in, as a line that can be kept.
    """

    hand_in: HandIn
    work: Work
    feedback: Mapping[str, str] = {}
    typed: str = ""

    @property
    def grade(self) -> Grade:
        """What the student earned."""
        who, grade = self.hand_in, self.work.grade
        if who.unread and grade.readable:
            n = len(who.unread)
            note = plural("{n} cell or line could not be read", "{n} cells or lines could not be read", n).format(n=n)
            grade = grade._replace(notes=(note, *grade.notes))
        return grade._replace(id=who.id, name=who.name, email=who.email, variant=who.variant)
