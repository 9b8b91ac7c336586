"""What `lint` finds: a problem for each rule that it finds something in, and one that it finds nothing in."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from bptutor.errors import BptutorError
from bptutor.files.library import load, names
from bptutor.mistakes.table import MISCONCEPTIONS
from bptutor.problem import Allowed, Problem
from bptutor.setting.lint import RULES, Finding, lint, looked_at
from bptutor.setting.lint_cures import CURES

CLEAN: dict[str, Any] = {
    "layers": [2, 3, 2],
    "activation": "sigmoid",
    "learning_rate": 0.5,
    "inputs": [0.8, 0.3],
    "targets": [0.05, 0.95],
    "weights": [[[0.85, -0.4], [0.25, 0.7], [-0.55, 0.35]], [[0.45, -0.2, 0.65], [-0.75, 0.6, 0.1]]],
    "biases": [0.16, 0.22],
}
SQUARE = CLEAN | {"layers": [2, 2, 2], "weights": [[[0.85, -0.4], [0.25, 0.7]], [[0.45, -0.2], [-0.75, 0.6]]]}
RELU = CLEAN | {"activation": ["relu", "sigmoid"]}


def found(keys: dict[str, Any], rule: str, **options: Any) -> list[Finding]:
    return [one for one in lint(load(keys), **options) if one.id == rule]


def test_a_good_problem_is_clean() -> None:
    assert lint(load(CLEAN)) == []


def test_the_table() -> None:
    ids = [rule.id for rule in RULES]
    assert len(set(ids)) == len(ids)
    assert not set(ids) & {misconception.id for misconception in MISCONCEPTIONS}  # both can be allowed
    assert {cure for rule in RULES for cure in rule.cures} == set(CURES)


@pytest.mark.parametrize("name", names())
def test_the_library_is_clean_or_says_why_not(name: str) -> None:
    problem = load(name)
    assert [one for one in lint(problem, cures=False) if not one.allowed] == []
    assert bool(problem.lint.allow) == bool(problem.lint.reason)


FINDS: dict[str, tuple[dict[str, Any], tuple[str, ...], str]] = {
    "rounds_to_zero": (
        CLEAN | {"decimals": 2, "inputs": [0.08, 0.03]},
        ("grad_w1[1,2]", "grad_w1[2,2]", "grad_w1[3,2]"),
        "",
    ),
    "few_figures": (CLEAN | {"decimals": 3}, ("grad_w1[1,2]", "step_w1[2,1]"), "4 decimals show it"),
    "unchanged_weight": (
        CLEAN | {"learning_rate": 1e-4},
        ("new_w1[1,1]", "new_w2[1,1]"),
        "6 decimals show it",
    ),
    "tie": (SQUARE | {"decimals": 2, "biases": [0.165, 0.22]}, ("net1[1]",), ""),
    "saturated_unit": (CLEAN | {"inputs": [30, 12]}, ("out1[1]", "out1[2]", "out1[3]"), "inputs a tenth as large"),
    "zero_passes": (CLEAN | {"decimals": 2}, ("grad_w1[1,2]",), "3 decimals show it"),
    "old_passes": (CLEAN | {"decimals": 2}, ("new_w1[1,1]",), "3 decimals show it"),
    "equal_cells": (
        CLEAN | {"inputs": [0.8, 0.8]},
        ("grad_w1[1,1]", "grad_w1[1,2]"),
        "another x1 than 0.8, such as 0.15",
    ),
}


@pytest.mark.parametrize("rule", FINDS)
def test_cells(rule: str) -> None:
    keys, cells, cure = FINDS[rule]
    [one] = found(keys, rule, ulps=1 if rule.endswith("_passes") else 0)
    assert set(cells) <= set(one.cells)
    assert one.says
    assert not cure or one.cure == cure


@pytest.mark.parametrize(
    ("rule", "keys", "word", "cure"),
    [
        ("rate_of_one", CLEAN | {"learning_rate": 1}, "1", "any rate but 1, such as 0.5"),
        ("zero_input", CLEAN | {"inputs": [0.8, 0]}, "x2", "another x2 than 0, such as 0.15"),
        (
            "single_output",
            CLEAN | {"layers": [2, 3, 1], "targets": [0.05], "weights": [CLEAN["weights"][0], [[0.45, -0.2, 0.65]]]},
            "one path",
            "a second output",
        ),
        (
            "symmetric_weights",
            SQUARE | {"weights": [[[0.85, -0.4], [-0.4, 0.7]], SQUARE["weights"][1]]},
            "w1",
            "another w2 than -0.4, such as 0.35",
        ),
        ("hidden_mistake", RELU | {"biases": [0.9, 0.22]}, "omit_hidden_slope", ""),
        ("hidden_mistake", CLEAN | {"decimals": 1}, "one_path", "2 decimals show it"),
        ("same_mistakes", CLEAN | {"ask": ["new_w", "new_b"]}, "flipped_error and added", "asking for error as well"),
        ("hidden_mistake", CLEAN | {"ask": ["net", "delta", "new_w"]}, "loss_factor", "asking for loss as well"),
        ("dead_units", RELU | {"inputs": [-0.8, -0.3]}, "layer 1", ""),
    ],
)
def test_whole_problems(rule: str, keys: dict[str, Any], word: str, cure: str) -> None:
    matching = [one for one in found(keys, rule) if word in one.says]
    assert matching
    assert not cure or matching[0].cure == cure


def test_a_single_relu_that_is_off_is_welcome() -> None:
    keys = RELU | {"biases": [[0.16, 0.16, 0.16], [0.22, 0.35]]}
    assert not found(keys, "dead_units")
    assert not found(keys, "unchanged_weight")  # what belongs to it cannot move


def test_slopes_of_straight_lines_may_be_equal() -> None:
    assert not found(CLEAN | {"activation": ["tanh", "linear"]}, "equal_cells")


def test_a_larger_tolerance_lets_more_pass() -> None:
    assert not found(CLEAN, "zero_passes")
    few = found(CLEAN, "zero_passes", ulps=30)
    more = found(CLEAN, "zero_passes", ulps=100)
    assert set(few[0].cells) < set(more[0].cells)
    assert "30 units" in few[0].says


def test_what_a_file_allows() -> None:
    keys = CLEAN | {"learning_rate": 1, "decimals": 1}
    before = lint(load(keys))
    [hidden] = [one for one in before if one.mistakes == ("updated_weights_in_hidden_delta",)]
    allow = ["rate_of_one", "updated_weights_in_hidden_delta", "tie"]
    after = lint(load(keys | {"lint": {"allow": allow, "reason": "to see what comes of it"}}))
    assert not hidden.allowed
    assert {(one.id, one.mistakes) for one in after if one.allowed} == {
        ("rate_of_one", ()),
        ("hidden_mistake", hidden.mistakes),
    }
    [idle] = [one for one in after if one.id == "idle_allowance"]
    assert "tie" in idle.says
    assert idle.cure == "take it out of lint: allow"
    assert not idle.allowed


def test_a_misspelt_allowance_is_told_what_it_may_mean() -> None:
    keys = CLEAN | {"lint": {"allow": ["rate_of_on"], "reason": "a slip"}}
    [idle] = [one for one in lint(load(keys)) if one.id == "idle_allowance"]
    assert idle.cure == "perhaps rate_of_one is meant"


@pytest.mark.parametrize(
    "known", [{"allow": ["tie"]}, {"reason": "so"}, {"allow": [], "reason": "so"}, {"allow": ["a b"], "reason": "so"}]
)
def test_an_allowance_needs_its_reason(known: dict[str, Any]) -> None:
    with pytest.raises(BptutorError):
        load(CLEAN | {"lint": known})


@pytest.mark.parametrize("name", ["mazur", "macleod", "people", "bce-notes"])
def test_a_cure_cures(name: str) -> None:
    """What a cure says is done here once more, by hand: the finding is gone."""
    problem = replace(load(name), lint=Allowed())
    done = 0
    for one in lint(problem):
        changed = _done(problem, one.cure)
        if changed is not None:
            done += 1
            left = [other for other in lint(changed, cures=False) if other.id == one.id]
            assert not [other for other in left if other.mistakes == one.mistakes and set(other.cells) & {*one.cells}]
            assert not one.mistakes or one.mistakes not in [other.mistakes for other in left]
    assert done


def _done(problem: Problem, cure: str) -> Problem | None:
    """The problem as a cure would have it; None where the cure is not one of those that can be read here."""
    words = cure.split()
    if cure.endswith("decimals show it"):
        return replace(problem, decimals=int(words[0]))
    if cure.startswith(("any rate but", "a larger rate")):
        return replace(problem, learning_rate=float(words[-1]))
    if cure == "inputs a tenth as large":
        return replace(problem, inputs=problem.inputs / 10)
    if cure.startswith("another t_"):
        return replace(problem, targets=np.full(problem.targets.shape, float(words[-1])))  # type: ignore[union-attr]
    if cure.startswith("another w"):
        return replace(problem, weights=_with_weight(problem, words[1], float(words[-1])))
    return None


def _with_weight(problem: Problem, label: str, number: float) -> tuple[np.ndarray, ...]:
    """The weights with another number where that label stands."""
    changed = tuple(matrix.copy() for matrix in problem.weights)
    for matrix, labels in zip(changed, problem.labels.weights, strict=True):
        matrix[np.array(labels) == label] = number
    return changed


def test_of_long_problems_the_first_steps_are_looked_at() -> None:
    problem = load("hundred-steps")
    assert 1 < looked_at(problem).steps < 100
    assert looked_at(load("mazur")) is load("mazur") or looked_at(load("mazur")).steps == 1


def test_a_problem_that_cannot_be_worked_out() -> None:
    keys = {"layers": [1, 2], "activation": "softmax", "loss": "cross_entropy", "inputs": [1], "targets": [1, 0]}
    with pytest.raises(BptutorError):
        lint(load(keys | {"weights": [[[-900.0], [900.0]]]}))


def test_a_page_that_is_too_long() -> None:
    keys = {"layers": [150, 100], "activation": "tanh", "inputs": np.full(150, 0.5), "weights": [np.ones((100, 150))]}
    with pytest.raises(BptutorError, match="too long to look at"):
        lint(load(keys | {"targets": np.full(100, 0.25), "learning_rate": 0.5}))


@pytest.mark.parametrize("name", ["zhou-forward", "hike", "one-neuron"])
def test_small_problems(name: str) -> None:
    assert all(one.cure or one.allowed for one in lint(load(name)))
