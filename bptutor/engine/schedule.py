"""The facts of a problem that its page is laid out by: what is given, the samples, the updates, whether it learns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from bptutor.engine.losses import LOSSES
from bptutor.engine.optimizers import OPTIMIZERS
from bptutor.engine.quantities import Quantity, cell_id
from bptutor.problem import Array, Problem

Parameters = Mapping[tuple[str, int], Quantity]  # ("w", layer) or ("b", layer) to where its current value stands


def given(problem: Problem) -> dict[Quantity, Array]:
    """The numbers that the exercise starts from, and the constants that rules need; a float does for an array ()."""
    conventions = problem.conventions
    values: dict[Quantity, Any] = {Quantity("momentum"): conventions.momentum, **_of_optimizer(problem)}
    if problem.learning_rate is not None:
        values[Quantity("learning_rate")] = problem.learning_rate
    for layer in range(1, problem.depth + 1):
        units, bias = problem.layers[layer], problem.biases[layer - 1]
        values[Quantity("w", layer)] = problem.weights[layer - 1]
        if bias is not None:
            values[Quantity("b", layer)] = bias
        activation = problem.activations[layer - 1]
        values[Quantity("ones", layer)] = np.ones(units)
        if activation.row.of_layer:
            values[Quantity("identity", layer)] = np.eye(units)
        if activation.leak is not None:
            values[Quantity("leak", layer)] = activation.leak
    for place, sample in enumerate(sample_tags(problem)):
        values[Quantity("inputs", 0, sample)] = problem.inputs[place]
        if problem.targets is not None:
            values[Quantity("targets", 0, sample)] = problem.targets[place]
    return values


def _of_optimizer(problem: Problem) -> dict[Quantity, Any]:
    values: dict[Quantity, Any] = {Quantity(name): value for name, value in problem.optimizer.options}
    if problem.weight_decay:
        values[Quantity("decay")] = problem.weight_decay.rate
    if OPTIMIZERS[problem.optimizer.name].lines:
        values |= {Quantity("nothing"): 0.0, **counted(problem)}
    return values


def counted(problem: Problem, before: int = 0) -> dict[Quantity, Any]:
    """The number t of each update, for update rules that ask for it; `before` it so many were made."""
    if not OPTIMIZERS[problem.optimizer.name].counts:
        return {}
    return {Quantity("t", 0, *tags): float(before + n) for n, tags in enumerate(rows(problem), 1)}


def is_given(problem: Problem, quantity: Quantity) -> bool:
    """Whether the exercise gives values of a quantity in the middle."""
    return cell_id(quantity, ()) in problem.given


def sample_tags(problem: Problem) -> tuple[str, ...]:
    """What the ids of each sample carry: nothing where there is only one."""
    return tuple(str(i + 1) for i in range(problem.samples)) if problem.samples > 1 else ("",)


def updates(problem: Problem) -> list[tuple[str, tuple[str, ...]]]:
    """The updates of one pass: the tag of what is combined, and the tags of the samples that share it."""
    tags, conventions = sample_tags(problem), problem.conventions
    size = 1 if conventions.batch == "online" else conventions.batch_size or len(tags)
    groups = [tags[i : i + size] for i in range(0, len(tags), size)]
    return [("" if len(groups) == 1 else g[0] if len(g) == 1 else f"{g[0]}-{g[-1]}", g) for g in groups]


def start(problem: Problem) -> Parameters:
    """The parameters before anything is updated."""
    layers = range(1, problem.depth + 1)
    keys = [(name, k) for k in layers for name in ("w", "b") if name == "w" or problem.biases[k - 1] is not None]
    return {(name, k): Quantity(name, k) for name, k in keys}


def learns(problem: Problem) -> bool:
    """Whether the problem has all that an update needs."""
    return goes_back(problem) and problem.learning_rate is not None


def goes_back(problem: Problem) -> bool:
    """Whether the problem has all that a backward pass needs."""
    return problem.targets is not None or LOSSES[problem.loss].rule is None


def quantities(problem: Problem) -> int:
    """About how many quantities the page has: eleven a layer, from its net input to its new bias."""
    return 11 * problem.depth * problem.samples * problem.steps


def size(problem: Problem) -> int:
    """About how many cells the page has."""
    parameters = sum(weights.size + weights.shape[0] for weights in problem.weights)
    return int(parameters * 3 + sum(problem.layers) * 5) * problem.samples * problem.steps


def by_rows(problem: Problem) -> bool:
    """Whether the page is a table with a row for each sample: one layer that learns after each of several."""
    several = problem.samples > 1 and all(len(samples) == 1 for _together, samples in updates(problem))
    return problem.depth == 1 and several and learns(problem)


def rows(problem: Problem) -> list[tuple[str, int]]:
    """The tags of each update: the samples that share it, and the step, 0 where there is only one."""
    steps = range(1, problem.steps + 1) if problem.steps > 1 else (0,)
    return [(together, step) for step in steps for together, _samples in updates(problem)]
