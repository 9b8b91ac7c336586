"""What Python users have: every public name with an example that runs, plain mappings of numbers, notebooks."""

from __future__ import annotations

import doctest
import inspect
import json
import re
import subprocess
import sys
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
from typer.main import get_command

import bptutor
from bptutor.answers import Typed
from tests.support.hostile_text import HOSTILE

ROOT = Path(__file__).parent.parent
FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
MAZUR = bptutor.load("mazur")


def _played(text: str, name: str) -> None:
    test = doctest.DocTestParser().get_doctest(text, {}, name, None, 0)
    assert test.examples, f"{name} has no example"
    said = list[str]()
    doctest.DocTestRunner(optionflags=FLAGS).run(test, out=said.append)
    assert not said, "".join(said)


@pytest.mark.parametrize("name", list(bptutor.__all__))
def test_every_public_name_has_an_example_that_runs(name: str) -> None:
    _played(inspect.getdoc(getattr(bptutor, name)) or "", f"bptutor.{name}")


def test_the_page_on_python_is_true_and_short(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    text = (ROOT / "docs" / "python.md").read_text(encoding="utf-8")
    _played(text, "docs/python.md")
    assert len(text.splitlines()) <= 150
    assert [name for name in bptutor.__all__ if name not in text] == ["Solution"]
    assert "docs/python.md" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_names_are_completed_and_imported_when_they_are_used() -> None:
    assert {*bptutor.__all__} <= {*dir(bptutor)}
    assert not hasattr(bptutor, "nothing")
    code = "import sys, bptutor; dir(bptutor); print('numpy' in sys.modules); bptutor.solve('mazur')['net1']"
    code += "; print('numpy' in sys.modules, 'bptutor.mistakes' in sys.modules, 'bptutor.render' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True)
    assert done.stdout.split() == ["False", "True", "False", "False"]


NOT_FROM_PYTHON = {"practice", "gradescope-zip", "gradescope-results", "problems", "schema", "init"}
"""Commands without a function: one asks on a screen, two are for Gradescope, three write files for an editor."""


def test_what_a_command_does_python_can_do() -> None:
    from bptutor.cli.app import app

    called = {"new": "draw", "grade": "grade_class"}
    commands = {*cast("Any", get_command(app)).commands} - NOT_FROM_PYTHON
    assert {called.get(name, name) for name in commands} <= {*bptutor.__all__}


@pytest.mark.parametrize(
    "answers",
    [
        {"net1[1]": 0.3775, "net1[2]": 0.3925},
        {"net_h1": "0.3775", "net_h2": "0.3925"},
        {"net1": [0.3775, 0.3925]},
        {"net1": np.array([0.3775, 0.3925])},
        {"net1": (np.float64(0.3775), Decimal("0.3925"))},
        {"net": {"h1": 0.3775, "h2": 0.3925}},
        {"net": {"h1": 0.3775, "h2": 0.3925}, "out1": None, "delta2": np.array([np.nan, np.nan]), "E": float("nan")},
        {"answers": {"net1": [0.3775, 0.3925]}},
        {"student": "s01", "answers": {"net1": np.array([0.3775, 0.3925])}},
    ],
    ids=str,
)
def test_a_sheet_is_a_plain_mapping(answers: dict[str, Any]) -> None:
    report = bptutor.check(MAZUR, answers)
    assert {mark.id: mark.typed for mark in report.marks if mark.typed} == {"net1[1]": "0.3775", "net1[2]": "0.3925"}
    assert (report.earned, report.first_error) == (3, None)


def test_a_sheet_is_a_file_as_well(tmp_path: Path) -> None:
    path = tmp_path / "sheet.yaml"
    path.write_text("answers: {net1: [0.3775, 0.3925]}\n", encoding="utf-8")
    read = bptutor.load_answers(path, MAZUR)
    same = [bptutor.check("mazur", sheet).as_dict() for sheet in (path, str(path), read)]
    assert same[0] == same[1] == same[2]
    assert same[0]["score"]["earned"] == "3"


@pytest.mark.parametrize(
    ("number", "decimals"),
    [(0.5, 1), ("0.50", 2), (1e-05, 5), (2, 0), (np.float64(0.25), 2), (Fraction(1, 3), None), (Decimal("0.1250"), 4)],
    ids=str,
)
def test_a_number_has_the_digits_with_which_python_writes_it(number: Any, decimals: int | None) -> None:
    from bptutor.files.answers_file import sheet_of

    (typed,) = bptutor.load_answers(sheet_of({"E": number}), MAZUR).cells.values()
    assert (typed.value, typed.decimals) == (pytest.approx(float(number)), decimals)


def test_a_float_with_all_its_digits_is_right_where_it_is_right_at_those_asked_for() -> None:
    trace = bptutor.solve(MAZUR)
    report = bptutor.check(MAZUR, {cell.id: cell.value for cell in trace.cells()})
    assert report.all_right
    assert repr(report) == "<Report mazur: 47/47 points (100 %), no errors>"


def test_an_unknown_cell_names_the_nearest() -> None:
    with pytest.raises(bptutor.BptutorError) as refused:
        bptutor.check(MAZUR, {"net_h9": 1, "delta": {"o3": 1}, "out1": [1, 2, 3]})
    said = [(fault.message, fault.where.key, fault.hint) for fault in refused.value.faults]
    assert [key for _message, key, _hint in said] == ["answers.net_h9", "answers.delta.o3", "answers.out1"]
    assert said[0][2] == "net_h2"
    assert "o1" in said[1][2]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("net_h9", "net_h9 is not a cell of this problem; try net_h2"),
        ("DELTA2[1]", "DELTA2[1] is not a cell of this problem; try delta2[1]"),
        ("quite another", "quite another is not a cell of this problem"),
    ],
)
def test_so_does_a_trace(name: str, said: str) -> None:
    for ask in (bptutor.solve(MAZUR).__getitem__, bptutor.solve(MAZUR).explain):
        with pytest.raises(KeyError) as refused:
            ask(name)
        assert str(refused.value) == said


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("delta2", "delta2 is a whole quantity, expected one cell; try delta2[1], delta2[2]"),
        ("w1", "w1 is given by the exercise, so there is nothing to explain; try an id such as delta1[1], or a label"),
    ],
)
def test_what_cannot_be_explained_says_why(name: str, said: str) -> None:
    with pytest.raises(KeyError) as refused:
        bptutor.solve(MAZUR).explain(name)
    assert str(refused.value).startswith(said)


