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

_GAP = 2  # spaces between columns


def catalogue(problems: dict[str, Problem], width: int) -> Table:
    """A row a problem: name, level, how many numbers it asks for, size, and what it is good for.

    In so many columns of the screen; only what it is good for may be cut, which `problems show` has as a title.
    """
    table = Table(box=None, padding=(0, _GAP, 0, 0), pad_edge=False, header_style="bold")
    rows = sorted((_count(problem), name, problem) for name, problem in problems.items())
    columns = {
        _("name"): [name for _n, name, _problem in rows],
        _("level"): [next(word for most, word in _LEVELS if count <= most) for count, _name, _problem in rows],
        _("cells"): [str(count) for count, _name, _problem in rows],
        _("size"): ["-".join(map(str, problem.layers)) for _n, _name, problem in rows],
    }
    room = width - sum(max(map(len, (title, *texts))) + _GAP for title, texts in columns.items())
    for title in columns:
        table.add_column(title, no_wrap=True, justify="right" if title == _("cells") else "left")
    table.add_column(_("good for"), no_wrap=True)
    for row, (_n, _name, problem) in zip(zip(*columns.values(), strict=True), rows, strict=True):
        good_for = Text(printable(problem.title))
        good_for.truncate(max(room, 1), overflow="ellipsis")
        table.add_row(*map(Text, row), good_for)
    return table


def _count(problem: Problem) -> int:
    """How many numbers are asked for."""
    return sum(int(cells.sum()) for cells in asked(problem).values())
