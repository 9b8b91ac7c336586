"""With how many digits each quantity is written: those of the problem, unless it names others for the quantity."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from bptutor.engine.arrays import without_noise
from bptutor.engine.decimals import Settle, Show, fixed, read_back, rounded, significant
from bptutor.engine.evaluate import Settling
from bptutor.engine.quantities import KINDS, Quantity, stem
from bptutor.problem import DEFAULT, Array, Digits, Problem

_SUMS = frozenset({"net", "net_after", "new_w", "new_b"})
"""What is added up of numbers of everyday size, so that what is next to 0 is 0."""


def digits_of(problem: Problem, quantity: Quantity) -> Digits:
    """Those of `delta2`, else of `delta`, of `grad` where it is grad_w, of `out` where it is out_after, of all.

    Without them the decimals.
    """
    own = problem.digits
    if own:
        word = KINDS[quantity.name].word
        for name in (stem(quantity), word, word.rpartition("_")[0], DEFAULT):
            if name in own:
                return own[name]
    return Digits(problem.decimals)


@lru_cache(maxsize=64)
def written(digits: Digits, ties: str) -> Show:
    """A function that writes numbers with these digits."""
    return (significant if digits.figures else fixed)(digits.number, ties)


@lru_cache(maxsize=64)
def settled(digits: Digits, ties: str) -> Settle:
    """A function that rounds numbers to these digits."""
    return read_back(written(digits, ties)) if digits.figures else rounded(digits.number, ties)


def cleared(quantity: Quantity, values: Array) -> Array:
    """The values, with 0 for a sum that is 0 but for the noise of floats: figures would be those of the noise."""
    return without_noise(values) if quantity.name in _SUMS else values


def show_of(problem: Problem, quantity: Quantity, show: Show | None = None) -> Show:
    """A function that writes the numbers of a quantity as the problem asks, or by `show`."""
    show = show or written(digits_of(problem, quantity), problem.conventions.ties)
    return lambda values: show(cleared(quantity, values))


def rounding(problem: Problem) -> Settling:
    """A function that rounds the numbers of each quantity as the problem asks."""
    ties = problem.conventions.ties
    return lambda quantity, values: settled(digits_of(problem, quantity), ties)(cleared(quantity, values))


def decimals_of(digits: Digits, values: Array) -> Array:
    """How many decimals each number has that is written with these digits; below 0: tens, hundreds, … (whole floats).

    >>> decimals_of(Digits(3, figures=True), np.array([0.01234, 12345.0, 0.0])).tolist()
    [4.0, -2.0, 0.0]
    """
    if not digits.figures:
        return np.full(np.shape(values), float(digits.number))
    size = np.abs(settled(digits, "half_up")(np.where(np.isfinite(values), values, 0.0)))
    return np.where(size > 0, digits.number - 1 - np.floor(np.log10(np.where(size > 0, size, 1.0)) + 1e-12), 0.0)