def test_solution_is_what_it_was() -> None:
    assert isinstance(bptutor.solve(MAZUR), bptutor.Solution)


CLASS: dict[str, Any] = {
    "s01": {"net1": [0.3775, 0.3925], "out1": [0.5933, 0.5969]},
    "s02": {"net1": [0.3775, 0.3], "out1": [0.5933, 0.5744]},
    "s03": {"net1": [float("nan"), 0.3925], "E": 0.2984},
    "s04": {"nett": 1},
}


def test_each_student_of_a_class_earns_what_check_gives_them() -> None:
    graded = bptutor.grade_class(MAZUR, CLASS)
    assert [grade.id for grade in graded.grades] == ["s01", "s02", "s03", "s04"]
    for grade in graded.grades[:3]:
        report = bptutor.check(MAZUR, CLASS[grade.id])
        assert (grade.earned, grade.possible) == (report.earned, report.possible)
        assert grade.first_error == (report.first_error.id if report.first_error else "")
    assert not graded.grades[3].readable
    assert "nett is not a cell" in graded.grades[3].notes[0]
    assert [cell.cell.id for cell in graded.picture.cells][:2] == ["net1[1]", "net1[2]"]
    assert (graded.picture.graded, graded.picture.unreadable) == (3, 1)
    short = {"s01": {"net1": [0.3775, 0.39]}}
    usual, strict = (
        bptutor.grade_class("mazur", short, marking=bptutor.Marking(imprecise=part))
        for part in (Fraction(1, 2), Fraction())
    )
    assert strict.grades[0].earned == usual.grades[0].earned - Fraction(3, 4)


def test_the_folder_is_written_only_where_one_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    graded = bptutor.grade_class(MAZUR, CLASS)
    assert not [*tmp_path.iterdir()]
    written = bptutor.grade_class(MAZUR, CLASS, out="results", html=True, hint=2)
    assert (written.grades, written.picture) == (graded.grades, graded.picture)
    assert json.loads(Path("results/class.json").read_text()) == json.loads(json.dumps(graded.as_dict()))
    assert {path.name for path in Path("results/feedback").iterdir()} >= {"s01.md", "s01.html", "s03.md"}
    assert [line.split(",")[0] for line in Path("results/grades.csv").read_text().splitlines()[1:]] == [*CLASS]
    with pytest.raises(bptutor.BptutorError):
        bptutor.grade_class(MAZUR, CLASS, out="results")
    bptutor.grade_class(MAZUR, {"s01": CLASS["s01"]}, out="results", force=True, feedback=False)
    assert not Path("results/feedback").exists()


