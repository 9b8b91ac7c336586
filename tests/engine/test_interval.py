from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bptutor.engine.evaluate import run
from bptutor.engine.interval import FORMS, SUMS, Interval, interval, where
from bptutor.engine.page import page
from bptutor.engine.quantities import Quantity
from bptutor.files.library import load

NUMBERS = st.floats(-8, 8, allow_nan=False).map(lambda value: round(value, 6))
UNARY: list[Callable[..., Any]] = [
    np.negative,
    np.square,
    np.absolute,
    np.exp,
    np.tanh,
    lambda a: np.heaviside(a, 0),
    lambda a: np.heaviside(a, 1),
    lambda a: np.float_power(10.0, a),
    lambda a: np.float_power(0.9, a),
    np.sign,
    lambda a: np.sqrt(np.square(a)),
]
BINARY: list[Callable[..., Any]] = [np.add, np.subtract, np.multiply, np.divide, np.maximum]


@st.composite
def with_point(draw: st.DrawFn, shape: tuple[int, ...]) -> tuple[Interval, Any]:
    """An interval of a shape, and an array of points inside it."""
    size = int(np.prod(shape))
    ends = np.array(draw(st.lists(st.tuples(NUMBERS, NUMBERS), min_size=size, max_size=size))).reshape(*shape, 2)
    lo, hi = ends.min(-1), ends.max(-1)
    share = np.array(draw(st.lists(st.sampled_from([0.0, 0.25, 0.5, 0.9, 1.0]), min_size=size, max_size=size)))
    return Interval(lo, hi), np.clip(lo + share.reshape(shape) * (hi - lo), lo, hi)


def assert_inside(bounds: Interval, value: Any) -> None:
    slack = 1e-12 * np.maximum(1, np.abs(value))
    assert np.all((bounds.lo - slack <= value) & (value <= bounds.hi + slack)), (bounds, value)


@given(with_point((3,)), st.sampled_from(UNARY))
def test_one_operand_stays_inside(operand: tuple[Interval, Any], function: Callable[..., Any]) -> None:
    bounds, point = operand
    assert_inside(function(bounds), function(point))


@given(with_point((3,)), with_point((3,)), st.sampled_from(BINARY))
def test_two_operands_stay_inside(
    a: tuple[Interval, Any], b: tuple[Interval, Any], function: Callable[..., Any]
) -> None:
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        value = function(a[1], b[1])
        bounds = function(a[0], b[0])
        assert_inside(bounds, np.where(np.isfinite(value), value, bounds.lo))


@given(with_point((2, 3)), with_point((3,)), with_point((2,)))
def test_products_of_matrices_stay_inside(
    w: tuple[Interval, Any], x: tuple[Interval, Any], d: tuple[Interval, Any]
) -> None:
    assert_inside(np.matvec(w[0], x[0]), np.matvec(w[1], x[1]))
    assert_inside(np.vecmat(d[0], w[0]), np.vecmat(d[1], w[1]))
    assert_inside(d[0][..., :, None] * x[0][..., None, :], d[1][:, None] * x[1])


@given(with_point((2, 3)))
def test_reductions_stay_inside(operand: tuple[Interval, Any]) -> None:
    bounds, point = operand
    for reduce in (np.add.reduce, np.maximum.reduce):
        for keepdims in (False, True):
            assert_inside(reduce(bounds, axis=-1, keepdims=keepdims), reduce(point, axis=-1, keepdims=keepdims))


@given(with_point((3,)))
def test_logarithm_stays_inside(operand: tuple[Interval, Any]) -> None:
    bounds, point = Interval(np.abs(operand[0].lo), np.abs(operand[0].lo) + 1), np.abs(operand[0].lo) + 0.5
    assert_inside(np.log(bounds), np.log(point))
    assert_inside(np.log10(bounds), np.log10(point))
    assert_inside(np.log2(bounds), np.log2(point))


def test_logarithm_of_what_may_be_zero_or_less_has_no_lower_end() -> None:
    bounds = np.log(Interval([-1.0, 0.0, -2.0], [1.0, 2.0, -1.0]))
    assert bounds.lo.tolist() == [-np.inf] * 3
    assert bounds.hi[:2].tolist() == [0.0, float(np.log(2.0))]


def test_a_quotient_through_zero_may_be_anything() -> None:
    bounds = 1 / Interval([-1.0, 0.0, -1.0, 0.0, 2.0], [1.0, 2.0, 0.0, 0.0, 4.0])
    assert bounds.lo.tolist() == [-np.inf] * 4 + [0.25]
    assert bounds.hi.tolist() == [np.inf] * 4 + [0.5]


