"""Progress bars: on stderr, only on a terminal, only for what takes longer than a second."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from threading import Timer
from time import monotonic
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from bptutor.render.columns import Section

_SOON, _OFTEN = 1.0, 0.05  # seconds after which a bar comes, and between two changes of it


class Tell(Protocol):
    """Hears how much is done, and of how much where that was not said before."""

    def __call__(self, done: int, total: int | None = None, /) -> None:
        """Shows it."""


@contextmanager
def progress(
    title: str, total: int | None = None, *, beside_output: bool = False, forks: bool = False
) -> Iterator[Tell]:
    """A function to be told how much of `total` is done; where that is None, each call says it.

    `beside_output` says that output is written meanwhile: then there is no bar where that goes to a terminal too.
    `forks` says that processes are forked meanwhile, before the first call: then no thread is begun until there is one,
    and a bar comes with a call only.
    """
    if not sys.stderr.isatty() or (beside_output and sys.stdout.isatty()):
        yield lambda _done, _total=None: None
        return
    from rich.console import Console
    from rich.progress import Progress

    bar = Progress(console=Console(stderr=True), transient=True)
    task, started, told = bar.add_task(title, total=total), monotonic(), 0.0
    clock = Timer(_SOON, bar.start)

    def tell(done: int, total: int | None = None) -> None:
        nonlocal told
        if (now := monotonic()) - told > _OFTEN:
            told = now
            bar.update(task, completed=done, total=total)
            if forks and now - started > _SOON:
                bar.start()

    if not forks:
        clock.start()
    try:
        yield tell
    finally:
        clock.cancel()
        if clock.ident:
            clock.join()  # else the bar might begin after its end
        bar.stop()


def counted(parts: Iterable[Section], tell: Tell) -> Iterator[Section]:
    """The same sections; `tell` hears how many rows of their tables have been written."""
    done = 0

    def telling(write: Callable[[slice], list[str]]) -> Callable[[slice], list[str]]:
        def texts(rows: slice) -> list[str]:
            nonlocal done
            written = write(rows)
            done += len(written)
            tell(done)
            return written

        return texts

    for part in parts:
        tables = []
        for table in part.tables:
            first, *others = table.columns
            tables.append(table._replace(columns=(first._replace(texts=telling(first.texts)), *others)))
        yield part._replace(tables=tables)
