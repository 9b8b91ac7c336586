"""The update rules, one row each: what is made of the gradient before it is multiplied by the learning rate.

AdaGrad is that of Duchi, Hazan and Singer (JMLR 12, 2011), RMSprop that of Tieleman and Hinton (Neural Networks for
Machine Learning, lecture 6.5, 2012), Adam that of Kingma and Ba (ICLR 2015, algorithm 1).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from bptutor.engine.rules import Numbers, Rule, descent, says
from bptutor.language import _


@says(_("Take β of the average so far, and 1 − β of the gradient."))
def moving_average(before: Numbers, gradient: Numbers, beta: Numbers) -> Any:
    return beta * before + (1 - beta) * gradient


@says(_("Take β of the average so far, and 1 − β of the square of the gradient."))
def moving_average_of_squares(before: Numbers, gradient: Numbers, beta: Numbers) -> Any:
    return beta * before + (1 - beta) * np.square(gradient)


@says(_("Add the square of the gradient to those of the steps before."))
def sum_of_squares(before: Numbers, gradient: Numbers) -> Any:
    return before + np.square(gradient)


@says(_("The average began with 0: divide it by 1 − β to the power of the number of the step."))
def corrected(average: Numbers, beta: Any, t: Any) -> Any:
    return average / (1 - np.float_power(beta, t))


@says(_("Divide by the root of the squares, to which ε is added; go against that, by the learning rate."))
def over_root(numerator: Numbers, squares: Numbers, epsilon: Numbers) -> Any:
    return numerator / (np.sqrt(squares) + epsilon)


@says(_("Add ε to the squares, divide by the root of that; go against that, by the learning rate."))
def over_root_of_both(numerator: Numbers, squares: Numbers, epsilon: Numbers) -> Any:
    return numerator / np.sqrt(squares + epsilon)


class Option(NamedTuple):
    """A number of an update rule, 0 or more and below `high`: its usual value, and what it is."""

    usual: float
    high: float
    says: str


class Line(NamedTuple):
    """One line on the way from the gradient to the step: its word, its rule and operands, and how it is written.

    Operands are words too; `m−` is what m was in the step before, 0 in the first. The last line is the step.
    """

    word: str
    rule: Rule
    operands: tuple[str, ...]
    because: str


class Row(NamedTuple):
    """One update rule: its numbers and its lines (none: the gradient alone).

    `inside`: its last rule where ε is added under the root, None where there is no root.
    """

    options: Mapping[str, Option]
    lines: tuple[Line, ...] = ()
    inside: Rule | None = None

    @property
    def remembers(self) -> tuple[str, ...]:
        """The words of what the next step starts from."""
        needed = {operand for line in self.lines for operand in line.operands}
        return tuple(line.word for line in self.lines if f"{line.word}−" in needed)

    def written(self, *, inside: bool = False) -> str:
        """All its lines, with ε outside of the root or under it."""
        formula = ", ".join(line.because.format("w") for line in self.lines) or "Δw = −η·g"
        return under_root(formula) if inside else formula

    @property
    def counts(self) -> bool:
        """Whether it asks for the number of the step."""
        return any("t" in line.operands for line in self.lines)


def under_root(text: str) -> str:
    """A formula with ε under the root: √(v + ε) for √v + ε."""
    return re.sub("√(v\N{COMBINING CIRCUMFLEX ACCENT}?) \\+ ε", r"√(\1 + ε)", text)


def _share(usual: float, of: str) -> Option:
    return Option(usual, 1.0, of)


_EPSILON = Option(1e-8, np.inf, _("ε, which keeps the denominator from 0"))
_AVERAGE, _SQUARES = (
    _("what part of the average of gradients is kept"),
    _("what part of the average of squares is kept"),
)

OPTIMIZERS: dict[str, Row] = {
    "sgd": Row({}),
    "moving_average": Row(
        {"beta": _share(0.9, _AVERAGE)},
        (
            Line("m", moving_average, ("m−", "grad", "beta"), "m = β·m + (1 − β)·g"),
            Line("step", descent, ("m",), "Δ{} = −η·m"),
        ),
    ),
    "adagrad": Row(
        {"epsilon": _EPSILON},
        (
            Line("v", sum_of_squares, ("v−", "grad"), "v = v + g²"),
            Line("step", over_root, ("grad", "v", "epsilon"), "Δ{} = −η·g/(√v + ε)"),
        ),
        over_root_of_both,
    ),
    "rmsprop": Row(
        {"beta": _share(0.9, _SQUARES), "epsilon": _EPSILON},
        (
            Line("v", moving_average_of_squares, ("v−", "grad", "beta"), "v = β·v + (1 − β)·g²"),
            Line("step", over_root, ("grad", "v", "epsilon"), "Δ{} = −η·g/(√v + ε)"),
        ),
        over_root_of_both,
    ),
    "adam": Row(
        {"beta1": _share(0.9, _AVERAGE), "beta2": _share(0.999, _SQUARES), "epsilon": _EPSILON},
        (
            Line("m", moving_average, ("m−", "grad", "beta1"), "m = β1·m + (1 − β1)·g"),
            Line("v", moving_average_of_squares, ("v−", "grad", "beta2"), "v = β2·v + (1 − β2)·g²"),
            Line("m_hat", corrected, ("m", "beta1", "t"), "m̂ = m/(1 − β1^t)"),
            Line("v_hat", corrected, ("v", "beta2", "t"), "v̂ = v/(1 − β2^t)"),
            Line("step", over_root, ("m_hat", "v_hat", "epsilon"), "Δ{} = −η·m̂/(√v̂ + ε)"),
        ),
        over_root_of_both,
    ),
}
"""One row an update rule. Momentum as Δw = −η·g + μ·Δw(previous) is a convention, of sgd."""
