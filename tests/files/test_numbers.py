"""Numbers as people type them."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bptutor.files.numbers import number

FLOATS = st.floats(allow_nan=False, allow_infinity=False)


@settings(deadline=None)
@given(FLOATS)
@example(5e-324)
@example(1.7976931348623157e308)
@example(-0.0)
@example(1e16)
def test_what_python_prints_is_read_back_exactly(value: float) -> None:
    assert number(repr(value)) == value


@settings(deadline=None)
@given(FLOATS)
def test_a_decimal_comma_is_a_decimal_point(value: float) -> None:
    assert number(repr(value).replace(".", ",")) == value


@settings(deadline=None)
@given(FLOATS)
def test_the_minus_sign_of_print_is_a_minus(value: float) -> None:
    assert number(repr(value).replace("-", "\N{MINUS SIGN}")) == value


@settings(deadline=None)
@given(st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**9), max_value=10**9))
def test_decimals_are_rounded_once(value: Decimal) -> None:
    assert number(f"{value:f}") == float(value)


@settings(deadline=None)
@given(st.fractions(max_denominator=10**6))
def test_a_fraction_is_rounded_once(value: Fraction) -> None:
    assert number(f"{value.numerator}/{value.denominator}") == float(value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", 0),
        ("0.50", 0.5),
        (".5", 0.5),
        ("5.", 5),
        ("+0.5", 0.5),
        ("-.5", -0.5),
        ("−0.5", -0.5),
        ("0,75", 0.75),
        (",75", 0.75),
        ("-0,75e2", -75),
        ("1e-3", 0.001),
        ("1E+3", 1000),
        ("1e−3", 0.001),
        ("1.5e03", 1500),
        ("1/3", 1 / 3),
        ("-2/3", -2 / 3),
        ("−2/3", -2 / 3),
        ("0/5", 0),
        (" 0.5\n", 0.5),
        ("1e-400", 0),
        ("9" * 60, 1e60),
    ],
)
def test_numbers(text: str, value: float) -> None:
    assert number(text) == value


@pytest.mark.parametrize(
    "text",
    [
        *["", " ", "~", "null", "abc", "x1", "1x", "nan", "NaN", ".nan", "inf", "-inf", ".inf", "Infinity", "∞"],
        *["010", "00", "-01", "00.5", "01/2", "1/02", "0x10", "0b1", "0o7", "1_000", "1:30", "1:30.5", "no", "true"],
        *["1e400", "-1e400", "1e99999", "1e", "e5", "1e1.5", "1e+", ".", ",", "-", "+", "--1", "+-1", "1-", "1 000"],
        *["1.000,5", "1,000.5", "1.2.3", "1'000", "0.5%", "$1", "1/0", "0/0", "1/", "/2", "1/2/3", "1.5/2", "1/-2"],
        *["1+1", "2*3", "(1)", "[1]", "1j", "0.5f", "٣", "²", "½", "１", "9" * 61, "1" * 5000, "1/" + "9" * 5000],
        *["1\x000", "1\n2", "1\u200b"],
    ],
)
def test_no_numbers(text: str) -> None:
    assert number(text) is None


@settings(deadline=None)
@given(st.text() | st.from_regex(r"[-+−]?[0-9.,eE/+−-]{1,12}", fullmatch=True))
def test_any_text_is_a_finite_number_or_none(text: str) -> None:
    value = number(text)
    assert value is None or abs(value) < float("inf")
