"""The line on which a practice asks: what helps to answer it stands below, and the verdict beside what was typed.

A terminal that can be steered has the help under the prompt only while it is asked, so that an answer takes one line of
the screen. A dumb one has it above, and a pipe has all in its order.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import suppress

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from bptutor.practice.asking import MOST_LETTERS
from bptutor.render.harmless import printable

_READ = MOST_LETTERS + 1  # letters of a line: one more is enough to see that it is too long
_GAP = "  "
_MOST_BELOW = 4  # lines below the prompt


def prepare_input() -> None:
    """Line editing where there is a terminal; what is no text reads as question marks."""
    if hasattr(sys.stdin, "reconfigure"):
        sys.stdin.reconfigure(errors="replace")
    if sys.stdin.isatty() and sys.stdout.isatty():
        with suppress(ImportError):
            import readline

            readline.parse_and_bind("set enable-bracketed-paste off")


class Prompt:
    """Asks for a line, and writes beside what was typed there."""

    def __init__(self, console: Console):
        self._console = console
        self._talks = sys.stdin.isatty() and sys.stdout.isatty()
        self._steers = self._talks and console.is_terminal and not console.is_dumb_terminal
        self._open = False  # whether the line that was written last has no end yet
        self._above: list[str] = []  # what stands above the prompt of a pipe, which is not repeated
        self._taken = 0  # columns of the last line on the screen, 0 where nothing can be added to it

    def ask(self, question: str, below: Sequence[Text]) -> str:
        """The next line; in a pipe it is written down beside the question, as a terminal would. Raises EOFError."""
        if not self._talks:
            return self._read(question, below)
        if not self._steers:
            self._print_above(below)
            return input(question)[:_READ]
        lines = self._wrapped(below)
        self._console.print()
        self._print(lines)
        self._write(f"\x1b[{len(lines) + 1}A\r")
        try:
            line = input(question)[:_READ]
        finally:
            self._write("\x1b[J")  # what stood below has served
        taken = cell_len(question + line)
        self._taken = taken if line.isprintable() and taken < self._console.width else 0
        return line

    def answer(self, marks: Text) -> None:
        """Writes beside what was typed, or below it where there is no room; nothing where there are no marks."""
        width, beside = cell_len(marks.plain), Text(_GAP).append_text(marks)
        if self._open:
            self._console.print(beside if width else "")
        elif width and self._taken and self._taken + len(_GAP) + width < self._console.width:
            self._write(f"\x1b[A\x1b[{self._taken}C")
            self._console.print(beside)
        elif width:
            self._console.print(beside)
        self._open, self._taken = False, 0

    def _read(self, question: str, below: Sequence[Text]) -> str:
        """A line of a pipe or a file."""
        self._print_above(below)
        self._write(question)
        line = sys.stdin.readline(_READ + 1)
        if not line:
            raise EOFError
        rest = line
        while rest and not rest.endswith("\n"):
            rest = sys.stdin.readline(1 << 16)
        line = line.rstrip("\r\n")[:_READ]
        self._open = True
        if not sys.stdin.isatty():
            self._write(printable(line))
        return line

    def _wrapped(self, below: Sequence[Text]) -> list[Text]:
        """The lines as they fit the screen; of many only the first, and that there are more."""
        width = self._console.width - 1
        lines = [line for text in below for line in text.wrap(self._console, width)]
        if len(lines) > _MOST_BELOW:
            return [*lines[: _MOST_BELOW - 1], Text("  …", style="dim")]
        return lines

    def _print_above(self, lines: Sequence[Text]) -> None:
        """Writes the help where it cannot stand below, unless it stands there already."""
        texts = [line.plain for line in lines]
        if texts != self._above:
            self._print(lines)
        self._above = texts

    def _print(self, lines: Sequence[Text]) -> None:
        for line in lines:
            self._console.print(line)

    def _write(self, text: str) -> None:
        sys.stdout.write(text)
        sys.stdout.flush()
