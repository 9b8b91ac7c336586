"""Grades for Canvas: one assignment of the gradebook that a teacher exported is filled.

A row a student, under titles and under a row of the points possible; a column an assignment, behind those that say who
the student is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction

from bptutor.classroom.grade import Grade
from bptutor.classroom.gradebooks import (
    BookRow,
    Filled,
    Standing,
    cell,
    decimal_comma,
    match,
    number_of,
    plain_name,
    points_of,
    score,
    stands,
)
from bptutor.errors import BptutorError, Where
from bptutor.intake.gradebooks import Gradebook
from bptutor.language import _

_IDS = ("ID", "SIS User ID", "SIS Login ID")
_TOTAL = re.compile(r"(?:Current|Final|Override) (?:Score|Points|Grade|Status)")
_TITLE_AND_ID = re.compile(r"(.*) \(([0-9]+)\)", re.DOTALL)
_NO_STUDENT = re.compile(r"\s*(?:Muted|Manual Posting.*)?\s*", re.IGNORECASE)
_NO_SCORE = ("", "-")
_KEPT = ("EX", "N/A")  # excused; the assignment is not for this student


def fill_canvas(
    export: Gradebook, grades: Sequence[Grade], assignment: str = "", *, scale: bool = True, force: bool = False
) -> Filled:
    """Fills the assignment with this title (`Title`, `Title (12345)` or `12345`; "": the only one that is empty).

    Scores are scaled to the points possible of the assignment, if it has any; with `scale` off they stay as they are.
    A score that is there already is kept, unless `force` is on.
    Raises BptutorError where the file is no gradebook of Canvas, or does not say which assignment is meant.
    """
    _check(export)
    titles = export.rows[0]
    students = [place for place, row in enumerate(export.rows) if place and not _is_about_columns(row)]
    column = _assignment(export, assignment, students)
    out_of = _points(export, column) if scale else None
    matched = match(grades, [_entry(titles, export.rows[place], place) for place in students])
    comma = decimal_comma(export, (text for row in export.rows[1:] for text in row[_first(titles) :]))
    cells, unread, kept, standing = {}, [], [], []
    for row, grade in matched.grades.items():
        before, entry = cell(export.rows[row], column), _entry(titles, export.rows[row], row)
        new = score(grade, out_of, comma=comma)
        if not grade.readable:
            unread.append(grade)
        elif before.upper() in _KEPT:
            kept.append(entry)
        else:
            if stands(before, new):
                standing.append(Standing(entry, before, new, force))
            if force or not stands(before, new):
                cells[row, column] = new
    missing = [entry for entry in matched.rows if plain_name(entry.name) != "teststudent"]
    return Filled(cells, titles[column], out_of, missing, matched.left, unread, kept, standing=standing)


def _points(export: Gradebook, column: int) -> Fraction | None:
    """The points possible; None where there are none. Raises BptutorError for what is no number of points."""
    said = cell(_points_row(export), column)
    if said and number_of(said) is None:
        message = _("the points possible of {title} are {found}, expected a number")
        message = message.format(title=export.rows[0][column][:80], found=said[:80])
        raise BptutorError(message, Where(export.name), _("export the gradebook again, and do not edit it"))
    return points_of(said)


def _check(export: Gradebook) -> None:
    """Raises BptutorError where Canvas would not take the file back."""
    titles = export.rows[0]
    first = titles[0] == "LastName" and titles[1:3] == ["FirstName", "ID"]
    if not (first or ("Student" in titles[0] and titles[1:2] == ["ID"])) or "Section" not in titles:
        message = _("this is not a gradebook from Canvas: it begins with {found}, expected Student, ID, …, Section, …")
        hint = _("export it under Grades, Export Entire Gradebook, with your language set to English")
        raise BptutorError(message.format(found=", ".join(titles[:4])[:80]), Where(export.name, 1), hint)


def _is_about_columns(row: Sequence[str]) -> bool:
    """Whether a row has no student, but points possible or how marks are posted."""
    return "Points Possible" in cell(row, 0) or all(_NO_STUDENT.fullmatch(text) for text in row)


def _points_row(export: Gradebook) -> Sequence[str]:
    return next((row for row in export.rows[1:] if "Points Possible" in cell(row, 0)), [])


def _entry(titles: Sequence[str], row: Sequence[str], place: int) -> BookRow:
    names = [cell(row, at) for at in range(2)] if titles[0] == "LastName" else [cell(row, 0)]
    ids = tuple(text for at, title in enumerate(titles) if title in _IDS and (text := cell(row, at)))
    return BookRow(place, ids, name=", ".join(names))


def _first(titles: Sequence[str]) -> int:
    """The first column behind those that say who the student is."""
    return list(titles).index("Section") + 1


def _assignment(export: Gradebook, wanted: str, students: Sequence[int]) -> int:
    """The column of the assignment; raises BptutorError with the titles of all where it is not one alone."""
    titles, points = export.rows[0], _points_row(export)
    known = [
        column
        for column in range(_first(titles), len(titles))
        if cell(titles, column) and not _TOTAL.search(titles[column]) and "read only" not in cell(points, column)
    ]
    if not wanted:
        with_id = [column for column in known if _TITLE_AND_ID.fullmatch(titles[column])]
        blank = (*_NO_SCORE, *_KEPT)
        empty = [c for c in with_id or known if all(cell(export.rows[row], c).upper() in blank for row in students)]
        return _only(export, empty, known, _("{n} assignments are empty, expected one"))
    exactly = [column for column in known if titles[column] == wanted]
    named = [column for column in known if wanted.casefold().strip() in _names(titles[column])]
    return _only(export, exactly or named, known, _("{n} assignments are called {title}, expected one"), wanted)


def _names(title: str) -> tuple[str, ...]:
    found = _TITLE_AND_ID.fullmatch(title)
    return tuple(name.casefold().strip() for name in (title, *(found.groups() if found else ())))


def _only(export: Gradebook, found: Sequence[int], known: Sequence[int], message: str, wanted: str = "") -> int:
    if len(found) == 1:
        return found[0]
    titles = " · ".join(export.rows[0][column] for column in found or known)
    hint = _("name one of these: {titles}").format(titles=titles or _("there are none"))
    raise BptutorError(message.format(n=len(found), title=wanted), Where(export.name, 1), hint)
