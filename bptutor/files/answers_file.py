"""From the text of an answer sheet to the cells of a problem, with all that is wrong with it reported together."""

from __future__ import annotations

import os.path
from collections.abc import Mapping as Table
from itertools import islice
from pathlib import Path
from typing import Any

from bptutor.answers import Answers
from bptutor.errors import BptutorError, Where, nearest
from bptutor.files.answer_cells import Cells
from bptutor.files.answer_names import LONGEST, CellNames, names_of
from bptutor.files.faults import Faults, brief
from bptutor.files.keys import ANSWERS
from bptutor.files.kinds import read_keys
from bptutor.files.library import load, names, node_of, path_of
from bptutor.files.place import Place, found, is_null
from bptutor.files.problem_file import problem_of
from bptutor.files.reader import Document, Mapping, Scalar, parse, read
from bptutor.language import _
from bptutor.problem import Problem


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
    return read(source)


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
        return problem_of(parse(path_of(name).read_bytes(), name))
    message = _("there is no problem {name}, neither beside this file nor in the library").format(name=brief(name))
    raise BptutorError(message, Where(sheet.name, node.line, "problem"), nearest(name, names()))


def answers_of(sheet: Document, problem: Problem) -> Answers:
    """The answers that stand on a sheet; raises one BptutorError with all its faults."""
    root, known = _root(sheet), names_of(problem)
    _refuse_cells_outside(root, sheet.name, known)
    place = Place(sheet.name, Faults(sheet.faults))
    head = read_keys(root, place, ANSWERS)
    cells = Cells(known, place.at("answers"))
    if head.get("answers"):
        cells.read(head["answers"])
    place.faults.settle()
    student, name, variant = (head.get(key) or "" for key in ("student", "problem", "variant"))
    return Answers(cells.typed, student=student, problem=name, variant=variant, file=sheet.name)


def _root(sheet: Document) -> Mapping:
    if isinstance(sheet.root, Mapping):
        return sheet.root
    message = _("found {found}, expected an answer sheet: the key answers, and cells below it")
    hint = _("`bptutor template PROBLEM` prints a blank one")
    raise BptutorError(message.format(found=found(sheet.root)), Where(sheet.name, sheet.root.line), hint)


def _refuse_cells_outside(root: Mapping, file: str, known: CellNames) -> None:
    """Raises where the key `answers` was forgotten, which would make every cell an unknown key."""
    if "answers" in root.lines:
        return
    for key in islice(root.items, 100):
        if key not in ANSWERS and len(key) <= LONGEST and (known.cell(key) or known.group(key)):
            message = _("{key} stands outside of answers").format(key=brief(key))
            hint = _("write answers: in a line above the cells, and indent them")
            raise BptutorError(message, Where(file, root.lines[key]), hint)
