"""How a practice ended, and all sessions at a glance."""

from __future__ import annotations

import os.path
import re
from collections import Counter
from collections.abc import Sequence

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table as RichTable
from rich.text import Text

from bptutor.classroom.grade import amount
from bptutor.files.sessions import Session, Setting
from bptutor.language import _, plural
from bptutor.practice.exercise import Exercise, State, score
from bptutor.practice.history import EASIEST, Made, at_first_try, harder, made, worth_practising
from bptutor.render.harmless import one_line

_BAR = 20  # letters of the longest bar, and sessions that a row of bars has
_WIDEST = 20  # letters of a problem's name in a line of the table
_ROWS = 15  # sessions in the table
_EIGHTHS = "▁▂▃▄▅▆▇█"
RESUME = "bptutor practice --resume"
"""What goes on with a session."""


def print_summary(console: Console, exercise: Exercise, state: State, setting: Setting) -> None:
    """Score, time, mistakes, and what to type next."""
    now = score(exercise, state)
    head = _("Finished") if state.finished else _("So far")
    message = _(
        "{head}: {earned} of {possible} points ({percent:g} %) in {time}; {first} of {asked} found at the first try."
    )
    console.print()
    says = message.format(
        head=head,
        earned=amount(now.earned),
        possible=amount(now.possible),
        percent=now.percent,
        time=duration(state.seconds),
        first=at_first_try(exercise, state),
        asked=now.asked,
    )
    console.print(_text(says, "bold"))
    mistakes = made(mistake.id for mistake in state.mistakes)
    _print_mistakes(console, mistakes)
    if not state.finished:
        console.print(_text(_("To go on with this:  {command}").format(command=RESUME)))
    else:
        print_next(console, mistakes, setting.level)
    if setting.seed >= 0:
        console.print(_text(_("The same problem again:  {command}").format(command=_again(setting))))


def _again(setting: Setting) -> str:
    """The command that draws the problem of a session."""
    command = f"bptutor practice --level {setting.level} --seed {setting.seed}"
    command += f" --focus {setting.focus}" if setting.focus else ""
    return command + (f" --by {setting.by}" if setting.by != "cell" else "")


def _print_mistakes(console: Console, mistakes: Sequence[Made]) -> None:
    if not mistakes:
        return
    console.print(_text(_("Mistakes"), "bold cyan"))
    grid = RichTable.grid(padding=(0, 1, 0, 0))
    grid.add_column(no_wrap=True)
    grid.add_column(justify="right")
    for one in mistakes:
        grid.add_row(_text(f"  {one.id}"), _text(str(one.times)), _text(one.says, "dim"))
    console.print(grid)


def print_next(console: Console, mistakes: Sequence[Made], level: str) -> None:
    """What is worth practising next: the command to type."""
    worth = worth_practising(mistakes)
    says, options = _("another one"), f"--level {level or EASIEST}"
    if worth:
        says, options = worth.id, f"{options} --focus {worth.id}"
    elif level and not mistakes:
        says, options = _("a harder one"), f"--level {harder(level)}"
    console.print(_text(_("Worth practising next: {what}").format(what=says)))
    console.print(_text(f"  bptutor practice {options}", "bold"))


def duration(seconds: float) -> str:
    """A time as people say it."""
    minutes = int(seconds // 60)
    if not minutes:
        return _("less than a minute")
    if minutes < 60:
        return plural("{n} minute", "{n} minutes", minutes).format(n=minutes)
    return _("{hours} h {minutes} min").format(hours=minutes // 60, minutes=minutes % 60)


def print_history(console: Console, sessions: Sequence[Session]) -> None:
    """A row a session, the newest last, and a row of bars a kind of mistake; there is at least one session."""
    console.print(_table(sessions[-_ROWS:]))
    if (more := len(sessions) - _ROWS) > 0:
        message = plural("{n} earlier session is not shown.", "{n} earlier sessions are not shown.", more)
        console.print(_text(message.format(n=more), "dim"))
    every = [[name for line in session.lines for name in line.mistakes] for session in sessions]
    kinds = made(name for names in every for name in names)
    if kinds:
        _print_bars(console, kinds, [Counter(names) for names in every[-_BAR:]])
    console.print()
    latest = made(name for names in every[-_BAR:] for name in names)
    print_next(console, latest, sessions[-1].setting.level)


def _table(sessions: Sequence[Session]) -> RichTable:
    table = RichTable(box=SIMPLE_HEAD, show_edge=False, header_style="bold")
    table.add_column(_("began"), no_wrap=True)
    table.add_column(_("problem"), overflow="fold", max_width=_WIDEST)
    for title in (_("done"), _("score"), _("time"), _("mistakes")):
        table.add_column(title, justify="right", no_wrap=True)
    for session in sessions:
        table.add_row(*map(_text, _row(session)))
    return table


def _row(session: Session) -> tuple[str, ...]:
    began = re.sub("T(..:..).*", r" \1", session.setting.started)
    problem = os.path.basename(session.setting.name)
    if session.setting.focus:
        problem += f" {session.setting.focus}"
    if not session.lines:
        return began, problem, "0", "", "", ""
    last = session.lines[-1]
    percent = 100 * last.earned / last.possible if last.possible else 100
    done = f"{last.done}/{last.asked}"
    minutes = int(sum(line.seconds for line in session.lines) // 60)
    time = _("{n} min").format(n=minutes or "< 1")
    mistakes = sum(len(line.mistakes) for line in session.lines)
    return began, problem, done, f"{float(percent):.0f} %", time, str(mistakes)


def _print_bars(console: Console, kinds: Sequence[Made], each: Sequence[Counter[str]]) -> None:
    """For each kind its number, and a bar for each of the last sessions, the newest at the right."""
    most = max(max(counts.values(), default=0) for counts in each) or 1
    title = plural(
        "Mistakes, a bar for the last session",
        "Mistakes, a bar for each of the last {n} sessions, the newest at the right",
        len(each),
    )
    console.print()
    console.print(_text(title.format(n=len(each)), "bold cyan"))
    grid = RichTable.grid(padding=(0, 1, 0, 0))
    grid.add_column(no_wrap=True)
    grid.add_column(justify="right")
    grid.add_column(no_wrap=True)
    for kind in kinds:
        bars = "".join(_bar(counts[kind.id], most) for counts in each)
        grid.add_row(_text(f"  {kind.id}"), _text(str(kind.times)), Text(bars, style="cyan"))
    console.print(grid)


def _bar(count: int, most: int) -> str:
    return "·" if not count else _EIGHTHS[max(0, round(8 * count / most) - 1)]


def _text(text: str, style: str = "") -> Text:
    return Text(" " * (len(text) - len(text.lstrip(" "))) + one_line(text), style=style)
