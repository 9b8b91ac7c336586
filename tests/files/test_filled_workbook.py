"""Workbooks that come back filled in: read like a sheet, whatever has become of them on the way."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from bptutor.answers import Answers
from bptutor.errors import BptutorError
from bptutor.files.answers_file import answers_of, read_sheet, sheet_in_text
from bptutor.files.library import load
from bptutor.files.typed.filled_workbook import filled_workbook, is_filled_workbook
from bptutor.marking.check import check
from bptutor.problem import Problem
from bptutor.solution.trace import Trace
from bptutor.worksheets.sheet import worksheet
from bptutor.worksheets.workbook import workbook
from tests.support.spreadsheets import OFFICE, changed, filled_in, worked_out
from tests.support.wrong_students import slip

MAZUR = load("mazur")
EMPTY = workbook(worksheet(Trace(MAZUR)))
RIGHT = {cell.id: cell.text for cell in Trace(MAZUR).cells()}
needs_office = pytest.mark.skipif(OFFICE is None, reason="no LibreOffice (soffice) here")


def read(data: bytes, problem: Problem = MAZUR) -> Answers:
    return answers_of(sheet_in_text(data, "sheet.xlsx"), problem)


def typed(data: bytes) -> dict[str, str]:
    return {cell: one.text for cell, one in read(data).cells.items()}


def report(answers: Answers, problem: Problem = MAZUR) -> dict[str, Any]:
    """The report as `check --json` has it, without what says where a number stands."""
    found: dict[str, Any] = json.loads(json.dumps(check(problem, answers).as_dict()))
    for mark in found["marks"]:
        del mark["line"]
    return found


def in_yaml(cells: Mapping[str, str], problem: Problem = MAZUR) -> Answers:
    return answers_of(read_sheet({"answers": dict(cells)}), problem)


def test_an_empty_one_is_a_blank_sheet() -> None:
    assert is_filled_workbook(EMPTY)
    assert read(EMPTY).problem == "mazur"
    assert typed(EMPTY) == {}
    assert report(read(EMPTY)) == report(in_yaml({}))


def test_numbers_have_the_decimals_that_the_sheet_uses() -> None:
    four = filled_in(EMPTY, {"net1[1]": 0.3775, "net1[2]": 0.39, "out1[1]": 0.6, "loss": -2.0, "slope2[1]": 1e-05})
    assert typed(four) == {
        "net1[1]": "0.3775",
        "net1[2]": "0.3900",
        "out1[1]": "0.6000",
        "loss": "-2.0000",
        "slope2[1]": "0.00001",
    }
    assert typed(filled_in(EMPTY, {"net1[1]": 0.38, "net1[2]": 0.4})) == {"net1[1]": "0.38", "net1[2]": "0.40"}
    assert typed(filled_in(EMPTY, {"net1[1]": 0.1 + 0.2})) == {"net1[1]": "0.3"}


def test_texts_are_read_as_people_type_them() -> None:
    sheet = read(filled_in(EMPTY, {"net1[1]": "0,3775", "net1[2]": "≈ 0.3925", "out1[1]": "o.59", "student": "Ada L."}))
    assert (sheet.cells["net1[1]"].value, sheet.cells["net1[2]"].value, sheet.cells["out1[1]"].value) == (
        0.3775,
        0.3925,
        None,
    )
    assert sheet.student == "Ada L."


def test_a_formula_that_nobody_has_worked_out_is_no_blank() -> None:
    sheet = read(filled_in(EMPTY, {"net1[1]": "=w_1*i_1"}))
    assert sheet.cells["net1[1]"].text == "=w_1*i_1"
    assert sheet.cells["net1[1]"].value is None


@pytest.mark.parametrize("wrong", range(0, 48, 3))
def test_the_same_report_as_for_the_same_numbers_in_yaml(wrong: int) -> None:
    cells = dict(RIGHT)
    ids = list(cells)
    cells[ids[wrong]] = f"{float(cells[ids[wrong]]) + 0.0137:.4f}"
    del cells[ids[(wrong + 7) % 48]]
    book = filled_in(EMPTY, {cell: float(text) for cell, text in cells.items()})
    assert report(read(book)) == report(in_yaml(cells))


def test_rows_that_were_inserted_move_the_names_along() -> None:
    def move(name: str, text: str) -> str:
        if name == "xl/workbook.xml":
            return re.sub(r"(Exercise!\$[A-Z]+\$)(\d+)", lambda m: f"{m[1]}{int(m[2]) + 2}", text)
        if name == "xl/worksheets/sheet1.xml":
            text = re.sub(r'(<row r=")(\d+)', lambda m: f"{m[1]}{int(m[2]) + 2}", text)
            return re.sub(r'(<c r="[A-Z]+)(\d+)', lambda m: f"{m[1]}{int(m[2]) + 2}", text)
        return text

    book = filled_in(EMPTY, {"net1[1]": 0.3775})
    assert read(changed(book, move)).cells["net1[1]"].line == (read(book).cells["net1[1]"].line or 0) + 2


def test_a_place_that_was_deleted_is_told() -> None:
    book = changed(EMPTY, lambda _name, text: re.sub(r'(name="net_h1">)[^<]*', r"\1Exercise!#REF!", text))
    (fault,) = read(filled_in(book, {"net1[2]": 0.3925})).unread
    assert "no longer in the workbook" in fault.message
    assert fault.where.key == "net1[1]"


def parts(**others: bytes) -> bytes:
    """The empty workbook with parts put in the place of its own, or beside them."""
    into = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(EMPTY)) as given, zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as book:
        own = {name: given.read(name) for name in given.namelist()}
        for name, data in (own | {name.replace("__", "/"): data for name, data in others.items()}).items():
            book.writestr(name, data)
    return into.getvalue()


SHEET = "xl__worksheets__sheet1.xml"
FAR = b'<worksheet><sheetData><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>'
LAUGHS = b'<!DOCTYPE x [<!ENTITY a "ha">' + b"".join(
    f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">'.encode() for n in range(12)
)


@pytest.mark.parametrize(
    ("book", "says"),
    [
        (parts(**{SHEET: b" " * (40 * 1024 * 1024)}), "too large"),
        (parts(**{SHEET: b"<c/>" * 2_000_000}), "too large"),
        (parts(**{SHEET: LAUGHS + b"]><worksheet>&m;</worksheet>"}), "no part of a workbook"),
        (parts(**{SHEET: b"<worksheet>"}), "cannot be read"),
        (parts(**{SHEET: b'<worksheet><row><c t="s"><v>99999</v></c></row></worksheet>'}), "cannot be read"),
        (parts(**{SHEET: b"<worksheet><row><c><v>abc</v></c></row></worksheet>"}), "cannot be read"),
        (parts(**{SHEET: b'<worksheet><row r="x"/></worksheet>'}), "cannot be read"),
    ],
)
def test_what_is_damaged_or_hostile_is_refused(book: bytes, says: str) -> None:
    with pytest.raises(BptutorError, match=says):
        read(book)


@pytest.mark.parametrize("place", range(100, len(EMPTY) - 100, 997))
def test_damage_anywhere_is_a_message(place: int) -> None:
    with suppress(BptutorError):
        read(EMPTY[:place] + bytes(40) + EMPTY[place + 40 :])


def test_a_cell_far_out_takes_no_memory() -> None:
    assert typed(parts(**{SHEET: FAR})) == {}


def test_macros_and_links_are_passed_over() -> None:
    link = b'<externalLink><externalBook r:id="rId1"/></externalLink>'
    book = parts(xl__vbaProject=b"\xd0\xcf\x11\xe0", **{"xl__externalLinks__externalLink1.xml": link})
    assert typed(filled_in(book, {"net1[1]": 0.3775})) == {"net1[1]": "0.3775"}


def test_a_workbook_of_a_later_version_is_refused() -> None:
    later = changed(EMPTY, lambda _name, text: text.replace('<c r="B1"><v>1</v></c>', '<c r="B1"><v>2</v></c>'))
    with pytest.raises(BptutorError, match="not of a form"):
        filled_workbook(later, "sheet.xlsx")


@needs_office
@pytest.mark.slow
def test_saved_again_by_libreoffice_with_formulas_typed(tmp_path: Path) -> None:
    cells: dict[str, float | str] = {cell: float(text) for cell, text in RIGHT.items()}
    cells |= {"net1[1]": "=w_1*i_1+w_2*i_2+b_1", "out1[1]": "=ROUND(1/(1+EXP(-net_h1)),4)", "loss": "0,2983"}
    (tmp_path / "a.xlsx").write_bytes(filled_in(EMPTY, cells | {"student": "Ada"}))
    (again,) = worked_out([tmp_path / "a.xlsx"], tmp_path)
    sheet = read(again.read_bytes())
    assert sheet.student == "Ada"
    assert {cell: one.text for cell, one in sheet.cells.items()} == RIGHT | {"loss": "0,2983"}
    assert check(MAZUR, sheet).all_right


@pytest.mark.slow
def test_filled_workbooks_are_marked_as_the_same_numbers_in_yaml() -> None:
    """Of students who slip once and go on from there, on problems of all conventions; a hundred take a minute."""
    compared = 0
    for seed in range(60):
        found = slip(seed)
        if found is None or compared == 15:
            continue
        book = workbook(worksheet(Trace(found.problem), everything=True))
        filled = filled_in(book, {cell: float(text) for cell, text in found.texts.items()})
        ours, yaml = (
            report(one, found.problem) for one in (read(filled, found.problem), in_yaml(found.texts, found.problem))
        )
        assert ours == yaml, seed
        compared += 1
    assert compared == 15


def test_another_workbook_is_no_sheet() -> None:
    other = changed(EMPTY, lambda _name, text: text.replace('name="bptutor"', 'name="Sheet2"'))
    with pytest.raises(BptutorError, match="a workbook that bptutor has not written"):
        read(other)
