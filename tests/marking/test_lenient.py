"""What a marker can let pass: blanks that do not count, mistakes that are forgiven; and what is said of odd numbers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

import bptutor
from bptutor.errors import BptutorError
from bptutor.marking.report import Mark, Report
from bptutor.points import Points
from tests.support.handmade import right

MAZUR = right("mazur")
CELLS = replace(bptutor.load("mazur"), points=Points("cells"))  # a verdict costs a whole cell
IGNORE = bptutor.Marking(blanks="ignore")
# out_h1 read as 0.5939 when it was copied; all below was worked out with 0.5933.
MISCOPIED = MAZUR | {"out1[1]": "0.5939"}


def mark_of(report: Report, name: str) -> Mark:
    return next(mark for mark in report.marks if mark.id == name)


def test_of_a_page_typed_in_only_what_is_there_is_marked() -> None:
    some = {name: text for name, text in MAZUR.items() if name.startswith(("net", "out", "delta", "new_w"))}
    assert len(some) == 20
    report = bptutor.check(CELLS, some, IGNORE)
    assert (report.earned, report.possible, report.percent) == (20, 20, 100)
    assert report.all_right
    assert [mark.id for mark in report.marks] == list(some)
    counted = bptutor.check(CELLS, some)
    assert (counted.earned, counted.possible, counted.all_right) == (20, 48, False)


def test_what_cannot_be_read_is_there_and_counts() -> None:
    report = bptutor.check(CELLS, {"net1[1]": "0.3775", "net1[2]": "0.39x"}, IGNORE)
    assert (report.earned, report.possible) == (1, 2)


@pytest.mark.parametrize("sheet", [{}, {"net1[1]": None}])
def test_an_empty_sheet_is_not_right_because_its_blanks_are_ignored(sheet: dict[str, None]) -> None:
    report = bptutor.check(CELLS, sheet, IGNORE)
    assert (report.earned, report.possible, report.percent, report.all_right) == (0, 48, 0, False)


def test_a_class_is_marked_on_what_is_there_as_well() -> None:
    sheets = {"a": {"net1": [0.3775, 0.3925]}, "b": {"net_h1": 0.3775, "net_h2": 0.9}, "c": {}}
    grades = bptutor.grade_class(CELLS, sheets, marking=IGNORE).grades
    assert [(g.id, g.earned, g.possible, g.percent, g.blanks) for g in grades] == [
        ("a", 2, 2, 100, 0),
        ("b", 1, 2, 50, 0),
        ("c", 0, 48, 0, 48),
    ]
    assert dict(next(g for g in grades if g.id == "a").parts) == {"forward": "2"}


def test_a_number_copied_wrongly_costs_its_cell_unless_it_is_forgiven() -> None:
    report = bptutor.check(CELLS, MISCOPIED)
    assert [mark.id for mark in report.marks if mark.credit < mark.points] == ["out1[1]"]
    assert [cause.id for cause in mark_of(report, "out1[1]").leading] == ["copy_slip"]
    assert not any(mark.note for mark in report.marks)
    kind = bptutor.check(CELLS, MISCOPIED, bptutor.Marking(forgive=frozenset({"copy_slip"})))
    assert (kind.earned, kind.possible) == (48, 48)
    assert mark_of(kind, "out1[1]").verdict == "misconception"
    assert mark_of(kind, "out1[1]").forgiven


def test_what_is_forgiven_is_that_mistake_only() -> None:
    both = {"net1[1]": "0.4123", "error2[2]": "-0.2171", "slope2[2]": "0.1755", "delta2[2]": "0.0381"}
    for forgive, lost in (({"sign_slip"}, {"net1[1]"}), ({"copy_slip"}, {"delta2[2]", "net1[1]"})):
        report = bptutor.check(CELLS, both, bptutor.Marking(forgive=frozenset(forgive)))
        assert {mark.id for mark in report.marks if mark.typed and not mark.credit} == lost


@pytest.mark.parametrize(("name", "near"), [("copyslip", "copy_slip"), ("omit_hiden_slope", "omit_hidden_slope")])
def test_a_mistake_that_there_is_not_is_refused_with_the_nearest(name: str, near: str) -> None:
    marking = bptutor.Marking(forgive=frozenset({name}))
    refused: list[Callable[[], object]] = [lambda: bptutor.check(CELLS, MAZUR, marking), lambda: _class(marking)]
    for refuse in refused:
        with pytest.raises(BptutorError) as caught:
            refuse()
        assert name in caught.value.message
        assert caught.value.hint == near


def _class(marking: bptutor.Marking) -> object:
    return bptutor.grade_class(CELLS, {"a": MAZUR}, marking=marking)


def test_a_number_that_belongs_in_another_cell_is_told_with_that_cell() -> None:
    report = bptutor.check(CELLS, MAZUR | {"net1[1]": MAZUR["net1[2]"], "out1[1]": "0.5969"})
    (says,) = (cause.says for cause in mark_of(report, "net1[1]").leading if cause.id == "other_cell")
    assert says == "This is the number of net_h2."


def test_right_numbers_below_one_wrong_number_are_no_sign_of_copying() -> None:
    """Who writes down one number badly and goes on with the right one has a page that is right but for that."""
    assert not any(mark.note for mark in bptutor.check(CELLS, MAZUR | {"out1[1]": "0.6241"}).marks)


def test_right_numbers_below_several_wrong_ones_get_a_note_in_neutral_words() -> None:
    report = bptutor.check(CELLS, MAZUR | {"out1[1]": "0.6241", "delta2[2]": "-0.0977"})
    notes = {mark.id: mark.note for mark in report.marks if mark.note}
    assert {"net2[1]", "net2[2]", "grad_w2[2,1]"} <= set(notes)
    assert set(notes.values()) == {"right, but it does not follow from the numbers above it"}
    assert all(mark_of(report, name).credit == 1 for name in notes)
