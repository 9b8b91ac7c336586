"""The picture of a class: counted as a person would, whatever the order, and in memory that does not grow."""

from __future__ import annotations

import json
import statistics
import tracemalloc
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bptutor.classroom import cells, picture, scores
from bptutor.classroom.grade import Grade
from bptutor.classroom.picture import Picture, Tally
from bptutor.classroom.result import Result, Work
from bptutor.classroom.scores import Scores, Spread
from bptutor.intake.entry import HandIn
from bptutor.marking.factors import OTHER_FACTOR, OTHER_RATE
from bptutor.marking.verdicts import VERDICTS
from tests.support.simulated_class import CELLS, PLACES, honest_class, result, tallied

SCORES = st.lists(st.integers(0, 96), min_size=1, max_size=60)


def spread(earned: list[int], possible: int = 96) -> tuple[Spread, list[int]]:
    told = Scores()
    for points in earned:
        told.add(Fraction(points, 2), Fraction(possible, 2))
    found = told.spread()
    assert found
    return found, told.bins


@given(SCORES)
def test_scores_are_spread_as_the_books_say(earned: list[int]) -> None:
    found, bins = spread(earned)
    percent = [100 * points / 96 for points in earned]
    assert found.mean == pytest.approx(statistics.fmean(percent), abs=0.0051)
    assert found.deviation == pytest.approx(statistics.pstdev(percent), abs=0.0051)
    assert found.quartiles == pytest.approx(tuple(np.quantile(percent, [0.25, 0.5, 0.75])), abs=0.0101)
    assert bins == np.histogram(percent, 10, (0, 100))[0].tolist()


def test_scores_are_settled_now_and_then(monkeypatch: pytest.MonkeyPatch) -> None:
    earned = [n * 7 % 97 for n in range(500)]
    whole = spread(earned)
    monkeypatch.setattr(scores, "_MOST_SCORES", 3)
    assert spread(earned) == whole


def test_no_points_are_all_of_them() -> None:
    told = Scores()
    assert told.spread() is None
    told.add(Fraction(0), Fraction(0))
    assert told.spread() == Spread(100.0, (100.0, 100.0, 100.0), 0.0)


def test_what_cannot_be_read_is_counted_and_nothing_else() -> None:
    shown = tallied([result("a"), Result(HandIn("b"), Work(Grade("", readable=False, notes=("no",))))]).picture(CELLS)
    assert (shown.graded, shown.unreadable) == (1, 1)
    assert {sum(cell.students) for cell in shown.cells} == {1}


def test_an_empty_class_has_a_picture() -> None:
    shown = Tally().picture(CELLS)
    assert (shown.graded, shown.spread, shown.pairs, shown.unusual) == (0, None, (), ())
    json.dumps(shown.as_dict(), allow_nan=False)


@pytest.mark.parametrize("together", [1, 100, 1 << 15])
def test_every_verdict_is_counted(monkeypatch: pytest.MonkeyPatch, together: int) -> None:
    monkeypatch.setattr(cells, "_ENOUGH", together)
    draw = np.random.default_rng(0)
    sheets = [
        result(f"s{n}", more={cell: str(draw.choice(VERDICTS[1:])) for cell in PLACES if draw.random() < 0.3})
        for n in range(70)
    ]
    for cell in tallied(sheets).picture(CELLS).cells:
        found = [VERDICTS[sheet.work.verdicts[PLACES[cell.cell.id]]] for sheet in sheets]
        assert cell.students == tuple(found.count(verdict) for verdict in VERDICTS)
        assert cell.share("blank") == found.count("blank") / 70


def test_a_cell_that_is_not_asked_for_is_left_out_until_somebody_answers() -> None:
    blank = result("a", more={"error1[1]": "blank", "error1[2]": "blank"})
    asked = [not cell.startswith("error1") for cell in PLACES]
    left = set(PLACES) - {counts.cell.id for counts in tallied([blank]).picture(CELLS, asked).cells}
    assert left == {"error1[1]", "error1[2]"}
    some = tallied([blank, result("b", more={"error1[1]": "blank"})]).picture(CELLS, asked).cells
    assert set(PLACES) - {counts.cell.id for counts in some} == {"error1[1]"}
    assert len(tallied([blank]).picture(CELLS).cells) == len(CELLS)


