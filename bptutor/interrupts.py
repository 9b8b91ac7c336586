"""Work that Ctrl-C must not break in two.

with undisturbed():
    os.replace(written, there)  # is done as a whole, then Ctrl-C is heard
"""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def undisturbed() -> Iterator[None]:
    """Lets Ctrl-C wait until what is inside is done; it is heard at the end, outside. Does nothing on Windows."""
    mask = getattr(signal, "pthread_sigmask", None)
    before = mask(signal.SIG_BLOCK, [signal.SIGINT]) if mask else ()
    try:
        yield
    finally:
        if mask:
            mask(signal.SIG_SETMASK, before)
