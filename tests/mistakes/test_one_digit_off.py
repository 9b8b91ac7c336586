"""One digit, two that changed places, or a sign: what is a slip in copying, and what only looks like one."""

import pytest

from bptutor.mistakes.slips import one_digit_off


@pytest.mark.parametrize("value", [0.5939, 0.5333, 0.5393, -0.5933])
def test_a_digit_two_that_changed_places_a_sign(value: float) -> None:
    assert one_digit_off(value, 0.59325, 0.59335, 0.0001)


@pytest.mark.parametrize("value", [0.5933 + 0.0101, 0.3395, 0.0005])
def test_more_than_that(value: float) -> None:
    assert not one_digit_off(value, 0.59325, 0.59335, 0.0001)


@pytest.mark.parametrize("bound", [1.7e308, -1.7e308])
def test_what_has_more_digits_than_a_float_holds_is_no_copy(bound: float) -> None:
    """A fuzzed sheet with numbers near 1.8e308 ended in an OverflowError."""
    assert not one_digit_off(1.5, bound, bound, 0.0001)
