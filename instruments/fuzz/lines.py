"""Which lines of bptutor an input reaches that none has reached before.

With `sys.settrace`, which Python has in each version that bptutor runs on. A function is watched line by line as long
as it has lines that nothing has reached; one that has told nothing for a long time, only now and then: watched at each
call, a sheet takes five times as long, so about one and a half times.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

import bptutor

_OURS = str(Path(bptutor.__file__).parent)
_PATIENCE = 150  # calls without a new line, after which a function is watched at one call in so many

Place = tuple[str, str, int]
"""A file, a function in it, and a line."""


class Lines:
    """The lines that have been reached; `new` has those since it was last emptied."""

    def __init__(self, seen: set[Place] | None = None):
        self.seen = seen or set()
        self.new = set[Place]()
        self._missing = dict[CodeType, set[int]]()
        self._idle = dict[CodeType, int]()

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Notes the lines that are reached meanwhile."""
        sys.settrace(self._call)
        try:
            yield
        finally:
            sys.settrace(None)

    def _call(self, frame: FrameType, _event: str, _argument: object) -> Callable[..., Any] | None:
        code = frame.f_code
        missing = self._missing.get(code)
        if missing is None:
            missing = self._missing[code] = self._unseen(code)
        if not missing:
            return None
        idle = self._idle[code] = self._idle.get(code, 0) + 1
        if idle > _PATIENCE and idle % _PATIENCE:
            return None

        def line(frame: FrameType, event: str, _argument: object) -> Callable[..., Any]:
            if event == "line" and frame.f_lineno in missing:
                missing.discard(frame.f_lineno)
                self._idle[code] = 0
                self.new.add((code.co_filename, code.co_qualname, frame.f_lineno))
            return line

        return line

    def _unseen(self, code: CodeType) -> set[int]:
        if not code.co_filename.startswith(_OURS):
            return set()
        numbers = {number for _start, _end, number in code.co_lines() if number} - {code.co_firstlineno}
        return {n for n in numbers if (code.co_filename, code.co_qualname, n) not in self.seen}

    def take(self) -> set[Place]:
        """The new ones, which are then no longer new."""
        new, self.new = self.new, set()
        self.seen |= new
        return new
