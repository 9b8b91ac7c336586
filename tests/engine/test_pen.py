"""A pen holds whatever a person comes to who rounds each product and each value as it is written down, for every rule.

The person works with plain floats, one habit at a time, in decimal; nothing is shared with `engine/pen.py`.
"""

from __future__ import annotations

from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.lib.mixins import NDArrayOperatorsMixin

from bptutor.engine.pen import EVEN, Hand, Pen
from tests.engine.test_rules import RULES, _names, _shapes

MODES = {"half up": ROUND_HALF_UP, "half even": ROUND_HALF_EVEN, "cut off": ROUND_DOWN}
PRODUCTS = (np.multiply, np.divide, np.square)


class Person(NDArrayOperatorsMixin):
    """Numbers of a person who rounds every product when it is made; a product by the 1 of a formula is none."""

    def __init__(self, at: Any, digits: int, mode: str):
        self.at, self.digits, self.mode = np.asarray(at, dtype=float), digits, mode

    @property
    def shape(self) -> tuple[int, ...]:
        return self.at.shape

    @property
    def ndim(self) -> int:
        return self.at.ndim

    def __getitem__(self, index: Any) -> Person:
        return Person(self.at[index], self.digits, self.mode)

    def written(self) -> Any:
        """All numbers rounded; 13 digits leave out the noise of floats."""
        place = Decimal(1).scaleb(-self.digits)
        finite = np.where(np.isfinite(self.at), self.at, 0.0)
        texts = (Decimal(f"{value:.12e}").quantize(place, MODES[self.mode]) for value in finite.ravel().tolist())
        numbers = np.array([float(text) for text in texts]).reshape(self.at.shape)
        return np.where(np.isfinite(self.at), numbers, self.at)

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **options: Any) -> Person:
        plain = [value.at if isinstance(value, Person) else np.asarray(value, dtype=float) for value in inputs]
        if ufunc in (np.matvec, np.vecmat):
            a, b = plain
            products = a * b[..., None, :] if ufunc is np.matvec else a[..., :, None] * b
            axis = -1 if ufunc is np.matvec else -2
            return Person(Person(products, self.digits, self.mode).written().sum(axis=axis), self.digits, self.mode)
        found = Person(getattr(ufunc, method)(*plain, **options), self.digits, self.mode)
        if ufunc in PRODUCTS and not any(value.ndim == 0 and value == 1 for value in plain):
            found.at = found.written()
        return found


@st.composite
def sheets(draw: st.DrawFn) -> tuple[str, list[Any], int, str]:
    """A rule, its operands as written (up to two digits more than are in use), the digits, a way of rounding."""
    name = draw(st.sampled_from(sorted(RULES)))
    digits, finer = draw(st.integers(1, 4)), draw(st.integers(0, 2))
    unit = 10 ** (digits + finer)
    signed = not {"out", "identity"} & set(_names(name))
    operands = []
    for shape in _shapes(name):
        size = int(np.prod(shape))
        numbers = st.integers(1, unit - 1)
        whole = np.array(draw(st.lists(numbers, min_size=size, max_size=size)), dtype=float).reshape(shape)
        operands.append(whole / unit - 0.5 * signed)
    return name, operands, digits, draw(st.sampled_from(sorted(MODES)))


def _pens(operands: list[Any], digits: int, *, cuts: bool) -> list[Pen]:
    hand = Hand(np.array([10.0**-digits]), cuts)
    numbers = [np.asarray(operand, dtype=float)[None] for operand in operands]
    return [Pen(number[None], hand) for number in numbers]


def _assert_inside(pen: Pen, value: Any, why: str) -> None:
    shape = np.broadcast_shapes(pen.shape[1:], np.shape(value))
    lo, hi = (np.broadcast_to(bound, (1, *shape)) for bound in (pen.lo, pen.hi))
    slack = 2 * EVEN * float(pen.hand.unit[0])  # what is nearer than that to an even number is taken as even
    assert np.all((lo - slack <= value) & (value <= hi + slack)), (why, pen.stack, value)


@settings(max_examples=120)
@given(sheets())
def test_whoever_rounds_every_product_stays_inside(sheet: tuple[str, list[Any], int, str]) -> None:
    name, operands, digits, mode = sheet
    with np.errstate(all="ignore"):
        pen = RULES[name](*_pens(operands, digits, cuts=mode == "cut off"))
        found = RULES[name](*(Person(operand, digits, mode) for operand in operands))
    if not np.all(np.isfinite(found.at)):  # a rounded 0 that is divided by, or whose logarithm is taken
        return
    _assert_inside(pen.used(), found.at, f"{name}, products rounded, {mode}")
    _assert_inside(pen.noted(0.5), found.written(), f"{name}, written down, {mode}")


@settings(max_examples=80)
@given(sheets(), st.sampled_from([-0.5, -0.4, -0.1, 0.0, 0.3, 0.5]))
def test_what_is_exact_stays_inside_where_operands_are_uncertain(
    sheet: tuple[str, list[Any], int, str], off: float
) -> None:
    name, operands, digits, mode = sheet
    cuts = mode == "cut off"
    half = 0.5 * 10.0**-digits
    uncertain = [Pen(np.array([p.lo - half, p.at, p.hi + half]), p.hand) for p in _pens(operands, digits, cuts=cuts)]
    with np.errstate(all="ignore"):
        pen, value = RULES[name](*uncertain), RULES[name](*(operand + 2 * off * half for operand in operands))
    if np.all(np.isfinite(value)):
        _assert_inside(pen, value, name)


def test_a_product_of_a_product_may_be_rounded_half_up_twice() -> None:
    operands, person = ([0.4], [0.9]), 0.2  # 0.5² = 0.25, written 0.3; half of that 0.15, written 0.2
    pen = RULES["half_squared_error"](*_pens([np.array(one) for one in operands], 1, cuts=False))
    _assert_inside(pen.noted(0.5), np.array([person]), "half squared error")


@pytest.mark.parametrize("cuts", [False, True])
def test_what_comes_out_even_is_allowed_nothing(cuts: bool) -> None:
    net = RULES["weighted_sum"](*_pens([[[0.5, 0.2]], [0.4, 0.3], [0.1]], 2, cuts=cuts))
    assert net.lo == pytest.approx(0.36, abs=1e-12)
    assert net.hi == pytest.approx(0.36, abs=1e-12)
    written = net.noted(0.5)
    assert (written.lo, written.hi) == pytest.approx((0.36, 0.36), abs=1e-12)
