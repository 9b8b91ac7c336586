"""The wrong rules of gradients and updates, once each (see `wrong_rules`)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from inspect import getdoc

import numpy as np

from bptutor.engine import rules
from bptutor.engine.rules import Numbers, Rule
from bptutor.language import _
from bptutor.mistakes.wrong_rules import composed, for_each

# Gradients


def own_output_gradient(delta: Numbers, x: Numbers, own: Numbers) -> Numbers:
    """Multiply the delta of the receiving unit by the output of that unit itself."""
    return for_each(delta * own, x)


def falling_own_output_gradient(delta: Numbers, x: Numbers, own: Numbers) -> Numbers:
    """Multiply the delta of the receiving unit by the output of that unit itself, and change the sign."""
    return own_output_gradient(-delta, x, own)


def climb_own_output(learning_rate: Numbers, delta: Numbers, x: Numbers, own: Numbers) -> Numbers:
    """Multiply the learning rate by the delta of the receiving unit and by the output of that unit itself."""
    return own_output_gradient(learning_rate * delta, x, own)


def broadcast_gradient(error: Numbers, slope: Numbers, x: Numbers) -> Numbers:
    """Multiply each input by the slope of the unit with its number, add up, and multiply by the error of a column."""
    row = np.add.reduce(x * slope, axis=-1, keepdims=True) * error
    return row[..., None, :][..., [0] * error.shape[-1], :]


def falling_broadcast_gradient(error: Numbers, slope: Numbers, x: Numbers) -> Numbers:
    """The same row for every unit: inputs times slopes, added up, times the error of a column, with the other sign."""
    return -broadcast_gradient(error, slope, x)


def climb_broadcast(learning_rate: Numbers, error: Numbers, slope: Numbers, x: Numbers) -> Numbers:
    """The same row for every unit: the learning rate times inputs times slopes, added up, times the error."""
    return learning_rate * broadcast_gradient(error, slope, x)


@cache  # made once, so that recipes can compare rules
def times_bias(right: Rule) -> Rule:
    """The right gradient or step of a bias, times the bias, which is the last operand."""

    def rule(*operands: Numbers) -> Numbers:
        *plain, b = operands
        return right(*plain) * b

    doc = f"{_(getdoc(right) or '')} {_('Multiply it by the bias.')}"
    return composed(rule, f"{right.__name__}_times_bias", doc)


@cache
def of_one_unit(right: Rule, unit: int) -> Rule:
    """The right gradient or step of a shared bias, but from the delta (the last operand) of one unit, from 0."""

    def rule(*operands: Numbers) -> Numbers:
        *plain, delta = operands
        return right(*plain, delta[..., unit : unit + 1])

    return composed(rule, f"{right.__name__}_of_unit_{unit}", _("Take the delta of a single unit of the layer."))


# Update


def _as_it_is(gradient: Numbers) -> Numbers:
    return gradient


_DIRECTIONS: Mapping[Rule, tuple[bool, Rule]] = {  # whether the step has a minus, and what the learning rate multiplies
    rules.descend: (True, _as_it_is),
    rules.climb_weight: (False, rules.weight_gradient),
    rules.climb_bias: (False, rules.bias_gradient),
    rules.climb_threshold: (True, rules.bias_gradient),
    rules.climb_shared_bias: (False, rules.shared_bias_gradient),
    rules.climb_shared_threshold: (True, rules.shared_bias_gradient),
}


@cache
def other_way(step: Rule) -> Rule:
    """The step with the other sign."""
    falls, gradient = _DIRECTIONS[step]

    def rule(learning_rate: Numbers, *operands: Numbers) -> Numbers:
        return (learning_rate if falls else -learning_rate) * gradient(*operands)

    return composed(rule, f"{step.__name__}_other_way", _("Take the step with the other sign."))


@cache
def no_step(right: Rule) -> Rule:
    """Nothing of the right step."""

    def rule(*operands: Numbers) -> Numbers:
        return 0 * right(*operands)

    return composed(rule, f"no_{right.__name__}", _("Take no step at all."))


@cache
def without_rate(step: Rule) -> Rule:
    """The step without its first operand, the learning rate."""
    falls, gradient = _DIRECTIONS[step]

    def rule(*operands: Numbers) -> Numbers:
        return -gradient(*operands) if falls else gradient(*operands)

    return composed(rule, f"{step.__name__}_without_rate", _("Take the step without the learning rate."))


@cache
def with_rate_twice(step: Rule) -> Rule:
    """The step with the square of the learning rate."""
    falls, gradient = _DIRECTIONS[step]

    def rule(learning_rate: Numbers, *operands: Numbers) -> Numbers:
        return (-learning_rate if falls else learning_rate) * learning_rate * gradient(*operands)

    return composed(rule, f"{step.__name__}_with_rate_twice", _("Multiply the step by the learning rate once more."))


def decay(learning_rate: Numbers, parameter: Numbers) -> Numbers:
    """Take the learning rate times the old value, without the gradient, and change the sign."""
    return -learning_rate * parameter


def update_less_step(parameter: Numbers, step: Numbers) -> Numbers:
    """Subtract the step from the old value, though its sign is already that of the change."""
    return parameter - step


def update_with_rate(parameter: Numbers, learning_rate: Numbers, step: Numbers) -> Numbers:
    """Add the learning rate times the step to the old value, though the step contains the learning rate."""
    return parameter + learning_rate * step


def step_alone(step: Numbers) -> Numbers:
    """Take the step for the new value."""
    return step


def negative_step_alone(step: Numbers) -> Numbers:
    """Take the step with the other sign for the new value."""
    return -step
