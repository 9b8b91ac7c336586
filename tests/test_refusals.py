"""A problem made in Python refuses what a file cannot say, in the same words."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

import numpy as np
import pytest

from bptutor.engine.losses import LOSSES
from bptutor.errors import BptutorError
from bptutor.files.library import load
from bptutor.problem import Activation, Conventions, Digits, Loss, Problem
from bptutor.setting.wish import Wish, blank

MAZUR = load("mazur")


def told(error: BptutorError) -> list[tuple[str, str, str]]:
    return [(fault.where.key, fault.message, fault.hint) for fault in error.faults]


def faults(**changed: Any) -> list[tuple[str, str, str]]:
    with pytest.raises(BptutorError) as caught:
        replace(MAZUR, **changed)
    return told(caught.value)


def in_a_file(**changed: Any) -> list[tuple[str, str, str]]:
    keys = {
        "layers": list(MAZUR.layers),
        "activation": "sigmoid",
        "inputs": [0.05, 0.1],
        "targets": [0.01, 0.99],
        "weights": [array.tolist() for array in MAZUR.weights],
        "biases": [0.35, 0.60],
    }
    with pytest.raises(BptutorError) as caught:
        load(keys | changed)
    return told(caught.value)


SOFT, STEP, SIGMOID = Activation("softmax"), Activation("step"), Activation("sigmoid")


@pytest.mark.parametrize(
    ("field", "value", "keys"),
    [
        ("weights", MAZUR.weights[:1], {"weights": [MAZUR.weights[0].tolist()]}),
        ("weights", (np.ones((3, 2)), np.ones((2, 2))), {"weights": [[[1, 1]] * 3, [[1, 1]] * 2]}),
        ("biases", MAZUR.biases[:1], {"biases": [0.35]}),
        ("inputs", np.ones((1, 3)), {"inputs": [1, 1, 1]}),
        ("targets", np.ones((1, 1)), {"targets": [1]}),
        ("loss", "mse", {"loss": "mse"}),
        ("loss", "cross_entropy", {"loss": "cross_entropy", "targets": [0.01, 0.98]}),
        ("loss", "output", {"loss": "output"}),
        ("activations", (SIGMOID,) * 3, {"activation": ["sigmoid"] * 3}),
        ("activations", (SOFT, SIGMOID), {"activation": ["softmax", "sigmoid"]}),
        ("activations", (SIGMOID, STEP), {"activation": ["sigmoid", "step"]}),
        ("activations", (Activation("sigmod"), SIGMOID), {"activation": ["sigmod", "sigmoid"]}),
        (
            "conventions",
            Conventions(batch="online", batch_size=2),
            {"conventions": {"batch": "online", "batch_size": 2}},
        ),
        ("learning_rate", 0.0, {"learning_rate": 0}),
        ("layers", (2,), {"layers": [2]}),
    ],
)
def test_the_words_are_those_of_the_reader(field: str, value: Any, keys: dict[str, Any]) -> None:
    problem = replace(MAZUR, targets=np.array([[0.01, 0.98]])) if "targets" in keys and field == "loss" else MAZUR
    with pytest.raises(BptutorError) as caught:
        replace(problem, **{field: value})
    assert told(caught.value) == in_a_file(**keys)


@pytest.mark.parametrize(
    ("changed", "key", "says"),
    [
        ({"weights": (MAZUR.weights[0], np.full((2, 2), np.nan))}, "weights[2]", "found nan, expected a number"),
        ({"inputs": np.ones(2)}, "inputs", "found 2, expected rows of numbers, one for each sample"),
        ({"inputs": np.ones((0, 2)), "targets": None}, "inputs", "found a list of 0, expected at least one sample"),
        ({"targets": np.ones((2, 2))}, "targets", "found 2 values, expected 1 (one row for each sample)"),
        ({"biases": (np.ones(2), np.ones(1))}, "biases[1]", "found 2 values, expected 1 (shared by the layer)"),
        ({"shared": (True,)}, "shared", "found 1 value, expected 2 (one for each layer after the inputs)"),
        ({"layers": (2, 0, 2)}, "layers[2]", "found 0, expected a whole number from 1"),
        ({"decimals": -1}, "decimals", "found -1, expected a whole number from 0 to 17"),
        ({"digits": {"out": Digits(18)}}, "digits.out", "found 18, expected a whole number from 0 to 17"),
        (
            {"digits": {"net": Digits(0, figures=True)}},
            "digits.net",
            "found 0, expected a whole number from 1 to 17",
        ),
        ({"steps": 0}, "steps", "found 0, expected a whole number from 1"),
        (
            {"activations": (Activation("sigmoid", 0.1), SIGMOID)},
            "activation[1]",
            "found 0.1, expected no number beside",
        ),
        (
            {"activations": (SIGMOID, Activation("leaky_relu", 2))},
            "activation[2]",
            "found 2, expected a slope from 0 to 1",
        ),
        ({"labels": MAZUR.labels._replace(inputs=("x1",))}, "labels.inputs", "found 1 names, expected 2"),
    ],
)
def test_what_a_file_cannot_even_say(changed: dict[str, Any], key: str, says: str) -> None:
    ((where, message, _hint),) = faults(**changed)
    assert where == key
    assert message.startswith(says)


def test_all_faults_are_told_together() -> None:
    found = faults(weights=MAZUR.weights[:1], inputs=np.ones((1, 3)))
    assert [key for key, _message, _hint in found] == ["weights", "inputs"]


def test_the_nearest_name_is_suggested() -> None:
    assert faults(loss="squared_eror")[0][2] == "squared_error"
    assert faults(activations=(Activation("Relu"), SIGMOID))[0][2] == "relu"


def test_decimals_that_solve_can_show_can_be_had() -> None:
    assert replace(MAZUR, decimals=17).decimals == 17


def test_a_wish_speaks_in_the_same_words() -> None:
    for wish, says in (
        (Wish(activations=(SIGMOID,) * 3), "found 3 values, expected 2 (one for each layer after the inputs)"),
        (Wish(activations=(SOFT, SIGMOID)), "softmax in a hidden layer is not supported"),
        (Wish(activations=(STEP,)), "a step has slope 0 everywhere, so no error comes back through it"),
        (Wish()._replace(loss=cast("Loss", "mse")), "found mse, expected one of half_squared_error"),
        (Wish(loss="cross_entropy", activations=(Activation("tanh"),)), "cross_entropy needs outputs between 0 and 1"),
    ):
        with pytest.raises(BptutorError) as caught:
            blank(wish)
        assert caught.value.message.startswith(says)


@pytest.mark.parametrize("loss", LOSSES)
def test_a_wish_for_any_loss_can_be_had(loss: Loss) -> None:
    problem: Problem = blank(Wish(loss=loss, activations=(SIGMOID,), samples=3))
    assert (problem.targets is None) == (LOSSES[loss].rule is None)
