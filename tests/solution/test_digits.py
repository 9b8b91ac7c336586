"""Digits that differ by quantity: what is shown, carried, asked for and marked."""

from __future__ import annotations

from typing import Any

import pytest

import bptutor
from bptutor.engine.decimals import significant
from bptutor.files.answers_file import load_answers
from bptutor.files.library import load
from bptutor.files.problem_file import read_problem
from bptutor.files.problem_text import problem_text
from bptutor.marking.check import check
from bptutor.problem import Digits
from bptutor.solution.digits import digits_of
from bptutor.solution.trace import Trace

MAZUR: dict[str, Any] = {
    "layers": [2, 2, 2],
    "activation": "sigmoid",
    "learning_rate": 0.5,
    "inputs": [0.05, 0.10],
    "targets": [0.01, 0.99],
    "weights": [[[0.15, 0.20], [0.25, 0.30]], [[0.40, 0.45], [0.50, 0.55]]],
    "biases": [0.35, 0.60],
    "decimals": {"out": 3, "grad": "4 figures", "delta2": 6, "new_w": 5, "default": 4},
}


def test_each_quantity_has_its_own_digits() -> None:
    trace = Trace(load(MAZUR))
    texts = {cell.id: cell.text for cell in trace.cells()}
    # recomputed by hand: sigmoid(0.3775) = 0.593269992…, δ_o1 = 0.138498562, ∂E/∂w5 = 0.0821670406, w5+ = 0.35891648
    assert texts["net1[1]"] == "0.3775"
    assert texts["out1[1]"] == "0.593"
    assert texts["delta2[1]"] == "0.138499"
    assert texts["grad_w2[1,1]"] == "0.08217"
    assert texts["new_w2[1,1]"] == "0.35892"
    assert texts["delta1[1]"] == "0.0088"
    assert digits_of(trace.problem, trace.find("grad_b1")[0]) == Digits(4, figures=True)


def test_carried_rounding_uses_the_digits_of_each_quantity() -> None:
    trace = Trace(load(MAZUR | {"conventions": {"rounding": "carry"}}))
    assert trace["out1[1]"] == 0.593
    assert trace["net2[1]"] == 1.1059  # 0.4 · 0.593 + 0.45 · 0.597 + 0.6 = 1.10585
    assert trace["delta2[1]"] == round(trace["error2[1]"] * trace["slope2[1]"], 6)
    assert trace["error2[1]"] == round(trace["out2[1]"] - 0.01, 4)


def test_each_number_is_marked_by_the_digits_that_its_quantity_has() -> None:
    problem = load(MAZUR)
    right = {cell.id: cell.text for cell in Trace(problem).cells()}
    assert {mark.verdict for mark in bptutor.check(problem, {"answers": right}).marks} == {"right"}
    short = bptutor.check(problem, {"answers": right | {"delta2[1]": "0.138", "out1[1]": "0.59"}})
    assert {mark.id for mark in short.marks if mark.verdict == "imprecise"} == {"delta2[1]", "out1[1]"}
    uniform = load(MAZUR | {"decimals": 6})
    few = [mark.id for mark in bptutor.check(uniform, {"answers": right}).marks if mark.verdict == "imprecise"]
    assert "out1[1]" in few


@pytest.mark.parametrize("decimals", [4, "3 figures", {"out": 2, "default": "5 figures"}, {"delta1": 7}])
def test_the_file_of_a_problem_says_its_digits(decimals: Any) -> None:
    problem = load(MAZUR | {"decimals": decimals})
    again = read_problem(problem_text(problem).encode(), "x.yaml")
    assert (again.decimals, again.digits) == (problem.decimals, problem.digits)


@pytest.mark.parametrize("rounding", ["display", "carry"])
def test_the_noise_of_floats_has_no_figures(rounding: str) -> None:
    keys = {
        "layers": [2, 1],
        "activation": "step",
        "learning_rate": 0.1,
        "inputs": [1, 1],
        "targets": [1],
        "weights": [[[0.1, 0.2]]],
        "biases": [-0.3],
        "decimals": "3 figures",
        "conventions": {"rounding": rounding},
    }
    assert 0 < abs(0.1 + 0.2 - 0.3) < 1e-12
    for trace in (Trace(load(keys)), Trace(load(keys | {"decimals": 4}), show=significant(3))):
        texts = {cell.id: cell.text for cell in trace.cells()}
        assert (texts["net1[1]"], texts["out1[1]"], texts["new_b1"]) == ("0", "0", "-0.200")
    right = load_answers({"answers": texts}, load(keys))
    assert check(load(keys), right).all_right
