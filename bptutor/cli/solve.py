"""`bptutor solve`: the worked solution of a problem."""

from __future__ import annotations

from dataclasses import replace
from math import inf
from typing import TYPE_CHECKING, Annotated

import typer

from bptutor.cli import completion
from bptutor.cli.options import Apart, ProblemOrStdin, keep_apart, switches, with_forms
from bptutor.cli.view import View, explain_cells, show, train_and_show
from bptutor.errors import BptutorError
from bptutor.language import _
from bptutor.render.data import FORMATS

if TYPE_CHECKING:
    from bptutor.problem import Problem

_NUMBERS, _PART = _("Numbers"), _("Parts of the page")
_MOST_STEPS = 1_000_000


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
    keep_apart(used, _APART)
    if until is not None and not 0 < until < inf:
        raise BptutorError(_("found --until {value}, expected a number above 0").format(value=until))
    loaded = _adjusted(loaded, decimals, carry, steps)
    course = loaded.steps > 1 and not view.asks_for_cells and not (steps is None and _is_one_page(loaded))
    if until is not None or course:
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
)
"""Options of which one would have no effect beside the other."""


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
