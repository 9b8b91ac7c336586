"""A practice as a dialogue: a line is asked for, kept, and answered, until the end or until the student leaves."""

from __future__ import annotations

import time
from dataclasses import dataclass
from enum import Enum

from rich.console import Console

from bptutor.cli.messages import print_error
from bptutor.cli.prompt import Prompt
from bptutor.errors import BptutorError, why
from bptutor.files.session_log import Log
from bptutor.files.sessions import Line
from bptutor.interrupts import undisturbed
from bptutor.language import _
from bptutor.practice.asking import at_the_end, step
from bptutor.practice.exercise import Exercise, State, score
from bptutor.render.harmless import printable
from bptutor.render.practice import below, marks, part, print_end_of_part, print_feedback, print_part, prompt


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
        line = Prompt(self.console)
        try:
            while not self.state.over:
                self._announce()
                began = time.monotonic()
                help_ = below(self.exercise, self.state, self.console.width - 1)
                typed = line.ask(prompt(self.exercise, self.state), help_)
                with undisturbed():
                    self._take(line, typed, round(time.monotonic() - began, 3))
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

    def _take(self, line: Prompt, typed: str, seconds: float) -> None:
        before = self.state
        self.state, feedback = step(self.exercise, before, typed, seconds)
        trouble = self._keep(
            typed, seconds, tuple(mistake.id for mistake in self.state.mistakes[len(before.mistakes) :])
        )
        line.answer(marks(self.exercise, feedback))
        print_feedback(self.console, self.exercise, self.state, feedback)
        print_end_of_part(self.console, self.exercise, before, self.state)
        if trouble:
            print_error(trouble)

    def _keep(self, line: str, seconds: float, mistakes: tuple[str, ...]) -> BptutorError | None:
        """Writes down what was typed; where that fails, what is to be said, once."""
        if self.log is None:
            return None
        now = score(self.exercise, self.state)
        try:
            self.log.add(Line(line, seconds, *now, mistakes, self.state.finished))
        except OSError as error:
            self.log = None
            return cannot_keep(error)
        return None


def cannot_keep(error: OSError) -> BptutorError:
    """What is told where a session cannot be written."""
    message = _("this session cannot be kept: {reason}").format(reason=why(error))
    return BptutorError(message, hint=_("BPTUTOR_DATA names another folder"))
