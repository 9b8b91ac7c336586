"""Whose row is whose: the strongest key first, and nothing that could be somebody else's."""

from __future__ import annotations

import time
from fractions import Fraction

import pytest

from bptutor.classroom.grade import Grade
from bptutor.classroom.gradebooks import BookRow, match, number_of, plain_name, points_of


def pairs(grades: list[Grade], entries: list[BookRow]) -> dict[int, Grade]:
    matched = match(grades, entries)
    assert sorted([*matched.grades, *(entry.row for entry in matched.rows)]) == [entry.row for entry in entries]
    assert len(matched.grades) + len(matched.left) == len(grades)
    return matched.grades


def test_id_then_email_then_name() -> None:
    by_id, by_email, by_name = Grade("7"), Grade("x", email="B@b.de"), Grade("y", "Ümit Şahin")
    entries = [
        BookRow(1, ("1", "7")),
        BookRow(2, ("2",), "b@B.de"),
        BookRow(3, ("3",), "", "Sahin, Umit"),
        BookRow(4, ("4",)),
    ]
    assert pairs([by_name, by_email, by_id], entries) == {1: by_id, 2: by_email, 3: by_name}


def test_an_id_is_stronger_than_a_name() -> None:
    grade = Grade("7", "Anna Muster", "anna@b.de")
    entries = [BookRow(1, ("1",), "anna@b.de", "Anna Muster"), BookRow(2, ("7",), "", "Bert")]
    assert pairs([grade], entries) == {2: grade}


@pytest.mark.parametrize(
    ("grades", "entries"),
    [
        ([Grade("", "Anna M")], [BookRow(1, (), "", "Anna M"), BookRow(2, (), "", "M, Anna")]),
        ([Grade("a", "Anna M"), Grade("b", "anna  m")], [BookRow(1, (), "", "Anna M")]),
        ([Grade("7"), Grade("7 ")], [BookRow(1, ("7",))]),
        ([Grade("7")], [BookRow(1, ("7", "1")), BookRow(2, ("2", "7"))]),
        ([Grade("", "", "a@b")], [BookRow(1, (), "a@b"), BookRow(2, (), "A@b")]),
        ([Grade("", "")], [BookRow(1, ("",), "", "")]),
        ([Grade("", "?!")], [BookRow(1, (), "", "…")]),
        ([Grade("", "Thomas Martin")], [BookRow(1, (), "", "Martin Thomas")]),
        ([Grade("007")], [BookRow(1, ("7",))]),
    ],
)
def test_nothing_is_guessed(grades: list[Grade], entries: list[BookRow]) -> None:
    assert pairs(grades, entries) == {}


def test_a_name_of_two_is_not_free_when_one_of_them_is_found() -> None:
    first, second = Grade("7", "Anna M"), Grade("", "Anna M")
    assert pairs([first, second], [BookRow(1, ("7",), "", "Anna M"), BookRow(2, ("8",), "", "Anna M")]) == {1: first}


def test_two_ids_of_one_row_that_point_to_two_grades() -> None:
    assert pairs([Grade("7"), Grade("8")], [BookRow(1, ("7", "8"))]) == {}


def test_an_email_may_stand_where_an_id_does() -> None:
    grade = Grade("anna@b.de")
    assert pairs([grade], [BookRow(1, ("1",), "Anna@B.de")]) == {1: grade}
    assert pairs([Grade("1x", email="anna@b.de")], [BookRow(1, ("1", "anna@b.de"))]).keys() == {1}


@pytest.mark.parametrize(
    "name",
    [
        "Muster-Øre, Anna",
        "anna muster øre",
        "ANNA  MUSTER ØRE",
        "Anna Muster\u2010Øre",
        "Ánna Müster Ore",
        " Muster Øre ,  Anna ",
    ],
)
def test_names_are_written_in_many_ways(name: str) -> None:
    assert plain_name(name) == "annamusterore"


def test_vowel_signs_are_letters() -> None:
    assert plain_name("कि") != plain_name("कु")
    assert plain_name("が") != plain_name("か")
    assert plain_name("ß") == plain_name("SS")


def test_an_entry_says_who_it_is() -> None:
    assert str(BookRow(1, ("7",), "a@b", "Anna")) == "Anna (7)"
    assert str(BookRow(1, (), "a@b", "")) == "a@b"


def test_a_large_class_is_quick() -> None:
    grades = [Grade(str(n), "same", "same@b.de") for n in range(30_000)]
    start = time.perf_counter()
    assert len(match(grades, [BookRow(n, (str(n),), "same@b.de", "same") for n in range(30_000)]).grades) == 30_000
    assert time.perf_counter() - start < 30


NUMBERS = {
    "1,000.00": "1000", "1.000,00": "1000", "1 000,00": "1000", "1\u00a0000": "1000", "1'000.50": "1000.5",
    "1,234,567.8": "1234567.8", "10,00": "10", "9.79": "9.79", "-0,5": "-0.5", "12,345": "12.345",
    "1,00,000.00": None, "20 pts": None, "1e3": None, "EX": None, "": None, "1 00": None,
}  # fmt: skip


@pytest.mark.parametrize("text", NUMBERS)
def test_a_number_of_a_gradebook(text: str) -> None:
    expected = NUMBERS[text]
    assert number_of(text) == (None if expected is None else Fraction(expected))


@pytest.mark.parametrize(
    ("text", "points"),
    [("1,000", 1000), ("12,500", 12500), ("1,000.00", 1000), ("10,5", 10.5), ("0", None), ("-1", None)],
)
def test_points_have_no_three_decimals(text: str, points: float | None) -> None:
    assert points_of(text) == points
