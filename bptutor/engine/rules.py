"""Each formula of backpropagation, once.

A rule is a plain function of arrays, and it says in a sentence what a student has to do. Rules broadcast over leading
axes and run on float arrays, on `Interval` and on `Term` alike, so they use ufuncs only. Shapes without leading axes:
w (units, incoming), b (units,) or (1,) for a bias shared by the layer, vectors (units,), scalars (). A sign, a learning
rate or a momentum in front of a formula makes no other formula: the step that uses it has them (see `recipe.Step`).

The formulas are the generalised delta rule of Rumelhart, Hinton and Williams, "Learning representations by
back-propagating errors", Nature 323 (1986), with momentum as there (their eq. 9).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial, reduce
from operator import add
from typing import Any, Protocol, TypeVar

import numpy as np

from bptutor.engine.arrays import NOISE
from bptutor.language import _


class Numbers(Protocol):
    """What rules need of numbers: float arrays have it, and so have `Interval`, `Term` and `Links`.

    Ufuncs of numpy take them all (NEP 13); whatever else an arithmetic can do, a rule does not ask for it.
    """

    @property
    def shape(self) -> tuple[int, ...]:
        """The length of each axis."""

    @property
    def ndim(self) -> int:
        """The number of axes."""

    def __getitem__(self, index: Any, /) -> Any: ...
    def __array_ufunc__(self, ufunc: np.ufunc, method: Any, *inputs: Any, **options: Any) -> Any: ...
    def __neg__(self) -> Any: ...
    def __add__(self, other: Any, /) -> Any: ...
    def __radd__(self, other: Any, /) -> Any: ...
    def __sub__(self, other: Any, /) -> Any: ...
    def __rsub__(self, other: Any, /) -> Any: ...
    def __mul__(self, other: Any, /) -> Any: ...
    def __rmul__(self, other: Any, /) -> Any: ...
    def __truediv__(self, other: Any, /) -> Any: ...
    def __rtruediv__(self, other: Any, /) -> Any: ...


N = TypeVar("N", bound=Numbers)  # one arithmetic: a page that starts from intervals is worked out in intervals
Rule = Callable[..., Any]  # of the arithmetic of its operands


def says(sentence: str) -> Callable[[Rule], Rule]:
    """Gives a rule the sentence that a student reads, which becomes its docstring.

    It is an argument, `@says(_("Add up."))`, since tools that collect sentences for translators find only those.
    """

    def told(rule: Rule) -> Rule:
        rule.__doc__ = sentence
        return rule

    return told


# Forward pass


@says(_("Multiply each input by its weight, add them up, add the bias."))
def weighted_sum(w: Numbers, x: Numbers, b: Numbers) -> Numbers:
    return np.matvec(w, x) + b


@says(_("Multiply each input by its weight, add them up, subtract the threshold."))
def weighted_sum_less_threshold(w: Numbers, x: Numbers, b: Numbers) -> Numbers:
    return np.matvec(w, x) - b


@says(_("Multiply each input by its weight and add them up."))
def weighted_sum_alone(w: Numbers, x: Numbers) -> Numbers:
    return np.matvec(w, x)


# Backward pass


@says(_("Multiply each delta that this unit feeds by the weight on the way there, and add them up."))
def sum_back(w: Numbers, delta: Numbers) -> Numbers:
    return np.vecmat(delta, w)


@says(_("Multiply the error by the slope of the activation."))
def error_times_slope(error: Numbers, slope: Numbers) -> Numbers:
    return error * slope


def _added_up(add: Callable[..., Any], *parts: Any) -> Any:
    """What parts add up to; of floats 0 where only noise is left, as of the slopes of a softmax, which add up to 0."""
    found = add(*parts)
    if not isinstance(found, np.ndarray):
        return found
    return np.where(np.abs(found) < NOISE * add(*map(np.abs, parts)), 0.0, found)


@says(_("Each net input moves every output of a softmax: multiply each error by its slope and add them up."))
def error_through_slopes(error: Numbers, slope: Numbers) -> Numbers:
    return _added_up(np.vecmat, error, slope)


@says(_("Take the difference of output and target."))
def difference(a: Numbers, b: Numbers) -> Numbers:
    return a - b


# Gradients


@says(_("Multiply the delta of the receiving unit by the output that comes in along the weight."))
def weight_gradient(delta: Numbers, x: Numbers) -> Numbers:
    return delta[..., :, None] * x[..., None, :]


@says(_("A bias comes in with a constant 1, so its gradient is the delta itself."))
def bias_gradient(delta: Numbers) -> Numbers:
    return delta


@says(_("One bias serves the whole layer: add up the deltas of the layer."))
def shared_bias_gradient(delta: Numbers) -> Numbers:
    return _added_up(partial(np.add.reduce, axis=-1, keepdims=True), delta)


@says(_("Add up what the samples contribute."))
def total(*parts: Numbers) -> Numbers:
    return reduce(add, parts)


@says(_("Add up what the samples contribute and divide by their number."))
def average(*parts: Numbers) -> Numbers:
    return total(*parts) / len(parts)


# Update


@says(_("Go against the gradient, by the learning rate."))
def descent(gradient: Numbers) -> Numbers:
    return gradient  # the minus and the learning rate are those of its step (see `recipe.Step`)


@says(_("Add the step to the old value."))
def update(parameter: Numbers, step: Numbers) -> Numbers:
    return parameter + step


@says(_("This parameter is not trained: it keeps its value."))
def unchanged(parameter: Numbers) -> Numbers:
    return parameter
