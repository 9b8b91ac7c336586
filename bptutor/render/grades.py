"""The grades of a class as a spreadsheet, and as the feedback that goes into a gradebook beside the grade."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from bptutor.classroom.grade import Grade, decimal
from bptutor.intake.roster import Student
from bptutor.language import _, plural
from bptutor.render.harmless import csv_text
from bptutor.render.web_page import html

COLUMNS = ("id", "name", "email", "variant", "score", "possible", "percent")
MORE_COLUMNS = ("first_error", "main_cause", "blanks", "notes")


def head(parts: Sequence[str]) -> str:
    """The first line of the spreadsheet; `parts` are the quantities that have a column, in their order."""
    return _line([*COLUMNS, *map(_harmless, parts), *MORE_COLUMNS])


def row(grade: Grade, parts: Sequence[str]) -> str:
    """The line of a student; what could not be read has no numbers: the notes say why."""
    about = map(_harmless, (grade.id, grade.name, grade.email, grade.variant))
    numbers = [""] * (3 + len(parts))
    if grade.readable:
        credit = [grade.parts.get(part, "") for part in parts]
        numbers = [decimal(grade.earned), decimal(grade.possible), decimal(grade.percent, 2), *credit]
    blanks = str(grade.blanks) if grade.readable else ""
    more = map(_harmless, (grade.first_error, grade.main_cause))
    return _line([*about, *numbers, *more, blanks, _harmless("; ".join(grade.notes))])


@lru_cache(maxsize=10_000)  # names of cells and of mistakes, again and again
def _harmless(text: str) -> str:
    if not text or (text.isascii() and text.isalnum()):
        return text
    return csv_text(" ".join(text.split()))


class _Line:
    """A file that gives back what is written to it, which is how a CSV writer makes a line of text."""

    def write(self, line: str) -> str:
        return line


_line: Callable[[Iterable[str]], str] = csv.writer(_Line(), lineterminator="\n").writerow


def gradebook_feedback(
    grade: Grade, labels: Mapping[str, str] | None = None, says: Mapping[str, str] | None = None
) -> str:
    """What a student reads beside the grade, as HTML in one line: what was earned, and where to look first.

    `labels` has the labels of cells, `says` what students are told of mistakes, both by their ids.
    """
    points = plural("{earned} of {n} point", "{earned} of {n} points", 1 if grade.possible == 1 else 2)
    said = [points.format(earned=decimal(grade.earned), n=decimal(grade.possible)) + "."] if grade.readable else []
    if grade.first_error:
        said.append(
            _("First cell that is not right: {cell}.").format(
                cell=(labels or {}).get(grade.first_error, grade.first_error)
            )
        )
    said += [says[name] for name in grade.main_cause.split("+") if says and name in says]
    if grade.blanks:
        said.append(plural("{n} cell is blank.", "{n} cells are blank.", grade.blanks).format(n=grade.blanks))
    # Moodle's reader takes a backslash before the last quote of a cell for an escape, and the next row with it.
    return csv_text(html("gradebook.html", lines=(*said, *grade.notes))).replace("\\", "&#92;")


def feedback_zip(pages: Mapping[str, Path | None]) -> bytes:
    """The pages of students by the numbers of participants, as Moodle takes them: "Upload multiple feedback files".

    assign/feedback/file/importziplib.php: the folder of a page names the participant and the plugin.
    """
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, page in pages.items():
            if page:
                entry = zipfile.ZipInfo(
                    f"Participant_{number}_assignfeedback_file/feedback.html", (1980, 1, 1, 0, 0, 0)
                )
                archive.writestr(entry, page.read_bytes())
    return data.getvalue()


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
