"""Exports of Canvas, filled and read back as Canvas does it."""

from __future__ import annotations

import csv
import io
from fractions import Fraction

import pytest

from bptutor.classroom.canvas import fill_canvas
from bptutor.classroom.grade import Grade
from bptutor.errors import BptutorError
from bptutor.intake.gradebooks import Gradebook, gradebook_of
from tests.support.canvas_importer import Assignment, InvalidHeaderRow, Student, imported

F = Fraction
STUDENTS = [
    Student(101, "Jane Doe", "Doe, Jane", "sis-1", "jdoe"),
    Student(102, "Ümit Şahin", "Şahin, Ümit", "sis-2", "umit@uni.edu"),
    Student(103, "=cmd|' /C calc'!A0", "=cmd|' /C calc'!A0", "sis-3", "evil"),
    Student(104, "No Handin", "Handin, No", "sis-4", "none"),
    Student(105, "Ex Cused", "Cused, Ex", "sis-5", "ex"),
]
ASSIGNMENTS = [Assignment(7, "Essay"), Assignment(8, "Backprop (by hand)"), Assignment(9, "Exam")]
EXPORT = """\
Student,ID,SIS User ID,SIS Login ID,Section,Notes,Essay (7),Backprop (by hand) (8),Exam (9),Current Score,Final Score
,,,,,,,Manual Posting,,,
    Points Possible,,,,,,10.00,22.00,100.00,(read only),(read only)
"Doe, Jane",101,sis-1,jdoe,"A, B","said ""hi"" once",7.50,,55.10,75.00,75.00
"Şahin, Ümit",102,sis-2,umit@uni.edu,A,=1+1,  8,,,80.00,80.00
=cmd|' /C calc'!A0,103,sis-3,evil,A,<script>,,,,,
"Handin, No",104,sis-4,none,A,,10.00,,1,,
"Cused, Ex",105,sis-5,ex,A,,EX,EX,EX,,
"Student, Test",999,,4f2a,A,,,,,,
"""
GRADES = [
    Grade("101", earned=F(13, 2), possible=F(44)),
    Grade("x", "", "umit@UNI.edu", earned=F(44), possible=F(44)),
    Grade("y", "=cmd|' /C calc'!A0", earned=F(1, 3), possible=F(44)),
    Grade("105", earned=F(44), possible=F(44)),
    Grade("stranger", "Some Body", earned=F(1), possible=F(44)),
]


def export(text: str = EXPORT, bom: bytes = b"") -> Gradebook:
    return gradebook_of(bom + text.encode(), "export.csv")


def test_one_column_is_filled_and_canvas_reads_it() -> None:
    book = export(bom=b"\xef\xbb\xbf")
    filled = fill_canvas(book, GRADES, "Backprop (by hand)")
    result = imported(book.filled(filled.cells), STUDENTS, ASSIGNMENTS)
    assert {student: scores[8] for student, scores in result["scores"].items()} == {
        101: "3.25",
        102: "22",
        103: "0.1667",
        104: "",
        105: "EX",
    }
    assert result["points"] == {7: "10.00", 8: "22.00", 9: "100.00"}
    assert result["new_students"] == ["Student, Test"]
    assert filled.out_of == 22
    assert filled.column == "Backprop (by hand) (8)"
    assert [str(entry) for entry in filled.missing] == ["Handin, No (104)"]
    assert [grade.id for grade in filled.left] == ["stranger"]
    assert [entry.row for entry in filled.kept] == [7]


def test_every_other_byte_stays() -> None:
    book = export(EXPORT.replace("\n", "\r\n"), b"\xef\xbb\xbf")
    data = book.filled(fill_canvas(book, GRADES, "8").cells)
    before, after = (raw.split(b"\r\n") for raw in (book.filled({}), data))
    assert [line for line, (old, new) in enumerate(zip(before, after, strict=True)) if old != new] == [3, 4, 5]
    for line, score in ((3, b"3.25"), (4, b"22"), (5, b"0.1667")):
        at = [place for place, old in enumerate(before[line].split(b",")) if old != after[line].split(b",")[place]]
        assert [after[line].split(b",")[place] for place in at] == [score]


