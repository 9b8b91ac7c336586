"""Text that would do something if it were not shown as text, and a browser that would notice."""

from __future__ import annotations

import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

RAN = 'document.documentElement.id="r"+"an"'
SCRIPT = f"<script>{RAN}</script>"
IMAGE = f"<img src=x onerror='{RAN}'>"
SVG = f"\"></title></svg></style></table>--><svg onload='{RAN}'>"
HOSTILE = (
    SCRIPT,
    IMAGE,
    SVG,
    "[x](http://a.b)",
    "a|b`c`",
    "\x1b]0;x\x07\u202e",
    "# a\n\n- b",
    "javascript:x",
    "\ud800",
)

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
_TAGS = (
    "html|head|meta|title|style|body|h1|h2|p|br|table|caption|thead|tbody|tr|th|td|ul|li|section|details|summary|span|wbr"
    "|svg|rect|text"
)
_ATTRIBUTES = (
    "lang|charset|http-equiv|content|name|class|style|scope|data-head|tabindex|role|aria-label|aria-hidden"
    "|viewbox|preserveaspectratio|width|height|x|y|x1|y1|x2|y2|rx|transform"
)

_INLINE = ("span", "wbr", "sup")  # a word goes on across them


class _Read(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.texts: list[str] = []
        self._within = False  # a line of text goes on

    def handle_endtag(self, tag: str) -> None:
        self._within = tag in _INLINE

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._within = tag in _INLINE
        if tag == "a":  # of ours lead to files of the results, and nowhere else
            assert [name for name, _value in attrs] == ["href"]
            assert re.fullmatch(r"[\w./%-]+", attrs[0][1] or "")
            attrs = []
        self.tags.add(tag)
        self.attributes |= {name for name, _value in attrs}

    def handle_data(self, data: str) -> None:
        if self._within and self.texts:
            self.texts[-1] += data
        else:
            self.texts.append(data)

    def is_ours(self, more: str) -> None:
        assert [tag for tag in self.tags if not re.fullmatch(f"{_TAGS}|{more}", tag)] == []
        assert [name for name in self.attributes if not re.fullmatch(_ATTRIBUTES, name)] == []


def read_html(page: str, more: str = "p") -> str:
    """The text of a page, after a look at its tags (`more` are allowed) and attributes, and at its bytes."""
    page.encode()
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]", page)
    found = _Read()
    found.feed(page)
    found.is_ours(more)
    assert "default-src 'none'" in page
    return " ".join(found.texts).replace("\u00a0", " ")


def read_markdown(text: str, tables: int, more: str = "p") -> str:
    """The text of a Markdown file with so many tables, after a look at what it becomes, and at its bytes."""
    text.encode()
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]", text)
    page = MarkdownIt("js-default").enable("linkify", ignoreInvalid=True).render(text)
    found = _Read()
    found.feed(page)
    found.is_ours(more)
    assert page.count("<table>") == tables
    rows = [re.findall("<t[hd][ >]", row) for table in page.split("<table>")[1:] for row in table.split("<tr>")[1:]]
    assert len(rows) == sum(line.startswith("|") for line in text.splitlines()) - tables
    return " ".join(found.texts)


def runs_a_script(page: str, folder: Path) -> bool:
    """Whether a browser that opens the page runs a script of `HOSTILE`; the page is tried without its policy."""
    if not BROWSER:
        pytest.skip("no Chromium on this machine")
    bare = re.sub('<meta http-equiv="Content-Security-Policy"[^>]*>', "", page)
    (folder / "page.html").write_text(bare, "utf-8")
    options = ["--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder / 'profile'}", "--dump-dom"]
    command = [BROWSER, *options, (folder / "page.html").as_uri()]
    try:
        done = subprocess.run(command, capture_output=True, timeout=90, check=False)
    except subprocess.TimeoutExpired:
        pytest.skip("Chromium took too long")
    text = done.stdout.decode(errors="replace")
    assert "</html>" in text, done.stderr.decode(errors="replace")[-500:]
    return 'id="ran"' in text[: text.index(">", text.index("<html")) + 1]
