"""A web page in one file: no scripts, nothing from elsewhere, as readable on dark screens as on light ones."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable

from bptutor.language import _
from bptutor.render.harmless import one_line
from bptutor.render.html import escape

# What the browser is told to refuse, should anything get past the escaping.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"

_STYLE = """
:root { color-scheme: light dark; --page: #fff; --text: #1d2129; --faint: #5c6370; --line: #d5d8de; --bar: #3d6fb6;
  --alarm: #c0392b; }
@media (prefers-color-scheme: dark) { :root { --page: #16181d; --text: #e4e6eb; --faint: #9aa0ab; --line: #363b45;
  --bar: #6f9fe0; --alarm: #ff7b6b; } }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 62rem; margin: 2rem auto; padding: 0 1rem;
  background: var(--page); color: var(--text); overflow-wrap: anywhere; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.25rem; margin-top: 2rem; }
table { border-collapse: collapse; } th, td { padding: .15rem .6rem; border-bottom: 1px solid var(--line);
  text-align: left; font-weight: normal; vertical-align: top; } thead th, .faint { color: var(--faint); }
th.number, td.number { text-align: right; font-variant-numeric: tabular-nums; }
"""

_PLAIN = re.compile(r"[0-9a-zA-Z .,_+()\[\]-]*")


def web_page(title: str, body: Iterable[str], style: str = "") -> str:
    """The page around parts that are HTML already; the title is text, `style` has more rules of the style sheet."""
    head = (
        '<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{html_text(title)}</title>",
        f"<style>{_STYLE}{style}</style>",
    )
    language = html_text(_("en"))  # translators: the code of your language
    lines = [
        f'<!DOCTYPE html>\n<html lang="{language}">\n<head>',
        *head,
        "</head>\n<body>",
        *body,
        "</body>\n</html>\n",
    ]
    return "\n".join(lines)


def framed(page: str) -> str:
    """A whole page as part of another one, which its style sheet does not touch."""
    return f'<iframe sandbox srcdoc="{html.escape(page)}" style="width: 100%; height: 36rem; border: 0"></iframe>'


def html_text(text: str) -> str:
    """Text of strangers in one line of HTML, which shows it as it is."""
    return text if _PLAIN.fullmatch(text) else escape(one_line(text))


def paragraph(*lines: str) -> str:
    """Lines of text."""
    return f"<p>{'<br>'.join(map(html_text, lines))}</p>"


def row(tag: str, numeric: Iterable[bool], cells: Iterable[str]) -> str:
    """A row of a table; its cells are HTML already."""
    texts = (
        f'<{tag} class="number">{cell}</{tag}>' if number else f"<{tag}>{cell}</{tag}>"
        for number, cell in zip(numeric, cells, strict=True)
    )
    return f"<tr>{''.join(texts)}</tr>"
