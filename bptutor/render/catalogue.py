"""The list of the problems that come with bptutor."""

from __future__ import annotations

import re

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from bptutor.engine.schedule import goes_back
from bptutor.language import _
from bptutor.problem import Problem
from bptutor.render.harmless import printable

_ADDRESS = re.compile(r",?\s*https?://\S+")  # too long for a list; `bptutor problems show` has it


def catalogue(problems: dict[str, Problem]) -> Table:
    """A row a problem: name, title, size, activations, loss, source."""
    table = Table(box=SIMPLE_HEAD, show_edge=False, header_style="bold")
    for title in (_("name"), _("title and source"), _("size"), _("activations and loss")):
        table.add_column(title, overflow="fold", no_wrap=title != _("title and source"))
    for name, problem in problems.items():
        activations = dict.fromkeys(activation.name for activation in problem.activations)
        source = _ADDRESS.sub("", printable(problem.source))
        about = Text(printable(problem.title)).append(f"\n{source}", style="dim")
        size = "-".join(map(str, problem.layers))
        loss = problem.loss if goes_back(problem) else _("forward pass only")
        table.add_row(Text(name, style="bold"), about, size, f"{', '.join(activations)}\n{loss}")
    return table
