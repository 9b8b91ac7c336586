"""Whose the hand-ins of a Moodle zip are, where they are of groups and where names are hidden."""

from __future__ import annotations

from pathlib import Path

import pytest

from bptutor.classroom.moodle import members_of
from bptutor.intake.entries import entries
from bptutor.intake.gradebooks import gradebook_of
from bptutor.runs.participants import Participants

HEAD = "Identifier,Full name,Email address,Status,Group,Grade,Maximum grade,Grade can be changed,Feedback comments\n"
NAMES = {"193": "Ann Abel", "194": "Fatima El Amrani", "195": "Björn Ek", "196": "Ada Bo", "197": "王 小明"}


def theirs(tmp_path: Path, groups: dict[str, str], *folders: str) -> dict[str, list[str]]:
    """The students of each folder; `groups` has those of participants."""
    rows = (f'Participant {n},"{name}",,,"{groups.get(n, "")}",,10.00,Yes,\n' for n, name in NAMES.items())
    members = members_of(gradebook_of((HEAD + "".join(rows)).encode(), "worksheet.csv"))
    for folder in folders:
        (tmp_path / "in" / f"{folder}_assignsubmission_file").mkdir(parents=True)
        (tmp_path / "in" / f"{folder}_assignsubmission_file" / "answers.yaml").write_text("answers: {}\n")
    found: dict[str, list[str]] = {}
    for entry in Participants(members).entries(entries([tmp_path / "in"])):
        found.setdefault(entry.source.partition("_assign")[0], []).append(entry.student)
    return found


GROUPS: dict[str, tuple[dict[str, str], dict[str, list[str]]]] = {  # groups of participants; folders with who gets them
    "a number of nobody": ({"195": "Team A", "196": "Team A"}, {"Team A_7": ["195", "196"]}),
    "a number of somebody else": ({"195": "Team A", "196": "Team A"}, {"Team A_193": ["195", "196"]}),
    "cleaned by Moodle": ({"195": "Grp-2_a", "196": "A/B: C"}, {"Grp-2 a_1": ["195"], "AB C_2": ["196"]}),
    "a comma in its name": ({"195": "Ek, Bo", "196": "Ek, Bo"}, {"Ek, Bo_1": ["195", "196"]}),
    "in several groups": ({"195": "Team A, Team B", "196": "Team B"}, {"Team B_2": ["195", "196"]}),
    "signs that tell groups apart": (
        {"195": "C team", "196": "C++ team"},
        {"C team_1": ["195"], "C++ team_2": ["196"]},
    ),
    "no sign tells them apart": ({"195": "A#", "196": "A"}, {"A_193": ["193 (A)"]}),
    "a group that is not there": ({"195": "Team A"}, {"Team Z_193": ["193 (Team Z)"], "Team Z_7": ["7"]}),
    "students, and a group": ({"195": "Team A"}, {"Ann Abel_193": ["193"], "Team A_194": ["195"]}),
    "names in another order": ({}, {"Abel, Ann_193": ["193"], "El Amrani Fatima_194": ["194"], "王 小明_197": ["197"]}),
}


@pytest.mark.parametrize("case", GROUPS)
def test_members_of_a_group_and_nobody_else(case: str, tmp_path: Path) -> None:
    groups, expected = GROUPS[case]
    assert theirs(tmp_path, groups, *expected) == expected


BLIND = (
    "Identifier,Status,Grade,Maximum grade,Grade can be changed,Feedback comments\n"
    "{word}17,No submission,,10.00,Yes,\n{word}20,,,10.00,Yes,\n"
)


@pytest.mark.parametrize(
    ("word", "folder"),
    [
        ("Participant ", "Participant_17"),
        ("Teilnehmer/in", "Teilnehmer-in_17"),
        ("Participante ", "Participante_17"),
        ("Deelnemer ", "Deelnemer_17"),
        ("Partecipante ", "Partecipante_17"),
        ("Participant ", "participant_17"),
    ],
)
def test_names_that_are_hidden(word: str, folder: str, tmp_path: Path) -> None:
    members = members_of(gradebook_of(BLIND.format(word=word).encode(), "worksheet.csv"))
    (tmp_path / f"{folder}_assignsubmission_file").mkdir()
    (tmp_path / f"{folder}_assignsubmission_file" / "answers.yaml").write_text("answers: {}\n")
    (entry,) = Participants(members).entries(entries([tmp_path]))
    assert (entry.student, entry.name) == ("17", f"{word}17")
