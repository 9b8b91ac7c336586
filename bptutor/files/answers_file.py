"""From the text of an answer sheet to the cells of a problem, with all that is wrong with it reported together.

Cells stand there in whatever form: single, as arrays, or grouped by quantity.
"""

from __future__ import annotations

import codecs
import os.path
import re
from collections.abc import Mapping as Table
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from bptutor.answers import Answers, Typed
from bptutor.engine.quantities import cell_id
from bptutor.errors import BptutorError, Fault, Where, nearest
from bptutor.files.answer_names import LONGEST, CellNames, Named, Whole, names_of
from bptutor.files.capped import capped
from bptutor.files.encodings import decoded
from bptutor.files.faults import Faults, brief
from bptutor.files.keys import ANSWERS
from bptutor.files.kinds import read_keys
from bptutor.files.library import load, names, node_of, path_of
from bptutor.files.numbers import typed_number
from bptutor.files.place import Place, found, is_null
from bptutor.files.problem_file import read_problem
from bptutor.files.reader import ARCHIVE, MAX_BYTES, Document, Mapping, Node, Scalar, Sequence, parse
from bptutor.files.typed.characters import plain as plain_text
from bptutor.files.typed.sample_rows import KEY, read_table, table_in_text
from bptutor.language import _, plural
from bptutor.problem import Problem

_QUOTED = 60  # letters that are kept of what is no number
_LISTED = 4  # names that a hint lists one by one

_Keys = tuple[str | int, ...]


def load_answers(source: str | Path | Table[str, Any], problem: Problem) -> Answers:
    """The answers of a YAML file, of standard input (`-`), or of a mapping with the keys of a file.

    Raises BptutorError, which reports all that is wrong together.

    >>> import bptutor
    >>> sheet = bptutor.load_answers({"answers": {"net1": [0.3775, None]}}, bptutor.load("mazur"))
    >>> list(sheet.cells)
    ['net1[1]']
    """
    return answers_of(read_sheet(source), problem)


def sheet_of(cells: Table[str, Any], student: str = "") -> Table[str, Any]:
    """A mapping with the keys of a file: as it is, or made of cells, each with a number, a text or None for a blank.

    NaN, which stands in a table where nothing was typed, is a blank. A float has the digits with which Python writes
    it: 0.3775 has four decimals.
    """
    sheet = cells if "answers" in cells else {"answers": cells}
    return {"student": student, **sheet, "answers": _blanks(sheet["answers"])}


