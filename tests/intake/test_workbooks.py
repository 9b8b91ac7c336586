"""Workbooks as sources, rosters and gradebooks: the first sheet with something in it, its cells as text."""

from __future__ import annotations

import sys
import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

import pytest

from bptutor.errors import BptutorError
from bptutor.intake.gradebooks import load_gradebook
from bptutor.intake.roster import roster
from bptutor.intake.tables import open_table, table_rows
from bptutor.intake.workbooks import as_csv, is_workbook

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"


def workbook(path: Path, *sheets: list[list[object]]) -> Path:
    """A workbook with these sheets, as ECMA-376 has it, and nothing else."""
    names = range(1, len(sheets) + 1)
    entries = "".join(f'<sheet name="S{n}" sheetId="{n}" r:id="r{n}"/>' for n in names)
    links = "".join(f'<Relationship Id="r{n}" Type="{OFFICE}/worksheet" Target="worksheets/s{n}.xml"/>' for n in names)
    kinds = "".join(f'<Override PartName="/xl/worksheets/s{n}.xml" ContentType="{KIND}.worksheet+xml"/>' for n in names)
    with zipfile.ZipFile(path, "w") as into:
        into.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{TYPES}"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.'
            'relationships+xml"/><Override PartName="/xl/workbook.xml" '
            f'ContentType="{KIND}.sheet.main+xml"/>{kinds}</Types>',
        )
        first = f'<Relationship Id="r1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/>'
        into.writestr("_rels/.rels", f'<Relationships xmlns="{RELATIONS}">{first}</Relationships>')
        book = f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{entries}</sheets></workbook>'
        into.writestr("xl/workbook.xml", book)
        into.writestr("xl/_rels/workbook.xml.rels", f'<Relationships xmlns="{RELATIONS}">{links}</Relationships>')
        for number, rows in enumerate(sheets, 1):
            body = "".join(f"<row>{''.join(map(_cell, row))}</row>" for row in rows)
            into.writestr(
                f"xl/worksheets/s{number}.xml", f'<worksheet xmlns="{MAIN}"><sheetData>{body}</sheetData></worksheet>'
            )
    return path


def _cell(value: object) -> str:
    if isinstance(value, int | float):
        return f"<c><v>{value}</v></c>"
    return f'<c t="inlineStr"><is><t>{escape(str(value))}</t></is></c>'


def test_the_first_sheet_with_something_in_it_is_read(tmp_path: Path) -> None:
    path = workbook(tmp_path / "x.xlsx", [], [["id", "net_h1"], ["s1", 0.3775], [12, "0,39"], ["", -1]])
    assert is_workbook(str(path))
    assert as_csv(str(path)) == 'id,net_h1\ns1,0.3775\n12,"0,39"\n,-1\n'
    table = open_table(path)
    assert [row.cells for row in table_rows(table)] == [["s1", "0.3775"], ["12", "0,39"], ["", "-1"]]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.1 + 0.2, "0.3"),
        (1e-05, "1e-05"),
        (0.2500, "0.25"),
        (-0.0, "0"),
        (400123456, "400123456"),
        (7.0, "7"),
        ("0.2500", "0.2500"),
        ("０．５", "０．５"),
        ("two\nlines", "two lines"),
        ("=1+1", "=1+1"),
    ],
)
def test_a_cell_is_what_excel_shows(value: object, text: str, tmp_path: Path) -> None:
    path = workbook(tmp_path / "x.xlsx", [["id", "net_h1"], ["s1", value]])
    assert [row.cells[1] for row in table_rows(open_table(path))] == [text]


def test_a_roster_and_a_gradebook(tmp_path: Path) -> None:
    people = workbook(tmp_path / "people.xlsx", [["Matrikelnummer", "Name"], [4711, "Ada Abel"]])
    assert [(student.id, student.name) for student in roster(people).students] == [("4711", "Ada Abel")]
    rows: list[list[object]] = [
        ["Student", "ID", "Section", "HW (1)"],
        ["Points Possible", "", "", 10],
        ["A, B", 7, "S", ""],
    ]
    book = load_gradebook(workbook(tmp_path / "canvas.xlsx", rows))
    assert book.rows[2] == ["A, B", "7", "S", ""]
    assert book.filled({(2, 3): "9.5"}).decode().splitlines()[2] == '"A, B",7,S,9.5'


def test_what_is_no_workbook(tmp_path: Path) -> None:
    (tmp_path / "text.xlsx").write_text("id,net_h1\ns1,0.5\n")
    assert not is_workbook(str(tmp_path / "text.xlsx"))
    assert open_table(tmp_path / "text.xlsx").header == ("id", "net_h1")
    (tmp_path / "broken.xlsx").write_bytes(b"PK\x03\x04 and no more")
    with pytest.raises(BptutorError, match="this workbook cannot be read"):
        open_table(tmp_path / "broken.xlsx")
    with pytest.raises(BptutorError, match="the table is empty"):
        open_table(workbook(tmp_path / "empty.xlsx", []))


def test_the_package_that_is_missing_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "python_calamine", None)
    with pytest.raises(BptutorError) as caught:
        open_table(workbook(tmp_path / "x.xlsx", [["id", "net_h1"]]))
    assert caught.value.message == "reading a workbook needs the package python-calamine"
    assert "bptutor[xlsx]" in caught.value.hint
