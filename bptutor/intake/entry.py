"""One hand-in: where its bytes are, before anything of it is read, and whose it is, afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from bptutor.intake.whose import Whose

LIMIT = 1024 * 1024  # bytes of one hand-in


class Member(NamedTuple):
    """A member of a zip archive: its place in the archive's list."""

    place: int


class Line(NamedTuple):
    """A line of a file: where it begins, its bytes, and its number."""

    offset: int
    size: int
    number: int


class Entry(NamedTuple):
    """One hand-in, not read yet, small enough to list 100,000 of them; `reason` says why it will not be read.

    `source` is what reports call it. `when` orders the hand-ins of one student: the time of the file or, where its
    name has one, the time or the number of the upload. `platform`, `guesses` and `place` are those of `Whose`. `part`
    says which bytes of the file at `path` are meant; None: all. From Python it is the sheet itself, a mapping with the
    keys of a file.
    """

    source: str
    path: str
    student: str = ""
    name: str = ""
    email: str = ""
    when: float = 0.0
    late: bool = False
    reason: str = ""
    platform: str = ""
    guesses: tuple[str, ...] = ()
    place: str = ""
    part: Member | Line | Mapping[str, Any] | None = None

    @classmethod
    def of(cls, source: str, path: str, whose: Whose, when: float, reason: str = "") -> Entry:
        """The entry of a file or member, with all that its name says."""
        about = whose.student, whose.name, whose.email, whose.upload or when, whose.late
        return cls(source, path, *about, reason, whose.platform, whose.guesses, whose.place)


class HandIn(NamedTuple):
    """Whose a hand-in is, and where it comes from; `reason` says why it cannot be read, "" where it can.

    `place` is the folder, or the platform's number, from which it comes.
    `unread` has a sentence for each cell or line that could not be read, as the student is told.
    `source` is what reports call it, `when` orders the hand-ins of one student.
    """

    id: str
    name: str = ""
    email: str = ""
    variant: str = ""
    source: str = ""
    when: float = 0.0
    late: bool = False
    reason: str = ""
    unread: tuple[str, ...] = ()
    place: str = ""
