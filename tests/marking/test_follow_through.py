"""What is right, what follows, what is charged: small sheets on library problems, their numbers found by hand."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from bptutor.answers import Typed
from bptutor.files.library import load
from bptutor.marking.check import check
from bptutor.marking.policy import Marking
from bptutor.marking.report import FINE, Mark, Report
from bptutor.points import Points
from tests.support.cases import keys_of
from tests.support.mazur_by_hand import sheet, worked
from tests.support.students import answers, typed

HALF = Fraction(1, 2)
CELLS = Points("cells")  # each cell is a point: what a verdict costs can be read off
RIGHT = worked()


def _mazur(texts: dict[str, str], marking: Marking | None = None, /, decimals: int = 4, **others: Typed) -> Report:
    return check(replace(load("mazur"), decimals=decimals, points=CELLS), sheet(texts, **others), marking or Marking())


def _mark(report: Report, cell: str) -> Mark:
    return next(mark for mark in report.marks if mark.id == cell)


def _lost(report: Report) -> dict[str, str]:
    """The verdicts of all cells that do not have all of their points."""
    return {mark.id: mark.verdict for mark in report.marks if mark.credit < mark.points}


def _without(texts: dict[str, str], *quantities: str) -> dict[str, str]:
    return {cell: text for cell, text in texts.items() if cell.partition("[")[0] not in quantities}


def _one(name: str, cell: str, text: str | Typed, marking: Marking | None = None, decimals: int = 4) -> Mark:
    """The mark on a single cell, all others blank."""
    number = typed(text) if isinstance(text, str) else text
    problem = replace(load(name), decimals=decimals, points=CELLS)
    return _mark(check(problem, replace(answers({}), cells={cell: number}), marking or Marking()), cell)


# Right


def test_carried_by_hand_is_right() -> None:
    report = _mazur(RIGHT)
    assert report.all_right
    assert (report.earned, report.possible) == (48, 48)
    assert report.first_error is None


@pytest.mark.parametrize("text", ["0.5000", "0.500", "0.50", "0.5", ".5", "0.50000", "5e-1"])
def test_missing_zeros_are_fine(text: str) -> None:
    number = typed(text) if text[-2] != "-" else Typed(text, 0.5, 1)
    mark = _one("ailab", "net1[2]", number)
    assert (mark.verdict, mark.credit, mark.typed) == ("right", 1, text)


@pytest.mark.parametrize(("text", "value"), [("1/2", 0.5), ("2/4", 0.5), ("-1/-2", 0.5)])
def test_a_fraction_is_exact(text: str, value: float) -> None:
    assert _one("ailab", "net1[2]", Typed(text, value, None)).verdict == "right"


def test_a_wrong_fraction_is_wrong_and_what_follows_follows() -> None:
    # out = 2/3: the error is 0.6567, the slope 2/9
    wrong = {"error2[1]": "0.6567", "slope2[1]": "0.2222"}
    report = _mazur(wrong, None, 4, **{"out2[1]": Typed("2/3", 2 / 3, None)})
    assert _mark(report, "out2[1]").credit == 0
    assert [_mark(report, cell).verdict for cell in wrong] == ["follow_through"] * 2


@pytest.mark.parametrize("text", ["0.59327", "0.593270", "0.593269992", "0.59326"])
def test_more_decimals_than_asked(text: str) -> None:
    assert _one("mazur", "out1[1]", text).verdict in FINE


def test_more_decimals_do_not_make_a_wrong_number_right() -> None:
    assert _one("mazur", "out1[1]", "0.595269992").credit == 0


@pytest.mark.parametrize(("text", "strict"), [("0.5969", True), ("0.5968", True), ("0.5970", False)])
def test_strict_marking_allows_rounding_and_cutting_off_only(text: str, strict: bool) -> None:
    # 0.59688…; nothing stands above it that was rounded
    assert (_one("mazur", "out1[2]", text).verdict in FINE) == strict, "no tolerance unless a teacher wants it"
    assert _one("mazur", "out1[2]", text, Marking(ulps=1)).verdict in FINE


def test_two_units_away_is_wrong() -> None:
    assert [_one("mazur", "out1[2]", text).credit for text in ("0.5967", "0.5970", "0.5971")] == [0, 0, 0]
    # a unit more than one who cuts off writes (0.5968) is 0.5967
    more = [_one("mazur", "out1[2]", text, Marking(ulps=1)).credit for text in ("0.5966", "0.5971")]
    assert more == [0, 0]


@pytest.mark.parametrize("ulps", [0, 1, 3])
def test_units_of_the_last_place(ulps: int) -> None:
    # 0.3775 is exact
    verdicts = [_one("mazur", "net1[1]", text, Marking(ulps=ulps)).verdict for text in ("0.3776", "0.3778", "0.3779")]
    assert [verdict in FINE for verdict in verdicts] == [ulps >= 1, ulps >= 3, False]


def test_no_tolerance_makes_a_zero_right() -> None:
    # ∂E/∂w1 of ailab is 0.00102: one unit from 0 at three decimals
    assert _one("ailab", "grad_w1[1,1]", "0.002", Marking(ulps=1), decimals=3).verdict in FINE
    assert _one("ailab", "grad_w1[1,1]", "0.002", decimals=3).credit == 0
    for marking in (Marking(), Marking(ulps=1)):
        assert _one("ailab", "grad_w1[1,1]", "0.000", marking, decimals=3).credit == 0
    assert _one("ailab", "grad_w1[1,1]", "0", Marking(ulps=20), decimals=3).credit == 0


def test_no_tolerance_makes_an_old_weight_right() -> None:
    # w2+ of ailab is 0.24939, and w2 was 0.25
    assert _one("ailab", "new_w1[1,2]", "0.248", Marking(ulps=1), decimals=3).verdict in FINE
    assert _one("ailab", "new_w1[1,2]", "0.248", decimals=3).credit == 0
    for marking in (Marking(), Marking(ulps=1)):
        assert _one("ailab", "new_w1[1,2]", "0.250", marking, decimals=3).credit == 0
    assert _one("ailab", "new_w1[1,2]", "0.25", Marking(ulps=20), decimals=3).credit == 0
    assert _one("ailab", "new_w1[1,2]", "0.25", decimals=2).verdict in FINE, "at two decimals it is right"


# Imprecise


@pytest.mark.parametrize(("text", "factor"), [("0.593", HALF), ("0.59", HALF), ("0.59", Fraction(1, 4))])
def test_too_few_decimals_cost_a_part_and_no_harm_downstream(text: str, factor: Fraction) -> None:
    report = _mazur(RIGHT | {"out1[1]": text}, Marking(imprecise=factor))
    assert _lost(report) == {"out1[1]": "imprecise"}
    assert _mark(report, "out1[1]").credit == factor


def test_who_goes_on_with_too_few_decimals_is_right() -> None:
    wrong = worked({"out1[1]": "0.59"})
    assert wrong["net2[1]"] == "1.1046", "13 units from the truth"
    assert _lost(_mazur(wrong)) == {"out1[1]": "imprecise"}


# Blank and unreadable


def test_blanks_cost_themselves_only() -> None:
    report = _mazur(_without(RIGHT, "net1", "out1", "slope2", "delta1", "step_w1"))
    assert set(_lost(report).values()) == {"blank"}
    assert len(_lost(report)) == 2 + 2 + 2 + 2 + 4
    assert report.first_error is None


def test_what_cannot_be_read_is_quoted_and_costs_itself_only() -> None:
    report = _mazur(RIGHT, None, 4, **{"out1[1]": Typed("0.5933?", None)})
    assert _lost(report) == {"out1[1]": "unreadable"}
    assert _mark(report, "out1[1]").typed == "0.5933?"
    assert report.first_error == _mark(report, "out1[1]")


# Following


def test_what_follows_from_a_wrong_number_keeps_its_credit() -> None:
    wrong = worked({"out2[1]": "0.8514"})  # for 0.7514
    report = _mazur(wrong)
    assert set(_lost(report)) == {"out2[1]"}
    error = _mark(report, "error2[1]")
    assert (error.verdict, error.typed, error.judged_from) == ("follow_through", "0.8414", ("out2[1]",))
    assert error.from_your_numbers == "0.8414"
    assert _mark(report, "slope2[1]").verdict == "follow_through"
    assert report.first_error == _mark(report, "out2[1]")


def test_following_may_be_worth_less() -> None:
    report = _mazur(worked({"out2[1]": "0.8514"}), Marking(follow_through=HALF))
    assert {mark.credit for mark in report.marks if mark.verdict == "follow_through"} == {HALF}


def test_a_blank_that_was_asked_for_costs_itself_and_is_seen_through() -> None:
    wrong = worked({"out2[1]": "0.8514"})
    report = _mazur(_without(wrong, "error2", "step_w2"))
    assert set(_lost(report).values()) == {"wrong", "blank"}
    assert {cell for cell, verdict in _lost(report).items() if verdict == "wrong"} == {"out2[1]"}
    for cell in ("slope2[1]", "delta2[1]", "grad_w2[1,1]", "new_w2[1,1]"):
        assert _mark(report, cell).verdict == "follow_through"
    assert set(_mark(report, "delta2[1]").judged_from) == {"out2[1]", "slope2[1]"}


def test_what_does_not_follow_through_a_blank_is_wrong() -> None:
    wrong = worked({"out2[1]": "0.8514"}) | {"delta2[1]": "0.1234"}
    report = _mazur(_without(wrong, "error2"))
    assert _mark(report, "delta2[1]").credit == 0


def _asking(texts: dict[str, str], *ask: str) -> Report:
    keys: dict[str, Any] = keys_of("mazur-2-2-2") | {"decimals": 4, "ask": list(ask)}
    return check(load(keys), answers(texts))


def test_what_was_not_asked_for_is_seen_through() -> None:
    wrong = worked({"out2[1]": "0.8514"})
    asked = ("net", "out", "slope", "delta", "new_w")
    texts = {cell: text for cell, text in wrong.items() if cell.rstrip("[],012") in asked}
    report = _asking(texts, *asked)
    assert set(_lost(report)) == {"out2[1]"}
    assert {mark.id for mark in report.marks} == set(texts)
    assert set(_mark(report, "delta2[1]").judged_from) == {"out2[1]", "slope2[1]"}


def test_nothing_follows_from_a_number_that_cannot_be() -> None:
    wrong = worked({"out2[1]": "1.2000"})
    report = _mazur(wrong)
    assert (wrong["error2[1]"], wrong["slope2[1]"]) == ("1.1900", "-0.2400")
    for cell in ("out2[1]", "error2[1]", "slope2[1]"):
        assert _mark(report, cell).credit == 0
    assert _mark(report, "error2[2]").credit == 1


def test_a_zero_that_leaves_nothing_to_do_takes_credit_with_it() -> None:
    wrong = worked({"delta2[1]": "0.0000"})
    report = _mazur(wrong)
    idle = [f"{word}_w2[1,{i}]" for word in ("grad", "step", "new") for i in (1, 2)]
    assert [wrong[cell] for cell in idle] == ["0.0000"] * 4 + ["0.4000", "0.4500"]
    assert [_mark(report, cell).credit for cell in idle] == [0] * 6
    assert _mark(report, "error1[1]").verdict == "follow_through", "Σ of the other delta is work"
    assert set(_lost(report)) - {"loss_after"} == {"delta2[1]", *idle}


def test_right_but_not_from_ones_own_numbers_keeps_its_credit_and_gets_a_note() -> None:
    wrong = worked({"out2[1]": "0.8514"}) | {"delta2[1]": RIGHT["delta2[1]"]}
    report = _mazur(wrong)
    delta = _mark(report, "delta2[1]")
    assert delta.verdict in FINE
    assert delta.credit == 1
    assert not delta.note  # one wrong number above it: a slip, and no sign of another source
    assert not _mark(report, "delta2[2]").note


# A mistake is charged once


def test_a_mistake_in_sibling_cells_is_charged_once() -> None:
    wrong = worked({"delta2[1]": RIGHT["error2[1]"], "delta2[2]": RIGHT["error2[2]"]})
    once, each = _mazur(wrong), _mazur(wrong, Marking(charge="each"))
    assert _lost(once) == {"delta2[1]": "misconception"}
    assert _lost(each) == {"delta2[1]": "misconception", "delta2[2]": "misconception"}
    assert once.possible - once.earned == 1
    for report in (once, each):
        assert _mark(report, "delta2[1]").causes[0].id == "omit_output_slope"
        assert _mark(report, "delta2[2]").causes[0].id == "omit_output_slope"
    assert _mark(once, "grad_w2[1,1]").verdict == "follow_through"


def test_two_different_mistakes_are_both_charged() -> None:
    no_bias = {"net1[1]": "0.0275"}
    error = worked(no_bias)
    wrong = worked(no_bias | {"delta2[1]": error["error2[1]"], "delta2[2]": error["error2[2]"]})
    assert set(_lost(_mazur(wrong))) == {"net1[1]", "delta2[1]"}
