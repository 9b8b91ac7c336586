"""Substituted lines, typed into a calculator: whether each comes to the result that is shown."""

from __future__ import annotations

import io
from collections.abc import Iterator
from decimal import Decimal

from rich.console import Console

from bptutor.engine.notation import PAGE
from bptutor.problem import Digits
from bptutor.render.explanations import print_explanations
from bptutor.solution.chain import chain
from bptutor.solution.digits import digits_of
from bptutor.solution.trace import Trace
from tests.support.calculator import calculated, in_figures, is_numbers, rounded

_NOTHING = Decimal("1e-12")


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


def unprinted(trace: Trace) -> Iterator[list[str]]:
    """The same without the time that it takes to print them."""
    explainer = trace.explainer(PAGE)
    for cell in trace.cells(trace.page.recipe):
        why, linked = explainer.explain(cell.quantity, cell.at), chain(trace, cell.quantity, cell.at)
        yield [cell.label, *filter(None, linked or ()), why.formula, why.substituted, cell.text]


def recompute(trace: Trace, figures: int | None = None, *, printed: bool = True) -> tuple[int, int]:
    """Checks every line of numbers of the page and of the data; how many lines, and how many of them are chains.

    `figures`: of all quantities, where they are not those of the problem.
    """
    problem, lines, chains = trace.problem, 0, 0

    def comes_to(line: str, result: str, cell: str) -> bool:
        ties, value = problem.conventions.ties, calculated(line)
        digits = Digits(figures, figures=True) if figures else digits_of(problem, trace.find(cell)[0])
        if digits.figures and result == "0":  # numbers that were rounded do not add up to 0 to the last figure
            return abs(value) < _NOTHING
        written = (in_figures if digits.figures else rounded)(value, digits.number, ties)
        return Decimal(result.replace("−", "-")) == written

    for label, *formulas, result in blocks(trace) if printed else unprinted(trace):
        for line in filter(is_numbers, formulas):
            assert comes_to(line, result, label), (label, line, result)
            lines += 1
            chains += " · " in line
    for record in trace.records():
        assert comes_to(record["substituted"], record["text"], record["id"]), record
    return lines, chains
