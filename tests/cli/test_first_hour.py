"""What somebody meets in the first hour: init, help, what is mistyped on the command line, what Tab completes."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from bptutor.cli import completion
from bptutor.cli.app import main
from bptutor.cli.commands import _HIDDEN, _HOMES
from bptutor.errors import BptutorError
from bptutor.files.blank_problem import blank_problem
from bptutor.files.keys import schema, schema_line
from bptutor.files.library import load, names
from bptutor.files.option_text import layers as counts


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    """Runs a command line in an empty folder: its exit status, what it prints, and what it says beside it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    monkeypatch.setenv("COLUMNS", "80")

    def ran(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["bptutor", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        printed = capsys.readouterr()
        return int(ended.value.code or 0), printed.out, printed.err

    return ran


def filled(text: str) -> str:
    """The file with a number for each blank."""
    return re.sub(r"~(?=[,\]]|  # η)", "0.1", text)


@pytest.mark.parametrize("layers", ["2-3-2", "2,3,2", "2, 3, 2", "2x3x2", "[2, 3, 2]", "2 3 2", "2–3–2"])
def test_unit_counts_as_people_write_them(layers: str) -> None:
    assert counts(layers) == (2, 3, 2)


@pytest.mark.parametrize("layers", ["", "foo", "2-", "2.5-1", "2", "0-2", "2-3-2-x", "999-999", "-1-2"])
def test_unit_counts_that_are_none(layers: str) -> None:
    with pytest.raises(BptutorError):
        blank_problem(counts(layers))


@pytest.mark.parametrize("layers", [[1, 1], [2, 2, 1], [2, 3, 2], [3, 2, 4, 1], [40, 3, 2]])
def test_a_file_of_init_is_a_problem_once_it_is_filled_in(layers: list[int], tmp_path: Path) -> None:
    text = blank_problem(layers)
    assert text.startswith(f"{schema_line('problem')}\n")
    (tmp_path / "mine.yaml").write_text(filled(text), encoding="utf-8")
    problem = load(tmp_path / "mine.yaml")
    assert problem.layers == tuple(layers)
    for weights, rows in zip(problem.labels.weights, problem.weights, strict=True):
        assert len(weights) == len(rows)
    for label in [name for matrix in problem.labels.weights for row in matrix for name in row]:
        assert re.search(rf"# .*\b{label}: \S+ → \S+", text)
    keys = "title layers activation loss learning_rate inputs targets weights biases decimals"
    assert re.findall(r"^(\w+):", text, re.MULTILINE) == keys.split()


def test_solve_names_what_is_still_missing(run: Any) -> None:
    status, _out, said = run("init", "2-3-2")
    assert (status, said.splitlines()) == (
        0,
        [
            "Written: mine.yaml",
            "Written: problem.schema.json, by which editors complete and check it",
            "Next: type your numbers in the place of each ~, then  bptutor solve mine.yaml",
        ],
    )
    assert json.loads(Path("problem.schema.json").read_text(encoding="utf-8")) == schema("problem")
    assert "schema.json" not in run("init", "2-3-2", "--force")[2]  # it is there
    status, _out, said = run("solve", "mine.yaml")
    assert status == 2
    assert "22 numbers are still missing: η, x1, x2, t_o1, t_o2, w1, w2, w3, w4, w5, w6, w7 …" in said
    assert said.endswith("Try: type each in the place of its ~\n")
    text = Path("mine.yaml").read_text(encoding="utf-8")
    lines = (
        filled(text)
        .replace("[[0.1, 0.1],  # w1", "[[0.1, ~],  # w1")
        .replace("[0.1, 0.1]  # of o1", "[~, 0.1]  # of o1")
    )
    Path("mine.yaml").write_text(lines, encoding="utf-8")
    assert "2 numbers are still missing: w2, b_o1\n" in run("solve", "mine.yaml")[2]
    Path("mine.yaml").write_text(filled(text), encoding="utf-8")
    assert run("solve", "mine.yaml")[0] == 0


def test_a_single_blank_is_told_as_it_is(tmp_path: Path) -> None:
    text = filled(blank_problem([2, 1])).replace("learning_rate: 0.1", "learning_rate: ~")
    (tmp_path / "mine.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(BptutorError, match=r"found nothing \(~\), expected a number above 0"):
        load(tmp_path / "mine.yaml")


def test_init_takes_nobodys_file(run: Any) -> None:
    Path("mine.yaml").write_text("mine", encoding="utf-8")
    assert run("init")[0] == 2
    assert Path("mine.yaml").read_text(encoding="utf-8") == "mine"
    assert run("init", "--force")[0] == 0
    assert run("init", "2-2-1", "-o", "-")[1] == blank_problem([2, 2, 1])


@pytest.mark.parametrize(
    ("arguments", "message", "hint"),
    [
        (["solve"], "PROBLEM is missing", "bptutor solve mazur, bptutor solve victorzhou, bptutor solve relu-softmax;"),
        (["check"], "SHEET is missing", "bptutor check sheet.yaml"),
        (["check", "mazur"], "mazur is a problem, expected a sheet of answers", "bptutor check mazur --answers SHEET"),
        (["slove", "mazur"], "there is no command slove", "bptutor solve"),
        (["problems", "shwo"], "there is no command shwo", "bptutor problems show"),
        (["solve", "mazur", "--decimal", "3"], "there is no option --decimal", "--decimals"),
        (["solve", "mazur", "--steps", "0"], "found --steps 0, expected 1 to 1000000", "bptutor solve --help"),
        (["solve", "mazur", "--until", "x"], "found --until x, expected a number", "bptutor solve --help"),
        (["new", "--level", "bla"], "found --level bla, expected easy or exam or hard", "bptutor new --help"),
        (["schema", "foo"], "found foo for OF, expected problem or answers", "bptutor schema --help"),
        (["schema"], "OF is missing", "bptutor schema --help"),
        (["grade", "mazur", "x"], "--output is missing", "bptutor grade --help"),
        (["why", "mazur"], "CELL=VALUE is missing", "bptutor why --help"),
        (["template", "mazur", "-o", "no/s.yaml"], "there is no folder no", "make it first: mkdir -p no"),
    ],
)
def test_usage_errors_look_like_those_of_files(run: Any, arguments: list[str], message: str, hint: str) -> None:
    status, printed, said = run(*arguments)
    assert (status, printed) == (2, "")
    first, *_others, last = said.splitlines()
    assert first == f"Error: {message}"
    assert last.startswith(f"Try: {hint}")


def test_an_exercise_without_biases(run: Any) -> None:
    run("init", "2-2-1")
    lines = Path("mine.yaml").read_text(encoding="utf-8").replace("~", "0.1").replace("[0.1]  # of o1", "[~]  # of o1")
    Path("mine.yaml").write_text(lines.replace("[0.1, 0.1]  # of h1", "[~, ~]  # of h1"), encoding="utf-8")
    status, _out, said = run("solve", "mine.yaml")
    assert status == 2
    assert "3 numbers are still missing: b_h1, b_h2, b_o1" in said
    assert said.endswith("or take `biases:` out if the exercise has none\n")
    kept = [line for line in lines.splitlines() if not line.startswith("biases") and "# of " not in line]
    Path("mine.yaml").write_text("\n".join(kept), encoding="utf-8")
    assert run("solve", "mine.yaml")[0] == 0


def test_a_sheet_is_the_argument_of_check(run: Any) -> None:
    status, _out, said = run("template", "mazur", "-o", "sheet.yaml")
    assert (status, said) == (0, "Written: sheet.yaml\nNext: fill in each ~, then  bptutor check sheet.yaml\n")
    assert (
        run("check", "sheet.yaml")
        == run("check", "--answers", "sheet.yaml")
        == run("check", "mazur", "-a", "sheet.yaml")
    )
    assert run("check", "sheet.yaml")[0] == 1
    assert run("solve", "sheet.yaml")[2] == (
        "Error: this is an answer sheet, expected a problem\n  sheet.yaml, line 6\nTry: bptutor check sheet.yaml\n"
    )


def test_help_is_in_groups_and_says_no_python(run: Any) -> None:
    status, shown, _said = run("--help")
    assert status == 0
    assert re.findall(r"^\w+$", shown, re.MULTILINE) == ["Learn", "Check", "Teach"]
    assert run()[1] == shown
    assert run("-V") == run("--version")
    for name in sorted({*_HOMES} - _HIDDEN):
        shown = run(name, "--help")[1]
        assert not re.search(r"<(?:bool|int|str|float|list|path)|\bbool\b|range", shown), name
        assert re.search(r"Examples?:", shown), name


def test_what_tab_completes(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.yaml").touch()
    (tmp_path / "mine.txt").touch()
    (tmp_path / "maths").mkdir()
    context: Any = SimpleNamespace(params={"problem": "mazur"})
    assert completion.problems("ma") == ["macleod", "mazur", "maths/"]
    assert completion.problems("mi") == ["mine.yaml"]
    assert completion.library("") == names()
    assert completion.sheets(SimpleNamespace(params={}), "m") == ["maths/", "mine.yaml"]  # type: ignore[arg-type]
    assert completion.sheets(SimpleNamespace(params={"answers": "x"}), "maz") == ["mazur"]  # type: ignore[arg-type]
    assert completion.cells(context, "δ_h") == ["δ_h1", "δ_h2"]
    assert completion.cells(context, "delta1[") == ["delta1[1]", "delta1[2]"]
    assert completion.numbers(context, "w5") == ["w5+="]
    assert completion.cells(SimpleNamespace(params={"problem": "nothing"}), "") == []  # type: ignore[arg-type]
    assert completion.cells(SimpleNamespace(params={}), "") == []  # type: ignore[arg-type]
    assert completion.words("net,de") == ["net,delta"]
    assert "omit_hidden_slope" in completion.mistakes("omit")
    assert completion.activations("relu,so") == ["relu,softmax"]
    assert completion.losses("bin") == ["binary_cross_entropy"]
    assert completion.conventions("update") == ["update_biases=true", "update_biases=false"]
