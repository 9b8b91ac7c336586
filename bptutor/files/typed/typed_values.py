"""The values of a typed sheet: numbers, cells in brackets or one behind another, lists."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bptutor.errors import Fault, Where
from bptutor.files.faults import Faults, brief
from bptutor.files.numbers import typed_number
from bptutor.files.reader import MAX_DEPTH, Mapping, Node, Scalar, Sequence
from bptutor.language import _

PARTED = r"\s*(?::=|=>|==|[:=≈]|→|->)\s*"
# Possessive, and brackets only so long: no search goes back over what it has read, whatever stands there.
_REST = r"[^\s,;:={}\"'\[\]]*+"
_NAME = rf"\"[^\"]*+\"|'[^']*+'|[^\s,;:={{}}\[\]\"'0-9.+\-]{_REST}(?:\[[^\]\n]{{0,40}}\]{_REST})?"
LOOSE = re.compile(
    r"\s*\|?\s*(?P<key>[^\s|;,\[\]]++(?:\[[0-9, ]{1,40}\][^\s|;,\[\]]*+)?)"
    r"(?:\s*[|;,\t]\s*|\s++(?!-\s))(?P<value>[^|]*?)\s*\|?\s*"
)
"""A cell and its number in columns; `net_h1 - 0.5` may be a minus, or a dash between the two."""
_MEMBER = re.compile(rf"(?:^|(?<=[,;\s{{(]))\s*(?P<key>{_NAME}){PARTED}")
ANOTHER = re.compile(rf"[,;\s]\s*(?:{_NAME}){PARTED}\S")
"""The beginning of another cell in the same line."""
BLANKS = ("~", "-", "?", "null")


def key_of(text: str) -> str:
    """A key without what stands around it."""
    return " ".join(text.split()).strip("*`\"'? |")


def several_numbers(text: str) -> list[str]:
    """The numbers and blanks that stand one behind another in a text; none where it is a single one, or something else.

    >>> several_numbers("0,525; 0,6106"), several_numbers("0.1, ~"), several_numbers("0,5")
    (['0,525', '0,6106'], ['0.1', '~'], [])
    """
    parts = [part for part in re.split(r"[;\s]+|,\s+", text) if part]
    return parts if len(parts) > 1 and all(typed_number(part) or part in BLANKS for part in parts) else []


class Values:
    """Reads the values of a sheet; what is wrong with them goes to its faults."""

    def __init__(self, name: str, faults: Faults):
        self.name, self.faults = name, faults

    def put(self, into: Mapping, key: str, node: Node, line: int) -> None:
        """Puts a value under a key; of two that differ the first stays, and the other is told."""
        before = into.items.get(key)
        if before is None or (isinstance(before, Scalar) and not before.text):
            into.items[key], into.lines[key] = node, line
        elif isinstance(before, Mapping) and isinstance(node, Mapping):
            for inner, item in node.items.items():
                self.put(before, inner, item, node.lines[inner])
        elif not isinstance(node, Scalar) or (node.text and node[0] != before[0]):
            message = _("the key {key} appears twice, first in line {line}")
            message = message.format(key=brief(key), line=into.lines[key])
            self.faults.append(Fault(message, Where(self.name, line, brief(key)), _("keep one of the two")))

    def node(self, text: str, line: int, depth: int = 0) -> Node:
        """What stands behind a key: a number or a word, cells in brackets or one behind another, a list of numbers."""
        bare = text.strip()
        inner = bare.rstrip(",;").strip()
        if depth < MAX_DEPTH and inner:
            if inner[0] == "{" and (cells := self.cells(inner[1:].rstrip().rstrip("}"), line, depth)):
                return cells
            if inner[0] in "{(" and inner[-1] in "})" and typed_number(inner[1:-1].split(",")[0]):
                return Sequence(list(self._items(inner[1:-1], line, depth)), line)
            if inner[0] == "[":
                return Sequence(list(self._items(inner[1:].removesuffix("]"), line, depth)), line)
            if _MEMBER.match(inner) and (cells := self.cells(inner, line, depth)):
                return cells
        if not inner or typed_number(inner):
            return Scalar(_bare(inner), line, plain=inner[:1] not in ('"', "'"))
        if parts := several_numbers(inner):
            return Sequence([Scalar(part, line) for part in parts], line)
        return Scalar(_bare(inner), line, plain=inner[:1] not in ('"', "'"))

    def cells(self, body: str, line: int, depth: int = 0) -> Mapping | None:
        """The cells in a text, each up to the name of the next, so that a comma may be a decimal one; None for none."""
        hidden = _masked(body)
        found = [*_MEMBER.finditer(hidden)]
        cells = Mapping({}, {}, line)
        for at, match in enumerate(found):
            end = found[at + 1].start() if at + 1 < len(found) else len(body)
            here = line + body.count("\n", 0, match.start("key"))
            value = body[match.end() : end].strip().rstrip(",;").strip()
            self.put(
                cells, key_of(body[match.start("key") : match.end("key")]), self.node(value, here, depth + 1), here
            )
        if found and hidden[: found[0].start()].strip(" ,;\n{"):
            return None
        if not found:
            for piece in re.split(r"[;\n]|,\s", body):
                loose = LOOSE.fullmatch(piece)
                if loose and typed_number(loose["value"]):
                    self.put(cells, key_of(loose["key"]), Scalar(loose["value"].strip(), line), line)
        return cells if cells.items or not body.strip() else None

    def _items(self, body: str, line: int, depth: int) -> Iterator[Node]:
        """The items of a list; a comma with a space behind it parts them, without one it may be a decimal comma."""
        hidden = _masked(body)
        cuts = [match.span() for match in re.finditer(r";|,(?=\s|\[)|\n|(?<=\])\s+(?=\[)", hidden)]
        if not cuts and "," in hidden and not typed_number(body):
            cuts = [match.span() for match in re.finditer(",", hidden)]
        start = 0
        for low, high in [*cuts, (len(body), len(body))]:
            piece, here = body[start:low].strip(), line + body.count("\n", 0, start)
            start = high
            if not piece and (low == len(body) or hidden[low] == "\n"):
                continue
            node = self.node(piece, here, depth + 1)
            if isinstance(node, Sequence) and piece[:1] != "[":
                yield from node.items
            else:
                yield node


def _bare(text: str) -> str:
    return text[1:-1].strip() if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'" else text


def _masked(text: str) -> str:
    """The text with all that is inside of brackets or quotes as `_`, each letter in its place."""
    depth, quote, hidden = 0, "", []
    for place, char in enumerate(text):
        before = text[place - 1] if place else ","
        if quote:
            hidden.append(char if char == quote and not depth else "_")
            quote = "" if char == quote else quote
        elif char in "\"'" and before in " ,;:={[\n":
            quote = char
            hidden.append("_" if depth else char)
        elif char in "[{":
            hidden.append("_" if depth else char)
            depth += 1
        elif char in "]}":
            depth = max(0, depth - 1)
            hidden.append("_" if depth else char)
        else:
            hidden.append("_" if depth else char)
    return "".join(hidden)
