"""`bptutor problems`: what comes with bptutor."""

from __future__ import annotations

import typer

from bptutor.language import _

app = typer.Typer(name="problems", add_completion=False, help=_("The problems that come with bptutor."))


@app.callback(invoke_without_command=True)
def problems(context: typer.Context) -> None:
    """List the problems that come with bptutor: name, title, size, activations, loss, source."""
    if context.invoked_subcommand:
        return
    from bptutor.cli.messages import console
    from bptutor.files.library import load, names
    from bptutor.render.catalogue import catalogue

    console().print(catalogue({name: load(name) for name in names()}))


@app.command("show")
def show(name: str = typer.Argument(help=_("A name from the list."))) -> None:
    """Print the YAML of a problem, to start one's own from."""
    from bptutor.files.library import path_of

    typer.echo(path_of(name).read_text(encoding="utf-8"), nl=False)
