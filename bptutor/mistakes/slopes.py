"""Wrong slopes: of ReLU, from a wrong formula, taken twice, or that of another layer."""

# ruff: noqa: ARG001
# All edits are called alike.

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from bptutor.engine import rules
from bptutor.engine.activations import (
    leaky_relu_slope,
    linear_slope,
    output_alone,
    output_squared,
    relu_slope,
    sigmoid,
    sigmoid_slope,
    tanh_slope,
)
from bptutor.engine.conventions import Edit
from bptutor.engine.quantities import Quantity
from bptutor.engine.recipe import Recipe, Step
from bptutor.engine.rules import Numbers, Rule
from bptutor.language import _
from bptutor.mistakes.edits import beside, by_table, changed, standing, with_rule
from bptutor.mistakes.misconception import RARE, USUAL, Misconception
from bptutor.problem import Problem


def one_where_off(net: Numbers) -> Numbers:
    """Take 1 where the net input is negative, else 0."""
    return np.heaviside(-net, 0)


def sigmoid_of_rest(out: Numbers) -> Numbers:
    """Take the sigmoid of 1 − out for the slope."""
    return sigmoid(1 - out)


def twice_output_less_one(out: Numbers) -> Numbers:
    """Take 2 · out − 1 for the slope."""
    return 2 * out - 1


def output_times_one_more(out: Numbers) -> Numbers:
    """Take out · (1 + out) for the slope."""
    return out * (1 + out)


def falling_slope(out: Numbers) -> Numbers:
    """Take out · (out − 1) for the slope."""
    return out * (out - 1)


def one_and_square(out: Numbers) -> Numbers:
    """Take 1 + out² for the slope."""
    return 1 + np.square(out)


def minus_square(out: Numbers) -> Numbers:
    """Take −out² for the slope."""
    return -np.square(out)


def error_times_slope_twice(error: Numbers, slope: Numbers) -> Numbers:
    """Multiply the error by the slope, and by the slope once more."""
    return error * slope * slope


_FORMULAS: tuple[Mapping[Rule, Rule], ...] = (
    {sigmoid_slope: output_squared, tanh_slope: minus_square},
    {sigmoid_slope: sigmoid_of_rest, tanh_slope: one_and_square},
    {sigmoid_slope: twice_output_less_one},
    {sigmoid_slope: output_times_one_more},
    {sigmoid_slope: falling_slope},
)
_RELUS = (relu_slope, leaky_relu_slope)


def wrong_slope_formula(recipe: Recipe, problem: Problem) -> Iterator[Edit]:
    """A formula that is no slope of any activation."""
    for table in _FORMULAS:
        yield changed(recipe, ("slope",), by_table(table))


def slope_of_curve(recipe: Recipe, problem: Problem) -> Iterator[Edit]:
    """The slope of a sigmoid or of tanh where the activation has corners or is a straight line."""
    known = standing(recipe)
    for slope in (sigmoid_slope, tanh_slope):

        def change(step: Step, slope: Rule = slope) -> Step | None:
            out = known.get(beside(_of_unit(recipe, step), "out"))
            return with_rule(step, slope, out) if step.rule in (*_RELUS, linear_slope) and out else None

        yield changed(recipe, ("slope",), change)


def relu_always_one(recipe: Recipe, problem: Problem) -> Iterator[Edit]:
    """ReLU's slope is 1 where the unit is off, too."""

    def change(step: Step) -> Step | None:
        ones = Quantity("ones", step.operands[0].layer)
        return with_rule(step, linear_slope, ones) if step.rule in _RELUS else None

    yield changed(recipe, ("slope",), change)


def relu_output(recipe: Recipe, problem: Problem) -> Iterator[Edit]:
    """ReLU's output for its slope."""
    known = standing(recipe)

    def change(step: Step) -> Step | None:
        out = known.get(beside(step.operands[0], "out")) if step.rule in _RELUS else None
        return with_rule(step, output_alone, out) if out else None

    yield changed(recipe, ("slope",), change)


def relu_flipped(recipe: Recipe, problem: Problem) -> Iterator[Edit]:
    """ReLU's slope is 0 where the unit is on, 1 where it is off."""
    yield changed(recipe, ("slope",), by_table({relu_slope: one_where_off}))


def slope_twice(recipe: Recipe, problem: Problem) -> Iterator[Edit]:
    """The slope as a factor of delta twice."""
    yield changed(recipe, ("delta",), by_table({rules.error_times_slope: error_times_slope_twice}))


def slope_of_another_layer(recipe: Recipe, problem: Problem) -> Iterator[Edit]:
    """The slope of the next layer or of the one before, where it has as many units, or a single one."""
    for step_to in (1, -1):

        def change(step: Step, step_to: int = step_to) -> Step | None:
            error = step.operands[0]
            other = Quantity("slope", error.layer + step_to, error.sample, error.step)
            if step.rule is not rules.error_times_slope or other not in recipe or not recipe[other].shown:
                return None
            fits = problem.layers[other.layer] in (1, problem.layers[error.layer])
            return with_rule(step, step.rule, error, other) if fits else None

        yield changed(recipe, ("delta",), change)


def _of_unit(recipe: Recipe, slope: Step) -> Quantity:
    """A quantity of the units of a slope, with their sample and step."""
    return next((q for q, step in recipe.items() if step is slope), slope.operands[0])


SLOPES: tuple[Misconception, ...] = (
    Misconception(
        "wrong_slope_formula",
        _("You used a wrong formula for the slope of the activation."),
        _("Look up the slope of this activation: how is it written with the output of the unit?"),
        wrong_slope_formula,
        USUAL,  # a study guide with many readers prints one (scutan90/DeepLearning-500-questions #544); yizt #3
        ("slope",),
    ),
    Misconception(
        "relu_slope_always_one",
        _("You took the slope of a ReLU that is on for a unit that is off."),
        _("How does the output of this unit change while its net input is negative?"),
        relu_always_one,
        USUAL,  # threads on ReLU in networks from scratch, where the slope is left out
        ("slope",),
    ),
    Misconception(
        "relu_slope_is_output",
        _("You took the output of the ReLU for its slope."),
        _("By how much does the output of a ReLU that is on change with its net input?"),
        relu_output,
        RARE,
        ("slope",),
    ),
    Misconception(
        "relu_slope_flipped",
        _("You swapped the two slopes of a ReLU: that of a unit which is on, and that of one which is off."),
        _("For which sign of the net input is a ReLU off?"),
        relu_flipped,
        RARE,
        ("slope",),
    ),
    Misconception(
        "slope_twice",
        _("You multiplied by the slope twice."),
        _("How many times does the slope of a unit enter its delta?"),
        slope_twice,
        RARE,  # threads with code that stores out · (1 − out) and multiplies by it again
        ("delta",),
    ),
    Misconception(
        "slope_of_another_layer",
        _("You multiplied by the slope of another layer."),
        _("Which unit's slope belongs to this delta?"),
        slope_of_another_layer,
        RARE,
        ("delta",),
    ),
)
