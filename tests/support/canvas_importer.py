"""How Canvas reads a gradebook back, written from its lib/gradebook_importer.rb; nothing of bptutor is used."""

from __future__ import annotations

import csv
import io
import re
from typing import Any, NamedTuple


class Student(NamedTuple):
    id: int
    name: str
    sortable: str
    sis_user: str = ""
    sis_login: str = ""


class Assignment(NamedTuple):
    id: int
    title: str


class InvalidHeaderRow(Exception):
    pass


NOT_ASSIGNMENTS = re.compile("(Current|Final|Override) (Score|Points|Grade)|Override Status")


def imported(data: bytes, students: list[Student], assignments: list[Assignment]) -> dict[str, Any]:
    """What Canvas would change: `scores` by student id and assignment id, `points`, and what it does not know."""
    text = data.decode("utf-8-sig")
    delimiter = _delimiter(text)
    rows = [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter) if row]
    rows = [[_decimal(cell) for cell in row] for row in rows if not re.fullmatch("[;, ]+", delimiter.join(row))]
    header, *body = rows
    first, login, user = _student_columns(header)
    columns: dict[int, int] = {}
    new = []
    for title in header[first:]:
        if NOT_ASSIGNMENTS.search(title):
            continue
        found = re.fullmatch(r"(.*) \((\d+)\)", title)
        known = [a for a in assignments if (found and a.id == int(found[2])) or a.title == title]
        if known:
            columns[known[0].id] = header.index(title)
        else:
            new.append(title)
    result: dict[str, Any] = {"scores": {}, "points": {}, "new_assignments": new, "new_students": []}
    for row in body:
        if "Points Possible" in row[0]:
            result["points"] = {assignment: row[at] for assignment, at in columns.items()}
        elif not all(re.fullmatch(r"\s*(Muted|Manual Posting.*)?\s*", cell, re.IGNORECASE) for cell in row):
            student = _student(row, students, login, user, last_first=header[0] == "LastName")
            if student is None:
                result["new_students"].append(row[0])
            else:
                result["scores"][student.id] = {a: row[at].strip() for a, at in columns.items()}
    return result


def _delimiter(text: str) -> str:
    lines = io.StringIO(text).readlines()[:3]
    counts = {}
    for separator in ";,":
        sizes = {len(next(csv.reader([line], delimiter=separator), [])) for line in lines}
        counts[separator] = sizes.pop() if len(sizes) == 1 else 0
    return ";" if counts[";"] > counts[","] else ","


def _decimal(cell: str) -> str:
    if not re.fullmatch(r"-?[0-9.,]+%?", cell):
        return cell
    *front, last = re.split("[,.]", cell)
    return f"{''.join(front)}.{last}" if front else last


def _student_columns(header: list[str]) -> tuple[int, int | None, int | None]:
    names = 4 if header[:2] == ["LastName", "FirstName"] else 3
    if not ((len(header) > 3 and "Student" in header[0] and "ID" in header[1]) or (names == 4 and "ID" in header[2])):
        raise InvalidHeaderRow
    columns, login, user = names, None, None
    if header[names - 1] == "SIS Login ID":
        login, columns = names - 1, columns + 1
    elif header[names - 1] == "SIS User ID" and header[names] == "SIS Login ID":
        user, login, columns = names - 1, names, columns + 2
        columns += header[names + 1] == "Integration ID"
        columns += header[columns - 1] == "Root Account"
    if "Section" not in header[columns - 1]:
        raise InvalidHeaderRow
    return columns, login, user


def _student(
    row: list[str], students: list[Student], login: int | None, user: int | None, *, last_first: bool
) -> Student | None:
    number = row[2] if last_first else row[1]
    ways = [
        [s for s in students if number.isdigit() and s.id == int(number)],
        [s for s in students if user is not None and row[user] and s.sis_user == row[user]],
        [s for s in students if login is not None and row[login] and s.sis_login == row[login]],
        [s for s in students if (f"{row[1]} {row[0]}".strip() if last_first else row[0]) in (s.name, s.sortable)],
    ]
    return next((found[0] for found in ways if found), None)