def test_a_class_from_files_is_graded_as_the_command_does(tmp_path: Path) -> None:
    folder = ROOT / "examples" / "class"
    sheets, roster = folder / "submissions.zip", folder / "roster.csv"
    arguments = ["grade", "mazur", str(sheets), "--roster", str(roster), "-o", str(tmp_path / "shell")]
    subprocess.run([sys.executable, "-m", "bptutor", *arguments], check=True, capture_output=True)
    graded = bptutor.grade_class("mazur", sheets, roster=roster, out=tmp_path / "python")
    files = {path.relative_to(tmp_path / "shell"): path for path in (tmp_path / "shell").rglob("*") if path.is_file()}
    assert len(files) > 5
    for name, path in files.items():
        assert (tmp_path / "python" / name).read_bytes() == path.read_bytes(), name
    assert len(graded.grades) == graded.picture.graded + graded.picture.unreadable


def test_variants_and_a_roster(tmp_path: Path) -> None:
    variants = {name: bptutor.draw(layers=[2, 2, 1], seed=seed).problem for name, seed in (("a", 1), ("b", 2))}
    keys = {name: {cell.id: cell.text for cell in bptutor.solve(one).cells()} for name, one in variants.items()}
    roster = tmp_path / "roster.csv"
    roster.write_text("id,name,variant\n1,Ada,a\n2,Bo,b\n3,Cy,a\n", encoding="utf-8")
    graded = bptutor.grade_class(variants, {1: keys["a"], 2: keys["b"]}, roster=roster)
    assert [(grade.name, grade.variant, grade.percent) for grade in graded.grades] == [
        ("Ada", "a", 100),
        ("Bo", "b", 100),
    ]
    assert graded.remarks == {"absent": ["3 (Cy)"]}
    named = {"x": {"variant": "b", "answers": keys["b"]}, "y": {"answers": keys["a"]}}
    grades = bptutor.grade_class(variants, named).grades
    assert [(grade.variant, grade.readable) for grade in grades] == [("b", True), ("", False)]


def test_grading_leaves_the_garbage_collector_as_it_was() -> None:
    import gc

    before = gc.get_threshold()
    bptutor.grade_class(MAZUR, {"s01": {"net_h1": 0.3775}})
    assert gc.get_threshold() == before


def test_a_class_of_nobody_is_refused() -> None:
    with pytest.raises(bptutor.BptutorError, match="there are no hand-ins"):
        bptutor.grade_class(MAZUR, {})


def test_draw_takes_the_words_of_a_problem_file(tmp_path: Path) -> None:
    words: dict[str, Any] = {"layers": [2, 2], "activation": [{"leaky_relu": 0.1}], "bias": "shared"}
    drawn = bptutor.draw(**words, conventions={"rounding": "carry"}, seed=3, title="Mine")
    problem = drawn.problem
    assert (problem.layers, problem.activations[0].leak, problem.shared) == ((2, 2), 0.1, (True,))
    assert (problem.conventions.rounding, drawn.seed, problem.title) == ("carry", 3, "Mine")
    path = tmp_path / "exam.yaml"
    path.write_text(drawn.text, encoding="utf-8")
    assert bptutor.solve(path).as_dict()["cells"] == bptutor.solve(problem).as_dict()["cells"]
    other = bptutor.draw(like=path, seed=4).problem
    assert (other.layers, other.loss) == (problem.layers, problem.loss)
    assert other.weights[0].tolist() != problem.weights[0].tolist()


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        ({"level": "exams"}, "found exams, expected one of easy, exam, hard"),
        ({"bias": "each"}, "found each, expected one of unit, shared, none"),
        ({"loss": "half_squared"}, "found half_squared, expected one of"),
        ({"activation": "sigmod"}, "found sigmod, expected one of"),
        ({"layers": [2]}, "expected"),
        ({"conventions": {"roundin": "carry"}}, "unknown key roundin"),
        ({"samples": -1}, "found -1, expected a whole number from 0 to 20"),
        ({"show": ["one_pat"]}, "there is no mistake with the name one_pat"),
    ],
    ids=str,
)
def test_draw_refuses_what_no_problem_can_be(wish: dict[str, Any], said: str) -> None:
    with pytest.raises(bptutor.BptutorError) as refused:
        bptutor.draw(**wish)
    assert said in refused.value.message
    assert "--" not in str(refused.value)


