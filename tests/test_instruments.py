"""The instruments that measure the marker mean the same exercises as the marker."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

EVIDENCE = Path(__file__).parents[1] / "instruments" / "evidence"


def run(program: str, *arguments: str) -> str:
    command = [sys.executable, str(EVIDENCE / program), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_pages_and_reach_of_the_instruments() -> None:
    """Ids and values of random exercises agree, and no honest sheet is out of the instruments' reach."""
    run("selfcheck.py", "--sheets", "60")


@pytest.mark.parametrize("kind", ["optimizers", "decay", "jumps", "rows"])
def test_update_rules_of_the_instruments_and_honest_sheets(kind: str) -> None:
    run("selfcheck.py", "--sheets", "20", "--kind", kind)
    found = run("fair.py", "--sheets", "60", "--kind", kind)
    assert re.search(r"^all +0 of \d{4}", found, re.MULTILINE), found


def test_mistakes_of_update_rules_are_named() -> None:
    """One of each table; all of them, with more sheets: `names.py table --updates --sheets 40`."""
    some = ["bias_correction_left_out", "betas_exchanged", "averages_exchanged", "decay_left_out", "first_weights_kept"]
    found = run("names.py", "table", "--sheets", "4", *(word for name in some for word in ("--only", name)))
    led = re.search(r"all, full: .*\((\d+) of (\d+)\)", found)
    assert led, found
    assert int(led[2]) >= 15, found
    assert int(led[1]) >= 0.95 * int(led[2]), found
