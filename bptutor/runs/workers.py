"""Who grades: this process, others beside it, or a Dask cluster; what comes of it is the same."""

from __future__ import annotations

import multiprocessing
import os
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import BrokenExecutor, CancelledError, ProcessPoolExecutor
from contextlib import contextmanager
from functools import partial
from multiprocessing.connection import wait
from threading import Thread
from typing import Any, Protocol

from bptutor.classroom.result import Result
from bptutor.errors import BptutorError
from bptutor.interrupts import undisturbed
from bptutor.language import _
from bptutor.runs.chunks import Chunk, Job, graded

_IN_FLIGHT = 2  # chunks for each worker: one at work, one waiting

Grader = Callable[[Iterable[Chunk]], Iterator[list[Result]]]
"""Grades chunks: the results of each, in their order."""

_begun: list[Job] = []


class _Promise(Protocol):
    """A future of any executor."""

    def result(self) -> list[Result]:
        """What was promised."""

    def cancel(self) -> Any:
        """Says that it is no longer wanted."""


@contextmanager
def graders(job: Job, workers: int = 1, address: str = "") -> Iterator[Grader]:
    """Something that grades chunks, on so many workers, or on the Dask cluster of an address."""
    if address:
        with _cluster(job, address) as grade:
            yield grade
    elif workers > 1:
        # Linux forks before any thread is begun, which takes no time; elsewhere it is not safe.
        context = multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")
        with ProcessPoolExecutor(workers, context, _begin, (job,)) as pool, _ended_at_once():
            yield partial(_in_order, partial(_submitted, pool), workers * _IN_FLIGHT)
    else:
        yield partial(map, partial(graded, job))


def _submitted(pool: ProcessPoolExecutor, chunk: Chunk) -> _Promise:
    """A chunk for the workers, who are begun with the first of them and hear no Ctrl-C: that is for this process."""
    with undisturbed():
        return pool.submit(_graded_here, chunk)


@contextmanager
def _ended_at_once() -> Iterator[None]:
    """Ends the workers where the run is broken off, which would wait for what they have begun."""
    try:
        yield
    except BaseException:
        for worker in multiprocessing.active_children():
            worker.terminate()
        raise


def _in_order(submit: Callable[[Chunk], _Promise], most: int, chunks: Iterable[Chunk]) -> Iterator[list[Result]]:
    """The results in the order of the chunks, with no more than so many of these under way."""
    waiting = deque[_Promise]()
    try:
        for chunk in chunks:
            waiting.append(submit(chunk))
            if len(waiting) >= most:
                yield _results(waiting.popleft())
        while waiting:
            yield _results(waiting.popleft())
    finally:
        for promise in waiting:
            promise.cancel()


def _results(promise: _Promise) -> list[Result]:
    try:
        return promise.result()
    except (BrokenExecutor, CancelledError, OSError) as error:
        message = _("the work of a worker was lost: {reason}").format(reason=error)
        raise BptutorError(message, hint=_("perhaps memory ran out: fewer workers")) from None
    except ImportError as error:
        message = _("a worker cannot grade: {reason}").format(reason=error)
        raise BptutorError(message, hint=_("the same version of bptutor everywhere")) from None


def _begin(job: Job) -> None:
    """Tells a worker the job, once: what is worked out for a problem is then kept from chunk to chunk."""
    _begun[:] = [job]
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """Ends a worker whose run was killed; it would wait for the next chunk for ever."""
    parent = multiprocessing.parent_process()
    if parent:
        wait([parent.sentinel])
        os._exit(1)


def _graded_here(chunk: Chunk) -> list[Result]:
    return graded(_begun[0], chunk)


@contextmanager
def _cluster(job: Job, address: str) -> Iterator[Grader]:
    """The workers of a Dask cluster, which have to see the hand-ins under the same paths."""
    try:
        from distributed import Client, KilledWorker
    except ImportError:
        hint = _("pip install 'bptutor[dask]'")
        raise BptutorError(_("--dask needs the package distributed"), hint=hint) from None
    try:
        client = Client(address, timeout="10s", set_as_default=False)
    except (OSError, ValueError, TypeError) as error:
        message = _("there is no Dask scheduler at {address}: {reason}").format(address=address, reason=error)
        raise BptutorError(message, hint=_("such as tcp://127.0.0.1:8786")) from None
    with client, client.get_executor(pure=False) as executor:
        known = client.scatter(job, broadcast=True, hash=False)
        at_once = max(1, sum(client.nthreads().values())) * _IN_FLIGHT
        try:
            yield partial(_in_order, lambda chunk: executor.submit(graded, known, chunk), at_once)
        except KilledWorker as error:
            message = _("the work of a worker was lost: {reason}").format(reason=error)
            raise BptutorError(message, hint=_("perhaps memory ran out: fewer workers")) from None
