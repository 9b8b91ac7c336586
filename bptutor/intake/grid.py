"""The cells of a block of rows: where each stands in the text, so that all can be looked at together."""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from io import StringIO

import numpy as np

from bptutor.answers import Answers, Typed
from bptutor.files.faults import brief
from bptutor.files.numbers import typed_number
from bptutor.intake.table_text import Block, Places, is_mark, marked, regular
from bptutor.intake.tables import Columns, Table
from bptutor.intake.typed_cells import Numbers, is_blank, numbers
from bptutor.intake.whose import LONGEST
from bptutor.language import _

_LONGEST_CELL = 100_000  # bytes; csv refuses some more
_QUOTED = 60  # letters that are kept of what is no number


@dataclass(frozen=True)
class Grid:
    """Rows of a table: the text, and from where to where each cell goes there, arrays (rows, columns).

    `lines` says in which line of the file each row begins, `faults` why rows cannot be read, `doubled` whether a
    quote in the text stands twice.
    """

    table: Table
    data: bytes
    starts: Places
    ends: Places
    lines: Places
    faults: dict[int, str] = field(default_factory=dict)
    doubled: bool = False

    def __len__(self) -> int:
        return len(self.lines)

    def text(self, row: int, column: int) -> str:
        """What is typed in a cell."""
        return self._text(self.starts[row, column], self.ends[row, column])

    def texts(self, column: int) -> list[str]:
        """What is typed in a column."""
        places = zip(self.starts[:, column].tolist(), self.ends[:, column].tolist(), strict=True)
        return [self._text(start, end) for start, end in places]

    def _text(self, start: int, end: int) -> str:
        text = self.data[start:end].decode("utf-8", "replace")
        return text.replace('""', '"') if self.doubled else text

    def known(self, role: str) -> list[str]:
        """What the table knows of each row's student: `id`, `name`, `email` or `variant`; "" where it does not."""
        if role == "name" and "name" not in self.table.roles:
            parts = zip(self.known("first"), self.known("last"), strict=True)
            return [" ".join(filter(None, part)) for part in parts]
        if role not in self.table.roles:
            return [""] * len(self)
        return [text.strip()[:LONGEST] for text in self.texts(self.table.roles[role])]

    def numbers(self, columns: Columns) -> Numbers:
        """The numbers that are typed in the cells of a problem, arrays (rows, cells)."""
        at = list(columns.numbers)
        return numbers(self.data, self.starts[:, at], self.ends[:, at])

    def answers(self, row: int, columns: Columns) -> Answers:
        """One row as a sheet of answers."""
        cells, line = {}, int(self.lines[row])
        for name, column in zip(columns.ids, columns.numbers, strict=True):
            text = self.text(row, column)
            read = typed_number(text)
            if read:
                cells[name] = Typed(text.strip(), *read, line)
            elif not is_blank(text):
                cells[name] = Typed(brief(text, _QUOTED), None, None, line)
        return Answers(cells, file=self.table.name)


def grid(table: Table, block: Block) -> Grid:
    """The cells of a block; what both ways can read is the same, the first is much faster."""
    even = _even(table, block)
    return _uneven(table, block) if even is None else even


def _even(table: Table, block: Block) -> Grid | None:
    """The cells where all rows have as many as the header and quotes stand around cells only; None for other blocks."""
    data, width = block.data, len(table.header)
    if block.reason or not data.endswith(b"\n") or data.count(b"\r") != data.count(b"\r\n"):
        return None
    if data.count(b'"') % 2 or (b'"' in data and not regular(data, table.delimiter)):
        return None
    letters = np.frombuffer(data, np.uint8)
    newline = letters == ord("\n")
    between = newline | (letters == ord(table.delimiter))
    if b'"' in data:
        between &= (letters == ord('"')).cumsum(dtype=np.uint8) % 2 == 0  # where no cell is open
    ends: Places = np.flatnonzero(between)
    last, rows = newline[ends], len(ends) // width
    if not rows or len(ends) % width or not last[width - 1 :: width].all() or last.sum() != rows:
        return None
    starts: Places = np.concatenate([[0], ends[:-1] + 1]).reshape(rows, width)
    ends = ends.reshape(rows, width)
    lines = np.searchsorted(np.flatnonzero(newline), starts[:, 0]) + block.line
    if b"\r" in data:
        ends[:, -1] -= letters[ends[:, -1] - 1] == ord("\r")
    if b'"' in data:
        quoted = letters[starts] == ord('"')
        starts, ends = starts + quoted, ends - quoted
    length = ends - starts
    filled = length.any(axis=1)
    if length.max() > _LONGEST_CELL:
        return None
    return Grid(table, data, starts[filled], ends[filled], lines[filled], doubled=b'""' in data)


def _uneven(table: Table, block: Block) -> Grid:
    """The cells as the csv module finds them; a row that has too many, or never ends, is at fault."""
    width, cells, lines, faults = len(table.header), list[str](), list[int](), dict[int, str]()
    for line, row, reason in _rows(table, block):
        if not any(row) and not reason:
            continue
        if any(map(str.strip, row[width:])) and not reason:
            reason = _("the row has {n} values, the header has {width}").format(n=len(row), width=width)
        if reason:
            faults[len(lines)] = reason
        lines.append(line)
        cells += [*row, *[""] * (width - len(row))][:width]
    data = "".join(cells).encode("utf-8", "replace")
    sizes = map(len, cells if data.isascii() else [cell.encode("utf-8", "replace") for cell in cells])
    length = np.fromiter(sizes, np.int64, len(cells)).reshape(-1, width)
    ends = length.cumsum().reshape(-1, width)
    return Grid(table, data, ends - length, ends, np.array(lines, np.int64), faults)


def _rows(table: Table, block: Block) -> list[tuple[int, list[str], str]]:
    """The rows of a block, each with the line in which it begins, and why it cannot be read."""
    rows, line = list[tuple[int, list[str], str]](), block.line
    endless = _("a quoted cell does not end: is a quote missing?")
    reader = csv.reader(StringIO(marked(block.data)), delimiter=table.delimiter)
    row: list[str] | None = []
    while row is not None:
        try:
            row, reason = next(reader, None), block.reason
        except csv.Error:  # a cell of more than 131,072 letters
            row, reason = [], endless
        if row and is_mark(row):
            return rows
        if row or reason:
            rows.append((line, row or [], reason))
        line = block.line + reader.line_num
    *whole, (line, row, reason) = rows  # no mark at the end: the last row has taken it in
    return [*whole, (line, row, reason or endless)]
