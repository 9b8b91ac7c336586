"""`bptutor why`, run as a user does; what it prints is looked at in tests/golden."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from bptutor.answers import Typed
from bptutor.files.library import load
from bptutor.marking.why import why

pytestmark = pytest.mark.slow


def run(*arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bptutor", *arguments], capture_output=True, encoding="utf-8", input=stdin, timeout=120
    )


@pytest.mark.parametrize("options", [[], ["--json"]])
def test_the_exit_status_says_whether_all_is_right(options: list[str]) -> None:
    assert run("why", "mazur", "δ_o1=0.1385", *options).returncode == 0
    assert run("why", "mazur", "δ_o1=0.1385", "E=0.2984", *options).returncode == 0
    assert run("why", "mazur", "δ_o1=0.1385", "E=0.5967", *options).returncode == 1
    assert run("why", "no-such-problem", "δ_o1=0.1385", *options).returncode == 2


@pytest.mark.parametrize("text", ["δ_o2=-0.2171", "delta2[2]=−0,2171", " delta_o2 = -.2171 "])
def test_cells_and_numbers_are_typed_as_on_a_sheet(text: str) -> None:
    said = json.loads(run("why", "mazur", text, "--json").stdout)
    (cell,) = said["cells"]
    assert (cell["id"], cell["right"]) == ("delta2[2]", False)
    assert [cause["id"] for cause in cell["causes"]] == ["omit_output_slope"]


def test_a_fraction_is_exact() -> None:
    (cell,) = json.loads(run("why", "mazur", "out_h1=1/2", "--json").stdout)["cells"]
    assert (cell["typed"], cell["right"]) == ("1/2", False)


def test_json_is_what_python_gives() -> None:
    found = why(load("mazur"), {"loss": Typed("0.5967", 0.5967, 4)})
    assert json.loads(run("why", "mazur", "E=0.5967", "--json").stdout) == found.as_dict()


def test_all_that_is_wrong_with_the_arguments_is_told_together() -> None:
    done = run("why", "mazur", "foo=1", "net_h1", "delta2=3", "w1=3", "net1[1]=abc", "δ_h=2", "E=1", "loss=2", "=5")
    assert (done.returncode, done.stdout) == (2, "")
    for message in (
        "foo is not a cell of this problem",
        "found net_h1, expected a cell and its number",
        "delta2 is a whole quantity, expected one cell",
        "w1 is given by the exercise",
        "found abc for net1[1], expected a number",
        "δ_h is not a cell of this problem",
        "loss appears twice",
    ):
        assert f"Error: {message}\n" in done.stderr
    assert done.stderr.count("Error: ") == 8
    assert "Try: δ_h" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "text", ["net1[1]=nan", "net1[1]=inf", "net1[1]=", "x" * 5000 + "=1", "\x1b[31m=1", "net1[9]=1"]
)
def test_strange_arguments_are_refused(text: str) -> None:
    done = run("why", "mazur", text)
    assert done.returncode == 2
    assert done.stderr.startswith("Error: ")
    assert "\x1b" not in done.stderr
    assert len(done.stderr) < 500


def test_a_label_may_have_an_equals_sign() -> None:
    problem = """
layers: [1, 1]
activation: linear
learning_rate: 0.5
inputs: [2]
targets: [1]
weights: [[[0.5]]]
labels: {units: [["y=1"]]}
"""
    done = run("why", "-", "out_y=1=1", "--json", stdin=problem)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_number_is_needed() -> None:
    done = run("why", "mazur")
    assert done.returncode == 2
    assert "CELL=VALUE" in done.stderr
