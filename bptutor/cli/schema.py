"""`bptutor schema`: for editors that complete and check YAML."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from bptutor.language import _


def schema(of: Annotated[Literal["problem", "answers"], typer.Argument(help=_("The kind of file."))]) -> None:
    """Print the JSON Schema of problem or answers files, with which an editor completes and checks them.

    Example:  bptutor schema problem > problem.schema.json
    """
    from bptutor.files.keys import schema_text

    typer.echo(schema_text(of), nl=False)
