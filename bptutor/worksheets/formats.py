"""The formats of worksheets that are text: what writes them, and how their files end."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from bptutor.worksheets.html import worksheets_html
from bptutor.worksheets.markdown import worksheets_markdown
from bptutor.worksheets.sheet import Worksheet
from bptutor.worksheets.tex import worksheets_latex


class Format(NamedTuple):
    """How sheets are written one after another; the endings of files, the usual one first."""

    write: Callable[[Sequence[Worksheet]], str]
    endings: tuple[str, ...]


FORMATS = {
    "markdown": Format(worksheets_markdown, (".md", ".markdown")),
    "html": Format(worksheets_html, (".html", ".htm")),
    "latex": Format(worksheets_latex, (".tex", ".latex")),
}
