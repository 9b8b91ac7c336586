"""Answers as a table with a row a sample: `table: [[sample, net_o1, out_o1], [1, -0.2, 0], …]`, or the same as CSV."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable, Iterator
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
_HEADS = {
    "net": "net net_input z s v sum weighted_sum",
    "out": "out output y y_hat ŷ yhat o a actual actual_output prediction predicted",
    "error": "error err e",
    "new_b": "b bias b+ new_b θ theta threshold w0 b_new",
    "": "t target targets d yd y_d t_y desired desired_output expected true y_true x0 x_0",
}
_WORDS = {word: name for name, words in _HEADS.items() for word in words.split()}
"""What books put above the columns of such a table; "" for what is given there once more."""

_DELIMITERS = "\t;,"
_FEWEST, _LONGEST = 3, 20_000  # columns of a table, letters before its first row ends


class Entry(NamedTuple):
    """What stands in a place of a table: the name above it, the tags of its row, its row (from 1) and the node."""

    name: str
    sample: str
    step: int
    row: int
    node: Node


def entries(
    table: Sequence, problem: Problem, is_asked: Callable[[str], bool | None]
) -> Iterator[Entry | tuple[int, int]]:
    """All that stands in a table; for a row that cannot be one of this problem its line and number.

    Rows without step and sample stand in the order in which the problem learns them. `is_asked` says of a name, with
    its tags, whether it is a cell that is worked out; None for what is none.
    """
    head, *lines = table.items
    names = [node.text.strip() if isinstance(node, Scalar) else "" for node in _items(head)]
    usual = rows(problem)
    meant = _meant(names, *usual[0], is_asked)
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
        for name, node in zip(meant, items, strict=True):
            if name:
                yield Entry(name, sample, step, place + 1, node)


def tagged(name: str, sample: str, step: int) -> str:
    """The name of a cell in the row of a sample and a step."""
    return f"{name}@{sample}#{step}" if step else f"{name}@{sample}"


def _meant(names: list[str], sample: str, step: int, is_asked: Callable[[str], bool | None]) -> list[str]:
    """Which cells the columns are, "" for those that only repeat what is given.

    Weights stand there after the row has been learnt; where they stand twice, first as they were before it.
    """
    left, meant = Counter(names), []
    for name in names:
        left[name] -= 1
        word = _WORDS.get(name.casefold().replace(" ", "_"))
        given = word == "" or any(is_asked(one) is False for one in (name, f"{name}@{sample}"))
        after = [f"{name}+"] if given and left[name] == 0 and f"{name}+" not in names else []
        others = ["error", "delta"] if word == "error" else [word] if word else []
        known = [one for one in (*after, *others, name) if is_asked(tagged(one, sample, step))]
        place = name.casefold() in SAMPLE + STEP
        meant.append("" if place or (given and not known) else next(iter(known), name))
    return meant


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
    of_rows = {*heads} & {*SAMPLE[:3], *STEP} or len({*heads} & _WORDS.keys()) > 1
    if len(heads) < _FEWEST or not of_rows or any(":" in cell for cell in heads):
        return None
    lines = [(n, line) for n, line in enumerate(text.splitlines(), 1) if line.strip() and not line.startswith("#")]
    cells = csv.reader([line for _n, line in lines], delimiter=delimiter)
    table: list[Node] = []
    for (n, _line), row in zip(lines, cells, strict=False):
        table.append(Sequence([Scalar(cell.strip(), n) for cell in row], n))
    first = lines[0][0]
    answers = Mapping({KEY: Sequence(table, first)}, {KEY: first}, first)
    return Document(name, data, Mapping({"answers": answers}, {"answers": first}, first), Faults())