def test_arithmetic_with_plain_numbers_and_arrays() -> None:
    a = Interval([1.0, -2.0], [2.0, 3.0])
    for result, lo, hi in (
        (a + 1, [2, -1], [3, 4]),
        (1 - a, [-1, -2], [0, 3]),
        (np.array([2.0, -1.0]) * a, [2, -3], [4, 2]),
        (a / 2, [0.5, -1], [1, 1.5]),
        (-a, [-2, -3], [-1, 2]),
        (np.square(a), [1, 0], [4, 9]),
        (np.absolute(a), [1, 0], [2, 3]),
        (np.log10(np.square(a) * 100), [2, -np.inf], [2 + np.log10(4), 2 + np.log10(9)]),
        (np.maximum(0, a), [1, 0], [2, 3]),
        (np.heaviside(a, 0), [1, 0], [1, 1]),
    ):
        assert result.lo.tolist() == lo
        assert result.hi.tolist() == hi


def test_shape_index_contains_and_text() -> None:
    a = Interval.around(np.array([[1.0, 2.0]]), 0.5)
    assert (a.shape, a.ndim) == ((1, 2), 2)
    assert a[0, 1].lo == 1.5
    assert a[..., None].shape == (1, 2, 1)
    assert a.contains([0.5, 2.5]).tolist() == [[True, True]]
    assert a.contains([0.49, 2.51]).tolist() == [[False, False]]
    assert "Interval" in repr(a)
    assert interval(a) is a
    assert interval(3).lo == interval(3).hi == 3


def test_where_chooses_between_numbers_and_intervals() -> None:
    mask = np.array([True, False])
    assert where(mask, 1.0, np.array([2.0, 3.0])).tolist() == [1, 3]
    chosen = where(mask, Interval(0, 1), np.array([5.0, 6.0]))
    assert (chosen.lo.tolist(), chosen.hi.tolist()) == ([0, 6], [1, 6])


@pytest.mark.parametrize("ufunc", [np.sin, np.arctan, np.floor, np.cbrt, np.power, np.greater, np.minimum])
def test_an_unknown_ufunc_fails_loudly(ufunc: Any) -> None:
    with pytest.raises(TypeError, match=f"no interval form of {ufunc.__name__}"):
        ufunc(*[Interval(1, 2)] * ufunc.nin)


def test_an_unknown_method_of_a_known_ufunc_fails_loudly() -> None:
    with pytest.raises(TypeError, match=r"no interval form of multiply\.reduce"):
        np.multiply.reduce(Interval([1.0], [2.0]))
    with pytest.raises(TypeError):
        np.add.accumulate(Interval([1.0], [2.0]))


def test_every_form_is_tested_here() -> None:
    tested = {"negative", "square", "exp", "tanh", "heaviside", "add", "subtract", "multiply", "divide", "maximum"}
    tested |= {"log", "log10", "log2", "float_power", "absolute", "sqrt", "sign", "matvec", "vecmat", "equal"}
    assert {ufunc.__name__ for ufunc in (*(ufunc for ufunc, _method in FORMS), *SUMS)} == tested


def test_equal_is_1_where_it_must_be_and_0_where_it_cannot_be() -> None:
    found = np.equal(Interval([0, 0, 0.5], [0, 1, 1]), 0)
    assert (found.lo.tolist(), found.hi.tolist()) == ([1, 0, 0], [1, 1, 0])


def _widened(_quantity: Quantity, value: Any) -> Interval:
    return Interval(interval(value).lo - 0.00005, interval(value).hi + 0.00005)


@pytest.mark.parametrize(
    ("name", "quantity", "typed"), [("bce-notes", "out2", 1.0), ("relu-softmax", "out2", 0.0), ("mazur", "out1", 1e200)]
)
def test_one_impossible_number_leaves_the_others_alone(name: str, quantity: str, typed: float) -> None:
    """Of three students one types a number that leaves the floats further on: for that one, anything may follow."""
    written = page(load(name))
    found = run(written.recipe, written.given)
    [cells] = [q for q in written.recipe if q == quantity]
    numbers = np.stack([np.asarray(found[cells])] * 3)
    numbers[1] = typed
    answers = {cells: (np.ones(numbers.shape, dtype=bool), Interval.around(numbers, 0.00005))}
    followed = run(written.recipe, written.given, settle=_widened, answers=answers)
    last = next(reversed(written.recipe))
    bounds = interval(followed[last])
    assert not np.isnan(bounds.lo).any()
    assert not np.isnan(bounds.hi).any()
    assert interval(Interval(bounds.lo[[0, 2]], bounds.hi[[0, 2]])).contains(found[last]).all()
