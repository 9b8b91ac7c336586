"""Tables with a row a student: what their columns are, for people and for a problem."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import NamedTuple

from bptutor.errors import BptutorError, Fault, Where
from bptutor.files.answer_names import LONGEST, names_of
from bptutor.files.faults import Faults, brief, shown
from bptutor.intake.headings import roles
from bptutor.intake.table_text import BLOCK, Block, blocks, encoding, pieces
from bptutor.language import _
from bptutor.problem import Problem

_DELIMITERS = (",", ";", "\t")


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


class Columns(NamedTuple):
    """The cells of a problem that a table has, in which column each stands, and the headings that say nothing."""

    ids: tuple[str, ...]
    numbers: tuple[int, ...]
    ignored: tuple[str, ...]


def open_table(source: Path) -> Table:
    """A table whose header has been read; raises BptutorError where there is none."""
    path, name = str(source), shown(source.name)
    try:
        code = encoding(path)
        start = next(pieces(path, code), b"").decode("utf-8", "replace")
    except OSError as error:
        message = _("the file cannot be read: {reason}").format(reason=error.strerror)
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


def table_blocks(table: Table, size: int = BLOCK) -> Iterator[Block]:
    """The rows below the header, in blocks that can be read apart from each other."""
    left = table.line
    for block in blocks(table.path, table.encoding, table.delimiter, size):
        data, line = block.data, block.line
        while left and data:
            _heading, _end, data = data.partition(b"\n")
            left, line = left - 1, line + 1
        if data:
            yield Block(data, line, block.reason)


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
