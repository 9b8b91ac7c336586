"""Ctrl-C at any moment: exit status 130, no word of Python, no half of a file, and nothing left lying about."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from random import Random

import pytest

from tests.support.terminal import Terminal, plain

pytestmark = [pytest.mark.slow, pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")]

CLASS = Path(__file__).parent.parent.parent / "examples" / "class"
COMMANDS = {
    "solve": ["solve", "mazur"],
    "json": ["solve", "hundred-steps", "--json"],
    "check": ["check", "s.yaml"],
    "grade": ["grade", "mazur", str(CLASS / "submissions.zip"), "-o", "out"],
    "workers": ["grade", "mazur", str(CLASS / "submissions.zip"), "-o", "out", "--workers", "2"],
    "variants": ["new", "--variants", "3", "-o", "out", "--seed", "1"],
    "new": ["new", "--seed", "2", "-o", "o.yaml"],
    "lint": ["lint", "mazur", "hundred-steps"],
    "worksheet": ["worksheet", "mazur", "-o", "w.html"],
    "practice": ["practice", "mazur"],
}
BEGUN = b"@"
PROGRAM = f"""
import sys
from bptutor.__main__ import main
sys.stderr.write("{BEGUN.decode()}")
sys.stderr.flush()
main()
"""
LONGEST = 4.0  # seconds after the start in which Ctrl-C is pressed: what is over by then has its usual status


def pressed(command: list[str], folder: Path, moments: list[float]) -> tuple[int, str]:
    """The exit status of a command that is sent Ctrl-C so many seconds after it began, and what it said."""
    env = os.environ | {"BPTUTOR_DATA": str(folder / "data")}
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, *command],
        cwd=folder, env=env, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        start_new_session=True,
    )  # fmt: skip
    assert process.stderr
    assert process.stderr.read(1) == BEGUN
    for moment in moments:
        time.sleep(moment)
        try:
            os.killpg(process.pid, signal.SIGINT)  # as a terminal sends it: to whatever has been started, too
        except ProcessLookupError:
            break
    said = process.communicate(timeout=120)[1].decode()
    return process.returncode, said


@pytest.mark.parametrize("name", COMMANDS)
def test_it_ends_at_once_and_cleanly(name: str, tmp_path: Path) -> None:
    draw = Random(name)
    for number in range(4):
        folder = tmp_path / str(number)
        folder.mkdir()
        (folder / "s.yaml").write_text("problem: mazur\nanswers:\n  net1: [0.3775, 0.4]\n")
        moments = [0.05 + draw.random() * LONGEST * number / 3, *([0.02] if draw.random() < 0.3 else [])]
        status, said = pressed(COMMANDS[name], folder, moments)
        assert status in (0, 1, 130), said
        assert "Traceback" not in said
        assert "ignored" not in said
        assert not list(folder.rglob(".*"))
        for path in folder.glob("*.*"):
            text = path.read_text()
            assert path.name != "w.html" or text.rstrip().endswith("</html>")
            assert path.name != "o.yaml" or "decimals" in text
        if (folder / "out").exists():
            assert (folder / "out" / ("grades.csv" if name != "variants" else "keys")).exists()


def test_in_a_terminal_a_practice_is_over_with_a_summary() -> None:
    with Terminal(["practice", "mazur"], BPTUTOR_DATA=os.devnull) as terminal:
        terminal.until("net_h1 =")
        assert terminal.ended("\x03") == 130
        assert "Traceback" not in plain(terminal.received)


def test_it_is_ignored_where_the_shell_ignores_it(tmp_path: Path) -> None:
    """As in `nohup`, or behind an & in a script."""
    code = f"import signal, sys; signal.signal(signal.SIGINT, signal.SIG_IGN)\n{PROGRAM}"
    process = subprocess.Popen(
        [sys.executable, "-c", code, "solve", "mazur"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stderr
    process.stderr.read(1)
    process.send_signal(signal.SIGINT)
    assert "delta" in process.communicate(timeout=120)[0].decode().lower()
    assert process.returncode == 0
