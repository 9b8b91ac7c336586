"""`bptutor check`, run as a user does; what it prints is looked at in tests/golden and tests/render."""

from __future__ import annotations

import json
import subprocess
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

import bptutor
from bptutor.marking.policy import Marking

pytestmark = pytest.mark.slow

SHEETS = Path(__file__).parent.parent / "sheets"
SLOPE, HALF = str(SHEETS / "mazur-slope.yaml"), str(SHEETS / "mazur-half.yaml")
WHOLE = "problem: mazur\nanswers:\n" + "".join(
    f'  "{cell.id}": {cell.text}\n' for cell in bptutor.solve(bptutor.load("mazur")).cells()
)
FORGIVEN = frozenset({"omit_hidden_slope", "sign_slip"})


def run(*arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bptutor", *arguments], capture_output=True, encoding="utf-8", input=stdin, timeout=120
    )


@pytest.mark.parametrize("options", [[], ["-q"], ["--plain"], ["--json"], ["--hint", "4"], ["--reveal", "--all"]])
def test_the_exit_status_says_whether_all_is_right(options: list[str]) -> None:
    assert run("check", "-a", "-", *options, stdin=WHOLE).returncode == 0
    assert run("check", "-a", SLOPE, *options).returncode == 1
    assert run("check", "-a", HALF, *options).returncode == 1
    assert run("check", "-a", "no-such-file.yaml", *options).returncode == 2


def test_quiet_says_nothing() -> None:
    done = run("check", "--answers", SLOPE, "--quiet")
    assert (done.stdout, done.stderr) == ("", "")


def test_the_problem_is_that_of_the_sheet_or_the_one_named_before_or_after() -> None:
    texts = {
        run("check", *arguments).stdout for arguments in (["-a", SLOPE], ["mazur", "-a", SLOPE], ["-a", SLOPE, "mazur"])
    }
    assert len(texts) == 1
    assert run("check", "-a", SLOPE, "one-neuron").returncode == 2  # it has no such cells


def test_json_is_what_python_gives() -> None:
    problem = bptutor.load("mazur")
    report = bptutor.check(problem, bptutor.load_answers(SLOPE, problem))
    for options, reveal in (([], False), (["--reveal"], True)):
        said = json.loads(run("check", "mazur", "-a", SLOPE, "--json", *options).stdout)
        assert said == json.loads(json.dumps(report.as_dict(reveal=reveal)))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--json", "--plain"], "--json and --plain cannot go together"),
        (["--json", "-q"], "--json and --quiet cannot go together"),
        (["--hint", "1", "--plain"], "--hint and --plain cannot go together"),
        (["--all", "-q"], "--all and --quiet cannot go together"),
        (["--reveal", "-q"], "--reveal and --quiet cannot go together"),
        (["--imprecise", "2"], "found --imprecise 2, expected a fraction from 0 to 1"),
        (["--follow-through", "1/0"], "found --follow-through 1/0"),
        (["--imprecise", "1e-999999999"], "found --imprecise 1e-999999999"),
        (["--hint", "5"], "--hint"),
        (["--charge", "twice"], "--charge"),
        (["--ulps", "-1"], "--ulps"),
        (["--blanks", "none"], "--blanks"),
        (["--forgive", "copyslip"], "copyslip is not a mistake that can be forgiven\nTry: copy_slip"),
    ],
)
def test_what_cannot_be_asked_is_refused(options: list[str], message: str) -> None:
    done = run("check", "-a", SLOPE, *options)
    assert (done.returncode, done.stdout) == (2, "")
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_both_from_standard_input_is_refused() -> None:
    assert "cannot both be standard input" in run("check", "-", "-a", "-", stdin=WHOLE).stderr


def test_a_sheet_is_needed() -> None:
    done = run("check", "mazur")
    assert done.returncode == 2
    assert done.stderr.startswith("Error: mazur is a problem, expected a sheet of answers\n")
    assert "--answers" in done.stderr


@pytest.mark.parametrize(
    ("options", "marking"),
    [
        (["--ulps", "0"], {"ulps": 0}),
        (["--imprecise", "0,25", "--follow-through", "1/3"], {"imprecise": "1/4", "follow_through": "1/3"}),
        (["--charge", "each"], {"charge": "each"}),
        (["--accept-conventions"], {"accept_conventions": True}),
        (["--blanks", "ignore"], {"blanks": "ignore"}),
        (["--forgive", "omit_hidden_slope", "--forgive", "sign_slip"], {"forgive": FORGIVEN}),
    ],
)
@pytest.mark.parametrize("sheet", ["mazur-slope", "mazur-everything"])
def test_options_are_those_of_the_marking(sheet: str, options: list[str], marking: dict[str, Any]) -> None:
    exact: dict[str, Any] = {
        key: Fraction(value) if isinstance(value, str) and "/" in value else value for key, value in marking.items()
    }
    problem, path = bptutor.load("mazur"), SHEETS / f"{sheet}.yaml"
    report = bptutor.check(problem, bptutor.load_answers(path, problem), Marking()._replace(**exact))
    said = json.loads(run("check", "mazur", "-a", str(path), "--json", *options).stdout)
    assert said["score"]["earned"] == str(report.earned)
