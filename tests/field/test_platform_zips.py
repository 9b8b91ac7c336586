"""A zip in the structure of each platform, graded as a whole: the right student, attempt and time, and nothing lost.

Whose a sheet is shows in its score: the sheet of n has its first n cells blank. The structures are facts of public
sources: Moodle, mod/assign/classes/downloader.php; Canvas, lib/content_zipper.rb; Blackboard, github.com/kwurst/
bb-file-cleanup and vangef/BBGradebookOrganiser; Brightspace, saritonin/academic-shell-scripts; Sakai, erictleung/
format-sakai-upload, and readers of `…_submissionText.html`, `timestamp.txt` and of folders in any language; nbgrader,
docs/source/exchange_api.rst; Autolab, app/models/submission.rb (`handin_file_long_filename`); Gradescope, public
readers of `submission_metadata.yml` (`data["12.pdf"][":submitters"][0][":sid"]` in an export of documents).
"""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import pytest
from typer.testing import CliRunner

import bptutor
from bptutor.cli.app import app
from bptutor.solution.trace import Trace

RIGHT = [f"  {cell.label}: {cell.text}\n" for cell in Trace(bptutor.load("mazur")).cells()]


def sheet(blanks: int = 0, student: str = "~") -> str:
    return f"student: {student}\nanswers:\n" + "".join(RIGHT[blanks:])


def page(blanks: int = 0) -> str:
    """A sheet as it is typed into the box of a platform."""
    return f"<p>{sheet(blanks).replace(chr(10), '<br />')}</p>"


def receipt(name: str, user: str, box: str = "There is no student submission text data for this assignment.") -> str:
    return (
        f"Name: {name} ({user})\r\nAssignment: HW 3\r\nDate Submitted: Monday, March 3, 2025 9:00:12 AM EST\r\n"
        f"Current Grade: Needs Grading\r\n\r\nSubmission Field:\r\n{box}\r\n\r\nComments:\r\n"
        "There are no student comments for this assignment.\r\n\r\nFiles:\r\n"
    )


def submission(number: int | str, time: str, *people: tuple[str, str]) -> str:
    folder = f"submission_{number}" if isinstance(number, int) else number
    listed = "".join(f"  - :name: {name}\n    :sid: {sid}\n    :email: {sid}@u.example\n" for name, sid in people)
    return (
        f"{folder}:\n  :submitters:\n{listed}  :created_at: {time}.123456000 Z\n  :score: 0.0\n  :status: processed\n"
        "  :results:\n    output: |\n      submission_1:\n        :submitters:\n        - :sid: spoof\n  :history: []\n"
    )


class Class(NamedTuple):
    """What a platform hands out: the files, the scores by students, and what report.md says."""

    files: Mapping[str, str | bytes]
    scores: Mapping[str, str]
    says: tuple[str, ...] = ()
    says_not: tuple[str, ...] = ()


