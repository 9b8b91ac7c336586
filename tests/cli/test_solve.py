"""The options of `bptutor solve`, run as a user does; what they print is looked at in tests/golden."""

import json
import math
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import bptutor
from bptutor.engine.decimals import fixed
from bptutor.files.library import load, names
from bptutor.solution.trace import Trace

pytestmark = pytest.mark.slow


def run(*arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bptutor", *arguments], capture_output=True, encoding="utf-8", input=stdin, timeout=120
    )


def out(*arguments: str, stdin: str = "") -> str:
    done = run(*arguments, stdin=stdin)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def refused(*arguments: str) -> str:
    done = run(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert "Traceback" not in done.stderr
    return done.stderr


@pytest.mark.parametrize("name", names())
def test_json_is_what_python_gives(name: str) -> None:
    assert json.loads(out("solve", name, "--json")) == json.loads(json.dumps(Trace(load(name)).as_dict()))


@pytest.mark.parametrize("decimals", [0, 1, 2, 3, 4, 5])
def test_never_minus_zero(decimals: int) -> None:
    cells = [cell for name in names() for cell in Trace(load(name), show=fixed(decimals)).cells()]
    assert not [cell.id for cell in cells if not cell.value and math.copysign(1, cell.value) < 0]
    texts = [cell.text for cell in cells]
    assert len(texts) > 1000
    assert not [text for text in texts if text.startswith("-") and float(text) == 0]


def test_a_tie_on_paper_is_a_tie() -> None:
    mazur = out("solve", "mazur", "-d", "3")
    assert "0.393" in mazur
    assert "0.392" not in mazur


@pytest.mark.parametrize(
    "options",
    [
        ["--json", "--csv"],
        ["--decimals", "3", "--sig-figs", "3"],
        ["--verify", "--json"],
        ["--verify", "--explain"],
        ["--until", "0.1", "--only", "net"],
        ["--explain", "δ_h1", "--layer", "1"],
    ],
)
def test_options_that_would_have_no_effect_are_refused(options: list[str]) -> None:
    assert "cannot go together" in refused("solve", "mazur", *options)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["solve"], "PROBLEM is missing"),
        (["solve", "mazur", "w5+"], "found w5+ after the problem"),
        (["solve", "mazur", "--layer", "3"], "found --layer 3, expected 0, 1, 2"),
        (["solve", "mazur", "--samples", "2"], "found --samples 2, expected 1"),
        (["solve", "mazur", "--until", "nan"], "found --until nan, expected a number above 0"),
        (["solve", "mazur", "--explain", "w5"], "w5 is given by the exercise"),
        (["solve", "mazur", "--explain", "net1"], "net1 is a whole quantity, expected one cell"),
        (["solve", "hike", "--steps", "3"], "repeated steps need targets and a learning rate"),
        (["solve", "hike", "--verify"], "there is no gradient to verify"),
        (["solve", "union", "--verify"], "values given in the middle do not change with the weights"),
        (["solve", "mazur", "--steps", "1000000", "--json"], "are too many to write out"),
        (["problems", "show", "mazr"], "there is no problem mazr in the library"),
    ],
)
def test_what_cannot_be_done_is_said(arguments: list[str], message: str) -> None:
    assert message in " ".join(refused(*arguments).split())


@pytest.mark.parametrize(
    "order", [["mazur", "-x", "w5+"], ["-x", "w5+", "mazur"], ["mazur", "--explain=w5+"], ["--explain=w5+", "mazur"]]
)
def test_a_cell_is_explained_wherever_it_stands(order: list[str]) -> None:
    assert out("solve", *order) == out("solve", "mazur", "--explain", "new_w2[1,1]")


def test_standard_input(tmp_path: Path) -> None:
    text = out("problems", "show", "mazur")
    (tmp_path / "same.yaml").write_text(text, encoding="utf-8")
    assert out("solve", "-", "--plain", stdin=text) == out("solve", str(tmp_path / "same.yaml"), "--plain")


def test_long_tables_are_shortened_and_say_how_to_see_the_rest(tmp_path: Path) -> None:
    row = [0.01] * 60
    head = "layers: [60, 2]\nactivation: tanh\ntargets: [0, 1]\nlearning_rate: 1\n"
    (tmp_path / "wide.yaml").write_text(f"{head}inputs: {row}\nweights: [[{row}, {row}]]\n")
    short, whole = out("solve", str(tmp_path / "wide.yaml")), out("solve", str(tmp_path / "wide.yaml"), "--all")
    assert "… 80 more rows: --all shows them" in short
    assert "w120" not in short
    assert "w120" in whole
    assert "more rows" not in whole


