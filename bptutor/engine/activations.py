"""The activations, one row each: all that the house wants to know of one.

Below the formulas stand the wrong ones that people take for them; a docstring is the sentence a student reads.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from bptutor.engine.arrays import without_noise
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
    return _above(net, 0)


def _above(net: Any, at_zero: int) -> Any:
    """1 above 0, 0 below, and what it is at 0."""
    return np.heaviside(without_noise(net), at_zero)


@says(_("The net input where it is positive, else a small part of it."))
def leaky_relu(net: Numbers, leak: Numbers) -> Numbers:
    return np.maximum(leak * net, net)


@says(_("The slope of leaky ReLU: 1 where the net input is positive, else its small slope."))
def leaky_relu_slope(net: Numbers, leak: Numbers) -> Numbers:
    return np.maximum(_above(net, 0), leak)


@says(_("The output is the net input itself."))
def linear(net: Numbers) -> Numbers:
    return net


@says(_("The slope of a straight line through 0 that rises by 1 is 1 everywhere."))
def linear_slope(ones: Numbers) -> Numbers:
    return ones


@says(_("The exponential of the net input, divided by the sum of these over the layer."))
def softmax(net: Numbers) -> Numbers:
    power = np.exp(net - np.maximum.reduce(net, axis=-1, keepdims=True))
    return power / np.add.reduce(power, axis=-1, keepdims=True)


@says(_("The slope of output i with respect to net input j: out_i · (1 − out_i) where i = j, else −out_i · out_j."))
def softmax_slopes(out: Numbers, identity: Numbers) -> Numbers:
    return out[..., :, None] * (identity - out[..., None, :])


@says(_("The unit fires (1) when its net input is positive, else 0."))
def step(net: Numbers) -> Numbers:
    return _above(net, 0)


@says(_("The unit fires (1) when its net input is 0 or more, else 0."))
def step_from_zero(net: Numbers) -> Numbers:
    return _above(net, 1)


@says(_("The output is 1 when the net input is positive, else −1."))
def sign(net: Numbers) -> Numbers:
    return 2 * _above(net, 0) - 1


@says(_("The output is 1 when the net input is 0 or more, else −1."))
def sign_from_zero(net: Numbers) -> Numbers:
    return 2 * _above(net, 1) - 1


# Wrong forms


@says(_("The logistic function without the minus in the exponent: 1 / (1 + e^net)."))
def sigmoid_without_minus(net: Numbers) -> Numbers:
    with np.errstate(over="ignore"):  # as in the right one
        return 1 / (1 + np.exp(net))


@says(_("The stretched logistic function without the minus in the exponent: 2 / (1 + e^net) − 1."))
def bipolar_sigmoid_without_minus(net: Numbers) -> Numbers:
    with np.errstate(over="ignore"):
        return 2 / (1 + np.exp(net)) - 1


@says(_("The exponential of minus the net input, divided by the sum of these over the layer."))
def softmax_with_minus(net: Numbers) -> Numbers:
    return softmax(-net)


@says(_("The exponential of the net input, not divided by the sum of these over the layer."))
def power(net: Numbers) -> Numbers:
    return np.exp(net)


@says(_("Take the output itself for the slope."))
def output_alone(out: Numbers) -> Numbers:
    return out


@says(_("Take 1 − out for the slope."))
def one_less_output(out: Numbers) -> Numbers:
    return 1 - out


@says(_("Take out² for the slope."))
def output_squared(out: Numbers) -> Numbers:
    return np.square(out)


@says(_("Take (1 + out) · (1 − out) for the slope, not half of it."))
def bipolar_sigmoid_slope_without_half(out: Numbers) -> Numbers:
    return (1 + out) * (1 - out)


# Steepness


@says(_("The slope at an output as a part of the steepest one, which is that at 0.5."))
def sigmoid_steepness(out: Numbers) -> Numbers:
    return 4 * out * (1 - out)


@says(_("The slope at an output as a part of the steepest one, which is that at 0."))
def tanh_steepness(out: Numbers) -> Numbers:
    return 1 - out * out


Sides = tuple[range, range]

PROBABILITIES: Sides = (range(5, 25, 5), range(75, 100, 5))
SIGNED: Sides = (range(-90, -30, 10), range(40, 100, 10))
POSITIVE: Sides = (range(5, 35, 5), range(120, 200, 10))
ANY: Sides = (range(-100, -30, 10), range(40, 150, 10))
ZERO_OR_ONE: Sides = (range(1), range(100, 101))
ONE_OR_LESS: Sides = (range(-100, -99), range(100, 101))
"""Targets below and above what an output probably is, in hundredths."""


class Leak(NamedTuple):
    """The number that some activations have beside net: its usual value, an example, its bounds, what it is."""

    usual: float
    example: float
    low: float
    high: float
    says: str
    expected: str


class Shape(NamedTuple):
    """What its curve looks like.

    `low` and `high` are the ends of its range (no output of a sigmoid lies outside 0 … 1). `kink`: it switches over at
    net = 0, where the last bit of a net input decides. `dies`: below 0 it is 0 and cannot learn. `steepness` gives the
    slope at an output as a part of the steepest one, None where it is made of straight lines.
    """

    low: float
    high: float
    kink: bool
    dies: bool
    steepness: Rule | None


class Wrong(NamedTuple):
    """The wrong formulas, with the operands of the right ones: two kinds for the slope, two for the rule."""

    partial_slopes: tuple[Rule, ...]
    other_slope: Rule | None
    exponent: Rule | None
    not_normalised: Rule | None


NONE_KNOWN = Wrong((), None, None, None)


class Row(NamedTuple):
    """One activation; what there is not is said as None or (), so that nothing is left out by forgetting it.

    `formula` is how it is printed. `slope_of` names what the slope is computed from: quantities of the layer, or
    constants of the engine. `leak`: a number that its rule has beside net. `usual_targets`: what a drawn problem asks
    of it. `wrong`: what people take for it. `from_zero` is the rule of what jumps at 0 and is there already what it is
    above; for all others there is no such thing.
    """

    formula: str
    rule: Rule
    slope: Rule | None
    slope_of: tuple[str, ...]
    leak: Leak | None
    shape: Shape
    usual_targets: Sides
    wrong: Wrong
    from_zero: Rule | None = None

    def written(self, at_zero: int) -> str:
        """The formula where that is the convention."""
        return self.formula.replace(" > ", " ≥ ") if self.from_zero and at_zero else self.formula

    @property
    def of_layer(self) -> bool:
        """Whether each net input moves all outputs of the layer, so that it has a slope for each pair of units."""
        return "identity" in self.slope_of

    @property
    def slope_from_out(self) -> bool:
        """Whether the slope is worked out from the output alone, and the output from the net input alone."""
        return self.slope_of == ("out",) and self.leak is None


ACTIVATIONS: dict[str, Row] = {
    "sigmoid": Row(
        "1/(1 + e^−net)",
        sigmoid,
        sigmoid_slope,
        slope_of=("out",),
        leak=None,
        shape=Shape(0.0, 1.0, kink=False, dies=False, steepness=sigmoid_steepness),
        usual_targets=PROBABILITIES,
        wrong=Wrong((output_alone, one_less_output), tanh_slope, sigmoid_without_minus, None),
    ),
    "bipolar_sigmoid": Row(
        "2/(1 + e^−net) − 1",
        bipolar_sigmoid,
        bipolar_sigmoid_slope,
        slope_of=("out",),
        leak=None,
        shape=Shape(-1.0, 1.0, kink=False, dies=False, steepness=tanh_steepness),
        usual_targets=SIGNED,
        wrong=Wrong((bipolar_sigmoid_slope_without_half,), sigmoid_slope, bipolar_sigmoid_without_minus, None),
    ),
    "tanh": Row(
        "tanh(net)",
        tanh,
        tanh_slope,
        slope_of=("out",),
        leak=None,
        shape=Shape(-1.0, 1.0, kink=False, dies=False, steepness=tanh_steepness),
        usual_targets=SIGNED,
        wrong=Wrong((output_squared, one_less_output), sigmoid_slope, None, None),
    ),
    "relu": Row(
        "max(0, net)",
        relu,
        relu_slope,
        slope_of=("net",),
        leak=None,
        shape=Shape(0.0, np.inf, kink=True, dies=True, steepness=None),
        usual_targets=POSITIVE,
        wrong=NONE_KNOWN,
    ),
    "leaky_relu": Row(
        "max(a·net, net)",
        leaky_relu,
        leaky_relu_slope,
        slope_of=("net", "leak"),
        leak=Leak(0.01, 0.1, 0, 1, _("its slope below zero"), _("a slope from 0 to 1")),
        shape=Shape(-np.inf, np.inf, kink=True, dies=False, steepness=None),
        usual_targets=ANY,
        wrong=NONE_KNOWN,
    ),
    "linear": Row(
        "net",
        linear,
        linear_slope,
        slope_of=("ones",),
        leak=None,
        shape=Shape(-np.inf, np.inf, kink=False, dies=False, steepness=None),
        usual_targets=ANY,
        wrong=NONE_KNOWN,
    ),
    "softmax": Row(
        "e^net_k / Σ e^net_j",
        softmax,
        softmax_slopes,
        slope_of=("out", "identity"),
        leak=None,
        shape=Shape(0.0, 1.0, kink=False, dies=False, steepness=sigmoid_steepness),
        usual_targets=PROBABILITIES,
        wrong=Wrong((), None, softmax_with_minus, power),
    ),
    "step": Row(
        "1 if net > 0 else 0",
        step,
        None,
        slope_of=(),
        leak=None,
        shape=Shape(0.0, 1.0, kink=True, dies=False, steepness=None),
        usual_targets=ZERO_OR_ONE,
        wrong=NONE_KNOWN,
        from_zero=step_from_zero,
    ),
    "sign": Row(
        "1 if net > 0 else −1",
        sign,
        None,
        slope_of=(),
        leak=None,
        shape=Shape(-1.0, 1.0, kink=True, dies=False, steepness=None),
        usual_targets=ONE_OR_LESS,
        wrong=NONE_KNOWN,
        from_zero=sign_from_zero,
    ),
}


def usual_leak(name: str) -> float | None:
    """The number beside net of an activation where none is named: 0.01 for `leaky_relu`, None where there is none."""
    leak = ACTIVATIONS[name].leak
    return leak.usual if leak else None
