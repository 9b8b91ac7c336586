"""How cells are found, on a terminal or in a pipe."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from operator import itemgetter

from rich.console import Console
from rich.padding import Padding
from rich.table import Table as RichTable
from rich.text import Text

from bptutor.engine.notation import PAGE
from bptutor.engine.parts import word
from bptutor.engine.quantities import KINDS, Index, Quantity
from bptutor.language import _
from bptutor.render.harmless import printable
from bptutor.render.tables import where
from bptutor.render.terminal import left_out
from bptutor.solution.chain import chain
from bptutor.solution.explain import Explainer
from bptutor.solution.trace import Trace


def print_explanations(console: Console, trace: Trace, quantities: Iterable[Quantity], most: int | None = None) -> None:
    """For every cell the formula with names, with numbers, and the result; for every quantity its rule."""
    explainer = trace.explainer(PAGE)
    for quantity in quantities:
        cells = [index for index in trace.naming.indices(quantity) if trace.works_out(quantity, index)]
        console.print()
        _print_rule(console, explainer, quantity)
        for index in cells if most is None else cells[:most]:
            _print_cell(console, trace, explainer, quantity, index)
        if most is not None and len(cells) > most:
            console.print(Text(left_out(len(cells) - most), style="dim"))


def print_everything_below(console: Console, trace: Trace, cells: Iterable[tuple[Quantity, Index]]) -> None:
    """Some cells with everything that they rest on, in the order of the page, each once."""
    explainer, order = trace.explainer(PAGE), {quantity: place for place, quantity in enumerate(trace.page.recipe)}
    below = {found for cell in cells for found in explainer.all_below(*cell)}
    for place, (quantity, group) in enumerate(
        groupby(sorted(below, key=lambda cell: (order[cell[0]], cell[1])), key=itemgetter(0))
    ):
        if place:
            console.print()
        _print_rule(console, explainer, quantity)
        for _quantity, index in group:
            _print_cell(console, trace, explainer, quantity, index)


def _print_rule(console: Console, explainer: Explainer, quantity: Quantity) -> None:
    """What the cells below are, the link of the chain rule, and how they are worked out in words."""
    why = explainer.explain(quantity, ())
    head = Text(heading(quantity), style="bold cyan")
    console.print(head.append(f"  [{why.because}]", style="not bold dim") if why.because else head)
    console.print(Padding(Text(why.rule), (0, 0, 0, 2)))


def heading(quantity: Quantity) -> str:
    """What a quantity is called over its cells: `Delta of layer 2 (sample 3)`."""
    title = _("Error of the inputs") if word(quantity) == "error0" else KINDS[quantity.name].title
    place = where(quantity.step, quantity.sample)
    return title.format(n=quantity.layer) + (f" ({place})" if place else "")


def _print_cell(console: Console, trace: Trace, explainer: Explainer, quantity: Quantity, index: Index) -> None:
    why = explainer.explain(quantity, index)
    label = printable(trace.naming.label(quantity, index))
    values = trace.values(quantity)
    result = trace.show(quantity)(values[index or (0,) * values.ndim].reshape(1))[0].replace("-", PAGE.sign)
    linked = chain(trace, quantity, index, PAGE.sign)
    lines = [f"= {printable(text)}" for text in linked or () if text]
    lines.append(f"= {printable(why.formula)}")
    if why.substituted != why.formula:
        lines.append(f"= {why.substituted}")
    if result != why.substituted:
        lines.append(f"= {result}")
    table = RichTable.grid(padding=(0, 1, 0, 0))
    table.add_row(Text(f"  {label}", style="bold"), Text(lines[0]))
    for line in lines[1:]:
        table.add_row("", Text(line, style="green" if line is lines[-1] else ""))
    console.print(table)
