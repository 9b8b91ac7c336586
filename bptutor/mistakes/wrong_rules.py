"""The wrong rules, once each: what people compute where a formula of backpropagation belongs.

They are functions of arrays as the right ones are (see `engine.rules`), and run in every arithmetic. A docstring says
what the wrong rule does; students read the sentence of the misconception (`table.py`) and the written formula.
Where a right rule is wrong at its place, it is reused.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from bptutor.engine import rules
from bptutor.engine.activations import sigmoid_slope, softmax
from bptutor.engine.rules import Numbers, Rule


def composed(rule: Rule, name: str, doc: str) -> Rule:
    """The rule of a factory with a name and a docstring of its own."""
    rule.__name__, rule.__doc__ = name, doc
    return rule


def for_each(values: Numbers, like: Numbers) -> Numbers:
    """The same number for each cell of the last axis of `like`."""
    return values[..., None][..., [0] * like.shape[-1]]


# Forward pass


def transposed_sum(w: Numbers, x: Numbers, b: Numbers) -> Numbers:
    """Multiply each input by a weight of its column, not of its row, add them up, add the bias."""
    return np.vecmat(x, w) + b


def transposed_sum_less_threshold(w: Numbers, x: Numbers, b: Numbers) -> Numbers:
    """Multiply each input by a weight of its column, not of its row, add them up, subtract the threshold."""
    return np.vecmat(x, w) - b


def transposed_sum_alone(w: Numbers, x: Numbers) -> Numbers:
    """Multiply each input by a weight of its column, not of its row, and add them up."""
    return np.vecmat(x, w)


def sigmoid_without_minus(net: Numbers) -> Numbers:
    """The logistic function without the minus in the exponent: 1 / (1 + e^net)."""
    with np.errstate(over="ignore"):  # as in the right one
        return 1 / (1 + np.exp(net))


def bipolar_sigmoid_without_minus(net: Numbers) -> Numbers:
    """The stretched logistic function without the minus in the exponent: 2 / (1 + e^net) − 1."""
    with np.errstate(over="ignore"):
        return 2 / (1 + np.exp(net)) - 1


def softmax_with_minus(net: Numbers) -> Numbers:
    """E to minus the net input, divided by the sum of these over the layer."""
    return softmax(-net)


def power(net: Numbers) -> Numbers:
    """E to the net input, not divided by the sum of these over the layer."""
    return np.exp(net)


@cache  # made once, so that recipes can compare rules
def twice(activation: Rule) -> Rule:
    """The activation of the activation."""

    def rule(net: Numbers, *others: Numbers) -> Numbers:
        return activation(activation(net, *others), *others)

    return composed(rule, f"{activation.__name__}_twice", f"{activation.__doc__} Apply it once more to the result.")


# Loss


def half_mean_squared_error(out: Numbers, targets: Numbers) -> Numbers:
    """Half the squared difference of target and output, divided by the number of outputs."""
    return 0.5 * np.square(targets - out) / out.shape[-1]


def binary_cross_entropy_log10(out: Numbers, targets: Numbers) -> Numbers:
    """Minus the logarithm, to base ten, of the probability that the output gives to the target."""
    kept, left = (
        targets * np.log10(out + np.equal(targets, 0)),
        (1 - targets) * np.log10(1 - out + np.equal(targets, 1)),
    )
    return -(kept + left)


def cross_entropy_log10(out: Numbers, targets: Numbers) -> Numbers:
    """Minus the target times the logarithm, to base ten, of the output."""
    return -(targets * np.log10(out + np.equal(targets, 0)))


# Error


def half_difference(a: Numbers, b: Numbers) -> Numbers:
    """Take half the difference of output and target."""
    return 0.5 * (a - b)


def difference_over_outputs(a: Numbers, b: Numbers) -> Numbers:
    """The difference of output and target, divided by the number of outputs, without the factor of the square."""
    return (a - b) / a.shape[-1]


def squared_difference(a: Numbers, b: Numbers) -> Numbers:
    """Take the square of the difference of output and target."""
    return np.square(a - b)


def absolute_difference(a: Numbers, b: Numbers) -> Numbers:
    """Take the difference of output and target without its sign."""
    return np.absolute(a - b)


def own_loss(losses: Numbers) -> Numbers:
    """Take the loss of the output itself, not its derivative."""
    return losses


def total_loss(loss: Numbers, out: Numbers) -> Numbers:
    """Take the total loss for every output, not its derivative."""
    return for_each(loss, out)


# Slope


def output_alone(out: Numbers) -> Numbers:
    """Take the output itself for the slope."""
    return out


def one_less_output(out: Numbers) -> Numbers:
    """Take 1 − out for the slope."""
    return 1 - out


def output_squared(out: Numbers) -> Numbers:
    """Take out² for the slope."""
    return np.square(out)


def bipolar_sigmoid_slope_without_half(out: Numbers) -> Numbers:
    """Take (1 + out) · (1 − out) for the slope, not half of it."""
    return (1 + out) * (1 - out)


@cache  # made once, so that recipes can compare rules
def slope_after(slope: Rule, activation: Rule) -> Rule:
    """The slope's formula at the activation of the output."""

    def rule(out: Numbers) -> Numbers:
        return slope(activation(out))

    doc = f"Apply the activation to the output once more, and put that into the slope. {slope.__doc__}"
    return composed(rule, f"{slope.__name__}_after_{activation.__name__}", doc)


# Delta and what comes back


def error_alone(error: Numbers) -> Numbers:
    """Take the error itself, without the slope."""
    return error


def error_times_own_slope(error: Numbers, out: Numbers) -> Numbers:
    """Multiply the error by out · (1 − out) of the same output only."""
    return error * sigmoid_slope(out)


def difference_times_own_slope(a: Numbers, b: Numbers, out: Numbers) -> Numbers:
    """Take the difference of output and target times out · (1 − out), a slope that has cancelled already."""
    return (a - b) * sigmoid_slope(out)


def difference_back(w: Numbers, a: Numbers, b: Numbers) -> Numbers:
    """Multiply each difference of output and target by the weight on the way there, and add them up."""
    return rules.sum_back(w, a - b)


def transposed_back(w: Numbers, delta: Numbers) -> Numbers:
    """Multiply each delta by a weight from the row, not the column, of the sending unit, and add them up."""
    return np.matvec(w, delta)


def sum_back_without_weights(w: Numbers, delta: Numbers) -> Numbers:
    """Add up the deltas that this unit feeds, without the weights on the way there."""
    return for_each(np.add.reduce(delta, axis=-1), w)


@cache
def sum_back_from(unit: int) -> Rule:
    """What comes back from one unit (counted from 0) of the next layer."""

    def rule(w: Numbers, delta: Numbers) -> Numbers:
        return rules.sum_back(w[..., unit : unit + 1, :], delta[..., unit : unit + 1])

    return composed(
        rule, f"sum_back_from_{unit}", "Multiply the delta of a single unit by the weight on the way there."
    )
