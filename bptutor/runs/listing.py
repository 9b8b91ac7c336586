"""What there is to grade, in chunks: some hand-ins, or rows of a table."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from bptutor.classroom.batch import usual_page
from bptutor.errors import BptutorError, Where, why
from bptutor.files.faults import shown
from bptutor.intake.columns import columns, refuse_gaps
from bptutor.intake.entries import Search, entries, is_table
from bptutor.intake.entry import Entry, Line
from bptutor.intake.tables import Table, TableRow, open_table, table_rows
from bptutor.language import _
from bptutor.marking.check import asked_cells
from bptutor.problem import Problem
from bptutor.runs.chunks import Chunk, Rows
from bptutor.runs.handed_in import Store, Stored

HandedIn = Mapping[str, Mapping[str, Any]]
"""Sheets of students by their ids, each a mapping with the keys of a file."""

_MANY, _MANY_ROWS = 1250, 5000  # hand-ins of a chunk, which are read into memory first; rows of a table
_LINES = (".jsonl", ".ndjson")
_Item = TypeVar("_Item", Entry, TableRow)


class Listing(NamedTuple):
    """All hand-ins; `size` is about what there is to do in kilobytes, of which a sheet has one.

    `ignored` has the headings of each table that say nothing, `passed` the files that were passed over.
    """

    sources: tuple[Table | Path | list[Entry] | Store, ...]
    size: int
    ignored: dict[str, tuple[str, ...]]
    search: Search
    passed: tuple[str, ...] = ()

    def chunks(self) -> Iterator[Chunk]:
        """The hand-ins, some at a time."""
        for source in self.sources:
            if isinstance(source, Store):
                yield from source.chunks()
            elif isinstance(source, Table):
                yield from _rows(source)
            else:
                yield from _parts(entries([source], self.search) if isinstance(source, Path) else source, _MANY)


def kilobytes(chunk: Chunk) -> float:
    """About how much there is to do for a chunk."""
    if isinstance(chunk, Stored):
        return len(chunk.lines)
    if isinstance(chunk, Rows):
        return sum(sum(map(len, row.cells)) + len(row.cells) for row in chunk.rows) / 1024
    return sum(entry.part.size / 1024 if isinstance(entry.part, Line) else 1 for entry in chunk)


def listing(
    sources: Sequence[Path | HandedIn],
    search: Search,
    problems: Mapping[str, Problem],
    out: Path,
    theirs: Callable[[Iterable[Entry]], Iterable[Entry]] = iter,
    *,
    gaps: bool = True,
) -> Listing:
    """The hand-ins of the sources, but not what is in the folder `out`; raises BptutorError where there are none.

    `theirs` gives each member of a group the hand-in of the group; with `gaps` tables may lack cells that are asked.
    """
    found, size, ignored = list[Table | Path | list[Entry]](), 0.0, dict[str, tuple[str, ...]]()
    passed = list[str]()
    for source in sources:
        if isinstance(source, Mapping):
            found.append([Entry("", "", student, part=sheet) for student, sheet in source.items()])
            size += len(source)
            continue
        if _is_in(os.path.realpath(source), out):
            message = _("this is in the folder for the results, which is replaced")
            raise BptutorError(message, Where(shown(str(source))), _("another name for the results"))
        if is_table(source):
            table = open_table(source, search.columns)
            ignored[table.name] = _ignored(table, problems, gaps=gaps)
            found.append(table)
            size += os.path.getsize(source) / 1024
        elif source.suffix.lower() in _LINES and source.is_file():
            found.append(source)
            size += os.path.getsize(source) / 1024
        else:
            every = theirs(entries([source], search, passed.append))
            some = [entry for entry in every if not _is_in(entry.path, out)]
            found.append(some)
            size += len(some)
    if not size:
        raise nothing_in(sources[0])
    return Listing(tuple(found), int(size) + 1, ignored, search, tuple(passed))


def nothing_in(source: Path | HandedIn) -> BptutorError:
    """What is said where nobody handed anything in."""
    if isinstance(source, Mapping):
        return BptutorError(_("there are no hand-ins"), Where(_("this mapping")))
    hint = _("files that end in .yaml, .yml or .json; --glob says which else; tables with a row for each student")
    return BptutorError(_("there are no hand-ins"), Where(shown(str(source))), hint)


def _is_in(path: str, folder: Path) -> bool:
    return f"{path}{os.sep}".startswith(f"{folder}{os.sep}")


def _parts(found: Iterable[_Item], size: int) -> Iterator[tuple[_Item, ...]]:
    waiting = iter(found)
    while some := tuple(islice(waiting, size)):
        yield some


def _rows(table: Table) -> Iterator[Rows]:
    try:
        bare = table._replace(text=None)  # a workbook's text need not go to every worker
        yield from (Rows(bare, some) for some in _parts(table_rows(table), _MANY_ROWS))
    except OSError as error:
        message = _("the file cannot be read to its end: {reason}").format(reason=why(error))
        raise BptutorError(message, Where(table.name)) from None


def _ignored(table: Table, problems: Mapping[str, Problem], *, gaps: bool) -> tuple[str, ...]:
    """The headings that no variant knows; raises BptutorError where no variant has its cells there."""
    ignored, errors = list[dict[str, None]](), list[BptutorError]()
    for problem in problems.values():
        try:
            found = columns(table, problem)
            if not gaps:
                page = usual_page(problem)
                asked = zip(page.cells, asked_cells(page).tolist(), strict=True)
                refuse_gaps(table, found, {cell[0]: cell[1] for cell, wanted in asked if wanted})
            ignored.append(dict.fromkeys(found.ignored))
        except BptutorError as error:
            errors.append(error)
    if not ignored:
        raise errors[0]
    return tuple(heading for heading in ignored[0] if all(heading in others for others in ignored))
