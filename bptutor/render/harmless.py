"""Text of strangers, made harmless for where it goes: a screen, a spreadsheet, Markdown, the name of a file."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator

_UNPRINTABLE = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")

# A spreadsheet looks past spaces and quotes; opened with other settings it also begins new cells at ; and tab.
_NUMBER = r"[+-]?(?:[0-9]+[.,]?[0-9]*|[.,][0-9]+)(?:[eE][+-]?[0-9]+)?[^\S\t\r\n]*(?![^;\t\r\n])"
_FORMULA = re.compile(rf"(?:^|(?<=[;\t\r\n]))(?![^\S\t\r\n]*{_NUMBER})(?=(?:[^\S\t\r\n]|[\"'])*[=+\-@＝＋－＠])")

_MARKUP = re.compile(r"[\\`*_{}\[\]|~$^#!@]|:(?=/)|(?<=www)\.", re.IGNORECASE)
_BLOCK = re.compile(r"^([0-9]{0,9})([+\-=:.)])(?=\s|$|[+\-=])")
_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})

_DEVICE = re.compile(r"(?:con|prn|aux|nul|conin|conout|(?:com|lpt)[0-9¹²³])\s*(?:\.|$)", re.IGNORECASE)
_HASHED = re.compile(r"-[0-9a-f]{12}$", re.IGNORECASE)
_LONGEST = 100  # bytes of a file name, so that there is room for an ending and for what a temporary name adds


def printable(text: str) -> str:
    """The text with whatever could steer a terminal, or turn the writing direction, made visible."""
    return _UNPRINTABLE.sub(lambda match: f"\\x{ord(match[0]):02x}", text)


def csv_text(text: str) -> str:
    """The text as a cell: what a spreadsheet would take for a formula gets an apostrophe in front, a number does not.

    The CSV writer still has to quote it.
    """
    return _shown(_FORMULA.sub("'", text))


def markdown_text(text: str) -> str:
    """The text in one line of Markdown that shows it as it is: no emphasis, code, link, image, table, list or HTML."""
    line = one_line(text).translate(_ENTITIES)
    return _BLOCK.sub(r"\1\\\2", _MARKUP.sub(r"\\\g<0>", line))


def markdown_table(head: Iterable[str], rows: Iterable[Iterable[str]], numeric: Iterable[bool]) -> Iterator[str]:
    """The lines of a table of texts that are Markdown already; `numeric` says which columns are numbers."""
    yield f"| {' | '.join(head)} |"
    yield f"|{'|'.join('---:' if numbers else '---' for numbers in numeric)}|"
    yield from (f"| {' | '.join(row)} |" for row in rows)


def one_line(text: str) -> str:
    """The text in one line, with nothing in it that steers a screen."""
    return " ".join(_shown(text).split())


def _shown(text: str) -> str:
    """The text with nothing that steers a screen, and without halves of characters, which no file can hold."""
    return printable(text).encode(errors="replace").decode()


def file_name(text: str, taken: set[str] | None = None) -> str:
    """A name for a file, without an ending, that no system takes for anything else.

    A name that is not the text itself ends in a hash of the text, so that no two texts share one. `taken` has what was
    given out before, and is added to: names that differ in upper and lower case alone would be one file on many disks.
    """
    name = unicodedata.normalize("NFC", re.sub(r"\.\.+", "_", "".join(char if _fits(char) else "_" for char in text)))
    name = name.strip(" .").lstrip("-.~ ").encode()[:_LONGEST].decode(errors="ignore").rstrip(" .")
    doubted = name != text or not name or _DEVICE.match(name) or _HASHED.search(name)
    name = _hashed(name, text) if doubted else name
    if taken is not None:
        count = 0
        while name.casefold() in taken:
            count += 1
            name = _hashed(name, f"{text}\0{count}")
        taken.add(name.casefold())
    return name


def _fits(char: str) -> bool:
    return char in " ._-@+,()" or unicodedata.category(char)[0] in "LMN"


def _hashed(name: str, text: str) -> str:
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12]
    stem = _DEVICE.sub(lambda found: f"_{found[0]}", name) if _DEVICE.match(name) else name
    return f"{_HASHED.sub('', stem) or '_'}-{digest}"
