"""What goes wrong at the calculator: brackets that are left out, and the key beside the right one."""

# ruff: noqa: ARG001
# All edits are called alike.

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from bptutor.engine.activations import sigmoid, tanh
from bptutor.engine.conventions import Edit
from bptutor.engine.losses import LOSSES
from bptutor.engine.recipe import Recipe
from bptutor.engine.rules import Numbers, Rule
from bptutor.language import _
from bptutor.mistakes.edits import Edits, by_table, changed
from bptutor.mistakes.forward import other_loss
from bptutor.mistakes.misconception import RARE, USUAL, Misconception
from bptutor.problem import Problem

_E = 2.71828  # as written in the formula
_DEGREE = 0.0174533  # π / 180, as written in the formula


def without_brackets(net: Numbers) -> Numbers:
    """Divide 1 by 1, then add e^−net."""
    with np.errstate(over="ignore"):
        return 1 + np.exp(-net)


def without_one(net: Numbers) -> Numbers:
    """Divide 1 by e^−net, without the 1 that is added to it."""
    with np.errstate(over="ignore", divide="ignore"):
        return 1 / np.exp(-net)


def without_division(net: Numbers) -> Numbers:
    """Take e^−net alone."""
    with np.errstate(over="ignore"):
        return np.exp(-net)


def ten_to_the_net(net: Numbers) -> Numbers:
    """The logistic function with the powers of ten: 1 / (1 + 10^−net)."""
    with np.errstate(over="ignore"):
        return 1 / (1 + np.float_power(10.0, -net))


def e_times_net(net: Numbers) -> Numbers:
    """The logistic function with e times −net: 1 / (1 + e·(−net))."""
    with np.errstate(divide="ignore"):
        return 1 / (1 + _E * -net)


def net_over(net: Numbers) -> Numbers:
    """The net input divided by 1 + e^−net."""
    with np.errstate(over="ignore"):
        return net / (1 + np.exp(-net))


def tanh_of_degrees(net: Numbers) -> Numbers:
    """Take the net input for an angle in degrees: tanh of net · π / 180."""
    return np.tanh(_DEGREE * net)


_LOG2 = {row.rule: row.wrong.log2 for row in LOSSES.values() if row.rule and row.wrong.log2}


def log2(recipe: Recipe, problem: Problem) -> Iterator[Edit]:
    """The logarithm to base two for the natural one."""
    yield other_loss(recipe, _LOG2)


def degrees(recipe: Recipe, problem: Problem) -> Iterator[Edit]:
    """The hyperbolic tangent of an angle in degrees."""
    yield changed(recipe, ("out", "out_after"), by_table({tanh: tanh_of_degrees}))


def _typed(*wrong: Rule) -> Edits:
    """The edits of those who typed one of these formulas for the sigmoid."""

    def edits(recipe: Recipe, problem: Problem) -> Iterator[Edit]:
        for rule in wrong:
            yield changed(recipe, ("out", "out_after"), by_table({sigmoid: rule}))

    return edits


CALCULATOR: tuple[Misconception, ...] = (
    Misconception(
        "calculator_brackets",
        _("You left out the brackets around the denominator of the sigmoid: one is divided by the whole sum."),
        _("Between which two numbers must an output of a sigmoid lie? How did you type the denominator?"),
        _typed(without_brackets),
        USUAL,  # threads of beginners whose outputs exceed 1, in code and at the calculator
    ),
    Misconception(
        "calculator_no_sum",
        _("You left a part of the sigmoid out: one is added to the exponential, and then one is divided by the sum."),
        _("Between which two numbers must an output of a sigmoid lie? Which parts does its formula have?"),
        _typed(without_one, without_division),
        RARE,  # a pull request of a library of word vectors (finalfusion/finalfrontier #95)
    ),
    Misconception(
        "calculator_powers_of_ten",
        _("You used the powers of ten: the sigmoid has the powers of e."),
        _("Which key of the calculator gives the powers of e?"),
        _typed(ten_to_the_net),
        RARE,  # the two keys share a place on many calculators, as ln and log do
    ),
    Misconception(
        "calculator_e_times_net",
        _("You multiplied e by the net input: the net input is its exponent."),
        _("Is the net input a factor of e, or its exponent?"),
        _typed(e_times_net),
        RARE,  # a forum thread in which exp is written, but not called
    ),
    Misconception(
        "calculator_net_over",
        _("You divided the net input by the sum with the exponential: the sigmoid divides one by it."),
        _("What stands above the line of the fraction in the sigmoid?"),
        _typed(net_over),
        RARE,  # an issue of a network library (joaopauloschuler/neural-api #21)
    ),
    Misconception(
        "calculator_degrees",
        _("Your calculator took the net input for an angle in degrees: it is a plain number."),
        _("Is the net input an angle? Which mode is your calculator in?"),
        degrees,
        RARE,  # advice to set the calculator to radians stands in front of many exercises with tanh
    ),
    Misconception(
        "log2",
        _("You used the logarithm to base two: the loss has the natural logarithm."),
        _("Which base does the logarithm of the loss have?"),
        log2,
        RARE,  # threads on entropy in bits and in nats
    ),
)
