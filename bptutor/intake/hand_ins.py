"""Hand-ins as read, each with its answers or the reason why it has none; nothing that a student wrote stops a run."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from collections.abc import Mapping as Table
from pathlib import Path
from typing import NamedTuple, TypeVar

from bptutor.answers import Answers
from bptutor.errors import BptutorError, place
from bptutor.files.answers_file import answers_of, read_sheet
from bptutor.files.faults import brief
from bptutor.files.place import is_null
from bptutor.files.reader import Document, Mapping, Scalar
from bptutor.intake.entries import Search, bytes_of, entries, is_table
from bptutor.intake.entry import LIMIT, Entry, Line
from bptutor.intake.folders import Unreadable
from bptutor.intake.grid import Grid, grid
from bptutor.intake.json_lines import parse_json
from bptutor.intake.plain_sheets import read_text
from bptutor.intake.tables import Columns, columns, open_table, table_blocks
from bptutor.intake.whose import LONGEST
from bptutor.language import _, plural
from bptutor.problem import Problem

ProblemFor = Callable[[str, str], Problem | None]
"""The problem of a variant ("" where the hand-in names none) and a student; None where there is none."""


class HandIn(NamedTuple):
    """One hand-in of one student, read or not.

    `source` is what reports call it; `when` orders the hand-ins of one student; `answers` is None where it cannot be
    read, and `reason` says why, in one line.
    """

    student: str
    name: str
    source: str
    when: float
    answers: Answers | None
    reason: str = ""
    variant: str = ""
    email: str = ""
    late: bool = False


Handed = TypeVar("Handed", Entry, HandIn)


def keep(handed: Iterable[Handed], *, first: bool = False) -> tuple[list[Handed], list[Handed]]:
    """One hand-in a student, the newest or the first, and those set aside; one without a student stays.

    What cannot be read counts only where a student has nothing else.
    """
    kept: dict[object, tuple[int, Handed]] = {}
    aside: list[tuple[int, Handed]] = []
    for number, one in enumerate(handed):
        key, other = one.student or number, kept.get(one.student)
        if other and _rank(other[1], first=first) > _rank(one, first=first):
            aside.append((number, one))
            continue
        if other:
            aside.append(other)
        kept[key] = number, one
    return _in_order(kept.values()), _in_order(aside)


def _rank(one: Entry | HandIn, *, first: bool) -> tuple[bool, float]:
    return not one.reason, -one.when if first else one.when


def _in_order(numbered: Iterable[tuple[int, Handed]]) -> list[Handed]:
    return [one for _number, one in sorted(numbered, key=lambda pair: pair[0])]


def hand_ins(sources: Sequence[Path], problem_for: ProblemFor, search: Search = Search()) -> Iterator[HandIn]:
    """All hand-ins of files, folders, archives, tables and JSON lines, one after the other; late ones too.

    Raises BptutorError for a source that cannot be listed at all, or a table without cells.
    """
    for source in sources:
        if is_table(source):
            yield from _of_table(source, problem_for)
        else:
            yield from (read(entry, problem_for, search.limit) for entry in entries([source], search))


def read(entry: Entry, problem_for: ProblemFor, limit: int = LIMIT) -> HandIn:
    """The hand-in of an entry; where the entry does not say whose it is, the sheet may."""
    student, variant, answers, reason = entry.student, "", None, entry.reason
    try:
        if not reason:
            sheet = _sheet(entry, limit)
            student, variant = entry.student or _head(sheet, "student"), _head(sheet, "variant")
            problem = problem_for(variant, student)
            answers = answers_of(sheet, problem) if problem else None
            reason = "" if problem else no_variant(variant)
    except Unreadable as error:
        reason = str(error)
    except BptutorError as error:
        reason = reason_of(error)
    return HandIn(student, entry.name, entry.source, entry.when, answers, reason, variant, entry.email, entry.late)


def _sheet(entry: Entry, limit: int) -> Document:
    if isinstance(entry.part, Table):
        return read_sheet(entry.part)
    data = bytes_of(entry.path, entry.part, limit)
    if isinstance(entry.part, Line):
        return parse_json(data, entry.source, entry.part.number)
    if entry.source.lower().endswith(".json"):
        return parse_json(data, entry.source)
    return read_text(data, entry.source)


def _head(sheet: Document, key: str) -> str:
    """What a sheet says of itself, "" for whatever is no text."""
    node = sheet.root.items.get(key) if isinstance(sheet.root, Mapping) else None
    return node.text.strip()[:LONGEST] if isinstance(node, Scalar) and not is_null(node) else ""


def no_variant(variant: str) -> str:
    """The reason of a hand-in for which there is no problem."""
    if not variant:
        return _("the hand-in does not say which variant it answers")
    return _("there is no variant {variant}").format(variant=brief(variant))


def reason_of(error: BptutorError) -> str:
    """What is wrong with a hand-in, in one line: the first fault, and how many more there are."""
    first, *others = error.faults
    where = place(first.where._replace(file=""))
    said = f"{first.message} ({where})" if where else first.message
    more = plural("and {n} more", "and {n} more", len(others)).format(n=len(others)) if others else ""
    return "; ".join(filter(None, (said, more)))


def _of_table(source: Path, problem_for: ProblemFor) -> Iterator[HandIn]:
    table = open_table(source)
    for block in table_blocks(table):
        yield from rows(grid(table, block), problem_for)


def rows(cells: Grid, problem_for: ProblemFor) -> Iterator[HandIn]:
    """The rows of a table as hand-ins; a later row of a student is a newer one."""
    found = dict[Problem, Columns]()
    people = zip(*(cells.known(role) for role in ("id", "name", "email", "variant")), strict=True)
    for row, (student, name, email, variant) in enumerate(people):
        line = int(cells.lines[row])
        source = _("{file}, line {n}").format(file=cells.table.name, n=line)
        blank = HandIn(student or email or name, name, source, line, None, cells.faults.get(row, ""), variant, email)
        problem = None if blank.reason else problem_for(variant, blank.student)
        if problem:
            found[problem] = found.get(problem) or columns(cells.table, problem)
            yield blank._replace(answers=cells.answers(row, found[problem]))
        else:
            yield blank._replace(reason=blank.reason or no_variant(variant))
