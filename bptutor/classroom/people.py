"""Who a class is, for pages that teachers read: names, where their feedback is, who could not be read or is missing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

MOST_LISTED = 1000
"""Students that a list of a page has at most."""


class Person(NamedTuple):
    """A student: the id, the name or "", and the feedback file, from the folder of the results, or ""."""

    id: str
    name: str = ""
    page: str = ""

    def __str__(self) -> str:
        return f"{self.name} ({self.id})" if self.name and self.name != self.id else self.id


class Row(NamedTuple):
    """What a list says of a student: the score in percent, and the id of the first cell that is not right, or ""."""

    person: Person
    percent: float
    first_error: str = ""


class Refused(NamedTuple):
    """A hand-in that could not be read, and why."""

    person: Person
    why: str


class People(NamedTuple):
    """The students of a class; the lists have the first `MOST_LISTED` of them.

    `known` has all by their ids, `files` what else lies beside the page, such as `report.md`. Counted are those who
    handed nothing in: `of_roster`, and `of_gradebook` alone; `strangers` handed something in, and are in neither.
    """

    known: Mapping[str, Person] = {}
    graded: tuple[Row, ...] = ()
    unreadable: tuple[Refused, ...] = ()
    absent: tuple[Person, ...] = ()
    of_roster: int = 0
    of_gradebook: int = 0
    strangers: int = 0
    files: tuple[str, ...] = ()

    def of(self, name: str) -> Person:
        """The student with this id."""
        return self.known.get(name, Person(name))
