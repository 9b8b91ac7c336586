"""A terminal in which a program runs: keys go in, and what stands on the screen and above it comes out.

The model knows what a practice sends: text, the end of a line, steps back and up, and what clears the rest of a line or
of the screen.
"""

from __future__ import annotations

import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from fcntl import ioctl
from pathlib import Path

_PATIENCE = 120.0  # seconds after which a program has hung
_IN_TERMINAL = (
    "import fcntl, os, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); "
    "os.execv(sys.executable, [sys.executable, *sys.argv[1:]])"
)
_CONTROL = re.compile(r"\x1b\[([0-9;?]*)([A-Za-z])|\x1b[=>]|[\r\n\b\a]|[^\x1b\r\n\b\a]+")


class Terminal:
    """`python -m bptutor …` in a terminal of a size; use it in a `with` block."""

    def __init__(self, arguments: list[str], columns: int = 80, rows: int = 24, **env: str):
        self._ours, theirs = pty.openpty()
        ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        left_out = ("NO_COLOR", "COLUMNS", "LINES", "CI", "GITHUB_ACTIONS", "FORCE_COLOR", "INPUTRC")
        clean = {key: value for key, value in os.environ.items() if key not in left_out}
        settings = {"TERM": "xterm-256color", "PYTHONUTF8": "1", "LC_ALL": "C.UTF-8", "INPUTRC": os.devnull} | env
        self.process = subprocess.Popen(
            [sys.executable, "-c", _IN_TERMINAL, "-m", "bptutor", *arguments],
            stdin=theirs, stdout=theirs, stderr=theirs, env=clean | settings, start_new_session=True,
        )  # fmt: skip
        os.close(theirs)
        self.received = ""
        self._pending = b""

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, *_error: object) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        os.close(self._ours)

    def _more(self) -> bool:
        """Takes in what has come; False where nothing can come any more."""
        ready, _, _ = select.select([self._ours], [], [], 0.2)
        if not ready:
            return True
        try:
            part = os.read(self._ours, 65536)
        except OSError:  # the other end is closed
            return False
        self._pending += part
        self.received += self._pending.decode("utf-8", "ignore") if _is_whole(self._pending) else ""
        self._pending = b"" if _is_whole(self._pending) else self._pending
        return bool(part)

    def until(self, pattern: str, since: int = 0) -> None:
        """Waits until the text that came since then matches."""
        end = time.monotonic() + _PATIENCE
        while not re.search(pattern, plain(self.received[since:])):
            alive = self._more()
            assert alive, f"ended without {pattern!r}: {plain(self.received[since:])!r}"
            assert time.monotonic() < end, f"no {pattern!r} in {plain(self.received[since:])!r}"

    def type(self, line: str, then: str) -> None:
        """Types a line, and waits for what comes after it."""
        since = len(self.received)
        os.write(self._ours, line.encode() + b"\r")
        self.until(then, since)

    def press(self, key: str) -> None:
        """Presses a key that needs no Enter."""
        os.write(self._ours, key.encode())

    def kill(self) -> None:
        """Ends the program as no program can prevent."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def ended(self, press: str = "") -> int:
        """Waits for the end, pressing a key again and again, as a person does who is not heard; the exit status."""
        end, again = time.monotonic() + _PATIENCE, time.monotonic()
        while self._more():
            assert time.monotonic() < end, f"it does not end: {plain(self.received)!r}"
            if press and time.monotonic() > again:
                self.press(press)
                again = time.monotonic() + 2
        return self.process.wait()


def _is_whole(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def plain(text: str) -> str:
    """The text without what steers a terminal."""
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b[=>]|\r|\a", "", text)


def screen(text: str) -> str:
    """The lines that a person can read, those that have scrolled away too; spaces at their ends left out."""
    lines, row, at = [""], 0, 0
    for match in _CONTROL.finditer(text):
        line, found = lines[row], match[0]
        if found == "\n":
            row, at = row + 1, 0
            lines += [""] * (row == len(lines))
        elif match[2] == "A":
            row = max(0, row - int(match[1] or 1))
        elif match[2] == "J":
            lines[row:] = [line[:at]]
        elif found == "\r":
            at = 0
        elif found == "\b":
            at = max(at - 1, 0)
        elif match[2] == "K":
            lines[row] = line[:at]
        elif match[2] in ("C", "D"):
            at += int(match[1] or 1) * (1 if match[2] == "C" else -1)
        elif match[2] in ("h", "l", "m") or found == "\a" or found in ("\x1b=", "\x1b>"):
            pass
        else:
            assert match[2] is None, f"the screen is steered by {found!r}"
            lines[row] = line[:at].ljust(at) + found + line[at + len(found) :]
            at += len(found)
    return "".join(f"{line.rstrip()}\n" for line in lines).rstrip("\n") + "\n"


def same_as(path: Path, found: str) -> None:
    """Compares with a golden file; with BPTUTOR_UPDATE=1 it is written anew."""
    if os.environ.get("BPTUTOR_UPDATE"):
        path.write_text(found, encoding="utf-8")
    assert found == path.read_text(encoding="utf-8")
