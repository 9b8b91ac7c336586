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
MORE_COLUMNS = ("precision", "unnamed", "first_error", "main_cause", "blanks", "notes")


def head(parts: Sequence[str]) -> str:
    """The first line of the spreadsheet; `parts` are the stages that have a column, in their order."""
    return _line([*COLUMNS, *map(_harmless, parts), *MORE_COLUMNS])


def row(grade: Grade, parts: Sequence[str]) -> str:
    """The line of a student; what could not be read has no numbers: the notes say why."""
    about = map(_harmless, (grade.id, grade.name, grade.email, grade.variant))
    numbers = [""] * (5 + len(parts))
    if grade.readable:
        credit = [grade.parts.get(part, "") for part in parts]
        numbers = [decimal(grade.earned), decimal(grade.possible), decimal(grade.percent, 2), *credit]
        numbers += [grade.precision, grade.unnamed]
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


Preset = Mapping[str, Callable[[Grade, str], str]]
"""Columns by their titles: what each says of a grade in an exercise of this title."""


def _first_name(grade: Grade, _title: str) -> str:
    return grade.name.rpartition(" ")[0]


def _last_name(grade: Grade, _title: str) -> str:
    return grade.name.rpartition(" ")[2]


def _earned(grade: Grade, _title: str) -> str:
    return decimal(grade.earned) if grade.readable else ""


def _possible(grade: Grade, _title: str) -> str:
    return decimal(grade.possible) if grade.readable else ""


PRESETS: Mapping[str, Preset] = {
    # nbgrader/plugins/export.py: one row an assignment and student
    "nbgrader": {
        "assignment": lambda _grade, title: title,
        "student_id": lambda grade, _title: grade.id,
        "last_name": _last_name,
        "first_name": _first_name,
        "email": lambda grade, _title: grade.email,
        "raw_score": _earned,
        "late_submission_penalty": lambda _grade, _title: "0",
        "score": _earned,
        "max_score": _possible,
    },
    # otter-grader, docs: final_grades.csv
    "otter": {
        "file": lambda grade, _title: grade.id,
        "percent_correct": lambda grade, _title: decimal(grade.percent / 100) if grade.readable else "",
        "total_points_earned": _earned,
    },
    # "Download Grades" of Gradescope
    "gradescope": {
        "First Name": _first_name,
        "Last Name": _last_name,
        "SID": lambda grade, _title: grade.id,
        "Email": lambda grade, _title: grade.email,
        "Total Score": _earned,
        "Max Points": _possible,
    },
}
"""The grades of a class as the scripts of other graders read them."""


def preset_row(grade: Grade, preset: Preset, title: str) -> str:
    """The line of a student in the columns of others."""
    return _line([_harmless(says(grade, title)) for says in preset.values()])


def preset_head(preset: Preset) -> str:
    """The first line of the spreadsheet in the columns of others."""
    return _line(list(preset))


def csv_line(cells: Iterable[str]) -> str:
    """Cells as a line of a table, harmless for spreadsheets."""
    return _line(map(_harmless, cells))


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
