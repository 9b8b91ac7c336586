"""Honest students get full credit, however they round; `instruments/marking.py` asks 10,000 of them."""

from __future__ import annotations

import pytest

from tests.support.measures import fairness, measured, summed


@pytest.mark.slow
@pytest.mark.parametrize("part", range(4))
def test_no_cell_of_an_honest_student_is_below_full_credit(part: int) -> None:
    found = measured(fairness, range(part * 100, part * 100 + 100))
    assert [line for one in found for line in one.exceptions] == []
    assert len(found) > 95
    assert len(summed(found)) > 10, "all ways of working take part"


def test_what_is_left_blank_costs_itself_only() -> None:
    found = measured(lambda seed: fairness(seed, blanks=True), range(100))
    assert [line for one in found for line in one.exceptions] == []
