"""The published examples, checked as if they were students' sheets."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest

from bptutor.answers import Answers
from bptutor.engine.evaluate import run
from bptutor.files.library import load
from bptutor.marking.check import check
from bptutor.marking.policy import Marking
from bptutor.marking.report import FINE, Mark, Report
from bptutor.solution.trace import Trace
from tests.support.cases import CASES, UPDATED, broadcast_step, keys_of, places_of
from tests.support.published_sheets import SHEETS, Entry, Sheet
from tests.support.students import answers, rounded, typed

ELSEWHERE = {  # printed numbers that stand in no cell of the page
    ("ailab-2-2-2-shared-bias-updated", "Error reduction"),
    ("csdn-2-2-1-broadcast-bug", "Error printed in iteration 100"),
    ("habr-2-2-1-momentum-two-steps", "error before step 1"),  # printed without the ½ that is used
    ("habr-2-2-1-momentum-two-steps", "error after step 1"),
    ("habr-2-2-1-momentum-two-steps", "error after step 2"),
    ("hmkcode-2-2-1-linear", "a*Delta*h1"),  # what is subtracted: the page has what is added
    ("hmkcode-2-2-1-linear", "a*Delta*h2"),
    ("hmkcode-2-2-1-linear", "a*Delta*x1*w5"),
    ("hmkcode-2-2-1-linear", "a*Delta*x1*w6"),
    ("hmkcode-2-2-1-linear", "a*Delta*x2*w5"),
    ("hmkcode-2-2-1-linear", "a*Delta*x2*w6"),
    ("labs-2-3-softmax-ce", "exp 0 (max subtracted)"),
    ("labs-2-3-softmax-ce", "exp 1"),
    ("labs-2-3-softmax-ce", "exp 2"),
    ("labs-2-3-softmax-ce", "sum"),
    ("mazur-2-2-2", "dE_o1/dout_h1"),
    ("mazur-2-2-2", "dE_o2/dout_h1"),
    ("mazur-2-2-2", "E_total after 10000 steps"),
    ("mazur-2-2-2", "out_o1 after 10000 steps"),
    ("mazur-2-2-2", "out_o2 after 10000 steps"),
    ("victorzhou-2-2-1-mse", "dy_pred/dh1"),
    ("victorzhou-2-2-1-mse", "dh1/dw1"),
    ("wikidocs-2-2-2-nobias", "dE_o1/dh1"),
    ("wikidocs-2-2-2-nobias", "dE_o2/dh1"),
}


@cache
def _marks(sheet: Sheet, decimals: int) -> dict[str, Mark]:
    return {mark.id: mark for mark in check(sheet.asked(decimals), sheet.answers).marks}


def _cells(*, wrong: bool) -> list[Any]:
    return [
        pytest.param(sheet, cell, entry, id=f"{sheet}/{cell}")
        for sheet in SHEETS
        for cell, entry in sheet.entries.items()
        if (entry["agrees"] == "author-error") == wrong
    ]


def _told(mark: Mark) -> str:
    return f"{mark.id}: {mark.typed}, {mark.verdict}, expected {mark.expected}, own {mark.from_your_numbers}"


@pytest.mark.parametrize("sheet", SHEETS, ids=str)
def test_every_number_that_agrees_gets_full_credit(sheet: Sheet) -> None:
    marks = _marks(sheet, sheet.fewest)
    agrees = [cell for cell, entry in sheet.entries.items() if entry["agrees"] != "author-error"]
    agrees = [cell for cell in agrees if (sheet.case, cell) not in CUT_OFF]
    assert [_told(marks[cell]) for cell in agrees if marks[cell].credit < marks[cell].points] == []


@pytest.mark.parametrize("sheet", SHEETS, ids=str)
def test_with_the_authors_decimals_rougher_numbers_are_imprecise_at_worst(sheet: Sheet) -> None:
    marks = _marks(sheet, sheet.usual)
    below = [marks[cell] for cell, entry in sheet.entries.items() if entry["agrees"] != "author-error"]
    below = [mark for mark in below if mark.credit < mark.points and (sheet.case, mark.id) not in CUT_OFF]
    assert [_told(mark) for mark in below if mark.verdict != "imprecise"] == []
    assert [_told(mark) for mark in below if places_of(mark.typed or "") >= sheet.usual] == []


CUT_OFF = {("notes-2-2-1-bce-sigmoid", "grad_w2[1,1]")}
"""The one number that was cut off on a page where all others are rounded: it is right as far as it goes."""

IN_REACH = {("macleod-2-2-1-updated-weights", "delta1[2]")}
"""A slip that is as near as honest rounding gets from the numbers above it."""


@pytest.mark.parametrize(("sheet", "cell", "entry"), _cells(wrong=True))
def test_a_wrong_number_gets_no_credit_for_its_own_sake(sheet: Sheet, cell: str, entry: Entry) -> None:
    if (sheet.case, cell) in IN_REACH:
        pytest.skip("within honest reach")
    report = check(sheet.asked(places_of(entry["printed"])), sheet.answers, Marking(charge="each"))
    mark = next(mark for mark in report.marks if mark.id == cell)
    assert mark.credit < mark.points or mark.verdict == "follow_through", _told(mark)


def test_every_printed_number_has_its_cell_or_is_known_to_stand_elsewhere() -> None:
    placed = {(sheet.case, entry["symbol"]) for sheet in SHEETS for entry in sheet.entries.values()}
    printed = {(case, entry["symbol"]) for case, content in CASES.items() for entry in content["published"]}
    assert printed - placed == ELSEWHERE


# Updated weights, and the accident of the broadcast, are named


def _names(report: Report, mark: Mark) -> str:
    """All that the report says of why a cell is wrong."""
    return " ".join([*(cause.id for cause in (*mark.causes, *mark.might_be)), *report.notes, mark.note])


def _sheet(case: str) -> Sheet:
    return next(sheet for sheet in SHEETS if sheet.case == case)


def test_mazurs_error_after_the_step_is_that_of_updated_weights() -> None:
    report = check(_sheet("mazur-2-2-2").asked(9), _sheet("mazur-2-2-2").answers)
    mark = next(mark for mark in report.marks if mark.id == "loss_after")
    assert mark.typed == "0.291027924"
    assert (mark.verdict, mark.credit) == ("wrong", 0)  # nine digits of a loss are given by more than one mistake


def test_the_unit_test_that_asserts_updated_weights_is_recognised() -> None:
    cells = {"new_w1[1,1]": "0.14981763856120295", "new_w1[1,2]": "0.19963527712240592"}
    report = check(replace(load("mazur"), decimals=9), answers(cells))
    mark = report.first_error
    assert mark is not None
    assert (mark.id, mark.causes[0].id) == ("new_w1[1,1]", "updated_weights_in_hidden_delta")


def test_macleods_sheet_is_recognised_where_old_weights_are_asked_for() -> None:
    problem = load(keys_of("macleod-2-2-1-updated-weights", conventions=UPDATED | {"hidden_delta_weights": "old"}))
    report = check(replace(problem, decimals=5), _sheet("macleod-2-2-1-updated-weights").answers)
    mark = next(mark for mark in report.marks if mark.id == "delta1[1]")
    assert mark.verdict not in FINE
    assert "updated" in _names(report, mark)


def _of_the_broadcast() -> Answers:
    """The first step of the csdn program, at 6 decimals: what it prints for the page's cells, without the deltas."""
    trace = Trace(load(keys_of("csdn-2-2-1-broadcast-bug", steps=1)))
    recipe = dict(trace.page.recipe)
    step = trace.find("step_w1")[0]
    operands = tuple(trace.find(name)[0] for name in ("learning_rate", "error1", "slope1", "inputs"))
    recipe[step] = replace(recipe[step], rule=broadcast_step, operands=operands)
    values = run(recipe, trace.page.given)
    skipped = ("delta1", "grad_w1")
    return Answers(
        {
            cell.id: typed(f"{rounded(float(np.asarray(values[cell.quantity])[cell.at]), 6, 'half up'):f}")
            for cell in trace.cells()
            if cell.quantity not in skipped
        }
    )


def test_the_broadcast_goes_wrong_at_the_steps_of_the_hidden_weights() -> None:
    report = check(replace(load(keys_of("csdn-2-2-1-broadcast-bug", steps=1)), decimals=6), _of_the_broadcast())
    wrong = {mark.id for mark in report.marks if mark.typed and mark.credit < mark.points}
    steps = {f"step_w1[{j},{i}]" for j in (1, 2) for i in (1, 2)}
    assert wrong <= steps
    assert {mark.causes[0].id for mark in report.marks if mark.id in steps} == {"broadcast_product"}
