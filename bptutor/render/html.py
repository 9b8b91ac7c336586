"""The page, and the report of a sheet, as HTML for notebooks."""

from __future__ import annotations

from bptutor.engine.parts import Choice
from bptutor.language import plural
from bptutor.marking.hints import to_explain, what_went_wrong
from bptutor.marking.report import Report
from bptutor.render import headings, marks
from bptutor.render.columns import FEW
from bptutor.render.tables import sections
from bptutor.render.web_page import html
from bptutor.solution.trace import Trace


def page_html(trace: Trace) -> str:
    """The tables of `bptutor solve`, long ones shortened; all text escaped."""
    return html(
        "notebook_page.html",
        title=trace.problem.title,
        network=headings.network(trace.problem),
        conventions="; ".join(headings.conventions(trace.problem)),
        sections=[headings.given(trace), *sections(trace, Choice())],
        few=FEW,
        more=_more,
    )


def report_html(report: Report) -> str:
    """What `bptutor check` shows of a sheet; all text escaped."""
    shown, mark = marks.chosen(report, FEW, blanks=False), to_explain(report)
    return html(
        "notebook_report.html",
        score=marks.score(report),
        above=report.notes,
        table=marks.table(report, shown, reveal=False) if shown else None,
        left=sum(mark.verdict != "blank" for mark in report.marks) - len(shown),
        below=[line for line in (*marks.notes(report), marks.blanks(report)) if line],
        heading=marks.explained(mark) if mark else "",
        advice=what_went_wrong(report, mark) if mark else (),
        few=FEW,
        more=_more,
    )


def _more(left: int) -> str:
    """The line about rows that are left out, "" where none is."""
    return plural("… {n} more row", "… {n} more rows", left).format(n=left) if left > 0 else ""
