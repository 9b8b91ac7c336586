"""The chain rule as one line: three factors whose digits give the gradient that is shown."""

from __future__ import annotations

from dataclasses import replace
from math import prod

import pytest

from bptutor.engine.decimals import show_one
from bptutor.files.library import load, names
from bptutor.solution.chain import chain
from bptutor.solution.trace import Trace


def factors(numbers: str) -> list[float]:
    return [float(part.strip("()").replace("−", "-")) for part in numbers.split(" · ")]


@pytest.mark.parametrize("name", [name for name in names() if name != "hundred-steps"])
def test_the_factors_give_the_gradient_that_is_shown(name: str) -> None:
    trace = Trace(load(name))
    for cell in trace.cells():
        if found := chain(trace, cell.quantity, cell.at):
            assert cell.quantity.name in ("grad_w", "grad_b")
            assert not found.numbers or show_one(trace.show(cell.quantity), prod(factors(found.numbers))) == cell.text


@pytest.mark.parametrize(
    ("name", "cell", "names", "numbers"),
    [
        ("mazur", "∂E/∂w7", "∂E/∂out_o2 · ∂out_o2/∂net_o2 · ∂net_o2/∂w7", "(−0.2171) · 0.1755 · 0.5933"),
        ("mazur", "∂E/∂w1", "∂E/∂out_h1 · ∂out_h1/∂net_h1 · ∂net_h1/∂w1", "0.0364 · 0.2413 · 0.05"),
        # of a bias, the last factor is 1, and −1 of a threshold
        ("people", "grad_b2[1]@1", "∂E/∂out_o1@1 · ∂out_o1@1/∂net_o1@1 · ∂net_o1@1/∂b3", "(−0.9526) · 0.2494 · 1"),
        # deltas go downhill there: the page has 0.6, and ∂E/∂out is −0.6
        ("negnevitsky", "grad_b2[1]", "∂E/∂out_y5 · ∂out_y5/∂net_y5 · ∂net_y5/∂theta5", "0.5097 · 0.2499 · (−1)"),
        # delta is out − target at once: what stands in the formula is not said twice
        ("softmax-lab", "grad_w1[1,1]", "∂E/∂net_o1 · ∂net_o1/∂w1", ""),
        ("bce-notes", "grad_b2[1]", "∂E/∂net_o1 · ∂net_o1/∂b_o1", ""),
    ],
)
def test_the_chain_of_a_gradient(name: str, cell: str, names: str, numbers: str) -> None:
    trace = Trace(load(name))
    assert chain(trace, *trace.worked_out(cell)) == (names, numbers)


def test_an_explanation_has_it_in_a_line() -> None:
    trace = Trace(load("mazur"))
    assert trace.explain("∂E/∂w5").chain == ("∂E/∂out_o1 · ∂out_o1/∂net_o1 · ∂net_o1/∂w5 = 0.7414 · 0.1868 · 0.5933")
    assert trace.explain("δ_h1").chain == ""


def test_numbers_that_were_rounded_on_the_way_are_no_chain() -> None:
    """0.73 · 0.17 was written down as 0.12, so that the gradient is 0.07, and the three factors come to 0.08."""
    problem = load("ailab")
    carried = problem.conventions._replace(rounding="carry")
    trace = Trace(replace(problem, decimals=2, conventions=carried))
    found = chain(trace, *trace.worked_out("∂E/∂w5"))
    assert found
    assert found.numbers == ""


def test_several_samples_or_units_together_have_none() -> None:
    trace = Trace(load("nnfs"))
    together = [cell for cell in trace.cells() if cell.quantity.name == "grad_w" and not cell.quantity.sample]
    assert together
    assert not [cell for cell in together if chain(trace, cell.quantity, cell.at)]
    shared = Trace(load("ailab"))
    assert chain(shared, *shared.worked_out("grad_b2")) is None
    assert chain(shared, *shared.worked_out("δ_H1")) is None
