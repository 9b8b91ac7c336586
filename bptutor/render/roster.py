"""The roster of a class as a spreadsheet, with the variant of each student."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from bptutor.files.roster import Student
from bptutor.render.harmless import csv_text


def roster_csv(students: Iterable[Student], variants: Iterable[str]) -> str:
    """A header and a row a student; what a spreadsheet would take for a formula gets an apostrophe in front.

    Readers of rosters leave that apostrophe out, so that an id is found again.
    """
    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow(Student._fields)
    for student, variant in zip(students, variants, strict=True):
        writer.writerow(map(csv_text, student._replace(variant=variant)))
    return table.getvalue()
