"""The chain rule as one line: three factors whose digits give the gradient that is shown."""

from __future__ import annotations

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
            assert cell.quantity.name == "grad_w"
            assert show_one(trace.show(cell.quantity), prod(factors(found.numbers))) == cell.text


def test_a_weight_of_the_outputs_and_one_of_the_hidden_units() -> None:
    trace = Trace(load("mazur"))
    assert chain(trace, *trace.worked_out("∂E/∂w7")) == (
        "∂E/∂out_o2 · ∂out_o2/∂net_o2 · ∂net_o2/∂w7",
        "(−0.2171) · 0.1755 · 0.5933",
    )
    assert chain(trace, *trace.worked_out("∂E/∂w1")) == (
        "∂E/∂out_h1 · ∂out_h1/∂net_h1 · ∂net_h1/∂w1",
        "0.0364 · 0.2413 · 0.05",
    )


@pytest.mark.parametrize(
    ("name", "cell"),
    [
        ("softmax-lab", "grad_w1[1,1]"),  # delta is out − target at once
        ("bce-notes", "grad_w2[1,1]"),
        ("negnevitsky", "grad_w1[1,1]"),  # deltas go downhill
        ("people", "grad_b2[1]@1"),  # ∂net/∂b is 1
        ("mazur", "δ_h1"),
    ],
)
def test_where_there_is_no_such_chain(name: str, cell: str) -> None:
    trace = Trace(load(name))
    quantity, index = trace.worked_out(cell)
    assert chain(trace, quantity, index) is None


def test_gradients_of_several_samples_together_have_none() -> None:
    trace = Trace(load("nnfs"))
    together = [cell for cell in trace.cells() if cell.quantity.name == "grad_w" and not cell.quantity.sample]
    assert together
    assert not [cell for cell in together if chain(trace, cell.quantity, cell.at)]
