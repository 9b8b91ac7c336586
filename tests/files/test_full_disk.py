"""A disk that is full in the middle of a file leaves no half of it, and the old one as it was."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.skipif(os.name != "posix", reason="limits of POSIX")]

FULL = """
import resource, sys
sys.dont_write_bytecode = True  # else Python keeps half of what it compiles here, and cannot import it ever after
from bptutor.cli.app import main
resource.setrlimit(resource.RLIMIT_FSIZE, (300, resource.RLIM_INFINITY))
main()
"""
WRITING = {
    "worksheet": ["worksheet", "mazur", "--key", "-o", "o.html"],
    "latex": ["worksheet", "mazur", "-o", "o.tex"],
    "new": ["new", "--seed", "1", "-o", "o.yaml"],
    "template": ["template", "mazur", "-o", "o.yaml"],
    "init": ["init", "2-2-1", "-o", "o.yaml"],
    "gradescope": ["gradescope-zip", "mazur", "-o", "o.zip"],
}


@pytest.mark.parametrize("command", WRITING.values(), ids=WRITING)
def test_nothing_is_half_written(command: list[str], tmp_path: Path) -> None:
    output = tmp_path / command[-1]
    for old in (None, "what was there"):
        if old:
            output.write_text(old)
        words = [*command, *(["--force"] if old else [])]
        done = subprocess.run(
            [sys.executable, "-c", FULL, *words], cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert done.returncode == 2, done.stderr
        assert "the file cannot be written: File too large" in done.stderr
        assert {path.name: path.read_text() for path in tmp_path.iterdir()} == ({output.name: old} if old else {})
