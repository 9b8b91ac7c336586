"""Where the numbers of a workbook stand: a matrix a layer, or a row a step where there is more than one pass."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from bptutor.engine.naming import Naming
from bptutor.engine.parts import STAGE
from bptutor.engine.quantities import Index, Quantity
from bptutor.language import _
from bptutor.problem import Problem
from bptutor.render.tables import where


class Item(NamedTuple):
    """A number of the page; `again` for one that has its place elsewhere and is shown here once more."""

    quantity: Quantity
    at: Index
    again: bool = False


class Row(NamedTuple):
    """A name, and what stands beside it; None is a cell that stays empty."""

    name: str
    items: tuple[Item | str | None, ...]


class Block(NamedTuple):
    """Rows below a title. With `heads` it is a table, else each number has its label above it.

    `updates` says that its rows are updates, one after another, so that their losses are a curve.
    """

    title: str
    rows: tuple[Row, ...]
    heads: tuple[str, ...] = ()
    updates: bool = False


class Page(NamedTuple):
    """One sheet of a workbook: what it is called, and what stands on it from top to bottom."""

    name: str
    blocks: tuple[Block, ...]


There = Mapping[Quantity, tuple[Index, ...]]
"""The cells that the workbook has, whether given, worked out or asked for."""

_UNITS = ("net", "out", "targets", "losses", "error", "slope", "slopes", "delta")
_AFTER = ("net_after", "out_after")
_PARAMETERS = {"grad": _("gradients"), "step": _("steps"), "new": _("new values")}
_PER_UPDATE = {f"{word}_{kind}" for word in ("step", "new") for kind in "wb"}


def pages(problem: Problem, naming: Naming, there: There) -> list[Page]:
    """The sheets of the numbers, in their order; every cell that is there has its place."""
    places = _Places(problem, naming, there)
    if problem.samples == 1 and problem.steps == 1:
        return [Page(_("Exercise"), tuple(filter(None, [*places.rates(), *places.layers(), *places.results()])))]
    passes = [quantity for quantity in there if quantity.name in STAGE]
    return [
        Page(_("Exercise"), tuple(filter(None, [*places.rates(), places.samples(), *places.weights()]))),
        *places.tables(passes),
    ]


class _Places:
    """Lays out what is there."""

    def __init__(self, problem: Problem, naming: Naming, there: There):
        self._problem, self._naming, self._there = problem, naming, there
        self._placed = set[Quantity]()

    def _item(self, quantity: Quantity, index: Index, *, again: bool = False) -> Item | None:
        self._placed.add(quantity)
        return Item(quantity, index, again) if index in self._there.get(quantity, ()) else None

    def rates(self) -> Iterator[Block | None]:
        """The numbers that are no layer's: learning rate, momentum."""
        items = [self._item(Quantity(name), ()) for name in ("learning_rate", "momentum")]
        yield self._block(_("Given"), [Row("", tuple(filter(None, items)))])

    def samples(self) -> Block | None:
        """A row a sample: inputs, and targets if there are any."""
        names, labels = ("inputs", "targets"), self._problem.labels
        tags = [str(number + 1) for number in range(self._problem.samples)] if self._problem.samples > 1 else [""]
        rows = []
        for tag in tags:
            quantities = [Quantity(name, 0, tag) for name in names]
            rows.append(Row(tag, tuple(self._item(q, i) for q in quantities for i in self._naming.indices(q))))
        return self._block(_("Samples"), rows, (*labels.inputs, *(f"t_{unit}" for unit in labels.units[-1])))

    def weights(self) -> Iterator[Block | None]:
        """The matrices that it starts with."""
        for layer in range(1, self._problem.depth + 1):
            rows = [Row(unit, self._parameters("", layer, at)) for at, unit in self._units(layer)]
            yield self._block(self._title(layer), [self._heads(layer), *rows])

    def layers(self) -> Iterator[Block | None]:
        """A matrix a layer, what goes in above it, what comes out of it on its right."""
        for layer in range(1, self._problem.depth + 1):
            sources = [Quantity("out" if layer > 1 else "inputs", layer - 1)]
            incoming = [self._item(q, at, again=layer > 1) for q in sources for at in self._naming.indices(q)]
            rows = [Row("", (*incoming, self._constant(layer)))]
            for at, unit in self._units(layer):
                rows.append(Row(unit, (*self._parameters("", layer, at), *self._of_unit(_UNITS, layer, at))))
            yield self._block(self._title(layer), rows)
        yield self._block(_("Loss"), [Row("", (self._item(Quantity("loss"), ()),))])

    def results(self) -> Iterator[Block | None]:
        """Matrices of gradients, steps and new values; the pass with these; whatever else there is."""
        for layer in range(1, self._problem.depth + 1):
            for word, title in _PARAMETERS.items():
                rows = [Row(unit, self._parameters(f"{word}_", layer, at)) for at, unit in self._units(layer)]
                yield self._block(f"{self._title(layer)}: {title}", [self._heads(layer), *rows])
        for layer in range(1, self._problem.depth + 1):
            rows = [Row(unit, self._of_unit(_AFTER, layer, at)) for at, unit in self._units(layer)]
            yield self._block(_("{layer}: after the update").format(layer=self._title(layer)), rows)
        yield self._block(_("Loss after the update"), [Row("", (self._item(Quantity("loss_after"), ()),))])
        for quantity in [quantity for quantity in self._there if quantity not in self._placed]:
            items = tuple(self._item(quantity, at) for at in self._naming.indices(quantity))
            yield self._block(str(quantity), [Row("", items)])

    def tables(self, quantities: Sequence[Quantity]) -> Iterator[Page]:
        """A row a pass, and a column a number; what samples share, in an update, in a table of its own."""
        together = [q for q in quantities if not q.sample.isdigit()] if self._problem.samples > 1 else []
        if not together:
            yield Page(_("Steps") if self._problem.steps > 1 else _("Passes"), (self._table(quantities, updates=True),))
            return
        shared = {*together, *(q for q in quantities if q.name in _PER_UPDATE)}
        yield Page(_("Samples"), (self._table([q for q in quantities if q not in shared], updates=False),))
        yield Page(_("Updates"), (self._table([q for q in quantities if q in shared], updates=True),))

    def _table(self, quantities: Sequence[Quantity], *, updates: bool) -> Block:
        columns = dict[tuple[str, int, Index], str]()
        rows = dict[tuple[int, str], dict[tuple[str, int, Index], Item]]()
        for quantity in quantities:
            for index in self._naming.indices(quantity):
                if item := self._item(quantity, index):
                    column = quantity.name, quantity.layer, index
                    columns.setdefault(column, self._naming.label(quantity.at("", 0), index))
                    rows.setdefault((quantity.step, quantity.sample), {})[column] = item
        return Block(
            "",
            tuple(Row(where(*key) or _("all samples"), tuple(map(row.get, columns))) for key, row in rows.items()),
            tuple(columns.values()),
            updates,
        )

    def _units(self, layer: int) -> Iterator[tuple[int, str]]:
        return enumerate(self._naming.units(layer))

    def _heads(self, layer: int) -> Row:
        return Row("", (*self._naming.units(layer - 1), self._constant(layer)))

    def _constant(self, layer: int) -> str | None:
        """What a bias is multiplied by."""
        if self._problem.biases[layer - 1] is None:
            return None
        return "−1" if self._problem.conventions.bias == "subtracted" else "1"

    def _parameters(self, word: str, layer: int, unit: int) -> tuple[Item | None, ...]:
        """The weights into a unit, or what is made of them, and its bias; of one that is shared the first has it."""
        weights, bias = Quantity(f"{word}w", layer), Quantity(f"{word}b", layer)
        items = [self._item(weights, (unit, source)) for source in range(self._problem.layers[layer - 1])]
        shared = self._problem.shared[layer - 1]
        return (*items, self._item(bias, () if shared else (unit,), again=shared and unit > 0))

    def _of_unit(self, names: Sequence[str], layer: int, unit: int) -> tuple[Item | None, ...]:
        """What belongs to a unit, in the order of the names."""
        last = layer == self._problem.depth
        items = list[Item | None]()
        for name in names:
            quantity = Quantity(name, 0 if name in ("targets", "losses") else layer)
            if quantity in self._there and (last or quantity.layer):
                pairs = (
                    [(unit, other) for other in range(self._problem.layers[layer])] if name == "slopes" else [(unit,)]
                )
                items += [self._item(quantity, at) for at in pairs]
        return tuple(items)

    def _title(self, layer: int) -> str:
        return _("Layer {n}").format(n=layer)

    @staticmethod
    def _block(title: str, rows: Sequence[Row], heads: tuple[str, ...] = ()) -> Block | None:
        """The block, None where no number stands in it."""
        there = any(isinstance(item, Item) and not item.again for row in rows for item in row.items)
        return Block(title, tuple(rows), heads) if there else None
