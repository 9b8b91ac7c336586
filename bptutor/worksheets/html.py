"""Worksheets as a web page in one file that prints well: one sheet after another, each on a page of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bptutor.render.web_page import html, whole
from bptutor.worksheets.network import legend, not_drawn
from bptutor.worksheets.network_layout import drawing
from bptutor.worksheets.network_svg import MEASURES
from bptutor.worksheets.powers import pieces
from bptutor.worksheets.sheet import Worksheet

if TYPE_CHECKING:
    from markupsafe import Markup


def worksheets_html(sheets: Sequence[Worksheet]) -> str:
    """The page (`templates/worksheets.html`); all text of strangers is escaped."""
    return html(
        "worksheets.html",
        title=sheets[0].title,
        sheets=sheets,
        drawing=drawing,
        legend=legend,
        not_drawn=not_drawn,
        powers=_powers,
        **MEASURES,
    )


def _powers(formula: str) -> Markup:
    from markupsafe import Markup

    plain, raised = Markup("{}{}{}"), Markup("{}<sup>{}</sup>{}")
    return Markup().join(
        (raised if piece.raised else plain).format(piece.before, whole(piece.text), piece.after)
        for piece in pieces(formula)
    )
