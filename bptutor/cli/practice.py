"""`bptutor practice`: an exercise asked number by number, each judged at once."""

from __future__ import annotations

import signal
import sys
from contextlib import closing, nullcontext
from dataclasses import replace
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from bptutor.cli import completion
from bptutor.cli.options import Layers, keep_apart
from bptutor.errors import BptutorError
from bptutor.language import _

if TYPE_CHECKING:
    from bptutor.files.session_log import Log
    from bptutor.files.sessions import Line, Session, Setting
    from bptutor.practice.exercise import Exercise, State
    from bptutor.problem import Problem

_DRAWN, _KEPT = _("A problem that is drawn"), _("Sessions")
_MOST_SEED = 2**31


class By(StrEnum):
    """What is asked for at once."""

    cell = "cell"
    stage = "stage"


class Difficulty(StrEnum):
    """How hard a drawn problem is."""

    easy = "easy"
    exam = "exam"
    hard = "hard"


def practice(
    problem: Annotated[
        str | None,
        typer.Argument(
            help=_("A YAML file or a name of the library. Default: one is drawn."), autocompletion=completion.problems
        ),
    ] = None,
    *,
    by: Annotated[
        By | None, typer.Option("--by", help=_("Ask for one cell at a time, or for a stage: all nets of a layer, …"))
    ] = None,
    cells: Annotated[
        str | None,
        typer.Option(
            "--cells",
            "--only",
            autocompletion=completion.words,
            metavar="WORDS",
            help=_("Only these: net,delta,new_w,… What stands above them is given."),
        ),
    ] = None,
    layer: Layers = None,
    level: Annotated[
        Difficulty | None,
        typer.Option(
            "--level",
            rich_help_panel=_DRAWN,
            help=_("How hard it is: 15, 32 or 47 numbers, 10, 20 or 30 minutes. Default: easy."),
        ),
    ] = None,
    seed: Annotated[
        int | None,
        typer.Option(
            "--seed", min=0, max=_MOST_SEED, rich_help_panel=_DRAWN, help=_("The same seed draws the same problem.")
        ),
    ] = None,
    focus: Annotated[
        str | None,
        typer.Option(
            "--focus",
            metavar="MISTAKE",
            rich_help_panel=_DRAWN,
            help=_("Draw one on which this mistake shows, and ask for what it spoils."),
            autocompletion=completion.mistakes,
        ),
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", rich_help_panel=_KEPT, help=_("Go on with the newest session not finished."))
    ] = False,
    history: Annotated[
        bool, typer.Option("--history", rich_help_panel=_KEPT, help=_("All sessions, and the mistakes over time."))
    ] = False,
) -> None:
    """Practise an exercise, or one drawn for you: each number is judged at once, from your own numbers before it.

    Answers come from the terminal or, one a line, from standard input; they are kept in your data folder, sent nowhere.

    The exit status is 0 when you finish or leave, whatever the score; 130 after Ctrl-C, 2 if there is nothing to ask.

    Examples:  bptutor practice  ·  bptutor practice mazur --by stage  ·  bptutor practice --focus omit_hidden_slope
    """
    part = {"--cells": cells, "--layer": layer}
    values = {"PROBLEM": problem, "--by": by, "--level": level, "--seed": seed, "--focus": focus, **part}
    used = {name for name, value in values.items() if value is not None}
    keep_apart(used | ({"--resume"} if resume else set()) | ({"--history"} if history else set()), _APART)
    if history:
        _history()
    elif resume:
        _resume()
    else:
        setting = _named(problem) if problem is not None else _drawn(level or Difficulty.easy, seed, focus or "")
        if cells or layer:
            setting = setting._replace(cells=_chosen(setting, cells, layer))
        _begin(setting._replace(by=(by or By.cell).value))


_HOW = ("--level", "--seed", "--focus")
_BEGUN = ("PROBLEM", "--by", "--cells", "--layer", *_HOW)
_APART = ((("PROBLEM",), _HOW), (("--resume", "--history"), ("--resume", "--history", *_BEGUN)))
"""Options of which one would have no effect beside the other."""


def _begin(setting: Setting) -> None:
    from bptutor.cli.dialogue import cannot_keep
    from bptutor.cli.messages import print_error
    from bptutor.files.session_log import Log
    from bptutor.practice.exercise import State

    exercise = _exercise(setting)
    try:
        log = Log.begun(setting)
    except OSError as error:
        log = None
        print_error(cannot_keep(error))
    with closing(log) if log else nullcontext():
        _converse(exercise, State(), setting, log)


def _named(name: str) -> Setting:
    from bptutor.files.library import data_of
    from bptutor.files.problem_file import read_problem

    if name == "-":
        message = _("the problem and the answers cannot both be standard input")
        raise BptutorError(message, hint=_("a file for the problem"))
    data, shown = data_of(name)
    read_problem(data, shown)  # says what is wrong with it, and what mends it
    return _setting(data.decode("utf-8-sig"), name)


