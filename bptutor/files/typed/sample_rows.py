"""Answers as a table with a row a sample: `table: [[sample, net_o1, out_o1], [1, -0.2, 0], …]`, or the same as CSV."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable

from bptutor.engine.schedule import rows
from bptutor.files.answer_names import LONGEST, CellNames, Named
from bptutor.files.faults import Faults, brief
from bptutor.files.numbers import number
from bptutor.files.reader import Document, Mapping, Node, Scalar, Sequence
from bptutor.language import _

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


def read_table(
    table: Sequence,
    known: CellNames,
    put: Callable[[Named, Node, tuple[str | int, ...]], None],
    report: Callable[[tuple[str | int, ...], int, str, str], None],
) -> None:
    """Gives all that stands in a table to `put`; inputs and targets in it are those of the problem.

    Rows without step and sample stand in the order in which the problem learns them. What is wrong is reported.
    """
    head, *lines = table.items
    names = [node.text.strip() if isinstance(node, Scalar) else "" for node in _items(head)]
    usual, unknown = rows(known.problem), set[str]()
    meant = _meant(names, *usual[0], known)
    for place, line in enumerate(lines):
        items, tags = _items(line), usual[place] if place < len(usual) else ("", 0)
        sample, step = (_whole(items, names, words) for words in (SAMPLE, STEP))
        tags = tags[0] if sample is None else str(sample), step if step and known.problem.steps > 1 else tags[1]
        if tags not in usual or len(items) != len(names):
            message = _("row {n} is none of this table").format(n=place + 1)
            hint = _("as many numbers as the first row has names; a sample, and a step, of the problem")
            report((KEY, place + 1), line.line, message, hint)
            continue
        for name, node in zip(meant, items, strict=True):
            cell = _cell(known, _tagged(name, *tags)) if name else None
            if cell and not cell.given:
                put(cell, node, (KEY, place + 1, name))
            elif name and cell is None and name not in unknown:
                unknown.add(name)
                message = _("{key} is no cell of this problem").format(key=brief(name))
                report((KEY, name), table.line, message, known.near(name) or _("such as net_o1, w1+"))


def _cell(known: CellNames, name: str) -> Named | None:
    return known.cell(name) if len(name) <= LONGEST else None


def _tagged(name: str, sample: str, step: int) -> str:
    """The name of a cell in the row of a sample and a step."""
    return f"{name}@{sample}#{step}" if step else f"{name}@{sample}"


def _meant(names: list[str], sample: str, step: int, known: CellNames) -> list[str]:
    """Which cells the columns are, "" for those that only repeat what is given.

    Weights stand there after the row has been learnt; where they stand twice, first as they were before it.
    """
    left, meant = Counter(names), []
    for name in names:
        left[name] -= 1
        word = _WORDS.get(name.casefold().replace(" ", "_"))
        cells = [_cell(known, one) for one in (name, f"{name}@{sample}")]
        given = word == "" or any(cell and cell.given for cell in cells)
        after = [f"{name}+"] if given and left[name] == 0 and f"{name}+" not in names else []
        others = ["error", "delta"] if word == "error" else [word] if word else []
        exact = [name] if known.naming.read(_tagged(name, sample, step)) else []  # E is the loss, e the error
        found = [(one, _cell(known, _tagged(one, sample, step))) for one in (*after, *exact, *others, name)]
        asked = [one for one, cell in found if cell and not cell.given]
        place = name.casefold() in SAMPLE + STEP
        meant.append("" if place or (given and not asked) else next(iter(asked), name))
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
    table: list[Node] = [
        Sequence([Scalar(cell.strip(), n) for cell in _cells(line, delimiter)], n) for n, line in lines
    ]
    first = lines[0][0]
    answers = Mapping({KEY: Sequence(table, first)}, {KEY: first}, first)
    return Document(name, data, Mapping({"answers": answers}, {"answers": first}, first), Faults())


def _cells(line: str, delimiter: str) -> list[str]:
    """The cells of a line by itself, so that a quote that is not closed spoils no other."""
    try:
        return next(csv.reader([line], delimiter=delimiter))
    except csv.Error:  # a cell of more than 131,072 letters
        return line.split(delimiter)
