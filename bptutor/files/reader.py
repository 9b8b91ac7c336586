"""Reads YAML from the parser's event stream, within limits, into plain nodes that know their text and their line.

Building Python objects from YAML is where strangers' files do harm: nesting crashes the C loader, merge keys explode,
`1:30` becomes 90 and `0.50` loses its digits. Events do not recurse, so depth, size and number of nodes are counted
as they come; anchors, aliases, merge keys and tags are refused; every scalar stays the text that was typed.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple, cast

import yaml

from bptutor.errors import BptutorError, Fault, Where
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
    """A file as read: its name as shown, its bytes, its content, and what was wrong but did not stop the reading."""

    name: str
    data: bytes
    root: Node
    faults: Faults


def read(path: str | Path) -> Document:
    """Reads a YAML file (`-`: standard input); raises BptutorError for whatever keeps it from being read."""
    name = _("standard input") if str(path) == "-" else str(path)
    try:
        data = _bytes(path)
    except FileNotFoundError:
        raise BptutorError(_("there is no such file"), Where(name), _("check the name and the folder")) from None
    except IsADirectoryError:
        raise BptutorError(_("this is a folder, expected a file"), Where(name), _("name a file in it")) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise BptutorError(_("the file cannot be read: {reason}").format(reason=reason), Where(name)) from None
    if len(data) > MAX_BYTES:
        message = _("the file is too large: more than {limit} MiB").format(limit=MAX_BYTES // 1024 // 1024)
        raise BptutorError(message, Where(name), _("expected is a text file of a problem or of answers"))
    return parse(data, name)


def _bytes(path: str | Path) -> bytes:
    if str(path) == "-":
        return sys.stdin.buffer.read(MAX_BYTES + 1)
    with open(path, "rb") as file:
        return file.read(MAX_BYTES + 1)


def parse(data: bytes, name: str) -> Document:
    """One YAML document; raises BptutorError with the line of what makes it unreadable."""
    text = _text(data, name)
    tree = _Tree(name)
    try:
        tree.grow(text)
    except yaml.MarkedYAMLError as error:
        raise _unreadable(error, name) from None
    if tree.root is None:
        raise BptutorError(_("the file is empty"), Where(name), _("`bptutor problems show mazur` prints an example"))
    return Document(name, data, tree.root, tree.faults)


def _unreadable(error: yaml.MarkedYAMLError, name: str) -> BptutorError:
    mark, problem = error.problem_mark or error.context_mark, error.problem or error.context or ""
    where = Where(name, mark.line + 1 if mark else None)
    if problem == _TOO_DEEP:
        return BptutorError(_DEEP, where)
    message = _("this is not YAML: {problem}").format(problem=brief(problem, 120))
    return BptutorError(message, where, _("look at brackets, quotes, colons and indentation here and just before"))


def _text(data: bytes, name: str) -> str:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        message = _("byte 0x{byte:02x} is not UTF-8 text").format(byte=data[error.start])
        where = Where(name, data.count(b"\n", 0, error.start) + 1)
        raise BptutorError(message, where, _("save the file as UTF-8")) from None
    if odd := re.search(f"[^{_ASCII_TEXT if text.isascii() else _TEXT}]", text):
        message = _("the control character U+{code:04X} is no text").format(code=ord(odd[0]))
        where = Where(name, text.count("\n", 0, odd.start()) + 1)
        raise BptutorError(message, where, _("save the file as UTF-8 text"))
    if tags := _TAG_DIRECTIVE.search(text):
        where = Where(name, text.count("\n", 0, tags.start()) + 1)
        raise BptutorError(_("tags are not read, found %TAG"), where, _("leave it out"))
    return text


class _Tree:
    """The nodes of a document as they grow from the parser's events.

    Written for speed, since a class hands in ten thousand sheets: one call an event, most of them scalars.
    """

    def __init__(self, name: str):
        self.name = name
        self.faults = Faults()
        self.root: Node | None = None
        self.grown = self.documents = 0
        self.open: list[Sequence | Mapping] = []
        self.inner: Sequence | Mapping | None = None  # the last of the open ones
        self.waiting: str | None = None  # the key of `inner` that waits for its value
        self.values: dict[str, Node] = {}  # where that value goes: nowhere, if its key is refused

    def grow(self, text: str) -> None:
        """Takes in all events; raises at the first that cannot be read on from."""
        take: dict[type[Any], Callable[[Any], None]] = {
            yaml.ScalarEvent: self.scalar,
            yaml.SequenceStartEvent: self.start,
            yaml.MappingStartEvent: self.start,
            yaml.SequenceEndEvent: self.end,
            yaml.MappingEndEvent: self.end,
            yaml.AliasEvent: self.refuse,
            yaml.DocumentStartEvent: self.document,
            yaml.StreamStartEvent: lambda _event: None,
            yaml.DocumentEndEvent: lambda _event: None,
        }
        parser = cast("Any", Parser)(text)  # asked directly: yaml.parse looks at every event twice
        try:
            while (kind := type(event := parser.get_event())) is not yaml.StreamEndEvent:
                take[kind](event)
        finally:
            parser.dispose()

    def document(self, event: Any) -> None:
        self.documents += 1
        if self.documents > 1:
            raise self.error(event, _("a second document begins, expected is one"), _("remove the ---"))

    def scalar(self, event: Any) -> None:
        self.grown += 1
        if event.anchor or event.tag or self.grown > MAX_NODES:
            self.refuse(event)
        text, style, line, inner = event.value, event.style, event.start_mark.line + 1, self.inner
        if style == '"' and _SURROGATE.search(text):
            raise self.error(event, _("half a surrogate pair is no character"), _("type the character itself"))
        if type(inner) is not Mapping:
            if inner or style or text:  # a plain scalar without text is no document: the file is empty
                self.add(Scalar(text, line, not style))
        elif self.waiting is not None:
            self.values[self.waiting] = Scalar(text, line, not style)
            self.waiting = None
        elif text in inner.lines or text == "<<":
            self.refuse_key(text, line, style)
        else:
            self.waiting, self.values, inner.lines[text] = text, inner.items, line

    def start(self, event: Any) -> None:
        self.grown += 1
        if event.anchor or event.tag or self.grown > MAX_NODES:
            self.refuse(event)
        line = event.start_mark.line + 1
        if len(self.open) == MAX_DEPTH:
            raise self.error(event, _DEEP)
        node = Sequence([], line) if type(event) is yaml.SequenceStartEvent else Mapping({}, {}, line)
        self.add(node)
        self.open.append(node)
        self.inner = node

    def end(self, _event: Any) -> None:
        self.open.pop()
        self.inner = self.open[-1] if self.open else None

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

    def add(self, node: Node) -> None:
        """Puts a node where it belongs: into the open list, or as the value of the open key."""
        if self.inner is None:
            self.root = node
        elif isinstance(self.inner, Sequence):
            self.inner.items.append(node)
        elif self.waiting is not None:
            self.values[self.waiting] = node
            self.waiting = None
        else:
            message = _("a key is a list or a mapping, expected a word")
            raise BptutorError(message, Where(self.name, node.line))

    def refuse_key(self, key: str, line: int, style: str | None) -> None:
        """Reports a merge key, or a key that stands twice; its value will not be kept."""
        assert isinstance(self.inner, Mapping)
        self.waiting, self.values = key, {}
        if key == "<<" and not style:
            message = _("merge keys are not read, found <<")
            self.faults.append(Fault(message, Where(self.name, line), _("write the values out")))
        elif first := self.inner.lines.get(key):
            message = _("the key {key} stands twice, first in line {line}").format(key=brief(key), line=first)
            self.faults.append(Fault(message, Where(self.name, line, brief(key)), _("keep one of the two")))
        else:
            self.values, self.inner.lines[key] = self.inner.items, line

    def error(self, event: Any, message: str, hint: str = "") -> BptutorError:
        return BptutorError(message, Where(self.name, event.start_mark.line + 1), hint)