def _drawn(level: Difficulty, seed: int | None, focus: str) -> Setting:
    import secrets

    from rich.console import Console

    from bptutor.cli.messages import print_error
    from bptutor.files.problem_text import problem_text
    from bptutor.practice.drawn import drawn

    chosen = secrets.randbelow(10_000) if seed is None else seed
    with Console(stderr=True).status(_("Drawing a problem …")):  # seconds on a slow machine
        problem, cells, missing = drawn(level.value, focus, chosen)
    if missing:
        message = _("what could not be reached with this seed: {missing}").format(missing=", ".join(missing))
        print_error(BptutorError(message, hint=_("another seed")))
    setting = _setting(problem_text(problem), f"{level}-{chosen}")
    return setting._replace(level=level.value, focus=focus, seed=chosen, cells=cells)


def _setting(text: str, name: str) -> Setting:
    from datetime import datetime

    from bptutor.files.sessions import Setting

    now = datetime.now().astimezone().replace(microsecond=0)
    return Setting(text, name, By.cell.value, now.isoformat())


def _chosen(setting: Setting, words: str | None, layers: str | None) -> tuple[str, ...]:
    """The ids of the quantities that the options choose; raises BptutorError for what this problem does not have."""
    from bptutor.engine.parts import chosen
    from bptutor.engine.quantities import cell_id
    from bptutor.files.problem_file import problem_of
    from bptutor.render.choose import choice_of
    from bptutor.solution.trace import Trace

    trace = Trace(problem_of(setting.document()))
    choice = choice_of(trace, words, layers, names=("--cells", "--layer"))
    return tuple(dict.fromkeys(cell_id(quantity, ()) for quantity in chosen(trace.page.recipe, choice)))


def _exercise(setting: Setting) -> Exercise:
    """What is asked for; raises BptutorError where that is nothing."""
    from bptutor.files.problem_file import problem_of
    from bptutor.practice.exercise import exercise
    from bptutor.practice.narrowed import narrowed

    problem: Problem = problem_of(setting.document())
    asked = exercise(narrowed(problem, setting.cells) if setting.cells else problem, setting.by)
    if not asked.size:
        raise BptutorError(_("nothing is asked for in this problem"), hint=_("the key ask says what is"))
    return asked


def _resume() -> None:
    from bptutor.cli.messages import print_error, say
    from bptutor.errors import Where
    from bptutor.files.session_log import newest_unfinished
    from bptutor.practice.exercise import State, score

    session, log, faults = newest_unfinished()
    for fault in faults:
        print_error(BptutorError(*fault))
    for damage in session.damage:
        print_error(BptutorError(damage, Where(session.path.name)))
    with closing(log):
        exercise = _exercise(session.setting)
        state = _replayed(exercise, State(), session.lines)
        if session.lines and session.lines[-1].done != (done := score(exercise, state).done):
            message = _("This session was judged otherwise when it was left: {then} numbers were done, now {done} are.")
            say(message.format(then=session.lines[-1].done, done=done))
        _converse(exercise, state, session.setting, log, again=True)


def _replayed(exercise: Exercise, state: State, lines: tuple[Line, ...]) -> State:
    """The state after all that was typed; where the student had left, it is not over."""
    from bptutor.practice.asking import step

    for line in lines:
        state = replace(step(exercise, state, line.text, line.seconds)[0], over=False)
    return state


def _converse(exercise: Exercise, state: State, setting: Setting, log: Log | None, *, again: bool = False) -> None:
    """Asks to the end, or to where the student leaves, and says how it went; `again` where one has come back."""
    from bptutor.cli.dialogue import Dialogue, End
    from bptutor.cli.messages import console
    from bptutor.cli.prompt import prepare_input
    from bptutor.render.practice import print_opening, print_progress
    from bptutor.render.practised import print_summary

    screen = console()
    print_opening(screen, exercise)
    if again:
        print_progress(screen, exercise, state)
    prepare_input()
    dialogue = Dialogue(exercise, state, screen, log)
    end = dialogue.hold()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who presses Ctrl-C twice still sees how it went
    if end is not End.OVER:
        screen.print()
    print_summary(screen, exercise, dialogue.state, setting)
    if end is End.INTERRUPTED:
        raise typer.Exit(130)


def _history() -> None:
    from bptutor.cli.messages import console, print_error
    from bptutor.files.session_log import all_sessions
    from bptutor.render.practised import print_history

    sessions: list[Session] = []
    for found in all_sessions():
        if isinstance(found, BptutorError):
            print_error(found)
        else:
            sessions.append(found)
    if sessions:
        print_history(console(), sessions[::-1])
    else:
        sys.stdout.write(_("There are no sessions yet: `bptutor practice` begins one.") + "\n")
