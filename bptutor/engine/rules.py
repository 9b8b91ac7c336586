"""Each formula of backpropagation, once.

A rule is a plain function of arrays, and its docstring is the sentence a student reads. Rules broadcast over leading
axes and run on float arrays, on `Interval` and on `Term` alike, so they use ufuncs only. Shapes without leading axes:
w (units, incoming), b (units,) or (1,) for a bias shared by the layer, vectors (units,), scalars ().

The formulas are the generalised delta rule of Rumelhart, Hinton and Williams, "Learning representations by
back-propagating errors", Nature 323 (1986), with momentum as there (their eq. 9).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, reduce
from inspect import getdoc
from operator import add
from typing import Any

import numpy as np

from bptutor.language import _

Numbers = Any  # a float array, an Interval or a Term
Rule = Callable[..., Numbers]


# Forward pass


def weighted_sum(w: Numbers, x: Numbers, b: Numbers) -> Numbers:
    """Multiply each input by its weight, add them up, add the bias."""
    return np.matvec(w, x) + b


def weighted_sum_less_threshold(w: Numbers, x: Numbers, b: Numbers) -> Numbers:
    """Multiply each input by its weight, add them up, subtract the threshold."""
    return np.matvec(w, x) - b


def weighted_sum_alone(w: Numbers, x: Numbers) -> Numbers:
    """Multiply each input by its weight and add them up."""
    return np.matvec(w, x)


# Backward pass


def sum_back(w: Numbers, delta: Numbers) -> Numbers:
    """Multiply each delta that this unit feeds by the weight on the way there, and add them up."""
    return np.vecmat(delta, w)


def error_times_slope(error: Numbers, slope: Numbers) -> Numbers:
    """Multiply the error by the slope of the activation."""
    return error * slope


def error_through_slopes(error: Numbers, slope: Numbers) -> Numbers:
    """Each net input moves every output of a softmax: multiply each error by its slope and add them up."""
    return np.vecmat(error, slope)


def difference(a: Numbers, b: Numbers) -> Numbers:
    """Take the difference of output and target."""
    return a - b


# Gradients


def weight_gradient(delta: Numbers, x: Numbers) -> Numbers:
    """Multiply the delta of the receiving unit by the output that comes in along the weight."""
    return delta[..., :, None] * x[..., None, :]


def falling_weight_gradient(delta: Numbers, x: Numbers) -> Numbers:
    """Multiply the delta of the receiving unit by what comes in along the weight, and change the sign."""
    return weight_gradient(-delta, x)


def bias_gradient(delta: Numbers) -> Numbers:
    """A bias comes in with a constant 1, so its gradient is the delta itself."""
    return delta


def threshold_gradient(delta: Numbers) -> Numbers:
    """A threshold comes in with a constant −1, so its gradient is the delta with its sign changed."""
    return -bias_gradient(delta)


def falling_bias_gradient(delta: Numbers) -> Numbers:
    """A bias comes in with a constant 1; this delta is −∂E/∂net, so change its sign."""
    return -bias_gradient(delta)


def falling_threshold_gradient(delta: Numbers) -> Numbers:
    """A threshold comes in with a constant −1 and this delta is −∂E/∂net: the two signs cancel."""
    return bias_gradient(delta)


def shared_bias_gradient(delta: Numbers) -> Numbers:
    """One bias serves the whole layer: add up the deltas of the layer."""
    return np.add.reduce(delta, axis=-1, keepdims=True)


def shared_threshold_gradient(delta: Numbers) -> Numbers:
    """One threshold serves the whole layer and comes in with −1: add up the deltas of the layer, change the sign."""
    return -shared_bias_gradient(delta)


def falling_shared_bias_gradient(delta: Numbers) -> Numbers:
    """One bias serves the whole layer: add up its deltas; these are −∂E/∂net, so change the sign."""
    return -shared_bias_gradient(delta)


def falling_shared_threshold_gradient(delta: Numbers) -> Numbers:
    """One threshold serves the whole layer: add up its deltas; −1 and the sign of −∂E/∂net cancel."""
    return shared_bias_gradient(delta)


def total(*parts: Numbers) -> Numbers:
    """Add up what the samples contribute."""
    return reduce(add, parts)


def average(*parts: Numbers) -> Numbers:
    """Add up what the samples contribute and divide by their number."""
    return total(*parts) / len(parts)


# Update


def descend(learning_rate: Numbers, gradient: Numbers) -> Numbers:
    """Go against the gradient, by the learning rate."""
    return -learning_rate * gradient


def climb_weight(learning_rate: Numbers, delta: Numbers, x: Numbers) -> Numbers:
    """Multiply the learning rate by the delta of the receiving unit and by what comes in along the weight."""
    return learning_rate * weight_gradient(delta, x)


def climb_bias(learning_rate: Numbers, delta: Numbers) -> Numbers:
    """Multiply the learning rate by the delta."""
    return learning_rate * delta


def climb_threshold(learning_rate: Numbers, delta: Numbers) -> Numbers:
    """A threshold comes in with a constant −1: multiply the learning rate by the delta and change the sign."""
    return -learning_rate * delta


def climb_shared_bias(learning_rate: Numbers, delta: Numbers) -> Numbers:
    """Multiply the learning rate by the sum of the deltas of the layer."""
    return learning_rate * shared_bias_gradient(delta)


def climb_shared_threshold(learning_rate: Numbers, delta: Numbers) -> Numbers:
    """A threshold comes in with a constant −1: multiply the learning rate by the sum of the deltas, change the sign."""
    return -learning_rate * shared_bias_gradient(delta)


@cache  # made once, so that recipes can compare rules
def keep_going(step: Rule) -> Rule:
    """The same step with momentum: its last two operands are the momentum and the previous step."""

    def rule(*operands: Numbers) -> Numbers:
        *plain, momentum, previous = operands
        return step(*plain) + momentum * previous

    rule.__name__ = f"{step.__name__}_with_momentum"
    rule.__doc__ = f"{_(getdoc(step) or '')} {_('Add the momentum times the previous step.')}"
    return rule


def update(parameter: Numbers, step: Numbers) -> Numbers:
    """Add the step to the old value."""
    return parameter + step


def unchanged(parameter: Numbers) -> Numbers:
    """This parameter is not trained: it keeps its value."""
    return parameter
