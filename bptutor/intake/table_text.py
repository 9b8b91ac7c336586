"""The text of a table in blocks of whole rows, in whatever encoding spreadsheets and forms export it."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator
from contextlib import suppress
from io import StringIO
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bptutor.intake.entry import LIMIT
from bptutor.intake.folders import too_large

BLOCK = 1024 * 1024  # bytes of a block, as far as rows end there
_PATIENCE = 4 * BLOCK  # how long the end of a quoted cell is waited for
_MANY = 16_384  # rows of a block
_SHOWN = 4096  # bytes that are kept of a row that is too long
_MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_END = "\x1f"

Places = NDArray[np.int64]


class Block(NamedTuple):
    """Whole rows of a table as UTF-8, beginning in a line of the file; `reason` says why they are not read."""

    data: bytes
    line: int
    reason: str = ""


def encoding(path: str) -> str:
    """The encoding of a file: what its byte order mark says, UTF-8 if it is that, else what Excel writes."""
    decode = codecs.getincrementaldecoder("utf-8")().decode
    with open(path, "rb") as file:
        piece = file.read(BLOCK)
        for mark, name in _MARKS.items():
            if piece.startswith(mark):
                return name
        try:
            while piece:
                decode(piece)
                piece = file.read(BLOCK)
            decode(b"", final=True)
        except UnicodeDecodeError:
            return "cp1252"
    return "utf-8"


def pieces(path: str, code: str, size: int = BLOCK) -> Iterator[bytes]:
    """The text of a file as UTF-8, in pieces of about a size, its lines ended by a line feed."""
    decode = codecs.getincrementaldecoder(code)("replace").decode
    only_returns: bool | None = None  # as old spreadsheets end lines
    with open(path, "rb") as file:
        while piece := file.read(size):
            text = piece if code == "utf-8" else decode(piece).encode("utf-8", "replace")
            if only_returns is None:
                only_returns = b"\r" in text and b"\n" not in text
            yield text.replace(b"\r", b"\n") if only_returns else text


def blocks(path: str, code: str, delimiter: str, size: int = BLOCK) -> Iterator[Block]:
    """A table in blocks that end where a row ends; a row longer than a hand-in may be is a block by itself."""
    rest, line, skipped = b"", 1, False
    for piece in pieces(path, code, size):
        if skipped:
            _long, found, piece = piece.partition(b"\n")
            line, skipped = line + len(found), not found
        rest += piece
        first, found, more = rest.partition(b"\n")
        if len(first) > LIMIT:
            yield Block(first[:_SHOWN], line, too_large(LIMIT))
            line, skipped, rest = line + len(found), not found, more
        ends = row_ends(rest, delimiter)
        if not ends.size and len(rest) > _PATIENCE:
            ends = _newlines(rest) + 1
        for block in _parts(rest, line, ends):
            yield block
            line += block.data.count(b"\n")
        rest = rest[ends[-1] :] if ends.size else rest
    yield from _parts(rest, line, np.append(_newlines(rest)[:-1] + 1, len(rest)))


def _parts(data: bytes, line: int, ends: Places) -> Iterator[Block]:
    """The rows of a text, not too many of them at once: a short row takes as much room later as any."""
    start = 0
    for end in np.append(ends[_MANY - 1 : -1 : _MANY], ends[-1:]).tolist():
        part = data[start:end]
        if part:
            yield Block(part, line)
        start, line = end, line + part.count(b"\n")


def _newlines(data: bytes) -> Places:
    return np.flatnonzero(np.frombuffer(data, np.uint8) == ord("\n"))


def row_ends(data: bytes, delimiter: str) -> Places:
    """Where rows end in a text that begins with one: behind each line feed that no quoted cell goes on over."""
    newlines = _newlines(data)
    if b'"' not in data:
        return newlines + 1
    if regular(data, delimiter):
        quotes = (np.frombuffer(data, np.uint8) == ord('"')).cumsum(dtype=np.uint8)
        closed: Places = newlines[quotes[newlines] % 2 == 0]
        return closed + 1
    lines, reader = list[int](), csv.reader(StringIO(marked(data)), delimiter=delimiter)
    row: list[str] | None = []
    while row is not None and not is_mark(row):
        lines.append(reader.line_num)  # of the row before
        with suppress(csv.Error):  # a cell of more than 131,072 letters: the next line begins a row
            row = next(reader, None)
    ended = np.array(lines[1 : None if row else -1], np.int64)
    ends: Places = newlines[ended[ended <= len(newlines)] - 1] + 1
    return ends


def regular(data: bytes, delimiter: str) -> bool:
    """Whether quotes stand around whole cells only, and doubled within them, as wherever programs write them."""
    letters = np.frombuffer(b"\n" + data + b"\n", np.uint8)
    quotes = np.flatnonzero(letters == ord('"'))
    around = np.zeros(256, dtype=bool)
    around[list(f'{delimiter}\r\n"'.encode())] = True
    return bool(around[letters[quotes[::2] - 1]].all() and around[letters[quotes[1::2] + 1]].all())


def marked(data: bytes) -> str:
    """The text of a block, followed by a row that tells whether the row before it has ended."""
    text = data.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", " ")
    return text + ("" if text.endswith("\n") else "\n") + _END + "\n"


def is_mark(row: list[str]) -> bool:
    """Whether a row is that last one."""
    return row == [_END]
