"""The network of an exercise with its given numbers as texts, whatever it is drawn with."""

from __future__ import annotations

from typing import NamedTuple

from bptutor.engine.decimals import typed
from bptutor.engine.notation import PAGE
from bptutor.language import _
from bptutor.problem import Array, Problem

MOST_UNITS, MOST_LAYERS = 8, 5
"""A network with more, the inputs counted as a layer, would not be clear as a drawing."""


class Given(NamedTuple):
    """A number of the exercise and what it is called; the text is "" where it differs from sample to sample."""

    label: str
    text: str


class Network(NamedTuple):
    """Units by layer, layer 0 the inputs; then a layer its rows of weights and its biases, () where it has none.

    `inside` has, by layer and unit, what stands in the units beside: nothing, or numbers that were worked out.
    """

    units: tuple[tuple[str, ...], ...]
    inputs: tuple[Given, ...]
    targets: tuple[Given, ...]
    weights: tuple[tuple[tuple[Given, ...], ...], ...]
    biases: tuple[tuple[Given, ...], ...]
    thresholds: bool
    inside: tuple[tuple[tuple[Given, ...], ...], ...] = ()

    @property
    def drawable(self) -> bool:
        """Whether it is small enough to be drawn."""
        return len(self.units) <= MOST_LAYERS and max(map(len, self.units)) <= MOST_UNITS


def network_of(problem: Problem, sample: int | None = None) -> Network:
    """The network of a problem, with inputs and targets of a sample (from 0), or of the only one that there is."""
    labels = problem.labels
    one = problem.samples == 1 or sample is not None
    values = texts(problem.inputs[sample or 0])
    inputs = [Given(label, text if one else "") for label, text in zip(labels.inputs, values, strict=True)]
    targets = texts(problem.targets[sample or 0]) if one and problem.targets is not None else []
    return Network(
        (labels.inputs, *labels.units),
        tuple(inputs),
        tuple(Given(f"t_{unit}", text) for unit, text in zip(labels.units[-1], targets, strict=False)),
        tuple(
            tuple(tuple(map(Given, *row)) for row in zip(names, map(texts, matrix), strict=True))
            for names, matrix in zip(labels.weights, problem.weights, strict=True)
        ),
        tuple(_biases(problem, layer) for layer in range(problem.depth)),
        problem.conventions.bias == "subtracted",
    )


def _biases(problem: Problem, layer: int) -> tuple[Given, ...]:
    values = problem.biases[layer]
    if values is None:
        return ()
    each = tuple(map(Given, problem.labels.biases[layer], texts(values)))
    return each * problem.layers[layer + 1] if problem.shared[layer] else each


def texts(values: Array) -> list[str]:
    """Numbers as the exercise has them, with a minus as on paper."""
    return [on_paper(text) for text in typed(values)]


def on_paper(number: str) -> str:
    """The text of a number with the minus sign of print."""
    return number.replace("-", PAGE.sign)


def legend(network: Network) -> str:
    """Where the numbers of a drawing stand, in words."""
    inputs, biases = any(given.text for given in network.inputs), any(network.biases)
    if network.thresholds:
        units = _("in the units: inputs and thresholds") if inputs else _("in the units: thresholds")
    else:
        units = _("in the units: inputs and biases") if inputs else _("in the units: biases")
    if not biases:
        units = _("in the units: inputs") if inputs else ""
    targets = _("at the right: targets") if network.targets else ""
    return "; ".join(filter(None, (_("on the lines: weights"), units, targets)))


def not_drawn() -> str:
    """What stands in the place of a drawing that would not be clear."""
    return _("The network is not drawn here, since the drawing would not be clear; its numbers stand in the tables.")
