from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from bptutor.engine.decimals import rounded
from bptutor.engine.evaluate import NotFinite
from bptutor.engine.schedule import updates
from bptutor.engine.training import train
from bptutor.files.library import load
from bptutor.problem import Problem
from bptutor.solution.digits import rounding
from bptutor.solution.trace import Trace
from tests.support.random_problems import Keys, random_problem

STEPS = 4
LEARNING = [
    keys
    for keys in map(random_problem, range(200))
    if "learning_rate" in keys and (keys.get("loss") == "output" or "targets" in keys.get("samples", [keys])[0])
]


def _tags(problem: Problem) -> list[str]:
    return [f"@{together}" if together else "" for together, _samples in updates(problem)]


def _parameters(unrolled: Trace, problem: Problem, tag: str, step: int) -> tuple[list[Any], list[Any]]:
    """The weights and biases after a number of steps."""
    if not step:
        return list(problem.weights), list(problem.biases)
    layers = range(1, problem.depth + 1)
    weights = [np.asarray(unrolled[f"new_w{layer}{tag}#{step}"]) for layer in layers]
    biases = [
        None if bias is None else np.reshape(unrolled[f"new_b{layer}{tag}#{step}"], bias.shape)
        for layer, bias in zip(layers, problem.biases, strict=True)
    ]
    return weights, biases


def _loss_of_all_samples(problem: Problem, weights: list[Any], biases: list[Any]) -> float:
    """The loss of one pass that would update once."""
    batch: Any = "mean" if problem.conventions.batch == "mean" else "sum"
    conventions = problem.conventions._replace(batch=batch, batch_size=None)
    once = replace(problem, conventions=conventions, steps=1, given={})
    return float(Trace(replace(once, weights=tuple(weights), biases=tuple(biases)))["loss"])


def _assert_equals_the_unrolled_page(keys: Keys) -> None:
    given = {key: values for key, values in keys.get("given", {}).items() if key.startswith("grad")}
    unrolled = Trace(load(keys | {"steps": STEPS + 1, "given": given}))
    problem, settle = unrolled.problem, None
    if problem.conventions.rounding == "carry":
        settle = rounding(problem)
    training = train(problem, STEPS, settle=settle)
    assert training.steps == STEPS
    tags = _tags(problem)
    if keys.get("loss") != "output":
        starts = [_parameters(unrolled, problem, tags[-1], step) for step in range(STEPS + 1)]
        losses = [_loss_of_all_samples(problem, *parameters) for parameters in starts]
        assert training.losses == pytest.approx(losses, rel=1e-12, abs=1e-15)
    for (name, layer), values in training.parameters.items():
        assert np.array_equal(values, np.reshape(unrolled[f"new_{name}{layer}{tags[-1]}#{STEPS}"], values.shape))


@pytest.mark.slow
@pytest.mark.parametrize("keys", LEARNING, ids=map(str, range(len(LEARNING))))
def test_training_equals_the_unrolled_page(keys: Keys) -> None:
    _assert_equals_the_unrolled_page(keys | {"decimals": 9})  # with few, an output of 0.99… is carried on as 1


@pytest.mark.parametrize(
    "given",
    [
        {"out1": [0.6, 0.7]},
        {"out1#1": [0.6, None], "delta2[1]": 0.1},
        {"net2": [None, 1.0]},
        {"grad_w2": [[0.1, None], [None, None]]},
    ],
)
@pytest.mark.parametrize("momentum", [0, 0.5])
def test_what_is_given_counts_in_the_first_step_only(given: dict[str, Any], momentum: float) -> None:
    keys: Keys = {
        "layers": [2, 2, 2],
        "activation": "sigmoid",
        "learning_rate": 0.5,
        "inputs": [0.05, 0.10],
        "targets": [0.01, 0.99],
        "weights": [[[0.15, 0.20], [0.25, 0.30]], [[0.40, 0.45], [0.50, 0.55]]],
        "biases": [0.35, [0.6, 0.5]],
        "conventions": {"momentum": momentum},
    }
    unrolled = Trace(load(keys | {"given": given, "steps": STEPS + 1}))
    without = {key.removesuffix("#1"): values for key, values in given.items()}
    for problem in (load(keys | {"given": without}), unrolled.problem):
        training = train(problem, STEPS)
        assert training.losses == pytest.approx([unrolled[f"loss#{step}"] for step in range(1, STEPS + 2)], rel=1e-13)
        for (name, layer), values in training.parameters.items():
            assert values.ravel() == pytest.approx(np.ravel(unrolled[f"new_{name}{layer}#{STEPS}"]), rel=1e-13)


def test_the_losses_begin_with_the_start_and_end_after_the_last_step() -> None:
    trace, training = Trace(load("mazur")), train(load("mazur"), 1)
    assert training.losses == pytest.approx([trace["loss"], trace["loss_after"]])
    assert np.array_equal(training.parameters["w", 2], trace["new_w2"])


def test_training_stops_below_the_loss_that_was_asked_for() -> None:
    training = train(load("mazur"), 1000, until=0.1)
    assert training.losses[-1] < 0.1 <= training.losses[-2]
    assert training.steps < 1000
    assert train(load("mazur"), 1000, until=1.0).steps == 0


def test_progress_is_told_of_every_step() -> None:
    told: list[int] = []
    train(load("mazur"), 5, progress=told.append)
    assert told == sorted(set(told))
    assert told[-1] == 5


def test_rounding_after_every_value() -> None:
    training = train(load("mazur"), 3, settle=lambda _quantity, value: rounded(2)(value))
    weights = [values for (name, _layer), values in training.parameters.items() if name == "w"]
    assert all(np.array_equal(values, rounded(2)(values)) for values in weights)


def test_a_problem_that_learns_nothing_is_refused() -> None:
    for name in ("hike", "brownlee"):
        with pytest.raises(ValueError, match="learning rate"):
            train(load(name), 3)


def test_a_loss_that_explodes_is_reported() -> None:
    keys: Keys = {"layers": [1, 1], "activation": "linear", "inputs": [10], "targets": [1], "weights": [[[1]]]}
    with pytest.raises(NotFinite):
        train(load(keys | {"learning_rate": 10}), 1000)


def test_a_hundred_steps_on_one_page_and_in_training() -> None:
    problem = load("hundred-steps")
    trace, training = Trace(problem), train(problem, 100)
    assert training.losses[99] == pytest.approx(trace["loss#100"], rel=1e-12)
    assert training.losses[100] == pytest.approx(trace["loss_after#100"], rel=1e-12)
    assert training.losses[99] == pytest.approx(3.266878922e-07, rel=1e-9)
