"""`bptutor template`: a blank answer sheet for a problem."""

from __future__ import annotations

import os.path
import sys
from collections.abc import Iterable
from typing import Annotated

import typer

from bptutor.cli import completion
from bptutor.cli.messages import say_written
from bptutor.cli.options import Force, Layers, ProblemOrStdin, keep_apart
from bptutor.files.new_file import write_new
from bptutor.language import _


def template(
    problem: ProblemOrStdin,
    cells: Annotated[
        str | None,
        typer.Option(
            "--cells",
            autocompletion=completion.words,
            metavar="WORDS",
            help=_("Only these: net,delta,new_w,… Default: what the problem asks."),
        ),
    ] = None,
    layer: Layers = None,
    points: Annotated[bool, typer.Option("--points", help=_("Say what each group of cells is worth."))] = False,
    formulas: Annotated[
        bool | None,
        typer.Option(
            "--formulas/--no-formulas",
            help=_("The formula above each group of cells. Default: none where the problem says what it asks."),
        ),
    ] = None,
    output: Annotated[
        str | None, typer.Option("--output", "-o", metavar="FILE", help=_("The file to write. Default: print it."))
    ] = None,
    force: Force = False,
    as_csv: Annotated[
        bool, typer.Option("--csv", help=_("The first row of a table with a column for each cell, to hand out."))
    ] = False,
    as_form: Annotated[bool, typer.Option("--form", help=_("The titles of the questions of a form."))] = False,
) -> None:
    """Write a blank answer sheet, in the order of the page.

    Examples:  bptutor template mazur -o mine.yaml  ·  bptutor template mazur --cells net,delta,new_w
    """
    from bptutor.engine.page import refuse_endless
    from bptutor.files.library import load
    from bptutor.render.choose import choice_of
    from bptutor.render.sheet import header_row, question_titles, sheet
    from bptutor.solution.trace import Trace
    from bptutor.worksheets.scheme import points_of

    loaded = load(problem)
    refuse_endless(loaded)
    trace = Trace(loaded)
    choice = choice_of(trace, cells, layer, names=("--cells", "--layer"))
    used = {"--csv": as_csv, "--form": as_form, "--points": points}
    used |= {"--formulas": formulas is True, "--no-formulas": formulas is False}
    keep_apart({option for option, on in used.items() if on}, _APART)
    if as_csv or as_form:
        lines: Iterable[str] = (header_row if as_csv else question_titles)(trace, choice)
    else:
        worth = points_of(trace.problem) if points else {}
        lines = sheet(trace, _name_from(problem, output), choice, points=worth, formulas=formulas)
    if output is None:
        sys.stdout.writelines(lines)
        return
    write_new(output, "".join(lines), force=force, beware=_(", and may have answers in it"))
    say_written(output, _("fill in each ~, then  bptutor check {file}"))


_APART = (
    (("--csv",), ("--form",)),
    (("--csv", "--form"), ("--points", "--formulas", "--no-formulas")),
)
"""Options that cannot go together."""


def _name_from(problem: str, output: str | None) -> str:
    """What the sheet calls the problem: a name of the library, or the way from the sheet to the file; "" for a pipe."""
    if problem == "-":
        return ""
    folder = os.path.dirname(output or "")
    if not folder or os.path.isabs(problem) or not os.path.isfile(problem):
        return problem
    return os.path.relpath(problem, folder).replace(os.sep, "/")
