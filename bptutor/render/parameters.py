"""The weights and biases of a layer as one table: label, from → to, and a column for each value."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from bptutor.engine.quantities import Index, Quantity
from bptutor.language import _
from bptutor.problem import Array
from bptutor.render.columns import Column, Table, joined, numbers, words
from bptutor.solution.trace import Trace

Values = Mapping[Quantity, Array]


class Parameters:
    """The rows: the weights of a layer, then its biases, whichever of the two `kinds` names."""

    def __init__(self, trace: Trace, layer: int, kinds: list[str]):
        self._trace, self._layer = trace, layer
        self._constant = "−1" if trace.problem.conventions.bias == "subtracted" else "1"
        self._quantities = [Quantity(kind, layer) for kind in kinds]
        self._shapes = [trace.naming.shape(q) for q in self._quantities]
        self._sizes = [int(np.prod(shape)) for shape in self._shapes]

    def table(self, columns: Iterable[Column]) -> Table:
        """A table of these rows: label, from → to, and the columns given."""
        count, naming = sum(self._sizes), self._trace.naming
        routes = (
            max(map(len, (*naming.units(self._layer - 1), self._constant)))
            + len(" → ")
            + max(map(len, self._targets()))
        )
        names = (
            Column(_("weight"), self._labels, max(len(self._label(row)) for row in range(count)), numeric=False),
            Column(_("from → to"), self._routes, routes, numeric=False),
        )
        return Table(_("layer {n}").format(n=self._layer), (*names, *columns), count)

    def column(self, title: str, quantities: Iterable[Quantity | None], values: Values | None = None) -> Column:
        """The values of one quantity for the weights and one for the biases; None leaves places empty."""
        parts = []
        for quantity, size in zip(quantities, self._sizes, strict=True):
            if quantity is None or (values is not None and quantity not in values):
                part = words(title, [""] * size)
            else:
                found = self._trace.values(quantity) if values is None else values[quantity]
                part = numbers(title, self._trace.show(quantity), found)
            parts.append((part, size))
        return joined(title, parts)

    def _labels(self, rows: slice) -> list[str]:
        return [self._label(row) for row in range(*rows.indices(sum(self._sizes)))]

    def _label(self, row: int) -> str:
        return self._trace.naming.label(*self._place(row))

    def _routes(self, rows: slice) -> list[str]:
        return [self._route(*self._place(row)) for row in range(*rows.indices(sum(self._sizes)))]

    def _route(self, quantity: Quantity, index: Index) -> str:
        if quantity.name == "w":
            return f"{self._trace.naming.units(self._layer - 1)[index[1]]} → {self._targets()[index[0]]}"
        shared = self._trace.problem.shared[self._layer - 1]
        return f"{self._constant} → {self._targets()[-1] if shared else self._targets()[index[0]]}"

    def _targets(self) -> tuple[str, ...]:
        """The units, and what a shared bias leads to."""
        return (*self._trace.naming.units(self._layer), _("layer {n}").format(n=self._layer))

    def _place(self, row: int) -> tuple[Quantity, Index]:
        """Which parameter stands in a row; a shared bias has one row."""
        for quantity, shape, size in zip(self._quantities, self._shapes, self._sizes, strict=True):
            if row < size:
                return quantity, divmod(row, shape[1]) if len(shape) > 1 else (row,)
            row -= size
        raise IndexError(row)


COLUMNS = (
    ("grad", _("gradient")), ("cost_grad", _("with decay")), ("m", "m"), ("v", "v"), ("m_hat", "m̂"), ("v_hat", "v̂"),
    ("step", _("step")), ("new", _("new")),
)  # fmt: skip
"""What a parameter has on the way to its new value, and what stands above it."""


def updates(trace: Trace, layer: int, by_name: Mapping[str, Quantity], differences: Values, *, old: bool) -> Table:
    """One row a weight, then one a bias: label, from → to, old value, gradient, step, new value, as far as named."""
    kinds = [kind for kind in ("w", "b") if any(name.endswith(f"_{kind}") for name in by_name)]
    rows, columns = Parameters(trace, layer, kinds), []
    if old and any(name.startswith("new_") for name in by_name):
        start = [trace.page.recipe[by_name[f"new_{kind}"]].operands[0] for kind in kinds]
        columns.append(rows.column(_("old"), start))
    for word, title in COLUMNS:
        found = [by_name.get(f"{word}_{kind}") for kind in kinds]
        if any(found):
            columns.append(rows.column(title, found))
        if word == "grad" and any(q in differences for q in found):
            columns.append(rows.column(_("central diff"), found, differences))
    return rows.table(columns)


def start_and_end(trace: Trace, parameters: Mapping[tuple[str, int], Array]) -> list[Table]:
    """A table a layer of the values before and after a training."""
    tables = []
    for layer in range(1, trace.problem.depth + 1):
        quantities = [Quantity(kind, layer) for kind in ("w", "b") if (kind, layer) in parameters]
        end = {q: parameters[q.name, layer] for q in quantities}
        rows = Parameters(trace, layer, [q.name for q in quantities])
        tables.append(rows.table([rows.column(_("start"), quantities), rows.column(_("end"), quantities, end)]))
    return tables
