"""The mistakes of weight decay, as edits of the recipe."""

# ruff: noqa: ARG001
# All edits are called alike.

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache, partial
from typing import Any

import numpy as np

from bptutor.engine.conventions import Edit
from bptutor.engine.decay import shrunk_update, with_parameter, with_sign
from bptutor.engine.quantities import Quantity
from bptutor.engine.recipe import Recipe, Step
from bptutor.engine.rules import Numbers, Rule
from bptutor.language import _
from bptutor.mistakes.edits import by_table, changed, with_rule
from bptutor.mistakes.misconception import COMMON, USUAL, Misconception
from bptutor.mistakes.wrong_rules import composed
from bptutor.problem import Problem

_WITH, _NEW = ("cost_grad_w", "cost_grad_b"), ("new_w", "new_b")


def gradient_alone(gradient: Numbers, parameter: Numbers, decay: Numbers) -> Numbers:
    """Take the gradient of the loss as it is."""
    return gradient


def less_parameter(gradient: Numbers, parameter: Numbers, decay: Numbers) -> Any:
    """Subtract λ times the parameter from the gradient."""
    return gradient - decay * parameter


def less_sign(gradient: Numbers, parameter: Numbers, decay: Numbers) -> Any:
    """Subtract λ with the sign of the parameter from the gradient."""
    return 2 * gradient - with_sign(gradient, parameter, decay)


def with_twice_parameter(gradient: Numbers, parameter: Numbers, decay: Numbers) -> Any:
    """Add 2 · λ times the parameter to the gradient."""
    return gradient + 2 * decay * parameter


def with_half_parameter(gradient: Numbers, parameter: Numbers, decay: Numbers) -> Any:
    """Add half of λ times the parameter to the gradient."""
    return gradient + decay / 2 * parameter


def with_whole_parameter(gradient: Numbers, parameter: Numbers, decay: Numbers) -> Any:
    """Add the parameter to the gradient, without λ."""
    return gradient + parameter


def with_whole_sign(gradient: Numbers, parameter: Numbers, decay: Numbers) -> Any:
    """Add the sign of the parameter to the gradient, without λ."""
    return gradient + np.sign(parameter)


def with_decay_alone(gradient: Numbers, parameter: Numbers, decay: Numbers) -> Any:
    """Add λ to the gradient, whatever the sign of the parameter."""
    return gradient + decay


def shrunk_without_rate(parameter: Numbers, step: Numbers, learning_rate: Numbers, decay: Numbers) -> Any:
    """Take λ of the old value away, then add the step."""
    return (1 - decay) * parameter + step


def step_alone_added(parameter: Numbers, step: Numbers, learning_rate: Numbers, decay: Numbers) -> Any:
    """Add the step to the old value."""
    return parameter + step


def grown(parameter: Numbers, step: Numbers, learning_rate: Numbers, decay: Numbers) -> Any:
    """Add η · λ of the old value, then the step."""
    return (1 + learning_rate * decay) * parameter + step


@cache  # made once, so that recipes can compare rules
def times(rule: Rule, factor: float) -> Rule:
    """What a rule gives, times a number."""

    def other(*operands: Numbers) -> Any:
        return factor * rule(*operands)

    return composed(other, f"{rule.__name__}_times_{factor:g}", f"{rule.__doc__} Multiply by {factor:g}.")


def left_out(recipe: Recipe, problem: Problem) -> Iterator[Edit]:
    """No decay: of all parameters, or of the biases."""
    plain: dict[Rule, Rule] = {
        with_parameter: gradient_alone,
        with_sign: gradient_alone,
        shrunk_update: step_alone_added,
    }
    for kinds in ("wb", "b"):
        yield changed(recipe, [name for name in _WITH + _NEW if name[-1] in kinds], by_table(plain))


def subtracted(recipe: Recipe, problem: Problem) -> Iterator[Edit]:
    """Away from 0."""
    table: dict[Rule, Rule] = {with_parameter: less_parameter, with_sign: less_sign, shrunk_update: grown}
    yield changed(recipe, _WITH + _NEW, by_table(table))


def biases_too(recipe: Recipe, problem: Problem) -> Iterator[Edit]:
    """Biases decay like weights."""
    decay = problem.weight_decay
    if decay is None or decay.biases or decay.kind == "decoupled":
        return
    rule = with_sign if decay.kind == "l1" else with_parameter

    if problem.optimizer.name != "sgd":
        return  # the gradient of a bias goes into averages there
    edit = dict[Quantity, Step]()
    for q, step in recipe.items():
        gradient, new = (Quantity(name, q.layer, q.sample, q.step) for name in ("grad_b", "new_b"))
        if q.name == "step_b" and step.shown and gradient in recipe and new in recipe:
            operands = (gradient, recipe[new].operands[0], Quantity("decay"))
            edit[q] = replace(with_rule(step, rule, *operands), negated=True)  # whatever the sign of its delta
    yield edit


def other_kind(recipe: Recipe, problem: Problem) -> Iterator[Edit]:
    """The gradient of another cost: L1 for L2 or the reverse, twice λ·w or half of it, λ without a sign, no λ, no η."""
    tables: tuple[dict[Rule, Rule], ...] = (
        {with_parameter: with_sign, with_sign: with_parameter},
        {with_parameter: with_twice_parameter, with_sign: with_decay_alone},
        {shrunk_update: shrunk_without_rate},
        {with_parameter: with_half_parameter},
        {with_parameter: with_whole_parameter, with_sign: with_whole_sign},
    )
    for table in tables:
        yield changed(recipe, _WITH + _NEW, by_table(table))


def penalty_factor(recipe: Recipe, problem: Problem) -> Iterator[Edit]:
    """Twice the cost, or half of it."""
    for factor in (2.0, 0.5):
        yield changed(recipe, ("penalty",), partial(_times, factor=factor))


def _times(step: Step, factor: float) -> Step:
    return with_rule(step, times(step.rule, factor))


DECAYS: tuple[Misconception, ...] = (
    Misconception(
        "decay_left_out",
        _("You left out the weight decay."),
        _("What becomes of a large parameter in this problem, beside its gradient?"),
        left_out,
        COMMON,  # forgotten in one of two places in many a solution (Burton2000/CS231n-2017 #9)
        ("cost_grad", "new"),
    ),
    Misconception(
        "decay_subtracted",
        _("You let the parameter grow: weight decay pulls it towards zero."),
        _("Does weight decay make a parameter larger or smaller?"),
        subtracted,
        USUAL,  # andersbll/nnet #4
        ("cost_grad", "new"),
    ),
    Misconception(
        "decay_of_biases",
        _("You let the biases decay: in this problem only the weights do."),
        _("Which parameters does this problem let decay?"),
        biases_too,
        COMMON,  # rasmusbergpalm/DeepLearnToolbox #32, JWarmenhoven/Coursera-Machine-Learning #3
        ("step",),
    ),
    Misconception(
        "other_decay",
        _("You took the decay of another cost: look at the formula of this one."),
        _("What is the derivative of the cost of a parameter by that parameter?"),
        other_kind,
        COMMON,  # the factor 2 (jingtinghuang/CS231n-Spring-2017 #3, NeuromatchAcademy/course-content-dl #423)
        ("cost_grad", "new"),
    ),
    Misconception(
        "penalty_factor",
        _("You took another part of λ for the cost of large parameters."),
        _("Is there a ½ in the cost of this problem?"),
        penalty_factor,
        COMMON,  # the ½ stands in one book and not in the next
        ("penalty",),
    ),
)
