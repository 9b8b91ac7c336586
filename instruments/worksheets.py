"""Figures of drawn networks of all sizes up to 4-5-4-3: numbers that cover something, texts wider than their place.

    python -m instruments.worksheets

Takes about a minute. The texts are measured by Chromium, where that is installed.
"""

from __future__ import annotations

import re
import tempfile
from itertools import chain, combinations, product
from math import hypot
from pathlib import Path
from subprocess import run
from time import perf_counter

from bptutor.render.web_page import html
from bptutor.worksheets.network import network_of
from bptutor.worksheets.network_layout import drawing
from bptutor.worksheets.network_svg import MEASURES, network_svg
from tests.support.drawn_networks import boxes, corners, problem_of
from tests.support.hostile_text import BROWSER

Corners = list[tuple[float, float]]

DEEP = product(range(1, 5), range(1, 6), range(1, 5), range(1, 4))
SIZES = [*chain(product(range(1, 6), repeat=2), product(range(1, 6), repeat=3), DEEP)]
MEASURE = """<script>
const wider = [...document.querySelectorAll("svg text")].filter(text => {
  let box = text; while (box.tagName != "rect") box = box.previousElementSibling;
  return text.getComputedTextLength() > +box.getAttribute("width") });
document.title = wider.length + " of " + document.querySelectorAll("svg text").length;
</script>"""


def apart(one: Corners, other: Corners) -> bool:
    """Whether a side of one of two rectangles has them on two sides."""
    for box in (one, other):
        for (x1, y1), (x2, y2) in ((box[0], box[1]), (box[1], box[2])):
            length = hypot(x2 - x1, y2 - y1)
            a, b = ([(x * (x2 - x1) + y * (y2 - y1)) / length for x, y in points] for points in (one, other))
            if max(a) <= min(b) + 1e-6 or max(b) <= min(a) + 1e-6:
                return True
    return False


def main() -> None:
    """Prints how many numbers of all these figures cover something, and how long the slowest one takes."""
    drawings, covered, bare, dense, slowest = 0, 0, 0, 0, 0.0
    pages = []
    for sizes, decimals in product(SIZES, (1, 2, 3, 4)):
        network = network_of(problem_of(sizes, decimals, seed=7))
        start = perf_counter()
        drawn = drawing(network)
        slowest = max(slowest, perf_counter() - start)
        assert drawn is not None, sizes
        drawings, bare, dense = drawings + 1, bare + (not drawn.numbered), dense + (not drawn.clear)
        covered += sum(not apart(one, other) for one, other in combinations(map(corners, boxes(drawn)), 2))
        if drawings % 8 == 0:
            pages.append(network_svg(drawn))
    print(f"{drawings} drawings: {covered} pairs cover each other; {bare} have their numbers in tables alone,")
    print(f"{dense} have tables beside; the slowest took {slowest:.2f} s")
    if BROWSER:
        style = html("network.css", **MEASURES)
        page = f'<!DOCTYPE html><html><meta charset="utf-8"><style>{style}</style><body>{"".join(pages)}</body></html>'
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "page.html"
            path.write_text(page.replace("</body>", f"{MEASURE}</body>"), "utf-8")
            options = ["--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder}/profile", "--dump-dom"]
            seen = run([BROWSER, *options, path.as_uri()], capture_output=True, check=True).stdout.decode()
        print("texts wider than their place:", *re.findall("<title>(.*?)</title>", seen))


if __name__ == "__main__":
    main()
