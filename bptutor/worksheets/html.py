"""Worksheets as a web page in one file that prints well: one sheet after another, each on a page of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain

from bptutor.language import _
from bptutor.render.web_page import html_text, paragraph, row, web_page
from bptutor.worksheets import network_svg
from bptutor.worksheets.network import legend, not_drawn
from bptutor.worksheets.network_layout import drawing
from bptutor.worksheets.sheet import Part, WorkedSteps, Worksheet
from bptutor.worksheets.tables import Grid

# Paper is white by day and by night.
_STYLE = """
:root { color-scheme: light; --page: #fff; --text: #000; --faint: #444; --line: #888; }
@media (prefers-color-scheme: dark) { :root { --page: #fff; --text: #000; --faint: #444; --line: #888; } }
@page { size: A4; margin: 15mm; }
@media print { body { margin: 0; padding: 0; max-width: none; font-size: 11pt; } h2 { margin-top: 1rem; } }
section + section { break-before: page; border-top: 1px solid var(--line); margin-top: 3rem; }
@media print { section + section { border: 0; margin: 0; } }
h1, h2, caption { break-after: avoid; } table, svg, .together { break-inside: avoid; }
.who { display: flex; flex-wrap: wrap; gap: .5rem 1.5rem; } .who .long { flex: 3 1 12rem; }
.who .short { flex: 1 1 6rem; }
.who span { display: flex; white-space: pre; } .who i { flex: 1; border-bottom: 1px solid var(--text); }
table { margin: .6rem 0; } caption { text-align: left; font-weight: bold; padding: .2rem 0; }
.sheet th, .sheet td { border: 1px solid var(--line); } .sheet thead th { font-weight: bold; color: var(--text); }
.sheet td.number { min-width: max(4.5rem, var(--room)); height: 1.5rem; } .lines { padding-left: 1.2rem; }
.workings { columns: 2 17rem; column-gap: 2rem; } .rule { margin: .8rem 0 0; break-after: avoid; }
.workings .rule:first-child { margin-top: 0; }
.working { margin: .2rem 0 .2rem 1rem; white-space: pre-wrap; break-inside: avoid; }
.working span { display: block; padding-left: 2rem; }
"""


def worksheets_html(sheets: Sequence[Worksheet]) -> str:
    """The page; all text of strangers is escaped."""
    body = (['<section class="sheet">', *_sheet(sheet), "</section>"] for sheet in sheets)
    return web_page(sheets[0].title, chain.from_iterable(body), _STYLE + network_svg.STYLE)


def _sheet(sheet: Worksheet) -> Iterator[str]:
    yield f"<h1>{html_text(sheet.title)}</h1>"
    if not sheet.key or sheet.student:
        yield _name_line(sheet)
    if sheet.source:
        yield f'<p class="faint">{html_text(sheet.source)}</p>'
    yield f'<ul class="lines">{"".join(f"<li>{html_text(line)}</li>" for line in sheet.lines)}</ul>'
    drawn = drawing(sheet.network)
    numbered = drawn is not None and drawn.numbered
    if drawn is None:
        yield paragraph(not_drawn())
    else:
        under = paragraph(legend(sheet.network)) if numbered else ""
        yield f'<div class="together">{network_svg.network_svg(drawn)}{under}</div>'
    for grid in sheet.given(numbered=numbered, clear=drawn is not None and drawn.clear):
        yield _grid(grid)
    for part in sheet.parts:
        yield from _part(part)
    if sheet.notes:
        yield f"<h2>{html_text(_('Notes'))}</h2>"
        yield from map(paragraph, sheet.notes)


def _name_line(sheet: Worksheet) -> str:
    name = html_text(sheet.student) if sheet.student else "<i></i>"
    fields = [f'<span class="long">{html_text(_("Name:"))} {name}</span>']
    fields.append(f'<span class="short">{html_text(_("Date:"))} <i></i></span>')
    if sheet.worth:
        fields.append(f'<span class="short">{html_text(_("Points:"))} <i></i> / {html_text(sheet.worth)}</span>')
    return f'<div class="who">{"".join(fields)}</div>'


def _part(part: Part) -> Iterator[str]:
    yield f"<h2>{html_text(part.title)}</h2>"
    if part.points:
        yield paragraph("; ".join(part.points))
    yield from map(_grid, part.grids)
    if part.workings:
        yield '<div class="workings">'
        yield from map(_working, part.workings)
        yield "</div>"


def _grid(grid: Grid) -> str:
    caption = f"<caption>{html_text(grid.title)}</caption>" if grid.title else ""
    head = row("th", grid.numeric, map(html_text, grid.head))
    rows = "\n".join(row("td", grid.numeric, (html_text(text or "") for text in texts)) for texts in grid.rows)
    return f'<table style="--room: {0.6 * grid.room:.1f}em">{caption}<thead>{head}</thead><tbody>{rows}</tbody></table>'


def _working(working: WorkedSteps) -> str:
    parts = [f'<p class="rule">{html_text(working.rule)}</p>']
    for label, (first, *forms) in working.cells:
        more = "".join(f"<span>= {html_text(form)}</span>" for form in forms)
        parts.append(f'<div class="working"><b>{html_text(label)}</b> = {html_text(first)}{more}</div>')
    return "\n".join(parts)