def test_a_reader_that_stops_is_no_error() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "bptutor", "solve", "nnfs", "--json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""


def test_hostile_text_is_shown_and_not_obeyed(tmp_path: Path) -> None:
    title = r'"\e[31m[red]x[/red]\u202e"'
    text = f"title: {title}\nlayers: [1, 1]\nactivation: linear\ninputs: [1]\nweights: [[[1]]]\n"
    (tmp_path / "hostile.yaml").write_text(text)
    first = out("solve", str(tmp_path / "hostile.yaml")).splitlines()[0]
    assert first == r"\x1b[31m[red]x[/red]\x202e"


def test_help_does_not_wait_for_numpy() -> None:
    code = "import sys\nfrom bptutor.cli.app import app\nassert not {'numpy', 'yaml', 'rich.table'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_solve_waits_for_nothing_that_it_does_not_need() -> None:
    command = [sys.executable, "-X", "importtime", "-m", "bptutor", "solve", "mazur"]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    imported = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert {"numpy", "bptutor.cli.view"} <= imported
    assert not {"pydantic", "jinja2", "bptutor.cli.grade", "bptutor.marking.check"} & imported


@pytest.mark.parametrize(("own", "told"), [({}, "1"), ({"OMP_NUM_THREADS": "2"}, "None")])
def test_numpy_starts_as_many_threads_as_the_user_says_or_one(own: dict[str, str], told: str) -> None:
    code = "import atexit, os; from bptutor.cli.app import main\n"
    code += "atexit.register(lambda: print(os.environ.get('OPENBLAS_NUM_THREADS')))\nmain()"
    env = {name: value for name, value in os.environ.items() if not name.endswith("_NUM_THREADS")} | own
    done = subprocess.run(
        [sys.executable, "-c", code, "--version"], check=True, capture_output=True, text=True, env=env
    )
    assert done.stdout.splitlines()[-1] == told


def test_samples_keep_what_they_have_together(tmp_path: Path) -> None:
    samples = ", ".join(f"{{inputs: [{i}], targets: [0]}}" for i in range(1, 5))
    text = f"layers: [1, 1]\nactivation: linear\nlearning_rate: 0.01\nweights: [[[1]]]\nsamples: [{samples}]\n"
    (tmp_path / "four.yaml").write_text(text + "conventions: {batch_size: 2}\n")
    shown = out("solve", str(tmp_path / "four.yaml"), "--samples", "1", "--plain")
    tags = {line.split("\t")[0].partition("@")[2] for line in shown.splitlines()}
    assert tags == {"1", "1-2"}


def test_all_wrong_cells_are_told_before_anything_is_explained() -> None:
    told = refused("solve", "mazur", "--explain", "δ_h1", "foo", "net9[1]", "delta1")
    assert [line for line in told.splitlines() if line.startswith("Error")] == [
        "Error: foo is not a cell of this problem",
        "Error: net9[1] is not a cell of this problem",
        "Error: delta1 is a whole quantity, expected one cell",
    ]


def test_until_needs_a_loss() -> None:
    text = out("problems", "show", "karpathy") + "learning_rate: 0.1\n"
    done = run("solve", "-", "--until", "0.1", stdin=text)
    assert (done.returncode, done.stdout) == (2, "")
    assert "--until waits for a loss" in done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a disk that is always full")
@pytest.mark.parametrize("options", [[], ["--json"]])
def test_a_full_disk_is_said(options: list[str]) -> None:
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "bptutor", "solve", "mazur", *options],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
        )
    assert done.returncode == 2
    assert done.stderr.startswith("Error: the output cannot be written")
    assert "Traceback" not in done.stderr


def test_a_folder_does_not_hide_a_library_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "mazur").mkdir()
    monkeypatch.chdir(tmp_path)
    assert load("mazur").title.startswith("Mazur")


def test_what_a_trace_hands_out_cannot_change_the_problem() -> None:
    trace = Trace(load("mazur"))
    with pytest.raises(ValueError, match="read-only"):
        trace.values(trace.find("w1[1,1]")[0])[0, 0] = 99


def test_a_notebook_shows_hostile_text_and_does_not_obey_it() -> None:
    net = {"layers": [1, 1], "activation": "linear", "inputs": [1], "weights": [[[1]]]}
    trace: Any = bptutor.solve(load({**net, "title": "<script>alert(1)</script>\x1b[31m"}))
    shown = trace._repr_html_()
    assert "<script>" not in shown
    assert "\x1b" not in shown
    assert "&lt;script&gt;alert(1)&lt;/script&gt;\\x1b[31m" in shown
