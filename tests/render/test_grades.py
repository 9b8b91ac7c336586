"""The spreadsheet of a class, read back: exact numbers, one line a student, nothing that is obeyed."""

from __future__ import annotations

import csv
import io
import pickle
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bptutor.classroom.grade import Grade, decimal, in_order
from bptutor.render.grades import PRESETS, gradebook_feedback, head, preset_head, preset_row, row

F = Fraction
HOSTILE = "=1+1\x1b[2J<script>alert(1)</script>\n\r\t\u202e[b]\ud800"


def spreadsheet(grades: Sequence[Grade], parts: Sequence[str]) -> str:
    ordered = sorted(grades, key=lambda grade: in_order(grade.id))
    return "".join([head(parts), *(row(grade, parts) for grade in ordered)])


def rows(*grades: Grade, parts: tuple[str, ...] = ("net1", "delta2")) -> list[dict[str, str]]:
    text = spreadsheet(grades, parts)
    text.encode()
    return list(csv.DictReader(io.StringIO(text)))


def test_a_row_has_all_that_is_known() -> None:
    grade = Grade("s1", "Anna", "a@b.de", "B", F(13, 2), F(44), {"net1": "4", "delta2": "0.3333"}, "-0.5", "2")
    grade = grade._replace(first_error="net2[1]", main_cause="omit_hidden_slope")._replace(
        blanks=3, notes=("late", "two sheets")
    )
    text = spreadsheet([grade], ["net1", "delta2", "loss"])
    assert text == (
        "id,name,email,variant,score,possible,percent,net1,delta2,loss,precision,unnamed,first_error,main_cause,blanks,notes\n"
        "s1,Anna,a@b.de,B,6.5,44,14.77,4,0.3333,,-0.5,2,net2[1],omit_hidden_slope,3,late; two sheets\n"
    )


def test_an_unreadable_hand_in_has_no_score() -> None:
    (line,) = rows(Grade("s1", possible=F(44), notes=("no YAML",), readable=False))
    assert (line["score"], line["percent"], line["blanks"], line["notes"]) == ("", "", "", "no YAML")


def test_ids_are_sorted_as_people_do() -> None:
    ids = ["s10", "s2", "S2", "s1", "", "9" * 5000, "10", "9", "s2b", "s02", "ä"]
    found = [line["id"] for line in rows(*map(Grade, ids))]
    assert found == ["", "9", "10", "9" * 5000, "s1", "S2", "s02", "s2", "s2b", "s10", "ä"]
    assert found == [line["id"] for line in rows(*map(Grade, reversed(ids)))]


@given(st.lists(st.text(), max_size=8))
def test_any_ids_can_be_sorted(ids: list[str]) -> None:
    backwards = ids[::-1]
    assert sorted(ids, key=in_order) == sorted(backwards, key=in_order)


@given(st.fractions(), st.integers(0, 6))
def test_fractions_are_rounded_once_half_up(number: Fraction, places: int) -> None:
    text = decimal(number, places)
    assert abs(F(text) - number) <= F(1, 2 * 10**places)
    assert "." not in text or text[-1] not in ".0"
    assert text != "-0"


@pytest.mark.parametrize("text", ["0.00005", "0.00015", "2.5", "0.12345", "-0.00005", "100", "0.1"])
def test_ties_are_those_of_decimal(text: str) -> None:
    assert Decimal(decimal(F(text))) == Decimal(text).quantize(Decimal("0.0001"), ROUND_HALF_UP)


def test_no_float_noise() -> None:
    assert decimal(sum([F(1, 10)] * 3, F(0))) == "0.3"
    assert decimal(F(2, 3)) == "0.6667"
    assert decimal(F(44)) == "44"


def test_hostile_text_in_every_field() -> None:
    about: dict[str, Any] = dict.fromkeys(Grade._fields[:4], HOSTILE)
    grade = Grade(**about, first_error=HOSTILE, main_cause=HOSTILE, notes=(HOSTILE, HOSTILE))
    text = spreadsheet([grade], ())
    assert text.count("\n") == 2
    assert not set(text) & set("\x1b\r\t\u202e")
    (line,) = rows(grade)
    assert [column for column, cell in line.items() if cell.startswith("=")] == []
    assert line["id"].startswith("'=1+1")


def test_feedback_is_html_in_one_line() -> None:
    grade = Grade(
        "s1", earned=F(13, 2), possible=F(44), first_error="net1[2]", main_cause="sign", blanks=1, notes=("<i>",)
    )
    assert gradebook_feedback(grade) == (
        "6.5 of 44 points.<br>First cell that is not right: net1[2].<br>1 cell is blank.<br>&lt;i&gt;"
    )
    said = gradebook_feedback(Grade("s1", first_error=HOSTILE, main_cause=HOSTILE, notes=(HOSTILE,)))
    assert not set(said) & set("\x1b\r\t\n\u202e")
    assert "<script" not in said
    assert gradebook_feedback(Grade("", notes=("=1",), readable=False)) == "'=1"


def test_a_grade_can_be_sent_to_another_process() -> None:
    grade = Grade("s1", parts={"net1": "0.3333"})
    assert pickle.loads(pickle.dumps(grade)) == grade


def test_grades_as_other_graders_write_them() -> None:
    grade = Grade("s1", "Ann Marie Abel", "a@b.de", earned=Fraction(47), possible=Fraction(48))
    rows = {
        name: dict(zip(preset, preset_row(grade, preset, "HW").strip().split(","), strict=True))
        for name, preset in PRESETS.items()
    }
    assert rows["nbgrader"]["student_id"] == rows["gradescope"]["SID"] == rows["otter"]["file"] == "s1"
    assert [rows["nbgrader"][name] for name in ("assignment", "score", "max_score")] == ["HW", "47", "48"]
    assert (rows["gradescope"]["First Name"], rows["gradescope"]["Last Name"]) == ("Ann Marie", "Abel")
    assert rows["otter"]["percent_correct"] == "0.9792"
    assert preset_head(PRESETS["otter"]) == "file,percent_correct,total_points_earned\n"
    assert preset_row(Grade("s1", readable=False), PRESETS["otter"], "HW") == "s1,,\n"
