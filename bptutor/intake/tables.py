"""Tables with a row a student, in whatever encoding spreadsheets and forms export them."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator, Sequence
from functools import lru_cache
from io import StringIO
from pathlib import Path
from typing import NamedTuple, TextIO

import numpy as np
from numpy.typing import NDArray

from bptutor.answers import Answers
from bptutor.errors import BptutorError, Fault, Where
from bptutor.files.answer_names import LONGEST, names_of
from bptutor.files.answers_file import typed_cell
from bptutor.files.faults import Faults, brief, shown, why
from bptutor.intake import whose
from bptutor.intake.entry import LIMIT, HandIn
from bptutor.intake.folders import too_large
from bptutor.intake.headings import ROLES, plain, roles
from bptutor.language import _
from bptutor.problem import Array, Problem

EXACT = 32767
"""The decimals of a number that is exact, such as 1/3."""

_DELIMITERS = (",", ";", "\t")
_MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_PIECE = 1024 * 1024  # bytes or letters that are read at once
_SHOWN = 4096  # letters that are kept of a line that is too long
_END = "\x1f"  # a line behind the last one


class Table(NamedTuple):
    """A table as its header tells it; `roles` says in which column stands what is known of a student.

    `name` is what reports call it, `line` the last line of the header.
    """

    path: str
    name: str
    encoding: str
    delimiter: str
    header: tuple[str, ...]
    roles: dict[str, int]
    line: int

    def known(self, row: TableRow, role: str) -> str:
        """What a row says of its student: `id`, `name`, `email` or `variant`; "" where it does not."""
        if role == "name" and "name" not in self.roles:
            return " ".join(filter(None, (self.known(row, part) for part in ("first", "last"))))
        return row.cells[self.roles[role]].strip()[: whose.LONGEST] if role in self.roles else ""

    def ids(self, row: TableRow) -> list[str]:
        """All that identifies the student of a row: numbers, user names."""
        columns = [at for at, heading in enumerate(self.header) if plain(heading) in ROLES["id"]]
        return [text for at in columns if (text := row.cells[at].strip()[: whose.LONGEST])]


class TableRow(NamedTuple):
    """A row below the header: the line in which it begins, as many cells as the header has, why it cannot be read."""

    line: int
    cells: list[str]
    fault: str = ""


class Columns(NamedTuple):
    """The cells of a problem that a table has, in which column each stands, and the headings that say nothing."""

    ids: tuple[str, ...]
    places: tuple[int, ...]
    ignored: tuple[str, ...]


class TypedNumbers(NamedTuple):
    """What is typed in the cells of a problem, arrays (rows, cells).

    `value` is NaN where no number is typed, `decimals` as `typed_number` counts them; `unreadable` is what is neither
    a number nor blank.
    """

    value: Array
    decimals: NDArray[np.int16]
    unreadable: NDArray[np.bool_]


def open_table(source: Path) -> Table:
    """A table whose header has been read; raises BptutorError where there is none."""
    path, name = str(source), shown(source.name)
    try:
        code = _encoding(path)
        with _opened(path, code) as file:
            start = file.read(_PIECE)
    except OSError as error:
        message = _("the file cannot be read: {reason}").format(reason=why(error))
        raise BptutorError(message, Where(shown(path)), _("check the name and the folder")) from None
    read = {delimiter: _header(start, delimiter) for delimiter in _DELIMITERS}
    delimiter = max(read, key=lambda each: sum(map(_is_whole, read[each][0])))
    header, line = read[delimiter]
    if not header:
        message = _("the table is empty")
        raise BptutorError(
            message, Where(name), _("its first row has to name the columns: id, and cells such as net1[2]")
        )
    return Table(path, name, code, delimiter, header, roles(header), line)


def _encoding(path: str) -> str:
    """The encoding of a file: what its byte order mark says, UTF-8 if it is that, else what Excel writes."""
    decode = codecs.getincrementaldecoder("utf-8")().decode
    with open(path, "rb") as file:
        piece = file.read(_PIECE)
        for mark, name in _MARKS.items():
            if piece.startswith(mark):
                return name
        try:
            while piece:
                decode(piece)
                piece = file.read(_PIECE)
            decode(b"", final=True)
        except UnicodeDecodeError:
            return "cp1252"
    return "utf-8"


def _opened(path: str, encoding: str) -> TextIO:
    """The text of a file, its lines ended by a line feed, whatever system wrote them."""
    return open(path, encoding=encoding, errors="replace", newline=None)


def _header(text: str, delimiter: str) -> tuple[tuple[str, ...], int]:
    """The first row that says something, none if there is none, and the line in which it ends."""
    reader = csv.reader(StringIO(text), delimiter=delimiter)
    try:
        for row in reader:
            if any(cell.strip() for cell in row) and not row[0].startswith("sep="):  # so Excel names its delimiter
                return tuple(cell.strip() for cell in row), reader.line_num
    except csv.Error:
        pass
    return (), 0


def _is_whole(heading: str) -> bool:
    """Whether a heading is not a piece of one, as `new_w1[2` and `1]` are."""
    return heading.count("[") == heading.count("]")


def table_rows(table: Table) -> Iterator[TableRow]:
    """The rows below the header, but those that are empty; raises OSError."""
    width, endless = len(table.header), _("a quoted cell does not end: is a quote missing?")
    with _opened(table.path, table.encoding) as file:
        for _heading in range(table.line):
            file.readline()
        lines = _Lines(file)
        reader, first = csv.reader(lines, delimiter=table.delimiter), 1
        while True:
            try:
                cells, fault = next(reader), endless if lines.ended else ""
            except StopIteration:
                return
            except csv.Error:  # a cell of more than 131,072 letters
                cells, fault = [], endless
            if cells == [_END] and lines.ended:
                return
            if not fault and any(map(str.strip, cells[width:])):
                fault = _("the row has {n} values, the header has {width}").format(n=len(cells), width=width)
            if not lines.too_long.isdisjoint(range(first, reader.line_num + 1)):
                fault = too_large(LIMIT)
            if fault or any(cells):
                yield TableRow(table.line + first, [*cells, *[""] * (width - len(cells))][:width], fault)
            first = reader.line_num + 1


class _Lines:
    """The lines of a file, then a mark: where it is no row of its own, a quoted cell does not end.

    Of a line that is longer than a hand-in may be, whose number is in `too_long`, only the beginning comes.
    """

    def __init__(self, file: TextIO):
        self._file, self._number, self.too_long, self.ended = file, 0, set[int](), False

    def __iter__(self) -> Iterator[str]:
        while line := self._file.readline(LIMIT):
            self._number += 1
            if len(line) == LIMIT and not line.endswith("\n"):
                self.too_long.add(self._number)
                line = line[:_SHOWN].replace('"', "") + "\n"
                while (rest := self._file.readline(LIMIT)) and not rest.endswith("\n"):
                    pass
            yield line
        self.ended = True
        yield f"{_END}\n"


def columns(table: Table, problem: Problem) -> Columns:
    """The columns of a problem's cells; raises BptutorError where a cell stands twice, or none is there."""
    known, faults = names_of(problem), Faults()
    found: dict[str, int] = {}
    ignored = []
    for column, heading in enumerate(table.header):
        if column in table.roles.values():
            continue
        cell = known.cell(heading) if len(heading) <= LONGEST else None
        if cell is None or cell.given:
            ignored.append(heading)
        elif cell.id in found:
            message = _("{cell} stands twice, first in column {n}").format(cell=cell.id, n=found[cell.id] + 1)
            faults.append(Fault(message, _place(table, column), _("keep one of the two")))
        else:
            found[cell.id] = column
    faults.settle()
    if not found:
        message = _("no column is a cell of this problem, found {headings}")
        listed = brief(", ".join(table.header[:20]), 80)
        hint = _("such as net1[2] or its label; put quotes around a heading that has the sign between columns")
        raise BptutorError(message.format(headings=listed), Where(table.name, table.line), hint)
    return Columns(tuple(found), tuple(found.values()), tuple(ignored))


