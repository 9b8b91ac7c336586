"""`bptutor worksheet`: exercises on paper."""

from __future__ import annotations

import re
import shlex
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from bptutor.cli import completion
from bptutor.cli.messages import say_written
from bptutor.cli.options import Needs, keep_apart, keep_together
from bptutor.errors import BptutorError
from bptutor.language import _

_FILLED, _WRITTEN = _("What is filled in"), _("What is written")
_ALL = "all"


class Form(StrEnum):
    """What a worksheet is written as."""

    markdown = "markdown"
    html = "html"
    latex = "latex"
    pdf = "pdf"
    xlsx = "xlsx"


def worksheet(
    problems: Annotated[
        list[str],
        typer.Argument(
            metavar="PROBLEM…",
            autocompletion=completion.problems,
            help=_("YAML files, names of the library, folders of variants, or - for stdin."),
        ),
    ],
    form: Annotated[
        Form | None,
        typer.Option(
            "--format", rich_help_panel=_WRITTEN, help=_("Default: what the name of FILE ends with, else markdown.")
        ),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE|DIR",
            rich_help_panel=_WRITTEN,
            help=_("A file (.md, .html, .tex, .pdf, .xlsx); with --variants or --fade all a folder. Default: print."),
        ),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", rich_help_panel=_WRITTEN, help=_("Overwrite existing files."))
    ] = False,
    key: Annotated[
        bool, typer.Option("--key", rich_help_panel=_FILLED, help=_("The solution: every formula, with its numbers."))
    ] = False,
    fade: Annotated[
        str | None,
        typer.Option(
            "--fade",
            metavar="K|all",
            rich_help_panel=_FILLED,
            help=_("Fill in the first K stages; all: a series, each sheet with one stage less."),
        ),
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", rich_help_panel=_FILLED, help=_("The whole page, however long it is."))
    ] = False,
    points: Annotated[
        bool, typer.Option("--points", rich_help_panel=_FILLED, help=_("Say what each stage is worth."))
    ] = False,
    lines: Annotated[
        int | None,
        typer.Option(
            "--lines",
            min=0,
            max=60,
            metavar="N",
            rich_help_panel=_FILLED,
            help=_("Lines for the working below each part. Default: one for each blank, at most 12."),
        ),
    ] = None,
    variants: Annotated[
        bool,
        typer.Option(
            "--variants", rich_help_panel=_WRITTEN, help=_("A file for each variant, and one with all of them.")
        ),
    ] = False,
    roster: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            rich_help_panel=_WRITTEN,
            help=_("With --variants: a file for each student in this table (id, name, email, variant)."),
        ),
    ] = None,
) -> None:
    """Print an exercise for paper: the network drawn, the conventions in words, tables to fill in; or a live workbook.

    Examples:  bptutor worksheet mazur -o mazur.pdf  ·  bptutor worksheet mazur -o mazur.xlsx
    """
    options = {"--key": key, "--fade": fade is not None, "--roster": roster is not None, "--variants": variants}
    used = {name for name, on in (options | {"--force": force, "-o": output is not None}).items() if on}
    keep_apart(used, _APART)
    keep_together(used, _NEEDS)
    from bptutor.cli.progress import progress
    from bptutor.runs.worksheet_run import Plan, run

    plan = Plan(
        tuple(problems),
        form and form.value,
        output,
        None if fade is None else _stages(fade),
        key,
        everything,
        variants,
        roster,
        force,
        points,
        lines,
    )
    with progress(_("Sheets")) as tell:
        document = run(plan, tell)
    if document is not None:
        sys.stdout.write(document.decode())
    elif output is not None:
        say_written(
            str(output),
            "" if key else _next(output, form).format(problems=" ".join(map(shlex.quote, problems)), output=output),
        )


def _next(output: Path, form: Form | None) -> str:
    """What to do with what was written."""
    if form != Form.xlsx and output.suffix.lower() != ".xlsx":
        return _("print it; its solution:  bptutor worksheet {problems} --key")
    if output.suffix:
        return _("hand it out; when it comes back:  bptutor check {output}")
    return _("hand them out; when they come back:  bptutor grade {problems} FOLDER")


_APART = ((("--key",), ("--fade",)),)
_NEEDS: Needs = (("--roster", ("--variants",)), ("--variants", ("-o",)), ("--force", ("-o",)))
"""Options of which one would have no effect beside the other, and without the other."""


def _stages(fade: str) -> int | str:
    """How many stages are filled in, or that it is a series."""
    if fade == _ALL:
        return fade
    if re.fullmatch("[0-9]{1,6}", fade):
        return int(fade)
    message = _("found --fade {text}, expected a number of stages, or all").format(text=fade)
    raise BptutorError(message, hint=_("--fade 3"))
