"""`bptutor grade`: the hand-ins of a whole class, marked in one run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bptutor.classroom.spool import Keep
from bptutor.cli import marking as marks
from bptutor.cli.options import keep_apart
from bptutor.errors import BptutorError
from bptutor.language import _, plural

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bptutor.runs.changes import Change
    from bptutor.runs.class_run import Outcome, Plan

_READ, _BOOKS = _("What is read"), _("Gradebooks")
_RUN = _("How it runs")
_MIB = 1024 * 1024


@marks.with_marking
def grade(
    problem: Annotated[
        str | None, typer.Argument(help=_("A YAML file, a name of the library, or a folder of variants."))
    ] = None,
    sources: Annotated[
        list[Path] | None,
        typer.Argument(metavar="SOURCES…", help=_("Sheets, folders, zip archives, tables, JSON lines.")),
    ] = None,
    *,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="OUT", help=_("The folder for the results."))
    ] = None,
    again: Annotated[
        Path | None,
        typer.Option("--again", metavar="OUT", help=_("Grade a class again that was graded into this folder.")),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help=_("Replace older results in that folder."))] = False,
    roster: Annotated[
        Path | None,
        typer.Option(metavar="FILE", rich_help_panel=_READ, help=_("A table with columns id, name, email, variant.")),
    ] = None,
    glob: Annotated[
        list[str] | None,
        typer.Option(
            metavar="PATTERN", rich_help_panel=_READ, help=_("Which files are sheets, such as *.yaml. Default: all.")
        ),
    ] = None,
    columns: Annotated[
        str,
        typer.Option(
            metavar="FILE",
            rich_help_panel=_READ,
            help=_("Which cells headings are (heading: cell); nbgrader, otter, gradescope: their grades.csv."),
        ),
    ] = "",
    id_from: Annotated[
        str, typer.Option(metavar="REGEX", rich_help_panel=_READ, help=_(r"Where the id is in a path: (?P<id>s\d+)."))
    ] = "",
    keep: Annotated[
        Keep, typer.Option(rich_help_panel=_READ, help=_("Which hand-in counts when a student has several."))
    ] = Keep.newest,
    limit: Annotated[
        float,
        typer.Option(min=0.001, max=1_000_000, rich_help_panel=_READ, help=_("The largest hand-in, in MiB.")),
    ] = 1,
    canvas: Annotated[
        Path | None,
        typer.Option(metavar="FILE", rich_help_panel=_BOOKS, help=_("Fill this gradebook that Canvas exported.")),
    ] = None,
    assignment: Annotated[
        str, typer.Option(metavar="TITLE", rich_help_panel=_BOOKS, help=_("The assignment there, by title or number."))
    ] = "",
    moodle: Annotated[
        Path | None,
        typer.Option(metavar="FILE", rich_help_panel=_BOOKS, help=_("Fill this worksheet of Moodle.")),
    ] = None,
    brightspace: Annotated[
        Path | None,
        typer.Option(metavar="FILE", rich_help_panel=_BOOKS, help=_("Fill this grade export of Brightspace.")),
    ] = None,
    blackboard: Annotated[
        Path | None,
        typer.Option(metavar="FILE", rich_help_panel=_BOOKS, help=_("Fill this gradebook of Blackboard.")),
    ] = None,
    html: Annotated[
        bool, typer.Option("--html", rich_help_panel=marks.TOLD, help=_("Write feedback as HTML too."))
    ] = False,
    no_feedback: Annotated[
        bool, typer.Option("--no-feedback", rich_help_panel=marks.TOLD, help=_("Write no feedback."))
    ] = False,
    hints: marks.Hints = 0,
    reveal: marks.Reveal = False,
    strict: marks.MarkingOptions,
    workers: Annotated[
        int, typer.Option(min=1, max=256, rich_help_panel=_RUN, help=_("Processes that grade at the same time."))
    ] = 1,
    dask: Annotated[
        str,
        typer.Option(metavar="ADDRESS", rich_help_panel=_RUN, help=_("Grade on the Dask cluster at this address.")),
    ] = "",
) -> None:
    """Grade a whole class: grades for the gradebook, feedback for each student, and a picture of the class.

    The exit status is 0 if all that can be graded is graded; report.md names every hand-in that is not.

    Examples:  bptutor grade mazur submissions.zip --moodle worksheet.csv -o results  ·  bptutor grade --again results
    --points new.yaml
    """
    told = {"--no-feedback": no_feedback, "--html": html, "--hint": hints > 0, "--reveal": reveal}
    books = {name: file for name, file in (("brightspace", brightspace), ("blackboard", blackboard)) if file}
    exports = {"--canvas": canvas is not None, "--moodle": moodle is not None} | {f"--{name}": True for name in books}
    read = {"--glob": bool(glob), "--id-from": id_from != "", "--limit": limit != 1, "--roster": roster is not None}
    read |= {"--keep": keep != Keep.newest, "--columns": columns != "", _("a problem"): problem is not None}
    first = told | exports | read | {"--assignment": assignment != ""}
    options = first | {"--again": again is not None, "--workers": workers > 1, "--dask": dask != ""}
    _fit({option for option, on in options.items() if on}, tuple(first), canvas is not None or bool(books))
    if again is None and (problem is None or not sources or output is None):
        missing = "PROBLEM" if problem is None else "--output" if sources else "SOURCES"
        raise BptutorError(_("{what} is missing").format(what=missing), hint=_("bptutor grade --help"))
    from bptutor.intake.columns import load_columns
    from bptutor.intake.entries import SHEETS, Search
    from bptutor.intake.whose import id_pattern
    from bptutor.render.grades import PRESETS
    from bptutor.runs.chunks import FeedbackOptions
    from bptutor.runs.class_run import Plan

    named, meant = id_pattern(id_from) if id_from else None, {} if columns in ("", *PRESETS) else load_columns(columns)
    search = Search(tuple(glob or SHEETS), named, int(limit * _MIB), meant)
    plan = Plan(
        *(problem or "", tuple(sources or ()), output or again or Path(), search, roster, keep),
        *(canvas, assignment, moodle),
        None if no_feedback else FeedbackOptions(("md", "html") if html else ("md",), hints, reveal),
        strict.marking(),
        strict.document(),
        workers,
        dask,
        force,
        preset=columns if columns in PRESETS else "",
        books=books,
    )
    _run(plan, again)


_APART = (
    (("--no-feedback",), ("--html", "--hint", "--reveal")),
    (("--dask",), ("--workers",)),
)
"""Options of which one would have no effect beside the other."""


def _fit(used: set[str], first: tuple[str, ...], gradebook: bool) -> None:
    """Raises BptutorError for options that cannot go together.

    A class that is graded again has those of `first` from the first time. `gradebook`: there is one with assignments.
    """
    keep_apart(used, (*_APART, (("--again",), first)))
    if not gradebook:
        none = _("no gradebook")
        keep_apart({*used, none}, ((("--assignment",), (none,)),))


def _run(plan: Plan, again: Path | None) -> None:
    """Grades, and says what came of it."""
    from bptutor.cli.progress import progress
    from bptutor.runs.again import run_again
    from bptutor.runs.class_run import run

    with progress(_("Grading"), forks=plan.workers > 1) as tell:
        outcome, changed = run_again(plan, again, tell) if again else (run(plan, tell), None)
    _tell(outcome, plan.out)
    if changed is not None:
        _tell_changes(changed, plan.out)


def _tell(outcome: Outcome, out: Path) -> None:
    """The summary on the screen, and where there is more to read."""
    from rich.text import Text

    from bptutor.cli.messages import console
    from bptutor.render.class_summary import print_summary
    from bptutor.render.harmless import printable

    screen, where = console(), printable(str(out))
    print_summary(screen, outcome.picture, where, outcome.people)
    if outcome.counts:
        found = "; ".join(_SAYS[section](n) for section, n in outcome.counts.items() if section in _SAYS)
        more = _("What to look at: {file}").format(file=f"{where}/report.md")
        screen.print(Text(f"{more} ({found})" if found else more))


def _tell_changes(changed: Sequence[Change], out: Path) -> None:
    """Whose marks change, those who lose most first."""
    from rich.text import Text

    from bptutor.cli.messages import console
    from bptutor.render.harmless import printable

    says = plural("The marks of {n} student change.", "The marks of {n} students change.", len(changed))
    console().print(Text(says.format(n=len(changed))))
    line = _("{student}: {before} % before, {after} % now")
    for change in changed[:_FEW_CHANGES]:
        student = printable(" ".join(f"{change.id} {change.name}".split()))
        console().print(Text("  " + line.format(student=student, before=change.before[2], after=change.after[2])))
    if more := max(0, len(changed) - _FEW_CHANGES):
        left = plural("  and {n} more, see {file}", "  and {n} more, see {file}", more)
        console().print(Text(left.format(n=more, file=printable(str(out / "changes.csv")))))


_FEW_CHANGES = 10

_SAYS = {
    "superseded": lambda n: plural("{n} hand-in set aside", "{n} hand-ins set aside", n).format(n=n),
    "conflict": lambda n: plural("{n} claimed twice", "{n} claimed twice", n).format(n=n),
    "passed": lambda n: plural("{n} file passed over", "{n} files passed over", n).format(n=n),
    "unread": lambda n: plural("{n} not read throughout", "{n} not read throughout", n).format(n=n),
    "late": lambda n: plural("{n} late", "{n} late", n).format(n=n),
    "variant": lambda n: plural("{n} of another variant", "{n} of another variant", n).format(n=n),
    "nobody": lambda n: plural("{n} hand-in of nobody known", "{n} hand-ins of nobody known", n).format(n=n),
    "ignored": lambda n: plural("{n} column ignored", "{n} columns ignored", n).format(n=n),
}
