"""The stages of a report as rows: what each earned, and what was lost there, whatever the medium."""

from __future__ import annotations

from fractions import Fraction

from bptutor.classroom.grade import amount
from bptutor.language import _
from bptutor.marking.report import Report
from bptutor.marking.stages import Line, imprecise, lines, why
from bptutor.render.columns import Table, words


def stages(report: Report, *, named: bool) -> Table | None:
    """A row a stage, and one for missing decimals; None where nothing has points. Mistakes have names where `named`."""
    rows = [
        (line.stage.title, _("{earned} of {all}").format(earned=amount(line.earned), all=amount(line.possible)), said)
        for line in lines(report.marks, report.trace.problem)
        for said in [_lost(line, named=named)]
    ]
    lost, cells = imprecise(report.marks)
    if cells:
        says = _("too few decimals ({n} of {asked} asked for)")
        rows.append((_("Precision"), _minus(lost), says.format(n=_fewest(report), asked=report.trace.problem.decimals)))
    if not rows:
        return None
    heads = (_("stage"), _("points"), _("lost"))
    return Table(
        "",
        tuple(
            words(head, texts, numeric=number)
            for head, texts, number in zip(heads, zip(*rows, strict=True), (False, True, False), strict=True)
        ),
        len(rows),
    )


def _lost(line: Line, *, named: bool) -> str:
    said = [f"{_minus(loss.points)} {why(loss, named=named)}" for loss in line.lost]
    if not said and line.follows:
        return _("follows from your own numbers")
    return "; ".join(said)


def _minus(points: Fraction) -> str:
    return f"−{amount(points)}" if points else "0"


def _fewest(report: Report) -> int:
    """With how many decimals the numbers are written that have too few."""
    short = [
        typed.decimals
        for mark in report.marks
        if mark.reason == "precision" and (typed := report.answers.cells.get(mark.id)) and typed.decimals is not None
    ]
    return min(short, default=0)