TEXT, FILE = "assignsubmission_onlinetext", "assignsubmission_file"
CLASSES: dict[str, Class] = {
    "Moodle": Class(
        {
            f"Ada Abel_1001_{FILE}/answers.yaml": sheet(),
            f"Ada Abel_1001_{TEXT}/onlinetext.html": "<p>See my file.</p>",
            f"Bo Ben_1002_{TEXT}/onlinetext.html": page(1),
            f"Dé O'Neil_1004_{FILE}_/answers.yaml.txt": sheet(2),
            f"Eve Eck_1005_{FILE}/Bo Ben_1002_{FILE}/answers.yaml": sheet(3, student="Bo Ben"),
            f"Fi Fox_1006_{FILE}/hw/mine.docx": b"PK\x03\x04",
            f"王 小明_1007_{FILE}/作业.yaml": sheet(4),
        },
        {"1001": "48", "1002": "47", "1004": "46", "1005": "45", "1006": "", "1007": "44"},
        ("1006 (Fi Fox): ", "this is a Word document"),
        ("conflict", "claim the same student"),
    ),
    "Moodle, all in one folder": Class(
        {
            f"Ada Abel_1001_{FILE}_answers.yaml": sheet(),
            f"Bo Ben_1002_{TEXT}_onlinetext.html": page(1),
            f"Team A_12_{FILE}_a_b.yaml": sheet(2),
        },
        {"1001": "48", "1002": "47", "12": "46"},
        ("Nothing: every hand-in was read",),
    ),
    "Canvas": Class(
        {
            "abelada_54101_900_answers.yaml": sheet(1),
            "abelada_54101_1001_answers-1.yaml": sheet(),
            "boben_LATE_54102_902_answers.yaml": sheet(2),
            "chucy_54103_text.html": f"<html><head><title>Chu, Cy: HW 3</title></head><body>{page(3)}</body></html>",
            "daydi_LATE_54104_link.html": '<meta http-equiv="Refresh" content="0; url=https://d.example/1">',
            "o_neilpat_54105_903_jonesbob_54102_99999_answers.yaml": sheet(4),
            "eckel_54106_904_photo.HEIC": b"\0\0\0\x18ftypheic",
            "eckel_54106_905_answers.txt": sheet(5),
        },
        {"54101": "48", "54102": "46", "54103": "45", "54104": "", "54105": "44", "54106": "43"},
        (
            "abelada_54101_900_answers.yaml; abelada_54101_1001_answers-1.yaml counts",
            "https://d.example/1",
            "## Late hand-ins\n\n- 54102 (boben): boben_LATE_54102_902_answers.yaml\n- 54104 (daydi)",
        ),
        ("claim the same student",),
    ),
    "Canvas, anonymous": Class(
        {"anon_a1B2c_900_answers.yaml": sheet(), "LATE_anon_77_901_x.yaml": sheet(1), "anon_z9_text.html": page(2)},
        {"a1B2c": "48", "77": "47", "z9": "46"},
        ("## Late hand-ins\n\n- 77: ",),
    ),
    "Gradescope": Class(
        {
            "assignment_9_export/submission_metadata.yml": "---\n"
            + submission(1, "2025-03-03 09:26:12", ("Ada Abel", "s1"))
            + submission(2, "2025-03-03 09:26:12", ("Bo Ben", "s2"), ("Cy Chu", "s3"))
            + submission(3, "2025-03-03 10:26:12", ("Di Day", "s4"))
            + submission(4, "2025-03-03 21:26:12", ("Di Day", "s4")),
            "assignment_9_export/submission_1/answers.yaml": sheet(),
            "assignment_9_export/submission_2/hw/s1.yaml": sheet(1, student="Ada Abel"),
            "assignment_9_export/submission_3/z.yaml": sheet(3),
            "assignment_9_export/submission_4/a.yaml": sheet(2),
            "assignment_9_export/submission_7/answers.yaml": sheet(4),
        },
        {"s1": "48", "s2": "47", "s3": "47", "s4": "46", "submission_7": "44"},
        ("submission_3/z.yaml; assignment_9_export/submission_4/a.yaml counts",),
    ),
    "Gradescope, documents": Class(
        {
            "assignment_9_export/submission_metadata.yml": "---\n"
            + submission("12.pdf", "2025-03-03 09:26:12", ("Ada Abel", "s1")),
            "assignment_9_export/12.pdf": b"%PDF-1.4",
        },
        {"s1": ""},
        ("s1 (Ada Abel): assignment_9_export/12.pdf: this is a PDF",),
    ),
    "Blackboard": Class(
        {
            "HW 3_s_miller_attempt_2025-03-03-09-00-12_answers.yaml": sheet(),
            "HW 3_s_miller_attempt_2025-03-03-09-00-12.txt": receipt("Sam Miller", "s_miller"),
            "HW 3_miller_attempt_2025-03-03-09-00-12_my_answers_v2.yaml": sheet(2),
            "HW 3_miller_attempt_2025-03-03-09-00-12.txt": receipt("Max (Maxi) Miller", "miller"),
            "HW 3_miller_attempt_2025-03-02-19-30-00_z.yaml": sheet(9),
            "HW 3_miller_attempt_2025-03-02-19-30-00.txt": receipt("Max (Maxi) Miller", "miller"),
            "HW 3_deck4_attempt_2025-03-03-09-00-12.txt": receipt("Di Eck", "deck4", page(1)),
            "HW 3_nemo_attempt_2025-03-03-09-00-12.txt": receipt("Ne Mo", "nemo"),
            "HW 3_eve_attempt_2025-03-03-09-00-12_HW 3_deck4_attempt_2030-01-01-00-00-00.txt": receipt(
                "Di Eck", "deck4", page(40)
            ),
            "HW 3_eve_attempt_2025-03-03-09-00-12.txt": receipt("Eve Eck", "eve"),
        },
        {"s_miller": "48", "miller": "46", "deck4": "47", "nemo": "", "eve": "8"},
        (
            "2025-03-02-19-30-00_z.yaml; HW 3_miller_attempt_2025-03-03-09-00-12_my_answers_v2.yaml counts",
            "nemo (Ne Mo): HW 3_nemo_attempt_2025-03-03-09-00-12.txt: no file and no text was handed in",
        ),
        ("claim the same student",),
    ),
    "Brightspace": Class(
        {
            "397063-2557369 - Ada Abel - Mar 3, 2025 926 PM/answers.yaml": sheet(1),
            "397063-2557369 - Ada Abel - Mar 3, 2025 1026 PM/answers.yaml": sheet(),
            "397064-2557369 - Bo Ben - 3 March, 2025 2126/answers.yaml": sheet(2),
            "397064-2557369 - Bo Ben - 3 March, 2025 926/answers.yaml": sheet(9),
            "397065-2557369 - Anne-Marie O'Neil- Mar 3, 2025 1201 AM/answers.yaml": sheet(3),
            "397066-2557369 - Group 1 - Mar 3, 2025 926 PM/1-2 - Ada Abel - Mar 3, 2030 926 PM/x.yaml": sheet(4),
            "index.html": "<html></html>",
        },
        {"397063-2557369": "48", "397064-2557369": "46", "397065-2557369": "45", "397066-2557369": "44"},
        (
            "Mar 3, 2025 926 PM/answers.yaml; 397063-2557369 - Ada Abel - Mar 3, 2025 1026 PM/answers.yaml counts",
            "March, 2025 926/answers.yaml; 397064-2557369 - Bo Ben - 3 March, 2025 2126/answers.yaml counts",
        ),
        ("index.html", "claim the same student"),
    ),
    "Sakai": Class(
        {
            "HW 3/Abel, Ann(ann)/Submission attachment(s)/answers.yaml": sheet(),
            "HW 3/Abel, Ann(ann)/Abel, Ann(ann)_submissionText.html": "<p>See the attachment.</p>",
            "HW 3/Abel, Ann(ann)/timestamp.txt": "20250303092612000",
            "HW 3/Abel, Ann(ann)/feedbackText.html": "",
            "HW 3/Abel, Ann(ann)/comments.txt": "",
            "HW 3/Abel, Ann(ann)/Feedback Attachment(s)/key.yaml": sheet(9),
            "HW 3/Bo, Bob(bob)/Bo, Bob(bob)_submissionText.html": page(1),
            "HW 3/Chu, Cyd(cyd)/提出物の添付ファイル/answers.yaml": sheet(2),
            "HW 3/Day, Di(di)/Submission attachment(s)/Bo, Bob(bob)/answers.yaml": sheet(3, student="bob"),
            "HW 3/grades.csv": "HW 3,Points\n\nDisplay ID,ID,Last Name,First Name,grade\nann,ann,Abel,Ann,\n",
        },
        {"ann": "48", "bob": "47", "cyd": "46", "di": "45"},
        (),
        ("timestamp", "grades", "comments", "key.yaml", "claim the same student"),
    ),
    "nbgrader": Class(
        {
            "submitted/ann/ps1/answers.yaml": sheet(),
            "submitted/ann/ps1/timestamp.txt": "2025-03-03 09:26:12.000000 UTC",
            "submitted/bob/ps1/ann.yaml": sheet(1, student="ann"),
            "submitted/bob/ps1/timestamp.txt": "2025-03-03 09:26:12.000000 UTC",
            "submitted/cyd/ps1/ps1.ipynb": '{\n "cells": [],\n "nbformat": 4}',
        },
        {"ann": "48", "bob": "47", "cyd": ""},
        ("cyd: submitted/cyd/ps1/ps1.ipynb: this is a Jupyter notebook",),
        ("timestamp", "claim the same student"),
    ),
    "Autolab": Class(
        {
            "ada@u.example_9_answers.yaml": sheet(2),
            "ada@u.example_10_answers.yaml": sheet(),
            "bo_ben@u.example_3_ada@u.example_99_answers.yaml": sheet(3),
        },
        {"ada@u.example": "48", "bo_ben@u.example": "45"},
        ("ada@u.example_9_answers.yaml; ada@u.example_10_answers.yaml counts",),
        ("claim the same student",),
    ),
    "a folder a student": Class(
        {
            "class/ann/hw3.yaml": sheet(),
            "class/bob/hw3.yaml": sheet(1, student="ann"),
            "class/cyd/deep/hw3.txt": sheet(2),
            "class/di/hw3.zip": b"PK\x05\x06" + 18 * b"\0",
            "__MACOSX/class/ann/._hw3.yaml": "x",
            "class/ann/.DS_Store": "x",
            "class/.old/hw3.yaml": sheet(),
        },
        {"ann": "48", "bob": "47", "cyd": "46", "di": ""},
        ("di: class/di/hw3.zip: this is an archive of 0 files", "passed over, and not read\n\n- class/.old"),
        ("DS_Store", "MACOSX", "claim the same student"),
    ),
}


@pytest.mark.parametrize("unpacked", [False, True], ids=["zip", "unpacked"])
@pytest.mark.parametrize("platform", CLASSES)
def test_each_student_has_the_score_of_the_right_sheet(platform: str, unpacked: bool, tmp_path: Path) -> None:
    files, scores, says, says_not = CLASSES[platform]
    with zipfile.ZipFile(tmp_path / "class.zip", "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
        if unpacked:
            archive.extractall(tmp_path / "class")
    source = tmp_path / ("class" if unpacked else "class.zip")
    (tmp_path / "points.yaml").write_text("scheme: cells\n")
    told = ["grade", "mazur", str(source), "--points", str(tmp_path / "points.yaml"), "-o", str(tmp_path / "out")]
    done = CliRunner().invoke(app, [*told, "--no-feedback"])
    assert done.exit_code == 0, done.output
    with (tmp_path / "out" / "grades.csv").open(encoding="utf-8") as file:
        assert {row["id"]: row["score"] for row in csv.DictReader(file)} == scores
    report = (tmp_path / "out" / "report.md").read_text("utf-8").replace("\\", "")
    for text in says:
        assert text in report
    assert [text for text in says_not if text in report] == []
