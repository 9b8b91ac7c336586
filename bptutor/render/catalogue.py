"""The list of the problems that come with bptutor: a line each, the easiest first."""

from __future__ import annotations

from rich.table import Table
from rich.text import Text

from bptutor.engine.parts import asked
from bptutor.language import _
from bptutor.problem import Problem
from bptutor.render.harmless import printable

_LEVELS = ((15, _("easy")), (50, _("exam")), (10**9, _("long")))
"""Up to so many numbers: what is practised in ten minutes, what an exam asks, and what takes an evening."""


def catalogue(problems: dict[str, Problem]) -> Table:
    """A row a problem: name, level, how many numbers it asks for, size, and what it is good for."""
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="bold")
    for title in (_("name"), _("level"), _("numbers"), _("size")):
        table.add_column(title, no_wrap=True, justify="right" if title == _("numbers") else "left")
    table.add_column(_("good for"), no_wrap=True, overflow="ellipsis")
    for count, name, problem in sorted((_count(problem), name, problem) for name, problem in problems.items()):
        level = next(word for most, word in _LEVELS if count <= most)
        size = "-".join(map(str, problem.layers))
        table.add_row(Text(name, style="bold"), level, str(count), size, Text(printable(problem.title)))
    return table


def _count(problem: Problem) -> int:
    """How many numbers are asked for."""
    return sum(int(cells.sum()) for cells in asked(problem).values())
