"""The command line: its commands, and the one place where errors become messages and exit statuses."""

from __future__ import annotations

import os
import sys

import typer

from bptutor.cli.commands import Commands
from bptutor.cli.ctrl_c import STATUS
from bptutor.cli.messages import print_error
from bptutor.cli.usage import is_usage, usage_error
from bptutor.errors import BptutorError, why
from bptutor.language import _

app = typer.Typer(
    name="bptutor",
    cls=Commands,
    help=_("Backpropagation by hand, step by step."),
    epilog=_("Start with:  bptutor practice  ·  bptutor solve mazur  ·  bptutor init 2-3-2"),
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        from bptutor import __version__

        typer.echo(f"bptutor {__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: bool = typer.Option(
        False, "--version", "-V", callback=_version, is_eager=True, help=_("Show the version.")
    ),
) -> None:
    """Only options that go before a command."""
    del version


_THREADS = {"OPENBLAS_NUM_THREADS", "GOTO_NUM_THREADS", "OMP_NUM_THREADS"}
"""Who has set one of these knows better. Otherwise numpy (OpenBLAS) starts a thread for each further core as it is
imported, of which not even 784-128-10 gets faster: with two cores, `import numpy` takes 0.78 of the time without them.
"""


def main() -> None:
    """Runs the command line; exit status 2 with a message for whatever a user can mend."""
    if not _THREADS & os.environ.keys():
        os.environ["OPENBLAS_NUM_THREADS"] = "1"
    sys.stdin, sys.stdout, sys.stderr = (
        stream or open(os.devnull, "r+")  # noqa: SIM115
        for stream in (sys.stdin, sys.stdout, sys.stderr)
    )
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a terminal that cannot show δ shows a ? instead of failing
    try:
        try:
            status = _run()
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
        print_error(BptutorError(_("the output cannot be written: {reason}").format(reason=why(error))))
        sys.exit(2)
    sys.exit(status)


def _run() -> int:
    """Runs the command that was typed; its exit status. What typer does not understand is told as errors are."""
    try:
        status = app(_separated(sys.argv[1:]), prog_name="bptutor", standalone_mode=False)
    except typer.Abort as error:  # some versions make one of Ctrl-C
        return STATUS if isinstance(error.__cause__, KeyboardInterrupt) else 1
    except Exception as error:
        if not is_usage(error):
            raise
        if told := usage_error(error):
            print_error(told)
        return 2
    return status if isinstance(status, int) else 0


def _separated(arguments: list[str]) -> list[str]:
    """`--explain=CELL` as `--explain CELL`: the option is a switch, and cells are arguments of their own."""
    parts = (argument.split("=", 1) if argument.startswith("--explain=") else [argument] for argument in arguments)
    return [part for pair in parts for part in pair]


def _give_up_output() -> None:
    """Lets what is still in the buffer of stdout go nowhere, so that Python does not fail on it at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
