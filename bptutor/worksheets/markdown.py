"""Worksheets as Markdown, one after another."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from bptutor.language import _
from bptutor.render.harmless import markdown_table, markdown_text, one_line
from bptutor.worksheets.network import not_drawn
from bptutor.worksheets.network_text import network_text, reading
from bptutor.worksheets.sheet import Part, WorkedSteps, Worksheet
from bptutor.worksheets.tables import Grid

_BLANK, _LINE = "________", "_" * 24  # between spaces they are no emphasis


def worksheets_markdown(sheets: Sequence[Worksheet]) -> str:
    """The document; all text of strangers is escaped."""
    return "\n\n---\n\n".join("\n\n".join(_sheet(sheet)) for sheet in sheets) + "\n"


def _sheet(sheet: Worksheet) -> Iterator[str]:
    yield f"# {markdown_text(sheet.title)}"
    if not sheet.key or sheet.student:
        yield _name_line(sheet)
    if sheet.source:
        yield markdown_text(sheet.source)
    yield "\n".join(f"- {markdown_text(line)}" for line in sheet.lines)
    drawing = network_text(sheet.network)
    yield from [_fenced(drawing), markdown_text(reading())] if drawing else [markdown_text(not_drawn())]
    for grid in sheet.given(numbered=bool(drawing)):
        yield from _grid(grid)
    for part in sheet.parts:
        yield from _part(part)
    if sheet.notes:
        yield f"## {markdown_text(_('Notes'))}"
        yield from map(markdown_text, sheet.notes)


def _name_line(sheet: Worksheet) -> str:
    parts = [f"{_('Name:')} {markdown_text(sheet.student) or _LINE}", f"{_('Date:')} {_LINE[:12]}"]
    if sheet.worth:
        parts.append(f"{_('Points:')} {_BLANK} / {sheet.worth}")
    return " ".join(parts)


def _part(part: Part) -> Iterator[str]:
    yield f"## {markdown_text(part.title)}"
    if part.points:
        yield markdown_text("; ".join(part.points))
    for grid in part.grids:
        yield from _grid(grid)
    if part.lines:
        yield "\\\n".join([markdown_text(_("Working:")), *[_LINE * 3] * part.lines])
    for working in part.workings:
        yield markdown_text(working.rule)
        yield _fenced(_equations(working))


def _grid(grid: Grid) -> Iterator[str]:
    if grid.title:
        yield f"**{markdown_text(grid.title)}**"
    rows = ((_BLANK if text is None else markdown_text(text) for text in row) for row in grid.rows)
    yield "\n".join(markdown_table(map(markdown_text, grid.head), rows, grid.numeric))


def _equations(working: WorkedSteps) -> Iterator[str]:
    for label, forms in working.cells:
        name = one_line(label)
        for place, form in enumerate(forms):
            yield f"{' ' * len(name) if place else name} = {one_line(form)}"


def _fenced(lines: Iterable[str]) -> str:
    """Lines as they are, between fences longer than anything in them."""
    text = "\n".join(lines)
    fence = "`" * max(3, 1 + max(map(len, re.findall("`+", text)), default=0))
    return f"{fence}text\n{text}\n{fence}"
