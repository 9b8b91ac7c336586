"""The report of a sheet as data for other programs: JSON, and one cell a line."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from bptutor.language import _
from bptutor.render.data import Format

if TYPE_CHECKING:  # the command line reads the table below, and should not wait for what it may not need
    from bptutor.marking.report import Report


def as_json(report: Report, *, reveal: bool = False) -> Iterator[str]:
    """The format `bptutor/report`."""
    import json

    yield json.dumps(report.as_dict(reveal=reveal), indent=1) + "\n"


def as_plain(report: Report, *, reveal: bool = False) -> Iterator[str]:
    """One cell a line between tabs: id, label, verdict, credit, points, what was typed; with `reveal` what is right."""
    from bptutor.render.harmless import printable

    for mark in report.marks:
        fields = [mark.id, mark.label, mark.verdict, str(mark.credit), str(mark.points), mark.typed or ""]
        if reveal:
            fields.append(mark.expected)
        yield "\t".join(printable(field).replace("\n", "\\x0a") for field in fields) + "\n"


FORMATS = {
    "json": Format(as_json, _("JSON, all marks.")),
    "plain": Format(as_plain, _("One cell per line: id, label, verdict, credit, points, typed.")),
}
"""All of them; adding one is a row here and its function."""
