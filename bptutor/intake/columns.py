"""Which columns of a table are which cells of a problem, however a form or a spreadsheet writes their titles."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from bptutor.errors import BptutorError, Fault, Where
from bptutor.files.answer_names import LONGEST, CellNames, Named, names_of
from bptutor.files.faults import Faults, brief
from bptutor.files.place import is_null
from bptutor.files.reader import Mapping as Keys
from bptutor.files.reader import Scalar, read
from bptutor.intake.tables import Table
from bptutor.language import _
from bptutor.problem import Problem

_LISTED, _EXPLAINED = 8, 3
_NUMBERED = re.compile(r"^\s*(?:Q(?:uestion)?\s*)?[0-9]{1,3}\s*[.):]\s*", re.IGNORECASE)
_ASIDE = re.compile(r"\s*\([^()]*\)\s*\*?\s*$|\s*[*?:.=\s]+$")
_GRID = re.compile(r"\[(?P<inner>.+)\]\s*$")
_SHAPED = re.compile(r"[_0-9]")  # a word such as loss in a sentence is no label
_WORD = re.compile(r"[^\s,;:()?!“”\"']+")


class Columns(NamedTuple):
    """The cells of a problem that a table has, in which column each stands, and the headings that say nothing."""

    ids: tuple[str, ...]
    places: tuple[int, ...]
    ignored: tuple[str, ...]


def columns(table: Table, problem: Problem) -> Columns:
    """The columns of a problem's cells; raises BptutorError where a cell appears twice, or none is there."""
    known, faults = names_of(problem), Faults()
    found: dict[str, int] = {}
    ignored = []
    for column, heading in enumerate(table.header):
        if column in table.roles.values() or column in table.asides:
            continue
        cell = cell_of(known, heading, table.meant)
        if cell is None or cell.given:
            ignored.append(heading)
        elif cell.id in found:
            message = _("{cell} appears twice, first in column {n}").format(cell=cell.id, n=found[cell.id] + 1)
            where = Where(table.name, table.line, _("column {n}").format(n=column + 1))
            faults.append(Fault(message, where, _("keep one of the two")))
        else:
            found[cell.id] = column
    faults.settle()
    if not found:
        message = _("no column is a cell of this problem, found {headings}")
        listed = brief(", ".join(table.header[:20]), 80)
        hint = _("such as net1[2] or its label; put quotes around a heading that has the sign between columns")
        raise BptutorError(message.format(headings=listed), Where(table.name, table.line), hint)
    return Columns(tuple(found), tuple(found.values()), tuple(ignored))


def cell_of(known: CellNames, heading: str, meant: Mapping[str, str] | None = None) -> Named | None:
    """The cell that a heading names: alone, in the last brackets, behind a number, or as its only word that is one."""
    if len(heading) > 3 * LONGEST:
        return None
    name = (meant or {}).get(heading, heading)
    tries = [name]
    if (meant or {}).get(heading) is None:
        bare = _ASIDE.sub("", _ASIDE.sub("", _NUMBERED.sub("", name)))
        grid = _GRID.search(name)
        tries += [bare, *([grid["inner"], grid["inner"].rpartition("[")[2]] if grid else [])]
    for one in tries:
        if one and len(one) <= LONGEST and (cell := known.cell(one)):
            return cell
    shaped = (word for word in _WORD.findall(name) if _SHAPED.search(word) and len(word) <= LONGEST)
    words = {word: cell for word in shaped if (cell := known.cell(word))}
    asked = {cell for cell in words.values() if not cell.given}
    return asked.pop() if len(asked) == 1 and len(words) == 1 else None


def refuse_gaps(table: Table, found: Columns, asked: Mapping[str, str]) -> None:
    """Raises BptutorError where cells that are asked for, labels by ids, have no column: blank for everybody."""
    missing = [label for name, label in asked.items() if name not in found.ids]
    if not missing:
        return
    message = _("no column for {cells}: {n} of {all} cells would be blank for everybody")
    listed = ", ".join(missing[:_LISTED]) + ("…" if len(missing) > _LISTED else "")
    hints = [f"{brief(heading)}{_perhaps(heading, missing)}" for heading in found.ignored[:_EXPLAINED]]
    unknown = _("not understood: {headings}; ").format(headings=", ".join(hints)) if hints else ""
    hint = unknown + _("--columns FILE says which cell a heading is, --blanks ignore marks only what is filled in")
    where = Where(table.name, table.line)
    raise BptutorError(message.format(cells=listed, n=len(missing), all=len(asked)), where, hint)


def _perhaps(heading: str, labels: Sequence[str]) -> str:
    """What a heading may have been before a spreadsheet has saved it, in brackets; "" for nothing that is known."""
    for label in labels:
        if "?" in heading and label.encode("cp1252", "replace").decode("cp1252") == heading:
            return _(" (perhaps {label}: saved as ANSI, save it as “CSV UTF-8”)").format(label=label)
        if label.encode().decode("cp1252", "replace") == heading and not heading.isascii():
            return _(" (perhaps {label}: opened as ANSI, import it as UTF-8)").format(label=label)
    return ""


def load_columns(path: str | Path) -> dict[str, str]:
    """Which cell each heading is, from a YAML file of `heading: cell`; raises BptutorError for anything else."""
    sheet = read(path)
    root = sheet.root
    sheet.faults.settle()
    nodes = root.items.values() if isinstance(root, Keys) else ()
    if not isinstance(root, Keys) or not all(isinstance(node, Scalar) and not is_null(node) for node in nodes):
        hint = _("such as {example}").format(example='"new weight w5": w5+')
        raise BptutorError(_("expected a heading and its cell in each line"), Where(sheet.name, root.line), hint)
    return {" ".join(heading.split()): node.text for heading, node in root.items.items() if isinstance(node, Scalar)}
