"""Update rules against PyTorch, whose values are stored; see `tests/support/torch_values.py`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bptutor.engine.training import train
from bptutor.files.library import load
from bptutor.solution.trace import Trace

CASES: list[dict[str, Any]] = json.loads((Path(__file__).parent / "torch_values.json").read_text())


@pytest.mark.parametrize("place", range(len(CASES)))
def test_every_parameter_and_average_is_that_of_pytorch(place: int) -> None:
    case = CASES[place]
    trace = Trace(load(case["keys"]))
    for name, values in case["values"].items():
        assert np.abs(trace[name] - np.array(values)).max() < 1e-10, name


def test_the_stored_cases_have_every_update_rule_and_decay() -> None:
    rules = {name for case in CASES for name in case["keys"].get("optimizer", {})}
    assert rules == {"adagrad", "rmsprop", "adam"}
    assert {key for case in CASES for key in case["keys"].get("weight_decay", {})} == {"l2", "decoupled", "biases"}
    assert any("momentum" in case["keys"]["conventions"] for case in CASES)


@pytest.mark.parametrize("place", range(0, len(CASES), 4))
def test_a_training_ends_where_the_page_ends(place: int) -> None:
    problem = load(CASES[place]["keys"])
    trace = Trace(problem)
    for (name, layer), values in train(problem, problem.steps).parameters.items():
        assert np.abs(values - trace[f"new_{name}{layer}#{problem.steps}"]).max() < 1e-12


GRADIENTS = [0.5, -0.3, 0.8, 0.1]


@pytest.mark.parametrize("inside", [False, True])
def test_adam_from_a_list_of_gradients(inside: bool) -> None:
    keys = {
        "layers": [1, 1],
        "activation": "linear",
        "loss": "output",
        "learning_rate": 0.1,
        "optimizer": {"adam": {"beta1": 0.8, "beta2": 0.9, "epsilon": 0.01, "epsilon_inside": inside}},
        "inputs": [1],
        "weights": [[[2]]],
        "steps": len(GRADIENTS),
        "given": {f"grad_w1[1,1]#{step}": gradient for step, gradient in enumerate(GRADIENTS, 1)},
    }
    problem = load(keys)
    trace = Trace(problem)
    m = v = 0.0
    w = 2.0
    for t, g in enumerate(GRADIENTS, 1):
        m, v = 0.8 * m + 0.2 * g, 0.9 * v + 0.1 * g**2
        above, below = m / (1 - 0.8**t), v / (1 - 0.9**t)
        w -= 0.1 * above / ((below + 0.01) ** 0.5 if inside else below**0.5 + 0.01)
        assert trace[f"new_w1[1,1]#{t}"] == pytest.approx(w, abs=1e-12)
        assert trace[f"m_hat_w1[1,1]#{t}"] == pytest.approx(above, abs=1e-12)
    assert {cell.quantity.name for cell in trace.cells()} == {"m_w", "v_w", "m_hat_w", "v_hat_w", "step_w", "new_w"}
    assert float(train(problem, problem.steps).parameters["w", 1][0, 0]) == pytest.approx(w, abs=1e-12)


@pytest.mark.parametrize("given", [{"grad_w1#2": [[0.7, 0.3]]}, {"grad_w1[1,2]#2": 0.3, "grad_w1#3": [[5, -1]]}])
@pytest.mark.parametrize("momentum", [0.0, 0.5])
def test_a_given_gradient_counts_where_the_step_needs_none(given: dict[str, Any], momentum: float) -> None:
    """With δ = −∂E/∂net a step is η·δ·out; where the gradient is given, it is −η times that."""
    keys = {
        "layers": [2, 1],
        "activation": "linear",
        "learning_rate": 0.1,
        "inputs": [1, 2],
        "targets": [1],
        "weights": [[[2, 1]]],
        "steps": 3,
        "given": given,
    }
    rising, falling = (
        Trace(load(keys | {"conventions": {"delta": delta, "momentum": momentum}})) for delta in ("gradient", "descent")
    )
    for step in (1, 2, 3):
        assert falling[f"new_w1#{step}"] == pytest.approx(rising[f"new_w1#{step}"], abs=1e-12)
    assert train(falling.problem, 3).parameters["w", 1] == pytest.approx(rising["new_w1#3"], abs=1e-12)


def test_a_page_can_start_from_gradients_with_falling_deltas() -> None:
    keys = {
        "layers": [1, 1],
        "activation": "linear",
        "loss": "output",
        "learning_rate": 0.1,
        "inputs": [1],
        "weights": [[[2]]],
        "conventions": {"delta": "descent"},
        "given": {"grad_w1": [[0.7]]},
    }
    assert Trace(load(keys))["new_w1[1,1]"] == pytest.approx(1.93)
