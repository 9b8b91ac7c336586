"""Grades for Moodle: the offline grading worksheet that a teacher downloaded is filled, grade and feedback together.

Its titles are in the language of the site. Known ones are looked up; others are found by where they stand and what
stands under them, since the order of the columns is the same everywhere.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction

from bptutor.classroom.grade import Grade
from bptutor.classroom.gradebooks import Export, Filled, cell, decimal_comma, points_of, score
from bptutor.classroom.matching import Entry, match
from bptutor.classroom.moodle_titles import TITLES
from bptutor.errors import BptutorError, Where
from bptutor.language import _

_IDENTIFIER = 0  # its column: it is the first, and says `Participant 123456` in the language of the site
_PARTICIPANT = re.compile(r"[^0-9]*([0-9]+)\s*")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")


def fill_moodle(export: Export, grades: Sequence[Grade], feedback: Callable[[Grade], str]) -> Filled:
    """Fills the columns of the grade, scaled to the maximum grade, and of the feedback, as HTML that is harmless.

    `Last modified (grade)` stays as it was: by it Moodle tells whether somebody has graded in between. Raises
    BptutorError where the file is no grading worksheet.
    """
    columns = _columns(export)
    students = [place for place, row in enumerate(export.rows) if place and any(text.strip() for text in row)]
    matched = match(grades, [_entry(columns, export.rows[place], place) for place in students])
    grade_at, most_at, said_at = columns["grade"], columns.get("maximum"), columns.get("feedback")
    numbers = [cell(row, at) for row in export.rows[1:] for at in (grade_at, most_at)]
    out_of, comma = _maximum(export, columns), decimal_comma(export, numbers)
    cells, unread = {}, []
    for row, grade in matched.grades.items():
        if not grade.readable:
            unread.append(grade)
            continue
        cells[row, grade_at] = score(grade, out_of, comma=comma)
        if said_at is not None:
            cells[row, said_at] = feedback(grade)
    said = "" if said_at is None else export.rows[0][said_at]
    return Filled(cells, export.rows[0][grade_at], out_of, matched.rows, matched.left, unread, [], said)


def _entry(columns: Mapping[str, int], row: Sequence[str], place: int) -> Entry:
    participant = _PARTICIPANT.fullmatch(cell(row, _IDENTIFIER))
    ids = [participant[1] if participant else "", *(cell(row, columns.get(what)) for what in ("idnumber", "username"))]
    known = tuple(filter(None, ids))
    return Entry(place, known, cell(row, columns.get("email")), cell(row, columns.get("name")))


def _columns(export: Export) -> dict[str, int]:
    """Where each column stands; raises BptutorError where those are missing that Moodle needs to take the file back."""
    titles, body = export.rows[0], [row for row in export.rows[1:] if any(row)]
    columns = {
        what: column
        for column, title in reversed(list(enumerate(titles)))
        for what, known in TITLES.items()
        if " ".join(title.casefold().split()) in known
    }
    columns |= {what: column for what, column in _by_place(titles, body, columns).items() if what not in columns}
    if "grade" not in columns or not all(_PARTICIPANT.fullmatch(cell(row, _IDENTIFIER)) for row in body):
        message = _("this is no grading worksheet of Moodle: it begins with {found}, expected Identifier, …, Grade, …")
        hint = _("download it in the assignment, with your language set to English, and do not save it in between")
        raise BptutorError(message.format(found=", ".join(titles[:4])[:80]), Where(export.name, 1), hint)
    return columns


def _by_place(titles: Sequence[str], body: Sequence[Sequence[str]], known: Mapping[str, int]) -> dict[str, int]:
    """What the places and the contents of the columns say, where the titles are not known."""
    last = len(titles) - 1
    free = [column for column in range(1, last + 1) if column not in known.values()]
    texts = {column: [cell(row, column) for row in body] for column in free}
    emails = [at for at in free if any(texts[at]) and all(_EMAIL.fullmatch(text) for text in texts[at] if text)]
    alike = [at for at in free if at > 1 and len(set(texts[at])) == 1 and points_of(texts[at][0])]
    found = {}
    if emails:
        found["email"] = emails[0]
    if 1 in free and 1 not in emails:
        found["name"] = 1
    if "maximum" not in known and alike and known.get("grade", alike[-1] - 1) == alike[-1] - 1:
        found["maximum"] = alike[-1]  # right behind the grade, and no number follows it
    if maximum := known.get("maximum", found.get("maximum")):
        found["grade"] = maximum - 1
    if last in free and (known.get("modified") == last - 1 or not any(texts[last])):
        found["feedback"] = last
    return found


def _maximum(export: Export, columns: Mapping[str, int]) -> Fraction | None:
    """The grade that all points earn; None where the worksheet does not say it."""
    found = {points_of(text) for row in export.rows[1:] if (text := cell(row, columns.get("maximum")))}
    if None in found or ("scale" in columns and "maximum" not in columns):
        message = _("this assignment is graded on a scale of words, expected a maximum grade")
        raise BptutorError(message, Where(export.name), _("set the assignment to points, and download it again"))
    return max(filter(None, found), default=None)
