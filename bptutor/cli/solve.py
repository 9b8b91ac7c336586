"""`bptutor solve`: the worked solution of a problem."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bptutor.cli import completion
from bptutor.cli.options import Apart, Needs, ProblemOrStdin, keep_apart, keep_together, switches, with_forms
from bptutor.cli.view import Files, View, explain_cells, show, train_and_show, write_files
from bptutor.errors import BptutorError
from bptutor.language import _
from bptutor.render.data import FORMATS

if TYPE_CHECKING:
    from bptutor.problem import Problem

_NUMBERS, _PART = _("Numbers"), _("Parts of the page")
_LOOKED_AT = _("To be looked at")
_MOST_STEPS = 1_000_000
PRACTICE = _("The page asks for each number before it shows it.")


class Kind(StrEnum):
    """What a picture is of."""

    forward = "forward"
    backward = "backward"
    loss = "loss"


def _path(name: str | None) -> Path | None:
    return Path(name) if name else None


def _looked_at(name: str, says: str) -> Any:
    """A file to write; its name is taken as text, since a path would load pydantic (see `commands`)."""
    return typer.Option(name, metavar="FILE", rich_help_panel=_LOOKED_AT, help=says)


@with_forms(FORMATS)
def solve(
    problem: ProblemOrStdin,
    cells: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="CELL",
            help=_("With --explain: the cells to explain, by id or label."),
            autocompletion=completion.cells,
        ),
    ] = None,
    *,
    decimals: Annotated[
        int | None, typer.Option("--decimals", "-d", min=0, max=17, rich_help_panel=_NUMBERS, help=_("Decimals shown."))
    ] = None,
    sig_figs: Annotated[
        int | None,
        typer.Option("--sig-figs", min=1, max=17, rich_help_panel=_NUMBERS, help=_("Significant figures shown.")),
    ] = None,
    carry: Annotated[
        bool,
        typer.Option(
            "--carry", rich_help_panel=_NUMBERS, help=_("Round each value as it is written down, and use that.")
        ),
    ] = False,
    explain: Annotated[
        bool, typer.Option("--explain", "-x", help=_("Show how each cell, or each CELL and all it rests on, is found."))
    ] = False,
    only: Annotated[
        str | None,
        typer.Option(
            "--only",
            metavar="WORDS",
            rich_help_panel=_PART,
            help=_("Only these: net,out,delta,…"),
            autocompletion=completion.words,
        ),
    ] = None,
    layer: Annotated[
        str | None,
        typer.Option(
            "--layer",
            metavar="N,…",
            rich_help_panel=_PART,
            help=_("Only these layers; 1 is the first after the inputs."),
        ),
    ] = None,
    samples: Annotated[
        str | None,
        typer.Option(
            "--samples",
            metavar="N,…",
            rich_help_panel=_PART,
            help=_("Only these samples, and what they have together."),
        ),
    ] = None,
    everything: Annotated[
        bool,
        typer.Option(
            "--all", rich_help_panel=_PART, help=_("Leave nothing out: all rows, and all cells of several steps.")
        ),
    ] = False,
    steps: Annotated[
        int | None,
        typer.Option(
            "--steps", min=1, max=_MOST_STEPS, help=_("Repeat the pass: losses, a chart, the final parameters.")
        ),
    ] = None,
    until: Annotated[float | None, typer.Option("--until", help=_("Repeat until the loss is below this."))] = None,
    verify: Annotated[
        bool, typer.Option("--verify", help=_("Check every gradient against central differences."))
    ] = False,
    notes: Annotated[
        bool, typer.Option("--notes", help=_("The notes of the problem too, such as what its source printed wrong."))
    ] = False,
    html: Annotated[str | None, _looked_at("--html", _("A page to step through in a browser, in one file."))] = None,
    svg: Annotated[str | None, _looked_at("--svg", _("A picture for slides and papers."))] = None,
    png: Annotated[str | None, _looked_at("--png", _("The same in pixels."))] = None,
    picture: Annotated[
        Kind | None,
        typer.Option(
            "--picture", rich_help_panel=_LOOKED_AT, help=_("Of what: the network, or the loss. Default: forward.")
        ),
    ] = None,
    practice: Annotated[bool, typer.Option("--practice", rich_help_panel=_LOOKED_AT, help=PRACTICE)] = False,
    force: Annotated[
        bool, typer.Option("--force", rich_help_panel=_LOOKED_AT, help=_("Overwrite an existing file."))
    ] = False,
    forms: list[str],
) -> None:
    """Work a problem out: forward pass, loss, backward pass, updates.

    Examples:  bptutor solve mazur  ·  bptutor solve mazur -d 6 --explain δ_h1  ·  bptutor solve mine.yaml --steps 100
    """
    view = View(
        formats=forms,
        explain=explain,
        only=only,
        layer=layer,
        samples=samples,
        everything=everything,
        verify=verify,
        figures=sig_figs,
        notes=notes,
    )
    loaded, wanted = _load(problem, cells or [])
    if wanted and not explain:
        raise BptutorError(_("found {cell} after the problem").format(cell=wanted[0]), hint=f"--explain {wanted[0]}")
    used = {f"--{name}" for name in forms}
    used |= {"--decimals"} if decimals is not None else set()
    used |= {"--sig-figs"} if sig_figs is not None else set()
    used |= {"--until"} if until is not None else set()
    used |= {"--explain CELL"} if wanted else {"--explain"} if explain else set()
    used |= {f"--{name}" for name in ("only", "layer", "samples", "verify", "notes") if getattr(view, name)}
    files = Files(_path(html), _path(svg), _path(png), picture and picture.value, practice, force)
    used |= {f"--{name}" for name, value in files._asdict().items() if value}
    keep_apart(used, _APART)
    keep_together(used, _NEEDS)
    if until is not None and not 0 < until < inf:
        raise BptutorError(_("found --until {value}, expected a number above 0").format(value=until))
    loaded = _adjusted(loaded, decimals, carry, steps)
    course = loaded.steps > 1 and not view.asks_for_cells and not (steps is None and _is_one_page(loaded))
    if files.paths:
        write_files(loaded, view, files)
    elif until is not None or course:
        train_and_show(loaded, view, until, steps or (loaded.steps if until is None else _MOST_STEPS))
    elif wanted:
        explain_cells(loaded, view, wanted)
    else:
        show(loaded, view)


_FORMATS = switches(FORMATS)
_PARTS = ("--only", "--layer", "--samples")
_APART: Apart = (
    (_FORMATS, _FORMATS),
    (("--decimals",), ("--sig-figs",)),
    (("--verify",), (*_FORMATS, "--explain", "--explain CELL")),
    (("--explain CELL",), (*_FORMATS, *_PARTS)),
    (("--notes",), (*_FORMATS, *_PARTS, "--explain", "--explain CELL", "--until")),
    (("--until",), (*_FORMATS, *_PARTS, "--explain", "--explain CELL", "--verify")),
    (
        ("--html", "--svg", "--png"),
        (*_FORMATS, "--only", "--layer", "--explain", "--explain CELL", "--verify", "--notes", "--until"),
    ),
    (("--html",), ("--samples",)),
)
"""Options of which one would have no effect beside the other."""
_NEEDS: Needs = (
    ("--practice", ("--html",)),
    ("--picture", ("--svg", "--png")),
    ("--force", ("--html", "--svg", "--png")),
)
"""Options that have no effect without one of others."""


def _load(problem: str, cells: list[str]) -> tuple[Problem, list[str]]:
    """The problem and the cells; `--explain CELL PROBLEM` is understood as well as `PROBLEM --explain CELL`."""
    from bptutor.files.library import is_problem, load

    if cells and not is_problem(problem):
        for place, name in enumerate(cells):
            if is_problem(name):
                return load(name), [problem, *cells[:place], *cells[place + 1 :]]
    return load(problem), cells


def _is_one_page(problem: Problem) -> bool:
    """Whether all steps of a problem are one page: a table with a row a sample, or what is made of given gradients."""
    from bptutor.engine.schedule import by_rows

    return by_rows(problem) or any("#" in key and not key.endswith("#1") for key in problem.given)


def _adjusted(problem: Problem, decimals: int | None, carry: bool, steps: int | None) -> Problem:
    """The problem as the options ask for it."""
    if carry:
        problem = replace(problem, conventions=problem.conventions._replace(rounding="carry"))
    if decimals is not None:
        problem = replace(problem, decimals=decimals, digits={})
    return problem if steps is None else problem.repeated(steps)
