"""Workbooks filled in without any library, and LibreOffice, which works them out."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable, Mapping, Sequence
from html import escape
from pathlib import Path

from bptutor.engine.quantities import Index, Quantity
from bptutor.files.typed.filled_workbook import Book
from bptutor.worksheets.sheet import Worksheet
from bptutor.worksheets.workbook_cells import Cell, WorkbookCells

OFFICE = shutil.which("soffice")
_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""
"""Else LibreOffice trusts the values that are stored beside the formulas."""


def changed(data: bytes, change: Callable[[str, str], str]) -> bytes:
    """The file with each of its XML parts, told by name and text, changed."""
    into = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as given, zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as book:
        for name in given.namelist():
            book.writestr(
                name, change(name, given.read(name).decode()) if name.endswith((".xml", ".rels")) else given.read(name)
            )
    return into.getvalue()


def without_values(data: bytes) -> bytes:
    """The file with 7 in the place of every value that is stored beside a formula."""
    return changed(data, lambda _name, text: re.sub(r"(</f>)<v>[^<]*</v>", r"\1<v>7</v>", text))


def filled_in(data: bytes, typed: Mapping[str, float | str]) -> bytes:
    """The file with numbers, texts or formulas (`=…`) in cells, by their ids or defined names."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        book = Book(archive)
        names = {
            text.casefold(): book.rows("bptutor")[row, 2]
            for (row, column), text in book.rows("bptutor").items()
            if column == 1 and (row, 2) in book.rows("bptutor")
        }
        spots = {book.names[names.get(name.casefold(), name).casefold()]: value for name, value in typed.items()}
        files = {file: sheet for sheet, file in book.files.items()}

    def fill(name: str, text: str) -> str:
        for spot, value in spots.items():
            if spot.sheet == files.get(name):
                address = f"{_letters(spot.column)}{spot.row}"
                found = re.search(rf'<c r="{address}"( s="\d+")?/>', text)
                assert found, address
                text = text.replace(found[0], _cell(address, found[1] or "", value))
        return text

    return changed(data, fill)


def _cell(address: str, style: str, value: float | str) -> str:
    if not isinstance(value, str):
        return f'<c r="{address}"{style}><v>{value!r}</v></c>'
    if value.startswith("="):
        return f'<c r="{address}"{style}><f>{escape(value[1:])}</f></c>'
    return f'<c r="{address}"{style} t="inlineStr"><is><t>{escape(value)}</t></is></c>'


def _letters(column: int) -> str:
    text = ""
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(ord("A") + rest) + text
    return text


def by_name(data: bytes) -> dict[str, str]:
    """What stands in each cell that has a name."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        book = Book(archive)
        return {name: book.rows(spot.sheet).get((spot.row, spot.column), "") for name, spot in book.names.items()}


def verdicts(data: bytes) -> dict[str, str]:
    """What the workbook itself says of each cell, by id: 1 right, 0 wrong, "" blank."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        rows = Book(archive).rows("bptutor")
    return {
        text: rows.get((row, 6), "")
        for (row, column), text in rows.items()
        if column == 1 and row > 5 and (row, 7) in rows
    }


def cells(sheet: Worksheet) -> dict[str, Cell]:
    """The cells that a workbook must have, by their names."""
    model = WorkbookCells(sheet.trace, sheet.quantities, sheet.known, ("student", "judged"))
    places: list[tuple[Quantity, Index]] = [(q, at) for q, indices in model.there.items() for at in indices]
    found = [model.cell(*place) for place in places]
    return {cell.name.casefold(): cell for cell in found}


def worked_out(files: Sequence[Path], folder: Path, to: str = "xlsx") -> list[Path]:
    """Files as LibreOffice saves them after it has worked out every formula anew."""
    assert OFFICE is not None
    user, out = folder / "profile" / "user", folder / "out"
    user.mkdir(parents=True, exist_ok=True)
    (user / "registrymodifications.xcu").write_text(_SETTINGS)
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = [OFFICE, profile, "--headless", "--convert-to", to, "--outdir", str(out), *map(str, files)]
    subprocess.run(command, capture_output=True, check=True, timeout=600)
    return [out / f"{file.stem}.{to.partition(':')[0]}" for file in files]
