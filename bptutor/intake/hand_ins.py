"""Hand-ins as read, each with its answers or the reason why it has none; nothing that a student wrote stops a run."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from collections.abc import Mapping as Table
from itertools import islice
from pathlib import Path

from bptutor.answers import Answers
from bptutor.errors import BptutorError, Where, place
from bptutor.files.answers_file import answers_of, as_typed, read_sheet, sheet_in_text
from bptutor.files.faults import brief
from bptutor.files.place import is_null
from bptutor.files.reader import Document, Mapping, Scalar
from bptutor.files.typed.unread import sentences, unread
from bptutor.intake.archives import Archives
from bptutor.intake.entries import bytes_of
from bptutor.intake.entry import LIMIT, Entry, HandIn, Line
from bptutor.intake.folders import Unreadable, file_bytes, is_hidden
from bptutor.intake.json_lines import parse_json
from bptutor.intake.kinds import sheet_bytes
from bptutor.intake.whose import LONGEST
from bptutor.language import _, plural
from bptutor.problem import Problem

_ENDINGS = (".yaml", ".yml")
_MOST = 1_000  # files to look at: one is expected

ProblemFor = Callable[[str, str], Problem | None]
"""The problem of a variant ("" where the hand-in names none) and a student; None where there is none."""


Owner = Callable[[Entry, str], str]
"""Whose a hand-in is, by its entry and by what the sheet says."""


def named(entry: Entry, said: str) -> str:
    """Who is named where there is no roster: by the entry, else by the sheet."""
    return entry.student or said


def read(
    entry: Entry, problem_for: ProblemFor, archives: Archives, limit: int = LIMIT, owner: Owner = named
) -> tuple[HandIn, Answers | None]:
    """An entry as read, with its answers if it has some; where the entry does not say whose it is, the sheet may."""
    student, variant, answers, reason, said = owner(entry, ""), "", None, entry.reason, tuple[str, ...]()
    try:
        if not reason:
            sheet = _sheet(entry, archives, limit)
            student, variant = owner(entry, _head(sheet, "student")), _head(sheet, "variant")
            problem = problem_for(variant, student)
            answers = answers_of(sheet, problem) if problem else None
            reason, said = "" if problem else no_variant(variant), unread(answers) if answers else ()
    except Unreadable as error:
        reason = str(error)
    except BptutorError as error:
        reason, said = reason_of(error), sentences(error.faults)
    return HandIn(
        student, entry.name, entry.email, variant, entry.source, entry.when, entry.late, reason, said, entry.place
    ), answers


def _sheet(entry: Entry, archives: Archives, limit: int) -> Document:
    if isinstance(entry.part, Table):
        return read_sheet(entry.part)
    data = bytes_of(entry.path, entry.part, archives, limit)
    if isinstance(entry.part, Line):
        return parse_json(data, entry.source, entry.part.number)
    data = sheet_bytes(data, limit, entry.source)
    if entry.source.lower().endswith(".json"):
        try:
            return parse_json(data, entry.source)
        except BptutorError as error:
            typed = as_typed(data, entry.source)
            if typed is None:
                raise
            return typed._replace(refused=error.faults)
    return sheet_in_text(data, entry.source)


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


def sheet_in(folder: str | Path) -> Document:
    """The only sheet in a folder, however deep; raises BptutorError where there is none, or more than one.

    Links and hidden files are passed over: a sheet is a file of the student's own. Where there are others beside it,
    those count whose names end as a sheet's.
    """
    found = list(islice(_files_in(folder), _MOST))
    sheets = [path for path in found if path.suffix.lower() in _ENDINGS]
    if not found:
        raise BptutorError(_("no sheet of answers was handed in"), hint=_("one file, as `bptutor template` writes it"))
    if len(sheets or found) > 1:
        names = [brief(str(path.relative_to(folder))) for path in (sheets or found)[:4]]
        message = _("{n} sheets of answers were handed in, expected one: {names}")
        message = message.format(n=len(sheets or found), names=", ".join(names))
        raise BptutorError(message, hint=_("hand in only the last of them"))
    (path,) = sheets or found
    try:
        return sheet_in_text(sheet_bytes(file_bytes(str(path), LIMIT), LIMIT, path.name), str(path))
    except Unreadable as error:
        raise BptutorError(str(error), Where(str(path))) from None


def _files_in(folder: str | Path) -> Iterator[Path]:
    """The files that a student may have meant."""
    for inner, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not is_hidden(name) and not name.startswith("__"))
        paths = (Path(inner, name) for name in sorted(names) if not is_hidden(name))
        yield from (path for path in paths if path.is_file() and not path.is_symlink())
