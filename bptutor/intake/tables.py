"""Tables with a row a student, in whatever encoding spreadsheets and forms export them."""

from __future__ import annotations

import codecs
import csv
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from functools import lru_cache
from io import StringIO
from pathlib import Path
from typing import NamedTuple, Protocol, TextIO

import numpy as np
from numpy.typing import NDArray

from bptutor.answers import Answers
from bptutor.errors import BptutorError, Where, why
from bptutor.files.answers_file import typed_cell
from bptutor.files.faults import shown
from bptutor.files.numbers import typed_number
from bptutor.intake import whose
from bptutor.intake.entry import LIMIT, HandIn
from bptutor.intake.folders import too_large
from bptutor.intake.headings import ROLES, content_roles, plain
from bptutor.intake.workbooks import as_csv, is_workbook
from bptutor.language import _
from bptutor.problem import Array

EXACT = 32767
"""The decimals of a number that is exact, such as 1/3."""

_DELIMITERS = (",", ";", "\t")
_MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_PIECE = 1024 * 1024  # bytes or letters that are read at once
_SHOWN = 4096  # letters that are kept of a line that is too long
_END = "\x1f"  # a line behind the last one


class Table(NamedTuple):
    """A table as its header tells it; `roles` says in which column stands what is known of a student.

    `name` is what reports call it, `line` the last line of the header. `asides` are columns of times, points and the
    like, `meant` has the cells of headings that say nothing. `text` is there for a workbook, in the place of the file.
    """

    path: str
    name: str
    encoding: str
    delimiter: str
    header: tuple[str, ...]
    roles: dict[str, int]
    line: int
    asides: frozenset[int] = frozenset()
    meant: Mapping[str, str] = {}
    text: str | None = None

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


class Cells(Protocol):
    """Which cells stand in which columns."""

    @property
    def ids(self) -> tuple[str, ...]:
        """The cells by their ids."""

    @property
    def places(self) -> tuple[int, ...]:
        """Their columns."""


class TypedNumbers(NamedTuple):
    """What is typed in the cells of a problem, arrays (rows, cells).

    `value` is NaN where no number is typed, `decimals` as `typed_number` counts them; `unreadable` is what is neither
    a number nor blank.
    """

    value: Array
    decimals: NDArray[np.int16]
    unreadable: NDArray[np.bool_]


def open_table(source: Path, meant: Mapping[str, str] | None = None) -> Table:
    """A table whose header has been read; raises BptutorError where there is none."""
    path, name, text = str(source), shown(source.name), None
    try:
        if is_workbook(path):
            text, code = as_csv(path), "utf-8"
        else:
            code = _encoding(path)
        with _opened(path, code, text) as file:
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
    found, asides = content_roles(header, _first_rows(start, delimiter, line))
    return Table(path, name, code, delimiter, header, found, line, asides, meant or {}, text)


def _first_rows(start: str, delimiter: str, line: int) -> list[list[str]]:
    """Some rows below the header, to see what stands in the columns."""
    lines = start.splitlines(keepends=True)[line : line + _LOOKED_AT]
    rows = list[list[str]]()
    with suppress(csv.Error):
        rows = [row for row in csv.reader(StringIO("".join(lines)), delimiter=delimiter) if any(row)]
    return rows[:-1] or rows


_LOOKED_AT = 50


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


def _opened(path: str, encoding: str, text: str | None = None) -> TextIO:
    """The text of a file, its lines ended by a line feed, whatever system wrote them; that of a workbook is known."""
    return open(path, encoding=encoding, errors="replace", newline=None) if text is None else StringIO(text)


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
    """The rows below the header, but those that are empty; raises OSError.

    A quote that does not end in its row takes the rows behind it into one cell, until another quote ends it or the file
    does: such a row is told, and those behind it are read.
    """
    width = len(table.header)
    with _opened(table.path, table.encoding, table.text) as file:
        for _heading in range(table.line):
            file.readline()
        lines = _Lines(file)
        reader = csv.reader(lines, delimiter=table.delimiter)
        while True:
            first, lines.taken = lines.number + 1, []
            try:
                cells, broken = next(reader), lines.ended
            except StopIteration:
                return
            except csv.Error:  # a cell of more than 131,072 letters
                cells, broken = [], True
            taken = [line for line in lines.taken if line != _END_LINE]
            if not taken:
                return
            unclosed = broken or (len(taken) > 1 and _swallowed(taken, table))
            if unclosed:
                lines.again(taken[1:])
                reader, cells = csv.reader(lines, delimiter=table.delimiter), _alone(taken[0], table.delimiter)
            fault = _fault(cells, width, unclosed=unclosed, too_long=lines.cut(first))
            if fault or any(cells):
                yield TableRow(table.line + first, [*cells, *[""] * (width - len(cells))][:width], fault)


