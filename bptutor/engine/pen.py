"""An array of numbers on paper: what each may be, and what stands there, when a person works with pen and calculator.

A number that was written down stands for all that is written so; a product or a quotient that is used further may have
been written down, rounded, before. So a `Pen` knows between which numbers each element lies (`lo` ≤ `hi`), what it is
as written (`at`), and whether it is a product that has not been used yet. What comes out even at the digits in use was
written down as it is: it is allowed nothing.

    0.15·0.8 + 0.35·0.5     with 2 digits in use, one sheet
    0.12 comes out even; 0.175 may have become 0.17 or 0.18, so the sum lies between 0.29 and 0.30

The first axis of all arrays is that of the sheets, or 1 where all have the same. Every rule runs on it unchanged
(NEP 13), as on `Interval`, whose forms it uses; the caller says what numpy does with what leaves the floats.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

from bptutor.engine.arrays import Flags
from bptutor.engine.interval import FORMS, Interval
from bptutor.problem import Array

EVEN = 1e-6
"""Of a unit: nearer than this, a number that was worked out in floats stands on the grid of the digits in use."""

ONCE_AND_A_HALF = 0.55
"""Of a unit: how far a number lies from the one written for it, by one who keeps a digit more and rounds it away.

0.54999… rounds to 0.55 with two digits and from there to 0.6: half a unit, and half a unit of the digit more.
"""

_PRODUCTS = (np.multiply, np.divide, np.square)


class Hand(NamedTuple):
    """How a sheet is written: `unit` (sheets,), one unit of the last digit in use; `cuts`, if digits are cut off."""

    unit: Array
    cuts: bool = False

    def unit_for(self, ndim: int) -> Array:
        """The unit, to be used beside an array with so many axes."""
        return self.unit.reshape(-1, *(1,) * (ndim - 1))

    def even(self, at: Array) -> Flags:
        """Which numbers come out even at the digits in use."""
        unit = self.unit_for(at.ndim)
        return np.asarray(np.abs(at - np.rint(at / unit) * unit) <= EVEN * unit)

    def written(self, at: Array) -> Array:
        """The numbers as written with the digits in use."""
        unit = self.unit_for(at.ndim)
        whole = at / unit
        return np.asarray((np.trunc(whole + np.sign(whole) * EVEN) if self.cuts else np.rint(whole)) * unit)


class Pen(NDArrayOperatorsMixin):
    """Numbers on paper; see the module. `hand` is how they are worked with, `product` what has not been used yet."""

    __slots__ = ("at", "hand", "hi", "lo", "product")

    def __init__(self, lo: Array, hi: Array, at: Array, hand: Hand, *, product: bool = False):
        self.lo, self.hi, self.at, self.hand, self.product = lo, hi, at, hand, product

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of all its arrays."""
        return self.at.shape

    @property
    def arrays(self) -> tuple[Array, Array, Array]:
        """`lo`, `hi` and `at`."""
        return self.lo, self.hi, self.at

    @property
    def ndim(self) -> int:
        """The number of their axes."""
        return self.at.ndim

    def __getitem__(self, index: Any) -> Pen:
        return Pen(self.lo[index], self.hi[index], self.at[index], self.hand, product=self.product)

    @property
    def even(self) -> Flags:
        """Where a number needs no rounding: a product of what was written, or what can be one number only."""
        even = self.hand.even(self.at)
        return even if self.product else even & self.sure

    @property
    def sure(self) -> Flags:
        """Where it can be one number only."""
        return np.asarray(self.hi - self.lo <= EVEN * self.hand.unit_for(self.ndim))

    def beside(self, axes: int) -> Pen:
        """The same for use beside an array with so many axes: the first one stays that of the sheets."""
        shape = (len(self.at), *(1,) * (axes - self.ndim), *self.shape[1:])
        lo, hi, at = (values.reshape(shape) for values in self.arrays)
        return Pen(lo, hi, at, self.hand, product=self.product)

    def used(self) -> Pen:
        """As it goes into a further operation: a product may have been written down before."""
        return self.noted(0.5) if self.product else self

    def noted(self, half: float) -> Pen:
        """As it may be when it was written down with the digits in use: `half` a unit off, or cut off, or as it is."""
        unit = np.where(self.even, 0.0, self.hand.unit_for(self.ndim))
        if self.hand.cuts:
            lo, hi = np.where(self.hi > 0, self.lo - unit, self.lo), np.where(self.lo < 0, self.hi + unit, self.hi)
        else:
            lo, hi = self.lo - half * unit, self.hi + half * unit
        return Pen(lo, hi, self.hand.written(self.at), self.hand)

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **options: Any) -> Pen:
        pens = [self._like(value) for value in inputs]
        if ufunc is np.negative:
            (one,) = pens
            return Pen(-one.hi, -one.lo, -one.at, self.hand, product=one.product)
        if ufunc is np.multiply and (plain := next((p for p in pens if _is_one(p)), None)):
            return pens[0] if plain is pens[1] else pens[1]
        if (ufunc, method) == (np.add, "reduce") and pens[0].shape[options["axis"]] == 1:
            return pens[0] if options.get("keepdims") else pens[0][*_first(options["axis"])]
        pens = [pen.used() for pen in pens]
        if ufunc is np.matvec:
            w, x = pens
            return np.add.reduce(w * x[..., None, :], axis=-1)  # type: ignore[no-any-return]
        if ufunc is np.vecmat:
            d, w = pens
            return np.add.reduce(d[..., :, None] * w, axis=-2)  # type: ignore[no-any-return]
        return self._worked_out(ufunc, method, pens, options)

    def _worked_out(self, ufunc: np.ufunc, method: str, pens: list[Pen], options: dict[str, Any]) -> Pen:
        form = FORMS.get((ufunc, method))
        if form is None:
            raise TypeError(f"no interval form of {ufunc.__name__}.{method}")
        axes = max(pen.ndim for pen in pens)
        pens = [pen if pen.ndim in (0, axes) else pen.beside(axes) for pen in pens]
        bounds = form(*(Interval(pen.lo, pen.hi) for pen in pens), **options)
        at = np.asarray(getattr(ufunc, method)(*(pen.at for pen in pens), **options))
        lo, hi = bounds.lo, bounds.hi
        if np.isnan(lo.sum() + hi.sum()):  # one cell may leave the floats among thousands that do not
            lo, hi = np.where(np.isnan(lo), -np.inf, lo), np.where(np.isnan(hi), np.inf, hi)
        return Pen(lo, hi, at, self.hand, product=ufunc in _PRODUCTS)

    def _like(self, value: Any) -> Pen:
        if isinstance(value, Pen):
            return value
        numbers = np.asarray(value, dtype=float)
        return Pen(numbers, numbers, numbers, self.hand)


def _first(axis: int) -> tuple[Any, ...]:
    """The index of the first element along one of the last axes, −1 or −2."""
    return (..., 0, *(slice(None),) * (-axis - 1))


def _is_one(pen: Pen) -> bool:
    """Whether this is the constant 1 of a formula: nobody writes that product down."""
    return pen.ndim == 0 and bool(pen.at == 1.0)
