"""Gradebooks of Brightspace and Blackboard: one column is filled, and every other byte stays."""

from __future__ import annotations

from fractions import Fraction

import pytest

from bptutor.classroom.books import BOOKS, fill_book
from bptutor.classroom.grade import Grade
from bptutor.errors import BptutorError
from bptutor.intake.gradebooks import Gradebook, gradebook_of

BRIGHTSPACE = (
    "OrgDefinedId,Username,Last Name,First Name,Email,Homework 3 Points Grade <Numeric MaxPoints:10>,"
    "End-of-Line Indicator\r\n#400,#aabel,Abel,Ada,a@u.example,,#\r\n#401,#cchu,Chu,Cy,c@u.example,7.5,#\r\n"
)
BLACKBOARD = (
    '"Last Name"\t"First Name"\t"Username"\t"Student ID"\t"Homework 3 [Total Pts: 10 Score] |664617"\r\n'
    '"Abel"\t"Ada"\t"aabel1"\t"000123"\t"Needs Grading"\r\n"Åkesson"\t"Björn"\t"bakess2"\t"000124"\t""\r\n'
)
GRADES = [
    Grade("400", "Ada Abel", earned=Fraction(47), possible=Fraction(48)),
    Grade("cchu", earned=Fraction(48), possible=Fraction(48)),
]


def book(name: str) -> Gradebook:
    if name == "brightspace":
        return gradebook_of(BRIGHTSPACE.encode(), "x.csv")
    return gradebook_of(b"\xff\xfe" + BLACKBOARD.encode("utf-16-le"), "x.xls")


def test_brightspace_is_filled_and_a_persons_score_stays() -> None:
    export = book("brightspace")
    filled = fill_book(export, GRADES, BOOKS["brightspace"])
    assert export.filled(filled.cells).decode() == BRIGHTSPACE.replace("a@u.example,,", "a@u.example,9.7917,")
    assert [(str(one.entry), one.old, one.new, one.replaced) for one in filled.standing] == [
        ("Chu, Cy (401)", "7.5", "10", False)
    ]
    forced = fill_book(export, GRADES, BOOKS["brightspace"], "homework 3", force=True)
    assert "c@u.example,10,#" in export.filled(forced.cells).decode()


def test_blackboard_is_filled_in_its_own_character_set() -> None:
    export = book("blackboard")
    grades = [Grade("000123", earned=Fraction(47), possible=Fraction(48)), Grade("bakess2", earned=F, possible=F)]
    filled = fill_book(export, grades, BOOKS["blackboard"], "664617")
    data = export.filled(filled.cells)
    assert data.startswith(b"\xff\xfe")
    expected = BLACKBOARD.replace("Needs Grading", "9.7917").replace('"000124"\t""', '"000124"\t"10"')
    assert data[2:].decode("utf-16-le") == expected
    assert filled.out_of == 10


F = Fraction(48)


@pytest.mark.parametrize("name", list(BOOKS))
def test_another_file_is_refused(name: str) -> None:
    with pytest.raises(BptutorError, match="this is not a gradebook from"):
        fill_book(gradebook_of(b"a,b\n1,2\n", "x.csv"), [], BOOKS[name])
    with pytest.raises(BptutorError, match="0 assignments are called Essay") as caught:
        fill_book(book(name), [], BOOKS[name], "Essay")
    assert caught.value.hint == "name one of these: Homework 3"
