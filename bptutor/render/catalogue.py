"""The list of the problems that come with bptutor, by how long they take: a line each, the shortest first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from textwrap import wrap
from typing import NamedTuple

from rich.text import Text

from bptutor.engine.parts import asked
from bptutor.language import _
from bptutor.problem import Problem
from bptutor.render.harmless import printable

_LEVELS = (
    (15, _("first steps: up to 15 numbers")),
    (50, _("exam: up to 50 numbers")),
    (10**9, _("more: over 50 numbers")),
)
_AROUND = 3  # lines beside the list: what was typed, what is said below it, and the prompt
_NAMES = 4  # lines for those that have only their names


class _Row(NamedTuple):
    name: str
    asks: str
    size: str
    good_for: str


_HEADS = _Row(_("name"), _("asks"), _("size"), _("good for"))


def catalogue(problems: Mapping[str, Problem], width: int, height: int | None = None) -> Iterator[Text]:
    """The lines: name, how many numbers are asked for, size, and what it is good for, under a heading for each level.

    None is longer than `width`; only what a problem is good for may be cut, which `problems show` has as a title. Where
    `height` lines are too few for all of them and for what stands around, the longer problems have only their names.
    """
    counted = sorted((_count(problem), name, problem) for name, problem in problems.items())
    rows = [_Row(name, str(n), "-".join(map(str, p.layers)), printable(p.title)) for n, name, p in counted]
    widths = [max(map(len, column)) for column in zip(_HEADS, *rows, strict=True)]
    around = 1 + len(_LEVELS) + _AROUND
    room = len(rows)
    if height is not None and around + room > height:
        room = max(0, height - around - _NAMES)
    yield _line(_HEADS, widths, width, style="bold")
    least = 0
    for most, title in _LEVELS:
        group = [row for row, (n, _name, _problem) in zip(rows, counted, strict=True) if least < n <= most]
        yield Text(title, style="bold cyan")
        yield from (_line(row, widths, width) for row in group[:room])
        yield from map(Text, wrap(", ".join(row.name for row in group[room:]), width, break_on_hyphens=False))
        room, least = max(0, room - len(group)), most


def _line(row: _Row, widths: list[int], width: int, style: str = "") -> Text:
    name, asks, size, _rest = widths
    line = Text(f"{row.name:<{name}}  {row.asks:>{asks}}  {row.size:<{size}}  {row.good_for}", style=style)
    line.truncate(width, overflow="ellipsis")
    return line


def _count(problem: Problem) -> int:
    """How many numbers are asked for."""
    return sum(int(cells.sum()) for cells in asked(problem).values())
