"""The gradebook that a teacher has exported: its cells to read, and the same file again with some of them filled.

What is not filled stays as it was, byte for byte: the platform that takes the file back sees no other change.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from io import StringIO
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from bptutor.errors import BptutorError, Where
from bptutor.files.capped import capped
from bptutor.intake.workbooks import as_csv, is_workbook
from bptutor.language import _

MAX_BYTES = 64 * 1024 * 1024

_MARKS = {b"\xef\xbb\xbf": "utf-8", b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
_FIRST_LINES = 3  # that decide what stands between cells, as Canvas itself does it
_DELIMITERS = (",", ";", "\t")
_QUOTED = re.compile(r'"((?:[^"]|"")*+)"')  # possessive: no quote makes the search go back over what it has read


class Gradebook(NamedTuple):
    """An exported CSV: the texts of its cells, the cells as they stand there, and the line end behind each row."""

    name: str
    delimiter: str
    rows: list[list[str]]
    raw: list[list[str]]
    ends: list[str]
    bom: bytes = b""
    encoding: str = "utf-8"

    def filled(self, cells: Mapping[tuple[int, int], str]) -> bytes:
        """The file with these texts at (row, column), counted from 0, and every other cell as it was."""
        changed = {row: self.raw[row] for row, _column in cells}
        changed = {row: [*old, *[""] * (len(self.rows[0]) - len(old))] for row, old in changed.items()}
        for (row, column), text in cells.items():
            changed[row][column] = self._quoted(text, changed[row][column])
        lines = (
            self.delimiter.join(changed.get(place, raw)) + end
            for place, (raw, end) in enumerate(zip(self.raw, self.ends, strict=True))
        )
        return self.bom + "".join(lines).encode(self.encoding, "replace")

    def _quoted(self, text: str, before: str) -> str:
        """The text as a cell, in quotes where it needs them or the cell had them before."""
        plain = not before.startswith('"') and text == text.strip() and not re.search(f'["\r\n{self.delimiter}]', text)
        return text if plain else '"' + text.replace('"', '""') + '"'


def load_gradebook(path: str | Path) -> Gradebook:
    """The gradebook in a CSV file or a workbook, which becomes one; raises BptutorError for what cannot be read."""
    data, name = capped(path, MAX_BYTES, _("expected a gradebook exported as CSV"))
    if data.startswith(b"PK") and is_workbook(str(path)):
        data = as_csv(str(path)).encode()
    return gradebook_of(data, name)


def gradebook_of(data: bytes, name: str) -> Gradebook:
    """The gradebook that these bytes are; raises BptutorError with the line of what makes them unreadable."""
    bom, encoding = next(((mark, name) for mark, name in _MARKS.items() if data.startswith(mark)), (b"", "utf-8"))
    try:
        text = data[len(bom) :].decode(encoding)
    except UnicodeDecodeError as error:
        message = _("byte 0x{byte:02x} is not UTF-8 text").format(byte=data[len(bom) + error.start])
        where = Where(name, data.count(b"\n", 0, len(bom) + error.start) + 1)
        raise BptutorError(message, where, _("export the gradebook again, and do not save it in between")) from None
    if not text.strip():
        raise BptutorError(_("the file is empty"), Where(name), _("export the gradebook again"))
    delimiter = _delimiter(text)
    raw, ends = [], []
    for row, end in _raw_rows(text, delimiter, name):
        raw.append(row)
        ends.append(end)
    return Gradebook(name, delimiter, [[_text(cell) for cell in row] for row in raw], raw, ends, bom, encoding)


def _delimiter(text: str) -> str:
    """What stands between cells: what the first lines have most of, and equally many of."""
    lines = islice((line for line in StringIO(text) if line.strip()), _FIRST_LINES)
    bare = [re.sub(r'"[^"]*"', "", line) for line in lines]

    def likely(delimiter: str) -> tuple[bool, int]:
        counts = [line.count(delimiter) for line in bare]
        return len(set(counts)) == 1, counts[0]

    return max((d for d in _DELIMITERS if d in bare[0]), key=likely, default=",")


def _raw_rows(text: str, delimiter: str, name: str) -> Iterator[tuple[list[str], str]]:
    """Rows of cells as they stand there, quotes included, each with its line end."""
    cell = re.compile(rf"((?:{_QUOTED.pattern})?+[^{delimiter}\r\n]*+)({delimiter}|\r\n|\r|\n|\Z)")
    row: list[str] = []
    at = 0
    while at < len(text) or row:
        found = cell.match(text, at)
        assert found
        content, after = found[1], found[3]
        if content.startswith('"') and not _QUOTED.match(content):
            message = _("a quotation mark opens here and is never closed")
            raise BptutorError(message, Where(name, text.count("\n", 0, at) + 1), _("export the gradebook again"))
        row.append(content)
        at = found.end()
        if after != delimiter:
            yield row, after
            row = []


def _text(raw: str) -> str:
    """What a cell says: without its quotes, and what stands behind them as it is."""
    found = _QUOTED.match(raw)
    return found[1].replace('""', '"') + raw[found.end() :] if found else raw
