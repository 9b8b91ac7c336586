"""How cells are found, on a terminal or in a pipe."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console
from rich.table import Table as RichTable
from rich.text import Text

from bptutor.engine.quantities import Index, Quantity, cell_id
from bptutor.engine.term import PAGE
from bptutor.render.harmless import printable
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


def print_everything_below(console: Console, trace: Trace, quantity: Quantity, index: Index) -> None:
    """One cell with everything that it rests on, in the order of the page."""
    explainer, last = trace.explainer(PAGE), None
    for below, at in explainer.all_below(quantity, index):
        if below != last:
            if last is not None:
                console.print()
            _print_rule(console, explainer, below)
        last = below
        _print_cell(console, trace, explainer, below, at)


def _print_rule(console: Console, explainer: Explainer, quantity: Quantity) -> None:
    why = explainer.explain(quantity, ())
    head = Text(cell_id(quantity, ()), style="bold cyan").append(f"  {why.rule}", style="not bold default")
    console.print(head.append(f"  [{why.because}]", style="not bold dim") if why.because else head)


def _print_cell(console: Console, trace: Trace, explainer: Explainer, quantity: Quantity, index: Index) -> None:
    why = explainer.explain(quantity, index)
    label = printable(trace.naming.label(quantity, index))
    values = trace.values(quantity)
    result = trace.show(quantity)(values[index or (0,) * values.ndim].reshape(1))[0].replace("-", PAGE.minus)
    linked = chain(trace, quantity, index, PAGE.minus)
    lines = [f"= {printable(linked.names)}", f"= {linked.numbers}"] if linked else []
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
