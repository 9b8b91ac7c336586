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

from bptutor.engine.arrays import Cells, Flags
from bptutor.engine.interval import SUMS, anything_where_lost, form_of
from bptutor.problem import Array

EVEN = 1e-6
"""Of a unit: nearer than this, a number that was worked out in floats stands on the grid of the digits in use."""

ONCE_AND_A_HALF = 0.55
"""Of a unit: how far a number lies from the one written for it, by one who keeps a digit more and rounds it away.

0.54999… rounds to 0.55 with two digits and from there to 0.6: half a unit, and half a unit of the digit more.
"""

_PRODUCTS = (np.multiply, np.divide, np.square, np.sqrt, np.float_power)
_PLAIN, _CONSTANT = (int, float), {1}  # the types of the constants of formulas, and how many axes their stacks have


class Hand(NamedTuple):
    """How a sheet is written: `unit` (sheets,), one unit of the last digit in use; `cuts`, if digits are cut off."""

    unit: Array
    cuts: bool = False

    def unit_for(self, ndim: int) -> Array:
        """The unit, to be used beside an array with so many axes."""
        return self.unit.reshape(-1, *(1,) * (ndim - 1)) if ndim > 1 else self.unit

    def some(self, rows: Cells) -> Hand:
        """That of these sheets only."""
        return Hand(self.unit[rows], self.cuts)


class Pen(NDArrayOperatorsMixin):
    """Numbers on paper; see the module. `hand` is how they are worked with, `product` what has not been used yet.

    `stack` has `lo`, `at` and `hi` in its first axis, which is 1 long where they are one and the same.
    A product of something `rounded` (of all sheets, or of those that say so) is even for sure only where it can be one
    number only: 0.5² = 0.25 is 0.2 or 0.3 on paper, and half of that 0.1 or 0.15.
    """

    __slots__ = ("hand", "product", "rounded", "stack")

    def __init__(self, stack: Array, hand: Hand, *, product: bool = False, rounded: bool | Flags = False):
        self.stack, self.hand, self.product, self.rounded = stack, hand, product, rounded

    @property
    def lo(self) -> Array:
        """The lowest number that each element may be."""
        return self.stack[0]  # type: ignore[no-any-return]

    @property
    def at(self) -> Array:
        """What stands there."""
        return self.stack[len(self.stack) // 2]  # type: ignore[no-any-return]

    @property
    def hi(self) -> Array:
        """The highest number that each element may be."""
        return self.stack[-1]  # type: ignore[no-any-return]

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of `lo`, `at` and `hi`."""
        return self.stack.shape[1:]

    @property
    def ndim(self) -> int:
        """The number of their axes."""
        return self.stack.ndim - 1

    def _with(self, stack: Array) -> Pen:
        return Pen(stack, self.hand, product=self.product, rounded=self.rounded)

    def __getitem__(self, index: Any) -> Pen:
        return self._with(self.stack[:, *(index if isinstance(index, tuple) else (index,))])

    def of_sheets(self, rows: Cells) -> Pen:
        """That of these sheets only, worked with as before."""
        rounded = np.asarray(self.rounded)
        some: Flags = np.asarray(rounded[rows] if rounded.size > 1 else rounded)
        return Pen(self.stack[:, rows], self.hand, product=self.product, rounded=some)

    def used(self) -> Pen:
        """As it goes into a further operation: a product may have been written down before."""
        if not self.product:
            return self
        whole, even = self._whole()
        return Pen(self.stack, self.hand) if even.all() else self._written(0.5, whole, even)

    def noted(self, half: float) -> Pen:
        """As it may be when it was written down with the digits in use: `half` a unit off, or cut off, or as it is."""
        return self._written(half, *self._whole())

    def _whole(self) -> tuple[Array, Flags]:
        """What stands there in whole units, rounded or cut off, and where it needs no rounding.

        That is a product of what was written and comes out even, or what can be one number only, which does.
        """
        unit = self.hand.unit_for(self.ndim)
        exact = self.at / unit
        whole = np.rint(exact)
        even = np.abs(exact - whole) <= EVEN
        if not self.product:
            even &= self.hi - self.lo <= EVEN * unit
        elif np.any(self.rounded):
            loose = np.reshape(self.rounded, (-1, *(1,) * (self.ndim - 1)) if self.ndim else ())
            even &= (self.hi - self.lo <= EVEN * unit) | ~loose
        return (np.trunc(exact + np.sign(exact) * EVEN) if self.hand.cuts else whole), even

    def _written(self, half: float, whole: Array, even: Flags) -> Pen:
        unit, lo, hi = self.hand.unit_for(self.ndim), self.lo, self.hi
        stack = np.empty((3, *even.shape))
        if self.hand.cuts:
            off = unit * ~even
            stack[0], stack[2] = np.where(hi > 0, lo - off, lo), np.where(lo < 0, hi + off, hi)
        else:
            off = half * unit * ~even
            stack[0], stack[2] = lo - off, hi + off
        stack[1] = whole * unit
        return Pen(stack, self.hand, rounded=True)

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **options: Any) -> Pen:
        if ufunc in SUMS:
            return SUMS[ufunc](*inputs)  # type: ignore[no-any-return]
        if ufunc is np.negative:
            return self._with(-self.stack[::-1])
        if method == "reduce" and ufunc is np.add and self.shape[options["axis"]] == 1:
            return self if options.get("keepdims") else self[*_first(options["axis"])]
        if ufunc is np.multiply and (_is_one(inputs[0]) or _is_one(inputs[1])):
            return self
        stacks, rounded = list[Array](), np.array(False)
        for value in inputs:
            if not isinstance(value, Pen):
                stacks.append(np.array([value], dtype=float))
            elif value.product:
                used = value.used()
                stacks.append(used.stack)
                rounded = rounded | used.rounded
            else:
                stacks.append(value.stack)
                rounded = rounded | value.rounded
        if len({stack.ndim for stack in stacks} - _CONSTANT) > 1:
            stacks = _side_by_side(stacks)
        stack = anything_where_lost(form_of(ufunc, method)(*stacks, **options))
        return Pen(stack, self.hand, product=ufunc in _PRODUCTS, rounded=rounded)


def _side_by_side(stacks: list[Array]) -> list[Array]:
    """The stacks with as many axes each: the first two stay what they are, that of the stack and that of the sheets."""
    axes = max(stack.ndim for stack in stacks)
    return [
        stack.reshape(*stack.shape[:2], *(1,) * (axes - stack.ndim), *stack.shape[2:]) if stack.ndim > 1 else stack
        for stack in stacks
    ]


def _first(axis: int) -> tuple[Any, ...]:
    """The index of the first element along one of the last axes, −1 or −2."""
    return (..., 0, *(slice(None),) * (-axis - 1))


def _is_one(value: Any) -> bool:
    """Whether this is the constant 1 of a formula: nobody writes that product down."""
    return isinstance(value, _PLAIN) and value == 1
