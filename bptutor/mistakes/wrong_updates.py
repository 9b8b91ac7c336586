"""The wrong rules of gradients and updates, once each (see `wrong_rules`)."""

from __future__ import annotations

from functools import cache

import numpy as np

from bptutor.engine import rules
from bptutor.engine.rules import Numbers, Rule
from bptutor.mistakes.wrong_rules import composed, for_each

# Gradients


def own_output_gradient(delta: Numbers, x: Numbers, own: Numbers) -> Numbers:
    """Multiply the delta of the receiving unit by the output of that unit itself."""
    return for_each(delta * own, x)


def broadcast_gradient(error: Numbers, slope: Numbers, x: Numbers) -> Numbers:
    """Multiply each input by the slope of the unit with its number, add up, and multiply by the error of a column."""
    row = np.add.reduce(x * slope, axis=-1, keepdims=True) * error
    return row[..., None, :][..., [0] * error.shape[-1], :]


def bias_gradient_times_bias(delta: Numbers, b: Numbers) -> Numbers:
    """Multiply the delta by the bias."""
    return delta * b


def shared_bias_gradient_times_bias(delta: Numbers, b: Numbers) -> Numbers:
    """Add up the deltas of the layer and multiply the sum by the bias."""
    return rules.shared_bias_gradient(delta) * b


@cache  # made once, so that recipes can compare rules
def delta_of_one_unit(unit: int) -> Rule:
    """The delta of one unit (counted from 0) for the sum over the layer."""

    def rule(delta: Numbers) -> Numbers:
        return delta[..., unit : unit + 1]

    return composed(rule, f"delta_of_unit_{unit}", "Take the delta of a single unit of the layer.")


# Update


def old_value(parameter: Numbers) -> Numbers:
    """Take the old value where the gradient belongs."""
    return parameter


def update_less_step(parameter: Numbers, step: Numbers) -> Numbers:
    """Subtract the step from the old value, though its sign is already that of the change."""
    return parameter - step


def update_with_rate(parameter: Numbers, learning_rate: Numbers, step: Numbers) -> Numbers:
    """Add the learning rate times the step to the old value, though the step contains the learning rate."""
    return parameter + learning_rate * step


def step_alone(step: Numbers) -> Numbers:
    """Take the step for the new value."""
    return step
