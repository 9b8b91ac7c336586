"""A convention ends at the same new weights; what is no convention does not."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from bptutor.engine.conventions import CONVENTIONS
from bptutor.engine.page import page
from bptutor.engine.quantities import Quantity
from bptutor.files.library import load
from bptutor.problem import Conventions
from bptutor.solution.trace import Trace
from tests.support.random_problems import Keys, random_problem, smooth

LEARNING = [
    keys
    for keys in map(smooth, map(random_problem, range(150)))
    if "learning_rate" in keys and (keys.get("loss") == "output" or "targets" in keys.get("samples", [keys])[0])
]


def _with(keys: Keys, **conventions: Any) -> Keys:
    return keys | {"conventions": keys["conventions"] | conventions}


def _new(keys: Keys) -> dict[Quantity, Any]:
    """All new weights and biases of every update."""
    trace = Trace(load(keys))
    return {q: trace.values(q) for q in trace.page.recipe if q.name in ("new_w", "new_b")}


def _negated(biases: Any) -> Any:
    if isinstance(biases, list):
        return [_negated(one) for one in biases]
    return biases if biases is None else -biases


def _assert_same(found: dict[Quantity, Any], expected: dict[Quantity, Any]) -> None:
    assert list(found) == list(expected)
    for quantity, values in expected.items():
        assert found[quantity] == pytest.approx(values, rel=1e-12, abs=1e-13), quantity


@pytest.mark.parametrize("keys", LEARNING, ids=map(str, range(len(LEARNING))))
def test_a_convention_ends_at_the_same_new_weights(keys: Keys) -> None:
    keys = _with(keys, weight_rows="receiving", bias="added", delta="gradient") | {"weights": _receiving(keys)}
    expected = _new(keys)
    assert expected
    _assert_same(_new(_with(keys, delta="descent")), expected)
    sending = [[list(column) for column in zip(*rows, strict=True)] for rows in keys["weights"]]
    _assert_same(_new(_with(keys, weight_rows="sending") | {"weights": sending}), expected)
    thresholds = {"biases": _negated(keys["biases"])} if "biases" in keys else {}
    for delta in ("gradient", "descent"):
        found = _new(_with(keys, bias="subtracted", delta=delta) | thresholds)
        _assert_same({q: -value if q.name == "new_b" else value for q, value in found.items()}, expected)


def _receiving(keys: Keys) -> Any:
    return [weights.tolist() for weights in load(keys).weights]


@pytest.mark.parametrize("seed", range(30))
def test_frozen_biases_leave_the_weights_of_the_first_update_alone(seed: int) -> None:
    keys = _with(LEARNING[seed], update_biases=True, batch="sum", batch_size=None) | {"steps": 1}
    trained, frozen = _new(keys), _new(_with(keys, update_biases=False))
    for quantity, values in frozen.items():
        before = load(keys).biases[quantity.layer - 1]
        expected: Any = trained[quantity] if quantity.name == "new_w" else before
        assert np.array_equal(values, expected)
    shown = page(load(_with(keys, update_biases=False))).shown
    assert not {"grad_b", "step_b", "new_b"} & {quantity.name for quantity in shown}


def test_descent_turns_error_and_delta_and_keeps_the_gradients() -> None:
    gradient = Trace(load("mazur"))
    descent = Trace(load(_mazur(delta="descent")))
    for name in ("error2", "delta2", "error1", "delta1", "error0"):
        assert descent[name] == pytest.approx(-gradient[name])
    for name in ("grad_w1", "grad_w2", "step_w1", "new_w2", "loss", "loss_after"):
        assert descent[name] == pytest.approx(gradient[name])


def test_updated_weights_carry_the_hidden_errors() -> None:
    trace = Trace(load(_mazur(hidden_delta_weights="updated")))
    assert trace["error1"] == pytest.approx(trace["delta2"] @ trace["new_w2"])
    assert trace["new_w1"] != pytest.approx(Trace(load("mazur"))["new_w1"], abs=1e-6)
    assert trace["new_w2"] == pytest.approx(Trace(load("mazur"))["new_w2"])


def test_updated_weights_do_not_matter_where_nothing_is_updated() -> None:
    keys = _mazur(hidden_delta_weights="updated")
    del keys["learning_rate"]
    assert Trace(load(keys))["delta1"] == pytest.approx(Trace(load("mazur"))["delta1"])


def test_every_declared_value_is_a_value_of_its_convention() -> None:
    edits = {(key, name): value.edit for key, row in CONVENTIONS.items() for name, value in row.values.items()}
    assert sum(edit is not None for edit in edits.values()) >= 4
    for (key, value), edit in edits.items():
        assert key in Conventions._fields
        assert edit is None or getattr(Conventions(), key) != value
        assert edit is None or edit.__doc__


def test_the_perceptron_rule() -> None:
    keys: Keys = {"layers": [2, 1], "activation": "step", "learning_rate": 0.5, "weights": [[[0.3, -0.2]]]}
    rows = [([1, 1], [0]), ([1, 0], [1]), ([0, 1], [1])]
    samples = [{"inputs": inputs, "targets": targets} for inputs, targets in rows]
    trace = Trace(load(keys | {"samples": samples, "biases": [[0.1]], "conventions": {"batch": "online"}}))
    assert [trace[f"out1[1]@{s}"] for s in (1, 2, 3)] == [1, 0, 0]
    assert [trace[f"delta1[1]@{s}"] for s in (1, 2, 3)] == [1, -1, -1]
    assert trace["new_w1@3"] == pytest.approx(np.array([[0.3 - 0.5 + 0.5, -0.2 - 0.5 + 0.5]]))
    assert trace["new_b1@3"] == pytest.approx([0.1 - 0.5 + 0.5 + 0.5])
    assert "error1" not in {cell.id for cell in trace.cells()}


def _mazur(**conventions: Any) -> Keys:
    return {
        "layers": [2, 2, 2],
        "activation": "sigmoid",
        "learning_rate": 0.5,
        "inputs": [0.05, 0.10],
        "targets": [0.01, 0.99],
        "weights": [[[0.15, 0.20], [0.25, 0.30]], [[0.40, 0.45], [0.50, 0.55]]],
        "biases": [0.35, 0.60],
        "conventions": {"update_biases": False} | conventions,
    }
