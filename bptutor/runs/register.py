"""Who the class is, noted while its results are written."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

from bptutor.classroom.people import MOST_LISTED, People, Person, Refused, Row
from bptutor.classroom.result import Result
from bptutor.intake.roster import Student

_One = TypeVar("_One")


class Register:
    """Takes one student after another; the pages of the class name them."""

    def __init__(self) -> None:
        self._known = dict[str, Person]()
        self._graded, self._unreadable, self._absent = list[Row](), list[Refused](), list[Person]()

    def handed_in(self, result: Result, feedback: Mapping[str, Path]) -> None:
        """Notes a student whose hand-in counts, and the files with what they are told, by their endings."""
        hand_in, grade = result.hand_in, result.work.grade
        file = feedback.get("html") or feedback.get("md")
        person = Person(hand_in.id or hand_in.source, hand_in.name, quote(f"feedback/{file.name}") if file else "")
        self._known[person.id] = person
        if not grade.readable:
            _note(self._unreadable, Refused(person, "; ".join(grade.notes)))
        else:
            _note(self._graded, Row(person, round(float(grade.percent), 2), grade.first_error))

    def absent(self, student: Student) -> None:
        """Notes a student of the roster who handed nothing in."""
        _note(self._absent, Person(student.id, student.name))

    def people(self, **counted: Any) -> People:
        """All of them, with the other fields of `People`."""
        return People(self._known, tuple(self._graded), tuple(self._unreadable), tuple(self._absent), **counted)


def _note(some: list[_One], one: _One) -> None:
    if len(some) < MOST_LISTED:
        some.append(one)
