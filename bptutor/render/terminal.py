"""The page on a terminal or in a pipe, as rich tables.

No cell is ever cut: a table too wide for the screen is continued below with its next columns. Long tables are written
in pieces of one width, so that memory does not grow with their rows.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from io import StringIO

from rich.box import SIMPLE_HEAD, Box
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table as RichTable
from rich.text import Text

from bptutor.language import _, plural
from bptutor.render import headings
from bptutor.render.columns import FEW, Column, Section, Table
from bptutor.render.harmless import printable
from bptutor.solution.trace import Trace

_PIECE = 500
_PADDING = 3  # what a column takes beside its text


def print_table(console: Console, table: Table, most: int | None, box: Box | None = SIMPLE_HEAD) -> None:
    """The table, as many of its rows as `most` says, in pieces that are written one after another."""
    rows = table.rows if most is None else min(most, table.rows)
    for place, columns in enumerate(_fitting(table.columns, console.width)):
        if place:
            console.print()
        for start in range(0, rows, _PIECE):
            console.print(_piece(columns, slice(start, min(start + _PIECE, rows)), box))
    if rows < table.rows:
        console.print(Text(left_out(table.rows - rows), style="dim"))


def printed_html(printing: Callable[[Console], None]) -> str:
    """What is printed on a terminal of 100 columns, as HTML that shows it so."""
    console = Console(record=True, file=StringIO(), width=100, highlight=False)
    printing(console)
    return console.export_html(inline_styles=True, code_format='<pre class="bptutor">{code}</pre>')


def left_out(rows: int) -> str:
    """The line that says how many rows are not shown, and how to see them."""
    message = plural("… {n} more row: --all shows it", "… {n} more rows: --all shows them", rows).format(n=rows)
    return message + _(", --only and --layer choose")


def _fitting(columns: tuple[Column, ...], width: int) -> Iterator[list[Column]]:
    """The columns in as many groups as the width asks for, each with the leading name columns that fit."""
    names = [column for column in columns if not column.numeric]
    widest = max((_width(column) for column in columns if column.numeric), default=0)
    if sum(map(_width, names)) + widest > width:
        del names[1:]
    taken = start = sum(map(_width, names))
    group = list(names)
    for column in columns:
        if column.numeric:
            if taken + _width(column) > width and len(group) > len(names):
                yield group
                group, taken = list(names), start
            group.append(column)
            taken += _width(column)
    yield group


def _width(column: Column) -> int:
    return max(column.width, len(column.title)) + _PADDING


def _piece(columns: list[Column], rows: slice, box: Box | None) -> RichTable:
    table = RichTable(box=box, show_edge=False, show_header=rows.start == 0, header_style="bold")
    for column in columns:
        table.add_column(
            Text(printable(column.title)),
            justify="right" if column.numeric else "left",
            min_width=max(column.width, len(column.title)),
            overflow="fold",
        )
    for row in zip(*(column.texts(rows) for column in columns), strict=True):
        table.add_row(*map(Text, row))
    return table


def print_heading(console: Console, trace: Trace, most: int | None = FEW) -> None:
    """Title, source, network, conventions, and what the exercise gives."""
    _print_head(console, trace, trace.problem.source)
    if started := headings.starting_values(trace):
        console.print(Text(_("Given in the middle: {values}").format(values=", ".join(started))))
    console.print()
    print_section(console, headings.given(trace), most)


def print_short_heading(console: Console, trace: Trace, most: int | None = FEW) -> None:
    """The same in as few lines as it goes: what is asked next has to fit the screen below it."""
    _print_head(console, trace, "")
    console.print()
    for table in headings.given(trace).tables:
        print_table(console, table, most, box=None)
    if started := headings.starting_values(trace):
        for line in packed([_("given "), *started], console.width):
            console.print(Text(line))


def packed(pieces: Sequence[str], width: int) -> list[str]:
    """Pieces of text in lines of at most that width, as far as no piece is wider; none is broken.

    >>> packed(["from", "w1 0.5", "x1 1"], 14)
    ['  from  w1 0.5', '        x1 1']
    """
    first, *others = (printable(piece) for piece in pieces)
    lines = [f"  {first}"]
    for piece in others:
        if cell_len(f"{lines[-1]}  {piece}") > width:
            lines.append(" " * cell_len(f"  {first}"))
        lines[-1] += f"  {piece}"
    return lines


def _print_head(console: Console, trace: Trace, source: str) -> None:
    problem = trace.problem
    if problem.title:
        console.print(Text(printable(problem.title), style="bold"))
    if source:
        console.print(Text(printable(source), style="dim"))
    console.print(Text(_("Network: {network}").format(network=headings.network(problem))))
    console.print(Text("; ".join(headings.formulas(problem))))
    console.print(Text(_("Conventions: {list}").format(list="; ".join(headings.conventions(problem)))))


def print_notes(console: Console, trace: Trace) -> None:
    """The notes of the problem, if it has any."""
    if trace.problem.notes:
        console.print()
        console.print(Text(_("Notes"), style="bold"))
        notes = trace.problem.notes.rstrip()
        console.print(Text(printable(_flowing(notes) if console.is_terminal else notes), style="dim"))


def _flowing(text: str) -> str:
    """The paragraphs of a text, each in one line, so that the screen can wrap them anew."""
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in re.split(r"\n\s*\n", text))


def print_sections(console: Console, sections: Iterable[Section], most: int | None) -> None:
    """Parts of the page, a blank line between them."""
    for place, section in enumerate(sections):
        if place:
            console.print()
        print_section(console, section, most)


def print_section(console: Console, section: Section, most: int | None) -> None:
    """A heading and its tables."""
    if section.tables:
        console.print(Text(section.title, style="bold cyan"))
    for table in section.tables:
        if table.title:
            console.print()
            console.print(Text(table.title, style="italic"))
        print_table(console, table, most)
