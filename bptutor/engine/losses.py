"""The losses, one row each: all that the house wants to know of one.

Below the formulas stand the wrong ones that people take for them; a docstring is the sentence a student reads.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from inspect import getdoc
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bptutor.engine.activations import ZERO_OR_ONE, Sides
from bptutor.engine.rules import Numbers, Rule, difference, says
from bptutor.language import _


def _binary_cross_entropy(log: np.ufunc, out: Numbers, targets: Numbers) -> Numbers:
    """Binary cross-entropy with this logarithm; where a factor is 0, it does not matter, and may not exist."""
    kept, left = targets * log(out + np.equal(targets, 0)), (1 - targets) * log(1 - out + np.equal(targets, 1))
    return -(kept + left)


def _cross_entropy(log: np.ufunc, out: Numbers, targets: Numbers) -> Numbers:
    """Cross-entropy with this logarithm; 0 · log 0 is 0 here."""
    return -(targets * log(out + np.equal(targets, 0)))


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
    return _binary_cross_entropy(np.log, out, targets)


@says(_("Minus the target times the logarithm of the output."))
def cross_entropy(out: Numbers, targets: Numbers) -> Numbers:
    return _cross_entropy(np.log, out, targets)


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
    rule.__doc__ = f"{_(getdoc(loss) or '')} {_('Add up over the outputs.')}"
    return rule


@says(_("Add up the losses of the outputs."))
def add_up(parts: Numbers) -> Numbers:
    return np.add.reduce(parts, axis=-1)


# Wrong forms


@says(_("Half the squared difference of target and output, divided by the number of outputs."))
def half_mean_squared_error(out: Numbers, targets: Numbers) -> Numbers:
    return 0.5 * np.square(targets - out) / out.shape[-1]


@says(_("Minus the logarithm, to base ten, of the probability that the output gives to the target."))
def binary_cross_entropy_log10(out: Numbers, targets: Numbers) -> Numbers:
    return _binary_cross_entropy(np.log10, out, targets)


@says(_("Minus the target times the logarithm, to base ten, of the output."))
def cross_entropy_log10(out: Numbers, targets: Numbers) -> Numbers:
    return _cross_entropy(np.log10, out, targets)


@says(_("Minus the logarithm, to base two, of the probability that the output gives to the target."))
def binary_cross_entropy_log2(out: Numbers, targets: Numbers) -> Numbers:
    return _binary_cross_entropy(np.log2, out, targets)


@says(_("Minus the target times the logarithm, to base two, of the output."))
def cross_entropy_log2(out: Numbers, targets: Numbers) -> Numbers:
    return _cross_entropy(np.log2, out, targets)


@says(_("Take half the difference of output and target."))
def half_difference(a: Numbers, b: Numbers) -> Numbers:
    return 0.5 * (a - b)


@says(_("The difference of output and target, divided by the number of outputs, without the factor of the square."))
def difference_over_outputs(a: Numbers, b: Numbers) -> Numbers:
    return (a - b) / a.shape[-1]


class Domain(NamedTuple):
    """Which targets a loss is made for: whether an array (samples, outputs) fits, what is said of one that does not.

    `one_hot`: the targets of a sample are a distribution, so that none can be changed alone; usually a single 1.
    """

    fits: Callable[[NDArray[np.float64]], bool]
    says: str
    hint: str
    one_hot: bool


class Wrong(NamedTuple):
    """The wrong formulas: of another factor for the rule and for the derivative by the output, of another logarithm."""

    factors: tuple[Rule, ...]
    error_factors: tuple[Rule, ...]
    log10: Rule | None
    log2: Rule | None


class Row(NamedTuple):
    """One loss; what there is not is said as None, () or "", so that nothing is left out by forgetting it.

    `formula` is how it is printed. `rule` is what each output loses, None where there is nothing to lose, and then no
    targets are needed. `error` is its derivative by the output, `error_of` the operands of that. With `delta: descent`
    the first two operands change places, or `falling` takes its place. `direct` is the activation with which the
    derivative by net is out − target itself. `between_0_and_1`: outputs must be. `domain`: which targets fit, None for
    any; `usual_targets` of a drawn problem, None for those of the activation. `detected` is what is said of a sheet
    that takes this loss where another one that has such a sentence is declared. `wrong`: what people take for it.
    """

    formula: str
    rule: Rule | None
    error: Rule
    error_of: tuple[str, ...]
    falling: Rule | None
    direct: str | None
    between_0_and_1: bool
    domain: Domain | None
    usual_targets: Sides | None
    detected: str
    wrong: Wrong


LOSSES: dict[str, Row] = {
    "half_squared_error": Row(
        "½Σ(t − o)²",
        half_squared_error,
        difference,
        error_of=("out", "targets"),
        falling=None,
        direct=None,
        between_0_and_1=False,
        domain=None,
        usual_targets=None,
        detected=_("the loss is ½Σ(t − o)² (loss: half_squared_error)"),
        wrong=Wrong((squared_error,), (twice_difference, half_difference), log10=None, log2=None),
    ),
    "squared_error": Row(
        "Σ(t − o)²",
        squared_error,
        twice_difference,
        error_of=("out", "targets"),
        falling=None,
        direct=None,
        between_0_and_1=False,
        domain=None,
        usual_targets=None,
        detected=_("the loss is Σ(t − o)², without the ½ (loss: squared_error)"),
        wrong=Wrong((half_squared_error,), (difference,), log10=None, log2=None),
    ),
    "mean_squared_error": Row(
        "Σ(t − o)²/outputs",
        mean_squared_error,
        mean_difference,
        error_of=("out", "targets"),
        falling=None,
        direct=None,
        between_0_and_1=False,
        domain=None,
        usual_targets=None,
        detected=_("the loss is the mean of the squares (loss: mean_squared_error)"),
        wrong=Wrong(
            (half_mean_squared_error, squared_error, half_squared_error),
            (difference_over_outputs, twice_difference, difference),
            log10=None,
            log2=None,
        ),
    ),
    "binary_cross_entropy": Row(
        "−Σ(t ln o + (1 − t) ln(1 − o))",
        binary_cross_entropy,
        binary_cross_entropy_error,
        error_of=("out", "targets", "out"),
        falling=None,
        direct="sigmoid",
        between_0_and_1=True,
        domain=Domain(
            lambda targets: bool(((targets >= 0) & (targets <= 1)).all()),
            _("binary cross-entropy needs targets from 0 to 1"),
            "",
            one_hot=False,
        ),
        usual_targets=ZERO_OR_ONE,
        detected="",
        wrong=Wrong((), (), log10=binary_cross_entropy_log10, log2=binary_cross_entropy_log2),
    ),
    "cross_entropy": Row(
        "−Σ t ln o",
        cross_entropy,
        cross_entropy_error,
        error_of=("out", "targets"),
        falling=falling_cross_entropy_error,
        direct="softmax",
        between_0_and_1=True,
        domain=Domain(
            lambda targets: bool((targets >= 0).all() and np.allclose(targets.sum(-1), 1, rtol=0, atol=1e-9)),
            _("cross-entropy needs targets that are a distribution: none negative, sum 1"),
            _("for independent outputs there is binary_cross_entropy"),
            one_hot=True,
        ),
        usual_targets=None,
        detected="",
        wrong=Wrong((), (), log10=cross_entropy_log10, log2=cross_entropy_log2),
    ),
    "output": Row(
        "Σ o",
        None,
        seed,
        error_of=("ones",),
        falling=falling_seed,
        direct=None,
        between_0_and_1=False,
        domain=None,
        usual_targets=None,
        detected="",
        wrong=Wrong((), (), log10=None, log2=None),
    ),
}
