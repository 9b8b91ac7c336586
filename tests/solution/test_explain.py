"""What an explanation says is what was computed: evaluated as Python, it gives the value."""

from __future__ import annotations

import math
import re
from dataclasses import replace

import numpy as np
import pytest

from bptutor.engine.decimals import full, show_one
from bptutor.engine.notation import PAGE
from bptutor.engine.quantities import CONSTANTS, Index, Quantity
from bptutor.files.library import load, names
from bptutor.solution.trace import Trace
from tests.support.random_problems import random_problem

NAMESPACE = {"__builtins__": {}, "exp": math.exp, "log": math.log, "tanh": math.tanh, "max": max}
NAMESPACE |= {"abs": abs, "sqrt": math.sqrt}
NUMBER = r"\d+(?:\.\d*)?(?:e[+-]?\d+)?"
SHORT = [name for name in names() if name != "hundred-steps"]


def _limited(trace: Trace) -> list[Quantity]:
    """All quantities of the page, those on request included; of very long pages the first and the last steps."""
    return [q for q in trace.page.recipe if trace.problem.steps <= 5 or q.step in (1, 2, trace.problem.steps)]


def _cell(trace: Trace, name: str) -> tuple[Quantity, Index]:
    quantity, at = trace.find(name)
    assert at is not None
    return quantity, at


def _check_values(trace: Trace) -> None:
    explainer = trace.explainer()
    for cell in trace.cells(_limited(trace)):
        text = explainer.explain(cell.quantity, cell.at).substituted
        assert eval(text, NAMESPACE) == pytest.approx(cell.value, rel=1e-9, abs=1e-12), (cell.id, text)


@pytest.mark.parametrize("name", names())
def test_substituted_evaluates_to_the_value(name: str) -> None:
    _check_values(Trace(load(name), show=full))


@pytest.mark.parametrize("seed", range(100))
def test_substituted_evaluates_to_the_value_in_random_problems(seed: int) -> None:
    keys = random_problem(seed)
    keys["conventions"]["rounding"] = "display"
    _check_values(Trace(load(keys), show=full))


@pytest.mark.parametrize("name", SHORT)
@pytest.mark.parametrize("decimals", [3, 4])
def test_the_digits_that_are_shown_give_the_result_that_is_shown(name: str, decimals: int) -> None:
    """Who types a substituted line into a calculator reads the next line there, rounded as shown."""
    trace = Trace(replace(load(name), decimals=decimals))
    explainer = trace.explainer()
    for cell in trace.cells():
        text = explainer.explain(cell.quantity, cell.at).substituted
        assert float(show_one(trace.show(cell.quantity), eval(text, NAMESPACE))) == float(cell.text), (cell.id, text)


def test_more_digits_only_where_they_are_needed() -> None:
    trace = Trace(load("mazur"))
    assert trace.explain("∂E/∂w7").substituted == "(-0.0381)*0.5933"
    assert trace.explain("Δw1").substituted == "-0.5*0.0004"
    assert trace.explain("Δw2").substituted == "-0.5*0.00088"  # of 0.0009 it would be -0.0005, and it is -0.0004


def _shape_of_numbers(text: str) -> str:
    text = re.sub(rf"(?<!\w)\(-({NUMBER})\)", r"\1", text)
    return re.sub(rf"(?<![\w.]){NUMBER}", "□", text)


def _shape_of_names(text: str, labels: set[str]) -> str:
    for label in sorted(labels, key=len, reverse=True):
        text = re.sub(rf"(?<![\w.]){re.escape(label)}(?![\w+@#]|\.\d)", "□", text)
    return re.sub(rf"(?<![\w.]){NUMBER}", "□", text)


def _check_shapes(trace: Trace) -> None:
    explainer = trace.explainer()
    for cell in trace.cells(_limited(trace)):
        why = explainer.explain(cell.quantity, cell.at)
        operands = [q for q in trace.page.recipe[cell.quantity].rests_on if q.name not in CONSTANTS]
        labels = {label for operand in operands for label in trace.naming.labels(operand).ravel()}
        names, numbers = _shape_of_names(why.formula, labels), _shape_of_numbers(why.substituted)
        assert _bare(names) == _bare(numbers), (cell.id, why)


def _bare(shape: str) -> str:
    """Without a minus that stands first: there a negative number needs no brackets, as in -0.3 + 0.2 and exp(-0.3)."""
    return re.sub(r"(^|\(|, |if )-(?=□)", r"\1", shape).replace("(□)", "□")  # the square of a name that is a fraction


