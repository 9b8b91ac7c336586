"""What a shell completes: names of problems, cells of the problem that was typed, words, ids of mistakes.

A shell waits for it, so that each is looked up only when Tab is pressed there; whatever goes wrong completes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import Any

from typer import Context

_MOST = 400  # proposals


def _starting(incomplete: str, words: Iterable[str]) -> list[str]:
    return [*islice((word for word in words if word.startswith(incomplete)), _MOST)]


def _files(incomplete: str) -> Iterator[str]:
    """Files of YAML, and folders on the way to them."""
    folder, slash, start = incomplete.rpartition("/")
    with suppress(OSError):
        for path in sorted(Path(folder or ("/" if slash else ".")).iterdir()):
            hidden = path.name.startswith(".") and not start
            if path.name.startswith(start) and not hidden:
                if path.is_dir():
                    yield f"{folder}{slash}{path.name}/"
                elif path.suffix.lower() in (".yaml", ".yml"):
                    yield f"{folder}{slash}{path.name}"


def problems(incomplete: str) -> list[str]:
    """Names of the library, and files."""
    from bptutor.files.library import names

    return _starting(incomplete, [*names(), *_files(incomplete)])


def library(incomplete: str) -> list[str]:
    """Names of the library."""
    from bptutor.files.library import names

    return _starting(incomplete, names())


def sheets(ctx: Context, incomplete: str) -> list[str]:
    """Files; with --answers the argument is a problem."""
    return problems(incomplete) if ctx.params.get("answers") else _starting(incomplete, _files(incomplete))


def cells(ctx: Context, incomplete: str) -> list[str]:
    """Ids and labels of the cells of the problem on the command line."""
    from bptutor.errors import BptutorError

    name = ctx.params.get("problem")
    try:
        return _starting(incomplete, _cells(str(name))) if name else []
    except BptutorError:
        return []  # the command itself says what is wrong


def _cells(name: str) -> Iterator[str]:
    from bptutor.files.library import load
    from bptutor.solution.trace import Trace

    trace = Trace(load(name))
    for quantity, step in trace.page.recipe.items():
        if step.shown:
            yield from trace.naming.ids(quantity).ravel()
            yield from trace.naming.labels(quantity).ravel()


def numbers(ctx: Context, incomplete: str) -> list[str]:
    """`CELL=`, for `why`."""
    return [f"{cell}=" for cell in cells(ctx, incomplete)]


def words(incomplete: str) -> list[str]:
    """Words between commas: net, out, delta."""
    from bptutor.files.keys import ASKED

    return _last(incomplete, ASKED)


def mistakes(incomplete: str) -> list[str]:
    """Ids of mistakes, between commas."""
    from bptutor.mistakes.table import MISCONCEPTIONS

    return _last(incomplete, [row.id for row in MISCONCEPTIONS])


def activations(incomplete: str) -> list[str]:
    """Names of activations, between commas."""
    from bptutor.engine.activations import ACTIVATIONS

    return _last(incomplete, ACTIVATIONS)


def losses(incomplete: str) -> list[str]:
    """Names of losses."""
    from bptutor.engine.losses import LOSSES

    return _starting(incomplete, LOSSES)


def optimizers(incomplete: str) -> list[str]:
    """Names of update rules."""
    from bptutor.engine.optimizers import OPTIMIZERS

    return _starting(incomplete, OPTIMIZERS)


def conventions(incomplete: str) -> list[str]:
    """`KEY=VALUE` of the conventions."""
    from bptutor.engine.conventions import CONVENTIONS

    return _starting(incomplete, [f"{key}={_said(value)}" for key, row in CONVENTIONS.items() for value in row.values])


def _said(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _last(incomplete: str, known: Iterable[str]) -> list[str]:
    before, comma, start = incomplete.rpartition(",")
    return [f"{before}{comma}{word}" for word in _starting(start, known)]
