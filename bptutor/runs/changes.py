"""Whose marks change when a class is graded again."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

from bptutor.classroom.grade import decimal, in_order

CHANGES = "changes.csv"
_COLUMNS = ("score", "possible", "percent")
_LARGEST = 10_000_000  # of a cell of the table, which a student may have named


class Change(NamedTuple):
    """A student whose percentage changes: as it was, as it is, each with score, points possible and percent."""

    id: str
    name: str
    before: tuple[str, str, str]
    after: tuple[str, str, str]

    @property
    def by(self) -> Fraction:
        """By how many percent of the points."""
        return Fraction(self.after[2] or "0") - Fraction(self.before[2] or "0")


Grades = Mapping[tuple[str, str], tuple[str, str, str]]


def grades_in(folder: Path) -> Grades:
    """What grades.csv of a folder says, by id and name; nothing where there is none."""
    try:
        with (folder / "grades.csv").open(encoding="utf-8", newline="") as file:
            csv.field_size_limit(_LARGEST)
            rows = list(csv.DictReader(file))
    except (OSError, csv.Error, UnicodeDecodeError):
        return {}
    return {(row["id"] or "", row["name"] or ""): tuple(row[key] or "" for key in _COLUMNS) for row in rows}  # type: ignore[misc]


def changes(before: Grades, after: Grades) -> list[Change]:
    """The students whose percentage is another one, those who lose most first."""
    found = [Change(*who, before[who], now) for who, now in after.items() if who in before and before[who][2] != now[2]]
    return sorted(found, key=lambda change: (change.by, in_order(change.id)))


def changes_csv(found: list[Change]) -> str:
    """The changes as a table."""
    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow(["id", "name", *(f"{key}_before" for key in _COLUMNS), *_COLUMNS, "change"])
    for change in found:
        writer.writerow([change.id, change.name, *change.before, *change.after, decimal(change.by, 2)])
    return table.getvalue()
