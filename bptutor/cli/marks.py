"""`bptutor marks`: what a page is worth, and what mistakes cost."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bptutor.cli.options import ProblemOrStdin, keep_apart, switches, with_forms
from bptutor.language import _
from bptutor.worksheets.scheme_forms import FORMATS

if TYPE_CHECKING:
    from bptutor.problem import Problem


@with_forms(FORMATS)
def marks(
    problem: ProblemOrStdin,
    *,
    points: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help=_("Points and prices from this file, instead of the problem's own.")),
    ] = None,
    forms: list[str],
) -> None:
    """Show the marking scheme of a problem: the points of each stage, and what each kind of mistake costs.

    Examples:  bptutor marks mazur  ·  bptutor marks mazur --points paper.yaml --latex > scheme.tex
    """
    keep_apart({f"--{name}" for name in forms}, ((switches(FORMATS), switches(FORMATS)),))
    from bptutor.files.library import load
    from bptutor.files.points_file import points_document, with_points

    found = load(problem)
    if points:
        found = with_points(found, points_document(points))
    if forms:
        sys.stdout.writelines(FORMATS[forms[0]].write(found))
    else:
        _show(found)


def _show(problem: Problem) -> None:
    from rich.text import Text

    from bptutor.cli.messages import console
    from bptutor.render.harmless import printable
    from bptutor.render.terminal import print_table
    from bptutor.worksheets.scheme import rules, scheme, title

    screen = console()
    screen.print(Text(printable(title(problem)), style="bold"))
    screen.print()
    print_table(screen, scheme(problem), None)
    screen.print()
    for rule in rules(problem):
        screen.print(Text(rule))
