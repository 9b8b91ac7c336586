"""`bptutor template`: a blank sheet that is read back as blank, and gives nothing away."""

import csv
import re
import subprocess
import sys
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import yaml

from bptutor.engine.parts import Choice, asked
from bptutor.engine.quantities import cell_id
from bptutor.files.answer_names import names_of
from bptutor.files.answers_file import answers_of, problem_of_sheet, read_sheet
from bptutor.files.library import load, names
from bptutor.files.reader import parse
from bptutor.problem import Problem
from bptutor.render.sheet import quoted, sheet
from bptutor.solution.trace import Trace
from tests.support.random_problems import random_problem


def run(*arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bptutor", *arguments], capture_output=True, encoding="utf-8", input=stdin, timeout=120
    )


def text_of(problem: Problem, name: str = "p", choice: Choice = Choice()) -> str:
    return "".join(sheet(Trace(problem), name, choice))


def filled(text: str, problem: Problem) -> list[str]:
    """The cells that the sheet has places for, as the reader understands them."""
    head, _, cells = text.partition("\nanswers:\n")
    numbered = re.sub(r"([:,]) ~(?=[\],}\n])", r"\1 1", cells)
    return list(answers_of(parse(f"{head}\nanswers:\n{numbered}".encode(), "x.yaml"), problem).cells)


@pytest.mark.parametrize("name", names())
def test_every_library_problem_has_a_blank_sheet(name: str) -> None:
    problem = load(name)
    text = text_of(problem, name)
    read = answers_of(parse(text.encode(), "x.yaml"), problem)
    assert (read.cells, read.problem, read.student) == ({}, name, "")
    wanted, trace = asked(problem), Trace(problem)
    cells = [
        trace.naming.id(quantity, at) for quantity, cells in wanted.items() for at in map(tuple, np.argwhere(cells))
    ]
    assert sorted(filled(text, problem)) == sorted(cells)
    assert isinstance(yaml.load(text, yaml.SafeLoader), dict)  # other readers take it too


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(30))
def test_random_problems(seed: int) -> None:
    problem = load(random_problem(seed))
    assert filled(text_of(problem), problem) == [cell.id for cell in Trace(problem).cells()]


@pytest.mark.parametrize("name", ["mazur", "nnfs", "macleod", "hundred-steps"])
def test_no_number_is_given_away(name: str) -> None:
    trace = Trace(load(name))
    text = text_of(trace.problem, name).partition("\n")[2]
    decimals = {number for number in re.findall(r"\d+\.\d+", text) if len(number) > 3}
    assert not decimals & {cell.text.lstrip("-") for cell in trace.cells()}


def test_hostile_titles_and_labels() -> None:
    labels = ["no", "~x", "a:b", "{c}", "null"]
    keys = {
        "title": "one\nanswers: {net_h1: 1}\n# two\x85\u2028three\x1b[31m",
        "layers": [2, 5, 1],
        "activation": "sigmoid",
        "learning_rate": 1,
        "inputs": [1, 2],
        "targets": [1],
        "weights": [[[1, 2]] * 5, [[1, 2, 3, 4, 5]]],
        "biases": [[1, 2, 3, 4, 5], 1],
        "labels": {"inputs": ["'", '"'], "units": [labels, ["a,b"]], "biases": [["-", "&a", "*a", "!x", "%"], "<<"]},
    }
    problem = load(keys)
    text = text_of(problem, 'it\'s: #a\n"b"\\\x07é')
    read = answers_of(parse(text.encode(), "x.yaml"), problem)
    assert (read.cells, read.problem) == ({}, 'it\'s: #a\n"b"\\\x07é')
    assert filled(text, problem) == [cell.id for cell in Trace(problem).cells()]


@pytest.mark.parametrize(
    "text",
    ["a", "net1@2#3", "no", "No", "NULL", "~", "", " ", "a b", "1", "a: b", "#", "'", "\t", "\\", '"\n', "−", "<<"],
)
def test_quoted_texts_are_read_back(text: str) -> None:
    line = f"{{{quoted(text)}: {quoted(text)}}}"
    assert yaml.load(line, yaml.SafeLoader) == {text: text}


def test_a_large_layer_is_written_in_rows() -> None:
    draw = np.random.default_rng(1)
    problem = load(
        {
            "layers": [30, 12, 2],
            "activation": "relu",
            "learning_rate": 1,
            "inputs": draw.random(30).tolist(),
            "targets": [1, 0],
            "weights": [draw.random((12, 30)).tolist(), draw.random((2, 12)).tolist()],
        }
    )
    text = text_of(problem)
    assert max(map(len, text.splitlines())) <= 110
    assert filled(text, problem) == [cell.id for cell in Trace(problem).cells()]


def test_rows_of_samples_without_targets() -> None:
    keys = {
        "layers": [2, 1],
        "activation": "sigmoid",
        "loss": "output",
        "learning_rate": 0.1,
        "samples": [{"inputs": [0.5, -1]}, {"inputs": [1, 0.25]}],
        "weights": [[[0.1, 0.2]]],
        "conventions": {"batch": "online"},
    }
    text = text_of(load(keys))
    assert "- [sample, x1, x2, net_o1, out_o1," in text
    assert filled(text, load(keys)) == [cell.id for cell in Trace(load(keys)).cells()]


def test_given_cells_are_left_out() -> None:
    problem = load("union")
    assert "out1" not in text_of(problem)
    assert filled(text_of(problem), problem) == [cell.id for cell in Trace(problem).cells()]


