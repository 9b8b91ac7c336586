"""Worksheets as a web page in one file that prints well: one sheet after another, each on a page of its own."""

from __future__ import annotations

from collections.abc import Sequence

from bptutor.render.web_page import html
from bptutor.worksheets.network import legend, not_drawn
from bptutor.worksheets.network_layout import drawing
from bptutor.worksheets.network_svg import MEASURES
from bptutor.worksheets.sheet import Worksheet


def worksheets_html(sheets: Sequence[Worksheet]) -> str:
    """The page (`templates/worksheets.html`); all text of strangers is escaped."""
    title = sheets[0].title
    return html(
        "worksheets.html", title=title, sheets=sheets, drawing=drawing, legend=legend, not_drawn=not_drawn, **MEASURES
    )
