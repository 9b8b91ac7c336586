"""An exercise as an Excel workbook: formulas where it is filled in, cells that judge what is typed where it is not."""

from __future__ import annotations

import io
import os
from datetime import datetime
from itertools import count, groupby
from math import ceil
from typing import Any, NamedTuple

from bptutor.errors import BptutorError, Where
from bptutor.files.library import names as library
from bptutor.files.typed.filled_workbook import FIRST, FORMAT, MAP, STUDENT, VERSION
from bptutor.language import _
from bptutor.render.harmless import one_line
from bptutor.worksheets.blocks import Block, Item, Page, pages
from bptutor.worksheets.judged_cells import fingerprints, judging
from bptutor.worksheets.sheet import Worksheet
from bptutor.worksheets.workbook_cells import Cell, WorkbookCells
from bptutor.worksheets.workbook_styles import styles

_ACROSS, _LETTERS = 10, 110  # columns of a line of text, and about how many letters it has there
_HIGH = 15  # points: the height of a line
_LONGEST = 2_000  # letters of a text
_WIDE, _NARROW = 14, 10  # letters of a column
_A4 = 9
_JUDGED = "judged"
_MADE = datetime(2000, 1, 1)
"""The same exercise gives the same bytes, whenever it is written."""


def workbook(sheet: Worksheet, folder: str | os.PathLike[str] = "") -> bytes:
    """The file of one exercise, or of its solution; `folder` is where it will stand, from where its problem is found.

    Raises BptutorError where the package for it is missing, for a formula that is too long for a spreadsheet, and where
    quantities have digits of their own: one unit is what the cells are judged and read by.
    """
    if own := sheet.trace.problem.digits:
        message = _("a workbook has the same decimals everywhere, and this problem has its own for {names}")
        raise BptutorError(
            message.format(names=", ".join(own)),
            Where(sheet.trace.problem.file, key="decimals"),
            _("one number of decimals, or another format"),
        )
    try:
        import xlsxwriter
    except ImportError:
        hint = _("pip install 'bptutor[xlsx]'")
        raise BptutorError(_("writing a workbook needs the package XlsxWriter"), hint=hint) from None
    into = io.BytesIO()
    with xlsxwriter.Workbook(into, {"in_memory": True}) as book:
        _Writer(book, sheet).write(_problem(sheet.trace.problem.file, folder))
    return into.getvalue()


def _problem(file: str, folder: str | os.PathLike[str]) -> str:
    """What a hand-in calls its problem: a name of the library, or the way from the workbook to the file."""
    if os.path.isfile(file):
        return os.path.relpath(file, folder or ".").replace(os.sep, "/")
    return file if file in library() else ""


class _Placed(NamedTuple):
    """A cell and where it stands, row and column counted from 0."""

    cell: Cell
    page: str
    row: int
    column: int


