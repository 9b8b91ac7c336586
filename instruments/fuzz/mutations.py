"""How an input is changed: as bytes, as lines, as words and numbers, and as members of an archive."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Callable, Sequence
from contextlib import suppress
from random import Random

NUMBERS = (
    "0", "-0", "1", "-1", "2", "3", "0.5", "0,5", "1/3", "1/0", "0.1385", "1e-3", "1e308", "1.7976931348623157e308",
    "5e-324", "1e-400", "1e400", "-1e300", "1e16", "0.30000000000000004", "9" * 400, "0." + "0" * 400 + "1",
    "1e99999", "nan", "inf", "-inf", "~", "null", "", "no", "0x10", "010", "1_000", "1:30", "+-1", "−0.5", "０．５",
    "½", "٣", "1e+", ".", "2147483648", "9223372036854775808", "1000000", "100000", "17", "18", "1e30", "0.5.",
    "5 %", "≈0.4", "1 000,5", "[]",
)  # fmt: skip
WORDS = (
    "layers", "activation", "loss", "learning_rate", "inputs", "targets", "samples", "weights", "biases", "decimals",
    "conventions", "steps", "given", "labels", "title", "source", "notes", "ask", "points", "answers", "student",
    "problem", "weight_rows: sending", "bias: subtracted", "delta: descent", "momentum: 0.9", "batch: online",
    "batch_size: 2", "rounding: carry", "ties: half_even", "hidden_delta_weights: updated", "update_biases: false",
    "variant", "lint", "allow", "relu", "leaky_relu", "{leaky_relu: 0.1}", "softmax", "step", "tanh", "linear",
    "bipolar_sigmoid", "cross_entropy", "binary_cross_entropy", "mean_squared_error", "squared_error", "output",
    "net1", "out2", "delta1[1]", "new_w1[1,1]", "w5+", "δ_o1", "loss_after", "net1@2", "out1[1]@1#2", "slope2",
    "error0", "grad_b1", "scheme", "total", "cells", "id", "Email address", "Full name", "Identifier", "Grade",
    "hint", "skip", "back", "quit", "given", "why", "?", "？", "！",
)  # fmt: skip
ODD = (
    "\0", "\t", "\r", "\r\n", "\n", "\n\n", "\x1b[2J", "\ufeff", "\u202e", "\u2028", "\x85", "\xa0", "\u3000", "é",
    "δ", "：", "，", "[", "]", "{", "}", "[[", "]]", ":", ": ", "- ", "? ", "#", " #", "|", ">", "'", '"', "''",
    '"\\ud800"', "&a ", "*a", "!!int ", "<<: ", "%TAG ! x:\n", "---\n", "...\n", ",", ";", "=", "\\", "<script>",
    "=cmd|' /C calc'!A0", "{{7*7}}", "%s", "{x}", "../", "$(x)", "[bold]", "[/]", "[link=x]", "a" * 300, "  " * 40,
    "[" * 40, "{a: " * 40, "é" * 90, "\udcff",
)  # fmt: skip
_PIECE = re.compile(rb"[0-9A-Za-z_.]+|[^0-9A-Za-z_.\s]|\n")
_NUMBER = re.compile(rb"-?[0-9][0-9.]*(?:e-?[0-9]+)?")
_LONGEST = 60_000


def text_bytes(text: str) -> bytes:
    """The text in UTF-8; half a character becomes a byte that is none."""
    return text.encode("utf-8", "surrogateescape")


def changed(random: Random, data: bytes, others: Sequence[bytes]) -> bytes:
    """The data after one change or some; `others` are what may be mixed in."""
    if data[:4] == b"PK\x03\x04" and random.random() < 0.8:
        return _archive(random, data, others)
    for _time in range(1 + int(random.expovariate(0.7))):
        data = random.choice(_WAYS)(random, data, others)
    return data[:_LONGEST]


def _span(random: Random, data: bytes, most: int = 12) -> tuple[int, int]:
    start = random.randint(0, len(data))
    return start, min(len(data), start + random.randint(0, most))


def _bytes(random: Random, data: bytes, _others: Sequence[bytes]) -> bytes:
    start, end = _span(random, data)
    return data[:start] + random.randbytes(random.randint(0, 4)) + data[end:]


def _odd(random: Random, data: bytes, _others: Sequence[bytes]) -> bytes:
    start, end = _span(random, data, 3)
    return data[:start] + text_bytes(random.choice(ODD)) + data[end:]


def _put(random: Random, data: bytes, found: Sequence[re.Match[bytes]], text: str) -> bytes:
    """The text in the place of one of the matches."""
    if not found:
        return data + text_bytes(text)
    match = random.choice(found)
    return data[: match.start()] + text_bytes(text) + data[match.end() :]


def _number(random: Random, data: bytes, _others: Sequence[bytes]) -> bytes:
    return _put(random, data, [*_NUMBER.finditer(data)], random.choice(NUMBERS))


def _same_number(random: Random, data: bytes, _others: Sequence[bytes]) -> bytes:
    """One number in the place of all that are like it."""
    found = _NUMBER.findall(data)
    return data.replace(random.choice(found), text_bytes(random.choice(NUMBERS))) if found else data


def _word(random: Random, data: bytes, _others: Sequence[bytes]) -> bytes:
    return _put(random, data, [*_PIECE.finditer(data)], random.choice(WORDS))


def _lines(random: Random, data: bytes, _others: Sequence[bytes]) -> bytes:
    """A line goes, comes twice, or changes its place or its indentation."""
    lines = data.splitlines(keepends=True)
    if not lines:
        return data
    at = random.randrange(len(lines))
    line, to = lines[at], random.randrange(len(lines))
    kept = lines if random.random() < 0.3 else lines[:at] + lines[at + 1 :]
    indent = random.choice((b"", b"", b"  ", b"\t", b"- "))
    return b"".join([*kept[:to], *([indent + line] if random.random() < 0.7 else []), *kept[to:]])


def _spliced(random: Random, data: bytes, others: Sequence[bytes]) -> bytes:
    """Lines of another one in the place of some of these."""
    lines, more = data.splitlines(keepends=True), random.choice(others).splitlines(keepends=True)
    (start, end), (first, last) = (
        sorted(random.choices(range(len(lines) + 1), k=2)),
        sorted(random.choices(range(len(more) + 1), k=2)),
    )
    return b"".join(lines[:start] + more[first : min(last, first + 12)] + lines[end:])


def _cut(random: Random, data: bytes, _others: Sequence[bytes]) -> bytes:
    return data[: random.randint(0, len(data))]


def _again(random: Random, data: bytes, _others: Sequence[bytes]) -> bytes:
    """A piece very often."""
    start, end = _span(random, data, 40)
    return data[:end] + data[start:end] * random.choice((1, 2, 7, 40, 500)) + data[end:]


_WAYS: tuple[Callable[[Random, bytes, Sequence[bytes]], bytes], ...] = (
    *(
        _bytes,
        _odd,
        _odd,
        _number,
        _number,
        _number,
        _same_number,
        _word,
        _word,
        _lines,
        _lines,
        _spliced,
        _cut,
        _again,
    ),
)


_SPOILT = (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, ValueError, OSError, EOFError)
"""What an archive says that an earlier change has broken."""


def _archive(random: Random, data: bytes, others: Sequence[bytes]) -> bytes:
    """The archive with one member changed, renamed, or doubled."""
    made = io.BytesIO()
    with suppress(*_SPOILT):
        with zipfile.ZipFile(io.BytesIO(data)) as old:
            members = [(info.filename, old.read(info)) for info in old.infolist()[:40]]
        at = random.randrange(len(members))
        name, content = members[at]
        if random.random() < 0.7:
            content = changed(random, content, [*(one for _name, one in members), *others])
        else:
            odd = changed(random, name.encode(), [other.encode() for other, _content in members])
            name = odd.decode("utf-8", "replace")[:200].replace("\0", "") or "x"
        members = [*members[:at], (name, content), *members[at + random.choice((0, 1, 1, 1)) :]]
        with zipfile.ZipFile(made, "w", random.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED))) as new:
            for member, content in dict(members).items():
                new.writestr(member, content)
        return made.getvalue()
    return _bytes(random, data, others)
