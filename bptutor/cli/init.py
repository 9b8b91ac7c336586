"""`bptutor init`: a file for an exercise of one's own, with what belongs where."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from bptutor.cli.messages import say_written
from bptutor.cli.options import Force
from bptutor.language import _


def init(
    layers: Annotated[
        str, typer.Argument(metavar="LAYERS", help=_("The units of each layer: 2-3-2, or 2,3,2. Default: 2-2-1."))
    ] = "2-2-1",
    output: Annotated[
        str, typer.Option("--output", "-o", metavar="FILE", help=_("The file to write; - prints it."))
    ] = "mine.yaml",
    force: Force = False,
) -> None:
    """Begin an exercise of your own: a file with every key, and a ~ for each number that you fill in.

    Examples:  bptutor init 2-3-2  ·  bptutor init 2,2,1 -o sheet5.yaml
    """
    from bptutor.files.blank_problem import blank_problem
    from bptutor.files.keys import schema_file, schema_text
    from bptutor.files.new_file import write_new
    from bptutor.files.option_text import layers as counts

    text = blank_problem(counts(layers, "LAYERS"))
    if output == "-":
        sys.stdout.write(text)
        return
    write_new(output, text, force=force)
    schema, also = Path(output).with_name(schema_file("problem")), ""
    if Path(output).is_file() and not schema.exists():
        write_new(schema, schema_text("problem"), force=False)
        also = _("{file}, by which editors complete and check it").format(file=schema)
    say_written(output, _("type your numbers in the place of each ~, then  bptutor solve {file}"), also)
