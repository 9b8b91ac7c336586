"""The cells of an answer sheet, in whatever form they stand there: single, as arrays, or grouped by quantity."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from bptutor.answers import Typed
from bptutor.engine.quantities import cell_id
from bptutor.files.answer_names import LONGEST, CellNames, Named, Whole
from bptutor.files.faults import brief
from bptutor.files.numbers import typed_number
from bptutor.files.place import Place, is_null
from bptutor.files.reader import Mapping, Node, Scalar, Sequence
from bptutor.language import _, plural

_QUOTED = 60  # letters that are kept of what is no number
_LISTED = 4  # names that a hint lists one by one

Path = tuple[str | int, ...]


def _typed(text: str, line: int, plain: bool) -> Typed | None:
    """What a scalar says as an answer; None for a blank."""
    read = typed_number(text)
    if read:
        return Typed(text.strip(), *read, line)
    blank = is_null(Scalar(text, line, plain)) or not text.strip()
    return None if blank else Typed(brief(text, _QUOTED), None, None, line)


_known = lru_cache(maxsize=50_000)(_typed)  # the right numbers are typed again and again, in the same lines


class Cells:
    """What is typed for each cell, by its id; what is blank is absent."""

    def __init__(self, known: CellNames, place: Place):
        self.typed: dict[str, Typed] = {}
        self._known, self._place = known, place

    def read(self, root: Mapping) -> None:
        """Takes in all that stands on a sheet; reports what is wrong with it."""
        for key, node in root.items.items():
            if len(key) > LONGEST or not (self._known.cell(key) or self._known.group(key)):
                message = _("{key} is no cell of this problem").format(key=brief(key))
                hint = self._known.near(key) or _("such as net1[2], or its label")
                self._report((key,), root.lines[key], message, hint)
            elif isinstance(node, Mapping):
                self._group(key, node)
            elif isinstance(node, Sequence) and (whole := self._known.whole(key)):
                self._array(node, whole.cells, (key,), whole)
            elif cell := self._known.cell(key):
                self._put(cell, node, (key,))
            elif not is_null(node):
                self._refuse_single(key, node)

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
                message = _("{name} is no cell of {group}").format(name=brief(name), group=key)
                hint = self._known.near(name, key) or _("such as {name}").format(name=self._known.first(key))
                self._report((key, name), node.lines[name], message, hint)

    def _array(self, node: Node, cells: Any, path: Path, whole: Whole) -> None:
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

    def _refuse_shape(self, node: Sequence, cells: list[Any], path: Path, whole: Whole) -> None:
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

    def _put(self, cell: Named, node: Node, path: Path) -> None:
        """Keeps what is typed for a cell; reports what cannot stand there."""
        if not isinstance(node, Scalar):
            self._at(path).expected(node, _("a number"))
            return
        typed = _known(*node) if len(node.text) <= LONGEST else _typed(*node)
        if typed is None:
            return
        if cell.given:
            name, hint = brief(str(path[-1])), _("leave it out, it earns nothing")
            self._report(path, node.line, _("{cell} is given by the exercise").format(cell=name), hint)
        elif first := self.typed.get(cell.id):
            message = _("{cell} stands twice, first in line {line}").format(cell=cell.id, line=first.line)
            self._report(path, node.line, message, _("keep one of the two"))
        else:
            self.typed[cell.id] = typed

    def _at(self, path: Path) -> Place:
        place = self._place
        for part in path:
            place = place.at(part)
        return place

    def _report(self, path: Path, line: int, message: str, hint: str) -> None:
        self._at(path).report(line, message, hint)


def _count(cells: list[Any], n: int) -> str:
    """How many numbers, or rows of a matrix."""
    if isinstance(cells[0], list):
        return plural("{n} row", "{n} rows", n).format(n=n)
    return plural("{n} number", "{n} numbers", n).format(n=n)