def test_template_chooses_and_fills_in() -> None:
    key = bptutor.template(MAZUR, filled=True)
    path_free = [line for line in key.splitlines() if line.startswith("problem:")]
    assert path_free == ["problem: mazur"]
    assert "net1: {h1: 0.3775, h2: 0.3925}" in key
    assert "net1" not in bptutor.template(MAZUR, ["delta"], [2])
    with pytest.raises(bptutor.BptutorError, match="found layers 9"):
        bptutor.template(MAZUR, layers=[9])
    with pytest.raises(bptutor.BptutorError, match="found cells dleta"):
        bptutor.template(MAZUR, ["dleta"])


def test_worksheets_are_written_as_the_name_ends(tmp_path: Path) -> None:
    series = bptutor.worksheet(MAZUR, fade="all", student="Ada")
    assert len(series.sheets) > 10
    assert str(bptutor.worksheet(MAZUR)) == bptutor.worksheet(MAZUR).text("markdown")
    series.write(tmp_path / "sheet.tex")
    assert (tmp_path / "sheet.tex").read_text(encoding="utf-8") == series.text("latex")
    with pytest.raises(bptutor.BptutorError):
        series.write(tmp_path / "sheet.tex")
    for stages in (-1, 99):
        with pytest.raises(bptutor.BptutorError, match="the sheet has"):
            bptutor.worksheet(MAZUR, fade=stages)


@lru_cache
def _records(title: str) -> dict[str, Any]:
    """One record of each kind, with a text of a stranger wherever one can stand."""
    keys = {"layers": [2, 2, 1], "activation": "sigmoid", "inputs": [1, 0.5], "targets": [1], "learning_rate": 0.5}
    keys |= {"weights": [[[0.1, -0.2], [0.4, 0.3]], [[0.7, -0.5]]], "title": title, "decimals": 4}
    problem = bptutor.load(keys)
    sheet = bptutor.Answers({"net1[1]": Typed(title, None, None), "net1[2]": Typed("0.5", 0.5, 1)}, student=title)
    return {
        "problem": problem,
        "trace": bptutor.solve(problem),
        "explanation": bptutor.solve(problem).explain("net_h1"),
        "report": bptutor.check(problem, sheet),
        "why": bptutor.why(problem, {"net_h1": 0.1, "delta2[1]": 0.5}),
        "lint": bptutor.lint(problem, cures=False),
        "worksheet": bptutor.worksheet(problem, student=title),
        "scheme": bptutor.marks(problem),
        "drawn": bptutor.draw(layers=[2, 2, 2], seed=7, title=title),
        "class": bptutor.grade_class(problem, {title: {"net_h1": 0.1}}),
    }


@pytest.mark.parametrize("kind", [*_records("x")])
def test_a_record_says_in_one_line_what_it_is_and_shows_itself_in_a_notebook(kind: str) -> None:
    record = _records("A title")[kind]
    assert re.fullmatch(r"<[A-Z]\w+[ :].*>", repr(record)), repr(record)
    assert len(repr(record)) < 200
    shown = record._repr_html_()
    assert shown.startswith("<")
    assert "A title" in shown or kind in ("explanation", "why", "report")


@pytest.mark.parametrize("kind", [*_records("x")])
def test_a_notebook_shows_hostile_text_and_does_not_obey_it(kind: str) -> None:
    for text in HOSTILE[:3]:
        shown = _records(text)[kind]._repr_html_()
        assert text not in shown
        assert not re.search(r"<(script|img)\b|<svg [^>]*onload", shown)
        assert shown.startswith(("<div", "<pre", "<iframe sandbox srcdoc="))


def test_a_problem_that_cannot_be_worked_out_says_what_it_is() -> None:
    keys = {"layers": [1, 1], "activation": "linear", "inputs": [1e308], "weights": [[[1e308]]], "title": "Too large"}
    problem = bptutor.load(keys)
    shown: Any = problem
    assert shown._repr_html_() is None
    assert repr(problem) == "<Problem Too large: 1-1, linear, half_squared_error>"