def test_mistakes_are_ranked_by_students_and_slips_are_apart() -> None:
    flipped, slip, other = (0.1, ("flipped_error",)), (0.2, ("sign_slip",)), (0.3, ("added_update", "flipped_error"))
    sheets = [
        result("s10", {"error2[1]": flipped, "error2[2]": flipped, "new_w1[1,1]": other}),
        result("s2", {"error2[1]": flipped, "loss": slip}),
        result("s1", {"new_w1[1,1]": other}),
    ]
    shown = tallied(sheets).picture(CELLS)
    assert [(m.id, m.students, m.ids) for m in shown.misconceptions] == [
        ("flipped_error", 2.5, ("s1", "s2", "s10")),  # s1: either, as half
        ("added_update", 0.5, ("s1",)),
    ]
    assert [(m.id, m.ids) for m in shown.slips] == [("sign_slip", ("s2",))]
    assert shown.misconceptions[0].says.startswith("You swapped output and target")


@pytest.mark.parametrize("mistake", [OTHER_FACTOR, OTHER_RATE, "log10", "sign_slip", "dropped_term", "copy_slip"])
def test_every_mistake_has_its_sentence(mistake: str) -> None:
    shown = tallied([result("a", {"loss": (0.1, (mistake,))})]).picture(CELLS)
    (found,) = (*shown.misconceptions, *shown.slips)
    assert found.says.endswith(".")


def test_what_was_given_though_something_was_wrong_is_said() -> None:
    work = replace(result("a").work, followed=Fraction(6), once=Fraction(3))
    shown = tallied([result("a")._replace(work=work), result("b")]).picture(CELLS)
    assert shown.gained == (6.25, 3.12)  # of 48 points and two students
    assert shown.as_dict()["gained"] == {"follow_through": 6.25, "counted_once": 3.12}


def test_of_very_many_students_a_part_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(picture, "MOST_IDS", 2)
    shown = tallied(result(f"s{n}", {"loss": (n / 10, ("log10",))}) for n in range(5)).picture(CELLS)
    assert (shown.misconceptions[0].students, shown.misconceptions[0].ids) == (5, ("s0", "s1"))
    assert shown.notes == ("Of each mistake the ids of the first 2 students are listed.",)


def test_sheets_of_another_page_are_in_no_cell() -> None:
    other = result("b", variant="B")._replace(work=Work(Grade("", possible=Fraction(5)), bytes(5)))
    shown = tallied([result("a", variant="A"), other]).picture(CELLS)
    assert (shown.graded, sum(shown.cells[0].students)) == (2, 1)
    assert shown.notes[0].startswith("1 sheet is of another page")


def test_of_very_many_variants_the_rest_are_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(picture, "_MOST_VARIANTS", 2)
    shown = tallied(result(f"s{n}", {"loss": (0.5, ())}, variant=f"v{n % 4}") for n in range(40)).picture(CELLS)
    assert sum(shown.cells[0].students) == 40
    assert [found.variant for found in shown.unusual] == ["v0", "v1"]
    assert "the first 2 variants" in shown.notes[0]


def simulated(order: int) -> Picture:
    sheets = [result(f"s{n}", sheet) for n, sheet in enumerate(honest_class(np.random.default_rng(3)))]
    assert sheets[5].work.wrong
    sheets += [result(f"c{n}", _numbers(sheets[5])) for n in range(2)]
    np.random.default_rng(order).shuffle(sheets)
    return tallied(sheets).picture(CELLS)


def _numbers(sheet: Result) -> dict[str, tuple[float, tuple[str, ...]]]:
    return {CELLS[odd.cell][0]: (odd.number, odd.causes) for odd in sheet.work.wrong}


def test_the_order_does_not_matter() -> None:
    assert json.dumps(simulated(1).as_dict()) == json.dumps(simulated(2).as_dict())


@pytest.mark.slow
def test_memory_does_not_grow_with_the_class() -> None:
    draw = np.random.default_rng(0)
    some = [result(f"s{n}", sheet) for n, sheet in enumerate(honest_class(draw, 500))]
    tally, held = Tally(), []
    tracemalloc.start()
    for _turn in range(3):
        for n in range(22_000):
            tally.add(some[n % 500])
        held.append(tracemalloc.get_traced_memory()[0])
    tracemalloc.stop()
    assert held[2] < held[1] + 500_000


def test_the_data_are_as_scripts_expect_them() -> None:
    data = simulated(0).as_dict()
    assert list(data) == [
        "format",
        "version",
        "graded",
        "unreadable",
        "unusual_numbers",
        "percent",
        "gained",
        "stages",
        "histogram",
        "misconceptions",
        "slips",
        "cells",
        "groups",
        "pairs",
        "notes",
    ]
    assert (data["format"], data["version"]) == ("bptutor/class", 1)
    assert list(data["percent"]) == ["mean", "median", "standard_deviation", "quartiles"]
    assert list(data["cells"][0]) == ["id", "label", "verdicts"]
    assert list(data["cells"][0]["verdicts"]) == list(VERDICTS)
    assert sum(column["students"] for column in data["histogram"]) == data["graded"] == 202
    assert json.loads(json.dumps(data, allow_nan=False)) == data
