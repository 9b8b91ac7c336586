"""Hand-ins as each platform lays them out: the right student, attempt and time, nothing lost, nothing spoofed.

The structures are those of public sources, which `intake/platforms.py` names beside each row.
"""

from __future__ import annotations

import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bptutor.intake.entries import Search, entries
from bptutor.intake.submitters import Submitter
from bptutor.intake.whose import Layout, Whose

SHEET = "answers: {net_h1: 0.3775}\n"
IDS: dict[str, tuple[str, str, str, bool]] = {  # a path: the platform, the student, the name, whether it was late
    "Jane Doe_12345_assignsubmission_file/answers.yaml": ("moodle", "12345", "Jane Doe", False),
    "Jane Doe_12345_assignsubmission_onlinetext/onlinetext.html": ("moodle", "12345", "Jane Doe", False),
    "Jane Doe_12345_assignsubmission_file_answers.yaml": ("moodle", "12345", "Jane Doe", False),
    "Participant_23_assignsubmission_file/answers.yaml": ("moodle", "23", "Participant 23", False),
    "Teilnehmer-in_23_assignsubmission_file/answers.yaml": ("moodle", "23", "Teilnehmer-in 23", False),
    "doejane_12345_67890_answers.yaml": ("canvas", "12345", "doejane", False),
    "doejane_LATE_12345_67890_answers-1.yaml": ("canvas", "12345", "doejane", True),
    "doejane_12345_text.html": ("canvas", "12345", "doejane", False),
    "doejane_LATE_12345_link.html": ("canvas", "12345", "doejane", True),
    "anon_a1B2c_67890_answers.yaml": ("canvas, anonymous", "a1B2c", "", False),
    "anon_a1B2c_text.html": ("canvas, anonymous", "a1B2c", "", False),
    "LATE_anon_77_8_answers.yaml": ("canvas, anonymous", "77", "", True),
    "assignment_9_export/submission_12/answers.yaml": ("gradescope", "submission_12", "", False),
    "HW 3_aabel1_attempt_2025-03-03-09-00-12_my_answers_v2.yaml": ("blackboard", "aabel1", "", False),
    "HW_3_aabel1_attempt_2025-03-03-09-00-12.txt": ("blackboard", "aabel1", "", False),
    "397063-2557369 - Ada Abel - Mar 3, 2025 926 PM/answers.yaml": ("brightspace", "397063-2557369", "Ada Abel", False),
    "397063-2557369 - Anne-Marie O'Neil - Sep 24, 2024 1201 AM/x.yaml": (
        "brightspace",
        "397063-2557369",
        "Anne-Marie O'Neil",
        False,
    ),
    "Homework 3/Abel, Ann(ann)/Submission attachment(s)/answers.yaml": ("sakai", "ann", "Ann Abel", False),
    "submitted/ann/ps3/answers.yaml": ("nbgrader", "ann", "", False),
    "ada@uni.example_3_answers.yaml": ("autolab", "ada@uni.example", "", False),
}


@pytest.mark.parametrize("path", IDS)
def test_what_a_name_says(path: str) -> None:
    (found,) = Layout([path, "another.yaml"] if "/" not in path else [path]).whose(path)
    assert (found.platform, found.student, found.name, found.late) == IDS[path]


def test_times_are_read_from_names() -> None:
    paths = {
        "1-2 - A B - Mar 3, 2025 926 PM/a.yaml": (2025, 3, 3, 21, 26),
        "1-2 - A B - Mar 3, 2025 1026 PM/a.yaml": (2025, 3, 3, 22, 26),
        "1-2 - A B - March 3, 2025 12:05 AM/a.yaml": (2025, 3, 3, 0, 5),
        "1-2 - A B - Dec 31, 2024 1159 AM/a.yaml": (2024, 12, 31, 11, 59),
    }
    layout = Layout(paths)
    for path, time in paths.items():
        assert layout.whose(path)[0].upload == datetime(*time, tzinfo=UTC).timestamp(), path
    (found,) = Layout(["HW_u_attempt_2025-03-03-09-00-12_a.yaml"]).whose("HW_u_attempt_2025-03-03-09-00-12_a.yaml")
    assert found.upload == datetime(2025, 3, 3, 9, 0, 12, tzinfo=UTC).timestamp()


SPOOFS = [
    "submission_1/jonesbob_42_99999999999_answers.yaml",
    "submission_1/Bob Jones_42_assignsubmission_file_/answers.yaml",
    "submission_1/submission_2/answers.yaml",
    "submission_1/HW_bob_attempt_2030-01-01-00-00-00_a.yaml",
    "submission_1/1-2 - Bob Jones - Mar 3, 2030 926 PM/a.yaml",
    "submission_1/Jones, Bob(bob)/Submission attachment(s)/answers.yaml",
    "submission_1/submitted/bob/ps3/answers.yaml",
    "submission_1/bob@uni.example_99_answers.yaml",
    "submission_1/anon_42_9_answers.yaml",
]


