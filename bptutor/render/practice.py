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
from bptutor.practice.exercise import GOOD, Exercise, Feedback, Item, State, score
from bptutor.practice.operands import decided, operands
from bptutor.render.harmless import printable
from bptutor.render.headings import digits
from bptutor.render.marks import LOOKS
from bptutor.render.tables import where
from bptutor.render.terminal import packed, print_short_heading
from bptutor.solution.trace import Trace

_WIDEST = 48  # letters of the names in a prompt
_SECONDS = 40  # a number: an estimate, for one who has a pocket calculator and knows the formulas
_HALF = Fraction(1, 2)


def print_opening(console: Console, exercise: Exercise) -> None:
    """The exercise, what is asked of it, and what is worth how much."""
    _print_given(console, exercise, State())
    says = [_size(exercise)]
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


def _size(exercise: Exercise) -> str:
    """How many numbers are asked for, with how many decimals, and how long that takes."""
    size = exercise.size
    message = plural("{n} number with {decimals}, {time}.", "{n} numbers with {decimals}, {time}.", size)
    return message.format(n=size, decimals=digits(exercise.problem), time=how_long(size))


def how_long(size: int) -> str:
    """About how long so many numbers take.

    >>> how_long(15), how_long(47)
    ('about 10 minutes', 'about 30 minutes')
    """
    minutes = max(1, round(size * _SECONDS / 60))
    rounded = minutes if minutes <= _FEW_MINUTES else 5 * round(minutes / 5)
    return plural("about {n} minute", "about {n} minutes", rounded).format(n=rounded)


_FEW_MINUTES = 5  # that are said one by one


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
    """A heading where another part of the page begins."""
    console.print()
    console.print(_text(part(exercise, state), "bold cyan"))


def print_progress(console: Console, exercise: Exercise, state: State) -> None:
    """How far one has come, for who comes back."""
    now = score(exercise, state)
    message = _("Going on: {done} of {n} done, {points}.")
    console.print()
    console.print(_text(message.format(done=now.done, n=now.asked, points=_points(now.earned)), "bold"))


def print_end_of_part(console: Console, exercise: Exercise, before: State, after: State) -> None:
    """A word at the end of a part of the page: how it went, and how far one has come; the last has the summary."""
    left = questions_at(exercise, before)
    if after.at <= before.at or after.finished or not left or part(exercise, before) == part(exercise, after):
        return
    items = [item for item in exercise.items if _part(item) == _part(left[0])]
    done, first = [item for item in items if after.of(item).done], sum(after.of(item).share == 1 for item in items)
    now = score(exercise, after)
    if len(done) < len(items):
        message = plural(
            "{n} number is left open: < goes back.", "{n} numbers are left open: < goes back.", len(items) - len(done)
        )
    elif first == len(items):
        message = plural("Right at the first try.", "All {n} right at the first try.", len(items))
    else:
        message = plural("Done.", "All {n} done, {first} at the first try.", len(items))
    says = [message.format(n=len(items) - len(done) or len(items), first=first)]
    says.append(_("{done} of {n} so far, {points}.").format(done=now.done, n=now.asked, points=_points(now.earned)))
    if now.done - len(done) < now.asked * _HALF <= now.done:
        says.append(_("Half way."))
    _indented(console, _text(" ".join(says), "green" if first == len(items) else ""))


def prompt(exercise: Exercise, state: State) -> str:
    """What stands before the place to type."""
    here = questions_at(exercise, state)
    if not here:
        return "> "
    still = _unfound(state, here)
    names = " ".join(item.label for item in still)
    if len(names) > _WIDEST:
        names = _("{first} … {last} ({n} numbers)").format(first=still[0].label, last=still[-1].label, n=len(still))
    typed = [state.of(item).typed for item in still]
    has = _(" (now {numbers})").format(numbers=" ".join(t.text if t else "~" for t in typed)) if any(typed) else ""
    return printable(f"{state.at + 1}/{len(exercise.questions)} {names}{has} = ")


def _unfound(state: State, here: tuple[Item, ...]) -> list[Item]:
    """The cells that a question asks for: those not right yet, or all where one has come back."""
    return [item for item in here if not state.of(item).done] or list(here)


def below(exercise: Exercise, state: State, width: int) -> list[Text]:
    """What stands below the place to type: what the numbers are made of, and the conventions that decide."""
    here = _unfound(state, questions_at(exercise, state))
    made_of = [f"{one.label} {one.text or '?'}" for one in operands(exercise, state, here)]
    lines = [*(packed([_("from"), *made_of], width) if made_of else ()), "; ".join(decided(exercise, here))]
    return [_text(line if line.startswith(" ") else f"  {line}", "dim") for line in lines if line]


def marks(exercise: Exercise, feedback: Feedback) -> Text:
    """The verdicts as signs, to stand beside what was typed; with a word where right is not all that is to be said."""
    text = Text()
    for answered in feedback.answered:
        look = LOOKS[answered.mark.verdict]
        text.append(" " if text else "").append(look.symbol, style=look.style)
    if len(feedback.answered) == 1:
        (answered,) = feedback.answered
        worth = next(item.points for item in exercise.items if item.id == answered.mark.id)
        words = [LOOKS[answered.mark.verdict].word if answered.mark.verdict != "right" else ""]
        words.append(_points(answered.credit) if 0 < answered.credit < worth else "")
        text.append(printable(" " + ", ".join(filter(None, words)))).rstrip()
    return text


def print_feedback(console: Console, exercise: Exercise, state: State, feedback: Feedback) -> None:
    """What is told after a line beside the verdicts; `state` is the one after it."""
    several = len(feedback.answered) > 1
    for answered in feedback.answered:
        look = LOOKS[answered.mark.verdict]
        if several and answered.mark.verdict not in GOOD:
            said = _text(f"{look.symbol} {answered.mark.label} {look.word}", look.style)
            _indented(console, said.append(printable(f": {answered.says}"), style="default"))
        elif answered.says:
            _indented(console, _text(answered.says))
    for sentence in feedback.says:
        _indented(console, _text(sentence))
    if feedback.forms:
        grid = RichTable.grid(padding=(0, 1, 0, 0))
        for place, form in enumerate(feedback.forms):
            grid.add_row(_text("" if place else f"  {feedback.label}", "bold"), _text(f"= {form}"))
        console.print(grid)
    if not state.over and (advice := _advice(state, feedback)):
        _indented(console, _text(advice, "dim"))
    if feedback.show:
        _SHOW[feedback.show](console, exercise, state)


def _advice(state: State, feedback: Feedback) -> str:
    """What to do about an answer that is not right: at first to try again, then to take a hint."""
    bad = [answered.mark for answered in feedback.answered if answered.mark.verdict not in GOOD]
    if not bad:
        return ""
    tries = max(sum(verdict not in GOOD for verdict in state.work[mark.id].verdicts) for mark in bad)
    if all(mark.verdict == "imprecise" for mark in bad):
        return _("Type it in full, or Enter to go on.")
    if tries < _OFFERED_AFTER:
        return _("Try again, or Enter to go on.")
    return _("Type ? for a hint, which costs nothing more now; ! shows the value.")


_OFFERED_AFTER = 2  # wrong tries


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
    print_short_heading(console, Trace(exercise.problem))


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
