"""The line below a page that says how many numbers have too few figures, and what shows them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bptutor.files.library import load
from bptutor.render.figures import few_figures
from bptutor.solution.trace import Trace

SMALL = {
    "layers": [1, 1],
    "activation": "linear",
    "inputs": [0.002],
    "targets": [0],
    "weights": [[[0.05]]],
    "decimals": 4,
}


def few(text: str) -> bool:
    """Whether a text with a decimal point has fewer than two figures."""
    return len(text.replace(".", "").lstrip("-0")) < 2


@pytest.mark.parametrize(("name", "decimals"), [("mazur", 4), ("han-kamber", 3), ("relu-bce", 2)])
def test_what_is_counted_and_what_shows_it(name: str, decimals: int) -> None:
    problem = replace(load(name), decimals=decimals)
    trace = Trace(problem)
    counted = [cell for cell in trace.cells() if few(cell.text) and abs(float(cell.text) - cell.value) > 1e-15]
    line = few_figures(trace)
    assert line.startswith(f"{len(counted)} number")
    more = int(line.split("-d ")[1].split()[0])
    assert not few_figures(Trace(replace(problem, decimals=more)))
    assert [cell for cell in Trace(replace(problem, decimals=more - 1)).cells() if few(cell.text)]


def test_what_is_exact_with_few_figures_is_not_counted() -> None:
    trace = Trace(load(SMALL))
    assert [cell.text for cell in trace.cells()][:2] == ["0.0001", "0.0001"]
    assert few_figures(trace) == "2 numbers show fewer than 2 figures: -d 10 shows them"  # E, 5·10⁻⁹
    assert few_figures(Trace(load({**SMALL, "inputs": [2], "targets": [0.1]}))) == ""


def test_noise_of_floats_is_not_counted() -> None:
    assert abs(Trace(load("and-perceptron"))["net1[1]@4#2"]) > 0  # 0.2 · 1 + 0.0 · 1 − 0.2, on paper 0
    assert not few_figures(Trace(load("and-perceptron")))


def test_significant_figures_are_enough() -> None:
    assert few_figures(Trace(load(SMALL | {"decimals": "3 figures"}))) == ""
    assert few_figures(Trace(load(SMALL | {"decimals": {"net": "3 figures", "default": 9}}))) == ""
    assert few_figures(Trace(load(SMALL | {"decimals": {"loss": "3 figures", "default": 4}}))) != ""
