"""The faults of one file: gathered while it is read, told together, and no more of them than a person reads."""

from __future__ import annotations

import os

from bptutor.errors import BptutorError, Fault, Where
from bptutor.language import _

MAX_FAULTS = 100


class Faults(list[Fault]):
    """What is wrong with a file so far; one more than `MAX_FAULTS` ends the reading."""

    def append(self, fault: Fault) -> None:
        """Adds a fault; raises the error of all of them where there are too many."""
        if len(self) == MAX_FAULTS:
            message = _("more than {limit} things are wrong, these are the first").format(limit=MAX_FAULTS)
            last = Fault(message, Where(fault.where.file), _("mend these, then look again"))
            raise BptutorError.of([*self.by_line(), last])
        super().append(fault)

    def by_line(self) -> list[Fault]:
        """The faults in the order of their lines."""
        return sorted(self, key=lambda fault: fault.where.line or 0)

    def settle(self) -> None:
        """Raises one error with all faults, if there are any."""
        if self:
            raise BptutorError.of(self.by_line())


def brief(text: str, longest: int = 40) -> str:
    """A text as a message quotes it: in one line, and not too long of it."""
    line = " ".join(text[:200].split()) or '""'
    return line if len(line) <= longest else f"{line[:longest]}…"


def shown(path: str) -> str:
    """A path as text that can be written anywhere, whatever bytes the file system has in it."""
    return os.fsencode(path).decode("utf-8", "replace")


def why(error: Exception) -> str:
    """What a system says of a failure, in its words: "No space left on device"; "" where it says nothing."""
    return getattr(error, "strerror", None) or str(error)
