"""Points of stages: what a page is worth whatever is asked, and what typical sheets lose."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

import bptutor
from bptutor.answers import Answers, Typed
from bptutor.engine.evaluate import run
from bptutor.marking.report import Report
from bptutor.marking.scheme import groups, worth
from bptutor.mistakes.misconception import seat_word
from bptutor.mistakes.variants import MISCONCEPTIONS, variants
from bptutor.points import Charge, Points
from bptutor.problem import Problem
from bptutor.solution.trace import Trace

PAGE = bptutor.load("ailab")  # 2-2-2, all biases trained: every group is there
SHORT = replace(PAGE, ask=("net", "out", "delta", "new_w", "new_b"))
HALF = Fraction(1, 2)
Edit = Mapping[Any, Any]


def sheet(problem: Problem, *edits: Edit, decimals: int = 0, typed: Mapping[str, str] | None = None) -> dict[str, str]:
    """The texts of a page worked out by other rules, with some cells typed otherwise and nothing that follows."""
    trace, page = Trace(problem), Trace(problem).page
    recipe = dict(page.recipe)
    for edit in edits:
        recipe |= edit
    values = run(recipe, page.given, answers=page.answers)
    digits = decimals or problem.decimals
    texts = {}
    for cell in trace.cells():
        quantity, at = trace.find(cell.id)
        texts[cell.id] = f"{float(np.ravel(values[quantity][at or ...])[0]):.{digits}f}"
    return texts | dict(typed or {})


def mistake(name: str) -> Edit:
    return next(one.edit for one in variants(PAGE) if one.misconception.id == name and not one.in_a_layer)


def report(problem: Problem, typed: Mapping[str, str]) -> Report:
    asked = {mark.id for mark in bptutor.check(problem, {}).marks}
    cells = {
        name: Typed(text, float(text), len(text.partition(".")[2])) for name, text in typed.items() if name in asked
    }
    return bptutor.check(problem, Answers(cells))


def lost(problem: Problem, typed: Mapping[str, str]) -> Fraction:
    found = report(problem, typed)
    assert sum(mark.credit for mark in found.marks) == found.earned
    return found.possible - found.earned


def shares(problem: Problem) -> dict[str, float]:
    stages = bptutor.check(problem, {}).as_dict()["stages"]
    whole = sum(Fraction(stage["possible"]) for stage in stages)
    return {stage["id"]: float(100 * Fraction(stage["possible"]) / whole) for stage in stages}


def test_a_page_with_two_layers_has_53_points_and_one_that_asks_less_leaves_them_to_heirs() -> None:
    assert sum(group.worth for group in groups(PAGE)) == 53
    by_word = {(group.word, group.layer): (group.own, group.inherited) for group in groups(SHORT)}
    assert by_word["delta", 2] == by_word["delta", 1] == (4, 5)
    assert by_word["new_w", 1] == (1, 6)
    assert by_word["new_b", 2] == (1, 2)
    assert sum(own + inherited for own, inherited in by_word.values()) == 50


@pytest.mark.parametrize(
    ("ask", "points"),
    [
        (("net", "delta", "new_w", "new_b"), {"forward": 12, "deltas_output": 9, "deltas_hidden": 9, "update": 20}),
        (("out", "grad_w", "grad_b"), {"forward": 12, "gradients": 28}),
        (("error", "step_w", "step_b"), {"deltas_output": 9, "deltas_hidden": 9, "update": 20}),
        (("new_w2[1,1]",), {"update": 19}),
        (("loss", "new_w"), {"loss": 2, "update": 38}),
    ],
)
def test_heirs(ask: tuple[str, ...], points: dict[str, int]) -> None:
    stages = bptutor.check(replace(PAGE, ask=ask), {}).as_dict()["stages"]
    assert {stage["id"]: Fraction(stage["possible"]) for stage in stages} == points


def test_samples_and_steps_share_what_a_single_one_has() -> None:
    batch = bptutor.load("nnfs")
    assert sum(group.worth for group in groups(batch)) == 28
    for word in ("loss", "grad_w", "grad_b"):
        of = [group for group in groups(batch) if group.word == word]
        assert [group.own for group in of if not group.sample.isdigit()] == [sum(group.own for group in of) / 4]
    assert sum(group.worth for group in groups(PAGE.repeated(3))) == 53
    assert {cell: value for cells in worth(batch).values() for cell, value in enumerate(cells.flat) if value < 0} == {}


@pytest.mark.parametrize("name", ["shared-2-3-2", "ailab", "people"])
def test_the_shares_of_stages_do_not_depend_on_the_size(name: str) -> None:
    assert shares(bptutor.load(name)) == pytest.approx(shares(PAGE), abs=1.5)


# full page, short page; what the table of the research has is named beside
ROWS: dict[str, tuple[tuple[str, ...], Fraction, Fraction]] = {
    "a lost output slope": (("omit_output_slope",), Fraction(4), Fraction(4)),  # 92.5, 92.0 %
    "both slopes": (("omit_output_slope", "omit_hidden_slope"), Fraction(8), Fraction(8)),  # 84.9, 84.0 %
    "update added": (("added_update",), Fraction(4), Fraction(4)),  # 92.5, 92.0 %
    "sign of the error": (("flipped_error",), Fraction(3), Fraction(3)),  # 94.3, 94.0 %
}


@pytest.mark.parametrize("row", ROWS)
def test_what_named_mistakes_cost(row: str) -> None:
    names, full, short = ROWS[row]
    typed = sheet(PAGE, *map(mistake, names))
    assert (lost(PAGE, typed), lost(SHORT, typed)) == (full, short)


def test_a_slip_costs_its_cell_and_what_is_made_again_half() -> None:
    page = report(PAGE, {"net1[1]": "0.9", "net1[2]": sheet(PAGE)["net1[2]"]})
    assert (page.marks[0].reason, page.marks[0].points - page.marks[0].credit) == ("slip", Fraction(3, 2))
    alone = report(PAGE, {"net1[1]": "0.9"})
    assert alone.marks[0].reason == "unknown"
    typed = sheet(PAGE, mistake("added_update"))
    again = [mark for mark in report(PAGE, typed).marks if mark.again]
    assert {mark.points - mark.credit for mark in again} <= {HALF, HALF / 2}
    assert {mark.reason for mark in again} == {"mistake"}


def test_what_was_not_written_but_used_keeps_half() -> None:
    typed = {name: text for name, text in sheet(PAGE).items() if not name.startswith("step")}
    assert (lost(PAGE, typed), lost(SHORT, typed)) == (3, 0)  # 94.3, 100 %
    ends = {name: text for name, text in typed.items() if name.startswith("new")}
    assert (lost(PAGE, ends), lost(SHORT, ends)) == (26, 15)  # 50.9, 70.0 %


def test_too_few_decimals_cost_a_tenth_once() -> None:
    short = report(PAGE, sheet(PAGE, decimals=2))
    assert short.earned >= Fraction(88, 100) * short.possible
    assert {mark.verdict for mark in short.marks} <= {"right", "right_carried", "imprecise"}
    (line,) = [stage for stage in short.as_dict()["stages"] if stage["id"] == "precision"]
    assert Fraction(line["earned"]) == short.earned - short.possible
    zeros = sheet(PAGE, decimals=2) | {name: "0.00" for name in sheet(PAGE) if not name.startswith(("net", "out"))}
    assert lost(PAGE, zeros) > 30  # they are not due


def test_gifts() -> None:
    typed = sheet(PAGE)
    assert lost(PAGE, dict.fromkeys(typed, "0.0000")) == 53
    assert lost(SHORT, dict.fromkeys(typed, "0")) == 50
    noise = {name: f"{(7 * place * place + 3) % 19 / 10 - 0.95:.4f}" for place, name in enumerate(typed)}
    assert lost(PAGE, noise) >= 52
    forward = noise | {name: text for name, text in typed.items() if name.startswith(("net", "out"))}
    assert 53 - lost(PAGE, forward) <= Fraction(27, 100) * 53


def test_a_rule_without_a_name_costs_hardly_more_than_one_with_a_name() -> None:
    typed = sheet(PAGE)
    odd = {name: f"{1.3 * float(text) + 0.07:.4f}" if name.startswith("new") else text for name, text in typed.items()}
    for problem in (PAGE, SHORT):
        found = report(problem, odd)
        reasons = {mark.reason for mark in found.marks if mark.id.startswith("new")}
        assert reasons == {"unknown"}
        assert found.possible - found.earned <= 3 * ROWS["update added"][1]


def test_a_copying_slip_costs_half_of_a_slip() -> None:
    found = report(PAGE, sheet(PAGE, typed={"delta2[1]": _digit_off(sheet(PAGE)["delta2[1]"])}))
    (mark,) = [mark for mark in found.marks if mark.credit < mark.points]
    assert (mark.id, mark.reason, mark.points - mark.credit) == ("delta2[1]", "copied", 1)


def _digit_off(text: str) -> str:
    return text[:-3] + str((int(text[-3]) + 4) % 10) + text[-2:]


@pytest.mark.parametrize(
    ("points", "says"),
    [
        (Points(total=Fraction(20)), (20, Fraction(20, 53) * 49)),
        (Points(total=Fraction(20), round=HALF), (20, Fraction(37, 2))),
        (Points(weights={"delta": Fraction(8)}), (61, 61 - 8)),
        (Points(weights={"delta2": Fraction(8)}), (57, 57 - 8)),
        (Points(prices={"repeat": Fraction(1)}), (53, 49)),
        (Points("cells"), (54, 53)),
        (Points("cells", prices={"repeat": HALF}), (54, Fraction(105, 2))),
        (Points("cells", {"delta2": Fraction(3)}, total=Fraction(58)), (58, 55)),
    ],
)
def test_a_teacher_may_have_it_otherwise(points: Points, says: tuple[int, Fraction]) -> None:
    found = report(replace(PAGE, points=points), sheet(PAGE, mistake("omit_output_slope")))
    assert (found.possible, found.earned) == says


def test_accepted_and_charged_numbers() -> None:
    typed = sheet(PAGE) | {"loss_after": "0.7777", "loss[1]": "0.6666"}
    charge = (Charge("loss[1]", 0.6666, Fraction(1, 10), "took the other target"),)
    points = Points(accept={"loss_after": (0.7777,)}, charge=charge)
    found = report(replace(PAGE, points=points), typed)
    assert found.possible - found.earned == Fraction(1, 10)
    (line,) = [stage for stage in found.as_dict()["stages"] if stage["lost"]]
    assert line["lost"] == [{"points": "1/10", "cells": 1, "reason": "charged", "mistake": "took the other target"}]
    assert lost(PAGE, typed) > 1


@pytest.mark.parametrize("name", ["ailab", "nnfs", "people", "relu-softmax", "habr-momentum", "wikidocs"])
def test_every_mistake_sits_where_it_edits(name: str) -> None:
    """The seat of a row is a quantity that each of its ways edits, the first of several."""
    rows = {one.id: one for one in MISCONCEPTIONS}
    for variant in variants(bptutor.load(name)):
        row = rows[variant.misconception.id]
        assert row.seat
        assert row.seat_of(variant.edit) in {seat_word(quantity) for quantity in variant.edit}
