"""The tables of a worksheet: numbers that are given, and places for those that are asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from typing import NamedTuple

import numpy as np

from bptutor.engine.decimals import show_one
from bptutor.engine.parts import asked
from bptutor.engine.quantities import OF_UPDATES, Index, Quantity
from bptutor.engine.schedule import rows
from bptutor.language import _
from bptutor.problem import Array, Problem
from bptutor.render.parameters import COLUMNS
from bptutor.render.tables import given, places
from bptutor.solution.trace import Trace
from bptutor.worksheets.network import on_paper, texts

_WIDEST = 84  # characters of a row, with what stands between its columns
_BETWEEN = 3
NOT_ASKED = "–"

Row = tuple[str | None, ...]


class Grid(NamedTuple):
    """A table, at least one row; None is a place to write a number of up to `room` characters in."""

    title: str
    head: tuple[str, ...]
    numeric: tuple[bool, ...]
    rows: tuple[Row, ...]
    room: int = 0


def samples(problem: Problem) -> tuple[Grid, ...]:
    """The inputs, and the targets if there are any, a row a sample."""
    names, values = [*problem.labels.inputs], problem.inputs
    if problem.targets is not None:
        names += [f"t_{unit}" for unit in problem.labels.units[-1]]
        values = np.hstack([values, problem.targets])
    if problem.samples == 1:
        return tuple(_fitting(_grid(_("Given"), [], names, (tuple(texts(values[0])),))))
    rows = tuple((str(place), *texts(row)) for place, row in enumerate(values, 1))
    return tuple(_fitting(_grid(_("Given"), [_("sample")], names, rows)))


def weights(problem: Problem) -> tuple[Grid, ...]:
    """A matrix a layer, a row a receiving unit, its bias last."""
    grids = list[Grid]()
    layers = (problem.labels.inputs, *problem.labels.units)
    for layer, (matrix, bias) in enumerate(zip(problem.weights, problem.biases, strict=True), 1):
        names, values = [*layers[layer - 1]], matrix
        if bias is not None:
            names.append(_("threshold") if problem.conventions.bias == "subtracted" else _("bias"))
            values = np.hstack([matrix, np.broadcast_to(bias[:, None], (len(matrix), 1))])
        rows = tuple((unit, *texts(row)) for unit, row in zip(layers[layer], values, strict=True))
        grids += _fitting(_grid(_("weights into layer {n}").format(n=layer), [_("to \\ from")], names, rows))
    return tuple(grids)


def _grid(title: str, names: Sequence[str], numbers: Sequence[str], rows: tuple[Row, ...]) -> Grid:
    return Grid(title, (*names, *numbers), (False,) * len(names) + (True,) * len(numbers), rows)


def _fitting(grid: Grid) -> Iterator[Grid]:
    """The table in pieces as wide as a page, each with the columns of names."""
    widths = [
        max(len(title), *(grid.room if row[column] is None else len(row[column] or "") for row in grid.rows)) + _BETWEEN
        for column, title in enumerate(grid.head)
    ]
    names = [column for column, numeric in enumerate(grid.numeric) if not numeric]
    piece, room = [*names], _WIDEST - sum(widths[column] for column in names)
    left = room
    for column in range(len(names), len(grid.head)):
        if widths[column] > left and len(piece) > len(names):
            yield _columns(grid, piece)
            piece, left = [*names], room
        piece.append(column)
        left -= widths[column]
    yield _columns(grid, piece)


def _columns(grid: Grid, columns: list[int]) -> Grid:
    head, numeric = (grid.head[column] for column in columns), (grid.numeric[column] for column in columns)
    rows = (tuple(row[column] for column in columns) for row in grid.rows)
    return Grid(grid.title, tuple(head), tuple(numeric), tuple(rows), grid.room)


def answers(trace: Trace, quantities: Sequence[Quantity], known: Set[Quantity]) -> Iterator[Grid]:
    """The tables of a stage of the page, layer by layer: what is known is filled in, what is asked for is a blank."""
    room = _room(trace.problem)
    for layer in dict.fromkeys(quantity.layer for quantity in quantities):
        by_name = {quantity.name: quantity for quantity in quantities if quantity.layer == layer}
        for kind, table in _TABLES:
            if here := {name: quantity for name, quantity in by_name.items() if name in kind}:
                yield from _fitting(table(_Cells(trace, known), layer, here)._replace(room=room))


def learning(trace: Trace, quantities: Sequence[Quantity], known: Set[Quantity]) -> tuple[Grid, ...]:
    """What a single layer learns after each sample, as one table with a row a sample."""
    cells, naming, before = _Cells(trace, known), trace.naming, [*places(trace), *given(trace)]
    there = {(quantity.sample, quantity.step) for quantity in quantities}
    columns = dict.fromkeys(
        (quantity.at("", 0), index) for quantity in quantities for index in naming.indices(quantity)
    )
    begun = zip(*(column.texts(slice(None)) for column in before), strict=True)
    lines = tuple(
        (*map(on_paper, texts), *(cells.text(quantity.at(*tags), index) for quantity, index in columns))
        for texts, tags in zip(begun, rows(trace.problem), strict=True)
        if tags in there
    )
    names = [column.title for column in before if not column.numeric]
    numbers = [column.title for column in before if column.numeric]
    numbers += [naming.label(quantity, index) for quantity, index in columns]
    return tuple(_fitting(_grid("", names, numbers, lines)._replace(room=_room(trace.problem))))


def _room(problem: Problem) -> int:
    """The characters of a number that is asked for: a sign, a few digits, the point, the decimals; room for a pen."""
    return max(4, problem.decimals, *(own.number for own in problem.digits.values())) + 4


class _Cells:
    """What stands in the cells of a page: a number, a blank, or a dash."""

    def __init__(self, trace: Trace, known: Set[Quantity]):
        self.trace, self._known, self._asked = trace, known, asked(trace.problem)

    def text(self, quantity: Quantity | None, index: Index) -> str | None:
        """The text of a cell, None where it is to be found."""
        if quantity is None or quantity not in self._asked:
            return NOT_ASKED
        mask = self._asked[quantity]
        at = index or (0,) * mask.ndim
        if mask[at].all():
            if not self.shows(quantity):
                return None
            return on_paper(show_one(self.trace.show(quantity), float(self.values(quantity)[at])))
        return texts(self.values(quantity)[at].reshape(1))[0] if self.trace.is_given(quantity, at) else NOT_ASKED

    def shows(self, quantity: Quantity) -> bool:
        """Whether the quantity is filled in."""
        return quantity in self._known

    def values(self, quantity: Quantity) -> Array:
        """The values of a quantity."""
        return self.trace.values(quantity)


def _asks(row: Row, names: int) -> bool:
    """Whether a row has anything beside its names."""
    return any(text != NOT_ASKED for text in row[names:])


def _units(cells: _Cells, layer: int, here: Mapping[str, Quantity]) -> Grid:
    names = cells.trace.naming.units(layer)
    rows = [(name, *(cells.text(q, (unit,)) for q in here.values())) for unit, name in enumerate(names)]
    title = _("layer {n}").format(n=layer) if layer else _("inputs")
    heads = [name.removesuffix("_after") for name in here]
    return _grid(title, [_("unit")], heads, tuple(row for row in rows if _asks(row, 1)))


def _pairs(cells: _Cells, layer: int, here: Mapping[str, Quantity]) -> Grid:
    names = cells.trace.naming.units(layer)
    (slopes,) = here.values()
    rows = [(i, j, cells.text(slopes, (m, n))) for m, i in enumerate(names) for n, j in enumerate(names)]
    title = _("layer {n}").format(n=layer)
    return _grid(title, [_("out"), _("by net")], ["slope"], tuple(row for row in rows if _asks(row, 2)))


def _losses(cells: _Cells, _layer: int, here: Mapping[str, Quantity]) -> Grid:
    naming = cells.trace.naming
    rows = [(naming.label(q, index), cells.text(q, index)) for q in here.values() for index in naming.indices(q)]
    return _grid("", [_("loss")], [_("value")], tuple(row for row in rows if _asks(row, 1)))


def _parameters(cells: _Cells, layer: int, here: Mapping[str, Quantity]) -> Grid:
    """A row a weight, then one a bias: its name, from → to, the given old value, gradient, step and new value."""
    kinds = [kind for kind in ("w", "b") if any(name.endswith(f"_{kind}") for name in here)]
    columns = [(word, title) for word, title in COLUMNS if any(f"{word}_{kind}" in here for kind in kinds)]
    recipe, given, naming = cells.trace.page.recipe, cells.trace.page.given, cells.trace.naming
    old = {kind: recipe[here[f"new_{kind}"]].operands[0] for kind in kinds if f"new_{kind}" in here}
    starts = bool(old) and all(quantity in given for quantity in old.values())
    rows = list[Row]()
    for kind in kinds:
        parameter = Quantity(kind, layer)
        for index in naming.indices(parameter):
            at = index or (0,) * len(naming.shape(parameter))
            asks = [cells.text(here.get(f"{word}_{kind}"), index) for word, _title in columns]
            start = [texts(cells.values(parameter)[at].reshape(1))[0]] if starts else []
            if _asks((*asks,), 0):
                rows.append((naming.label(parameter, index), _route(cells.trace, parameter, index), *start, *asks))
    heads = [*([_("old")] if starts else []), *(title for _word, title in columns)]
    return _grid(_("layer {n}").format(n=layer), [_("weight"), _("from → to")], heads, tuple(rows))


def _route(trace: Trace, parameter: Quantity, index: Index) -> str:
    """From which unit to which a weight leads; a bias leads from the constant."""
    layer = parameter.layer
    to = trace.naming.units(layer)
    if parameter.name == "w":
        return f"{trace.naming.units(layer - 1)[index[1]]} → {to[index[0]]}"
    constant = "−1" if trace.problem.conventions.bias == "subtracted" else "1"
    return f"{constant} → {to[index[0]] if index else _('layer {n}').format(n=layer)}"


_TABLES = (
    (("slopes",), _pairs),
    (("net", "out", "error", "slope", "delta", "net_after", "out_after"), _units),
    (("losses", "loss", "penalty", "cost", "loss_after"), _losses),
    (tuple(OF_UPDATES), _parameters),
)
"""What stands in one table together, and how that is made."""
