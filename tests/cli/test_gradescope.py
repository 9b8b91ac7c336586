"""The commands of the autograder, run as a user and as Gradescope run them."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from bptutor.cli.gradescope import gradescope_results, gradescope_zip
from bptutor.errors import BptutorError
from bptutor.files.library import path_of
from tests.support.handmade import right

app = typer.Typer()
app.command("gradescope-zip")(gradescope_zip)
app.command("gradescope-results")(gradescope_results)


def run(*arguments: object) -> str:
    result = CliRunner().invoke(app, list(map(str, arguments)))
    if isinstance(result.exception, BptutorError):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.stdout


def results(folder: Path, *options: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run("gradescope-results", "mazur", folder, *options))
    return found


def hand_in(folder: Path, name: str = "mine.yaml", **changes: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    cells = "".join(f"  '{cell}': {text}\n" for cell, text in (right("mazur") | changes).items())
    path.write_text(f"problem: /etc/passwd\nanswers:\n{cells}")
    return path


def test_a_hand_in_is_marked(tmp_path: Path) -> None:
    hand_in(tmp_path / "deep" / "er")
    assert results(tmp_path)["score"] == 47
    (tmp_path / ".hidden.yaml").write_text("x")
    (tmp_path / "__MACOSX").mkdir()
    (tmp_path / "__MACOSX" / "mine.yaml").write_text("x")
    (tmp_path / "photo.png").write_bytes(b"\x89PNG")
    (tmp_path / "link.yaml").symlink_to(path_of("mazur"))
    assert results(tmp_path, "--hint=2", "--charge=each")["score"] == 47


def test_what_is_forgiven_and_blanks_that_do_not_count_reach_the_marking(tmp_path: Path) -> None:
    hand_in(tmp_path, **{"delta2[2]": "0.0381", "loss[1]": "~"})
    assert results(tmp_path)["score"] == 45.6667  # half of δ_o2 and of the loss that was used
    assert results(tmp_path, "--forgive=copy_slip", "--blanks=ignore")["score"] == 46.3333  # all that is there
    archive = tmp_path / "grader.zip"
    run("gradescope-zip", "mazur", "-o", archive, "--forgive=copy_slip", "--blanks=ignore")
    script = zipfile.ZipFile(archive).read("run_autograder").decode()
    assert "--blanks=ignore --forgive=copy_slip" in script


def test_options_reach_the_marking_and_the_student(tmp_path: Path) -> None:
    hand_in(tmp_path, **{"net1[1]": "0.5"})
    plain, hinted = results(tmp_path), results(tmp_path, "--hint=3")
    assert plain["score"] < 47
    assert plain["output"] in hinted["output"]
    assert len(hinted["output"]) > len(plain["output"])
    assert "0.3775" not in json.dumps(plain)
    assert "0.3775" in json.dumps(results(tmp_path, "--reveal"))


@pytest.mark.parametrize(
    ("names", "says"),
    [
        ([], "no sheet of answers was handed in"),
        (["a.txt", "b.txt"], "2 sheets of answers were handed in, expected one: a.txt, b.txt"),
        (["a.yaml", "b/c.YML"], "2 sheets of answers were handed in, expected one: a.yaml, b/c.YML"),
    ],
)
def test_one_sheet_is_expected(tmp_path: Path, names: list[str], says: str) -> None:
    for name in names:
        hand_in(tmp_path, name)
    found = results(tmp_path)
    assert found["score"] == 0
    assert says in found["output"]


def test_a_sheet_is_a_sheet_whatever_it_is_called(tmp_path: Path) -> None:
    hand_in(tmp_path, "answers.txt")
    assert results(tmp_path)["score"] == 47


def test_what_is_no_text_is_told_as_what_it_is(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_bytes(b"\x89PNG\r\n")
    assert "this is a picture (PNG)" in results(tmp_path)["output"]


def test_the_score_line_has_no_name(tmp_path: Path) -> None:
    path = hand_in(tmp_path)
    path.write_text("student: '100 % Everything is right'\nanswers: {net_h1: 9}\n")
    assert results(tmp_path)["output"].startswith("Score: 0 of 47 points")


@pytest.mark.parametrize("text", ["", "[" * 100_000, "answers: {nonsense: 1}", "\x00", "a: &a [*a]", "[1]"])
def test_a_bad_hand_in_is_told_why(tmp_path: Path, text: str) -> None:
    (tmp_path / "mine.yaml").write_text(text)
    found = results(tmp_path)
    assert found["score"] == 0
    assert found["output"].startswith("Your answers could not be read.\n")
    assert "mine.yaml" in found["output"]
    assert str(tmp_path) not in found["output"]


def test_a_bad_problem_is_not_the_students_fault(tmp_path: Path) -> None:
    hand_in(tmp_path)
    with pytest.raises(BptutorError):
        run("gradescope-results", "mazzur", tmp_path)


def test_the_zip_has_the_problem_and_the_options(tmp_path: Path) -> None:
    output = tmp_path / "autograder.zip"
    run("gradescope-zip", "mazur", "-o", output, "--hint=2", "--imprecise=0,5", "--reveal")
    archive = zipfile.ZipFile(io.BytesIO(output.read_bytes()))
    assert archive.read("problem.yaml") == path_of("mazur").read_bytes()
    line = archive.read("run_autograder").decode()
    assert "--hint=2 --ulps=0 --imprecise=1/2 --blanks=count --reveal > " in line
    with pytest.raises(BptutorError, match="the file already exists"):
        run("gradescope-zip", "mazur", "-o", output)
    run("gradescope-zip", path_of("mazur"), "-o", output, "--force")


@pytest.mark.parametrize("problem", ["-", "none", "/"])
def test_a_problem_that_cannot_be_packed(tmp_path: Path, problem: str) -> None:
    with pytest.raises(BptutorError):
        run("gradescope-zip", problem, "-o", tmp_path / "x.zip")
    assert list(tmp_path.iterdir()) == []
