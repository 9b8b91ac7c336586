"""Reads YAML from the parser's event stream, within limits, into plain nodes that know their text and their line.

Building Python objects from YAML is where strangers' files do harm: nesting crashes the C loader, merge keys explode,
`1:30` becomes 90 and `0.50` loses its digits. Events do not recurse, so depth, size and number of nodes are counted
as they come; anchors, aliases, merge keys and tags are refused; every scalar stays the text that was typed.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple, cast

import yaml

from bptutor.errors import BptutorError, Fault, Where, spotted
from bptutor.files.capped import capped
from bptutor.files.faults import Faults, brief
from bptutor.language import _

MAX_BYTES = 4 * 1024 * 1024
MAX_DEPTH = 32
MAX_NODES = 1_000_000

Parser = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml, or pure Python where it is missing

_DEEP = _("brackets and indentation go more than {limit} levels deep").format(limit=MAX_DEPTH)
_TOO_DEEP = "exceeded maximum nesting depth"  # what newer parsers say, which read a line of brackets ahead

# What YAML calls text, as character sets; the second takes a while to compile, and few files need it.
_ASCII_TEXT = "\t\n\r\x20-\x7e"
_TEXT = _ASCII_TEXT + "\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff"
_TAG_DIRECTIVE = re.compile("^%TAG", re.MULTILINE)  # the parser's time grows with the square of their number
_SURROGATE = re.compile("[\ud800-\udfff]")  # "\ud800" is half a character: it cannot be written anywhere


class Scalar(NamedTuple):
    """A text as typed; `plain` is false where it was quoted or a block."""

    text: str
    line: int
    plain: bool = True


class Sequence(NamedTuple):
    """Items in their order."""

    items: list[Node]
    line: int


class Mapping(NamedTuple):
    """Keys, each once, with their values and the lines of the keys."""

    items: dict[str, Node]
    lines: dict[str, int]
    line: int


Node = Scalar | Sequence | Mapping


class Document(NamedTuple):
    """A file as read: its name as shown, its bytes, its content, and what was wrong but did not stop the reading.

    `refused` says why a sheet is no YAML, where it was read all the same.
    """

    name: str
    data: bytes
    root: Node
    faults: Faults
    refused: tuple[Fault, ...] = ()


def read(path: str | Path) -> Document:
    """Reads a YAML file (`-`: standard input); raises BptutorError for whatever keeps it from being read."""
    return parse(*bytes_of(path))


def bytes_of(path: str | Path) -> tuple[bytes, str]:
    """The bytes of a file (`-`: standard input) and what messages call it; raises BptutorError where there are none."""
    return capped(path, MAX_BYTES, _("expected a text file with a problem or answers"))


def parse(data: bytes, name: str) -> Document:
    """One YAML document; raises BptutorError with the line of what makes it unreadable."""
    text = _text(data, name)
    tree = _Tree(name, text)
    try:
        root = tree.grow(text)
    except yaml.MarkedYAMLError as error:
        raise _unreadable(error, name, text) from None
    if root is None:
        raise BptutorError(_("the file is empty"), Where(name), _("`bptutor problems show mazur` prints an example"))
    return Document(name, data, root, tree.faults)


class Unreadable(BptutorError):
    """The text is not YAML; where the parser noticed it, which is often below what is wrong."""


class OneText(Unreadable):
    """The whole file is one text: whatever should have made keys of it is missing."""


def _unreadable(error: yaml.MarkedYAMLError, name: str, text: str) -> BptutorError:
    mark, problem = error.problem_mark or error.context_mark, error.problem or error.context or ""
    where = _at(Where(name, mark.line + 1 if mark else None), text, mark)
    if problem == _TOO_DEEP:
        return BptutorError(_DEEP, where)
    message = _("this is not YAML: {problem}").format(problem=brief(problem, 120))
    return Unreadable(message, where, _("look at brackets, quotes, colons and indentation here and just before"))


def _at(where: Where, text: str, mark: Any) -> Where:
    """The place with its line, and the spot that a mark of the parser points at."""
    lines = text.splitlines()
    if mark is None or mark.line >= len(lines):
        return where
    return spotted(where, lines[mark.line], mark.column + 1)


def _at_letter(name: str, text: str, at: int) -> Where:
    """The place of a letter of a text."""
    start = text.rfind("\n", 0, at) + 1
    line = text[start:].partition("\n")[0]
    return spotted(Where(name, text.count("\n", 0, at) + 1), line, at - start + 1)


def _text(data: bytes, name: str) -> str:
    if data.startswith(ARCHIVE):
        message = _("this is an archive or a workbook, expected a text file")
        raise BptutorError(message, Where(name), _("bptutor check takes a workbook that was filled in"))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _not_utf8(data, name, error.start) from None
    if odd := re.search(f"[^{_ASCII_TEXT if text.isascii() else _TEXT}]", text):
        message = _("the control character U+{code:04X} is no text").format(code=ord(odd[0]))
        raise BptutorError(message, _at_letter(name, text, odd.start()), _("save the file as UTF-8 text"))
    if "%TAG" in text and (tags := _TAG_DIRECTIVE.search(text)):
        where = _at_letter(name, text, tags.start())
        raise BptutorError(_("tags are not read, found %TAG"), where, _("leave it out"))
    return text


ARCHIVE = b"PK\x03\x04"
"""How archives begin, and the workbooks of spreadsheets."""
_MARKS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}  # how Windows begins what it calls Unicode


def _not_utf8(data: bytes, name: str, at: int) -> BptutorError:
    """What is said of bytes that are no UTF-8: Unicode of two bytes a letter, or text of an older Windows."""
    hint = _("save the file as UTF-8")
    if data[:2] in _MARKS:
        message = _("the file is UTF-16, expected UTF-8")
        return BptutorError(message, Where(name, 1), hint)
    message = _("byte 0x{byte:02x} is not UTF-8 text").format(byte=data[at])
    before, rest = data[:at].decode("utf-8-sig", "replace"), data[at:].decode("cp1252", "replace")
    return BptutorError(message, _at_letter(name, before + rest, len(before)), hint)


class _Tree:
    """The nodes of a document, read from the parser's events: as deep as `MAX_DEPTH` and no deeper.

    Written for speed, since a class hands in ten thousand sheets: nearly all events are scalars of a mapping.
    """

    def __init__(self, name: str, text: str):
        self.name, self.faults, self.grown = name, Faults(text=text), 0
        self.next: Callable[[], Any]

    def grow(self, text: str) -> Node | None:
        """The root, None where there is none; raises at the first event that cannot be read on from."""
        parser = cast("Any", Parser)(text)  # asked directly: yaml.parse looks at every event twice
        self.next = parser.get_event
        try:
            self.next()  # the stream begins
            if type(self.next()) is yaml.StreamEndEvent:
                return None
            root = self.node(self.next(), 0)
            self.next()  # the document ends
            if type(event := self.next()) is not yaml.StreamEndEvent:
                raise self.error(event, _("a second document begins here, expected only one"), _("remove the ---"))
        finally:
            parser.dispose()
        return None if isinstance(root, Scalar) and root.plain and not root.text else root

    def node(self, event: Any, depth: int) -> Node:
        """The node that begins with an event, inside so many others."""
        if type(event) is yaml.ScalarEvent:
            return self.scalar(event)
        self.begin(event, depth)
        line = event.start_mark.line + 1
        if type(event) is yaml.MappingStartEvent:
            return self.mapping(line, depth + 1)
        items, take, kind = list[Node](), self.next, yaml.ScalarEvent
        while type(event := take()) is not yaml.SequenceEndEvent:
            items.append(self.scalar(event) if type(event) is kind else self.node(event, depth + 1))
        return Sequence(items, line)

    def mapping(self, line: int, depth: int) -> Mapping:
        """The keys of a mapping, and their values; what is plain is taken as it comes, without another call."""
        items, lines, take = dict[str, Node](), dict[str, int](), self.next
        kind: Any = yaml.ScalarEvent
        node: Node
        while type(event := take()) is not yaml.MappingEndEvent:
            if type(event) is kind and not (event.style or event.anchor or event.tag or self.grown >= MAX_NODES):
                self.grown, key, at, plain = self.grown + 1, event.value, event.start_mark.line + 1, True
            else:
                key, at, plain = self.key(event, depth)
            refused = (key in lines or key == "<<") and self.is_refused(key, at, lines.get(key), plain=plain)
            event = take()
            if type(event) is kind and not (event.style or event.anchor or event.tag or self.grown >= MAX_NODES):
                self.grown, node = self.grown + 1, Scalar(event.value, event.start_mark.line + 1)
            else:
                node = self.node(event, depth)
            if not refused:
                lines[key], items[key] = at, node
        return Mapping(items, lines, line)

    def key(self, event: Any, depth: int) -> Scalar:
        """A key that is not plain; raises for one that is no word."""
        if type(event) is yaml.ScalarEvent:
            return self.scalar(event)
        self.begin(event, depth)
        raise self.error(event, _("a key is a list or a mapping, expected a word"))

    def scalar(self, event: Any) -> Scalar:
        self.grown += 1
        if event.anchor or event.tag or self.grown > MAX_NODES:
            self.refuse(event)
        text, style = event.value, event.style
        if style == '"' and _SURROGATE.search(text):
            raise self.error(event, _("half a surrogate pair is not a character"), _("type the character itself"))
        return Scalar(text, event.start_mark.line + 1, not style)

    def begin(self, event: Any, depth: int) -> None:
        """Counts what begins with an event; raises for what is not read."""
        self.grown += 1
        if event.anchor or event.tag or self.grown > MAX_NODES:
            self.refuse(event)
        if depth == MAX_DEPTH:
            raise self.error(event, _DEEP)

    def refuse(self, event: Any) -> None:
        """Raises for a node that is an alias, or has an anchor or a tag, or is one too many."""
        if event.anchor:
            found = brief(("*" if isinstance(event, yaml.AliasEvent) else "&") + event.anchor)
            message = _("anchors and aliases are not read, found {found}").format(found=found)
            raise self.error(event, message, _("write the values out"))
        if event.tag:
            message = _("tags are not read, found {found}").format(found=brief(event.tag))
            raise self.error(event, message, _("leave the tag out"))
        raise self.error(event, _("the file has more than {limit} values").format(limit=MAX_NODES))

    def is_refused(self, key: str, line: int, first: int | None, *, plain: bool) -> bool:
        """Whether a key is a merge key, or appears twice, which is reported: its value will not be kept."""
        if key == "<<" and plain:
            message = _("merge keys are not read, found <<")
            self.append(message, Where(self.name, line), _("write the values out"), key)
        elif first:
            message = _("the key {key} appears twice, first in line {line}").format(key=brief(key), line=first)
            self.append(message, Where(self.name, line, brief(key)), _("keep one of the two"), key)
        else:
            return False
        return True

    def append(self, message: str, where: Where, hint: str, key: str) -> None:
        """Adds a fault of a key, the last of its name in its line."""
        lines = self.faults.text.splitlines()
        line = lines[where.line - 1] if where.line and where.line <= len(lines) else ""
        at = line.rfind(key)
        self.faults.append(Fault(message, spotted(where, line, at + 1 if at >= 0 else None), hint))

    def error(self, event: Any, message: str, hint: str = "") -> BptutorError:
        """What is wrong where an event begins."""
        where = Where(self.name, event.start_mark.line + 1)
        return BptutorError(message, _at(where, self.faults.text, event.start_mark), hint)
