"""The report of a sheet on a terminal or in a pipe: the score, the cells, and what went wrong first."""

from __future__ import annotations

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table as RichTable
from rich.text import Text

from bptutor.language import _, plural
from bptutor.marking.hints import LEVELS, Advice, to_explain
from bptutor.marking.report import Mark, Report
from bptutor.render import marks
from bptutor.render.columns import FEW, Table
from bptutor.render.harmless import printable

_WIDEST = 16  # of a column of numbers on a screen: what is typed can be of any length


def print_report(
    console: Console, report: Report, *, reveal: bool = False, level: int = 0, most: int | None = FEW
) -> None:
    """All that a student sees; `level` says how many hints, `most` how many rows the table may have (None: all)."""
    console.print(_text(marks.score(report), "bold"))
    if said := marks.said_by_sheet(report):
        console.print(_text(said, "dim"))
    for note in report.notes:
        console.print(_text(note))
    if report.convention and not report.accepted and most is not None and not reveal and not level:
        says = _("--accept-conventions gives it its credit, --all shows what is not right in the declared one.")
        console.print(_text(says, "dim"))
        return
    console.print()
    if content := marks.stages(report, named=reveal or level >= marks.NAMING):
        console.print(_stages(content))
        console.print()
    _print_cells(console, report, reveal=reveal, level=level, most=most)
    mark = to_explain(report)
    for title, advice in marks.told(report, mark, level):
        console.print()
        _print_advice(console, title, advice)
    if mark and level < LEVELS:
        message = _("--hint {n} says more.") if level else _("--hint 1 asks a question; up to --hint 4 each says more.")
        console.print(_text(message.format(n=level + 1), "dim"))


def _print_cells(console: Console, report: Report, *, reveal: bool, level: int, most: int | None) -> None:
    """The table; blanks have a line of their own unless all is asked for, or what should stand there."""
    everything = reveal or most is None
    shown = marks.chosen(report, most, blanks=everything)
    if shown:
        console.print(_table(report, shown, _WIDEST if console.is_terminal else None, reveal=reveal, level=level))
    there = sum(everything or mark.verdict != "blank" for mark in report.marks)
    if left := there - len(shown):
        message = plural("… {n} more row: --all shows it", "… {n} more rows: --all shows them", left)
        console.print(_text(message.format(n=left), "dim"))
    lines = [*marks.notes(report)] if everything else [*marks.notes(report), marks.blanks(report)]
    for line in filter(None, lines):
        console.print(_text(line, "dim"))


def _table(report: Report, shown: list[Mark], widest: int | None, *, reveal: bool, level: int) -> RichTable:
    content = marks.table(report, shown, reveal=reveal, level=level)
    table = RichTable(box=SIMPLE_HEAD, show_edge=False, header_style="bold")
    for column in content.columns:
        table.add_column(
            Text(column.title),
            justify="right" if column.numeric else "left",
            overflow="fold",
            max_width=widest if column.numeric else None,
        )
    texts = [column.texts(slice(None)) for column in content.columns]
    for mark, row in zip(shown, zip(*texts, strict=True), strict=True):
        *cells, verdict = map(_text, row)
        verdict.stylize(marks.LOOKS[mark.verdict].style)
        table.add_row(*cells, verdict)
    return table


def _stages(content: Table) -> RichTable:
    table = RichTable.grid(padding=(0, 2, 0, 0))
    for column in content.columns:
        table.add_column(justify="right" if column.numeric else "left", overflow="fold")
    for row in content.texts():
        table.add_row(*map(_text, row))
    return table


def _print_advice(console: Console, title: str, advice: Advice) -> None:
    console.print(_text(title, "bold cyan"))
    for sentence in advice.sentences:
        console.print(_text(sentence))
    if advice.forms:
        grid = RichTable.grid(padding=(0, 1, 0, 0))
        for place, form in enumerate(advice.forms):
            grid.add_row(_text("" if place else f"  {advice.label}", "bold"), _text(f"= {form}"))
        console.print(grid)


def _text(text: str, style: str = "") -> Text:
    return Text(printable(text), style=style)
