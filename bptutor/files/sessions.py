"""Sessions of practice as text: a line of JSON for what it began with, then one for every line that was typed.

A file may have been cut off in the middle of a line, or changed by anyone: nothing in it is believed before it has
been looked at.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple

from bptutor.errors import BptutorError, Where
from bptutor.files.faults import brief, shown
from bptutor.files.reader import MAX_BYTES, Document, parse
from bptutor.language import _, plural

FORMAT, VERSION = "bptutor/practice", 2
"""Version 1 had no `cells`: all that the problem asks for was practised, and nothing of it given."""

MOST_BYTES = 4 * MAX_BYTES
MOST_LETTERS = 600
"""How much of a typed line is kept."""

_MOST_LINES = 20_000
_MOST = 10**9
_AMOUNT = re.compile(r"[0-9]{1,12}(/0*[1-9][0-9]{0,11})?")
_ID = re.compile(r"[a-z][a-z_]{0,59}")
_QUANTITY = re.compile(r"[a-z][a-z_]{0,59}[0-9]{0,7}(@[0-9]{1,7}(-[0-9]{1,7})?)?(#[0-9]{1,7})?")
_TIME = re.compile(r"[0-9]{4}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9][+-][0-2][0-9]:[0-5][0-9]")


class Setting(NamedTuple):
    """What a session began with: the text of the problem file, what it is called, how it is asked, how it was drawn.

    `started` is a local time with its offset, `seed` -1 where nothing was drawn. `cells` has the ids of the quantities
    that are asked for while what stands above them is given, () for all that the problem asks for.
    """

    problem: str
    name: str
    by: str
    started: str
    level: str = ""
    focus: str = ""
    seed: int = -1
    cells: tuple[str, ...] = ()

    def document(self) -> Document:
        """The problem as a document; raises BptutorError with the place of what makes it unreadable."""
        return parse(self.problem.encode(), self.name)


class Line(NamedTuple):
    """A typed line, the seconds it took, and how things stood after it; `mistakes` has the ids of those it made."""

    text: str
    seconds: float
    earned: Fraction
    possible: Fraction
    done: int
    asked: int
    mistakes: tuple[str, ...] = ()
    finished: bool = False


class Session(NamedTuple):
    """A session as far as it can be read; `damage` says what cannot, `size` how many bytes are whole lines."""

    path: Path
    setting: Setting
    lines: tuple[Line, ...]
    damage: tuple[str, ...]
    size: int

    @property
    def finished(self) -> bool:
        """Whether it came to its end."""
        return any(line.finished for line in self.lines)


def opening(setting: Setting) -> str:
    """The first line of a file."""
    return _text({"format": FORMAT, "version": VERSION} | setting._asdict())


def record(line: Line) -> str:
    """A line of a file, for one that was typed."""
    kept = line._asdict() | {"text": line.text[:MOST_LETTERS]}
    return _text(kept | {"earned": str(line.earned), "possible": str(line.possible)})


def _text(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=True, allow_nan=False) + "\n"


def read_session(path: Path, data: bytes) -> Session:
    """The session of a file; raises BptutorError where it does not say what it began with."""
    whole, _newline, rest = data.rpartition(b"\n")
    first, *others = whole.split(b"\n") if _newline else [b""]
    begun = _value(first)
    setting = _setting(begun)
    if setting is None:
        raise _refusal(begun, Where(shown(str(path))))
    found = [_line(_value(line)) for line in others[:_MOST_LINES]]
    bad = [number for number, line in enumerate(found, 2) if line is None]
    damage = []
    if bad:
        message = plural(
            "line {lines} cannot be read and is left out", "lines {lines} cannot be read and are left out", len(bad)
        )
        damage.append(message.format(lines=brief(", ".join(map(str, bad)))))
    if len(others) > _MOST_LINES:
        damage.append(_("only the first {n} lines are read").format(n=_MOST_LINES))
    del rest  # what was being written when the program was killed
    return Session(path, setting, tuple(line for line in found if line is not None), tuple(damage), len(whole) + 1)


def _value(data: bytes) -> Any:
    try:
        return json.loads(data)
    except (ValueError, RecursionError):  # also what is not UTF-8
        return None


def _refusal(value: Any, where: Where) -> BptutorError:
    """What is said of a file whose first line does not say what it began with."""
    version = value.get("version") if isinstance(value, dict) and value.get("format") == FORMAT else None
    if type(version) is int and version > VERSION:
        message = _("this session was begun with a newer bptutor, which keeps more than this one can read")
        return BptutorError(message, where, _("the newer one with --resume"))
    message = _("this practice session cannot be read")
    return BptutorError(message, where, _("remove the file if it is of no use"))


def _setting(value: Any) -> Setting | None:
    if isinstance(value, dict) and value.get("version") == 1:
        value = {**value, "cells": []}
    known = _checked(value, _SETTING)
    if known is None:
        return None
    return Setting(**{key: known[key] for key in Setting._fields} | {"cells": tuple(known["cells"])})


def _line(value: Any) -> Line | None:
    known = _checked(value, _LINE)
    if known is None:
        return None
    amounts = {key: Fraction(known[key]) for key in ("earned", "possible")}
    return Line(**known | amounts | {"seconds": float(known["seconds"]), "mistakes": tuple(known["mistakes"])})


def _checked(value: Any, kinds: Mapping[str, Callable[[Any], bool]]) -> dict[str, Any] | None:
    """The keys of a record if each is there and of its kind, else None."""
    if not isinstance(value, dict) or not all(key in value and fits(value[key]) for key, fits in kinds.items()):
        return None
    return {key: value[key] for key in kinds}


def _is_text(value: Any) -> bool:
    """Whether it is text that can be written: no half of a character is in it."""
    return isinstance(value, str) and not any("\ud800" <= char <= "\udfff" for char in value)


def _matches(pattern: re.Pattern[str]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, str) and pattern.fullmatch(value) is not None


def _is_count(value: Any) -> bool:
    return type(value) is int and 0 <= value <= _MOST


_SETTING: Mapping[str, Callable[[Any], bool]] = {
    "format": FORMAT.__eq__,
    "version": lambda value: type(value) is int and 1 <= value <= VERSION,
    "problem": _is_text,
    "name": _is_text,
    "by": lambda value: value in ("cell", "stage"),
    "started": _matches(_TIME),
    "level": _is_text,
    "focus": _is_text,
    "seed": lambda value: type(value) is int,
    "cells": lambda value: isinstance(value, list) and all(map(_matches(_QUANTITY), value)),
}
_LINE: Mapping[str, Callable[[Any], bool]] = {
    "text": lambda value: _is_text(value) and len(value) <= MOST_LETTERS,
    "seconds": lambda value: type(value) in (int, float) and 0 <= value <= _MOST,
    "earned": _matches(_AMOUNT),
    "possible": _matches(_AMOUNT),
    "done": _is_count,
    "asked": _is_count,
    "mistakes": lambda value: isinstance(value, list) and all(map(_matches(_ID), value)),
    "finished": lambda value: type(value) is bool,
}
"""What must be true of each key."""
