"""`bptutor show`: the page of a problem in the browser."""

from __future__ import annotations

from typing import Annotated

import typer

from bptutor.cli.messages import say
from bptutor.cli.options import ProblemOrStdin
from bptutor.cli.solve import PRACTICE
from bptutor.language import _


def show(
    problem: ProblemOrStdin,
    *,
    practice: Annotated[bool, typer.Option("--practice", help=PRACTICE)] = False,
    decimals: Annotated[int | None, typer.Option("--decimals", "-d", min=0, max=17, help=_("Decimals shown."))] = None,
) -> None:
    """Open a problem in the browser, to step through its numbers.

    Examples:  bptutor show mazur  ·  bptutor show mine.yaml --practice
    """
    import tempfile
    import webbrowser
    from dataclasses import replace
    from pathlib import Path

    from bptutor.files.library import load
    from bptutor.render.harmless import file_name
    from bptutor.runs.shown import write_page
    from bptutor.solution.trace import Trace

    loaded = load(problem)
    trace = Trace(loaded if decimals is None else replace(loaded, decimals=decimals))
    # It stays: a browser reads the file when it likes, and a reader loads it again.
    path = Path(tempfile.mkdtemp(prefix="bptutor-")) / f"{file_name(loaded.name)}.html"
    write_page(trace, path, practice=practice, force=False)
    opened = webbrowser.open(path.as_uri())
    say((_("In the browser: {file}") if opened else _("There is no browser here; open {file}")).format(file=path))
