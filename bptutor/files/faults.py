"""The faults of one file: gathered while it is read, told together, and no more of them than a person reads."""

from __future__ import annotations

import os
from collections.abc import Iterable

from bptutor.errors import BptutorError, Fault, Where
from bptutor.files.spots import Spot, brief, spot_of, spots
from bptutor.language import _

__all__ = ["MAX_FAULTS", "Faults", "brief", "shown"]

MAX_FAULTS = 100


class Faults(list[Fault]):
    """What is wrong with a file so far; one more than `MAX_FAULTS` ends the reading.

    `text` is that of the file, "" for what is none: a fault that names a place in it shows the line that stands there.
    """

    def __init__(self, faults: Iterable[Fault] = (), text: str = ""):
        super().__init__(faults)
        self.text = text or getattr(faults, "text", "")
        self._spots: dict[str, Spot] | None = None

    def spotted(self, where: Where, *, at_key: bool = False) -> Where:
        """The place with its line, and the spot where the value, or else its key, stands in it."""
        if not self.text or where.line is None:
            return where
        if self._spots is None:
            self._spots = spots(self.text)
        return spot_of(self._spots, self.text, where, at_key=at_key)

    def append(self, fault: Fault) -> None:
        """Adds a fault; raises the error of all of them where there are too many."""
        if len(self) == MAX_FAULTS:
            message = _("more than {limit} faults; these are the first").format(limit=MAX_FAULTS)
            last = Fault(message, Where(fault.where.file), _("fix these, then try again"))
            raise BptutorError.of([*self.by_line(), last])
        super().append(fault)

    def by_line(self) -> list[Fault]:
        """The faults in the order of their lines."""
        return sorted(self, key=lambda fault: fault.where.line or 0)

    def settle(self) -> None:
        """Raises one error with all faults, if there are any."""
        if self:
            raise BptutorError.of(self.by_line())


def shown(path: str) -> str:
    """A path as text that can be written anywhere, whatever bytes the file system has in it."""
    return os.fsencode(path).decode("utf-8", "replace")
