"""Hand-ins from the field: what platforms hand out and students hand in, each with the rows that come of it.

Where the structures come from: github.com/kwurst/bb-file-cleanup and vangef/BBGradebookOrganiser (Blackboard),
saritonin/academic-shell-scripts (Brightspace), instructure/canvas-lms, lib/content_zipper.rb and issues 1394, 1717 and
2406, jupyter/nbgrader (exchange_api.rst), erictleung/format-sakai-upload, adaptlearning/adapt_framework issue 1097 and
nextcloud/forms issue 734 (Excel), hathitrust/ht_sip_validator issue 78 (no-break spaces), a real Moodle 5.1.
"""

from __future__ import annotations

import csv
import json
import zipfile
from pathlib import Path
from typing import NamedTuple

import pytest
from typer.testing import CliRunner

from bptutor.cli.app import app

HERE = Path(__file__).parent


class Graded(NamedTuple):
    """What came of a run: score and note of each student, report.md, what was said, the folder."""

    scores: dict[str, str]
    notes: dict[str, str]
    report: str
    said: str
    out: Path


def grade(out: Path, *arguments: str) -> Graded:
    """Grades files of this folder; an option begins with a dash."""
    given = [word if word.startswith("-") or not (HERE / word).exists() else str(HERE / word) for word in arguments]
    (out / "points.yaml").write_text("scheme: cells\n")  # a number is a point: what was lost can be counted
    done = CliRunner().invoke(
        app, ["grade", "mazur", *given, "--points", str(out / "points.yaml"), "-o", str(out / "out")]
    )
    if done.exit_code:
        return Graded({}, {}, "", f"{done.output}{done.exception}", out / "out")
    with (out / "out" / "grades.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    report = (out / "out" / "report.md").read_text("utf-8").replace("\\", "")
    scores, notes = ({row["id"]: row[column] for row in rows} for column in ("score", "notes"))
    return Graded(scores, notes, report, done.output, out / "out")


TEXT = "; a text file is needed, as `bptutor template` writes it"
ROWS: dict[str, tuple[tuple[str, ...], dict[str, str], dict[str, str]]] = {  # arguments, scores, notes of those without
    "blackboard": (
        (
            "lms-blackboard/gradebook_CS101_Homework203_2025-03-04-10-11-12.zip",
            "--roster",
            "lms-blackboard/gc_CS101_fullgc_2025-03-04.xls",
        ),
        {"000123": "48", "000124": "47", "000125": "", "000126": "48"},
        {"000125": f"this is a Word document{TEXT}"},
    ),
    "brightspace": (
        ("lms-brightspace/Homework 3 Download Mar 4, 2025 1011 AM.zip", "--roster", "lms-brightspace/grades.csv"),
        {"400123456": "48", "400123458": "48", "400123459": "", "400123461": "47"},
        {"400123459": f"this is a Word document{TEXT}"},
    ),
    "brightspace, by id": (
        ("lms-brightspace/by-id", "--roster", "lms-brightspace/grades.csv"),
        {"400123456": "48", "400123458": "48"},
        {},
    ),
    "canvas, text and link": (
        ("lms-canvas-text-entry/submissions.zip", "--canvas", "lms-canvas-text-entry/canvas.csv"),
        {"54101": "48", "54102": "", "54103": "47"},
        {"54102": "a link was handed in: https://docs.example.org/d/1"},
    ),
    "other files": (
        ("lms-other-files-vanish/class",),
        {"ann": "48", "bob": "48", "cyd": "", "dan": "", "eve": ""},
        {
            "cyd": f"this is a Word document{TEXT}",
            "dan": f"this is a PDF{TEXT}",
            "eve": f"this is a picture (PNG){TEXT}",
        },
    ),
    "other files in a zip": (
        ("lms-other-files-vanish/class.zip", "--roster", "lms-other-files-vanish/roster.csv"),
        {"ann": "48", "bob": "48", "cyd": "", "dan": "", "eve": ""},
        {"dan": f"this is a PDF{TEXT}"},
    ),
    **{
        f"one name in all folders: {source}": (
            (f"lms-same-name-two-students/{source}", "--roster", "lms-same-name-two-students/roster.csv"),
            {"ann": "48", "bob": "47", "cyd": "47"},
            {},
        )
        for source in ("class", "submitted", "sakai.zip")
    },
    "one name in all folders, no roster": (
        ("lms-same-name-two-students/class",),
        {"ann": "48", "bob": "47", "cyd": "47"},
        {},
    ),
    "the sheet says whose it is": (
        ("lms-same-name-two-students/named", "--roster", "lms-same-name-two-students/roster.csv"),
        {"ann": "48", "bob": "48"},
        {},
    ),
    "sheets in other files": (
        ("lms-sheet-in-other-file/moodle.zip", "--moodle", "lms-sheet-in-other-file/worksheet.csv"),
        {**dict.fromkeys(("1001", "1002", "1003", "1004", "1005"), "48"), "1006": "", "1007": ""},
        {"1006": f"this is a picture (HEIC){TEXT}", "1007": f"this is a Word document{TEXT}"},
    ),
    "renamed files": (
        ("lms-xlsx-and-renamed-files/h",),
        dict.fromkeys(("docx", "html", "ipynb", "pdf", "png"), ""),
        {
            "docx": f"this is a Word document{TEXT}",
            "html": f"this is a web page{TEXT}",
            "ipynb": f"this is a Jupyter notebook{TEXT}",
            "pdf": f"this is a PDF{TEXT}",
            "png": f"this is a picture (PNG){TEXT}",
        },
    ),
    "spoofed by a file's name": (
        ("fuzz-spoof-by-file-name/gs.zip", "--roster", "fuzz-spoof-by-file-name/roster.csv"),
        {"s1": "0", "s2": "48"},
        {},
    ),
    "spoofed by a folder's name": (
        ("fuzz-spoof-by-file-name/gs2.zip", "--roster", "fuzz-spoof-by-file-name/roster.csv"),
        {"s1": "48", "s2": "48"},
        {},
    ),
    "typed": (
        ("lms-unreadable-cells-cost-points/typed",),
        dict.fromkeys(
            [
                "approx",
                "arabic-digits",
                "dots",
                "en-dash",
                "full-stop",
                "fullwidth",
                "power-of-ten",
                "rounded",
                "smart-quotes",
            ],
            "48",
        ),
        {},
    ),
    "numbered questions": (("lms-form-column-lost/numbered.csv",), {"ada@uni.example": "48"}, {}),
    "a grid of questions": (("lms-form-column-lost/grid.csv",), {"ada@uni.example": "48"}, {}),
    "cells that nobody was asked": (
        ("lms-form-column-lost/renamed.csv", "--blanks", "ignore"),
        {"ada@uni.example": "46"},
        {},
    ),
    "an Excel workbook": (
        ("lms-xlsx-and-renamed-files/Backprop(1-2).xlsx",),
        {"ada@uni.example": "48", "bo@uni.example": "48"},
        {},
    ),
    "an Excel workbook as roster": (
        (
            "lms-xlsx-and-renamed-files/responses.csv",
            "--roster",
            "lms-xlsx-and-renamed-files/Backprop(1-2).xlsx",
        ),
        {"ada@uni.example": "48"},
        {},
    ),
    "a quote that does not end": (
        ("fuzz-unclosed-quote/class.csv", "--blanks", "ignore"),
        {**dict.fromkeys(("s0", "s1", "s2", "t0", "t1", "t2"), "1"), "evil": ""},
        {"evil": "a quoted cell does not end: is a quote missing?"},
    ),
    "typed into a form": (("lms-unreadable-cells-cost-points/form.csv",), {"ann@uni.example": "48"}, {}),
}


@pytest.mark.parametrize("case", ROWS)
def test_each_student_has_the_right_row(case: str, tmp_path: Path) -> None:
    arguments, scores, notes = ROWS[case]
    graded = grade(tmp_path, *arguments)
    assert graded.scores == scores, graded.said
    assert {student: graded.notes[student] for student in notes} == notes
    every_read = "Nothing: every hand-in was read, and counts." in graded.report
    assert not (every_read and "" in scores.values())


def test_one_character_loses_nothing(tmp_path: Path) -> None:
    graded = grade(tmp_path, "lms-one-character-loses-the-sheet/h")
    assert set(graded.scores.values()) == {"48"}
    assert len(graded.scores) == 18


def test_the_newest_attempt_counts_and_nothing_else_is_set_aside(tmp_path: Path) -> None:
    graded = grade(tmp_path, *ROWS["blackboard"][0])
    (line,) = [line for line in graded.report.splitlines() if "counts" in line]
    assert line.startswith("- 000123 (Ada Abel): Homework 3_aabel1_attempt_2025-03-03-09-00-12_answers.yaml; ")


def test_late_links_are_told_and_only_who_sent_nothing_is_absent(tmp_path: Path) -> None:
    graded = grade(tmp_path, *ROWS["canvas, text and link"][0])
    assert "## Late hand-ins\n\n- 54102 (boben)" in graded.report
    assert [line for line in graded.report.splitlines() if "without a hand-in" in line] == [
        "- in the gradebook, without a hand-in: Day, Di (54104)"
    ]


def test_feedback_has_the_name_that_the_run_knows(tmp_path: Path) -> None:
    graded = grade(tmp_path, "fuzz-feedback-name/in", "--roster", "fuzz-feedback-name/roster.csv")
    feedback = (graded.out / "feedback" / "s1.md").read_text("utf-8")
    assert feedback.startswith("# Feedback for Alice Smith")
    assert "Bob" not in feedback


SPOOFED = [
    "ok: 48 of 48 points (100 %). Everything is right. #",
    "100 % Everything is right",
    "Bob Jones (s2)\\nScore: 47 of 47 points (100 %)",
    "\\x1b[2J\\x1b[HScore: 47 of 47 points",
    "</h1><h1>Bob Jones</h1>",
    "[bold]Score: 47 of 47[/bold]",
    "x" * 500,
]


@pytest.mark.parametrize("name", SPOOFED)
def test_no_name_on_a_sheet_stands_where_the_score_does(name: str, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    sheet = tmp_path / "in" / "s1.yaml"
    sheet.write_text(f'student: "{name}"\nanswers: {{net_h1: 0.3775}}\n')
    for arguments in (["check", "mazur", "-a", str(sheet)], ["gradescope-results", "mazur", str(tmp_path / "in")]):
        said = CliRunner().invoke(app, arguments).output
        first = json.loads(said)["output"].splitlines()[0] if said.startswith("{") else said.splitlines()[0]
        assert first == "Score: 1.5 of 47 points (3.19 %). Nothing is wrong so far, 47 cells are blank."
        assert "\x1b" not in said
    graded = grade(tmp_path, str(tmp_path / "in"), "--roster", "fuzz-feedback-name/roster.csv")
    feedback = (graded.out / "feedback" / "s1.md").read_text("utf-8")
    assert feedback.startswith("# Feedback for Alice Smith\n")
    assert "Bob" not in feedback
    assert "100 %" not in feedback


def test_who_cannot_be_read_is_told_why(tmp_path: Path) -> None:
    graded = grade(tmp_path, *ROWS["other files"][0])
    said = (graded.out / "feedback" / "dan.md").read_text("utf-8").replace("\\", "")
    assert "Your answers could not be read" in said
    assert f"this is a PDF{TEXT}" in said


def test_two_folders_that_claim_one_student_are_told_first(tmp_path: Path) -> None:
    for folder in ("ann", "Ann Abel"):
        (tmp_path / "in" / folder).mkdir(parents=True)
        (tmp_path / "in" / folder / "hw.yaml").write_text("answers: {net_h1: 0.3775}\n")
    (tmp_path / "in" / "bob").mkdir()
    (tmp_path / "in" / "bob" / "hw.yaml").write_text("answers: {net_h1: 0.3775}\n")
    graded = grade(tmp_path, str(tmp_path / "in"), "--roster", "lms-same-name-two-students/roster.csv")
    assert graded.report.startswith("# What to look at\n\n## Several hand-ins claim the same student")
    assert "ann/hw.yaml" in graded.report
    assert "Ann Abel/hw.yaml" in graded.report


def test_hidden_files_are_named(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for name in ("ann.yaml", ".bob.yaml", ".DS_Store"):
        (tmp_path / "in" / name).write_text("answers: {net_h1: 0.3775}\n")
    graded = grade(tmp_path, str(tmp_path / "in"))
    assert "## Files that were passed over, and not read\n\n- .bob.yaml\n" in graded.report
    assert "DS_Store" not in graded.report


def book(graded: Graded, name: str, column: str) -> dict[str, str]:
    """A column of a gradebook that was filled, by the first cell of its rows."""
    with (graded.out / name).open(encoding="utf-8-sig") as file:
        return {row[next(iter(row))]: row[column] for row in csv.DictReader(file)}


def moodle(out: Path, case: str, *options: str, number: str = "") -> Graded:
    submissions, worksheet = f"{case}/submissions{number}.zip", f"{case}/worksheet{number}.csv"
    return grade(out, submissions, "--moodle", worksheet, *options)


def test_members_of_a_group_get_its_mark_and_nobody_else(tmp_path: Path) -> None:
    graded = moodle(tmp_path, "real-moodle-teams")
    marks = {
        who.removeprefix("Participant "): mark for who, mark in book(graded, "moodle.csv", "Grade").items() if mark
    }
    assert marks == {"196": "10", "202": "10", "195": "5", "199": "5"}
    assert set(graded.scores) == set(marks)


def test_groups_whose_names_moodle_has_cleaned(tmp_path: Path) -> None:
    graded = moodle(tmp_path, "real-moodle-teams", number="-2")
    assert set(book(graded, "moodle.csv", "Grade").values()) == {"10"}
    assert len(graded.scores) == 16


def test_participants_without_names_are_called_as_moodle_calls_them(tmp_path: Path) -> None:
    graded = moodle(tmp_path, "real-moodle-blind")
    assert (graded.out / "feedback" / "17.md").read_text("utf-8").startswith("# Feedback for Participant 17\n")
    assert "without a hand-in: Participant 20 (20)" in graded.report
    assert "No submission" not in graded.report


def test_names_and_addresses_come_from_the_worksheet(tmp_path: Path) -> None:
    graded = moodle(tmp_path, "real-moodle-graded-again")
    with (graded.out / "grades.csv").open(encoding="utf-8") as file:
        rows = {row["id"]: (row["name"], row["email"]) for row in csv.DictReader(file)}
    assert rows["163"] == ("Ada Abel", "s01@uni.example")


@pytest.mark.parametrize("options", [(), ("--charge", "each")])
def test_a_second_run_replaces_what_the_first_gave(options: tuple[str, ...], tmp_path: Path) -> None:
    graded = moodle(tmp_path, "real-moodle-graded-again", *options)
    assert "would become" not in graded.report
    assert "becomes" not in graded.report
    assert book(graded, "moodle.csv", "Grade")["Participant 171"] == ("9.5833" if options else "9.7917")


def test_what_a_person_gave_stays_unless_forced(tmp_path: Path) -> None:
    case = "lms-gradebook-overwrites"
    options = ("--canvas", f"{case}/canvas.csv", "--assignment", "HW")
    graded = moodle(tmp_path, case, *options)
    assert book(graded, "moodle.csv", "Grade") == {"Participant 54101": "9.50", "Participant 54102": ""}
    assert "Ada Abel (54101): 9.50, and a comment would become 9.7917: kept, --force replaces it" in graded.report
    assert "the grade is locked: Bo Ben (54102)" in graded.report
    assert book(graded, "canvas.csv", "HW (30812)")["Abel, Ada"] == "18.50"
    (tmp_path / "again").mkdir()
    forced = moodle(tmp_path / "again", case, *options, "--force")
    assert book(forced, "moodle.csv", "Grade") == {"Participant 54101": "9.7917", "Participant 54102": ""}
    assert book(forced, "canvas.csv", "HW (30812)")["Abel, Ada"] == "19.5833"
    comment = book(forced, "moodle.csv", "Feedback comments")["Participant 54101"]
    assert "δ_o1" in comment
    assert "You left out the slope of the output units" in comment
    assert "9.50, and a comment becomes 9.7917" in forced.report


def test_pages_for_moodle_are_named_by_participants(tmp_path: Path) -> None:
    graded = moodle(tmp_path, "real-moodle-graded-again")
    with zipfile.ZipFile(graded.out / "moodle-feedback.zip") as archive:
        names = archive.namelist()
        assert b"Ada Abel" in archive.read("Participant_163_assignfeedback_file/feedback.html")
    assert len(names) == len([score for score in graded.scores.values() if score])
    assert all(name.endswith("_assignfeedback_file/feedback.html") for name in names)


def test_a_thousand_is_a_thousand(tmp_path: Path) -> None:
    graded = grade(tmp_path, "lms-canvas-thousands/s.zip", "--canvas", "lms-canvas-thousands/canvas.csv")
    scores = book(graded, "canvas.csv", "Exam project (5)")
    assert (scores["Abel, Ada"], scores["Bo, Ben"]) == ("1000", "979.1667")
    text = (HERE / "lms-canvas-thousands/canvas.csv").read_text("utf-8").replace('"1,000.00"', "20 pts")
    (tmp_path / "edited.csv").write_text(text, "utf-8")
    refused = grade(tmp_path, "lms-canvas-thousands/s.zip", "--canvas", str(tmp_path / "edited.csv"), "--force")
    assert "the points possible of Exam project (5) are 20 pts, expected a number" in refused.said.replace("\n", " ")


GAPS = {
    "renamed": "no column for w5+, E+: 2 of 48 cells would be blank for everybody",
    "excel-ansi": "?_o1 (perhaps δ_o1: saved as ANSI, save it as “CSV UTF-8”)",
    "excel-mojibake": "Î´_o1 (perhaps δ_o1: opened as ANSI, import it as UTF-8)",
}


@pytest.mark.parametrize("case", GAPS)
def test_a_cell_that_no_column_has_is_refused_with_what_the_headings_may_be(case: str, tmp_path: Path) -> None:
    refused = grade(tmp_path, f"lms-form-column-lost/{case}.csv")
    assert GAPS[case] in " ".join(refused.said.split())
    assert not refused.out.exists()


def test_headings_can_be_told(tmp_path: Path) -> None:
    (tmp_path / "cells.yaml").write_text('"new weight w5": w5+\n"Total loss after the update": E+\n', "utf-8")
    graded = grade(tmp_path, "lms-form-column-lost/renamed.csv", "--columns", str(tmp_path / "cells.yaml"))
    assert graded.scores == {"ada@uni.example": "48"}


def test_an_unclosed_quote_in_the_middle_of_two_thousand_rows(tmp_path: Path) -> None:
    rows = [f"s{n},0.3775\n" for n in range(2000)]
    rows[700], rows[1400] = 's700,"0.3775\n', 's1400,0.3775"\n'
    (tmp_path / "class.csv").write_text("id,net1[1]\n" + "".join(rows), "utf-8")
    graded = grade(tmp_path, str(tmp_path / "class.csv"), "--blanks", "ignore")
    assert len(graded.scores) == 2000
    assert [student for student, score in graded.scores.items() if score != "1"] == ["s700"]
