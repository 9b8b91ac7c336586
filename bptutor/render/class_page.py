"""The picture of a class as a web page in one file, its charts drawn in it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from bptutor.classroom.cells import CellCounts
from bptutor.classroom.picture import Picture
from bptutor.language import _
from bptutor.render import class_words as words
from bptutor.render.class_words import Part
from bptutor.render.marks import LOOKS
from bptutor.render.web_page import html_text, paragraph, row, web_page

_COLOURS = {  # by day and by night; whoever does not see them has the titles and the numbers
    "right": ("#2e8b57", "#3fae6f"),
    "right_carried": ("#8fd0ab", "#a5e0bd"),
    "imprecise": ("#e3b341", "#e3b341"),
    "follow_through": ("#3f9fc4", "#5fbfe4"),
    "misconception": ("#8350b0", "#b48ade"),
    "wrong": ("#d1495b", "#f0707f"),
    "blank": ("#d9dce2", "#3d424c"),
    "unreadable": ("#5a5e67", "#a9adb6"),
}

_STYLE = """
.alarm { border-left: .3rem solid var(--alarm); padding-left: 1rem; } .alarm h2 { color: var(--alarm); }
svg { display: block; } svg.swatch { display: inline-block; } .legend span { margin-right: 1rem; white-space: nowrap; }
svg text { fill: currentColor; font: 12px system-ui, sans-serif; text-anchor: middle; } .bar { fill: var(--bar); }
table.cells { table-layout: fixed; width: 100%; margin-bottom: 1.2rem; } table.cells td { vertical-align: middle; }
table.drawn { table-layout: fixed; width: 100%; } .drawn th:nth-child(1) { width: 15rem; }
.drawn th:nth-child(2) { width: 5rem; } .drawn th:nth-child(3) { width: 7rem; } .drawn svg { margin-top: .3rem; }
.cells caption { text-align: left; font-weight: bold; } .cells .name { width: 30%; } .cells .number { width: 5rem; }
"""

_DRAWN = 2  # columns before the bar
_WIDTH, _HEIGHT, _ABOVE, _BELOW = 600, 140, 18, 20  # of the histogram, and the room for its numbers


def class_html(picture: Picture, title: str) -> str:
    """The whole page; all text of strangers is escaped."""
    title = words.heading(title)
    parts = [f"<h1>{html_text(title)}</h1>"]
    if picture.unusual:
        parts.append(f'<section class="alarm">{_table(words.key_is_suspect(picture))}</section>')
    parts += [paragraph(line) for line in (words.counted(picture), *picture.notes)]
    if picture.graded:
        parts.append(_histogram(words.scores(picture)))
    parts += [_table(part) for part in words.mistakes(picture) if part.rows]
    parts += _cells(picture)
    if picture.pairs:
        parts.append(_table(words.pairs(picture)))
    return web_page(title, parts, _STYLE + _colours())


def _colours() -> str:
    day, night = (
        "".join(f".{verdict} {{ fill: {colours[n]}; }} " for verdict, colours in _COLOURS.items()) for n in (0, 1)
    )
    return f"{day}\n@media (prefers-color-scheme: dark) {{ {night}}}\n"


def _table(part: Part) -> str:
    head, rows = [*map(html_text, part.head)], [[html_text(text) for text in texts] for texts in part.rows]
    if part.bars:  # they stand behind the numbers that they draw
        head.insert(_DRAWN, "")
        for texts, share in zip(rows, part.bars, strict=True):
            texts.insert(_DRAWN, _bar(f'<rect class="bar" width="{100 * share:.4g}" height="10"/>'))
    plain = [False] * len(head)
    body = "\n".join(row("td", plain, texts) for texts in rows)
    says = "".join(map(paragraph, part.says))
    kind = ' class="drawn"' if part.bars else ""
    table = f"<table{kind}><thead>{row('th', plain, head)}</thead><tbody>{body}</tbody></table>"
    return f"<h2>{html_text(part.title)}</h2>{says}{table}"


def _bar(shapes: str, label: str = "") -> str:
    """A bar as wide as its cell; without a label it says what stands beside it anyway."""
    about = f'role="img" aria-label="{html_text(label)}"' if label else 'aria-hidden="true"'
    return f'<svg viewBox="0 0 100 10" preserveAspectRatio="none" width="100%" height="14" {about}>{shapes}</svg>'


def _histogram(part: Part) -> str:
    label = "; ".join(f"{name}: {students}" for name, students in part.rows)
    width, shapes = _WIDTH / len(part.rows), []
    for place, ((name, students), share) in enumerate(zip(part.rows, part.bars, strict=True)):
        x, height = place * width, share * (_HEIGHT - _ABOVE - _BELOW)
        top = _HEIGHT - _BELOW - height
        shapes.append(
            f'<rect class="bar" x="{x + 2:g}" y="{top:g}" width="{width - 4:g}" height="{height:g}"/>'
            f'<text x="{x + width / 2:g}" y="{top - 4:g}">{html_text(students)}</text>'
            f'<text x="{x + width / 2:g}" y="{_HEIGHT - 5}">{html_text(name)}</text>'
        )
    chart = f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" width="100%" role="img" aria-label="{html_text(label)}">'
    return f"<h2>{html_text(part.title)}</h2>{chart}<title>{html_text(part.title)}</title>{''.join(shapes)}</svg>"


def _cells(picture: Picture) -> Iterator[str]:
    """A bar a cell, cells of one quantity together."""
    part = words.cells(picture)
    yield f"<h2>{html_text(part.title)}</h2>{''.join(map(paragraph, part.says))}"
    swatch = (
        '<svg class="swatch" width="12" height="12" aria-hidden="true"><rect class="{}" width="12" height="12"/></svg>'
    )
    names = (f"<span>{swatch.format(verdict)} {html_text(look.word)}</span>" for verdict, look in LOOKS.items())
    yield f'<p class="legend">{" ".join(names)}</p>'
    for quantity, cells in groupby(words.shown(picture), lambda counts: counts.cell.quantity):
        rows = "\n".join(map(_cell, cells))
        head = f'<th class="name">{html_text(_("cell"))}</th><th>{html_text(_("verdicts"))}</th>'
        head += f'<th class="number">{html_text(_("right"))}</th>'
        caption = f"<caption>{html_text(quantity)}</caption>"
        yield f'<table class="cells">{caption}<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'


def _cell(counts: CellCounts) -> str:
    shapes, x, said = [], 0.0, []
    for verdict, look in LOOKS.items():
        if share := counts.share(verdict):
            said.append(f"{look.word}: {words.percent(share)}")
            title = f"<title>{html_text(said[-1])}</title>"
            shapes.append(f'<rect class="{verdict}" x="{x:.5g}" width="{100 * share:.5g}" height="10">{title}</rect>')
            x += 100 * share
    bar = _bar("".join(shapes), "; ".join(said))
    name = f'{html_text(counts.cell.label)} <span class="faint">{html_text(counts.cell.id)}</span>'
    return f'<tr><th scope="row">{name}</th><td>{bar}</td><td class="number">{words.percent(counts.right)}</td></tr>'
