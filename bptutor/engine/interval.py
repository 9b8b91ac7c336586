"""An array of intervals: what a number may be that was rounded when it was written down.

Every rule runs on it unchanged (NEP 13): a ufunc is looked up in a table from ufunc to its interval form; one that
is missing there fails loudly. Bounds are those of ordinary float64 arithmetic (not rounded outward), so a caller
that compares leaves a little slack.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

from bptutor.problem import Array


class Interval(NDArrayOperatorsMixin):
    """Two arrays of one shape, `lo` ≤ `hi` cell by cell."""

    __slots__ = ("hi", "lo")

    def __init__(self, lo: Any, hi: Any):
        self.lo: Array = np.asarray(lo, dtype=float)
        self.hi: Array = np.asarray(hi, dtype=float)

    @classmethod
    def around(cls, value: Any, radius: Any) -> Interval:
        """The interval of `value` ± `radius` (radius ≥ 0; both arrays or numbers)."""
        return cls(np.subtract(value, radius), np.add(value, radius))

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of both bounds."""
        return self.lo.shape

    @property
    def ndim(self) -> int:
        """The number of axes of both bounds."""
        return self.lo.ndim

    def __getitem__(self, index: Any) -> Interval:
        return Interval(self.lo[index], self.hi[index])

    def __repr__(self) -> str:
        return f"Interval({self.lo!r}, {self.hi!r})"

    def contains(self, value: Any) -> Any:
        """Cell by cell, whether `value` lies inside, the ends included."""
        return (self.lo <= value) & (value <= self.hi)

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **options: Any) -> Any:
        form = FORMS.get((ufunc, method))
        if form is None:
            raise TypeError(f"no interval form of {ufunc.__name__}.{method}")
        # One cell may leave the floats (the logarithm of a typed 0) among thousands that do not: it may be anything.
        with np.errstate(all="ignore"):
            result = form(*map(interval, inputs), **options)
        for bound, furthest in ((result.lo, -np.inf), (result.hi, np.inf)):
            if (lost := np.isnan(bound)).any():
                bound[lost] = furthest
        return result


def interval(value: Any) -> Interval:
    """The value itself if it is an interval already, else the interval of width 0 at that number."""
    return value if isinstance(value, Interval) else Interval(value, value)


def where(mask: Any, chosen: Any, other: Any) -> Any:
    """`numpy.where` for arrays and for intervals (which numpy's own cannot choose between)."""
    if isinstance(chosen, Interval) or isinstance(other, Interval):
        a, b = interval(chosen), interval(other)
        return Interval(np.where(mask, a.lo, b.lo), np.where(mask, a.hi, b.hi))
    return np.where(mask, chosen, other)


def _monotone(ufunc: Any) -> Callable[..., Interval]:
    """A function that never falls: its bounds are its values at the bounds."""
    return lambda *operands, **options: Interval(
        ufunc(*(a.lo for a in operands), **options), ufunc(*(a.hi for a in operands), **options)
    )


def _subtract(a: Interval, b: Interval) -> Interval:
    return Interval(a.lo - b.hi, a.hi - b.lo)


def _negative(a: Interval) -> Interval:
    return Interval(-a.hi, -a.lo)


def _multiply(a: Interval, b: Interval) -> Interval:
    p, q, r, s = a.lo * b.lo, a.lo * b.hi, a.hi * b.lo, a.hi * b.hi
    return Interval(np.minimum(np.minimum(p, q), np.minimum(r, s)), np.maximum(np.maximum(p, q), np.maximum(r, s)))


def _divide(a: Interval, b: Interval) -> Interval:
    inverse = Interval(1.0 / b.hi, 1.0 / b.lo)
    through_zero = b.contains(0.0)  # the quotient may be anything
    result = _multiply(a, where(through_zero, 0.0, inverse))
    return Interval(np.where(through_zero, -np.inf, result.lo), np.where(through_zero, np.inf, result.hi))


def _square(a: Interval) -> Interval:
    lo, hi = np.square(a.lo), np.square(a.hi)
    return Interval(np.where(a.contains(0.0), 0.0, np.minimum(lo, hi)), np.maximum(lo, hi))


def _absolute(a: Interval) -> Interval:
    lo, hi = np.abs(a.lo), np.abs(a.hi)
    return Interval(np.where(a.contains(0.0), 0.0, np.minimum(lo, hi)), np.maximum(lo, hi))


def _logarithm(ufunc: Any) -> Callable[[Interval], Interval]:
    return lambda a: Interval(ufunc(np.maximum(a.lo, 0.0)), ufunc(np.maximum(a.hi, 0.0)))


def _matvec(w: Interval, x: Interval) -> Interval:
    products = _multiply(w, x[..., None, :])
    return Interval(products.lo.sum(-1), products.hi.sum(-1))


def _vecmat(d: Interval, w: Interval) -> Interval:
    products = _multiply(d[..., :, None], w)
    return Interval(products.lo.sum(-2), products.hi.sum(-2))


def _equal(a: Interval, b: Interval) -> Interval:
    """1 where both must be equal, 0 where they cannot be."""
    surely = (a.lo == a.hi) & (b.lo == b.hi) & (a.lo == b.lo)
    return Interval(surely, (a.lo <= b.hi) & (b.lo <= a.hi))


FORMS: dict[tuple[np.ufunc, str], Callable[..., Interval]] = {
    (np.add, "__call__"): _monotone(np.add),
    (np.add, "reduce"): _monotone(np.add.reduce),
    (np.subtract, "__call__"): _subtract,
    (np.negative, "__call__"): _negative,
    (np.multiply, "__call__"): _multiply,
    (np.divide, "__call__"): _divide,
    (np.square, "__call__"): _square,
    (np.absolute, "__call__"): _absolute,
    (np.equal, "__call__"): _equal,
    (np.exp, "__call__"): _monotone(np.exp),
    (np.log, "__call__"): _logarithm(np.log),
    (np.log10, "__call__"): _logarithm(np.log10),
    (np.tanh, "__call__"): _monotone(np.tanh),
    (np.maximum, "__call__"): _monotone(np.maximum),
    (np.maximum, "reduce"): _monotone(np.maximum.reduce),
    (np.heaviside, "__call__"): _monotone(np.heaviside),
    (np.matvec, "__call__"): _matvec,
    (np.vecmat, "__call__"): _vecmat,
}