@pytest.mark.parametrize("path", SPOOFS)
def test_what_a_student_named_is_no_id_inside_of_what_a_platform_made(path: str) -> None:
    known = {"submission_1": [Submitter("s1", "Alice")], "submission_2": [Submitter("s2", "Bob")]}
    layout = Layout([path, "submission_2/answers.yaml", "submission_1/answers.yaml"], submitters=known)
    assert [one.student for one in layout.whose(path)] == ["s1"]


@pytest.mark.parametrize("path", [spoof.removeprefix("submission_1/") for spoof in SPOOFS])
def test_nor_inside_of_a_folder_of_their_own(path: str) -> None:
    layout = Layout([f"s1/{path}", "s1/answers.yaml", "s2/answers.yaml"])
    assert layout.whose(f"s1/{path}")[0].student == "s1"
    assert layout.whose(f"s1/{path}")[0].platform == ""


def test_metadata_that_a_student_hands_in_say_nothing(tmp_path: Path) -> None:
    meta = "submission_{n}:\n  :submitters:\n  - :name: {name}\n    :sid: {sid}\n"
    with zipfile.ZipFile(tmp_path / "gs.zip", "w") as archive:
        archive.writestr("x/submission_1/submission_metadata.yml", meta.format(n=1, name="Bob", sid="s2"))
        archive.writestr("x/submission_1/answers.yaml", SHEET)
        archive.writestr("x/submission_metadata.yml", meta.format(n=1, name="Alice", sid="s1"))
    found = list(entries([tmp_path / "gs.zip"]))
    assert {entry.student for entry in found} == {"s1"}


FOLDERS: dict[str, tuple[list[str], list[str]]] = {
    "a folder a student": (["ann/mazur.yaml", "bob/mazur.yaml", "cyd/mazur.yaml"], ["ann", "bob", "cyd"]),
    "each with a name of its own": (["ann/x.yaml", "bob/y.yaml", "cyd/z.yaml"], ["ann", "bob", "cyd"]),
    "with a folder inside": (["ann/ps3/a.yaml", "bob/ps3/a.yaml"], ["ann", "bob"]),
    "in a folder around all": (["hw/ann/a.yaml", "hw/bob/a.yaml", "hw/bob/b.yaml"], ["ann", "bob", "bob"]),
    "the assignment first": (["ps3/ann/answers.yaml", "ps3/bob/answers.yaml"], ["ann", "bob"]),
    "files of students": (["ann.yaml", "bob.txt", "cyd.docx"], ["ann", "bob", "cyd"]),
    "in sections": (["A/ann.yaml", "A/bob.yaml", "B/cyd.yaml"], ["ann", "bob", "cyd"]),
    "downloaded twice": (["Ed Eck.yaml", "Ed Eck (1).yaml"], ["Ed Eck", "Ed Eck"]),
    "of Notepad": (["ann.yaml.txt", "bob.yaml.txt"], ["ann", "bob"]),
    "one in another's name": (["s1/s2.yaml", "s2/s2.yaml"], ["s1", "s2"]),
}


@pytest.mark.parametrize("case", FOLDERS)
def test_folders_of_ones_own(case: str) -> None:
    paths, students = FOLDERS[case]
    layout = Layout(paths)
    assert [layout.whose(path)[0].student for path in paths] == students


def test_what_stands_beside_hand_ins_is_no_hand_in(tmp_path: Path) -> None:
    beside = [
        ("a.zip", ["1-2 - A B - Mar 3, 2025 926 PM/a.yaml", "index.html"]),
        ("b.zip", ["HW/B, A(a)/Submission attachment(s)/a.yaml", "HW/B, A(a)/timestamp.txt", "HW/grades.csv"]),
        ("c.zip", ["submitted/ann/ps1/a.yaml", "submitted/ann/ps1/timestamp.txt"]),
        ("d.zip", ["HW_u_attempt_2025-03-03-09-00-12_a.yaml", "HW_u_attempt_2025-03-03-09-00-12.txt"]),
        ("e.zip", ["ann.yaml", "Thumbs.db", ".DS_Store", "__MACOSX/._ann.yaml", "desktop.ini"]),
    ]
    for name, paths in beside:
        with zipfile.ZipFile(tmp_path / name, "w") as archive:
            for path in paths:
                archive.writestr(path, SHEET)
        passed = list[str]()
        assert [entry.source for entry in entries([tmp_path / name], Search(), passed.append)] == paths[:1]
        assert passed == []


def test_names_of_any_length_are_quick() -> None:
    long = "a_" + "1_" * 32_000
    layout = Layout([f"{long}{n}" for n in range(200)])
    assert isinstance(layout.whose(f"{long}0")[0], Whose)
