"""Who hands in zeros, old weights or guesses earns what is right by itself, nothing else."""

from __future__ import annotations

import pytest

from tests.support.measures import CHANCE, IDLE, no_gifts, summed


@pytest.mark.slow
def test_nothing_is_earned_for_doing_nothing() -> None:
    found = [one for seed in range(20) for one in no_gifts(seed, IDLE)]
    assert {one.kind for one in found} == set(IDLE)
    assert [line for one in found for line in one.exceptions] == []


@pytest.mark.slow
@pytest.mark.parametrize("kind", CHANCE)
def test_guesses_are_credited_by_chance_only(kind: str) -> None:
    counts = summed(one for seed in range(12) for one in no_gifts(seed, [kind]))[kind]
    assert counts["cells"] > 1000
    assert counts["not right, yet credited"] < 0.01 * counts["cells"]
