"""Where in a text of YAML each key and each value stands, to the letter: only asked when something is wrong there.

The nodes of the reader know their line and no more, since a class hands in ten thousand sheets that are all right.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any, NamedTuple

import yaml

from bptutor.errors import Where, spotted

_LONGEST = 500_000  # letters of a text; in a longer one only lines are named
_LONGEST_KEY = 40


class Spot(NamedTuple):
    """The place of a value and of its key, as (line, column) counted from 0; an item of a list has no key.

    `start` and `end` are where the value begins and ends in the text.
    """

    value: tuple[int, int]
    key: tuple[int, int] | None = None
    start: int = 0
    end: int = 0


def member(before: str, part: str | int) -> str:
    """The way to a member of what is at `before`: `weights[1][2]` for (`weights[1]`, 2), `given.out1`."""
    if isinstance(part, int):
        return f"{before}[{part}]"
    name = brief(part)
    return f"{before}.{name}" if before else name


def brief(text: str, longest: int = _LONGEST_KEY) -> str:
    """A text as a message quotes it: in one line, and not too long of it."""
    line = " ".join(text[:200].split()) or '""'
    return line if len(line) <= longest else f"{line[:longest]}…"


def spots(text: str) -> dict[str, Spot]:
    """The places of all members by the way to them, as far as the text can be read.

    Of a key that appears twice it is the first.

    >>> spots("inputs: [0.05, 0.1]")["inputs[2]"]
    Spot(value=(0, 15), key=None, start=15, end=18)
    """
    found: dict[str, Spot] = {}
    if len(text) > _LONGEST:
        return found
    with suppress(yaml.YAMLError, RecursionError):  # what stands before is known
        _walk(yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)), found)
    return found


def _walk(events: Any, found: dict[str, Spot]) -> None:
    """Goes through the events of a document with a stack of what is open; a loop, so that depth does no harm."""
    open_nodes: list[tuple[str, Any, list[Any]]] = []
    for event in events:
        if isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            way, start, state = open_nodes.pop()
            _keep(found, way, start, state[2], event.end_mark)
        elif isinstance(event, yaml.NodeEvent):
            inside = open_nodes[-1] if open_nodes else None
            if inside and inside[2][0] == "key":
                inside[2][:2] = ["value", event]
                if isinstance(event, yaml.ScalarEvent):
                    continue
            way, key = _way(inside)
            if isinstance(event, yaml.CollectionStartEvent):
                kind = "key" if isinstance(event, yaml.MappingStartEvent) else 0
                open_nodes.append((way, event.start_mark, [kind, None, key]))
            else:
                _keep(found, way, event.start_mark, key, event.end_mark)


def _way(inside: tuple[str, Any, list[Any]] | None) -> tuple[str, Any]:
    """The way to the next member of what is open, and the event of its key."""
    if inside is None:
        return "", None
    way, _start, state = inside
    if state[0] == "value":
        state[0] = "key"
        return member(way, getattr(state[1], "value", "?")), state[1]
    state[0] += 1
    return member(way, state[0]), None


def _keep(found: dict[str, Spot], way: str, start: Any, key: Any, end: Any) -> None:
    at_key = key and (key.start_mark.line, key.start_mark.column)
    found.setdefault(way, Spot((start.line, start.column), at_key, start.index, end.index))


def spot_of(known: dict[str, Spot], text: str, where: Where, *, at_key: bool) -> Where:
    """The place with its line, and the column of the value or of its key, whichever stands in that line."""
    assert where.line is not None
    lines = text.splitlines() if len(text) <= _LONGEST else []
    if where.line > len(lines):
        return where
    spot = known.get(where.key)
    places = [] if spot is None else [spot.key, spot.value] if at_key else [spot.value, spot.key]
    column = next((place[1] + 1 for place in places if place and place[0] == where.line - 1), None)
    return spotted(where, lines[where.line - 1], column)