@pytest.mark.parametrize("name", ["8", "Backprop (by hand)", "Backprop (by hand) (8)", "backprop (BY hand) ", ""])
def test_an_assignment_has_several_names(name: str) -> None:
    assert {column for _row, column in fill_canvas(export(), GRADES, name).cells} == {7}


def test_points_are_scaled_unless_they_shall_not() -> None:
    filled = fill_canvas(export(), GRADES, "8", scale=False)
    assert sorted(filled.cells.values()) == ["0.3333", "44", "6.5"]
    assert filled.out_of is None
    book = export(EXPORT.replace("22.00", ""))
    assert fill_canvas(book, GRADES, "8").out_of is None


def test_old_scores_are_a_persons_and_written_over_by_force_alone() -> None:
    filled = fill_canvas(export(), GRADES, "Essay")
    assert (3, 6) not in filled.cells
    assert [(one.old, one.new, one.replaced) for one in filled.standing] == [
        ("7.50", "1.4773", False),
        ("8", "10", False),
    ]
    forced = fill_canvas(export(), GRADES, "Essay", force=True)
    assert forced.cells[3, 6] == "1.4773"
    assert [one.replaced for one in forced.standing] == [True, True]


@pytest.mark.parametrize(
    ("name", "says", "hint"),
    [
        ("Backprop", "0 assignments are called Backprop, expected one", "Exam (9)"),
        ("Current Score", "0 assignments are called Current Score, expected one", "Essay (7)"),
    ],
)
def test_an_unknown_assignment_is_told_with_all_there_are(name: str, says: str, hint: str) -> None:
    with pytest.raises(BptutorError) as error:
        fill_canvas(export(), GRADES, name)
    assert error.value.message == says
    assert hint in error.value.hint


def test_two_empty_assignments_are_not_guessed() -> None:
    book = export(EXPORT.replace(",7.50,", ",,").replace(",  8,", ",,").replace(",10.00,,1", ",,,1"))
    with pytest.raises(BptutorError) as error:
        fill_canvas(book, GRADES)
    assert error.value.message == "2 assignments are empty, expected one"
    assert error.value.hint == "name one of these: Essay (7) · Backprop (by hand) (8)"


def test_semicolons_and_decimal_commas() -> None:
    rows = list(csv.reader(io.StringIO(EXPORT)))
    rows = [[cell.replace(".", ",") if cell.replace(".", "").isdigit() else cell for cell in row] for row in rows]
    stream = io.StringIO()
    csv.writer(stream, delimiter=";", lineterminator="\n").writerows(rows)
    book = export(stream.getvalue())
    filled = fill_canvas(book, GRADES, "8")
    assert filled.cells[3, 7] == "3,25"
    assert imported(book.filled(filled.cells), STUDENTS, ASSIGNMENTS)["scores"][101][8] == "3.25"


def test_first_and_last_names_in_two_columns() -> None:
    text = "LastName,FirstName,ID,SIS Login ID,Section,Essay (7)\n  Points Possible,,,,,10\nDoe,Jane,101,jdoe,A,\n"
    book = export(text)
    filled = fill_canvas(book, [Grade("", "Jane Doe", earned=F(1), possible=F(2))])
    assert imported(book.filled(filled.cells), STUDENTS, ASSIGNMENTS)["scores"] == {101: {7: "5"}}


def test_an_unreadable_hand_in_leaves_its_cell() -> None:
    filled = fill_canvas(export(), [Grade("101", notes=("no YAML",), readable=False)], "8")
    assert (filled.cells, [grade.id for grade in filled.unread]) == ({}, ["101"])


@pytest.mark.parametrize(
    "text", ["a,b,c\n", "Student,ID\nx,1\n", "Identifier,Full name,Grade\n", "Section,ID,Student\n"]
)
def test_another_file_is_refused(text: str) -> None:
    with pytest.raises(BptutorError, match="not a gradebook from Canvas"):
        fill_canvas(export(text), GRADES)
    with pytest.raises((InvalidHeaderRow, IndexError)):
        imported(text.encode(), STUDENTS, ASSIGNMENTS)