@pytest.mark.parametrize("name", names())
def test_formula_and_numbers_have_the_same_shape(name: str) -> None:
    _check_shapes(Trace(load(name), show=full))


@pytest.mark.parametrize("name", SHORT)
def test_all_below_is_closed_and_in_the_order_of_the_page(name: str) -> None:
    trace = Trace(load(name))
    explainer, order = trace.explainer(), {q: place for place, q in enumerate(trace.page.recipe)}
    cells = list(trace.cells())
    for cell in cells[:: max(1, len(cells) // 25)] + cells[-1:]:
        below = explainer.all_below(cell.quantity, cell.at)
        places = [(order[quantity], index) for quantity, index in below]
        assert places == sorted(places)
        assert (cell.quantity, cell.at) in below
        assert len(set(below)) == len(below)
        for quantity, index in below:
            assert quantity in trace.page.recipe
            if (quantity, index) in below[:: max(1, len(below) // 5)]:
                assert set(explainer.all_below(quantity, index)) <= set(below)


def test_below_are_the_cells_of_the_formula_and_no_others() -> None:
    trace = Trace(load("mazur"))
    below = trace.explainer().all_below(*_cell(trace, "delta2[1]"))
    assert [trace.naming.id(*cell) for cell in below] == (
        ["net1[1]", "net1[2]", "out1[1]", "out1[2]", "net2[1]", "out2[1]", "error2[1]", "slope2[1]", "delta2[1]"]
    )


def test_texts_of_an_explanation() -> None:
    trace = Trace(load("mazur"))
    why = trace.explain("net_o1")
    assert why.formula == "w5*out_h1 + w6*out_h2 + b2"
    assert why.substituted == "0.4*0.5933 + 0.45*0.5969 + 0.6"
    assert why.rule == "Multiply each input by its weight, add them up, add the bias."
    assert trace.explain("delta2[2]").substituted == "(-0.2171)*0.1755"
    assert trace.explain("delta2[2]").because == "∂E/∂net = ∂E/∂out · ∂out/∂net"
    on_page = trace.explainer(PAGE).explain(*_cell(trace, "w5+"))
    assert (on_page.formula, on_page.substituted) == ("w5 + Δw5", "0.4 + (−0.0411)")


def test_softmax_relu_and_shared_bias() -> None:
    trace = Trace(load("relu-softmax"))
    assert trace.explain("out_o1").formula == "exp(net_o1)/(exp(net_o1) + exp(net_o2))"
    assert trace.explain("out_h1").formula == "max(0, net_h1)"
    assert trace.explain("slope_h1").formula == "1 if net_h1 > 0 else 0"
    shared = Trace(load("shared-2-3-2"))
    assert shared.explain("grad_b1").formula == "δ_h1 + δ_h2 + δ_h3"


@pytest.mark.parametrize("name", ["w5", "inputs", "net1", "nonsense", "learning_rate"])
def test_what_is_not_worked_out_cannot_be_explained(name: str) -> None:
    with pytest.raises(KeyError):
        Trace(load("mazur")).explain(name)


def test_a_cell_given_in_the_middle_is_not_explained_and_ends_what_is_below() -> None:
    trace = Trace(load({**TWO_TWO_ONE, "given": {"out1[1]": 0.12345}}))
    with pytest.raises(KeyError):
        trace.explain("out1[1]")
    assert trace.explain("net2[1]").substituted.startswith("0.7*0.12345 + ")  # as typed, not rounded
    below = [trace.naming.id(*cell) for cell in trace.explainer().all_below(*_cell(trace, "net2[1]"))]
    assert below == ["net1[2]", "out1[2]", "net2[1]"]


def test_a_large_network_is_explained_in_one_pass_over_the_page() -> None:
    rng = np.random.default_rng(1)
    large = {"layers": [60, 30, 5], "activation": "sigmoid", "inputs": rng.random(60), "targets": rng.random(5)}
    weights = [rng.random((30, 60)).round(2), rng.random((5, 30)).round(2)]
    trace = Trace(load({**large, "weights": weights, "learning_rate": 0.1}))
    below = trace.explainer().all_below(*_cell(trace, "new_w1[1,1]"))
    assert len(below) == 60 + 10 + 5 * 3 + 3 + 3  # net1 out1, net2 out2, three of layer 2, of h1, of w1


TWO_TWO_ONE = {
    "layers": [2, 2, 1],
    "activation": "sigmoid",
    "inputs": [1, 0.5],
    "weights": [[[0.1, -0.2], [0.4, 0.3]], [[0.7, -0.5]]],
}
