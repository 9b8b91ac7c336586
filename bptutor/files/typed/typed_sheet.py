"""Sheets as people type them, line by line: what no YAML reader takes, and what each line can only mean.

A line is a cell with its number, however they are parted (`:`, `=`, `：`, a tab), a heading with cells below it, or an
item of a list. A line that is none of these is told, and the others are read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from bptutor.errors import Fault, Where
from bptutor.files.faults import Faults, brief
from bptutor.files.numbers import typed_number
from bptutor.files.reader import MAX_DEPTH, Document, Mapping, Node, Scalar, Sequence
from bptutor.files.typed.characters import plain
from bptutor.files.typed.typed_values import ANOTHER, LOOSE, PARTED, Values, key_of
from bptutor.language import _

HEAD = ("problem", "student", "variant")
"""Keys whose values are text."""

MAX_LINES = 20_000
_LONGEST = 20_000  # letters of a line
_JOINED = 2_000  # lines that a bracket may go over
_FAILURES = 20  # brackets that may stay open

_WIDEST = 40
_SPACES = re.compile(f" {{{_WIDEST},}}")  # a search that looks past spaces looks past no more of them
_NOISE = re.compile(r"\s*(?:#.*|`{3,}.*|~{3,}.*|-{3,}|\.{3,}|\*{3,}|={3,}|_{3,}|%YAML.*|\|?[-:|\s]{3,}\|?)?\s*")
_BULLET = re.compile(r"\s*(?:[•●○▪◦‣∙·*>☐☑✓①-⑳-]*\[[ xX]?\]\s+|[•●○▪◦‣∙·*>☐☑✓①-⑳]+\s+|\(?[0-9]{1,3}[.)]\s+)+")
_DASH = re.compile(r"\s*-\s+")
_COMMENT = re.compile(r"\s#.*")
_PAIR = re.compile(
    rf"\s*(?P<key>\"[^\"]*\"|'[^']*'|\?|[^:=≈→\[\]{{}}\"']*?(?:\[[^\]]*\][^:=≈→\"']*?)?){PARTED}(?P<value>.*)", re.S
)


class _Line(NamedTuple):
    """Some lines that belong together, as typed and made plain; `indent` in columns."""

    number: int
    raw: str
    text: str
    indent: int


class _Open(NamedTuple):
    """A heading, whose cells may follow: its indent, itself, and where it stands."""

    indent: int
    key: str
    inside: Mapping


def typed_sheet(text: str, name: str) -> Document:
    r"""What a person's sheet says, as the YAML reader would give it; lines that say nothing are among its faults.

    >>> sheet = typed_sheet("Answers：\n\tE ＝ 0,2984；\n- net1: h1: 0.3775\n", "x")
    >>> sheet.root.items["answers"].items["E"].text
    '0,2984'
    """
    return _Sheet(name).read(text)


def has_cells(root: Node) -> bool:
    """Whether something stands on a typed sheet."""
    cells = root.items.get("answers") if isinstance(root, Mapping) else None
    return isinstance(cells, Mapping) and bool(cells.items)


class _Sheet:
    """A sheet while it is read.

    `open` are the headings above the next line, outermost first, `above` the last that was closed.
    """

    def __init__(self, name: str):
        self.name, self.faults, self.root = name, Faults(), Mapping({}, {}, 1)
        self.values = Values(name, self.faults)
        self.open: list[_Open] = []
        self.above: _Open | None = None

    def read(self, text: str) -> Document:
        """Takes in all lines."""
        for line in _lines(text):
            if not self._pair(line) and not self._item(line):
                message = _("this line cannot be read: {line}").format(line=brief(line.raw.strip()))
                hint = _("a line has a cell and its number: net_h1: 0.3775")
                self.faults.append(Fault(message, Where(self.name, line.number), hint))
        return Document(self.name, text.encode("utf-8", "replace"), self._in_order(), self.faults)

    def _pair(self, line: _Line) -> bool:
        """Whether a line has a key, which is then taken in with what stands behind it."""
        text = line.text
        if text.lstrip().startswith("{"):
            node = self.values.node(text, line.number)
            if isinstance(node, Mapping) and node.items:
                for key, item in node.items.items():
                    self.values.put(self.root, key, item, node.lines[key])
                return True
        bare, indent = text, line.indent
        while dash := _DASH.match(bare):
            bare, indent = bare[dash.end() :], indent + 1
        if bullet := _BULLET.match(bare):
            bare = bare[bullet.end() :]
        found = _PAIR.fullmatch(bare)
        key = key_of(found["key"]) if found else ""
        if not found or not key or typed_number(key):
            found = LOOSE.fullmatch(bare)
            if not found or not typed_number(found["value"]) or typed_number(found["key"]):
                return False
            key = key_of(found["key"])
        elif several := self._several(bare, found["value"], line.number):
            for name, node in several.items.items():
                self._place(name, "", line._replace(indent=indent), node)
            return True
        self._place(key, found["value"], line._replace(indent=indent))
        return True

    def _several(self, text: str, value: str, number: int) -> Mapping | None:
        """The cells of a line that has several, one behind another; None where it has not."""
        if not ANOTHER.search(value):
            return None
        cells = self.values.cells(text, number)
        nodes = list(cells.items.values()) if cells else []
        single = len(nodes) > 1 and all(isinstance(node, Scalar) and node.text for node in nodes)
        return cells if single else None

    def _place(self, key: str, value: str, line: _Line, known: Node | None = None) -> None:
        """Takes in a key with what stands behind it; `known` is that where it has been read already."""
        while self.open and self.open[-1].indent >= line.indent:
            self.above = self.open.pop()
        inside = _below(self.open[-1]) if self.open else self.root
        if key in inside.items and self.above and self.above.inside is inside and self.above.key != key:
            inside = _below(self.above)  # the cells of groups in a row, none of them indented
        if key.casefold() in HEAD and inside is self.root:
            said = self.values.node(value, line.number) if value[:1] in ("[", "{") else _words(line)
            self.values.put(inside, key.casefold(), said, line.number)
            return
        rest = _COMMENT.sub("", value).strip().rstrip(",;").strip()
        node = known or (self.values.node(rest, line.number) if rest else Scalar("", line.number))
        self.values.put(inside, key, node, line.number)
        if not rest and not known and len(self.open) < MAX_DEPTH:
            self.open.append(_Open(line.indent, key, inside))

    def _item(self, line: _Line) -> bool:
        """Whether a line is an item of the list under a heading, which then gets it."""
        bare, dashes = line.text, 0
        while dash := _DASH.match(bare):
            bare, dashes = bare[dash.end() :], dashes + 1
        if bullet := _BULLET.match(bare):
            bare = bare[bullet.end() :]
        bare = _COMMENT.sub("", bare).strip().rstrip(",;")
        while len(self.open) > 1 and self.open[-1].indent > line.indent:
            self.open.pop()
        if not self.open or not (dashes or bare[:1] == "[" or typed_number(bare)):
            return False
        here = self.open[-1]
        node = here.inside.items.get(here.key)
        if not isinstance(node, Sequence):
            if isinstance(node, Mapping) or (isinstance(node, Scalar) and node.text):
                return False
            node = here.inside.items[here.key] = Sequence([], line.number)
        item = self.values.node(bare, line.number) if bare else Scalar("", line.number)
        nested = line.indent > here.indent + 1 and node.items and isinstance(node.items[-1], Sequence)
        if dashes > 1:
            node.items.append(Sequence([item], line.number))
        elif nested and dashes and isinstance(item, Scalar):
            node.items[-1].items.append(item)  # type: ignore[union-attr]
        else:
            node.items.append(item)
        return True

    def _in_order(self) -> Mapping:
        """The sheet with the keys of the head and `answers`: cells that stand outside of that belong into it."""
        put = self.values.put
        result, cells = Mapping({}, {}, 1), Mapping({}, {}, 1)
        for key, node in self.root.items.items():
            word = key.casefold()
            if word in HEAD:
                put(result, word, node, self.root.lines[key])
            elif word in ("answers", "answer"):
                if isinstance(node, Mapping):
                    for inner, item in node.items.items():
                        where = result if inner.casefold() in HEAD else cells
                        put(where, inner.casefold() if where is result else inner, item, node.lines[inner])
                elif not isinstance(node, Scalar) or node.text not in ("", "~", "null"):
                    put(cells, key, node, self.root.lines[key])
            else:
                put(cells, key, node, self.root.lines[key])
        put(result, "answers", cells, min(cells.lines.values(), default=1))
        return result


def _lines(text: str) -> Iterator[_Line]:
    """The lines that say something; brackets that go over several lines make one of them."""
    raws = text.splitlines()[:MAX_LINES]
    plains = [_SPACES.sub(" " * _WIDEST, plain(raw[:_LONGEST]).expandtabs(4)).rstrip() for raw in raws]
    at = failures = 0
    while at < len(raws):
        end = at + 1
        if failures < _FAILURES and (depth := _depth(plains[at])) > 0:
            while depth > 0 and end < min(len(raws), at + _JOINED):
                depth += _depth(plains[end])
                end += 1
            if depth > 0:
                failures, end = failures + 1, at + 1
        whole = "\n".join(plains[at:end])
        if not _NOISE.fullmatch(plains[at]):
            yield _Line(at + 1, raws[at], whole, len(whole) - len(whole.lstrip()))
        at = end


def _depth(text: str) -> int:
    return sum(map(text.count, "[{")) - sum(map(text.count, "]}"))


def _words(line: _Line) -> Scalar:
    """The text behind a key of the head, as it was typed."""
    said = re.split("[:：=＝﹕]", line.raw, maxsplit=1)[-1].strip().rstrip(",;")
    bare = said.strip("\"'“”„‘’ ")
    return Scalar(bare, line.number, plain=bare == said)


def _below(heading: _Open) -> Mapping:
    """The cells under a heading."""
    node = heading.inside.items.get(heading.key)
    if not isinstance(node, Mapping):
        line = heading.inside.lines.get(heading.key, 1)
        node = heading.inside.items[heading.key] = Mapping({}, {}, line)
    return node
