"""What can be wrong with a file or a request: found, expected, where, and what to try."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import NamedTuple

from bptutor.language import _


class Where(NamedTuple):
    """The place of a fault; every part may be unknown."""

    file: str = ""
    line: int | None = None
    key: str = ""


def place(where: Where) -> str:
    """The place in words: file, line and key, as far as they are known."""
    line = _("line {n}").format(n=where.line) if where.line else ""
    return ", ".join(filter(None, (where.file, line, where.key)))


class Fault(NamedTuple):
    """One thing that is wrong: what was found and expected, where, and what to try."""

    message: str
    where: Where = Where()
    hint: str = ""


class BptutorError(ValueError):
    """Something a user can mend; raised where files become records, caught once, in the command line.

    `message`, `where` and `hint` are those of the first fault; `faults` has all that were found together.

    >>> import bptutor
    >>> try:
    ...     bptutor.load({"layers": [1, 1], "activation": "sigmod", "inputs": [1], "weights": [[[2]]]})
    ... except bptutor.BptutorError as error:
    ...     error.message, error.where.key, error.hint
    ('found sigmod, expected one of sigmoid, bipolar_sigmoid, ...', 'activation', 'sigmoid')
    """

    def __init__(self, message: str, where: Where = Where(), hint: str = "", *, others: Sequence[Fault] = ()):
        super().__init__(message)
        self.message, self.where, self.hint = message, where, hint
        self.faults = (Fault(message, where, hint), *others)

    def __str__(self) -> str:
        """All faults, each with its place and what to try."""
        return "\n\n".join("\n".join(filter(None, (f.message, place(f.where), f.hint))) for f in self.faults)

    @classmethod
    def of(cls, faults: Sequence[Fault]) -> BptutorError:
        """One error that reports all the faults of a file together; `faults` has at least one."""
        first, *others = faults
        return cls(*first, others=others)


class NoSuchCell(KeyError):
    """What stands in square brackets, as in `trace["net_h9"]`, is not what is needed there.

    `message` says why, `hint` what was probably meant, "" where nothing is near.
    """

    def __init__(self, message: str, hint: str = ""):
        super().__init__(message)
        self.message, self.hint = message, hint

    def __str__(self) -> str:  # a KeyError would show its message in quotes
        return _("{message}; try {hint}").format(message=self.message, hint=self.hint) if self.hint else self.message


def nearest(word: str, words: Iterable[str]) -> str:
    """The word that was probably meant, "" where none is near."""
    near = get_close_matches(word[:100].lower(), list(words), n=1, cutoff=0.6)
    return near[0] if near else ""
