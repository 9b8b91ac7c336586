"""A text that is to be mended, and what can be done to it without moving its lines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

from bptutor.errors import BptutorError, Fault
from bptutor.files.reader import Mapping, Node, Sequence, parse
from bptutor.files.spots import Spot, spots

_QUOTED_OR_COMMENT = re.compile(
    r"""(?<![^\s\[{,:(])(?:"(?:[^"\\]|\\.)*"|'(?:[^']|'')*')(?=\s*(?:[\]},:]|$|\s#))|(?:^|\s)#.*"""
)


class Cure(NamedTuple):
    """A text after one change: where the change is, what is wrong there, and what to type instead.

    `says` is "" where the message of the reader says it better, `hint` is "" where the mended line says it. `alone`: it
    may not bring anything new that is wrong, since it changes what stands elsewhere. `form`: the numbers are not there
    that would make it right, so that nothing can be tried; it shows what these keys look like. `moves`: lines stand
    elsewhere after it, so that it is only told if nothing else is wrong. `renames`: a key; its value may be wrong too.
    """

    text: str
    line: int
    column: int
    says: str = ""
    hint: str = ""
    alone: bool = False
    form: tuple[str, ...] = ()
    moves: bool = False
    renames: bool = False


class Draft:
    """The text of a file, its lines, and the places of its values."""

    def __init__(self, text: str):
        self.text = text
        self.lines = text.splitlines()

    @cached_property
    def spots(self) -> dict[str, Spot]:
        """The places of all values."""
        return spots(self.text)

    @cached_property
    def root(self) -> Node | None:
        """What stands in the file, None where it cannot be read."""
        try:
            return parse(self.text.encode(), "").root
        except BptutorError:
            return None

    def node(self, key: str) -> Node | None:
        """What stands at a key of the first level."""
        return self.root.items.get(key) if isinstance(self.root, Mapping) else None

    def layers(self) -> list[int]:
        """The unit counts; none where they are not written as they should be."""
        node = self.node("layers")
        texts = [getattr(item, "text", "") for item in node.items] if isinstance(node, Sequence) else []
        return [int(text) for text in texts] if all(re.fullmatch("[1-9][0-9]{0,3}", text) for text in texts) else []

    def masked(self, line: int) -> str:
        """A line, counted from 1, with a NUL for each letter that is quoted or a comment."""
        return _QUOTED_OR_COMMENT.sub(lambda match: "\0" * len(match[0]), self.lines[line - 1])

    def with_line(self, line: int, new: str) -> str:
        """The text with another line, counted from 1."""
        changed = [*self.lines]
        changed[line - 1] = new
        return "\n".join(changed) + "\n"

    def changed(self, line: int, start: int, end: int, new: str, says: str, hint: str = "") -> Cure:
        """A cure that puts something else into a line, where columns are counted from 0."""
        old = self.lines[line - 1]
        return Cure(self.with_line(line, old[:start] + new + old[end:]), line, start + 1, says, hint)

    def with_value(self, key: str, new: str) -> str | None:
        """The text with another value of a key, which then stands in one line; None where it has no place."""
        spot = self.spots.get(key)
        if spot is None:
            return None
        end = spot.start + len(self.text[spot.start : spot.end].rstrip())
        before, after = self.text[: spot.start], self.text[end:]
        if before.rstrip(" ").endswith("\n"):  # a list below its key goes up to it
            before = before.rstrip() + " "
        lost = self.text.count("\n") - before.count("\n") - after.count("\n")
        return before + new + "\n" * lost + after

    def in_line(self, fault: Fault) -> int | None:
        """The line of a fault, where there is one."""
        line = fault.where.line
        return line if line and line <= len(self.lines) else None

    def span(self, fault: Fault) -> range:
        """The lines of the value at a fault, counted from 1."""
        spot, line = self.spots.get(fault.where.key), self.in_line(fault)
        if line is None:
            return range(0)
        last = line if spot is None else self.text.count("\n", 0, max(spot.end - 1, 0)) + 1
        return range(line, max(last, line) + 1)

    def near(self, line: int) -> Iterator[int]:
        """The lines of the text, counted from 1: the given one first, then what is before it, then the rest."""
        most = len(self.lines)
        yield from range(min(line, most), 0, -1)
        yield from range(line + 1, most + 1)
