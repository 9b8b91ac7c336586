"""What a unit does with what comes in: the activation of another kind of unit, and the bias as a constant."""

# ruff: noqa: ARG001
# All edits are called alike.

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from bptutor.engine import rules
from bptutor.engine.activations import bipolar_sigmoid, linear, relu, sigmoid, softmax, tanh
from bptutor.engine.conventions import Edit
from bptutor.engine.recipe import Recipe, Step
from bptutor.engine.rules import Numbers, Rule
from bptutor.language import _
from bptutor.mistakes.edits import by_table, changed, with_rule
from bptutor.mistakes.misconception import RARE, USUAL, Misconception
from bptutor.problem import Problem

_ACTIVATIONS = (sigmoid, tanh, relu, bipolar_sigmoid, linear, softmax)


def relu_of_absolute(net: Numbers) -> Numbers:
    """The net input without its sign."""
    return np.absolute(net)


def sum_and_one(w: Numbers, x: Numbers) -> Numbers:
    """Multiply each input by its weight, add them up, add 1."""
    return np.matvec(w, x) + 1


def sum_less_one(w: Numbers, x: Numbers) -> Numbers:
    """Multiply each input by its weight, add them up, subtract 1."""
    return np.matvec(w, x) - 1


_WITH_ONE: Mapping[Rule, Rule] = {
    rules.weighted_sum: sum_and_one,
    rules.weighted_sum_less_threshold: sum_less_one,
}


def other_activation(recipe: Recipe, problem: Problem) -> Iterator[Edit]:
    """The activation of another kind of unit; none at all has a name of its own."""
    for activation in (sigmoid, tanh, relu, bipolar_sigmoid):

        def change(step: Step, activation: Rule = activation) -> Step | None:
            return with_rule(step, activation, step.operands[0]) if step.rule in _ACTIVATIONS else None

        yield changed(recipe, ("out", "out_after"), change)


def absolute(recipe: Recipe, problem: Problem) -> Iterator[Edit]:
    """ReLU takes the minus away in place of the number."""
    yield changed(recipe, ("out", "out_after"), by_table({relu: relu_of_absolute}))


def bias_as_one(recipe: Recipe, problem: Problem) -> Iterator[Edit]:
    """The constant 1 that a bias weighs, for the bias."""

    def change(step: Step) -> Step | None:
        return with_rule(step, _WITH_ONE[step.rule], *step.operands[:2]) if step.rule in _WITH_ONE else None

    yield changed(recipe, ("net", "net_after"), change)


UNITS: tuple[Misconception, ...] = (
    Misconception(
        "other_activation",
        _("You applied the activation of another kind of unit."),
        _("Which activation do the units of this layer have?"),
        other_activation,
        USUAL,  # threads on linear outputs that were sent through a sigmoid like all other units
        ("out",),
    ),
    Misconception(
        "relu_of_absolute",
        _("You dropped the minus of the net input: a ReLU gives nothing where its net input is negative."),
        _("What does a ReLU give for a negative net input?"),
        absolute,
        RARE,
        ("out",),
    ),
    Misconception(
        "bias_as_one",
        _("You added the constant one: it is multiplied by the bias, which has a value of its own."),
        _("Which value does the bias of this unit have?"),
        bias_as_one,
        RARE,  # threads that ask whether the bias is 1 or a weight
        ("net",),
    ),
)
