"""Sheets as nearly all are written, read in a third of the time that the YAML parser takes.

What comes out is what the parser would give. Where a line might mean anything else, the sheet is left to the parser.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from bptutor.files.faults import Faults
from bptutor.files.reader import Document, Mapping, Node, Scalar, Sequence, parse

_LONGEST = 64 * 1024
_REMEMBERED = 100  # letters of a line
_WORD = r"[-+−]?[\w.~/][\w.~/+−-]*"
_KEY = r"[^\W\d]\w{0,60}\+?"
_ID = rf"{_KEY}(?:\[[0-9]{{1,7}}(?:,[0-9]{{1,7}})?\])?(?:@[0-9-]{{1,15}})?(?:#[0-9]{{1,7}})?"
_PAIRS = rf"{_KEY}: +{_WORD}(?:, *{_KEY}: +{_WORD})*"
_COMMENT = "#[^\n]*"

# A line with a key and then some words, a list, pairs or nothing; or without a key.
_LINE = re.compile(
    rf"( *)({_ID}):(?: +(?:({_WORD}(?: {_WORD})*)|\[ *({_WORD}(?:, *{_WORD})*) *\]|\{{ *({_PAIRS}) *\}}))?"
    rf" *(?: {_COMMENT})?| *(?:{_COMMENT})?"
)
_ITEM = re.compile(_WORD)
_PAIR = re.compile(rf"({_KEY}): +({_WORD})")
_ODD = re.compile("[^\n -~\xa0-\u2027\u202a-\ud7ff]")  # no text, or rare, or the end of a line for YAML only


class _Line(NamedTuple):
    """What a line says; `key` is "" where it says nothing."""

    indent: str
    key: str
    value: Node
    is_blank: bool


def read_text(data: bytes, name: str) -> Document:
    """One YAML document; raises BptutorError with the line of what makes it unreadable."""
    root = _root(data) if len(data) <= _LONGEST else None
    return Document(name, data, root, Faults()) if root else parse(data, name)


def _root(data: bytes) -> Mapping | None:
    """The keys of a sheet, and one level of keys below them; None for all other text."""
    try:
        text = data.decode("utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError:
        return None
    if _ODD.search(text):
        return None
    root = here = Mapping({}, {}, 0)
    margin, blank = "", ""  # that of the mapping here; the last key of the root, if nothing stands behind it
    for number, line in enumerate(text.split("\n"), 1):
        read = _known_line(line, number) if len(line) < _REMEMBERED else _line(line, number)
        if read is None:
            return None
        indent, key, value, is_blank = read
        if not key:
            continue
        if not indent:
            root = root if root.line else Mapping({}, {}, number)
            here, margin, blank = root, "", key if is_blank else ""
        elif here is root and blank:
            root.items[blank] = here = Mapping({}, {}, number)
            margin, blank = indent, ""
        if indent != margin or key in here.lines:
            return None
        here.items[key] = value
        here.lines[key] = number
    return root if root.line else None


def _line(line: str, number: int) -> _Line | None:
    """What a line says, None if it might say anything else."""
    match = _LINE.fullmatch(line)
    if match is None:
        return None
    indent, key, words, items, pairs = match.groups("")
    value: Node = Scalar(words, number)
    if items:
        value = Sequence([Scalar(item, number) for item in _ITEM.findall(items)], number)
    elif pairs:
        texts = dict(found := _PAIR.findall(pairs))
        if len(texts) < len(found):
            return None
        value = Mapping({name: Scalar(text, number) for name, text in found}, dict.fromkeys(texts, number), number)
    return _Line(indent, key, value, is_blank=not (words or items or pairs))


_known_line = lru_cache(maxsize=20_000)(_line)  # the same numbers are typed again and again, in the same lines
