"""How Moodle reads a grading worksheet back, written from importgradeslib.php; nothing of bptutor is used."""

from __future__ import annotations

import csv
import io
from typing import NamedTuple


class Site(NamedTuple):
    """The strings of a site's language, and its decimal separator."""

    identifier: str
    grade: str
    modified: str
    feedback: str
    participant: str
    comma: str = "."


class Record(NamedTuple):
    grade: str
    modified: str
    feedback: str


def imported(data: bytes, site: Site, participants: set[str], maximum: float) -> dict[str, tuple[float | None, Record]]:
    """The grade that Moodle takes (None: skipped, as empty or out of range) and the record, by participant."""
    text = data.decode("utf-8").removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    header, *rows = csv.reader(io.StringIO(text))
    assert {len(row) for row in rows if row} <= {len(header)}
    columns = {title.strip(): column for column, title in enumerate(header)}
    at = [columns[title] for title in (site.grade, site.modified, site.identifier)]
    said = columns.get(site.feedback, 0)
    result = {}
    for row in rows:
        grade, modified, participant = (row[column] for column in at)
        number = participant[len(site.participant) :]
        if number in participants:
            value = _float(grade, site.comma)
            taken = value if value is not None and 0 <= value <= maximum else None
            result[number] = taken, Record(grade, modified, row[said] if said else "")
    return result


def _float(text: str, comma: str) -> float | None:
    plain = text.strip().replace(" ", "").replace(comma, ".")
    return float(plain) if plain else None
