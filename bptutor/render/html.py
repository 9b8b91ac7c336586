"""The page, and the report of a sheet, as HTML for notebooks."""

from __future__ import annotations

from collections.abc import Iterable

from bptutor.engine.parts import Choice
from bptutor.language import plural
from bptutor.marking.hints import to_explain
from bptutor.marking.report import Report
from bptutor.render import headings, marks
from bptutor.render.columns import FEW, Section
from bptutor.render.tables import sections
from bptutor.render.web_page import html
from bptutor.solution.explain import Explanation
from bptutor.solution.trace import Trace


def page_html(trace: Trace) -> str:
    """The tables of `bptutor solve`, long ones shortened; all text escaped."""
    return _page(trace, [headings.given(trace), *sections(trace, Choice())])


def problem_html(trace: Trace) -> str:
    """What an exercise gives, the top of the page; all text escaped."""
    return _page(trace, [headings.given(trace)])


def _page(trace: Trace, parts: Iterable[Section]) -> str:
    return html(
        "notebook_page.html",
        title=trace.problem.title,
        network=headings.network(trace.problem),
        conventions="; ".join(headings.conventions(trace.problem)),
        sections=parts,
        few=FEW,
        more=_more,
    )


def explanation_html(why: Explanation) -> str:
    """The formula of a cell, the same with its numbers, the rule in words; all text escaped."""
    forms = [why.formula] if why.formula == why.substituted else [why.formula, f"= {why.substituted}"]
    if why.chain:
        forms = [why.chain, f"= {forms[0]}", *forms[1:]]
    rule = f"{why.rule} [{why.because}]" if why.because else why.rule
    return html("notebook_explanation.html", rule=rule, forms=forms)


def report_html(report: Report) -> str:
    """What `bptutor check` shows of a sheet; all text escaped."""
    shown, mark = marks.chosen(report, FEW, blanks=False), to_explain(report)
    return html(
        "notebook_report.html",
        score=marks.score(report),
        above=report.notes,
        stages=marks.stages(report, named=False),
        table=marks.table(report, shown, reveal=False) if shown else None,
        left=sum(mark.verdict != "blank" for mark in report.marks) - len(shown),
        below=[line for line in (*marks.notes(report), marks.blanks(report)) if line],
        advice=marks.told(report, mark, 0),
        few=FEW,
        more=_more,
    )


def _more(left: int) -> str:
    """The line about rows that are left out, "" where none is."""
    return plural("… {n} more row", "… {n} more rows", left).format(n=left) if left > 0 else ""
