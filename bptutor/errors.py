"""What can be wrong with a file or a request: found, expected, where, and what to try."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import NamedTuple
from unicodedata import combining, east_asian_width

from bptutor.language import _


class Where(NamedTuple):
    """The place of a fault; every part may be unknown.

    `column` counts the characters of the line from 1, `text` is the line itself, or as much of it as a screen holds.
    """

    file: str = ""
    line: int | None = None
    key: str = ""
    column: int | None = None
    text: str = ""


_WIDEST = 72  # columns of a line that are shown; where it is longer, most of them before the spot


def spotted(where: Where, line: str, column: int | None) -> Where:
    """The place with the line that stands there, cut to what a screen holds, and the spot in it.

    >>> spotted(Where("mine.yaml", 4), "learning_rate；0.5", 14)
    Where(file='mine.yaml', line=4, key='', column=14, text='learning_rate；0.5')
    """
    line = line.rstrip("\r\n")
    first = max(0, (column or 1) - 2 * _WIDEST)  # a line may be a million letters long, and a hundred spots be in it
    near = line[first : first + 4 * _WIDEST]
    text = "".join(" " if c == "\t" else c if c.isprintable() or c in _SPACES else "·" for c in near)
    columns = len(text) if text.isascii() else sum(map(_width, text))
    if len(near) < len(line) or columns > _WIDEST:
        widest = _WIDEST if columns == len(text) else _WIDEST // 2  # letters of which some are two columns wide
        start = min(max((column or 1) - first - widest * 5 // 9, 0), max(len(text) - widest, 0))
        left_out = "…" if first + start else ""
        after = "…" if first + start + widest < len(line) else ""
        text = left_out + text[start : start + widest] + after
        column = column and column - first - start + len(left_out)
    return where._replace(text=text.rstrip(), column=column)


_SPACES = "\xa0\u3000\u2003\u2002\u2009\u202f"  # which show as what they are: nothing


def pointer(where: Where) -> str:
    """The spaces and the caret that stand below `text`, "" where no spot is known; a wide letter is two columns."""
    if not where.text or not where.column:
        return ""
    before = where.text[: where.column - 1].ljust(where.column - 1)
    return " " * sum(_width(letter) for letter in before) + "^"


def _width(letter: str) -> int:
    return 0 if combining(letter) else 2 if east_asian_width(letter) in "WF" else 1


def excerpt(where: Where) -> list[str]:
    """The line and what points at the spot, each indented; nothing where the line is not known."""
    return [f"    {line}" for line in (where.text, pointer(where)) if line]


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
        return "\n\n".join(
            "\n".join(filter(None, (f.message, place(f.where), *excerpt(f.where), f.hint))) for f in self.faults
        )

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


def why(error: Exception) -> str:
    """What a system says of a failure, in its words: "No space left on device"; "" where it says nothing."""
    return getattr(error, "strerror", None) or str(error)
