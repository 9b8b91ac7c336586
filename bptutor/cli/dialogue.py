"""A practice as a dialogue: a line is asked for, kept, and answered, until the end or until the student leaves."""

from __future__ import annotations

import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum

from rich.console import Console

from bptutor.cli.messages import print_error
from bptutor.errors import BptutorError, why
from bptutor.files.session_log import Log
from bptutor.files.sessions import Line
from bptutor.interrupts import undisturbed
from bptutor.language import _
from bptutor.practice.asking import MOST_LETTERS, at_the_end, step
from bptutor.practice.exercise import Exercise, State, score
from bptutor.render.harmless import printable
from bptutor.render.practice import part, print_feedback, print_part, prompt

_READ = MOST_LETTERS + 1  # letters of a line: one more is enough to see that it is too long


class End(Enum):
    """How a dialogue ended."""

    OVER = "over"
    NO_MORE_INPUT = "no more input"
    INTERRUPTED = "interrupted"


@dataclass
class Dialogue:
    """The practice of an exercise on a console; `log` keeps what is typed, None where it cannot be kept."""

    exercise: Exercise
    state: State
    console: Console
    log: Log | None
    heading: str = ""

    def hold(self) -> End:
        """Asks and answers to the end."""
        try:
            while not self.state.over:
                self._announce()
                began = time.monotonic()
                line = _typed(prompt(self.exercise, self.state))
                with undisturbed():
                    self._take(line, round(time.monotonic() - began, 3))
        except EOFError:
            return End.NO_MORE_INPUT
        except KeyboardInterrupt:
            return End.INTERRUPTED
        return End.OVER

    def _announce(self) -> None:
        """A heading where another part of the page begins."""
        heading = part(self.exercise, self.state)
        if heading != self.heading:
            print_part(self.console, self.exercise, self.state)
            if self.state.at == len(self.exercise.questions):
                self.console.print(printable(at_the_end(self.exercise, self.state)), markup=False)
        self.heading = heading

    def _take(self, line: str, seconds: float) -> None:
        before = self.state
        self.state, feedback = step(self.exercise, before, line, seconds)
        self._keep(line, seconds, tuple(mistake.id for mistake in self.state.mistakes[len(before.mistakes) :]))
        print_feedback(self.console, self.exercise, self.state, feedback)

    def _keep(self, line: str, seconds: float, mistakes: tuple[str, ...]) -> None:
        """Writes down what was typed; where that fails, says so, once."""
        if self.log is None:
            return
        now = score(self.exercise, self.state)
        try:
            self.log.add(Line(line, seconds, *now, mistakes, self.state.finished))
        except OSError as error:
            self.log = None
            print_error(cannot_keep(error))


def cannot_keep(error: OSError) -> BptutorError:
    """What is told where a session cannot be written."""
    message = _("this session cannot be kept: {reason}").format(reason=why(error))
    return BptutorError(message, hint=_("BPTUTOR_DATA names another folder"))


def prepare_input() -> None:
    """Line editing where there is a terminal; what is no text reads as question marks."""
    if hasattr(sys.stdin, "reconfigure"):
        sys.stdin.reconfigure(errors="replace")
    if sys.stdin.isatty() and sys.stdout.isatty():
        with suppress(ImportError):
            import readline

            readline.parse_and_bind("set enable-bracketed-paste off")


def _typed(question: str) -> str:
    """The next line; in a pipe it is written down beside the question, as a terminal would. Raises EOFError."""
    sys.stdout.flush()
    if sys.stdin.isatty() and sys.stdout.isatty():
        return input(question)[:_READ]
    sys.stdout.write(question)
    sys.stdout.flush()
    line = sys.stdin.readline(_READ + 1)
    if not line:
        raise EOFError
    rest = line
    while rest and not rest.endswith("\n"):
        rest = sys.stdin.readline(1 << 16)
    line = line.rstrip("\r\n")[:_READ]
    if not sys.stdin.isatty():
        sys.stdout.write(f"{printable(line)}\n")
    return line
