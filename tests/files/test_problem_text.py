"""Problems written as files: a person likes to read them, and reading gives an equal problem."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from bptutor.errors import BptutorError
from bptutor.files.keys import schema
from bptutor.files.library import load, names, path_of
from bptutor.files.problem_file import problem_of
from bptutor.files.problem_text import problem_text
from bptutor.files.reader import parse
from bptutor.points import Points
from bptutor.problem import Allowed, Problem
from tests.support.random_problems import exam_problem, random_problem

SCHEMA = Draft202012Validator(schema("problem"))


def read_back(problem: Problem) -> Problem:
    text = problem_text(problem)
    SCHEMA.validate(yaml.safe_load(text))
    return problem_of(parse(text.encode(), "written"))


def same(a: Problem, b: Problem) -> None:
    for field in Problem.__dataclass_fields__:
        if field not in ("file", "sha256"):
            np.testing.assert_equal(getattr(a, field), getattr(b, field), err_msg=field)


@pytest.mark.parametrize("name", names())
def test_the_library(name: str) -> None:
    same(read_back(load(name)), load(name))


@pytest.mark.slow
@settings(max_examples=200)
@given(st.integers(0, 10**6), st.booleans())
def test_random_problems(seed: int, exam: bool) -> None:
    try:
        problem = load(exam_problem(seed) if exam else random_problem(seed))
    except BptutorError:
        return
    same(read_back(problem), problem)


TEXTS = st.text(
    st.characters(exclude_categories=("Cs", "Cc")) | st.sampled_from("\n'\"\\#:|>&*!%@`~-[]{}, "), max_size=60
)


@pytest.mark.slow
@settings(max_examples=300)
@given(TEXTS, TEXTS, TEXTS)
def test_any_text(title: str, notes: str, reason: str) -> None:
    problem = replace(load("mazur"), title=title, notes=notes, lint=Allowed(("tie",), reason))
    same(read_back(problem), problem)


@pytest.mark.parametrize(
    "changes",
    [
        {"labels": {"units": [["h1", "it's"], ["true", "o2"]], "biases": [["p", "q"], "r"]}},
        {"labels": {"inputs": ["x:1", "-x"], "weights": [[["a", "b"], ["c", "d"]], [["e", "f"], ["g", "{h}"]]]}},
        {"given": {"out1": [0.6, None], "net2": [1.25, -0.5]}, "steps": 2},
        {"given": {"grad_b2": 0.125, "loss": 0.25}, "biases": [None, 0.3]},
        {"ask": ["delta", "new_w2[1,2]"], "points": {"delta": "1/3", "new_w2": 0.5}},
        {"lint": {"allow": ["tie", "one_path"], "reason": "The exam asks for it: 'as it is'"}},
        {"activation": [{"leaky_relu": 0.2}, "leaky_relu"], "learning_rate": 1e-12, "decimals": 0},
        {"conventions": {"momentum": 0.9, "batch_size": 1, "weight_rows": "sending", "update_biases": False}},
    ],
)
def test_every_key(changes: dict[str, Any]) -> None:
    keys = {
        "layers": [2, 2, 2],
        "activation": "sigmoid",
        "learning_rate": 0.5,
        "inputs": [0.4, -0.7],
        "targets": [0.2, 0.9],
        "weights": [[[0.15, 0.2], [0.25, 0.3]], [[0.4, 0.45], [0.5, 0.55]]],
        "biases": [[0.1, 0.2], 0.3],
    }
    problem = load(keys | changes)
    same(read_back(problem), problem)


def test_as_a_person_writes_it() -> None:
    problem = replace(load("mazur"), source="", notes="", lint=Allowed())
    written = problem_text(replace(problem, points=Points("cells", {"delta": Fraction(1, 3)})))
    assert written == (
        "title: Mazur's 2-2-2 network, the best known worked example\n"
        "layers: [2, 2, 2]\n"
        "activation: sigmoid\n"
        "loss: half_squared_error\n"
        "learning_rate: 0.5\n"
        "inputs: [0.05, 0.1]\n"
        "targets: [0.01, 0.99]\n"
        "weights:\n"
        "  - [[0.15, 0.2], [0.25, 0.3]]\n"
        "  - [[0.4, 0.45], [0.5, 0.55]]\n"
        "biases: [0.35, 0.6]\n"
        "decimals: 4\n"
        "conventions:\n"
        "  update_biases: false\n"
        "labels:\n"
        "  inputs: [i1, i2]\n"
        "points:\n"
        "  delta: '1/3'\n"
    )


def test_a_wide_matrix_has_a_line_a_row() -> None:
    keys = {"layers": [9, 3], "activation": "tanh", "inputs": [0.5] * 9, "weights": [np.full((3, 9), 0.125)]}
    text = problem_text(load(keys))
    assert max(map(len, text.splitlines())) <= 100
    same(read_back(load(keys)), load(keys))


def test_the_library_reads_like_its_files() -> None:
    """Line by line most of what stands in a file of the library is written as it stands there."""
    lines = path_of("union").read_text("utf-8").splitlines()
    written = problem_text(load("union")).splitlines()
    assert sum(line in written for line in lines) > 0.6 * len(lines)