def _place(table: Table, column: int) -> Where:
    return Where(table.name, table.line, _("column {n}").format(n=column + 1))


def hand_in_of(table: Table, row: TableRow) -> HandIn:
    """Whose a row is; a later row of a student is a newer hand-in."""
    student, name, email, variant = (table.known(row, role) for role in ("id", "name", "email", "variant"))
    source = _("{file}, line {n}").format(file=table.name, n=row.line)
    return HandIn(student or email or name, name, email, variant, source, row.line, reason=row.fault)


def row_answers(table: Table, row: TableRow, known: Columns) -> Answers:
    """A row as a sheet of answers."""
    typed = (typed_cell(row.cells[place].strip(), row.line) for place in known.places)
    return Answers({name: cell for name, cell in zip(known.ids, typed, strict=True) if cell}, file=table.name)


def row_numbers(rows: Sequence[TableRow], known: Columns) -> TypedNumbers:
    """The numbers that are typed in rows."""
    kinds = [("value", float), ("decimals", np.int16), ("unreadable", bool)]
    read = np.array([_number(row.cells[place]) for row in rows for place in known.places], kinds)
    read = read.reshape(len(rows), len(known.places))
    return TypedNumbers(read["value"], read["decimals"], read["unreadable"])


@lru_cache(maxsize=50_000)  # the right numbers are typed again and again
def _number(text: str) -> tuple[float, int, bool]:
    """What a cell adds to each of the three arrays of `TypedNumbers`."""
    cell = typed_cell(text.strip(), 0)
    if cell is None or cell.value is None:
        return np.nan, 0, cell is not None
    return cell.value, EXACT if cell.decimals is None else cell.decimals, False
