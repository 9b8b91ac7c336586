"""What the commands say beside their output: errors on stderr, consoles that fit the place they print to."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from bptutor.errors import BptutorError, Fault
from bptutor.language import _

if TYPE_CHECKING:
    from rich.console import Console

_ENDLESS = 100_000  # columns of a pipe or a file: nothing is wrapped or cut there


def console() -> Console:
    """The console of stdout: as wide as the screen, without bounds in a pipe."""
    from rich.console import Console

    return Console(highlight=False, width=None if sys.stdout.isatty() else _ENDLESS)


def print_error(error: BptutorError) -> None:
    """All faults of an error, on stderr: what, where, and what to try."""
    from rich.console import Console
    from rich.text import Text

    from bptutor.render.terminal import printable

    screen = Console(stderr=True, highlight=False, width=None if sys.stderr.isatty() else _ENDLESS)
    for place, fault in enumerate(error.faults):
        if place:
            screen.print()
        screen.print(Text(_("Error: "), style="bold red").append(printable(fault.message), style="not bold default"))
        if at := _place(fault):
            screen.print(Text(f"  {printable(at)}"))
        if fault.hint:
            screen.print(Text(_("Try: "), style="bold").append(printable(fault.hint), style="not bold"))


def _place(fault: Fault) -> str:
    file, line, key = fault.where
    return ", ".join(filter(None, (file, _("line {n}").format(n=line) if line else "", key)))
