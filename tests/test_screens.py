"""What stands on the screen, as golden files that a person can read.

Each file of tests/golden is a command line and what it prints: on a terminal of the width its name ends with, or in a
pipe, in the folder of the project. Spaces at the end of lines are not compared. With BPTUTOR_UPDATE=1 the files are
written anew.
"""

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parent.parent
GOLDEN = Path(__file__).parent / "golden"
FILES = sorted(GOLDEN.glob("*.txt"))
STYLE = re.compile(r"\x1b\[[0-9;]*m")
COLOUR = re.compile(r"\x1b\[(?:[0-9;]*;)?(?:3[0-8]|4[0-8]|9[0-7]|10[0-7])(?:;[0-9;]*)?m")


BAR = re.compile(r"\x1b\[\?25l.*?\x1b\[\?25h(?:[\r\n]|\x1b\[1A|\x1b\[2K)*", re.DOTALL)
"""A progress bar, which a slow machine shows for what a fast one does within a second; at its end it is wiped out."""

ROWS = {80: 24, 120: 40}


def on_terminal(arguments: list[str], columns: int, **env: str) -> str:
    """What a terminal of that width receives, styles included."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS.get(columns, 24), columns, 0, 0))
    clean = {
        key: value
        for key, value in os.environ.items()
        if key not in ("NO_COLOR", "COLUMNS", "CI", "GITHUB_ACTIONS", "FORCE_COLOR")
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "bptutor", *arguments],
        stdout=theirs,
        stderr=theirs,
        cwd=ROOT,
        env={**clean, "TERM": "xterm-256color", "PYTHONUTF8": "1", **env},
    )
    os.close(theirs)
    received = b""
    while True:
        try:
            part = os.read(ours, 65536)
        except OSError:  # the other end is closed
            break
        if not part:
            break
        received += part
    os.close(ours)
    process.wait()
    return BAR.sub("", received.decode().replace("\r\n", "\n"))


def in_pipe(arguments: list[str]) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "bptutor", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        cwd=ROOT,
        encoding="utf-8",
        env={**os.environ, "PYTHONUTF8": "1"},
    )
    return done.stdout


def stripped(text: str) -> str:
    return "".join(f"{line.rstrip()}\n" for line in STYLE.sub("", text).splitlines())


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_screen(path: Path) -> None:
    command, _, expected = path.read_text(encoding="utf-8").partition("\n")
    arguments = command.removeprefix("$ bptutor").split()
    width = path.stem.rpartition("-")[2]
    raw = on_terminal(arguments, int(width), NO_COLOR="1") if width.isdigit() else in_pipe(arguments)
    assert not COLOUR.search(raw)
    found = stripped(raw)
    if width.isdigit():
        assert max(map(len, found.splitlines())) <= int(width)
    if os.environ.get("BPTUTOR_UPDATE"):
        path.write_text(f"{command}\n{found}", encoding="utf-8")
    else:
        assert found == expected


def test_all_kinds_of_screens_are_there() -> None:
    ends = {path.stem.rpartition("-")[2] for path in FILES}
    assert ends == {"80", "120", "pipe"}


def test_colour_on_a_terminal_and_not_with_no_color() -> None:
    assert COLOUR.search(on_terminal(["solve", "mazur"], 80))
    assert not COLOUR.search(on_terminal(["solve", "mazur"], 80, NO_COLOR="1"))


@pytest.mark.parametrize("columns", [40, 80, 120])
def test_no_cell_is_cut(columns: int) -> None:
    """Every number of the page stands whole on the screen, however narrow it is and however many decimals it has."""
    plain = [line.split("\t") for line in in_pipe(["solve", "mazur", "-d", "15", "--plain"]).splitlines()]
    words = set(STYLE.sub("", on_terminal(["solve", "mazur", "-d", "15"], columns)).split())
    assert len(plain) == 48
    assert [cell for cell, _, text in plain if text not in words] == []


def test_a_pipe_is_never_cut() -> None:
    wide = in_pipe(["solve", "nnfs", "-d", "15", "--only", "grad_w,step_w,new_w"])
    assert "…" not in wide
    header = next(line for line in wide.splitlines() if "gradient" in line and "step" in line)
    assert "new" in header
