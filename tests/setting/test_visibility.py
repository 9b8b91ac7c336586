"""Where mistakes show, and which look alike: against brute force, against `check`, and where it is plain to see."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bptutor.engine.naming import Naming
from bptutor.files.library import load
from bptutor.marking.check import check
from bptutor.marking.report import FINE
from bptutor.problem import Problem
from bptutor.setting.visibility import visibility
from bptutor.setting.wrong_sheets import looked_for
from tests.support.brute_force import BruteForce, disagreements, some_asked
from tests.support.random_problems import exam_problem
from tests.support.students import answers, some_problem

NET: dict[str, Any] = {
    "layers": [2, 2, 2],
    "activation": "sigmoid",
    "learning_rate": 0.5,
    "inputs": [0.4, -0.7],
    "targets": [0.2, 0.9],
    "weights": [[[0.15, 0.2], [0.25, 0.3]], [[0.4, 0.45], [0.5, 0.55]]],
    "biases": [[0.1, 0.2], [0.3, 0.4]],
}


@pytest.mark.parametrize("seed", [1, 4, 74, 146])  # the last were of two minds once
def test_brute_force(seed: int) -> None:
    if problem := some_problem(seed):
        problem = some_asked(problem, seed)
        assert not list(disagreements(problem, visibility(problem)))


@pytest.mark.parametrize("name", ["mazur", "bce-notes", "relu-softmax", "union", "karpathy"])
def test_brute_force_in_the_library(name: str) -> None:
    assert not list(disagreements(load(name), visibility(load(name))))


def _texts(problem: Problem, digits: Any) -> dict[str, str]:
    naming = Naming(problem)
    return {naming.id(q, at): f"{value:.{problem.decimals}f}" for (q, at), value in digits.items() if value is not None}


SOME = [load("mazur"), load("bce-notes"), load(exam_problem(9)), load(NET | {"decimals": 2})]


@pytest.mark.parametrize("problem", SOME)
def test_a_cell_in_which_a_mistake_shows_is_none_that_check_calls_right(problem: Problem) -> None:
    """And what shows in no cell is a sheet that `check` finds nothing wrong with."""
    brute, found = BruteForce(problem), visibility(problem)
    for variant, pair in zip(brute.variants, brute.wrong, strict=True):
        shown = found[variant.misconception.id]
        fine = []
        for digits in pair:
            marks = check(problem, answers(_texts(problem, digits))).marks
            fine.append({mark.id for mark in marks if mark.verdict in FINE})
        if shown.ways == 1:
            assert not set(shown.cells) & fine[0]
            assert not set(shown.cells) & fine[1]
        if not shown.cells:
            assert any(len(one) == len(brute.cells) for one in fine)


def test_ids_are_those_of_the_table_that_can_be_made() -> None:
    problem = load(NET)
    assert list(visibility(problem)) == list(dict.fromkeys(v.misconception.id for v in looked_for(problem)))
    assert visibility(problem) is visibility(problem)


def test_the_first_cell_is_where_the_mistake_is_made() -> None:
    found = visibility(load(NET))
    assert found["omit_hidden_slope"].cells[0] == "delta1[1]"
    assert found["updated_weights_in_hidden_delta"].cells[0].startswith("error1")
    assert found["bias_omitted"].cells[0] == "net1[1]"
    assert found["no_learning_rate"].cells[0].startswith("step_w")
    assert found["one_path"].ways == 2


def test_few_decimals_hide_what_more_show() -> None:
    problem = load(NET)
    assert not visibility(replace(problem, decimals=2))["updated_weights_in_hidden_delta"].cells
    assert visibility(replace(problem, decimals=4))["updated_weights_in_hidden_delta"].cells


def test_what_is_not_asked_for_does_not_show() -> None:
    problem = load(NET | {"ask": ["new_w", "new_b"]})
    found = visibility(problem)
    assert all(cell.startswith("new_") for one in found.values() for cell in one.cells)
    assert "added_update" in found["flipped_error"].same_as
    assert "flipped_error" in found["added_update"].same_as


def test_a_symmetric_matrix_hides_that_it_was_transposed() -> None:
    assert visibility(load(NET))["transposed_weights"].cells
    symmetric = NET | {"weights": [[[0.15, 0.2], [0.2, 0.3]], [[0.4, 0.45], [0.45, 0.55]]]}
    assert visibility(load(symmetric))["transposed_weights"].cells == ("loss_after",)  # its new matrix is not symmetric


def test_an_output_below_its_target_makes_the_size_of_the_error_its_opposite() -> None:
    one = NET | {"layers": [2, 2, 1], "targets": [0.95], "weights": [NET["weights"][0], [[0.4, 0.45]]]}
    found = visibility(load(one | {"biases": [[0.1, 0.2], [0.3]]}))
    # The size of the error is then the error with the other sign by its very rule, so it is that mistake and no other.
    assert found["flipped_error"].same_as == ()
    assert found["loss_for_error"].same_as == ()


def test_a_forward_pass_has_the_mistakes_of_a_forward_pass() -> None:
    keys = {key: value for key, value in NET.items() if key not in ("targets", "learning_rate")}
    assert set(visibility(load(keys))) == {
        "transposed_weights",
        "bias_omitted",
        "bias_sign",
        "other_activation",
        "calculator_brackets",
        "exponent_sign",
    }


def test_a_number_that_has_left_the_floats_shows() -> None:
    keys = {"layers": [1, 2], "activation": "softmax", "loss": "cross_entropy", "learning_rate": 0.1, "inputs": [0.5]}
    keys |= {"weights": [[[-9.0], [1.0]]], "targets": [0.0, 1.0], "biases": [[-0.5, 0.25]]}
    found = visibility(load(keys))
    assert all(shown.cells for name, shown in found.items() if name != "no_weight_in_hidden_delta")
