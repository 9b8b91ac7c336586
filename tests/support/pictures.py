"""The pictures of README and docs/: made by bptutor itself, so that they show what it says today.

`docs/pictures/check.svg` is a terminal, drawn by rich; `docs/pictures/class.svg` is the top of a class.html, as it is;
`docs/pictures/page.png` is a browser at a number of a page.
`tests/test_pictures.py` compares them, and with BPTUTOR_UPDATE=1 writes them anew.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from rich.console import Console
from rich.terminal_theme import DIMMED_MONOKAI
from rich.text import Text

from tests.support import ROOT
from tests.support.browsing import looking_at

if TYPE_CHECKING:
    from playwright.sync_api import Browser

FOLDER = ROOT / "docs" / "pictures"
COLUMNS = 84
_FONT = re.compile(r"\s*@font-face \{.*?\}", re.DOTALL)  # nothing is fetched for a picture

PROBLEM = """\
title: My exercise
layers: [2, 2, 1]
activation: sigmoid
learning_rate: 0.5
inputs: [1, 0.5]
targets: [1]
weights:
  - [[0.1, -0.2], [0.4, 0.3]]
  - [[0.7, -0.5]]
biases: [[0.1, -0.1], [0.2]]
conventions: {update_biases: false}
ask: [delta, new_w]
"""
SHEET = """\
problem: mine.yaml
answers:
  delta: {o1: -0.1069, h1: -0.0748, h2: 0.0535}
  new_w: {w1: 0.1374, w2: -0.1813, w3: 0.3733, w4: 0.2866, w5: 0.7280, w6: -0.4674}
"""


def _bptutor(folder: Path, *arguments: str) -> str:
    plain = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "PYTHONUNBUFFERED")}
    done = subprocess.run(
        [sys.executable, "-m", "bptutor", *arguments],
        cwd=folder,
        capture_output=True,
        encoding="utf-8",
        env=plain | {"FORCE_COLOR": "1", "TERM": "xterm-256color", "COLUMNS": str(COLUMNS), "PYTHONUTF8": "1"},
    )
    assert done.returncode < 2, done.stderr
    assert "Traceback" not in done.stderr, done.stderr  # whose exit status is that of a sheet with something wrong
    return done.stdout


def check() -> str:
    """A sheet in which the slope is missing from the hidden deltas, and what `check --hint 2` says of it."""
    typed = ("check", "sheet.yaml", "--hint", "2")
    with TemporaryDirectory() as folder:
        Path(folder, "mine.yaml").write_text(PROBLEM, encoding="utf-8")
        Path(folder, "sheet.yaml").write_text(SHEET, encoding="utf-8")
        shown = _bptutor(Path(folder), *typed)
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        console = Console(file=nowhere, record=True, width=COLUMNS, color_system="truecolor", force_terminal=True)
        console.print(Text(f"$ bptutor {' '.join(typed)}", "bold"))
        console.print(Text.from_ansi(shown.rstrip()))
        drawn = console.export_svg(title="bptutor", theme=DIMMED_MONOKAI, unique_id="check")
    return _FONT.sub("", drawn)


_WIDTH, _HEIGHT = 900, 1500
_FIRST_LEFT_OUT = "<h2>Slips"  # what stands below it would not be seen


def class_page() -> str:
    """The top of the class.html of the small class in examples/: the page itself, in a frame of SVG."""
    with TemporaryDirectory() as folder:
        room = ROOT / "examples" / "class"
        _bptutor(
            Path(folder),
            *("grade", "mazur", str(room / "submissions.zip"), "--roster", str(room / "roster.csv")),
            *("--html", "-o", "results"),
        )
        page = Path(folder, "results", "class.html").read_text(encoding="utf-8")
    style = "".join(re.findall(r"<style>.*?</style>", page, re.DOTALL))
    body = page[page.index("<body") : page.index(_FIRST_LEFT_OUT)].split(">", 1)[1]
    return f"""\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" width="{_WIDTH * 2 // 3}">
<foreignObject width="{_WIDTH}" height="{_HEIGHT}">
<html xmlns="http://www.w3.org/1999/xhtml">
{style}
<body>
{body.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ')}
</body>
</html>
</foreignObject>
<rect width="{_WIDTH - 1}" height="{_HEIGHT - 1}" x=".5" y=".5" rx="8" fill="none" stroke="#8888"/>
</svg>
"""


def browser_page(browser: Browser) -> bytes:
    """The page of Mazur's network in a browser, at a hidden error."""
    with TemporaryDirectory() as folder:
        _bptutor(Path(folder), "solve", "mazur", "--html", "page.html")
        url = Path(folder, "page.html").as_uri() + "#error1[1]"
        with looking_at(browser, url, viewport={"width": 1100, "height": 640}, reduced_motion="reduce") as seen:
            return seen.screenshot()


PICTURES = {"check.svg": check, "class.svg": class_page}


def words(picture: str) -> list[str]:
    """All that is written in a picture of a terminal, a line each; how it is drawn differs from version to version."""
    lines: dict[float, str] = {}
    for text in ElementTree.fromstring(picture).iter("{http://www.w3.org/2000/svg}text"):
        height = float(text.get("y", 0))
        lines[height] = lines.get(height, "") + "".join(text.itertext())
    return [" ".join(lines[height].split()) for height in sorted(lines)]