def _swallowed(lines: Sequence[str], table: Table) -> bool:
    """Whether there are rows among the lines of one cell: as many values as in the header, somebody, and a number."""
    rows = (_alone(line, table.delimiter, strip="") for line in lines[1:-1])
    return any(
        len(row) == len(table.header)
        and row[0].strip()
        and '"' not in row[0]
        and any(typed_number(cell) for cell in row[1:])
        for row in rows
    )


def _fault(cells: Sequence[str], width: int, *, unclosed: bool, too_long: bool) -> str:
    """Why a row cannot be read, "" where it can."""
    if too_long:
        return too_large(LIMIT)
    if unclosed:
        return _ENDLESS
    if any(map(str.strip, cells[width:])):
        return _("the row has {n} values, the header has {width}").format(n=len(cells), width=width)
    return ""


_ENDLESS = _("a quoted cell does not end: is a quote missing?")
_END_LINE = f"{_END}\n"
_MOST_AGAIN = 10_000  # lines that are read again behind a quote: no class has so many broken rows


def _alone(line: str, delimiter: str, strip: str = '"') -> list[str]:
    """The cells of a line as far as they can be told, a quote in it being a letter like any other."""
    if len(line) > _SHOWN:
        return []
    cells = next(csv.reader([line], delimiter=delimiter, quoting=csv.QUOTE_NONE), [])
    return [cell.strip().strip(strip) if strip else cell for cell in cells]


class _Lines:
    """The lines of a file, then a mark: where it is no row of its own, a quoted cell does not end.

    `taken` has those that went into the row at hand, `number` is the last of them. Of a line that is longer than a
    hand-in may be, whose number is in `too_long`, only the beginning comes.
    """

    def __init__(self, file: TextIO):
        self._file, self.number, self.too_long, self.ended = file, 0, set[int](), False
        self.taken, self._waiting, self._again = list[str](), deque[str](), 0

    def again(self, lines: Sequence[str]) -> None:
        """Gives lines back, which come once more."""
        self._again += len(lines)
        if self._again > _MOST_AGAIN * _LOOKED_AT:
            return
        self._waiting.extendleft(reversed(lines))
        self.number -= len(lines)
        self.ended = False

    def cut(self, first: int) -> bool:
        """Whether one of the last lines, from this number on, was too long."""
        return not self.too_long.isdisjoint(range(first, self.number + 1))

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._waiting.popleft() if self._waiting else self._next()
        if not line:
            if self.ended:
                raise StopIteration
            self.ended = True
            self.taken.append(_END_LINE)
            return _END_LINE
        self.number += 1
        if line.endswith(_CUT):
            self.too_long.add(self.number)
        self.taken.append(line)
        return line

    def _next(self) -> str:
        line = self._file.readline(LIMIT)
        if len(line) == LIMIT and not line.endswith("\n"):
            line = line[:_SHOWN].replace('"', "") + _CUT
            while (rest := self._file.readline(LIMIT)) and not rest.endswith("\n"):
                pass
        return line


_CUT = "\x1e\n"  # the end of a line of which the rest is left out


def hand_in_of(table: Table, row: TableRow) -> HandIn:
    """Whose a row is; a later row of a student is a newer hand-in."""
    student, name, email, variant = (table.known(row, role) for role in ("id", "name", "email", "variant"))
    source = _("{file}, line {n}").format(file=table.name, n=row.line)
    return HandIn(student or email or name, name, email, variant, source, row.line, reason=row.fault)


def row_answers(table: Table, row: TableRow, known: Cells) -> Answers:
    """A row as a sheet of answers."""
    typed = (typed_cell(row.cells[place].strip(), row.line) for place in known.places)
    return Answers({name: cell for name, cell in zip(known.ids, typed, strict=True) if cell}, file=table.name)


def row_numbers(rows: Sequence[TableRow], known: Cells) -> TypedNumbers:
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
