"""`bptutor marks`, `--points`, and `grade --again`: other points, the same hand-ins."""

from __future__ import annotations

import csv
import gzip
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bptutor.cli.app import app
from bptutor.errors import BptutorError
from tests.support import example_class
from tests.support.handmade import right

NEW = "total: 20\nround: 1/2\nweights: {delta: 8}\n"


def run(*arguments: object) -> str:
    done = CliRunner().invoke(app, [str(argument) for argument in arguments])
    if isinstance(done.exception, BptutorError):
        raise done.exception
    assert done.exit_code in (0, 1), done.output
    return done.stdout


@pytest.fixture
def points(tmp_path: Path) -> Path:
    file = tmp_path / "new.yaml"
    file.write_text(NEW, "utf-8")
    return file


def test_the_scheme_as_a_table(points: Path) -> None:
    text = run("marks", "shared-2-3-2")
    row = next(line.split() for line in text.splitlines() if " delta2 " in line)
    assert row == ["Deltas,", "output", "delta2", "4", "2", "2", "4", "4"]
    assert max(map(len, text.splitlines()[:30])) <= 80
    assert "all                                 53" in text
    assert "A right number with too few decimals loses 10 %." in text
    other = run("marks", "shared-2-3-2", "--points", points, "--md")
    assert "| all |  | 20 | 71 |  |  |  |" in other
    assert "- The score is rounded to a multiple of 0.5." in other
    latex = run("marks", "shared-2-3-2", "--latex")
    assert r"grad\_w1 & 4 & 6 & 0.67 & 4 & 4 \\" in latex
    assert latex.count(r"\\") == 26
    with pytest.raises(BptutorError, match="cannot go together"):
        run("marks", "mazur", "--md", "--latex")


def test_check_takes_other_points(tmp_path: Path, points: Path) -> None:
    sheet = tmp_path / "mine.yaml"
    cells = right("mazur") | {"delta2[1]": "0.7414", "delta2[2]": "-0.2171"}
    sheet.write_text("answers:\n" + "".join(f"  '{cell}': {text}\n" for cell, text in cells.items()), "utf-8")
    assert "of 47 points" in run("check", "mazur", "-a", sheet)
    assert "of 20 points" in run("check", "mazur", "-a", sheet, "--points", points)


def graded(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_again_gives_the_bytes_of_a_fresh_run(tmp_path: Path, points: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(example_class.FOLDER)
    lists = (
        "--roster",
        "roster.csv",
        "--moodle",
        "worksheet.csv",
        "--canvas",
        "canvas.csv",
        "--keep",
        "best",
        "--hint",
        "2",
    )
    run("grade", "mazur", "submissions.zip", *lists, "-o", tmp_path / "first")
    run("grade", "mazur", "submissions.zip", *lists, "-o", tmp_path / "fresh", "--points", points)
    monkeypatch.chdir(tmp_path)  # the hand-ins are not needed
    before = graded(tmp_path / "first")
    said = run("grade", "--again", "first", "--points", points, "-o", "again")
    assert graded(tmp_path / "first") == before
    again = graded(tmp_path / "again")
    changes = again.pop("changes.csv").decode()
    assert again == graded(tmp_path / "fresh")
    rows = list(csv.DictReader(changes.splitlines()))
    assert f"The marks of {len(rows)} students change." in said
    assert [float(row["change"]) for row in rows] == sorted(float(row["change"]) for row in rows)
    for row in rows:
        assert row["possible_before"] != row["possible"] == "20"
        assert row["percent_before"] != row["percent"]
    run("grade", "--again", "again")  # in place, under the points that it has
    same = graded(tmp_path / "again")
    assert same.pop("changes.csv").decode().count("\n") == 1
    assert same == again


def test_a_table_and_what_cannot_be_read_are_kept_too(
    tmp_path: Path, points: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    cells = right("mazur")
    rows = [
        ["id", "ours", *(f'"{cell}"' for cell in cells)],
        ["s1", "x", *cells.values()],
        ["s2", "x", "0.9", *list(cells.values())[1:]],
    ]
    Path("all.csv").write_text("".join(",".join(row) + "\n" for row in rows), "utf-8")
    Path("s3.yaml").write_text("answers: {", "utf-8")
    run("grade", "mazur", "all.csv", "s3.yaml", "-o", "out")
    run("grade", "mazur", "all.csv", "s3.yaml", "-o", "fresh", "--points", points, "--workers", "2")
    run("grade", "--again", "out", "--points", points)
    again = graded(Path("out"))
    assert again.pop("changes.csv")
    assert again == graded(Path("fresh"))


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--again", "nothing"), "there are no hand-ins kept in this folder"),
        (("--again", "odd"), "these are no hand-ins that this version can read"),
        (("--again", "torn"), "the file cannot be read"),
        (("--again", "odd", "--hint", "2"), "--again and --hint cannot go together"),
        (
            ("mazur", "--again", "odd"),
            "a problem and --again cannot go together|--again and a problem cannot go together",
        ),
        ((), "PROBLEM is missing"),
        (("mazur", "-o", "x"), "SOURCES is missing"),
        (("mazur", "odd"), "--output is missing"),
    ],
)
def test_what_cannot_be_graded_again(
    arguments: tuple[str, ...], says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, data in (("odd", gzip.compress(b'{"format": "x"}\n')), ("torn", gzip.compress(b"x" * 100)[:20])):
        Path(name).mkdir()
        (Path(name) / "hand-ins.jsonl.gz").write_bytes(data)
    with pytest.raises(BptutorError, match=says):
        run("grade", *arguments)
