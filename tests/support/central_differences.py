"""An oracle of gradients: central differences of a numpy forward pass of its own."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from bptutor.files.library import load
from bptutor.solution.trace import Trace
from tests.support.problem_keys import activations_of, groups_of, parameters_of
from tests.support.random_problems import Keys

WHOLE: dict[str, Callable[..., Any]] = {
    "sigmoid": lambda x, _a: 0.5 * (1 + np.tanh(x / 2)),
    "bipolar_sigmoid": lambda x, _a: np.tanh(x / 2),
    "tanh": lambda x, _a: (np.exp(x) - np.exp(-x)) / (np.exp(x) + np.exp(-x)),
    "relu": lambda x, _a: np.where(x > 0, x, 0),
    "leaky_relu": lambda x, a: np.where(x > 0, x, a * x),
    "linear": lambda x, _a: x,
    "softmax": lambda x, _a: np.exp(x) / np.exp(x).sum(-1, keepdims=True),
}
WHOLE_LOSS: dict[str, Callable[..., Any]] = {
    "half_squared_error": lambda o, t: ((o - t) ** 2).sum(-1) / 2,
    "squared_error": lambda o, t: ((o - t) ** 2).sum(-1),
    "mean_squared_error": lambda o, t: ((o - t) ** 2).mean(-1),
    "binary_cross_entropy": lambda o, t: -(np.log(o) * t).sum(-1) - (np.log1p(-o) * (1 - t)).sum(-1),
    "cross_entropy": lambda o, t: -(np.log(o) * t).sum(-1),
    "output": lambda o, t: o.sum(-1),
}


class Network:
    """The loss of each sample for a stack of parameter vectors (all weights and biases, one after the other)."""

    def __init__(self, keys: Keys, rows: list[Keys]):
        self.sizes, self.activations = keys["layers"], activations_of(keys)
        self.loss = WHOLE_LOSS[keys.get("loss", "half_squared_error")]
        self.sign = -1 if keys["conventions"]["bias"] == "subtracted" else 1
        self.x = np.array([row["inputs"] for row in rows])
        self.t = np.array([row.get("targets", 0) for row in rows])
        biases = keys.get("biases", [None] * len(self.activations))
        self.counts = [0 if b is None else len(b) if isinstance(b, list) else 1 for b in biases]

    def __call__(self, stack: Any) -> tuple[Any, float]:
        """The losses (of stack, samples), and how near a net input of the first vector comes to a kink."""
        out, place, kink = self.x, 0, math.inf
        for layer, (name, leak) in enumerate(self.activations):
            units, incoming, n = self.sizes[layer + 1], self.sizes[layer], self.counts[layer]
            w = stack[:, place : place + units * incoming].reshape(-1, units, incoming)
            place += units * incoming
            net = np.einsum("pji,...si->psj", w, out) if layer == 0 else np.einsum("pji,psi->psj", w, out)
            if n:
                net = net + self.sign * stack[:, None, place : place + n]
                place += n
            if name.endswith("relu") and (off := np.abs(net[0][net[0] != 0])).size:
                kink = min(kink, float(off.min()))
            out = WHOLE[name](net, leak)
        return self.loss(out, self.t), kink


def _differences(network: Network, parameters: Any) -> Any:
    """∂loss/∂parameter of every sample, by a five-point stencil that stays on this side of every kink.

    A net input of exactly 0 comes from inputs that are all 0, and stays 0.
    """
    _losses, kink = network(parameters[None])
    h = min(1e-3, kink / 100)
    steps = h * np.eye(len(parameters))
    values = [network(parameters + k * steps)[0] for k in (-2, -1, 1, 2)]
    return (values[0] - 8 * values[1] + 8 * values[2] - values[3]) / (12 * h)


def _gradients_at(trace: Trace, tags: str, depth: int, word: str) -> Any:
    """The arrays of a word of all layers, one after the other."""
    arrays = []
    for layer in range(1, depth + 1):
        arrays.append(np.ravel(trace[f"{word}_w{layer}{tags}"]))
        if trace.problem.biases[layer - 1] is not None:
            arrays.append(np.ravel(trace[f"{word}_b{layer}{tags}"]))
    return np.concatenate(arrays)


def _starting(keys: Keys) -> Any:
    weights, biases = parameters_of(keys)
    parts = [np.ravel(part) for pair in zip(weights, biases, strict=True) for part in pair if part is not None]
    return np.concatenate(parts)


def deviation(keys: Keys) -> float:
    """The worst deviation of any gradient of the trace, of samples and of updates, relative to the largest."""
    trace, depth, steps = Trace(load(keys)), len(keys["layers"]) - 1, keys.get("steps", 1)
    parameters, worst = _starting(keys), 0.0
    for step in range(1, steps + 1):
        mark = f"#{step}" if steps > 1 else ""
        for group, samples in groups_of(keys):
            expected = _differences(Network(keys, [row for _tag, row in samples]), parameters).T
            together = expected.mean(0) if keys["conventions"]["batch"] == "mean" else expected.sum(0)
            pairs = [(tag, row) for (tag, _row), row in zip(samples, expected, strict=True)] + [(group, together)]
            for tag, row in pairs:
                found = _gradients_at(trace, tag + mark, depth, "grad")
                scale = max(np.abs(row).max(), 1e-3)
                worst = max(worst, float(np.abs(found - row).max() / scale))
            if "learning_rate" in keys:
                parameters = _gradients_at(trace, group + mark, depth, "new")
    return worst
