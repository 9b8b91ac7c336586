"""A mistake made throughout is named; `instruments/marking.py` makes each on 200 problems."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.support.measures import Found, diagnosis
from tests.support.wrong_students import MISCONCEPTIONS

EACH = 6
NAMED, LEADING = 0.97, 0.90


def _sheets() -> list[Found]:
    """What each misconception was taken for on six problems."""
    had: Counter[str] = Counter()
    result = []
    for seed in range(200):
        wanted = [kind for kind in MISCONCEPTIONS if had[kind] < EACH]
        if not wanted:
            break
        for one in diagnosis(seed, wanted):
            if had[one.kind] < EACH:
                had[one.kind] += 1
                result.append(one)
    return result


@pytest.mark.slow
def test_misconceptions_are_named_at_the_first_cell_they_affect() -> None:
    found = _sheets()
    assert Counter(one.kind for one in found) == dict.fromkeys(MISCONCEPTIONS, EACH)
    missed = [line for one in found if not one.counts["named"] for line in one.exceptions]
    assert len(missed) <= (1 - NAMED) * len(found), missed
    assert max(Counter(one.kind for one in found if not one.counts["named"]).values(), default=0) <= 1
    # They lead alone, or with what gives the same numbers.
    others = [line for one in found for line in one.exceptions]
    assert len(others) <= (1 - LEADING) * len(found), others
