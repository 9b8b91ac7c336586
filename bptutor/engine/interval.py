"""An array of intervals: what a number may be that was rounded when it was written down.

Every rule runs on it unchanged (NEP 13): a ufunc is looked up in a table from ufunc to its interval form; one that
is missing there fails loudly. Bounds are those of ordinary float64 arithmetic (not rounded outward), so a caller
that compares leaves a little slack.

The forms work on stacks: arrays whose first axis goes from the lowest to the highest number that an element may be, so
that `stack[::-1]` is what is left when it is taken away. An `Interval` has these two; a `Pen` (`engine/pen.py`) has a
third in the middle, which is what stands there. Where they are one and the same, the axis is 1 long. One array costs a
third of the calls that three cost, and on a single sheet calls are all that counts.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

from bptutor.engine.arrays import Flags, without_noise
from bptutor.problem import Array

Form = Callable[..., Array]
"""What a ufunc makes of stacks."""


class Interval(NDArrayOperatorsMixin):
    """Two arrays of one shape, `lo` ≤ `hi` cell by cell, in a `stack`."""

    __slots__ = ("stack",)

    def __init__(self, lo: Any, hi: Any):
        self.stack: Array = np.array([lo, hi], dtype=float)

    @classmethod
    def around(cls, value: Any, radius: Any) -> Interval:
        """The interval of `value` ± `radius` (radius ≥ 0; both arrays or numbers)."""
        return cls(np.subtract(value, radius), np.add(value, radius))

    @property
    def lo(self) -> Array:
        """The lower bounds."""
        return np.asarray(self.stack[0])

    @property
    def hi(self) -> Array:
        """The upper bounds."""
        return np.asarray(self.stack[-1])

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of both bounds."""
        return self.stack.shape[1:]

    @property
    def ndim(self) -> int:
        """The number of axes of both bounds."""
        return self.stack.ndim - 1

    def __getitem__(self, index: Any) -> Interval:
        return Interval(self.lo[index], self.hi[index])

    def __repr__(self) -> str:
        return f"Interval({self.lo!r}, {self.hi!r})"

    def contains(self, value: Any) -> Any:
        """Cell by cell, whether `value` lies inside, the ends included."""
        return (self.lo <= value) & (value <= self.hi)

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **options: Any) -> Any:
        operands = [interval(value) for value in inputs]
        if ufunc in SUMS:
            return SUMS[ufunc](*operands)
        axes = max(operand.ndim for operand in operands)
        stacks = [operand.stack.reshape(2, *(1,) * (axes - operand.ndim), *operand.shape) for operand in operands]
        # One cell may leave the floats (the logarithm of a typed 0) among thousands that do not: it may be anything.
        with np.errstate(all="ignore"):
            return Interval(*anything_where_lost(form_of(ufunc, method)(*stacks, **options)))


def interval(value: Any) -> Interval:
    """The value itself if it is an interval already, else the interval of width 0 at that number."""
    return value if isinstance(value, Interval) else Interval(value, value)


def where(mask: Any, chosen: Any, other: Any) -> Any:
    """`numpy.where` for arrays and for intervals (which numpy's own cannot choose between)."""
    if isinstance(chosen, Interval) or isinstance(other, Interval):
        a, b = interval(chosen), interval(other)
        return Interval(np.where(mask, a.lo, b.lo), np.where(mask, a.hi, b.hi))
    return np.where(mask, chosen, other)


def form_of(ufunc: np.ufunc, method: str) -> Form:
    """The interval form of a ufunc; TypeError where it has none."""
    form = FORMS.get((ufunc, method))
    if form is None:
        raise TypeError(f"no interval form of {ufunc.__name__}.{method}")
    return form


def anything_where_lost(stack: Array) -> Array:
    """The stack; where its bounds have left the floats, they are −∞ and ∞."""
    total = np.add.reduce(stack, axis=None)
    if total == total:  # one look at all of it: hardly ever is anything lost
        return stack
    if len(stack) == 1:
        stack = np.repeat(stack, 3, axis=0)
    for bound, furthest in ((stack[0], -np.inf), (stack[-1], np.inf)):
        bound[np.isnan(bound)] = furthest
    return stack


def _subtract(a: Array, b: Array) -> Array:
    return np.asarray(a - b[::-1])


def _negative(a: Array) -> Array:
    return np.asarray(-a[::-1])


