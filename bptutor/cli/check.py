"""`bptutor check`: what is right of a student's numbers, and what went wrong first."""

from __future__ import annotations

import os.path
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from bptutor.cli import completion
from bptutor.cli import marking as marks
from bptutor.cli.options import OUTPUT, keep_apart, switches, with_forms
from bptutor.errors import BptutorError
from bptutor.language import _
from bptutor.render.report_data import FORMATS

if TYPE_CHECKING:
    from bptutor.answers import Answers
    from bptutor.marking.report import Report
    from bptutor.problem import Problem

_HELP = _("Help for the student")


@with_forms(FORMATS)
@marks.with_marking
def check(
    source: Annotated[
        str | None,
        typer.Argument(
            metavar="SHEET",
            help=_("The sheet of answers, or - for standard input; with --answers the problem."),
            autocompletion=completion.sheets,
        ),
    ] = None,
    *,
    answers: Annotated[
        str | None,
        typer.Option(
            "--answers", "-a", metavar="FILE", help=_("The sheet; its problem is then the argument, or what it names.")
        ),
    ] = None,
    hints: Annotated[
        int | None,
        typer.Option(
            "--hint",
            min=1,
            max=4,
            rich_help_panel=_HELP,
            help=_("Help with the first wrong cell: 1 a question, 2 the mistake, 3 the formula, 4 with your numbers."),
        ),
    ] = None,
    reveal: Annotated[bool, typer.Option("--reveal", rich_help_panel=_HELP, help=_("Show what is right."))] = False,
    everything: Annotated[
        bool, typer.Option("--all", rich_help_panel=_HELP, help=_("Show every row of the table."))
    ] = False,
    strict: marks.MarkingOptions,
    forms: list[str],
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", rich_help_panel=OUTPUT, help=_("No output, only the exit status."))
    ] = False,
) -> None:
    """Check a sheet of answers: marks for every number, and why the first wrong one is wrong.

    The exit status is 0 if all is right, 1 if something is not, 2 if the sheet cannot be checked.

    Examples:  bptutor check sheet.yaml  ·  bptutor check sheet.yaml --hint 2  ·  bptutor check mazur -a sheet.yaml
    """
    options = {"--quiet": quiet, "--hint": hints, "--all": everything, "--reveal": reveal}
    used = {f"--{name}" for name in forms} | {option for option, on in options.items() if on}
    keep_apart(used, _APART)
    from bptutor.marking.check import check as judge

    how = strict.marking()
    exercise, sheet = _read_sheet(source) if answers is None else _read(source, answers)
    report = judge(strict.of(exercise), sheet, how)
    if forms:
        sys.stdout.writelines(FORMATS[forms[0]].write(report, reveal=reveal))
    elif not quiet:
        _show(report, hints or 0, reveal=reveal, everything=everything)
    raise typer.Exit(0 if report.all_right else 1)


_FORMATS = (*switches(FORMATS), "--quiet")
_APART = ((_FORMATS, _FORMATS), (("--hint", "--all"), _FORMATS), (("--reveal",), ("--quiet",)))
"""Options of which one would have no effect beside the other."""


def _read_sheet(name: str | None) -> tuple[Problem, Answers]:
    """The sheet that is named alone, and the problem that it names."""
    from bptutor.files.library import names

    if name is None:
        raise BptutorError(
            _("SHEET is missing"), hint=_("bptutor check sheet.yaml; `bptutor template` writes a blank one")
        )
    if name in names() and not os.path.exists(name):
        message = _("{name} is a problem, expected a sheet of answers").format(name=name)
        hint = _("bptutor check {name} --answers SHEET; `bptutor template {name}` writes a blank one").format(name=name)
        raise BptutorError(message, hint=hint)
    return _read(None, name)


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
