"""A practice on a terminal or in a pipe: line after line, so that nothing that was said is overwritten."""

from __future__ import annotations

from fractions import Fraction
from itertools import groupby

from rich.console import Console
from rich.padding import Padding
from rich.table import Table as RichTable
from rich.text import Text

from bptutor.classroom.grade import amount
from bptutor.engine.parts import STAGE
from bptutor.engine.quantities import cell_id
from bptutor.language import _, plural
from bptutor.practice.asking import COMMANDS, questions_at
from bptutor.practice.exercise import GOOD, Answered, Exercise, Feedback, Item, State, score
from bptutor.render.harmless import printable
from bptutor.render.headings import digits
from bptutor.render.marks import LOOKS
from bptutor.render.tables import where
from bptutor.render.terminal import print_heading
from bptutor.solution.trace import Trace

_WIDEST = 48  # letters of the names in a prompt


def print_opening(console: Console, exercise: Exercise) -> None:
    """The exercise, what is asked of it, and what is worth how much."""
    print_heading(console, Trace(exercise.problem))
    console.print()
    size = exercise.size
    asked = plural(
        "{n} number is asked for, with {decimals}.", "{n} numbers are asked for, with {decimals}.", size
    ).format(n=size, decimals=digits(exercise.problem))
    says = [asked]
    if exercise.left_out:
        message = plural(
            "The page is long: {n} more cell is left out.",
            "The page is long: {n} more cells are left out.",
            exercise.left_out,
        )
        says.append(message.format(n=exercise.left_out))
    says.append(_("A number counts in full at the first try, half after a wrong try or a hint, nothing after !."))
    says.append(_("Enter alone goes on, ? gives a hint, help lists the rest."))
    console.print(_text(" ".join(says), "dim"))


def part(exercise: Exercise, state: State) -> str:
    """The part of the page that is asked for at this moment."""
    here = questions_at(exercise, state)
    return _part(here[0]) if here else _("The end of the page")


def _part(item: Item) -> str:
    quantity = item.quantity
    words = [
        STAGE[quantity.name],
        _("layer {n}").format(n=quantity.layer) if quantity.layer else "",
        where(quantity.step, quantity.sample),
    ]
    return ", ".join(filter(None, words))


def print_part(console: Console, exercise: Exercise, state: State) -> None:
    """A heading where another part of the page begins: what it is, and how far one has come."""
    now = score(exercise, state)
    message = _("{done} of {n} done, {points}")
    progress = message.format(done=now.done, n=now.asked, points=_points(now.earned))
    console.print()
    console.print(_text(part(exercise, state), "bold cyan").append(f"  ({progress})", style="not bold dim"))


def prompt(exercise: Exercise, state: State) -> str:
    """What stands before the place to type."""
    here = questions_at(exercise, state)
    if not here:
        return "> "
    still = [item for item in here if not state.of(item).done] or list(here)
    names = " ".join(item.label for item in still)
    if len(names) > _WIDEST:
        names = _("{first} … {last} ({n} numbers)").format(first=still[0].label, last=still[-1].label, n=len(still))
    typed = [state.of(item).typed for item in still]
    has = _(" (now {numbers})").format(numbers=" ".join(t.text if t else "~" for t in typed)) if any(typed) else ""
    return printable(f"{state.at + 1}/{len(exercise.questions)} {names}{has} = ")


def print_feedback(console: Console, exercise: Exercise, state: State, feedback: Feedback) -> None:
    """What is told after a line; `state` is the one after it."""
    several = len(feedback.answered) > 1
    for answered in feedback.answered:
        _print_answered(console, answered, named=several)
    for sentence in feedback.says:
        _indented(console, _text(sentence))
    if feedback.forms:
        grid = RichTable.grid(padding=(0, 1, 0, 0))
        for place, form in enumerate(feedback.forms):
            grid.add_row(_text("" if place else f"  {feedback.label}", "bold"), _text(f"= {form}"))
        console.print(grid)
    if any(answered.mark.verdict not in GOOD for answered in feedback.answered) and not state.over:
        _indented(console, _text(_("Try again, or Enter to go on; ? gives a hint, ! the value."), "dim"))
    if feedback.show:
        _SHOW[feedback.show](console, exercise, state)


def _print_answered(console: Console, answered: Answered, *, named: bool) -> None:
    mark, look = answered.mark, LOOKS[answered.mark.verdict]
    words = [look.symbol, mark.label if named else "", look.word]
    said = " ".join(filter(None, words))
    if answered.credit:
        said += f", {_points(answered.credit)}"
    line = _text(said, look.style)
    if answered.says:
        line.append(f": {printable(answered.says)}", style="default")
    _indented(console, line)


def _print_page(console: Console, exercise: Exercise, state: State) -> None:
    """What was typed so far, a line for each quantity, under the headings of the page."""
    typed = [item for item in exercise.items if state.of(item).typed is not None]
    if not typed:
        _indented(console, _text(_("Nothing has been found so far.")))
    for title, items in groupby(typed, key=_part):
        console.print(_text(title, "bold cyan"))
        for quantity, cells in groupby(items, key=lambda item: item.quantity):
            texts = [_found(item, state) for item in cells]
            _indented(console, _text(f"{cell_id(quantity, ())}:  ").append_text(Text("   ").join(texts)))


def _found(item: Item, state: State) -> Text:
    work = state.of(item)
    look = LOOKS[work.now]
    sign = "!" if work.shown else look.symbol
    return _text(f"{item.label} {work.typed.text if work.typed else ''} ").append(
        sign, style="yellow" if work.shown else look.style
    )


def _print_given(console: Console, exercise: Exercise, _state: State) -> None:
    print_heading(console, Trace(exercise.problem))


def _print_help(console: Console, _exercise: Exercise, _state: State) -> None:
    grid = RichTable.grid(padding=(0, 2, 0, 0))
    grid.add_row(
        _text("  0.75"), _text(_("a number: 0,75, .75, -0.5, 1e-3 and 1/3 are read too; of several, ~ is a blank"))
    )
    grid.add_row(_text("  net_h1=0.75"), _text(_("a number for another cell, by its label or id")))
    for name, command in COMMANDS.items():
        grid.add_row(_text(f"  {name or _('Enter')}"), _text(command.says))
    console.print(grid)


_SHOW = {"page": _print_page, "given": _print_given, "help": _print_help}


def _points(earned: Fraction) -> str:
    return plural("{n} point", "{n} points", 1 if 0 < earned <= 1 else 2).format(n=amount(earned))


def _indented(console: Console, text: Text) -> None:
    console.print(Padding(text, (0, 0, 0, 2), expand=False))


def _text(text: str, style: str = "") -> Text:
    return Text(printable(text), style=style)
