"""Answers as a table with a row a sample: `table: [[sample, net_o1, out_o1], [1, -0.2, 0], …]`, or the same as CSV."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import NamedTuple

from bptutor.engine.schedule import rows
from bptutor.files.faults import Faults
from bptutor.files.numbers import number
from bptutor.files.reader import Document, Mapping, Node, Scalar, Sequence
from bptutor.problem import Problem

KEY = "table"
"""What a sheet calls it."""

SAMPLE, STEP = ("sample", "pattern", "example", "p"), ("step", "epoch", "iteration")
"""What stands above the columns that say which row it is."""
_DELIMITERS = "\t;,"
_FEWEST, _LONGEST = 3, 20_000  # columns of a table, letters before its first row ends


class Entry(NamedTuple):
    """What stands in a place of a table: the name above it, the tags of its row, its row (from 1) and the node."""

    name: str
    sample: str
    step: int
    row: int
    node: Node


def entries(table: Sequence, problem: Problem) -> Iterator[Entry | tuple[int, int]]:
    """All that stands in a table; for a row that cannot be one of this problem its line and number.

    Rows without step and sample stand in the order in which the problem learns them.
    """
    head, *lines = table.items
    names = [node.text.strip() if isinstance(node, Scalar) else "" for node in _items(head)]
    usual = rows(problem)
    for place, line in enumerate(lines):
        items = _items(line)
        told = [_whole(items, names, words) for words in (SAMPLE, STEP)]
        sample, step = usual[place] if place < len(usual) else ("", 0)
        if told[0] is not None:
            sample = str(told[0])
        if told[1] is not None and problem.steps > 1:
            step = told[1]
        if (sample, step) not in usual or len(items) != len(names):
            yield line.line, place + 1
            continue
        for name, node in zip(names, items, strict=True):
            if name.casefold() not in SAMPLE + STEP:
                yield Entry(name, sample, step, place + 1, node)


def _items(node: Node) -> list[Node]:
    return node.items if isinstance(node, Sequence) else []


def _whole(items: list[Node], names: list[str], words: tuple[str, ...]) -> int | None:
    """What a row says of its sample or its step."""
    for name, node in zip(names, items, strict=False):
        value = number(node.text) if name.casefold() in words and isinstance(node, Scalar) else None
        if value is not None:
            return int(value)
    return None


def table_in_text(data: bytes, text: str, name: str) -> Document | None:
    """The sheet that a CSV file is; None for a text that is no table with a row a sample."""
    head = next((line for line in text[:_LONGEST].splitlines() if line.strip() and not line.startswith("#")), "")
    delimiter = next((one for one in _DELIMITERS if one in head), ",")
    heads = [cell.strip().casefold() for cell in head.split(delimiter)]
    if len(heads) < _FEWEST or not {*heads} & {*SAMPLE[:3], *STEP} or any(":" in cell for cell in heads):
        return None
    lines = [(n, line) for n, line in enumerate(text.splitlines(), 1) if line.strip() and not line.startswith("#")]
    cells = csv.reader([line for _n, line in lines], delimiter=delimiter)
    table: list[Node] = []
    for (n, _line), row in zip(lines, cells, strict=False):
        table.append(Sequence([Scalar(cell.strip(), n) for cell in row], n))
    first = lines[0][0]
    answers = Mapping({KEY: Sequence(table, first)}, {KEY: first}, first)
    return Document(name, data, Mapping({"answers": answers}, {"answers": first}, first), Faults())
