"""The instruments that measure the marker mean the same exercises as the marker."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

EVIDENCE = Path(__file__).parents[1] / "instruments" / "evidence"


def test_pages_and_reach_of_the_instruments() -> None:
    """Ids and values of random exercises agree, and no honest sheet is out of the instruments' reach."""
    command = [sys.executable, str(EVIDENCE / "selfcheck.py"), "--sheets", "60"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
