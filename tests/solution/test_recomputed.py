"""Who types a substituted line into a calculator reads there the result that is shown: every line, everywhere."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import pytest
from rich.console import Console

from bptutor.engine.decimals import significant
from bptutor.errors import BptutorError
from bptutor.files.library import load, names
from bptutor.problem import Digits, Problem
from bptutor.render.explanations import print_explanations
from bptutor.solution.digits import digits_of
from bptutor.solution.trace import Trace
from tests.support.calculator import calculated, in_figures, is_numbers, rounded
from tests.support.random_problems import random_problem


def blocks(trace: Trace) -> Iterator[list[str]]:
    """What stands on the page of each cell, line by line, without `=`: its label, formulas, numbers, and the result."""
    screen = Console(file=io.StringIO(), width=10_000, highlight=False)
    quantities = [q for q in trace.page.recipe if trace.problem.steps <= 5 or q.step in (1, 2, trace.problem.steps)]
    print_explanations(screen, trace, quantities)
    block: list[str] = []
    for line in screen.file.getvalue().splitlines():  # type: ignore[attr-defined]
        label, equals, text = line.partition(" = ")
        if equals and label.strip():
            if block:
                yield block
            block = [label.strip(), text.strip()]
        elif equals:
            block.append(text.strip())
    yield block


def check(trace: Trace, figures: int | None = None) -> tuple[int, int]:
    """Checks every line of numbers of the page and of the data; how many lines, and how many of them are chains."""
    problem, lines, chains = trace.problem, 0, 0

    def comes_to(line: str, result: str, cell: str) -> bool:
        ties, value = problem.conventions.ties, calculated(line)
        digits = Digits(figures, figures=True) if figures else digits_of(problem, trace.find(cell)[0])
        written = (in_figures if digits.figures else rounded)(value, digits.number, ties)
        return Decimal(result.replace("−", "-")) == written

    for label, *formulas, result in blocks(trace):
        for line in filter(is_numbers, formulas):
            assert comes_to(line, result, label), (label, line, result)
            lines += 1
            chains += " · " in line
    for record in trace.records():
        assert comes_to(record["substituted"], record["text"], record["id"]), record
    return lines, chains


@pytest.mark.parametrize("name", names())
def test_the_library(name: str) -> None:
    trace = Trace(load(name))
    lines, _chains = check(trace)
    assert lines >= 0.8 * trace.count(trace.page.shown if trace.problem.steps <= 5 else [])


@pytest.mark.parametrize("name", [name for name in names() if name != "hundred-steps"])
@pytest.mark.parametrize("decimals", [2, 3, 6])
def test_the_library_with_other_decimals(name: str, decimals: int) -> None:
    check(Trace(replace(load(name), decimals=decimals, digits={})))


@pytest.mark.parametrize("name", ["mazur", "relu-bce", "softmax-lab", "nnfs"])
def test_significant_figures(name: str) -> None:
    problem = load(name)
    check(Trace(problem, show=significant(3, problem.conventions.ties)), figures=3)


def drawn(seed: int) -> Problem:
    return load(random_problem(seed))


def test_random_problems() -> None:
    """In all activations, losses and conventions (`tests/test_gradients.py` says that they are all drawn)."""
    lines = chains = 0
    for seed in range(10):
        some, linked = check(Trace(drawn(seed)))
        lines, chains = lines + some, chains + linked
    assert lines > 5_000
    assert chains > 500


@pytest.mark.slow
@pytest.mark.parametrize("decimals", [2, 4])
def test_many_random_problems(decimals: int) -> None:
    for seed in range(20, 27):
        try:
            trace = Trace(replace(drawn(seed), decimals=decimals, digits={}))
            for quantity in trace.page.recipe:
                trace.values(quantity)
        except BptutorError:
            continue  # rounded to so few decimals, an output may be 0, which has no logarithm
        check(trace)
