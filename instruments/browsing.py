"""Figures of the page in Chromium: typed numbers judged as `check` does, and changed weights worked out as Python does.

    python -m instruments.browsing [PROBLEM …] [--predictions 10000] [--changes 1000]

Takes about a minute a problem, and needs Chromium and playwright.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from bptutor.browser.page import page
from bptutor.files.library import load
from bptutor.solution.trace import Trace
from tests.support.browsing import CHROMIUM, changed_otherwise, looking_at, misjudged, predictions


def main() -> None:
    """Prints how many of each differ."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("problems", nargs="*", default=["mazur"])
    options.add_argument("--predictions", type=int, default=10_000)
    options.add_argument("--changes", type=int, default=1_000)
    asked = options.parse_args()
    with sync_playwright() as running, tempfile.TemporaryDirectory() as folder:
        browser = running.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for name in asked.problems:
            trace, path = Trace(load(name)), Path(folder) / "page.html"
            path.write_text(page(trace), "utf-8")
            with looking_at(browser, path.as_uri()) as seen:
                wrong = misjudged(seen, trace, predictions(trace, 1, asked.predictions))
                others = changed_otherwise(seen, trace, 1, asked.changes)
            print(f"{name}: of {asked.predictions} typed numbers {len(wrong)} judged otherwise {wrong[:3]},")
            print(f"of {asked.changes} changes {len(others)} numbers otherwise {others[:3]}")
        browser.close()


if __name__ == "__main__":
    main()
