"""`bptutor check`: what is right of a student's numbers, and what went wrong first."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from bptutor.cli.marking import AcceptConventions, Charge, Charged, FollowThrough, Imprecise, Ulps, marking
from bptutor.cli.solve import keep_apart
from bptutor.errors import BptutorError
from bptutor.language import _

if TYPE_CHECKING:
    from bptutor.answers import Answers
    from bptutor.marking.report import Report
    from bptutor.problem import Problem

_HELP, _OUTPUT = _("Help for the student"), _("Other forms of output")


def check(
    problem: Annotated[
        str | None,
        typer.Argument(help=_("A YAML file, a name of the library, or -. Default: the problem that the sheet names.")),
    ] = None,
    *,
    answers: Annotated[
        str,
        typer.Option("--answers", "-a", metavar="FILE", help=_("The sheet of answers, or - for standard input.")),
    ],
    hints: Annotated[
        int | None,
        typer.Option(
            "--hint",
            min=1,
            max=4,
            rich_help_panel=_HELP,
            help=_("Help with the first wrong cell: 1 where, 2 which rule, 3 the formula, 4 with your numbers."),
        ),
    ] = None,
    reveal: Annotated[bool, typer.Option("--reveal", rich_help_panel=_HELP, help=_("Show what is right."))] = False,
    everything: Annotated[
        bool, typer.Option("--all", rich_help_panel=_HELP, help=_("Leave no row of the table out."))
    ] = False,
    ulps: Ulps = 0,
    imprecise: Imprecise = "1/2",
    follow_through: FollowThrough = "1",
    charge: Charged = Charge.once,
    accept_conventions: AcceptConventions = False,
    as_json: Annotated[bool, typer.Option("--json", rich_help_panel=_OUTPUT, help=_("JSON, all marks."))] = False,
    as_plain: Annotated[
        bool,
        typer.Option(
            "--plain", rich_help_panel=_OUTPUT, help=_("One cell a line: id, label, verdict, credit, points, typed.")
        ),
    ] = False,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", rich_help_panel=_OUTPUT, help=_("Nothing, the exit status alone."))
    ] = False,
) -> None:
    """Check a sheet of answers: marks for every number, and why the first wrong one is wrong.

    The exit status is 0 if all is right, 1 if something is not, 2 if the sheet cannot be checked.

    Examples:  bptutor check --answers mine.yaml  ·  bptutor check mazur -a mine.yaml --hint 2
    """
    formats = {"--json": as_json, "--plain": as_plain, "--quiet": quiet}
    chosen = [option for option, wanted in formats.items() if wanted]
    used = {*chosen, *(o for o, on in {"--hint": hints, "--all": everything, "--reveal": reveal}.items() if on)}
    keep_apart(used, _APART)
    from bptutor.marking.check import check as judge

    how = marking(ulps, imprecise, follow_through, charge, accept_conventions)
    report = judge(*_read(problem, answers), how)
    if not chosen:
        _show(report, hints or 0, reveal=reveal, everything=everything)
    elif not quiet:
        from bptutor.render.report_data import FORMATS

        for text in FORMATS[chosen[0].removeprefix("--")](report, reveal=reveal):
            sys.stdout.write(text)
    raise typer.Exit(0 if report.all_right else 1)


_FORMATS = ("--json", "--plain", "--quiet")
_APART = ((_FORMATS, _FORMATS), (("--hint", "--all"), _FORMATS), (("--reveal",), ("--quiet",)))
"""Options of which one would have no effect beside the other."""


def _read(problem: str | None, answers: str) -> tuple[Problem, Answers]:
    """The sheet, and the problem: the one that is named, else the one that the sheet names."""
    from bptutor.files.answers_file import answers_of, problem_of_sheet, read_sheet
    from bptutor.files.library import load

    if problem == answers == "-":
        raise BptutorError(_("the problem and the answers cannot both be standard input"), hint=_("a file for one"))
    sheet = read_sheet(answers)
    loaded = problem_of_sheet(sheet) if problem is None else load(problem)
    return loaded, answers_of(sheet, loaded)


def _show(report: Report, hints: int, *, reveal: bool, everything: bool) -> None:
    from bptutor.cli.messages import console
    from bptutor.render.columns import FEW
    from bptutor.render.report import print_report

    print_report(console(), report, reveal=reveal, level=hints, most=None if everything else FEW)