def test_what_the_problem_asks() -> None:
    keys = {"layers": [1, 2], "activation": "linear", "inputs": [1], "targets": [1, 0], "weights": [[[1], [2]]]}
    problem = load(keys | {"ask": ["net1[2]", "error0"]})
    assert filled(text_of(problem), problem) == ["net1[2]", "error0[1]"]
    everything = filled(text_of(problem, choice=Choice(words=frozenset(["net"]))), problem)
    assert everything == ["net1[1]", "net1[2]"]


@pytest.mark.slow
def test_options(tmp_path: Path) -> None:
    printed = run("template", "mazur", "--cells", "net,new_w", "--layer", "2")
    assert (printed.returncode, printed.stderr) == (0, "")
    assert filled(printed.stdout, load("mazur")) == [
        "net2[1]",
        "net2[2]",
        *(f"new_w2[{i},{j}]" for i in "12" for j in "12"),
    ]
    wrong = run("template", "mazur", "--cells", "nett")
    assert wrong.returncode == 2
    assert "found --cells nett" in wrong.stderr
    piped = run("template", "-", stdin="layers: [1, 1]\nactivation: linear\ninputs: [1]\nweights: [[[1]]]\n")
    assert "problem: ~\n" in piped.stdout


@pytest.mark.slow
def test_a_sheet_is_not_written_over(tmp_path: Path) -> None:
    target = tmp_path / "mine.yaml"
    assert run("template", "mazur", "-o", str(target)).returncode == 0
    target.write_text("answers: {net_h1: 1}\n")
    again = run("template", "mazur", "-o", str(target))
    assert again.returncode == 2
    assert "the file already exists" in again.stderr
    assert target.read_text() == "answers: {net_h1: 1}\n"
    assert run("template", "mazur", "-o", str(target), "--force").returncode == 0
    assert answers_of(read_sheet(target), load("mazur")).cells == {}
    nowhere = run("template", "mazur", "-o", str(tmp_path / "no" / "folder.yaml"))
    assert nowhere.returncode == 2
    assert f"there is no folder {tmp_path / 'no'}" in nowhere.stderr


@pytest.mark.slow
def test_a_sheet_elsewhere_finds_its_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "own.yaml").write_text(
        "title: own\nlayers: [1, 1]\nactivation: linear\ninputs: [1]\nweights: [[[1]]]\n"
    )
    (tmp_path / "sheets").mkdir()
    assert run("template", "own.yaml", "-o", "sheets/mine.yaml").returncode == 0
    assert problem_of_sheet(read_sheet("sheets/mine.yaml")).title == "own"


def test_the_header_of_a_table_and_the_questions_of_a_form_are_found_again() -> None:
    header = run("template", "mazur", "--csv").stdout
    titles = run("template", "mazur", "--form").stdout.splitlines()
    assert header.startswith("id,name,net_h1,net_h2,out_h1,")
    assert header.isascii()
    assert next(csv.reader([header])) == ["id", "name", *titles]
    known = names_of(load("mazur"))
    assert len({cell.id for title in titles if (cell := known.cell(title))}) == len(titles) == 48
    assert run("template", "mazur", "--csv", "--form").returncode == 2


def test_formulas_stand_there_unless_the_problem_says_what_it_asks(tmp_path: Path) -> None:
    (tmp_path / "exam.yaml").write_text(
        "layers: [1, 1]\nactivation: sigmoid\nlearning_rate: 1\ninputs: [1]\ntargets: [1]\nweights: [[[2]]]\n"
        "ask: [delta]\n"
    )
    exam = str(tmp_path / "exam.yaml")
    formula = "  # δ_o1 = error_o1·slope_o1"
    assert formula not in run("template", exam).stdout.splitlines()
    assert formula in run("template", exam, "--formulas").stdout.splitlines()
    assert f"{formula}   (9 points)" in run("template", exam, "--formulas", "--points").stdout.splitlines()
    assert "  # (9 points)" in run("template", exam, "--points").stdout.splitlines()
    assert "  # out_h1 = 1/(1 + e^(−net_h1))" in run("template", "mazur").stdout.splitlines()
    bare = run("template", "mazur", "--no-formulas").stdout
    assert not re.search("# (?!yaml-).*=", bare)
    assert filled(bare, load("mazur")) == filled(text_of(load("mazur")), load("mazur"))
    assert "# " not in "".join(sheet(Trace(load(exam)), exam)).partition("answers:")[2].replace("# Backward pass", "")
    assert formula in "".join(sheet(Trace(load(exam)), exam, filled=True))  # a key is the teacher's


@pytest.mark.parametrize("one", ["--csv", "--form"])
@pytest.mark.parametrize("other", ["--points", "--formulas", "--no-formulas"])
def test_a_table_has_no_room_for_formulas(one: str, other: str) -> None:
    done = run("template", "mazur", one, other)
    assert done.returncode == 2
    assert f"{one} and {other} cannot go together" in done.stderr


def test_a_table_says_what_a_row_is_worth_and_has_formulas_where_they_are_wanted() -> None:
    trace = Trace(load("and-perceptron"))
    worth = {cell_id(quantity, ()): Fraction(1, 2) for quantity in trace.page.recipe}
    says = "".join(sheet(trace, "p", points=worth))
    assert "  # out1   (0.5 points)\n" in says
    assert "net_Y" not in says
    assert "  # out_Y = 1 if net_Y ≥ 0 else 0\n" in "".join(sheet(trace, "p", formulas=True))


def test_a_page_whose_rows_ask_for_different_cells_has_a_place_for_each() -> None:
    problem = replace(load("and-perceptron"), ask=("out1@2#1", "new_w1@4#5"))
    assert filled(text_of(problem), problem) == ["out1[1]@2#1", "new_w1[1,1]@4#5", "new_w1[1,2]@4#5"]
