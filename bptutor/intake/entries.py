"""All hand-ins that the sources of a class have, listed before any is read, and the bytes of each."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import NamedTuple

from bptutor.errors import BptutorError, Where
from bptutor.files.faults import shown
from bptutor.files.reader import MAX_BYTES
from bptutor.intake.archives import Archives, members
from bptutor.intake.entry import LIMIT, Entry, Line, Member
from bptutor.intake.folders import Found, Unreadable, file_bytes, not_a_file, walk, within
from bptutor.intake.json_lines import lines
from bptutor.intake.whose import METADATA, Submitters, submitters, whose
from bptutor.language import _

SHEETS = ("*.yaml", "*.yml", "*.json")
TABLES = (".csv", ".tsv", ".tab")


class Search(NamedTuple):
    """How sources are searched: which names sheets have, where an id stands in a path, and the bytes of a hand-in."""

    patterns: tuple[str, ...] = SHEETS
    id_from: re.Pattern[str] | None = None
    limit: int = LIMIT

    def is_sheet(self, file: str) -> bool:
        """Whether a file of this name is a sheet."""
        return any(fnmatchcase(file.lower(), pattern.lower()) for pattern in self.patterns)


def is_table(source: Path) -> bool:
    """Whether a source is a table, with a row a student; its rows are no entries."""
    return source.suffix.lower() in TABLES


def entries(sources: Sequence[Path], search: Search = Search()) -> Iterator[Entry]:
    """The hand-ins of files, folders, zip archives and JSON lines, those that cannot be read with their reason.

    Raises BptutorError for a source that cannot be listed at all.
    """
    for source in sources:
        path = os.path.realpath(source)  # a symbolic link that is named here is meant
        try:
            if os.path.isdir(path):
                os.scandir(path).close()
                yield from _sheets(walk(path), search)
            else:
                listed = _LISTED.get(source.suffix.lower(), _file)
                yield from listed(path, shown(source.name), search)
        except OSError as error:
            message = _("this cannot be read: {reason}").format(reason=error.strerror)
            raise BptutorError(message, Where(shown(str(source))), _("check the name and the folder")) from None


def _file(path: str, name: str, search: Search) -> Iterator[Entry]:
    state = os.stat(path)
    for who in whose(name, search.id_from):
        yield Entry.of(name, path, who, state.st_mtime, not_a_file(state.st_mode))


def _json_lines(path: str, name: str, search: Search) -> Iterator[Entry]:
    return lines(path, name, search.limit)


def _archive(path: str, _name: str, search: Search) -> Iterator[Entry]:
    found = sorted(members(path, search.limit), key=lambda file: not file.inner.endswith(METADATA))
    return _sheets(found, search)


_LISTED: dict[str, Callable[[str, str, Search], Iterator[Entry]]] = {
    ".zip": _archive,
    ".jsonl": _json_lines,
    ".ndjson": _json_lines,
}


def _sheets(files: Iterable[Found], search: Search) -> Iterator[Entry]:
    """The hand-ins among files; of what is no sheet, those that a learning platform says are a student's."""
    known: Submitters = {}
    for found in files:
        inner = shown(found.inner)
        file = inner.rpartition("/")[2]
        if file == METADATA and not found.reason:
            known = {**known, **_metadata(found)}
            continue
        is_sheet = search.is_sheet(file)
        reason = found.reason or ("" if is_sheet else _("this is no answer sheet"))
        for who in whose(inner, search.id_from, known):
            if is_sheet or who.platform or found.reason:
                yield Entry.of(inner, found.path, who, found.when, reason)._replace(part=found.member)


def _metadata(found: Found) -> Submitters:
    try:
        with Archives() as archives:
            return submitters(bytes_of(found.path, found.member, archives, MAX_BYTES))
    except Unreadable:
        return {}


def bytes_of(path: str, part: Member | Line | None, archives: Archives, limit: int = LIMIT) -> bytes:
    """The bytes of a hand-in; raises Unreadable for more than the limit, and for all that fails."""
    if isinstance(part, Member):
        return archives.member(path, part.place, limit)
    if part is None:
        return file_bytes(path, limit)
    try:
        with open(path, "rb") as file:
            file.seek(part.offset)
            return within(file.read(part.size), limit)
    except OSError as error:
        raise Unreadable(_("the file cannot be read: {reason}").format(reason=error.strerror)) from None
