"""The roster: who is meant by an id, an address or a name, and nobody where that is not certain."""

from pathlib import Path

import pytest

from bptutor.errors import BptutorError
from bptutor.intake.roster import Roster, Student, roster

CLASS = Roster(
    [
        Student("s1", "Jane Mary Doe", "jane@example.org", "A"),
        Student("S2", "Öztürk, Ömer", "omer@example.org"),
        Student("s3", "Max Müller"),
        Student("s4", "Max Mueller", "max4@example.org"),
        Student("s5", "max  muller", "MAX5@example.org"),
        Student("12345", "Vincent van Gogh"),
        Student("s7"),
    ]
)


@pytest.mark.parametrize(
    ("student", "name", "email", "found"),
    [
        ("s1", "", "", "s1"),
        (" S1 ", "", "", "s1"),
        ("s2", "", "", "S2"),
        ("x", "", "Jane@Example.org", "s1"),
        ("jane@example.org", "", "", "s1"),
        ("x", "jane mary doe", "", "s1"),
        ("x", "Doe, Jane Mary", "", "s1"),
        ("x", "doejanemary", "", "s1"),
        ("x", "ozturkomer", "", "S2"),
        ("x", "Omer ÖZTÜRK", "", "S2"),
        ("x", "vangoghvincent", "", "12345"),
        ("Jane Mary Doe", "", "", "s1"),
        ("x", "Max Müller", "", None),
        ("s5", "Max Müller", "", "s5"),
        ("x", "Max Mueller", "", "s4"),
        ("x", "Jane Doe", "", None),
        ("", "", "", None),
        ("x", "", "", None),
        ("12345", "", "", "12345"),
        ("12345", "Unknown Person", "", "12345"),
        ("12345", "Jane Mary Doe", "", None),
    ],
)
def test_who_is_meant(student: str, name: str, email: str, found: str | None) -> None:
    known = CLASS.find(student, name, email)
    assert (known and known.id) == found


def test_who_is_absent() -> None:
    there = [CLASS.find("s1"), CLASS.find("s1"), None, *map(CLASS.find, ("s3", "s4", "s5", "12345"))]
    assert [student.id for student in CLASS.absent(there)] == ["S2", "s7"]


def put(path: Path, text: str) -> Path:
    path.write_text(text, "utf-8")
    return path


def test_a_roster_file(tmp_path: Path) -> None:
    path = put(
        tmp_path / "roster.csv", "\ufeffE-Mail;Variante;Name;Gruppe;Matrikelnummer\na@b;B;Jane;1;007\n\n;;Max;;8\n"
    )
    assert roster(path).students == (Student("007", "Jane", "a@b", "B"), Student("8", "Max"))
    path = put(tmp_path / "names.csv", "id,first name,last name\n1,Jane,Doe\n2,,Max\n")
    assert roster(path).students == (Student("1", "Jane Doe"), Student("2", "Max"))


def test_rosters_that_are_none(tmp_path: Path) -> None:
    with pytest.raises(BptutorError) as caught:
        roster(put(tmp_path / "r.csv", "name,group\nJane,1\n"))
    assert str(caught.value) == (
        "the roster has no column id, found name, group\nr.csv, line 1\n"
        "its columns are id, name, email, variant, in any order"
    )
    with pytest.raises(BptutorError) as caught:
        roster(put(tmp_path / "r.csv", "id,name\na,Jane\n,Max\nA,Max\nb,Max,x\n"))
    assert (
        str(caught.value)
        == """\
the id is missing
r.csv, line 3

A appears twice, first in line 2
r.csv, line 4

the row has 3 values, the header has 2
r.csv, line 5"""
    )
