"""Where in a file a value stands, and how a message speaks of what is found there."""

from __future__ import annotations

from typing import Any

from bptutor.errors import Fault, Where
from bptutor.files.faults import Faults, brief
from bptutor.files.reader import Mapping, Node, Scalar, Sequence
from bptutor.files.spots import member
from bptutor.language import _

BAD: Any = object()  # stands for a value that a fault was reported for


class Place:
    """Where in a file a value stands, and the list that its faults go to."""

    __slots__ = ("_part", "_within", "faults", "file")

    def __init__(self, file: str, faults: Faults, within: Place | None = None, part: str | int = ""):
        self.file, self.faults, self._within, self._part = file, faults, within, part

    @property
    def key(self) -> str:
        """The way to the value, such as `weights[1][2]`, put together only where a fault needs it."""
        if self._within is None:
            return ""
        return member(self._within.key, self._part)

    def at(self, part: str | int) -> Place:
        """The place of a member: a key of a mapping, or an item of a list, counted from 1."""
        return Place(self.file, self.faults, self, part)

    def report(self, line: int | None, message: str, hint: str = "", *, at_key: bool = False) -> Any:
        """Reports a fault here, of the value or of its key; returns BAD."""
        where = self.faults.spotted(Where(self.file, line, self.key), at_key=at_key)
        self.faults.append(Fault(message, where, hint))
        return BAD

    def expected(self, node: Node, expected: str, hint: str = "") -> Any:
        """Reports that something else was found than expected; returns BAD."""
        return self.report(
            node.line, _("found {found}, expected {expected}").format(found=found(node), expected=expected), hint
        )


BLANK = _("found nothing (~), expected a number")
"""How the message begins where a number is still to be filled in."""


def found(node: Node) -> str:
    """How a message names what it found."""
    if isinstance(node, Sequence):
        return _("a list of {n}").format(n=len(node.items))
    if isinstance(node, Mapping):
        return _("a mapping of keys to values")
    if is_null(node):
        return _("nothing (~)")
    return brief(node.text)


def is_null(node: Node) -> bool:
    """Whether the value is blank: `~`, `null` or nothing at all."""
    return isinstance(node, Scalar) and node.plain and node.text in ("", "~", "null", "Null", "NULL")
