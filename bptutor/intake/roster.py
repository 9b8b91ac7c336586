"""The roster of a class: who is in it, and whose a hand-in is that names its student in one way or another."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from bptutor.errors import BptutorError, Fault, Where
from bptutor.files.faults import Faults, brief
from bptutor.intake.headings import plain
from bptutor.intake.tables import open_table, table_rows
from bptutor.language import _

_KEPT = re.compile(r"'[\s\"']*[=+\-@＝＋－＠]")


class Student(NamedTuple):
    """One student of the roster; what is not known is ""."""

    id: str
    name: str = ""
    email: str = ""
    variant: str = ""


class Roster:
    """The students of a class, found by id, else by e-mail, else by name; never guessed where several fit."""

    def __init__(self, students: Iterable[Student], other_ids: Mapping[str, Sequence[str]] | None = None):
        """`other_ids` has by the id of a student what else identifies them: user names, numbers of other lists."""
        self.students, self._others = tuple(students), other_ids or {}

    def find(self, student: str = "", name: str = "", email: str = "") -> Student | None:
        """Who is meant; None where nobody is, or where it is not certain who."""
        named = self._names.get(squeezed(name), [])
        for key in (student, email):
            if found := self._only(self._keys.get(_key(key), [])):
                doubtful = bool(named) and found not in named  # the number of another list, by chance also an id
                return None if doubtful else found
        return self._only(named or self._names.get(squeezed(student), []))

    def absent(self, found: Iterable[Student | None]) -> list[Student]:
        """The students who are not among those found, in the order of the roster."""
        there = set(found)
        return [student for student in self.students if student not in there]

    @staticmethod
    def _only(students: list[Student]) -> Student | None:
        return students[0] if len(students) == 1 else None

    @cached_property
    def _keys(self) -> dict[str, list[Student]]:
        """The students of an id or an e-mail address."""
        table = defaultdict[str, list[Student]](list)
        for student in self.students:
            for key in {*map(_key, (student.id, student.email, *self._others.get(student.id, ())))} - {""}:
                table[key].append(student)
        return table

    @cached_property
    def _names(self) -> dict[str, list[Student]]:
        """The students of a name, however it is written."""
        table = defaultdict[str, list[Student]](list)
        for student in self.students:
            for key in _spellings(student.name):
                table[key].append(student)
        return table


def _key(text: str) -> str:
    """An id as it is looked up: `#` in front is the mark of Brightspace that a cell is a text."""
    return text.strip().removeprefix("#").casefold()


def squeezed(name: str) -> str:
    """A name without accents, case, signs and spaces, as it stands in file names."""
    return "".join(filter(str.isalnum, plain(name)))


def _spellings(name: str) -> set[str]:
    """The ways to squeeze a name: first names first, and last name first, as sorted lists have it."""
    last, comma, first = name.partition(",")
    words = (f"{first} {last}" if comma else name).split()
    turned = (words[place:] + words[:place] for place in range(len(words)))  # a last name may have several words
    return {squeezed(" ".join(each)) for each in turned} - {""}


def _bare(text: str) -> str:
    """A text without the apostrophe with which a spreadsheet keeps it from being a formula."""
    return text[1:] if _KEPT.match(text) else text


def roster(path: Path) -> Roster:
    """The roster of a table with columns id, name, email, variant; raises BptutorError with all its faults."""
    table, faults, lines, students = open_table(path), Faults(), dict[str, int](), list[Student]()
    others = dict[str, list[str]]()
    if not table.roles.keys() & {"id", "email"}:
        message = _("the roster has no column id, found {headings}")
        headings = brief(", ".join(table.header[:20]), 80)
        hint = _("its columns are id, name, email, variant, in any order")
        raise BptutorError(message.format(headings=headings), Where(table.name, table.line), hint)
    for row in table_rows(table):
        student = Student(*(_bare(table.known(row, role)) for role in Student._fields))
        student = student._replace(
            id=(student.id or student.email).removeprefix("#"), email=student.email.removeprefix("#")
        )
        if not student.id and any("Points Possible" in cell for cell in row.cells):
            continue  # the row of a Canvas gradebook that is about its columns
        others[student.id] = [_bare(cell) for cell in table.ids(row)]
        fault = row.fault or ("" if student.id else _("the id is missing"))
        if first := lines.get(student.id.casefold()) if student.id else None:
            fault = fault or _("{id} appears twice, first in line {n}").format(id=brief(student.id), n=first)
        if fault:
            faults.append(Fault(fault, Where(table.name, row.line)))
        lines.setdefault(student.id.casefold(), row.line)
        students.append(student)
    faults.settle()
    return Roster(students, others)
