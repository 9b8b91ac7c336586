"""Weight decay: what large parameters cost, what that adds to the gradient, or how much they shrink by themselves.

L2 and L1 are a part of what is minimised, C = E + R; decoupled is that of Loshchilov and Hutter (ICLR 2019).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from bptutor.engine.arrays import without_noise
from bptutor.engine.rules import Numbers, Rule, says, total
from bptutor.language import _


@says(_("Add λ times the parameter to the gradient."))
def with_parameter(gradient: Numbers, parameter: Numbers, decay: Numbers) -> Any:
    return gradient + decay * parameter


@says(_("Add λ with the sign of the parameter to the gradient."))
def with_sign(gradient: Numbers, parameter: Numbers, decay: Numbers) -> Any:
    return gradient + decay * np.sign(without_noise(parameter))


@says(_("Take η · λ of the old value away, then add the step."))
def shrunk_update(parameter: Numbers, step: Numbers, learning_rate: Numbers, decay: Numbers) -> Any:
    return (1 - learning_rate * decay) * parameter + step


@says(_("Add the cost of large parameters to the loss."))
def both(loss: Numbers, penalty: Numbers) -> Any:
    return loss + penalty


class Row(NamedTuple):
    """One kind of decay: how it is printed; its cost, what it adds to the gradient, each None where it has none.

    `cost` is of each parameter, before it is multiplied by λ (`halved`: by half of it); `adds_up` is its sentence.
    """

    formula: str
    says: str
    cost: np.ufunc | None
    halved: bool
    adds_up: str
    gradient: Rule | None
    because: str


DECAYS: dict[str, Row] = {
    "l2": Row(
        "C = E + ½λΣw²",
        _("the cost is E + ½λΣw², so λ·w is added to the gradient"),
        np.square,
        True,
        _("Add up the squares of all parameters that decay, and multiply by half of λ."),
        with_parameter,
        "∂C/∂{0} = ∂E/∂{0} + λ·{0}",
    ),
    "l1": Row(
        "C = E + λΣ|w|",
        _("the cost is E + λΣ|w|, so λ with the sign of w is added to the gradient"),
        np.absolute,
        False,
        _("Add up all parameters that decay without their signs, and multiply by λ."),
        with_sign,
        "∂C/∂{0} = ∂E/∂{0} + λ·sign({0})",
    ),
    "decoupled": Row(
        "w+ = (1 − ηλ)·w + Δw",
        _("w shrinks by η·λ·w beside its step"),
        None,
        False,
        "",
        None,
        "{0}+ = (1 − ηλ)·{0} + Δ{0}",
    ),
}


@lru_cache(maxsize=64)  # made once, so that recipes can compare rules
def penalty(kind: str, axes: Sequence[int]) -> Rule:
    """The cost of parameters with so many axes each: a matrix of weights has 2, the biases of a layer 1."""
    row = DECAYS[kind]

    def added_up(part: Any, count: int) -> Any:
        return added_up(np.add.reduce(part, axis=-1), count - 1) if count else part

    def rule(decay: Numbers, *parameters: Numbers) -> Any:
        assert row.cost
        sums = [added_up(row.cost(parameter), count) for parameter, count in zip(parameters, axes, strict=True)]
        return (decay / 2 if row.halved else decay) * total(*sums)

    rule.__name__ = f"{kind}_penalty"
    return says(row.adds_up)(rule)
