"""The page as data for other programs: JSON, CSV, and one cell a line. All are written cell by cell."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from bptutor.language import _

if TYPE_CHECKING:  # the command line reads the table below, and should not wait for what it may not need
    from bptutor.engine.quantities import Quantity
    from bptutor.solution.trace import Trace

COLUMNS = ("id", "label", "quantity", "layer", "unit", "from", "sample", "step", "value", "text")


def as_json(trace: Trace, quantities: list[Quantity], *, explain: bool = True) -> Iterator[str]:
    """The format `bptutor/trace`, a line a cell."""
    import json

    del explain  # this format always has the explanation of every cell
    head = json.dumps(trace.heading(), indent=1)
    yield head.removesuffix("\n}") + ',\n "cells": ['
    for place, record in enumerate(trace.records(quantities)):
        yield (",\n  " if place else "\n  ") + json.dumps(record)
    yield "\n ]\n}\n"


def as_csv(trace: Trace, quantities: list[Quantity], *, explain: bool = False) -> Iterator[str]:
    """A header and a row a cell; a label that a spreadsheet would take for a formula gets an apostrophe in front."""
    import csv
    import io

    from bptutor.render.harmless import csv_text

    columns = (*COLUMNS, "formula", "substituted", "because") if explain else COLUMNS
    line = io.StringIO()
    writer = csv.writer(line, lineterminator="\n")
    writer.writerow(columns)
    for record in trace.records(quantities) if explain else _bare(trace, quantities):
        yield line.getvalue()
        line.seek(line.truncate(0))
        values = (record[column] for column in columns)
        writer.writerow([csv_text(value) if isinstance(value, str) else value for value in values])
    yield line.getvalue()


def as_plain(trace: Trace, quantities: list[Quantity], *, explain: bool = False) -> Iterator[str]:
    """One cell per line: id, label and number between tabs, and the formulas with `explain`."""
    columns = ("id", "label", "text", "formula", "substituted") if explain else ("id", "label", "text")
    for record in trace.records(quantities) if explain else _bare(trace, quantities):
        yield "\t".join(str(record[column]) for column in columns) + "\n"


def _bare(trace: Trace, quantities: list[Quantity]) -> Iterator[dict[str, object]]:
    return (trace.record(cell) for cell in trace.cells(quantities))


class Format(NamedTuple):
    """A form of output: what writes it piece by piece, and what the help says of it."""

    write: Callable[..., Iterator[str]]
    says: str


FORMATS = {
    "json": Format(as_json, _("JSON, all cells with formulas.")),
    "csv": Format(as_csv, _("CSV, a row for each cell.")),
    "plain": Format(as_plain, _("One cell per line: id, label, number.")),
}
"""All of them; adding one is a row here and its function."""
