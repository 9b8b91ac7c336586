"""Pages in a headless Chromium, each at several widths: what a reader would see broken is measured in the page.

A page is put into frames, since the window of a browser does not get narrower than about 500 pixels; a script of the
page around them measures, so that the policy of the page itself stays as it is.
"""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Mapping, Sequence
from html import escape, unescape
from pathlib import Path

import pytest

from tests.support.hostile_text import BROWSER

WIDTHS = (320, 390, 500, 900, 1280)
"""Small and usual phones, a narrow window, half a screen, a screen; in pixels."""

_MEASURE = (Path(__file__).parent / "measure.js").read_text(encoding="utf-8")
_OPTIONS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--virtual-time-budget=60000", "--dump-dom",
)  # fmt: skip


def faults(pages: Mapping[str, str], folder: Path, widths: Sequence[int] = WIDTHS) -> dict[str, list[str]]:
    """What is wrong with the pages, by the name of the page and the width in pixels; nothing where all is well.

    Folded parts are unfolded. Skips the test where there is no Chromium.
    """
    if not BROWSER:
        pytest.skip("no Chromium on this machine: pages are not measured")
    frames = "".join(
        f'<iframe id="{escape(f"{name} at {width}")}" width="{width}" height="600" style="border: 0; display: block"'
        f' srcdoc="{escape(page)}"></iframe>'
        for name, page in pages.items()
        for width in widths
    )
    path = folder / "frames.html"
    path.write_text(
        f'<!DOCTYPE html><html><meta charset="utf-8"><body>{frames}<script>{_MEASURE}</script></body></html>', "utf-8"
    )
    command = [BROWSER, *_OPTIONS, f"--user-data-dir={folder / 'profile'}", path.as_uri()]
    try:
        done = subprocess.run(command, capture_output=True, timeout=300, check=False)
    except subprocess.TimeoutExpired:
        pytest.skip("Chromium took too long")
    text = done.stdout.decode(errors="replace")
    found = re.search('<script id="found"[^>]*>(.*?)</script>', text, re.DOTALL)
    assert found, done.stderr.decode(errors="replace")[-500:]
    measured: dict[str, list[str]] = json.loads(unescape(found[1]))
    assert len(measured) == len(pages) * len(widths)
    return {name: says for name, says in measured.items() if says}
