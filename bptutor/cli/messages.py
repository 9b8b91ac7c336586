"""What the commands say beside their output: errors on stderr, consoles that fit the place they print to."""

from __future__ import annotations

import re
import shlex
import sys
from typing import IO, TYPE_CHECKING, TextIO, cast

from bptutor.errors import BptutorError, excerpt, place
from bptutor.language import _

if TYPE_CHECKING:
    from rich.console import Console

_ENDLESS = 100_000  # columns of a pipe or a file: nothing is wrapped or cut there


def console() -> Console:
    """The console of stdout: as wide as the screen, without bounds in a pipe."""
    from rich.console import Console

    if sys.stdout.isatty():
        return Console(highlight=False)
    return Console(highlight=False, width=_ENDLESS, file=cast("IO[str]", _Trimmed(sys.stdout)))


class _Trimmed:
    """A stream that leaves out the spaces with which a table fills its lines."""

    def __init__(self, stream: TextIO):
        self._stream = stream

    def write(self, text: str) -> int:
        return self._stream.write(re.sub(" +(?=\n)", "", text))

    def __getattr__(self, name: str) -> object:
        return getattr(self._stream, name)


def say(line: str) -> None:
    """One line on stderr, after whatever stands on stdout before it."""
    from bptutor.render.harmless import printable

    sys.stdout.flush()
    sys.stderr.write(f"{printable(line)}\n")


def say_written(file: str, then: str = "", also: str = "") -> None:
    """What was written, and what to do next, where `{file}` is its name as it is typed; on stderr.

    `also` was written beside it.
    """
    say(_("Written: {file}").format(file=file))
    if also:
        say(_("Written: {file}").format(file=also))
    if then:
        say(_("Next: {then}").format(then=then.format(file=shlex.quote(file))))


def print_error(error: BptutorError) -> None:
    """All faults of an error, on stderr: what, where, and what to try."""
    from rich.console import Console
    from rich.text import Text

    from bptutor.render.harmless import printable

    sys.stdout.flush()  # what was printed before stands before, also where both go into one file
    screen = Console(stderr=True, highlight=False, width=None if sys.stderr.isatty() else _ENDLESS)
    for number, fault in enumerate(error.faults):
        if number:
            screen.print()
        screen.print(Text(_("Error: "), style="bold red").append(printable(fault.message), style="not bold default"))
        if at := place(fault.where):
            screen.print(Text(f"  {printable(at)}"))
        for line in excerpt(fault.where):
            screen.print(Text(printable(line)), overflow="ignore", no_wrap=True, crop=False)
        if fault.hint:
            screen.print(Text(_("Try: "), style="bold").append(printable(fault.hint), style="not bold"))
