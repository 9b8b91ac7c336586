"""All hand-ins that the sources of a class have, listed before any is read, and the bytes of each."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from fnmatch import fnmatchcase
from pathlib import Path
from typing import NamedTuple

from bptutor.errors import BptutorError, Where, why
from bptutor.files.faults import shown
from bptutor.files.reader import MAX_BYTES
from bptutor.files.typed.filled_workbook import is_filled_workbook
from bptutor.intake.archives import Archives, members
from bptutor.intake.entry import LIMIT, Entry, Line, Member
from bptutor.intake.folders import Found, Passed, Unreadable, file_bytes, not_a_file, unheard, walk, within
from bptutor.intake.json_lines import lines
from bptutor.intake.submitters import METADATA, Submitters, of_receipt, submitters
from bptutor.intake.whose import Layout, whose
from bptutor.intake.workbooks import ENDINGS, is_workbook
from bptutor.intake.workbooks import MAX_BYTES as WORKBOOK
from bptutor.language import _

SHEETS = ("*",)
"""Which files are looked at: all, since what is in a file tells more than what it is called."""

TABLES = (".csv", ".tsv", ".tab", *ENDINGS)


class Search(NamedTuple):
    """How sources are searched: which names sheets have, where an id stands in a path, and the bytes of a hand-in.

    `columns` has the cells of headings of tables that say nothing by themselves.
    """

    patterns: tuple[str, ...] = SHEETS
    id_from: re.Pattern[str] | None = None
    limit: int = LIMIT
    columns: Mapping[str, str] = {}

    def is_sheet(self, file: str) -> bool:
        """Whether a file of this name is a sheet."""
        return any(fnmatchcase(file.lower(), pattern.lower()) for pattern in self.patterns)


def is_table(source: Path) -> bool:
    """Whether a source is a table, with a row a student; its rows are no entries. A filled workbook is a hand-in."""
    if not source.is_file():
        return source.suffix.lower() in TABLES
    if (
        source.suffix.lower() in ENDINGS
        and source.stat().st_size <= WORKBOOK
        and is_filled_workbook(source.read_bytes())
    ):
        return False
    return source.suffix.lower() in TABLES or is_workbook(str(source))


def entries(sources: Sequence[Path], search: Search = Search(), passed: Passed = unheard) -> Iterator[Entry]:
    """The hand-ins of files, folders, zip archives and JSON lines, those that cannot be read with their reason.

    `passed` is told what is passed over. Raises BptutorError for a source that cannot be listed at all.
    """
    for source in sources:
        path = os.path.realpath(source)  # a symbolic link that is named here is meant
        try:
            if os.path.isdir(path):
                os.scandir(path).close()
                yield from _sheets(list(walk(path, passed)), search, shown(os.path.basename(path)), passed)
            else:
                listed = _LISTED.get(source.suffix.lower(), _file)
                yield from listed(path, shown(source.name), search, passed)
        except OSError as error:
            message = _("this cannot be read: {reason}").format(reason=why(error))
            raise BptutorError(message, Where(shown(str(source))), _("check the name and the folder")) from None


def _file(path: str, name: str, search: Search, _passed: Passed) -> Iterator[Entry]:
    state = os.stat(path)
    for who in whose(name, search.id_from):
        yield Entry.of(name, path, who, state.st_mtime, not_a_file(state.st_mode))


def _json_lines(path: str, name: str, search: Search, _passed: Passed) -> Iterator[Entry]:
    return lines(path, name, search.limit)


def _archive(path: str, name: str, search: Search, passed: Passed) -> Iterator[Entry]:
    return _sheets(list(members(path, search.limit, passed)), search, name.rpartition(".")[0], passed)


_LISTED: dict[str, Callable[[str, str, Search, Passed], Iterator[Entry]]] = {
    ".zip": _archive,
    ".jsonl": _json_lines,
    ".ndjson": _json_lines,
}


def _sheets(files: Sequence[Found], search: Search, within: str, passed: Passed) -> Iterator[Entry]:
    """The hand-ins among files; what a search by names leaves out is passed over, if no platform made it."""
    told = [found for found in files if found.inner.rpartition("/")[2] == METADATA and not found.reason]
    told.sort(key=lambda found: found.inner.count("/"))
    names = [shown(found.inner) for found in files]
    with Archives() as archives:
        known = _metadata(told[0], archives, passed) if told else {}
        layout = Layout(names, search.id_from, known, within)
        receipts = layout.receipts
        for found, name in zip(files, names, strict=True):
            if name in receipts and not found.reason:
                with suppress(Unreadable):
                    layout.submitters |= of_receipt(receipts[name], bytes_of(found.path, found.member, archives))
    uploads = {one for name in names for one in _uploaded(layout, name)} if receipts else set()
    for found, inner in zip(files, names, strict=True):
        if found in told[:1] or (layout.companion(inner) and not found.reason):
            continue
        for who in layout.whose(inner):
            if who.receipt and (who.place, who.upload) in uploads:
                continue  # it only lists the files that were uploaded
            if search.is_sheet(inner.rpartition("/")[2]) or who.platform or found.reason:
                yield Entry.of(inner, found.path, who, found.when, found.reason)._replace(part=found.member)
            else:
                passed(inner)


def _uploaded(layout: Layout, inner: str) -> Iterator[tuple[str, float]]:
    """The hand-in that a file belongs to, if it is one that somebody uploaded."""
    return ((who.place, who.upload) for who in layout.whose(inner) if who.platform and not who.receipt)


def _metadata(found: Found, archives: Archives, passed: Passed) -> Submitters:
    """Who submitted what; where that cannot be read, it is told, since all their names are missing then."""
    try:
        return submitters(bytes_of(found.path, found.member, archives, MAX_BYTES))
    except (Unreadable, BptutorError) as error:
        passed(f"{shown(found.inner)}: {error}")
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
        raise Unreadable(_("the file cannot be read: {reason}").format(reason=why(error))) from None
