"""The activations, one row each: the function, its slope, and what the slope is computed from."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from bptutor.engine.rules import Numbers, Rule, says
from bptutor.language import _


@says(_("The logistic function: 1 / (1 + e^−net)."))
def sigmoid(net: Numbers) -> Numbers:
    with np.errstate(over="ignore"):  # e^1000 is infinite, and 1 / (1 + ∞) is the right 0
        return 1 / (1 + np.exp(-net))


@says(_("The slope of the sigmoid: out · (1 − out)."))
def sigmoid_slope(out: Numbers) -> Numbers:
    return out * (1 - out)


@says(_("The logistic function stretched to −1 … 1: 2 / (1 + e^−net) − 1."))
def bipolar_sigmoid(net: Numbers) -> Numbers:
    with np.errstate(over="ignore"):
        return 2 / (1 + np.exp(-net)) - 1


@says(_("The slope of the bipolar sigmoid: (1 + out) · (1 − out) / 2."))
def bipolar_sigmoid_slope(out: Numbers) -> Numbers:
    return (1 + out) * (1 - out) / 2


@says(_("The hyperbolic tangent of the net input."))
def tanh(net: Numbers) -> Numbers:
    return np.tanh(net)


@says(_("The slope of tanh: 1 − out²."))
def tanh_slope(out: Numbers) -> Numbers:
    return 1 - np.square(out)


@says(_("The net input where it is positive, else 0."))
def relu(net: Numbers) -> Numbers:
    return np.maximum(0, net)


@says(_("The slope of ReLU: 1 where the net input is positive, else 0."))
def relu_slope(net: Numbers) -> Numbers:
    return np.heaviside(net, 0)


@says(_("The net input where it is positive, else a small part of it."))
def leaky_relu(net: Numbers, leak: Numbers) -> Numbers:
    return np.maximum(leak * net, net)


@says(_("The slope of leaky ReLU: 1 where the net input is positive, else its small slope."))
def leaky_relu_slope(net: Numbers, leak: Numbers) -> Numbers:
    return np.maximum(np.heaviside(net, 0), leak)


@says(_("The output is the net input itself."))
def linear(net: Numbers) -> Numbers:
    return net


@says(_("The slope of a straight line through 0 that rises by 1 is 1 everywhere."))
def linear_slope(ones: Numbers) -> Numbers:
    return ones


@says(_("E to the net input, divided by the sum of these over the layer."))
def softmax(net: Numbers) -> Numbers:
    power = np.exp(net - np.maximum.reduce(net, axis=-1, keepdims=True))
    return power / np.add.reduce(power, axis=-1, keepdims=True)


@says(_("The slope of output i by net input j: out_i · (1 − out_i) where i = j, else −out_i · out_j."))
def softmax_slopes(out: Numbers, identity: Numbers) -> Numbers:
    return out[..., :, None] * (identity - out[..., None, :])


@says(_("The unit fires (1) when its net input is positive, else 0."))
def step(net: Numbers) -> Numbers:
    return np.heaviside(net, 0)


class Row(NamedTuple):
    """One activation: how it is printed, its rule, its slope and the operands of both beside net.

    `slope_of` names what the slope is computed from: quantities of the layer, or constants of the engine.
    `low` and `high` are the ends of its range (for a sigmoid, no output lies outside 0 … 1).
    """

    formula: str
    rule: Rule
    slope: Rule | None = None
    slope_of: tuple[str, ...] = ("out",)
    low: float = -np.inf
    high: float = np.inf
    leaky: bool = False


ACTIVATIONS: dict[str, Row] = {
    "sigmoid": Row("1/(1 + e^−net)", sigmoid, sigmoid_slope, low=0.0, high=1.0),
    "bipolar_sigmoid": Row("2/(1 + e^−net) − 1", bipolar_sigmoid, bipolar_sigmoid_slope, low=-1.0, high=1.0),
    "tanh": Row("tanh(net)", tanh, tanh_slope, low=-1.0, high=1.0),
    "relu": Row("max(0, net)", relu, relu_slope, ("net",), low=0.0),
    "leaky_relu": Row("max(a·net, net)", leaky_relu, leaky_relu_slope, ("net", "leak"), leaky=True),
    "linear": Row("net", linear, linear_slope, ("ones",)),
    "softmax": Row("e^net_k / Σ e^net_j", softmax, softmax_slopes, ("out", "identity"), low=0.0, high=1.0),
    "step": Row("1 if net > 0 else 0", step, low=0.0, high=1.0),
}
