from __future__ import annotations

from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bptutor.engine import decimals
from bptutor.engine.decimals import fixed, significant, widest

FLOATS = st.floats(allow_nan=False, allow_infinity=False, min_value=-1e12, max_value=1e12)
PLACES = st.integers(0, 12)
TIES = st.sampled_from(["half_up", "half_even"])


def _oracle(value: float, places: int, ties: str) -> Decimal:
    """Half up or even in `decimal`, of the number that 14 digits show (of the float, where more are asked for)."""
    number = Context(prec=14, rounding=ROUND_HALF_EVEN).create_decimal(Decimal(value))
    unit = Decimal(1).scaleb(-places)
    if number.is_zero() or number.adjusted() + places >= 13:  # 14 digits leave none to round by
        number = Decimal(repr(value))
    return number.quantize(unit, {"half_up": ROUND_HALF_UP, "half_even": ROUND_HALF_EVEN}[ties], Context(prec=400))


@pytest.mark.parametrize(
    ("value", "places", "half_up", "half_even"),
    [
        (0.3925, 3, "0.393", "0.392"),
        (0.3935, 3, "0.394", "0.394"),
        (-0.3925, 3, "-0.393", "-0.392"),
        (2.5, 0, "3", "2"),
        (3.5, 0, "4", "4"),
        (0.5, 0, "1", "0"),
        (-0.5, 0, "-1", "0"),
        (1.005, 2, "1.01", "1.00"),
        (0.045, 2, "0.05", "0.04"),
        (0.1 + 0.2, 1, "0.3", "0.3"),
        (0.15 + 0.1, 1, "0.3", "0.2"),
        (0.00005, 4, "0.0001", "0.0000"),
        (0.3924999, 3, "0.392", "0.392"),
        (0.39250001, 3, "0.393", "0.393"),
        (-0.00004, 4, "0.0000", "0.0000"),
        (-0.0, 4, "0.0000", "0.0000"),
        (0.99995, 4, "1.0000", "1.0000"),
        (1e15, 4, "1000000000000000.0000", "1000000000000000.0000"),
        (1e-300, 4, "0.0000", "0.0000"),
        (-1e-300, 0, "0", "0"),
    ],
)
def test_rounds_as_on_paper(value: float, places: int, half_up: str, half_even: str) -> None:
    for ties, text in (("half_up", half_up), ("half_even", half_even)):
        assert decimals.fixed(places, ties)(np.array([value])) == [text]
        assert float(decimals.rounded(places, ties)(np.array([value]))[0]) == float(text)
        assert decimals.on_paper(value, places, ties) == Decimal(text)


@given(FLOATS, PLACES, TIES)
def test_rounding_equals_decimal(value: float, places: int, ties: str) -> None:
    assume(abs(value) * 10.0**places < 1e12)
    expected = _oracle(value, places, ties)
    assert decimals.on_paper(value, places, ties) == expected
    assert float(decimals.rounded(places, ties)(np.array(value))) == float(expected)


@pytest.mark.parametrize(("ties", "expected"), [("half_up", "100000000000.13"), ("half_even", "100000000000.12")])
def test_a_tie_behind_the_14th_digit(ties: str, expected: str) -> None:
    assert decimals.on_paper(100000000000.125, 2, ties) == Decimal(expected)


@given(st.integers(-(10**9), 10**9), st.integers(0, 6), TIES)
def test_a_typed_tie_is_a_tie(number: int, places: int, ties: str) -> None:
    tie = float(Decimal(number * 10 + 5).scaleb(-places - 1))
    exact = Decimal(number * 10 + 5).scaleb(-places - 1)
    rounding = {"half_up": ROUND_HALF_UP, "half_even": ROUND_HALF_EVEN}[ties]
    expected = exact.quantize(Decimal(1).scaleb(-places), rounding)
    assert float(decimals.rounded(places, ties)(np.array([tie]))[0]) == float(expected)


