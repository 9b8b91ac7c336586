"""Ctrl-C: the program ends with its exit status and nothing is said in the words of Python."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Callable

STATUS = 130
"""The exit status of what was ended by Ctrl-C, as shells have it: 128 and the number of the signal."""

_AT_ONCE = 1.0  # seconds in which a second Ctrl-C means the first one: meanwhile it is cleaned up


def ended_cleanly(run: Callable[[], None]) -> None:
    """Runs a program; after Ctrl-C it exits with 130 and without a traceback, wherever it was."""
    pressed = list[float]()

    def interrupt(_signal: int, _frame: object) -> None:
        now = time.monotonic()
        if not pressed or now - pressed[-1] > _AT_ONCE:
            pressed.append(now)
            raise KeyboardInterrupt

    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:  # a shell may have it ignored
        signal.signal(signal.SIGINT, interrupt)
    try:
        run()
    except BaseException as error:
        # What Ctrl-C breaks off in an import or in a library may come out as an error of another kind.
        if not pressed or (isinstance(error, SystemExit) and error.code in (STATUS, 2)):
            raise
        if sys.stderr.isatty():
            sys.stderr.write("\n")  # after the ^C of the terminal
        sys.exit(STATUS)
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the little that is left is Python's own