class _Writer:
    """Writes the sheets of one workbook."""

    def __init__(self, book: Any, sheet: Worksheet):
        self._book, self._sheet, self._trace = book, sheet, sheet.trace
        self._cells = WorkbookCells(sheet.trace, sheet.quantities, sheet.known, (STUDENT, _JUDGED))
        self._placed, self._numbers = list[_Placed](), count(1)
        self._styles = {name: book.add_format(style) for name, style in styles(sheet.trace.problem.decimals).items()}

    def write(self, problem: str) -> None:
        """All sheets, and the one that nobody sees, by which it is judged and read back."""
        self._book.set_properties({"title": _text(self._sheet.title), "created": _MADE})
        made = self._trace.problem
        laid_out = pages(made, self._trace.naming, self._cells.there)
        elsewhere = ", ".join(page.name for page in laid_out[1:])
        for number, page in enumerate(laid_out):
            place = self._book.add_worksheet(page.name)
            place.set_landscape()
            place.set_paper(_A4)
            place.fit_to_pages(1, 0)
            place.set_column(0, 0, _WIDE)
            place.set_column(1, 16_000, max(_NARROW, made.decimals + 6))
            row = 0 if number else self._heading(place, elsewhere)
            self._page(place, page, row)
        self._map(problem)

    def _heading(self, place: Any, elsewhere: str) -> int:
        """What is to be done, above the numbers, and on which other sheets; the row below."""
        sheet, row = self._sheet, 1
        place.freeze_panes(0, 1)
        self._write(place, 0, 0, sheet.title, "title")
        if sheet.source:
            row = self._line(place, row, sheet.source)
        if not sheet.key:
            self._write(place, row, 0, _("Name:"), "name")
            self._across(place, row, 1, 4, sheet.student, "student")
            self._define(STUDENT, place, row, 1)
            row += 1
        for text in (*sheet.lines, *self._points(), *self._how_to_use(elsewhere), *sheet.notes):
            row = self._line(place, row, text)
        if not sheet.key:
            place.write_formula(row, 0, f"=COUNTIF({_JUDGED},1)", self._styles["heading"], 0)
            self._write(place, row, 1, _("numbers are right so far"), "heading")
            row += 1
        return row + 1

    def _points(self) -> list[str]:
        """What all of it is worth, and each part, where that is to be said."""
        sheet = self._sheet
        parts = [f"{part.title}: {'; '.join(part.points)}" for part in sheet.parts if part.points]
        return [f"{_('Points:')} {sheet.worth}", *parts] if sheet.worth else []

    def _how_to_use(self, elsewhere: str) -> list[str]:
        says = [
            _("Blue numbers are given. Every cell has a name, shown beside the formula bar: w1 is w_1 in formulas.")
        ]
        if elsewhere:
            says.append(_("The numbers to be found are on: {sheets}").format(sheets=elsewhere))
        if self._sheet.key:
            return says
        return [
            *says,
            _(
                "Type numbers or formulas into the yellow cells: what is right turns green with a ✓, what is worth"
                " another look turns amber with a ?. Save the file, and hand it in as it is."
            ),
            _("It tells right from wrong by fingerprints; who tries all numbers there are finds them out."),
        ]

    def _line(self, place: Any, row: int, text: str) -> int:
        self._across(place, row, 0, _ACROSS, text, "text")
        place.set_row(row, _HIGH * max(1, ceil(len(_text(text)) / _LETTERS)))
        return row + 1

    def _across(self, place: Any, row: int, first: int, last: int, text: str, style: str) -> None:
        """A text over several columns; written by itself, since what is merged may become a formula."""
        place.merge_range(row, first, row, last, "", self._styles[style])
        self._write(place, row, first, text, style)

    def _page(self, place: Any, page: Page, row: int) -> None:
        before = len(self._placed)
        for block in page.blocks:
            if block.title:
                self._write(place, row, 0, block.title, "heading")
                row += 1
            row = (self._table if block.heads else self._matrix)(place, block, row) + 1
        answers = [(one.row, one.column) for one in self._placed[before:] if one.cell.kind == "answer"]
        if answers:
            self._numbers_only(place, answers)

    def _matrix(self, place: Any, block: Block, row: int) -> int:
        """Each number below its label; the row below all of them."""
        for line in block.rows:
            below = row + any(isinstance(item, Item) for item in line.items)
            self._write(place, below, 0, line.name, "name")
            for column, item in enumerate(line.items, 1):
                if isinstance(item, Item):
                    label = self._trace.naming.label(item.quantity, item.at)
                    self._write(place, row, column, label, "label")
                    self._number(place, below, column, item)
                elif item:
                    self._write(place, below, column, item, "head")
            row = below + 1
        return row

    def _table(self, place: Any, block: Block, row: int) -> int:
        """A row a pass, and below them the curve of the loss; the row below the numbers."""
        for column, head in enumerate(block.heads, 1):
            self._write(place, row, column, head, "head")
        if not block.title:
            place.freeze_panes(row + 1, 1)
            place.fit_to_pages(0, 0)  # as wide as it is, page after page, each with the names of rows and columns
            place.repeat_rows(row)
            place.repeat_columns(0)
        for below, line in enumerate(block.rows, row + 1):
            self._write(place, below, 0, line.name, "name")
            for column, item in enumerate(line.items, 1):
                if isinstance(item, Item):
                    self._number(place, below, column, item)
        if block.updates:
            self._curve(place, block, row + 1)
        return row + 1 + len(block.rows)

    def _curve(self, place: Any, block: Block, first: int) -> None:
        """A chart of the loss, where every update has one and there are several."""
        columns = {
            tuple(
                column
                for column, item in enumerate(line.items, 1)
                if isinstance(item, Item) and item.quantity.name == "loss"
            )
            for line in block.rows
        }
        if len(block.rows) < 2 or len(columns) > 1 or columns == {()}:
            return
        ((column,),), last, name = columns, first + len(block.rows) - 1, place.get_name()
        chart = self._book.add_chart({"type": "line"})
        chart.add_series(
            {
                "name": "E",
                "categories": [name, first, 0, last, 0],
                "values": [name, first, column, last, column],
                "marker": {"type": "circle"},
            }
        )
        chart.set_title({"name": _("Loss")})
        chart.set_legend({"none": True})
        place.insert_chart(last + 2, 1, chart)

    def _number(self, place: Any, row: int, column: int, item: Item) -> None:
        cell = self._cells.cell(item.quantity, item.at)
        if item.again:
            shown, style = "" if cell.kind == "answer" else cell.value, "as given" if cell.kind == "given" else "again"
            place.write_formula(row, column, f'=IF(ISBLANK({cell.name}),"",{cell.name})', self._styles[style], shown)
            return
        style = self._styles[cell.kind]
        if cell.kind == "given":
            place.write_number(row, column, cell.value, style)
        elif cell.kind == "answer":
            place.write_blank(row, column, None, style)
        else:
            place.write_formula(row, column, cell.formula, style, cell.value)
        self._define(cell.name, place, row, column)
        self._placed.append(_Placed(cell, place.get_name(), row, column))
        if cell.kind == "answer":
            self._colours(place, row, column)

    def _colours(self, place: Any, row: int, column: int) -> None:
        """Green and a tick where the cell is right, amber and a question mark where it is not."""
        number = next(self._numbers)
        for style, verdict in (("right", 1), ("wrong", 0)):
            criteria = f"=INDEX({_JUDGED},{number})={verdict}"
            rule = {"type": "formula", "criteria": criteria, "format": self._styles[style]}
            place.conditional_format(row, column, row, column, rule)

    def _numbers_only(self, place: Any, cells: list[tuple[int, int]]) -> None:
        """Asks again where something else than a number is typed; who insists may leave it there."""
        runs = [list(run) for _start, run in groupby(enumerate(cells), lambda one: (one[1][0], one[1][1] - one[0]))]
        ranges = [[*run[0][1], *run[-1][1]] for run in runs]  # cells side by side are one
        rule = {
            "validate": "decimal",
            "criteria": "between",
            "minimum": -1e300,
            "maximum": 1e300,
            "error_type": "warning",
            "error_title": _("No number"),
            "error_message": _("This is no number. Is the decimal point the one of your spreadsheet?"),
            "other_cells": ranges[1:],
        }
        place.data_validation(*ranges[0], rule)

    def _map(self, problem: str) -> None:
        """What stands where, so that the file can be read when it comes back, and the fingerprints."""
        place, sheet = self._book.add_worksheet(MAP), self._sheet
        place.very_hidden()
        heads = {"problem": problem, "student": sheet.student_id, "variant": sheet.variant}
        place.write_row(0, 0, [FORMAT, VERSION])
        for row, (key, text) in enumerate(heads.items(), 1):
            self._write(place, row, 0, key)
            self._write(place, row, 1, text)
        place.write_row(4, 0, ["decimals", self._trace.problem.decimals, self._needed()])
        answers = [one for one in self._placed if one.cell.kind == "answer"]
        for row, (cell, page, *at) in enumerate(
            [*answers, *(one for one in self._placed if one.cell.kind == "formula")], FIRST
        ):
            for column, text in enumerate((cell.id, cell.name, page)):
                self._write(place, row, column, text)
            place.write_row(row, 3, at)
            if cell.kind == "answer":
                self._fingerprints(place, row, cell)
        if answers:
            self._book.define_name(_JUDGED, f"={MAP}!$F${FIRST + 1}:$F${FIRST + len(answers)}")

    def _needed(self) -> int:
        """How many decimals the right numbers have, without zeros at their ends: fewer than asked where all is even."""
        texts = (cell.text.partition(".")[2].rstrip("0") for cell in self._trace.cells(self._sheet.quantities))
        return max(map(len, texts), default=0)

    def _fingerprints(self, place: Any, row: int, cell: Cell) -> None:
        from xlsxwriter.utility import xl_range_abs

        salt = f"{self._trace.problem.sha256}{cell.id}"
        right = fingerprints(self._cells.right[cell.id], salt)
        place.write_row(row, 6, right)
        among = xl_range_abs(row, 6, row, 5 + len(right))
        place.write_formula(row, 5, judging(cell.name, self._trace.problem.decimals, salt, among), None, "")

    def _define(self, name: str, place: Any, row: int, column: int) -> None:
        from xlsxwriter.utility import quote_sheetname, xl_rowcol_to_cell

        self._book.define_name(
            name, f"={quote_sheetname(place.get_name())}!{xl_rowcol_to_cell(row, column, True, True)}"
        )

    def _write(self, place: Any, row: int, column: int, text: str, style: str = "") -> None:
        """A text, whatever it begins with."""
        if text:
            place.write_string(row, column, _text(text), self._styles.get(style))


def _text(text: str) -> str:
    return one_line(text)[:_LONGEST]