def _blanks(value: Any) -> Any:
    """The value with None for NaN, arrays as lists."""
    value = value.tolist() if hasattr(value, "tolist") else value
    if isinstance(value, Table):
        return {key: _blanks(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_blanks(item) for item in value]
    return None if isinstance(value, float) and value != value else value


def read_sheet(source: str | Path | Table[str, Any]) -> Document:
    """The sheet as it stands there, its cells not looked at yet."""
    if isinstance(source, Table):
        return Document(_("this mapping"), b"", node_of(source), Faults())
    return sheet_in_text(*capped(source, MAX_BYTES, _("expected a text file with a problem or answers")))


def sheet_in_text(data: bytes, name: str) -> Document:
    """The sheet that a text is: YAML, else what a person has typed, or a workbook of ours that was filled in.

    Raises BptutorError where no cell stands in it.
    """
    if data.startswith(ARCHIVE):
        return _in_workbook(data, name)
    if table := table_in_text(data, decoded(data), name):
        return table
    try:
        return parse(data, name)
    except BptutorError as error:
        text = decoded(data).encode("utf-8", "replace")
        if text != data.removeprefix(codecs.BOM_UTF8):
            with suppress(BptutorError):
                return parse(text, name)
        typed = as_typed(text, name)
        if typed is None:
            raise
        return typed._replace(data=data, refused=error.faults)


def _in_workbook(data: bytes, name: str) -> Document:
    """The sheet that a workbook of ours is; raises BptutorError for any other, and for what else is an archive."""
    from bptutor.files.typed.filled_workbook import filled_workbook, is_filled_workbook  # few sheets need it

    if is_filled_workbook(data):
        return filled_workbook(data, name)
    message = _("this is an archive, or a workbook that bptutor has not written; expected is a sheet of answers")
    hint = _("a text as `bptutor template` writes it, or a workbook of `bptutor worksheet`, with all sheets, as .xlsx")
    raise BptutorError(message, Where(name), hint)


def as_typed(data: bytes, name: str) -> Document | None:
    """A sheet read line by line, as a person has typed it; None where no cell stands in it."""
    from bptutor.files.typed.typed_sheet import has_cells, typed_sheet  # few sheets need it

    typed = typed_sheet(decoded(data), name)
    return typed if has_cells(typed.root) else None


def problem_of_sheet(sheet: Document) -> Problem:
    """The problem that a sheet names: a file beside it, or one of the library."""
    node = _root(sheet).items.get("problem", Scalar("", 1))
    if is_null(node):
        message = _("the sheet does not say which problem it answers")
        raise BptutorError(message, Where(sheet.name), _("bptutor check --answers SHEET PROBLEM"))
    place = Place(sheet.name, Faults(sheet.faults)).at("problem")
    name = ANSWERS["problem"].kind.read(node, place)
    place.faults.settle()
    beside = os.path.join(os.path.dirname(sheet.name), name)
    if os.path.isfile(beside):
        return load(Path(beside))
    if name in names():
        return read_problem(path_of(name).read_bytes(), name)
    message = _("there is no problem {name}, neither beside this file nor in the library").format(name=brief(name))
    raise BptutorError(message, Where(sheet.name, node.line, "problem"), nearest(name, names()))


def answers_of(sheet: Document, problem: Problem) -> Answers:
    """The answers that stand on a sheet, what cannot be read of it beside them.

    Raises one BptutorError with all that is wrong where no number can be read.
    """
    known = names_of(problem)
    read = _Reading.of(sheet, known)
    if read.faults and sheet.data and not sheet.refused:
        typed = as_typed(sheet.data, sheet.name)
        other = _Reading.of(typed, known) if typed else read
        if other.numbers and other.worth > read.worth:
            read = other._replace(refused=tuple(read.faults.by_line()))
    refused = sheet.refused or read.refused or read.faults.by_line()
    if refused and not read.numbers:
        raise BptutorError.of(refused)
    student, name, variant = (read.head.get(key) or "" for key in ("student", "problem", "variant"))
    unread = tuple(read.faults.by_line())
    return Answers(read.cells, student=student, problem=name, variant=variant, file=sheet.name, unread=unread)


class _Reading(NamedTuple):
    """What can be read of a sheet in one way: the head, the cells by their ids, and what is wrong with the rest."""

    head: Table[str, Any]
    cells: dict[str, Typed]
    faults: Faults
    refused: tuple[Fault, ...] = ()

    @classmethod
    def of(cls, sheet: Document, known: CellNames) -> _Reading:
        """What stands on a sheet; raises BptutorError where more is wrong than anybody reads."""
        place = Place(sheet.name, Faults(sheet.faults))
        try:
            root = _root(sheet)
        except BptutorError as error:
            place.faults.extend(error.faults)
            return cls({}, {}, place.faults)
        head, outside = _parted(root, known)
        values = read_keys(head, place, ANSWERS)
        cells = _Cells(known, place.at("answers"))
        for mapping in (values.get("answers"), outside):
            if mapping:
                cells.read(mapping)
        return cls(values, cells.typed, place.faults)

    @property
    def numbers(self) -> int:
        """How many cells have a number."""
        return sum(cell.value is not None for cell in self.cells.values())

    @property
    def worth(self) -> tuple[int, int]:
        """The better of two ways to read a sheet has more numbers, or fewer faults."""
        return self.numbers, -len(self.faults)


def _root(sheet: Document) -> Mapping:
    if isinstance(sheet.root, Mapping):
        return sheet.root
    message = _("found {found}, expected an answer sheet: the key answers, and cells below it")
    hint = _("`bptutor template PROBLEM` prints a blank one")
    raise BptutorError(message.format(found=found(sheet.root)), Where(sheet.name, sheet.root.line), hint)


def _parted(root: Mapping, known: CellNames) -> tuple[Mapping, Mapping | None]:
    """The keys of a sheet, in small letters, and the cells that stand beside `answers` instead of below it."""
    head, outside = Mapping({}, {}, root.line), Mapping({}, {}, root.line)
    heading = _heading(root, known)
    for key, node in root.items.items():
        word = "answers" if key == heading else _WORDS.get(key.casefold(), "")
        is_cell = not word and len(key) <= LONGEST and (known.cell(key) or known.group(key))
        into, name = (outside, key) if is_cell else (head, word if word and word not in head.items else key)
        into.items[name], into.lines[name] = node, root.lines[key]
    if not outside.items:
        return head, None
    if "answers" not in head.lines:
        head.items["answers"], head.lines["answers"] = Scalar("", root.line), root.line
    return head, outside


def _heading(root: Mapping, known: CellNames) -> str | None:
    """What the only key with cells below it is called on a sheet without `answers`: "Antworten", "My answers"."""
    words = [_WORDS.get(key.casefold(), "") for key in root.items]
    if "answers" in words:
        return None
    below = [key for key, node in root.items.items() if isinstance(node, Mapping) and _has_cells(key, node, known)]
    return below[0] if len(below) == 1 else None


def _has_cells(key: str, node: Mapping, known: CellNames) -> bool:
    """Whether a key says nothing, and some below it are cells."""
    if len(key) > LONGEST or known.cell(key) or known.group(key):
        return False
    return any(known.cell(inner) or known.group(inner) for inner in node.items if len(inner) <= LONGEST)


_WORDS = {**{key: key for key in ANSWERS}, "answer": "answers"}


def typed_cell(text: str, line: int, plain: bool = True) -> Typed | None:
    """What stands in a cell, as an answer; None for a blank. `plain` is False for what stands in quotes in YAML."""
    read = typed_number(text)
    if read:
        return Typed(brief(text.strip(), _QUOTED), *read, line)
    blank = is_null(Scalar(text, line, plain)) or (plain and _BLANK.fullmatch(plain_text(text)))
    return None if blank or not text.strip() else Typed(brief(text, _QUOTED), None, None, line)


_BLANK = re.compile(r"[\s\-_?.…/]*")
"""What people write into a cell that they leave out."""


_known = lru_cache(maxsize=50_000)(typed_cell)  # the right numbers are typed again and again, in the same lines


class _Cells:
    """What is typed for each cell, by its id; what is blank is absent."""

    def __init__(self, known: CellNames, place: Place):
        self.typed: dict[str, Typed] = {}
        self._known, self._place, self._heading = known, place, ""

    def read(self, root: Mapping) -> None:
        """Takes in all that stands on a sheet; reports what is wrong with it."""
        for key, node in root.items.items():
            if key == KEY and isinstance(node, Sequence) and node.items:
                read_table(node, self._known, self._put, self._report)
                continue
            cell = self._known.cell(key) if len(key) <= LONGEST else None
            member = None if cell and not cell.given else self._below_heading(key, node)
            if member:
                self._put(member, node, (self._heading, key))
            elif cell and isinstance(node, Scalar):
                self._put(cell, node, (key,))
            elif len(key) > LONGEST or not (cell or self._known.group(key)):
                message = _("{key} is not a cell of this problem").format(key=brief(key))
                hint = self._known.near(key) or _("such as net1[2], or its label")
                self._report((key,), root.lines[key], message, hint)
            elif isinstance(node, Mapping):
                self._group(key, node)
            elif isinstance(node, Sequence) and (whole := self._known.whole(key)):
                self._array(node, whole.cells, (key,), whole)
            elif cell:
                self._put(cell, node, (key,))
            elif not is_null(node):
                self._refuse_single(key, node)

    def _below_heading(self, key: str, node: Node) -> Named | None:
        """The cell of a group whose name stands alone above it, in a line of its own that is not further left."""
        if len(key) > LONGEST:
            return None
        if self._heading and (member := self._known.member(self._heading, key)):
            return member
        if self._known.group(key):
            self._heading = key if is_null(node) else ""
        return None

    def _refuse_single(self, key: str, node: Node) -> None:
        """Reports a number, or a list, for what is several numbers, or several quantities."""
        if whole := self._known.whole(key):
            self._at((key,)).expected(node, _count(whole.cells, len(whole.cells)), self._one_each(whole, 0))
        else:
            ids = ", ".join(cell_id(quantity, ()) for quantity in self._known.group(key)[:_LISTED])
            expected = _("names of cells with their numbers")
            self._at((key,)).expected(node, expected, _("write each by itself: {ids}").format(ids=ids))

    def _group(self, key: str, node: Mapping) -> None:
        if not self._known.group(key):
            self._at((key,)).expected(node, _("a number"))
            return
        member = self._known.member
        for name, item in node.items.items():
            if cell := member(key, name) if len(name) <= LONGEST else None:
                self._put(cell, item, (key, name))
            else:
                message = _("{name} is not a cell of {group}").format(name=brief(name), group=key)
                hint = self._known.near(name, key) or _("such as {name}").format(name=self._known.first(key))
                self._report((key, name), node.lines[name], message, hint)

    def _array(self, node: Node, cells: Any, path: _Keys, whole: Whole) -> None:
        """Takes in an array, row by row where it is a matrix; reports what has another shape."""
        if not isinstance(cells, list):
            self._put(cells, node, path)
        elif not isinstance(node, Sequence):
            if not is_null(node):
                hint = self._one_each(whole, len(path) - 1)
                self._at(path).expected(node, _("a list of {what}").format(what=_("numbers")), hint)
        elif len(node.items) != len(cells):
            self._refuse_shape(node, cells, path, whole)
        else:
            for i, (item, inner) in enumerate(zip(node.items, cells, strict=True), 1):
                self._array(item, inner, (*path, i), whole)

    def _refuse_shape(self, node: Sequence, cells: list[Any], path: _Keys, whole: Whole) -> None:
        key, *rows = path
        what = _("row {n} of {key}").format(n=rows[0], key=key) if rows else key
        message = _("{what} has {has}, expected {n} (one for each {each})").format(
            what=what,
            has=_count(cells, len(node.items)),
            n=len(cells),
            each=self._known.units(whole.layers[len(rows)]),
        )
        self._report(path, node.line, message, self._one_each(whole, len(rows)))

    def _one_each(self, whole: Whole, axis: int) -> str:
        """What to write along an axis of an array."""
        names = self._known.naming.units(whole.layers[axis])
        if len(names) > _LISTED:
            return _("~ stands for a blank")
        first = _("one row for {name}") if axis + 1 < len(whole.layers) else _("one number for {name}")
        each = [(_("one for {name}") if place else first).format(name=name) for place, name in enumerate(names)]
        listed = _("{list} and {last}").format(list=", ".join(each[:-1]), last=each[-1]) if len(each) > 1 else each[0]
        return _("write {list}, or ~ for a blank").format(list=listed)

    def _put(self, cell: Named, node: Node, path: _Keys) -> None:
        """Keeps what is typed for a cell; reports what cannot stand there."""
        if not isinstance(node, Scalar):
            self._at(path).expected(node, _("a number"))
            return
        typed = _known(*node) if len(node.text) <= LONGEST else typed_cell(*node)
        if typed is None:
            return
        if cell.given:
            name, hint = brief(str(path[-1])), _("leave it out, it earns nothing")
            self._report(path, node.line, _("{cell} is given by the exercise").format(cell=name), hint)
        elif first := self.typed.get(cell.id):
            message = _("{cell} appears twice, first in line {line}").format(cell=cell.id, line=first.line)
            self._report(path, node.line, message, _("keep one of the two"))
        else:
            self.typed[cell.id] = typed

    def _at(self, path: _Keys) -> Place:
        place = self._place
        for part in path:
            place = place.at(part)
        return place

    def _report(self, path: _Keys, line: int, message: str, hint: str) -> None:
        self._at(path).report(line, message, hint)


def _count(cells: list[Any], n: int) -> str:
    """How many numbers, or rows of a matrix."""
    if isinstance(cells[0], list):
        return plural("{n} row", "{n} rows", n).format(n=n)
    return plural("{n} number", "{n} numbers", n).format(n=n)
