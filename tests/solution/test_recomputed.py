"""Who types a substituted line into a calculator reads there the result that is shown: every line, everywhere."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bptutor.engine.decimals import significant
from bptutor.errors import BptutorError
from bptutor.files.library import load, names
from bptutor.problem import Problem
from bptutor.solution.trace import Trace
from tests.support.random_problems import random_problem
from tests.support.recomputed import recompute


@pytest.mark.parametrize("name", names())
def test_the_library(name: str) -> None:
    trace = Trace(load(name))
    lines, _chains = recompute(trace)
    assert lines >= 0.8 * trace.count(trace.page.shown if trace.problem.steps <= 5 else [])


@pytest.mark.parametrize("name", [name for name in names() if name != "hundred-steps"])
@pytest.mark.parametrize("decimals", [2, 3, 6])
def test_the_library_with_other_decimals(name: str, decimals: int) -> None:
    recompute(Trace(replace(load(name), decimals=decimals, digits={})))


@pytest.mark.parametrize("name", ["mazur", "relu-bce", "softmax-lab", "nnfs"])
def test_significant_figures(name: str) -> None:
    problem = load(name)
    recompute(Trace(problem, show=significant(3, problem.conventions.ties)), figures=3)


def drawn(seed: int) -> Problem:
    return load(random_problem(seed))


def test_random_problems() -> None:
    """In all activations, losses and conventions (`tests/test_gradients.py` says that they are all drawn)."""
    lines = chains = 0
    for seed in range(5):
        some, linked = recompute(Trace(drawn(seed)))
        lines, chains = lines + some, chains + linked
    assert lines > 2_000
    assert chains > 150


@pytest.mark.slow
@pytest.mark.parametrize("decimals", [2, 4])
def test_many_random_problems(decimals: int) -> None:
    for seed in range(20, 24):
        try:
            trace = Trace(replace(drawn(seed), decimals=decimals, digits={}))
            for quantity in trace.page.recipe:
                trace.values(quantity)
        except BptutorError:
            continue  # rounded to so few decimals, an output may be 0, which has no logarithm
        recompute(trace)
