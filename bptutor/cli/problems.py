"""`bptutor problems`: what comes with bptutor."""

from __future__ import annotations

import typer

from bptutor.cli import completion
from bptutor.cli.commands import LightCommand, LightGroup
from bptutor.language import _

_HELP = _("""The problems that come with bptutor: what each is good for, and how hard it is.

Examples:  bptutor problems  ·  bptutor problems show mazur > mine.yaml""")

app = typer.Typer(name="problems", cls=LightGroup, add_completion=False, help=_HELP)


@app.callback(invoke_without_command=True)
def problems(
    context: typer.Context,
    everything: bool = typer.Option(False, "--all", help=_("The longest too, each in a line, however low the screen.")),
) -> None:
    """List the problems that come with bptutor."""
    if context.invoked_subcommand:
        return
    from bptutor.cli.messages import console
    from bptutor.files.library import load, names
    from bptutor.render.catalogue import catalogue

    screen = console()
    height = screen.height if screen.is_terminal and not everything else None
    for line in catalogue({name: load(name) for name in names()}, screen.width, height):
        screen.print(line, no_wrap=True)
    screen.print(_("bptutor solve NAME works one out; bptutor problems show NAME has its source"))


@app.command("show", cls=LightCommand)
def show(name: str = typer.Argument(help=_("A name from the list."), autocompletion=completion.library)) -> None:
    """Print the YAML of a problem, to start one's own from.

    Example:  bptutor problems show mazur > mine.yaml
    """
    from bptutor.files.keys import schema_line
    from bptutor.files.library import path_of

    typer.echo(f"{schema_line('problem')}\n{path_of(name).read_text(encoding='utf-8')}", nl=False)
