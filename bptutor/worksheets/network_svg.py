"""A drawn network as SVG inside a web page."""

from __future__ import annotations

from bptutor.render.web_page import html
from bptutor.worksheets.network_layout import FONT, Drawing

MEASURES = {
    "font": FONT,
    "base": 0.35 * FONT,  # from the middle of a line of text down to where its letters stand
    "between": 1.3 * FONT,  # lines of a text
}
"""What `templates/network.svg` and the style of its page, `network.css`, need beside the drawing; in pixels."""


def network_svg(drawing: Drawing) -> str:
    """The drawing as an element of a page that has the style; all text escaped."""
    return html("network.svg", drawn=drawing, **MEASURES)