@given(FLOATS, PLACES, TIES)
def test_text_is_never_minus_zero_and_reads_back(value: float, places: int, ties: str) -> None:
    show = decimals.fixed(places, ties)
    (text,) = show(np.array([value]))
    assert not (text.startswith("-") and float(text) == 0)
    assert len(text.partition(".")[2]) == places
    assert float(text) == float(decimals.rounded(places, ties)(np.array([value]))[0])
    assert decimals.show_one(show, value) == text
    assert np.copysign(1, decimals.rounded(places, ties)(np.array(value))) == 1 or float(text) < 0


@given(FLOATS, PLACES, TIES)
def test_rounding_twice_changes_nothing(value: float, places: int, ties: str) -> None:
    settle = decimals.rounded(places, ties)
    once = settle(np.array([value]))
    assert np.array_equal(settle(once), once)


@pytest.mark.parametrize("shape", [(), (1,), (3,), (2, 3), (0,), (4, 1, 2)])
def test_rounding_keeps_the_shape(shape: tuple[int, ...]) -> None:
    values = np.full(shape, 0.3925)
    for settle in (decimals.rounded(3), decimals.read_back(decimals.fixed(3))):
        assert settle(values).shape == shape
        assert np.array_equal(settle(values), np.full(shape, 0.393))


@pytest.mark.parametrize(
    ("value", "figures", "text"),
    [
        (0.0, 3, "0"),
        (-0.0, 3, "0"),
        (0.0474258731776, 3, "0.0474"),
        (9.996, 3, "10.0"),
        (0.09996, 3, "0.100"),
        (-0.3925, 3, "-0.393"),
        (1234.5, 2, "1200"),
        (999.96, 4, "1000"),
        (3.266878922e-07, 4, "3.267e-07"),
        (1.5e20, 2, "1.5e+20"),
        (2.5, 1, "3"),
    ],
)
def test_significant_figures(value: float, figures: int, text: str) -> None:
    assert decimals.significant(figures)(np.array([value])) == [text]


@given(FLOATS.filter(lambda value: abs(value) > 1e-250), st.integers(1, 12))
def test_significant_figures_are_as_many_as_asked(value: float, figures: int) -> None:
    (text,) = decimals.significant(figures)(np.array([value]))
    number = Decimal(text)
    assert abs(number - Decimal(value)) <= Decimal("0.5000001") * Decimal(10) ** (number.adjusted() - figures + 1)
    if "." in text or "e" in text:
        assert len(number.as_tuple().digits) == figures


def test_significant_ties() -> None:
    assert decimals.significant(1, "half_even")(np.array([2.5, 3.5, -2.5])) == ["2", "4", "-2"]


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_full_and_typed_read_back_as_the_same_float(value: float) -> None:
    for show in (decimals.full, decimals.typed):
        (text,) = show(np.array([value]))
        assert float(text) == value
        assert text != "-0"
        assert text != "-0.0"


def test_typed_as_a_person_would() -> None:
    assert decimals.typed(np.array([0.5, 2.0, 0.05, -3.0, 0.1])) == ["0.5", "2", "0.05", "-3", "0.1"]


def test_widest_is_the_longest_text() -> None:
    show = decimals.fixed(2)
    arrays = [np.array([1.0, -2.0]), np.array([[10.0, 0.5]]), np.array([]), np.array(-123.456)]
    assert decimals.widest(show, arrays) == len("-123.46")
    assert decimals.widest(show, []) == 0
    assert decimals.widest(show, [np.array([])]) == 0


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=20), st.integers(1, 8))
def test_widest_is_wide_enough_for_significant_figures(numbers: list[float], figures: int) -> None:
    values, show = np.array(numbers), significant(figures)
    assert widest(show, [values]) >= max(map(len, show(values))) - 1  # 9.996 may take one place more than 10.00


def test_widest_looks_past_what_is_written_with_an_exponent() -> None:
    values = np.array([-1.0, -6.103515625e-05, -7.62939453125e-06])  # -1, -0.00006, -8e-06
    assert widest(significant(1), [values]) == len("-0.00006")


def test_more_decimals_than_a_float_has() -> None:
    assert fixed(17)(np.array([0.1, -0.0])) == ["0.10000000000000000", "0.00000000000000000"]
