"""The page, and the report of a sheet, as HTML for notebooks."""

from __future__ import annotations

import html
from collections.abc import Iterable

from bptutor.engine.parts import Choice
from bptutor.language import plural
from bptutor.marking.hints import Advice, to_explain, what_went_wrong
from bptutor.marking.report import Report
from bptutor.render import headings, marks
from bptutor.render.columns import FEW, Section, Table
from bptutor.render.harmless import printable
from bptutor.render.tables import sections
from bptutor.solution.explain import Explanation
from bptutor.solution.trace import Trace


def escape(text: str) -> str:
    """The text as HTML shows it: no markup, and nothing that steers a screen."""
    return html.escape(printable(text))


def page_html(trace: Trace) -> str:
    """The tables of `bptutor solve`, long ones shortened; all text escaped."""
    return _page(trace, [headings.given(trace), *sections(trace, Choice())])


def problem_html(trace: Trace) -> str:
    """What an exercise gives, the top of the page; all text escaped."""
    return _page(trace, [headings.given(trace)])


def _page(trace: Trace, parts: Iterable[Section]) -> str:
    problem = trace.problem
    title = f"<h3>{escape(problem.title)}</h3>" if problem.title else ""
    head = f"<p>{escape(headings.network(problem))}<br>{escape('; '.join(headings.conventions(problem)))}</p>"
    return f'<div class="bptutor">{title}{head}{"".join(map(_section, parts))}</div>'


def explanation_html(why: Explanation) -> str:
    """The formula of a cell, the same with its numbers, the rule in words; all text escaped."""
    forms = [why.formula] if why.formula == why.substituted else [why.formula, f"= {why.substituted}"]
    rule = f"{why.rule} [{why.because}]" if why.because else why.rule
    return f'<div class="bptutor"><p>{escape(rule)}</p><p>{"<br>".join(map(escape, forms))}</p></div>'


def report_html(report: Report) -> str:
    """What `bptutor check` shows of a sheet; all text escaped."""
    shown = marks.chosen(report, FEW, blanks=False)
    left = sum(mark.verdict != "blank" for mark in report.marks) - len(shown)
    parts = [f"<p><b>{escape(marks.score(report))}</b></p>", *(f"<p>{escape(note)}</p>" for note in report.notes)]
    if shown:
        parts += [_table(marks.table(report, shown, reveal=False)), _more(left)]
    parts += [f"<p>{escape(line)}</p>" for line in (*marks.notes(report), marks.blanks(report)) if line]
    if mark := to_explain(report):
        parts.append(f"<h4>{escape(marks.explained(mark))}</h4>")
        parts += map(_advice, what_went_wrong(report, mark))
    return f'<div class="bptutor">{"".join(parts)}</div>'


def _advice(advice: Advice) -> str:
    said = [
        *advice.sentences,
        *(f"{advice.label if not place else ''} = {form}" for place, form in enumerate(advice.forms)),
    ]
    return f"<p>{'<br>'.join(map(escape, said))}</p>"


def _section(section: Section) -> str:
    return f"<h4>{escape(section.title)}</h4>{''.join(map(_table, section.tables))}" if section.tables else ""


def _table(table: Table) -> str:
    rows = slice(0, min(FEW, table.rows))
    aligned = ["right" if column.numeric else "left" for column in table.columns]
    head = _row("th", aligned, [column.title for column in table.columns])
    body = "".join(_row("td", aligned, list(row)) for row in zip(*(c.texts(rows) for c in table.columns), strict=True))
    caption = f"<caption>{escape(table.title)}</caption>" if table.title else ""
    return f"<table>{caption}<thead>{head}</thead><tbody>{body}</tbody></table>{_more(table.rows - FEW)}"


def _more(left: int) -> str:
    return plural("… {n} more row", "… {n} more rows", left).format(n=left) if left > 0 else ""


def _row(tag: str, aligned: list[str], texts: list[str]) -> str:
    cells = (
        f'<{tag} style="text-align:{side}">{escape(text)}</{tag}>' for side, text in zip(aligned, texts, strict=True)
    )
    return f"<tr>{''.join(cells)}</tr>"
