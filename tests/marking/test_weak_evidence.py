"""What a sheet does not carry is not named; and what nobody has a name for is charged once all the same."""

from __future__ import annotations

import pytest

from bptutor.api.students import check
from bptutor.files.library import load
from bptutor.marking.report import Mark
from bptutor.solution.trace import Trace

MAZUR = load("mazur")
RIGHT = {cell.id: (cell.value, cell.text) for cell in Trace(MAZUR).cells()}


def _sheet(factor: float) -> dict[str, str]:
    """Mazur's page of somebody whose steps are so many times too large, gone on with; without the loss after it."""
    sheet = {name: text for name, (_value, text) in RIGHT.items() if name != "loss_after"}
    for name, (value, _text) in RIGHT.items():
        if name.startswith("step"):
            step = round(factor * value, 4)
            new = name.replace("step", "new")
            sheet[name], sheet[new] = f"{step:.4f}", f"{RIGHT[new][0] - value + step:.4f}"
    return sheet


def _marks(sheet: dict[str, str]) -> dict[str, Mark]:
    return {mark.id: mark for mark in check(MAZUR, sheet).marks if mark.typed is not None}


def _lost(marks: dict[str, Mark]) -> list[str]:
    return [name for name, mark in marks.items() if mark.credit < mark.points]


@pytest.mark.parametrize("factor", [1.37, 1.4])
def test_a_constant_that_is_off_is_charged_once_and_named_only_if_somebody_takes_it(factor: float) -> None:
    marks = _marks(_sheet(factor))
    wrong = [
        mark for name, mark in marks.items() if name.startswith("step") and mark.verdict in ("wrong", "misconception")
    ]
    assert len(wrong) >= 4
    assert [mark.again for mark in wrong] == [False] + [True] * (len(wrong) - 1)
    assert _lost(marks) == [wrong[0].id]
    named = {cause.id for mark in wrong for cause in mark.leading}
    assert named == ({"other_learning_rate"} if factor == 1.4 else set())  # 0.7 for 0.5; nobody takes 0.685


def test_a_slip_beside_other_wrong_numbers_is_no_evidence() -> None:
    sheet = {name: text for name, (_value, text) in RIGHT.items() if name.startswith("net1")}
    sheet["net1[2]"] = "0.3295"  # for 0.3925: two digits have changed places
    alone = _marks(sheet)["net1[2]"]
    beside = _marks(sheet | {"net1[1]": "0.4461"})["net1[2]"]
    assert [cause.id for cause in alone.leading] == ["digits_swapped"]
    assert not beside.leading


def test_steps_of_nothing_do_not_show_another_learning_rate() -> None:
    steps = {name: "0.0000" for name in RIGHT if name.startswith("step_w1")}
    marks = _marks(_sheet(1) | steps)
    assert not [cause.id for name in steps for cause in marks[name].leading if cause.id == "other_learning_rate"]


def test_a_point_far_to_the_left_of_its_place_is_little_evidence() -> None:
    """0.0432 for 0.0004 (two places): whatever begins with 3.5 to 4.4 would do."""
    problem = load("mazur")
    name = next(name for name, (_value, text) in RIGHT.items() if name.startswith("grad_w1") and text == "0.0004")
    sheet = {cell: text for cell, (_value, text) in RIGHT.items() if not cell.startswith(("step", "new", "loss_after"))}
    marks = {mark.id: mark for mark in check(problem, sheet | {name: "0.0432"}).marks}
    assert "decimal_point_slip" not in [cause.id for cause in marks[name].leading]


def test_digits_that_are_cut_off_are_seen_on_the_other_way_to_a_step() -> None:
    """The step was worked out from the gradient, whose sign slipped; the page goes from the delta."""
    problem = load(
        {
            "layers": [2, 2],
            "activation": "tanh",
            "loss": "mean_squared_error",
            "learning_rate": 0.3,
            "weights": [[[0.95, 0.65], [-0.05, 0.9]]],
            "biases": [[0.1, 0.55]],
            "inputs": [0.6, 0.7],
            "targets": [0.5, 1.0],
            "decimals": 5,
            "conventions": {"delta": "descent"},
        }
    )
    sheet = {"net1": [1.125, "1.15000"], "out1": ["0.80930", "0.81775"], "delta1": ["-0.10671", "0.06037"]}
    sheet |= {"grad_w1": [["-0.06403", "0.07470"], ["-0.03622", "-0.04226"]]}
    sheet |= {"step_w1": [["0.01920", "-0.02241"], ["0.01086", "0.01267"]]}
    marks = {mark.id: mark for mark in check(problem, sheet).marks if mark.typed}
    assert _lost(marks) == ["grad_w1[1,1]"]
