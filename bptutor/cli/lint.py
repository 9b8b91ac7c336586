"""`bptutor lint`: whether problems can tell right from wrong."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bptutor.cli import completion
from bptutor.cli.marking import Ulps
from bptutor.cli.options import keep_apart
from bptutor.errors import BptutorError, Fault
from bptutor.language import _

if TYPE_CHECKING:
    from bptutor.cli.progress import Tell
    from bptutor.setting.lint import Linted


def lint(
    problems: Annotated[
        list[str],
        typer.Argument(
            metavar="PROBLEM…",
            autocompletion=completion.problems,
            help=_("YAML files, names of the library, folders of variants, or -."),
        ),
    ],
    *,
    strict: Annotated[
        bool, typer.Option("--strict", help=_("What a file allows counts as well; for a check that nothing escapes."))
    ] = False,
    everything: Annotated[bool, typer.Option("--all", help=_("Every mistake, and all cells."))] = False,
    ulps: Ulps = 0,
    as_json: Annotated[bool, typer.Option("--json", help=_("JSON, with all mistakes and cells."))] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help=_("No output, only the exit status."))] = False,
) -> None:
    """Look for what keeps problems from telling right from wrong: mistakes that nobody sees, cells without figures.

    The exit status is 0 if nothing is found, 1 if something is, 2 if a problem cannot be read or worked out. A file may
    allow what its author knows of: its key lint has the ids, in allow, and a reason.

    Examples:  bptutor lint exam.yaml  ·  bptutor lint variants/ --strict --json
    """
    used = {option for option, on in {"--json": as_json, "--quiet": quiet, "--all": everything}.items() if on}
    keep_apart(used, _APART)
    from bptutor.cli.progress import progress
    from bptutor.render import lint as render

    linted, faults = list["Linted"](), list[Fault]()
    with progress(_("Problems")) as tell:
        for name in problems:
            try:
                linted += _of_source(name, ulps, tell, cures=not quiet, of_allowed=strict or as_json)
            except BptutorError as error:
                faults += error.faults
    if as_json:
        sys.stdout.write(render.as_json(linted, strict=strict, ulps=ulps))
    elif not quiet:
        _show(linted, strict=strict, everything=everything)
    if faults:
        sys.stdout.flush()
        raise BptutorError.of(faults)
    raise typer.Exit(1 if any(one.against(strict=strict) for one in linted) else 0)


_FORMATS = ("--json", "--quiet", "--all")
_APART = ((_FORMATS, _FORMATS),)
"""Options of which one would have no effect beside the other."""


def _of_source(name: str, ulps: int, tell: Tell, *, cures: bool, of_allowed: bool) -> Iterator[Linted]:
    """What is found in the problem of a name, or in all of a folder; `tell` hears how many of these are done."""
    from bptutor.intake.variants import problems
    from bptutor.setting.lint import linted

    found = problems(name)
    for done, (variant, problem) in enumerate(found.items()):
        tell(done, len(found))
        called = str(Path(name) / variant) if variant else name
        yield linted(problem, called, ulps=ulps, cures=cures, of_allowed=of_allowed)


def _show(linted: list[Linted], *, strict: bool, everything: bool) -> None:
    from bptutor.cli.messages import console
    from bptutor.render.lint import print_lint, summary

    screen = console()
    apart = everything or any(one.against(strict=strict) for one in linted)
    for place, one in enumerate(linted):
        if place and apart:
            screen.print()
        print_lint(screen, one, strict=strict, everything=everything)
    if len(linted) > 1:
        screen.print()
        screen.print(summary(linted, strict=strict), markup=False)
