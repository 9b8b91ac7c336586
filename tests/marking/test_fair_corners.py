"""Corners where marks were once unfair, or gave something away: small sheets, their numbers found by hand."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from bptutor.answers import Answers
from bptutor.files.answers_file import load_answers
from bptutor.files.library import load
from bptutor.marking.check import check
from bptutor.marking.policy import Marking
from bptutor.marking.report import Report
from bptutor.problem import Problem
from bptutor.solution.trace import Trace
from tests.support.students import typed

EXAM: dict[str, Any] = {
    "layers": [2, 2, 1],
    "activation": "sigmoid",
    "learning_rate": 0.5,
    "inputs": [1, 0.5],
    "targets": [1],
    "weights": [[[0.1, -0.2], [0.4, 0.3]], [[0.7, -0.5]]],
    "biases": [[0.1, -0.1], [0.2]],
}
LOGARITHM = EXAM | {
    "loss": "binary_cross_entropy",
    "weights": [[[1.1, -1.2], [0.4, 0.3]], [[-2.7, -1.5]]],
    "biases": [[0.1, -0.1], [-0.3]],
}


def marked(problem: Problem, texts: dict[str, str], **marking: Any) -> Report:
    return check(problem, Answers({cell: typed(text) for cell, text in texts.items()}), Marking(**marking))


def verdicts(report: Report) -> dict[str, str]:
    return {mark.id: mark.verdict for mark in report.marks if mark.typed is not None}


def page(keys: dict[str, Any]) -> dict[str, str]:
    return {cell.id: cell.text for cell in Trace(load(keys)).cells()}


def test_a_number_with_few_digits_stands_for_all_that_is_written_so() -> None:
    texts = {"net1[1]": "0.1", "net1[2]": "0.45", "out1[1]": "1", "out1[2]": "1", "net2[1]": "0.0301"}
    report = marked(load(EXAM), texts)
    assert verdicts(report)["out1[1]"] == "imprecise"
    assert verdicts(report)["net2[1]"] == "right_carried"  # 1 may be 0.5 to 1.5, and 0.0301 lies between
    assert "0.2622" not in str(report.as_dict())


def test_a_number_with_few_digits_can_be_used_as_typed_or_as_found() -> None:
    for net in (0.7 * 0.5 - 0.5 * 0.6 + 0.2, 0.2622):
        texts = {"net1[1]": "0.1", "net1[2]": "0.45", "out1[1]": "0.5", "out1[2]": "0.6", "net2[1]": f"{net:.4f}"}
        found = verdicts(marked(load(EXAM), texts))
        assert (found["out1[1]"], found["net2[1]"] in ("right", "right_carried")) == ("imprecise", True)


@pytest.mark.parametrize("decimals", [2, 3, 4, 5])
def test_the_long_way_to_a_delta_that_is_found_directly(decimals: int) -> None:
    draw = np.random.default_rng(decimals)
    for _case in range(40):
        out = float(np.round(draw.uniform(0.02, 0.98), decimals))
        error = round((out - 1) / (out * (1 - out)), decimals)
        slope = round(out * (1 - out), decimals)
        weights = [[[0.0, 0.0]], [[0.0]]]
        keys = {
            "layers": [2, 1, 1],
            "activation": "sigmoid",
            "loss": "binary_cross_entropy",
            "inputs": [1, 1],
            "targets": [1],
            "weights": weights,
            "biases": [[0.0], [math.log(out / (1 - out))]],
            "decimals": decimals,
        }
        texts = {"out2[1]": out, "error2[1]": error, "slope2[1]": slope, "delta2[1]": round(error * slope, decimals)}
        report = marked(load(keys), {cell: f"{value:.{decimals}f}" for cell, value in texts.items()})
        assert set(verdicts(report).values()) <= {"right", "right_carried"}, texts


def test_a_wrong_error_on_the_long_way_is_charged_once() -> None:
    found = verdicts(marked(load(LOGARITHM), {"error2[1]": "-10.0000", "slope2[1]": "0.0469", "delta2[1]": "-0.4690"}))
    assert (found["error2[1]"], found["delta2[1]"]) == ("wrong", "follow_through")


def test_what_is_right_but_short_stays_so_whatever_else_is_wrong() -> None:
    texts = {"out1[1]": "0.65", "net2[1]": "5.1234", "delta2[1]": "7.7771"}
    assert verdicts(marked(load(LOGARITHM), texts))["out1[1]"] == "imprecise"


def test_exchanged_weights_are_credited_by_the_names_on_the_sheet() -> None:
    square = EXAM | {"layers": [2, 2, 2], "weights": [[[0.1, -0.2], [0.4, 0.3]], [[0.7, -0.5], [0.2, 0.6]]]}
    square |= {"targets": [1, 0], "biases": [[0.1, -0.1], [0.2, 0.3]], "ask": ["net", "new_w1"], "points": {"w1+": 3}}
    turned = square | {"weights": [np.transpose(rows).tolist() for rows in square["weights"]], "ask": ["net", "new_w1"]}
    texts = {cell: text for cell, text in page(turned).items() if cell.startswith("net")}
    new = Trace(load(turned))["new_w1"]
    texts |= {f"new_w1[{i},{j}]": f"{new[j - 1, i - 1]:.4f}" for i in (1, 2) for j in (1, 2)}
    report = marked(load(square), texts, accept_conventions=True)
    assert report.accepted
    assert report.earned == report.possible == 10
    assert {mark.id: mark.typed for mark in report.marks} == texts


def test_a_single_number_is_no_convention() -> None:
    report = marked(load(EXAM), {"net1[1]": "0.1000", "delta2[1]": "0.1069"})
    assert not report.convention
    assert verdicts(report)["delta2[1]"] == "misconception"


def test_many_decimals_are_compared() -> None:
    problem = load(EXAM | {"decimals": 15})
    right = page(EXAM | {"decimals": 15})["out1[2]"]
    off = f"{float(right) + 1e-12:.15f}"
    assert verdicts(marked(problem, {"out1[2]": right}))["out1[2]"] == "right"
    assert verdicts(marked(problem, {"out1[2]": off}))["out1[2]"] not in ("right", "right_carried")


def test_biases_that_are_not_trained_are_charged_once_also_with_a_step_of_0() -> None:
    frozen = page(EXAM | {"conventions": {"update_biases": False}})
    steps = {f"step_b1[{j}]": "0.0000" for j in (1, 2)} | {"step_b2[1]": "0.0000"}
    kept = {"new_b1[1]": "0.1000", "new_b1[2]": "-0.1000", "new_b2[1]": "0.2000"}
    gradients = {cell: text for cell, text in page(EXAM).items() if cell.startswith("grad_b")}
    texts = frozen | gradients | steps | kept
    report = marked(load(EXAM), texts)
    assert report.possible - report.earned <= 2  # E+ is worked out from what was not trained
    assert verdicts(report)["step_b1[1]"] == "misconception"


@pytest.mark.parametrize("decimals", [0, 1])
def test_one_unit_more_does_not_forgive_another_sign(decimals: int) -> None:
    texts = page(EXAM | {"decimals": decimals})
    turned = {cell: text[1:] if text.startswith("-") else f"-{text}" for cell, text in texts.items() if float(text)}
    found = verdicts(marked(load(EXAM | {"decimals": decimals}), turned))
    assert not [cell for cell, verdict in found.items() if verdict == "right"]


def test_numbers_at_the_end_of_the_floats_are_wrong_and_nothing_else() -> None:
    texts = {"net1[1]": f"{1e308:.0f}", "out1[1]": f"{1e308:.0f}", "delta1[1]": "3", "net2[1]": f"{-1e308:.0f}"}
    report = marked(load(EXAM), texts)
    assert not {"right", "right_carried", "imprecise"} & set(verdicts(report).values())
    assert report.as_dict(reveal=True)


def test_a_wrong_number_that_nobody_asked_for_is_not_all_right() -> None:
    report = marked(load(EXAM | {"ask": ["net"]}), {"delta2[1]": "7.0000"})
    assert not report.all_right
    assert report.first_error


def test_a_report_in_another_convention_has_all_its_marks(tmp_path: Any) -> None:
    sheet = tmp_path / "sheet.yaml"
    cells = page(EXAM | {"conventions": {"delta": "descent"}})
    sheet.write_text("answers:\n" + "".join(f"  {cell}: {text}\n" for cell, text in cells.items()))
    problem = load(EXAM)
    for accepted in (False, True):
        report = check(problem, load_answers(sheet, problem), Marking(accept_conventions=accepted))
        assert report.convention
        assert len(report.marks) == len(cells)
        assert report.all_right == accepted


def test_a_shared_bias_whose_step_comes_straight_from_delta() -> None:
    keys = EXAM | {"biases": [0.1, 0.2], "conventions": {"delta": "descent"}}
    texts = page(keys) | {"step_b1": "0.0000"}
    (mark,) = (mark for mark in marked(load(keys), texts).marks if mark.id == "step_b1")
    assert not mark.credit  # whose 0 it is, one number does not prove


def test_a_line_that_was_left_out_may_have_been_rounded_though_it_seems_to_come_out_even() -> None:
    """The gradient of w2 is 0.0245 · 0.9 = 0.02205, on scratch paper 0.0221, its step 0.0111: 0.1 − 0.0111 = 0.0889."""
    keys = {
        "layers": [2, 2, 2, 1],
        "activation": "sigmoid",
        "loss": "binary_cross_entropy",
        "learning_rate": 0.5,
        "weights": [[[-0.4, 0.1], [-0.7, 0.8]], [[0.6, -0.6], [-0.8, 0.9]], [[1.0, -0.3]]],
        "biases": [[0.6, 0.6], [0.3, 0.3], None],
        "inputs": [0.85, 0.9],
        "targets": [0],
        "conventions": {"bias": "subtracted"},
        "ask": ["net", "out", "delta", "new_w", "new_b"],
    }
    texts = {
        "net1": "-0.8500 -0.4750", "out1": "0.2994 0.3834", "net2": "-0.3504 -0.1945", "out2": "0.4133 0.4515",
        "net3": "0.2779", "out3": "0.5690", "delta3": "0.5690", "delta2": "0.1380 -0.0423", "delta1": "0.0245 -0.0286",
    }  # fmt: skip
    cells = {f"{name}[{n}]": text for name, row in texts.items() for n, text in enumerate(row.split(), 1)}
    cells |= {"new_w1[1,1]": "-0.410400", "new_w1[1,2]": "0.088900"}
    report = marked(load(keys), cells)
    assert {mark.verdict for mark in report.marks if mark.typed} <= {"right", "right_carried"}


def test_a_number_in_figures_has_the_decimals_of_its_own_size() -> None:
    """On paper the square of 0.003 is 0.0000: then the step, in five figures, is −21.429, and −1.4725 without that."""
    keys = EXAM | {
        "layers": [1, 1],
        "activation": "linear",
        "loss": "output",
        "optimizer": {"rmsprop": {"beta": 0.9, "epsilon": 0.00007}},
        "inputs": [0.003],
        "weights": [[[0.5]]],
        "decimals": {"step": "5 figures", "new": "5 figures", "v": 4, "default": 7},
    }
    del keys["targets"], keys["biases"]
    by_hand = page(keys) | {"v_w1[1,1]": "0.0000", "step_w1[1,1]": "-21.429", "new_w1[1,1]": "-20.929"}
    assert set(verdicts(marked(load(keys), by_hand)).values()) == {"right", "right_carried"}
    few = by_hand | {"step_w1[1,1]": "-21.43"}
    assert verdicts(marked(load(keys), few))["step_w1[1,1]"] == "imprecise"
