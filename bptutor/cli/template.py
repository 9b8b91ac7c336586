"""`bptutor template`: a blank answer sheet for a problem."""

from __future__ import annotations

import os.path
import sys
from typing import Annotated

import typer

from bptutor.errors import BptutorError, Where
from bptutor.language import _


def template(
    problem: Annotated[str, typer.Argument(help=_("A YAML file, a name of the library, or - for standard input."))],
    cells: Annotated[
        str | None,
        typer.Option(
            "--cells", metavar="WORDS", help=_("Only these: net,delta,new_w,… Default: what the problem asks.")
        ),
    ] = None,
    layer: Annotated[
        str | None,
        typer.Option("--layer", metavar="N,…", help=_("Only these layers; 1 is the first after the inputs.")),
    ] = None,
    output: Annotated[
        str | None, typer.Option("--output", "-o", metavar="FILE", help=_("The file to write. Default: print it."))
    ] = None,
    force: Annotated[bool, typer.Option("--force", help=_("Write over a file that is there."))] = False,
) -> None:
    """Write a blank answer sheet, in the order of the page, each group under its formula.

    Examples:  bptutor template mazur -o mine.yaml  ·  bptutor template mazur --cells net,delta,new_w
    """
    from bptutor.cli.choose import choice_of
    from bptutor.cli.view import trace_of
    from bptutor.files.library import load
    from bptutor.render.sheet import sheet

    trace = trace_of(load(problem))
    choice = choice_of(trace, cells, layer, None, only_option="--cells")
    lines = sheet(trace, _name_from(problem, output), choice)
    if output is None:
        sys.stdout.writelines(lines)
        return
    try:
        with open(output, "w" if force else "x", encoding="utf-8") as file:
            file.writelines(lines)
    except FileExistsError:
        message = _("the file is there already, and may have answers in it")
        raise BptutorError(message, Where(output), _("another name, or --force to write over it")) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise BptutorError(_("the file cannot be written: {reason}").format(reason=reason), Where(output)) from None


def _name_from(problem: str, output: str | None) -> str:
    """What the sheet calls the problem: a name of the library, or the way from the sheet to the file; "" for a pipe."""
    if problem == "-":
        return ""
    folder = os.path.dirname(output or "")
    if not folder or os.path.isabs(problem) or not os.path.isfile(problem):
        return problem
    return os.path.relpath(problem, folder).replace(os.sep, "/")
