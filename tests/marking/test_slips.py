"""One slip of the pen costs one cell; `instruments/marking.py` makes 10,000 of them."""

from __future__ import annotations

import pytest

from tests.support.measures import measured, slips
from tests.support.wrong_students import slip


@pytest.mark.slow
@pytest.mark.parametrize("part", range(4))
def test_a_slip_costs_only_its_own_cell(part: int) -> None:
    found = measured(slips, range(part * 60, part * 60 + 60))
    assert len(found) > 55
    assert [line for one in found for line in one.exceptions] == []


def test_slips_are_of_every_kind() -> None:
    made = [slip(seed) for seed in range(60)]
    assert len({one.kind for one in made if one}) == 6
