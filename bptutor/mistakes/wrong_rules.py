"""The wrong rules, once each: what people compute where a formula of backpropagation belongs.

They are functions of arrays as the right ones are (see `engine.rules`), and run in every arithmetic. A docstring says
what the wrong rule does; students read the sentence of the misconception (`table.py`) and the written formula.
Where a right rule is wrong at its place, it is reused. Those of a single activation
or loss stand beside it (see `engine.activations`, `engine.losses`).
"""

from __future__ import annotations

from functools import cache

import numpy as np

from bptutor.engine import rules
from bptutor.engine.activations import sigmoid_slope
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


@cache  # made once, so that recipes can compare rules
def twice(activation: Rule) -> Rule:
    """The activation of the activation."""

    def rule(net: Numbers, *others: Numbers) -> Numbers:
        return activation(activation(net, *others), *others)

    return composed(rule, f"{activation.__name__}_twice", f"{activation.__doc__} Apply it once more to the result.")


# Error


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
