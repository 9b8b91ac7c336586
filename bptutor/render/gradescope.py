"""The report of a sheet as Gradescope's autograders hand it in: `results.json`, a test for each quantity and layer."""

from __future__ import annotations

import json
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from bptutor.classroom.grade import decimal
from bptutor.engine.parts import STAGE
from bptutor.engine.quantities import stem
from bptutor.marking.hints import Advice, to_explain
from bptutor.marking.report import Mark, Report
from bptutor.render import marks
from bptutor.render.harmless import one_line, printable

_WIDEST = 32  # of a column of the table: what is typed can be of any length


def gradescope_results(report: Report, *, level: int = 0, reveal: bool = False) -> str:
    """The JSON of a report, with hints up to a level; without `reveal` no number that the student has not found."""
    groups: dict[str, list[Mark]] = {}
    for mark in report.marks:
        groups.setdefault(stem(mark.quantity), []).append(mark)
    return _json(
        report.earned,
        "\n".join(_said(report, level)),
        [_test(report, name, found, reveal=reveal, level=level) for name, found in groups.items()],
    )


def gradescope_failure(message: str) -> str:
    """The JSON of a hand-in that could not be marked: why, and no points."""
    return _json(Fraction(0), message, [])


def _json(score: Fraction, output: str, tests: list[dict[str, Any]]) -> str:
    # The score is given, not left to be the sum of tests that are each rounded.
    results = {
        "score": _number(score),
        "output": printable(output),
        "output_format": "text",
        "test_output_format": "text",
        "visibility": "visible",
        "tests": tests,
    }
    return json.dumps(results, indent=1) + "\n"


def _test(report: Report, name: str, found: list[Mark], *, reveal: bool, level: int) -> dict[str, Any]:
    """A group of cells; it is neither passed nor failed where it earns a part of its points."""
    earned, possible = (sum(points, Fraction(0)) for points in zip(*((m.credit, m.points) for m in found), strict=True))
    status = {"status": "passed"} if earned == possible else {"status": "failed"} if not earned else {}
    return {
        "name": f"{name} ({STAGE[found[0].quantity.name]})",
        "score": _number(earned),
        "max_score": _number(possible),
        **(status if possible else {}),
        "output": "\n".join(_table(report, found, reveal=reveal, level=level)),
        "visibility": "visible",
        "extra_data": {"marks": [_record(mark) for mark in found]},
    }


def _record(mark: Mark) -> dict[str, Any]:
    causes = [cause.id for cause in mark.leading]
    credit, points = str(mark.credit), str(mark.points)
    return {"id": mark.id, "verdict": mark.verdict, "credit": credit, "points": points, "causes": causes}


def _table(report: Report, found: list[Mark], *, reveal: bool, level: int) -> Iterator[str]:
    """The cells of a group in lines, the columns under each other."""
    columns = marks.table(report, found, reveal=reveal, level=level).columns
    texts = [[column.title, *column.texts(slice(None))] for column in columns]
    short = [[_short(text) for text in column] for column in texts[:-1]]
    widths = [max(map(len, column)) for column in short]
    for *row, verdict in zip(*short, texts[-1], strict=True):
        aligned = (
            text.rjust(width) if column.numeric else text.ljust(width)
            for text, width, column in zip(row, widths, columns, strict=False)
        )
        yield "  ".join((*aligned, one_line(verdict)))


def _short(text: str) -> str:
    line = one_line(text[: 2 * _WIDEST])
    return line if len(line) <= _WIDEST else f"{line[: _WIDEST - 1]}…"


def _said(report: Report, level: int) -> Iterator[str]:
    """What `bptutor check` says around its table."""
    yield marks.score(report)
    yield from report.notes
    if found := marks.stages(report, named=level >= marks.NAMING):
        yield from ("  ".join(filter(None, row)) for row in found.texts())
    yield from marks.notes(report)
    if blank := marks.blanks(report):
        yield blank
    for title, advice in marks.told(report, to_explain(report), level):
        yield from ("", title)
        yield from _advice(advice)


def _advice(advice: Advice) -> Iterator[str]:
    yield from advice.sentences
    for place, form in enumerate(advice.forms):
        yield f"{' ' * len(advice.label) if place else advice.label} = {form}"


def _number(points: Fraction) -> int | float:
    text = decimal(points)
    return float(text) if "." in text else int(text)
