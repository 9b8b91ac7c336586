"""A drawn network as SVG inside a web page."""

from __future__ import annotations

from collections.abc import Iterator

from bptutor.language import _
from bptutor.render.web_page import html_text
from bptutor.worksheets.network_layout import FONT, Drawing, Text
from bptutor.worksheets.number_places import Box

STYLE = f"""
svg.network {{ display: block; max-width: 100%; height: auto; margin: 1rem auto; }}
.network line {{ stroke: #777; }} .network .unit {{ fill: #fff; stroke: #000; }} .network .ground {{ fill: #fff; }}
.network text {{ font: {FONT}px Arial, Helvetica, "Liberation Sans", sans-serif; fill: #000; text-anchor: middle; }}
.network .name {{ font-weight: bold; }}
"""
_BASE = 0.35 * FONT  # from the middle of a line of text down to where its letters stand
_BETWEEN = 1.3 * FONT  # lines of a text


def network_svg(drawing: Drawing) -> str:
    """The drawing as an element of a page that has `STYLE`; all text escaped."""
    size = f'width="{drawing.width:.0f}" height="{drawing.height:.0f}"'
    box = f'viewBox="0 0 {drawing.width:.0f} {drawing.height:.0f}"'
    return "\n".join(
        [
            f'<svg class="network" {size} {box} role="img" aria-label="{html_text(_("the network"))}">',
            *_shapes(drawing),
            "</svg>",
        ]
    )


def _shapes(drawing: Drawing) -> Iterator[str]:
    for line in drawing.lines:
        yield f'<line x1="{line.x1:.1f}" y1="{line.y1:.1f}" x2="{line.x2:.1f}" y2="{line.y2:.1f}"/>'
    for unit in drawing.units:
        yield _rectangle(unit.box, "unit", f' rx="{unit.box.height / 2:.1f}"')
        yield from _lines(unit, first=' class="name"')
    for number in drawing.numbers:
        box = number.box
        yield f'<g transform="rotate({box.angle:.1f} {box.x:.1f} {box.y:.1f})">' if box.angle else "<g>"
        yield _rectangle(box, "ground")
        yield from _lines(number)
        yield "</g>"


def _rectangle(box: Box, kind: str, more: str = "") -> str:
    left, top = box.x - box.width / 2, box.y - box.height / 2
    size = f'width="{box.width:.1f}" height="{box.height:.1f}"'
    return f'<rect class="{kind}" x="{left:.1f}" y="{top:.1f}" {size}{more}/>'


def _lines(text: Text, first: str = "") -> Iterator[str]:
    top = text.box.y - (len(text.lines) - 1) * _BETWEEN / 2 + _BASE
    for place, line in enumerate(text.lines):
        kind = "" if place else first
        yield f'<text{kind} x="{text.box.x:.1f}" y="{top + place * _BETWEEN:.1f}">{html_text(line)}</text>'
