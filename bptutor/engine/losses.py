"""The losses, one row each: what an output loses, and how that changes with the output."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np

from bptutor.engine.rules import Numbers, Rule, difference, says
from bptutor.language import _


@says(_("Half the squared difference of target and output."))
def half_squared_error(out: Numbers, targets: Numbers) -> Numbers:
    return 0.5 * np.square(targets - out)


@says(_("The squared difference of target and output."))
def squared_error(out: Numbers, targets: Numbers) -> Numbers:
    return np.square(targets - out)


@says(_("The squared difference of target and output, divided by the number of outputs."))
def mean_squared_error(out: Numbers, targets: Numbers) -> Numbers:
    return np.square(targets - out) / out.shape[-1]


@says(_("Minus the logarithm of the probability that the output gives to the target."))
def binary_cross_entropy(out: Numbers, targets: Numbers) -> Numbers:
    kept, left = targets * np.log(out + np.equal(targets, 0)), (1 - targets) * np.log(1 - out + np.equal(targets, 1))
    return -(kept + left)  # where a factor is 0, its logarithm does not matter, and may not exist


@says(_("Minus the target times the logarithm of the output."))
def cross_entropy(out: Numbers, targets: Numbers) -> Numbers:
    return -(targets * np.log(out + np.equal(targets, 0)))  # 0 · ln 0 is 0 here


@says(_("Twice the difference of output and target: the square without the ½ leaves a factor 2."))
def twice_difference(a: Numbers, b: Numbers) -> Numbers:
    return 2 * (a - b)


@says(_("Twice the difference of output and target, divided by the number of outputs."))
def mean_difference(a: Numbers, b: Numbers) -> Numbers:
    return 2 * (a - b) / a.shape[-1]


@says(_("The difference of output and target, divided by out · (1 − out)."))
def binary_cross_entropy_error(a: Numbers, b: Numbers, out: Numbers) -> Numbers:
    return (a - b) / (out * (1 - out))


@says(_("Minus the target divided by the output."))
def cross_entropy_error(out: Numbers, targets: Numbers) -> Numbers:
    return -(targets / out)


@says(_("The target divided by the output."))
def falling_cross_entropy_error(out: Numbers, targets: Numbers) -> Numbers:
    return targets / out


@says(_("There is no loss: the sum of the outputs itself is differentiated, and each output changes it by 1."))
def seed(ones: Numbers) -> Numbers:
    return ones


@says(_("There is no loss: the sum of the outputs itself is differentiated; this error has the other sign."))
def falling_seed(ones: Numbers) -> Numbers:
    return -ones


@cache  # made once, so that recipes can compare rules
def summed(loss: Rule) -> Rule:
    """The loss of all outputs together."""

    def rule(*operands: Numbers) -> Numbers:
        return np.add.reduce(loss(*operands), axis=-1)

    rule.__name__ = f"summed_{loss.__name__}"
    return says(f"{loss.__doc__} {_('Add up over the outputs.')}")(rule)


@says(_("Add up the losses of the outputs."))
def add_up(parts: Numbers) -> Numbers:
    return np.add.reduce(parts, axis=-1)


class Row(NamedTuple):
    """One loss: how it is printed, what each output loses, and its derivative by the output with its operands.

    With `delta: descent` the first two operands of the derivative change places, or `falling` takes its place.
    `rule` is None where there is nothing to lose, and then no targets are needed. `direct` is the activation with
    which the derivative by net is out − target itself.
    """

    formula: str
    rule: Rule | None
    error: Rule
    error_of: tuple[str, ...] = ("out", "targets")
    falling: Rule | None = None
    direct: str | None = None
    between_0_and_1: bool = False


LOSSES: dict[str, Row] = {
    "half_squared_error": Row("½Σ(t − o)²", half_squared_error, difference),
    "squared_error": Row("Σ(t − o)²", squared_error, twice_difference),
    "mean_squared_error": Row("Σ(t − o)²/outputs", mean_squared_error, mean_difference),
    "binary_cross_entropy": Row(
        "−Σ(t ln o + (1 − t) ln(1 − o))",
        binary_cross_entropy,
        binary_cross_entropy_error,
        ("out", "targets", "out"),
        direct="sigmoid",
        between_0_and_1=True,
    ),
    "cross_entropy": Row(
        "−Σ t ln o",
        cross_entropy,
        cross_entropy_error,
        falling=falling_cross_entropy_error,
        direct="softmax",
        between_0_and_1=True,
    ),
    "output": Row("Σ o", None, seed, ("ones",), falling_seed),
}
