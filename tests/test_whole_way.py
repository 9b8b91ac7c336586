"""Random problems go all the way: solved, explained, written, read, marked and linted, against oracles.

`python -m instruments.problems` sends a thousand.
"""

from __future__ import annotations

from collections import Counter

import pytest

from bptutor.engine.activations import ACTIVATIONS
from bptutor.engine.decay import DECAYS
from bptutor.engine.optimizers import OPTIMIZERS
from tests.support.problem_keys import activations_of
from tests.support.random_problems import random_problem
from tests.support.whole_way import complaints

SEEDS = (8, 11, 27, 30, 38, 54, 60, 123, 125, 133, 142, 152, 156, 168, 174, 184, 195, 214, 233, 283, 291, 295, 353)
"""Small ones of the first thousand, so that it takes seconds."""


@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_goes_wrong(seed: int) -> None:
    counts = Counter[str]()
    # what a lint of many cells takes is in tests/setting
    stations = "gradients", "values", "explanations", "written and read", "blank sheets", "right sheets"
    assert [*complaints(random_problem(seed), seed, counts, [*stations, "wrong numbers", "data"])] == []
    assert counts["lines"] > 0
    assert counts["right sheets"] == 2


def test_they_have_all_rows() -> None:
    problems = [random_problem(seed) for seed in SEEDS]
    assert {name for keys in problems for name, _leak in activations_of(keys)} == set(ACTIVATIONS)
    assert {name for keys in problems for name in keys.get("optimizer", {})} | {"sgd"} == set(OPTIMIZERS)
    assert {kind for keys in problems for kind in keys.get("weight_decay", {})} == {*DECAYS, "biases"}
    assert any("figures" in str(keys["decimals"]) for keys in problems)
    assert {key.partition("_")[0].rstrip("0123456789") for keys in problems for key in keys.get("given", {})} >= {
        "grad"
    }
