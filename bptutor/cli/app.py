"""The command line: its commands, and the one place where errors become messages and exit statuses."""

from __future__ import annotations

import os
import sys

import typer

from bptutor.cli import (
    check,
    grade,
    gradescope,
    lint,
    new,
    practice,
    problems,
    schema,
    solve,
    template,
    why,
    worksheet,
)
from bptutor.cli.messages import print_error
from bptutor.errors import BptutorError
from bptutor.language import _

app = typer.Typer(
    name="bptutor",
    help=_("Backpropagation by hand, step by step."),
    epilog=_("Start with:  bptutor solve mazur"),
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("solve")(solve.solve)
app.command("template")(template.template)
app.command("check")(check.check)
app.command("why")(why.why)
app.command("lint")(lint.lint)
app.command("new")(new.new)
app.command("practice")(practice.practice)
app.command("grade")(grade.grade)
app.command("worksheet")(worksheet.worksheet)
app.command("gradescope-zip")(gradescope.gradescope_zip)
app.command("gradescope-results", hidden=True)(gradescope.gradescope_results)
app.add_typer(problems.app, name="problems")
app.command("schema")(schema.schema)


def _version(wanted: bool) -> None:
    if wanted:
        from bptutor import __version__

        typer.echo(f"bptutor {__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: bool = typer.Option(False, "--version", callback=_version, is_eager=True, help=_("Show the version.")),
) -> None:
    """Only options that go before a command."""
    del version


def main() -> None:
    """Runs the command line; exit status 2 with a message for whatever a user can mend."""
    sys.stdin, sys.stdout, sys.stderr = (
        stream or open(os.devnull, "r+")  # noqa: SIM115
        for stream in (sys.stdin, sys.stdout, sys.stderr)
    )
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a terminal that cannot show δ shows a ? instead of failing
    try:
        try:
            app(solve.separated(sys.argv[1:]), prog_name="bptutor")
        finally:
            sys.stdout.flush()  # here, where what goes wrong can still be told
    except BptutorError as error:
        print_error(error)
        sys.exit(2)
    except BrokenPipeError:  # the reader, `head` say, has seen enough
        _give_up_output()
        sys.exit(0)
    except OSError as error:
        _give_up_output()
        print_error(BptutorError(_("the output cannot be written: {reason}").format(reason=error.strerror or error)))
        sys.exit(2)


def _give_up_output() -> None:
    """Lets what is still in the buffer of stdout go nowhere, so that Python does not fail on it at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
