"""Grades for Brightspace and Blackboard: one column of the gradebook that a teacher exported is filled.

Both have a row a student and a column an assignment, whose title says out of how many points it is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

from bptutor.classroom.grade import Grade
from bptutor.classroom.gradebooks import BookRow, Filled, Standing, cell, decimal_comma, match, number_of, score, stands
from bptutor.errors import BptutorError, Where
from bptutor.intake.gradebooks import Gradebook
from bptutor.language import _


class Book(NamedTuple):
    """How a platform writes its gradebook: its name, the file that takes its place, titles, and how to export it.

    `column` matches the title of an assignment, with the groups `title` and `points`. `#` in front of a cell is a mark
    of the platform that it is a text.
    """

    platform: str
    file: str
    ids: tuple[str, ...]
    email: str
    first: str
    last: str
    column: re.Pattern[str]
    hint: str


BOOKS: Mapping[str, Book] = {
    # github.com/leingang/python-edubag: "Homework 3 Points Grade <Numeric MaxPoints:10>", "End-of-Line Indicator"
    "brightspace": Book(
        "Brightspace",
        "brightspace.csv",
        ("OrgDefinedId", "Username"),
        "Email",
        "First Name",
        "Last Name",
        re.compile(r"(?P<title>.+?) Points Grade(?: <[^<>]*?MaxPoints:(?P<points>[0-9.,]+)[^<>]*>)?"),
        _("export it under Grades, Enter Grades, Export: both ids, points, last and first name, e-mail"),
    ),
    # github.com/nbeaver/offline-grades-upload: "Homework 3 [Total Pts: 10 Score] |664617", tabs, UTF-16, called .xls
    "blackboard": Book(
        "Blackboard",
        "blackboard.xls",
        ("Student ID", "Username"),
        "Email",
        "First Name",
        "Last Name",
        re.compile(r"(?P<title>.+?) \[Total Pts: (?:up to )?(?P<points>[0-9.,]+)[^\]]*\] ?\|(?P<id>[0-9]+)"),
        _("download it in the Grade Center: Work Offline, Download"),
    ),
}
"""Gradebooks by the names of their options."""


def fill_book(
    export: Gradebook, grades: Sequence[Grade], book: Book, assignment: str = "", *, force: bool = False
) -> Filled:
    """Fills the assignment with this title (its whole heading, or what stands before the points; "": the only one).

    A score that is there already is kept, unless `force` is on. Raises BptutorError where the file is no gradebook of
    this platform, or does not say which assignment is meant.
    """
    column, out_of = _assignment(export, book, assignment)
    entries = [_entry(export, book, place) for place in range(1, len(export.rows)) if any(export.rows[place])]
    matched = match(grades, entries)
    comma = decimal_comma(export, (cell(row, column) for row in export.rows[1:]))
    cells, unread, standing = {}, [], []
    for row, grade in matched.grades.items():
        before, new = cell(export.rows[row], column), score(grade, out_of, comma=comma)
        if not grade.readable:
            unread.append(grade)
            continue
        if stands(before, new):
            standing.append(Standing(_entry(export, book, row), before, new, force))
        if force or not stands(before, new):
            cells[row, column] = new
    title = export.rows[0][column]
    return Filled(cells, title, out_of, matched.rows, matched.left, unread, [], standing=standing)


def _entry(export: Gradebook, book: Book, place: int) -> BookRow:
    titles, row = export.rows[0], export.rows[place]
    said = {title.strip(): cell(row, at).removeprefix("#") for at, title in enumerate(titles)}
    ids = tuple(text for name in book.ids if (text := said.get(name, "")))
    name = ", ".join(filter(None, (said.get(book.last, ""), said.get(book.first, ""))))
    return BookRow(place, ids, said.get(book.email, ""), name)


def _assignment(export: Gradebook, book: Book, wanted: str) -> tuple[int, Fraction | None]:
    """The column of an assignment, and out of how many points it is."""
    titles = [title.strip() for title in export.rows[0]]
    if not set(book.ids) & set(titles):
        message = _("this is not a gradebook from {platform}: it begins with {found}")
        message = message.format(platform=book.platform, found=", ".join(titles[:4])[:80])
        raise BptutorError(message, Where(export.name, 1), book.hint)
    known = {at: found for at, title in enumerate(titles) if (found := book.column.fullmatch(title))}
    word = wanted.strip().casefold()
    meant = [at for at, found in known.items() if word in ("", titles[at].casefold(), *_names(found))]
    if len(meant) != 1:
        message = (
            _("{n} assignments are called {title}, expected one") if wanted else _("{n} assignments, expected one")
        )
        hint = _("name one of these: {titles}").format(titles=" · ".join(found["title"] for found in known.values()))
        raise BptutorError(message.format(n=len(meant), title=wanted), Where(export.name, 1), hint)
    points = known[meant[0]]["points"]
    number = number_of(points) if points else None
    return meant[0], number if number else None


def _names(found: re.Match[str]) -> tuple[str, ...]:
    return tuple(text.casefold() for name, text in found.groupdict("").items() if name in ("title", "id") and text)
