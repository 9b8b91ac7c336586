"""`bptutor new`: one problem or a class of them, written whole or not at all, with names that harm nobody."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path

import pytest

from bptutor.files.keys import schema_line
from bptutor.files.library import load
from bptutor.intake.roster import roster
from bptutor.intake.variants import problems
from tests.support.drawn_problems import STORED

pytestmark = pytest.mark.slow

ROSTER = """id,name,email
s1,Jane Doe,jane@example.org
=cmd|' /C calc'!A0,Eve,eve@example.org
../../etc/passwd,Mallory,m@example.org
CON,Con,con@example.org
@ann,Ann,ann@example.org
S 1 ,"Öztürk, Ömer",o@example.org
"""


def run(*arguments: str, folder: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bptutor", *arguments], cwd=folder, capture_output=True, encoding="utf-8", timeout=120
    )


TOP = f"{schema_line('problem')}\n"
"""The first line of every file."""


def test_the_same_bytes_on_the_screen_and_in_the_file(tmp_path: Path) -> None:
    stored = TOP + (STORED / "exam-1.yaml").read_text("utf-8")
    done = run("new", "--seed", "1")
    assert (done.returncode, done.stdout, done.stderr) == (0, stored, "")
    assert run("new", "--seed", "1", "-o", "a.yaml", folder=tmp_path).returncode == 0
    assert (tmp_path / "a.yaml").read_bytes() == stored.encode()


def test_every_option_says_something() -> None:
    arguments = "--layers 2,2,3 --activation tanh,softmax --loss cross_entropy --bias none --convention ties=half_even"
    more = "--convention rounding=carry --decimals 5 --level hard --steps 2 --title Exam --seed 4"
    done = run("new", *arguments.split(), *more.split())
    assert (done.stderr, done.returncode) == ("", 0)
    for line in (
        "title: Exam",
        "layers: [2, 2, 3]",
        "activation: [tanh, softmax]",
        "loss: cross_entropy",
        "decimals: 5",
        "  rounding: carry",
        "  ties: half_even",
        "steps: 2",
    ):
        assert line in done.stdout.splitlines()


def test_a_leak() -> None:
    done = run("new", "--activation", "leaky_relu:0.2,sigmoid", "--layers", "2,2,2", "--seed", "3")
    assert "activation: [{leaky_relu: 0.2}, sigmoid]" in done.stdout


def test_any_seed_is_told() -> None:
    done = run("new", "--layers", "2,2,2")
    _option, seed = done.stderr.split()
    assert run("new", "--layers", "2,2,2", "--seed", seed).stdout == done.stdout


def test_what_is_not_reached_is_said() -> None:
    done = run("new", "--layers", "2,2,1", "--seed", "1")
    assert done.returncode == 1
    assert done.stdout.startswith(f"{TOP}title: A 2-2-1 network\n")
    assert done.stderr.startswith("not reached: single_output (")


def test_like() -> None:
    done = run("new", "--like", "mazur", "--seed", "1")
    assert done.stdout == TOP + (STORED / "like-mazur-1.yaml").read_text("utf-8")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ("--layers 2,x", "found x, expected a whole number"),
        ("--layers 2", "at least 2"),
        ("--activation foo", "found foo, expected one of sigmoid"),
        ("--activation leaky_relu:2", "expected a slope from 0 to 1"),
        ("--loss squared", "expected one of half_squared_error"),
        ("--convention rounding", "expected KEY=VALUE"),
        ("--convention round=carry", "unknown key round"),
        ("--convention rounding=cary", "found cary, expected one of display, carry"),
        ("--show one_pth", "did you mean one_path?"),
        ("--like mazurr", "mazur"),
        ("--layers 1000000,1000000", "at most 500"),
        (f"--title {'x' * 301}", "longer than 300 characters"),
        ("--like mazur --layers 2,2,2", "--like and --layers cannot go together"),
        ("--variants 3", "a class needs a folder"),
        ("--variants 3 --roster nosuch.csv -o out", "nosuch.csv"),
        ("-o /nosuch/folder/x.yaml", "there is no folder /nosuch/folder"),
    ],
)
def test_bad_usage(arguments: str, says: str, tmp_path: Path) -> None:
    done = run("new", "--seed", "1", *arguments.split(), folder=tmp_path)
    assert done.returncode == 2
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert "line 1" not in done.stderr or "--title" in arguments  # options have no lines
    assert not list(tmp_path.iterdir())


def test_a_file_that_is_there_is_not_written_over(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("mine", encoding="utf-8")
    assert run("new", "--seed", "1", "-o", "a.yaml", folder=tmp_path).returncode == 2
    assert (tmp_path / "a.yaml").read_text("utf-8") == "mine"
    assert run("new", "--seed", "1", "-o", "a.yaml", "--force", folder=tmp_path).returncode == 0
    assert load(tmp_path / "a.yaml").layers == (2, 3, 2)


@pytest.fixture(scope="module")
def exam(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("exam")
    (folder / "class.csv").write_text(ROSTER, encoding="utf-8")
    done = run("new", "--layers", "2,2,2", "--seed", "5", "--roster", "class.csv", "-o", "exam", folder=folder)
    assert done.returncode == 0, done.stderr
    assert done.stderr == (
        "6 problems in exam; their keys in exam/keys; whose is which in exam/roster.csv\n"
        "Next: bptutor worksheet exam --variants --roster exam/roster.csv -o sheets --format pdf\n"
    )
    return folder


def test_a_problem_and_a_key_for_each_student(exam: Path) -> None:
    variants, students = problems(exam / "exam"), roster(exam / "exam" / "roster.csv").students
    assert [student.id for student in students] == [student.id for student in roster(exam / "class.csv").students]
    assert {student.variant for student in students} == set(variants)
    assert len(variants) == 6
    files = {path.name for path in (exam / "exam").iterdir()}
    assert files == {*(f"{name}.yaml" for name in variants), "keys", "roster.csv"}
    assert {path.stem for path in (exam / "exam" / "keys").iterdir()} == set(variants)
    assert {path.name for path in exam.iterdir()} == {"class.csv", "exam"}
    assert variants["s1"].layers == (2, 2, 2)


def test_names_of_files_harm_nobody(exam: Path) -> None:
    for path in (exam / "exam").rglob("*"):
        assert not set("|:*?\"<>'=\\") & set(path.name)
        assert not path.name.startswith((".", "-", " "))
        assert path.stem.casefold() not in ("con", "nul")
    with (exam / "exam" / "roster.csv").open(encoding="utf-8", newline="") as file:
        assert not [cell for row in csv.reader(file) for cell in row if cell.startswith(("=", "+", "-", "@"))]


def test_grade_takes_the_folder_and_the_roster_as_they_are(exam: Path) -> None:
    """The keys are handed in by everybody, and are all right."""
    sheets = exam / "sheets"
    sheets.mkdir()
    for number, student in enumerate(roster(exam / "exam" / "roster.csv").students):
        text = (exam / "exam" / "keys" / f"{student.variant}.yaml").read_text("utf-8")
        sheet = text.replace("student: ~", f"student: {json.dumps(student.id)}")
        (sheets / f"answers {number}.yaml").write_text(sheet, encoding="utf-8")
    done = run("grade", "exam", "sheets", "--roster", "exam/roster.csv", "-o", "results", folder=exam)
    assert done.returncode == 0, done.stderr
    with (exam / "results" / "grades.csv").open(encoding="utf-8", newline="") as file:
        grades = list(csv.DictReader(file))
    assert [grade["percent"] for grade in grades] == ["100"] * 6
    assert {grade["variant"].removeprefix("'") for grade in grades} == set(problems(exam / "exam"))


def test_keys_are_checked_where_they_lie(exam: Path) -> None:
    done = run("check", "--answers", "exam/keys/s1.yaml", folder=exam)
    assert done.returncode == 0
    assert "Everything is right." in done.stdout


def test_who_else_is_in_the_class_makes_no_difference(exam: Path, tmp_path: Path) -> None:
    (tmp_path / "class.csv").write_text("id\ns1\n", encoding="utf-8")
    run("new", "--layers", "2,2,2", "--seed", "5", "--roster", "class.csv", "-o", "one", folder=tmp_path)
    assert (tmp_path / "one" / "s1.yaml").read_bytes() == (exam / "exam" / "s1.yaml").read_bytes()


def test_variants_without_a_roster_and_over_older_ones(tmp_path: Path) -> None:
    arguments = ("new", "--layers", "2,2,2", "--seed", "2", "-o", "exam")
    assert run(*arguments, "--variants", "12", folder=tmp_path).returncode == 0
    names = [f"variant-{n:02}" for n in range(1, 13)]
    assert list(problems(tmp_path / "exam")) == names
    assert not (tmp_path / "exam" / "roster.csv").exists()
    refused = run(*arguments, "--variants", "2", folder=tmp_path)
    assert refused.returncode == 2
    assert "--force" in refused.stderr
    assert list(problems(tmp_path / "exam")) == names
    (tmp_path / "exam" / "mine.yaml").write_text("mine", encoding="utf-8")
    assert run(*arguments, "--variants", "2", "--force", folder=tmp_path).returncode == 2
    (tmp_path / "exam" / "mine.yaml").unlink()
    assert run(*arguments, "--variants", "2", "--force", folder=tmp_path).returncode == 0
    assert list(problems(tmp_path / "exam")) == ["variant-1", "variant-2"]


def test_more_variants_than_students(tmp_path: Path) -> None:
    (tmp_path / "class.csv").write_text("id\ns1\ns2\n", encoding="utf-8")
    done = run("new", "--variants", "3", "--roster", "class.csv", "-o", "exam", "--seed", "1", folder=tmp_path)
    assert done.returncode == 2
    assert "found 2 students in the roster, expected 3" in done.stderr
    assert not (tmp_path / "exam").exists()


def test_a_class_that_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    arguments = "--show one_pth --variants 3 -o exam --seed 1"
    assert run("new", *arguments.split(), folder=tmp_path).returncode == 2
    assert not list(tmp_path.iterdir())
