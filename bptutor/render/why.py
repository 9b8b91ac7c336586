"""What gives a number, on a terminal or in a pipe: the mistakes, the conventions, and where to look next."""

from __future__ import annotations

import json
from collections.abc import Mapping

from rich.console import Console
from rich.table import Table as RichTable
from rich.text import Text

from bptutor.engine.naming import Naming
from bptutor.language import _, plural
from bptutor.marking.hints import listed
from bptutor.marking.why import Explanation, Number, Why
from bptutor.render.columns import Table, words
from bptutor.render.harmless import printable
from bptutor.render.terminal import print_table

_MOST = 8  # explanations that are listed for a number
_NOWHERE = "–"

Letters = Mapping[str, str]


def print_why(console: Console, why: Why) -> None:
    """Every number with what gives it, then the cells that tell these apart."""
    telling = bool(why.look_at or why.alike)
    letters = {name: chr(ord("a") + place) for place, name in enumerate(why.candidates)} if telling else {}
    for place, number in enumerate(why.numbers):
        if place:
            console.print()
        console.print(_text(_said(why, number), "bold"))
        _print_explanations(console, number, letters)
    if why.look_at:
        console.print()
        console.print(_text(_("Where to look next, and what would stand there"), "bold cyan"))
        print_table(console, _look_at(why, letters), None)
    if why.alike:
        console.print()
    for one, other in why.alike:
        message = _("No cell of the page tells {one} and {other} apart.")
        console.print(_text(message.format(one=letters[one], other=letters[other])))


def _said(why: Why, number: Number) -> str:
    """The number, and whether it is right."""
    message = _("{label} ({id}) = {typed} is not right. No known mistake gives it, and no other convention.")
    if number.right:
        message = _("{label} ({id}) = {typed} is right.")
    elif number.follows_from:
        message = _("{label} ({id}) = {typed} is not right, but follows from your {cells}: look there.")
    elif number.explanations:
        message = _("{label} ({id}) = {typed} is not right. What gives it:")
        if not number.equally:
            message = _("{label} ({id}) = {typed} is not right. What might give it, the likeliest first:")
    naming = Naming(why.problem)
    above = [naming.label(found[0], found[1] or ()) for found in map(naming.read, number.follows_from) if found]
    return message.format(label=number.label, id=number.id, typed=number.typed, cells=listed(above))


def _print_explanations(console: Console, number: Number, letters: Letters) -> None:
    several = number.equally > 1
    for place, explanation in enumerate(number.explanations[:_MOST]):
        if place == number.equally > 0:
            console.print(_text(_("Would also fit, but less well:")))
        pattern = "{says}"
        if several and place < number.equally:
            pattern = _("Or: {says}") if place else _("Either: {says}")
        _print_explanation(console, number, explanation, pattern, letters)
    if several or (number.explanations and not number.equally):
        message = plural(
            "One number proves little: {n} mistake or convention gives this one, and so may something else.",
            "One number proves little: {n} mistakes and conventions give this one, and so may something else.",
            len(number.explanations),
        )
        console.print(_text(message.format(n=len(number.explanations)), "dim"))
    if (left := len(number.explanations) - _MOST) > 0:
        message = plural("… and {n} more: --json has it", "… and {n} more: --json has them", left)
        console.print(_text(message.format(n=left), "dim"))


def _print_explanation(
    console: Console, number: Number, explanation: Explanation, pattern: str, letters: Letters
) -> None:
    says = explanation.says
    if explanation.convention:
        says = _("It is right in another convention: {says}.").format(says=says)
    grid = RichTable.grid(padding=(0, 2, 0, 0))
    grid.add_row(_text(f" {letters.get(explanation.id, ' ')}", "bold"), _text(pattern.format(says=says)))
    if explanation.formula:
        elsewhere = explanation.first_cell != number.id
        name = f"{explanation.label} ({explanation.first_cell})" if elsewhere else explanation.label
        taken = _("taken for {cell}: {formula}").format(cell=name, formula=explanation.formula)
        grid.add_row("", _text(taken, "yellow"))
    console.print(grid)


def _look_at(why: Why, letters: Letters) -> Table:
    looks = why.look_at
    columns = [words(_("cell"), [look.label for look in looks]), words(_("id"), [look.id for look in looks])]
    for name in why.candidates:
        values = [look.values[name] or _NOWHERE for look in looks]
        columns.append(words(letters[name], values, numeric=True))
    return Table("", tuple(columns), len(looks))


def as_json(why: Why) -> str:
    """The format `bptutor/why`."""
    return json.dumps(why.as_dict(), indent=1) + "\n"


def _text(text: str, style: str = "") -> Text:
    return Text(printable(text), style=style)