def _at_corners(ufunc: np.ufunc) -> Form:
    """A function that rises or falls with each of two operands: its bounds are among what it is at their bounds."""

    def form(a: Array, b: Array) -> Array:
        result: Array = ufunc(a, b)
        if len(result) > 1:
            least = most = result[:: len(result) - 1]
            if len(a) == len(b):
                crossed = ufunc(a[:: len(a) - 1], b[:: 1 - len(b)])
                least, most = np.minimum(least, crossed), np.maximum(most, crossed)
            result[0], result[-1] = np.minimum(least[0], least[1]), np.maximum(most[0], most[1])
        return result

    return form


_multiply, _quotient = _at_corners(np.multiply), _at_corners(np.divide)


def _divide(a: Array, b: Array) -> Array:
    result, through_zero = _quotient(a, b), _has_zero(b)
    if through_zero.any():  # there the quotient may be anything
        result = np.repeat(result, 3, axis=0) if len(result) == 1 else result
        result[0], result[-1] = np.where(through_zero, -np.inf, result[0]), np.where(through_zero, np.inf, result[-1])
    return result


def _has_zero(a: Array) -> Flags:
    return np.asarray((a[0] <= 0.0) & (a[-1] >= 0.0))


def _lowest_at_zero(ufunc: np.ufunc) -> Form:
    """A function that falls to 0 and rises from there."""

    def form(a: Array) -> Array:
        result: Array = ufunc(a)
        if len(a) > 1:
            low, high = result[0], result[-1]
            least, most = np.where(_has_zero(a), 0.0, np.minimum(low, high)), np.maximum(low, high)
            result[0], result[-1] = least, most
        return result

    return form


def _logarithm(ufunc: np.ufunc) -> Form:
    """The logarithm of what may be 0 or less has no lower end; of what stands there as less, none at all."""

    def form(a: Array) -> Array:
        possible = np.maximum(a, 0.0)
        possible[1:-1] = a[1:-1]
        return np.asarray(ufunc(possible))

    return form


def _root(a: Array) -> Array:
    return np.asarray(np.sqrt(np.maximum(a, 0.0)))


def _heaviside(a: Array, at_zero: Array) -> Array:
    return np.asarray(np.heaviside(without_noise(a), at_zero))


def _sign(a: Array) -> Array:
    return np.asarray(np.sign(without_noise(a)))


def _equal(a: Array, b: Array) -> Array:
    """1 where both must be equal, 0 where they cannot be."""
    result = np.equal(a, b).astype(float)
    if len(result) > 1:
        result[0] = (a[0] == a[-1]) & (b[0] == b[-1]) & (a[0] == b[0])
        result[-1] = (a[0] <= b[-1]) & (b[0] <= a[-1])
    return result


FORMS: dict[tuple[np.ufunc, str], Form] = {  # what never falls has its bounds at the bounds: it is its own form
    (np.add, "__call__"): np.add,
    (np.add, "reduce"): np.add.reduce,
    (np.subtract, "__call__"): _subtract,
    (np.negative, "__call__"): _negative,
    (np.multiply, "__call__"): _multiply,
    (np.divide, "__call__"): _divide,
    (np.square, "__call__"): _lowest_at_zero(np.square),
    (np.absolute, "__call__"): _lowest_at_zero(np.absolute),
    (np.equal, "__call__"): _equal,
    (np.exp, "__call__"): np.exp,
    (np.log, "__call__"): _logarithm(np.log),
    (np.log10, "__call__"): _logarithm(np.log10),
    (np.log2, "__call__"): _logarithm(np.log2),
    (np.float_power, "__call__"): _at_corners(np.float_power),  # of a base above 0
    (np.tanh, "__call__"): np.tanh,
    (np.sign, "__call__"): _sign,
    (np.sqrt, "__call__"): _root,
    (np.maximum, "__call__"): np.maximum,
    (np.maximum, "reduce"): np.maximum.reduce,
    (np.heaviside, "__call__"): _heaviside,
}

SUMS: dict[np.ufunc, Callable[[Any, Any], Any]] = {  # a pen writes the products down before they are added up
    np.matvec: lambda w, x: np.add.reduce(w * x[..., None, :], axis=-1),
    np.vecmat: lambda d, w: np.add.reduce(d[..., :, None] * w, axis=-2),
}
"""The sums of products, of the arithmetic of their operands."""
