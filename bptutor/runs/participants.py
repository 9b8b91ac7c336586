"""Whose the hand-ins of a Moodle zip are, as its grading worksheet tells: names, addresses, members of groups."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence

from bptutor.classroom.moodle import Member
from bptutor.intake.entry import Entry
from bptutor.intake.roster import Roster, Student, squeezed
from bptutor.intake.whose import turned

_MOODLE = "moodle"


class Participants:
    """The students of a worksheet; of none where there is no worksheet.

    In an assignment of groups the number of a folder is the group's, and may be by chance that of a student who has
    nothing to do with it: a number is a student's only where the name fits too.
    """

    def __init__(self, members: Sequence[Member] = ()):
        self._by_number = {member.number: member for member in members}
        self._groups = defaultdict[str, dict[str, list[Member]]](dict)
        for member in members:
            for group in member.groups:
                self._groups[squeezed(turned(group))].setdefault(group, []).append(member)

    @property
    def names(self) -> Roster:
        """The students as a roster, to look names and addresses up."""
        known = self._by_number.values()
        others = {member.number: member.ids for member in known}
        return Roster([Student(member.number, member.name, member.email) for member in known], others)

    def entries(self, found: Iterable[Entry]) -> Iterable[Entry]:
        """The hand-ins, that of a group once for each of its members."""
        for entry in found:
            if entry.platform == _MOODLE and self._by_number:
                yield from self._theirs(entry)
            else:
                yield entry

    def _theirs(self, entry: Entry) -> Iterable[Entry]:
        member = self._by_number.get(entry.student)
        if member and _fits(member.name, entry.name):
            yield entry._replace(name=member.name, email=member.email)
        elif group := self._group(entry.name):
            yield from (
                entry._replace(student=one.number, name=one.name, email=one.email, place=f"{_MOODLE} {one.number}")
                for one in group
            )
        elif member:
            yield entry._replace(student=f"{entry.student} ({entry.name})")
        else:
            yield entry

    def _group(self, name: str) -> Sequence[Member]:
        """The members of the group whose folder has this name; nobody where it may be that of several."""
        groups = self._groups.get(squeezed(name), {})
        exact = [group for group in groups if _cleaned(turned(group)) == _cleaned(name)]
        only = exact if len(groups) > 1 else [*groups]
        return groups[only[0]] if len(only) == 1 else ()


def _cleaned(name: str) -> str:
    """A name as Moodle makes one of a folder of it: no `_`, and no signs that a file system does not take."""
    return " ".join(re.sub(r"[\x00-\x1f&<>\"`|':\\/?*#]", "", name.replace("_", " ")).casefold().split())


def _fits(name: str, other: str) -> bool:
    """Whether two names are one, in whatever order and with whatever signs."""
    words, others = (sorted(map(squeezed, each.replace(",", " ").split())) for each in (name, other))
    return squeezed(name) == squeezed(other) or words == others
