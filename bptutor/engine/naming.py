"""The ids and labels of a problem's cells, and the way back from either to the cell."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any

import numpy as np

from bptutor.engine.quantities import CONSTANTS, KINDS, UNLAYERED, Index, Quantity, cell_id, stem, tag
from bptutor.problem import Problem

_TAGS = r"(?:@(?P<sample>\d+(?:-\d+)?))?(?:#(?P<step>\d+))?"
_ID = re.compile(r"(?P<word>[a-z_]+?)(?P<layer>\d+)?(?:\[(?P<unit>\d+)(?:,\s*(?P<source>\d+))?\])?" + _TAGS)
_LABEL = re.compile(r"(?P<label>.+?)" + _TAGS)

Found = tuple[Quantity, Index | None]


class Naming:
    """Names the cells of one problem."""

    def __init__(self, problem: Problem):
        self._problem = problem

    def shape(self, quantity: Quantity) -> tuple[int, ...]:
        """The shape of the values; (1,) for a bias that a layer shares."""
        units, of = self._problem.layers, KINDS[quantity.name].of
        here = units[-1] if quantity.name in ("losses", "targets") else units[quantity.layer]
        if of == "biases":
            return (1,) if self._problem.shared[quantity.layer - 1] else (here,)
        if of == "weights":
            return (here, units[quantity.layer - 1])
        return {"units": (here,), "pairs": (here, here)}.get(of, ())

    def indices(self, quantity: Quantity) -> list[Index]:
        """The index of every cell, in the order of the page."""
        return [()] if self._lone(quantity) else list(np.ndindex(self.shape(quantity)))

    def id(self, quantity: Quantity, index: Index) -> str:
        """The id of a cell; a shared bias has the one cell `new_b1`."""
        return cell_id(quantity, () if self._lone(quantity) else index)

    def ids(self, quantity: Quantity) -> Any:
        """The ids of all cells, an object array of the quantity's shape."""
        return self._filled(quantity, self.id)

    def label(self, quantity: Quantity, index: Index) -> str:
        """What the page calls a cell: `net_h2`, `w5+`."""
        return KINDS[quantity.name].label.format(*self._owners(quantity, index)) + tag(quantity)

    def labels(self, quantity: Quantity) -> Any:
        """The labels of all cells, an object array of the quantity's shape."""
        return self._filled(quantity, self.label)

    def units(self, layer: int) -> tuple[str, ...]:
        """The labels of the units of a layer; layer 0 are the inputs."""
        labels = self._problem.labels
        return labels.units[layer - 1] if layer else labels.inputs

    def read(self, text: str) -> Found | None:
        """The quantity and index that an id or a label names; index None: the whole quantity; None: neither.

        The quantity need not be on the page of this problem; `net1[99]` of a smaller layer is None. A bare `w1` is
        the label of a weight before it is the id of a matrix.
        """
        found = self._read_id(text)
        if found and (found[1] is not None or found[0].name != "w"):
            return found
        return self._read_label(text) or found

    def _read_id(self, text: str) -> Found | None:
        match = _ID.fullmatch(text)
        if match is None:
            return None
        layer = int(match["layer"] or 0)
        index = tuple(int(part) - 1 for part in (match["unit"], match["source"]) if part is not None)
        name = self._name(match["word"], layer, bool(index))
        if name is None:
            return None
        quantity = Quantity(name, layer, match["sample"] or "", int(match["step"] or 0))
        if stem(quantity) != match["word"] + (match["layer"] or ""):
            return None
        if not index:
            return quantity, () if self._lone(quantity) else None
        shape = self.shape(quantity)
        inside = len(index) == len(shape) and all(0 <= i < size for i, size in zip(index, shape, strict=True))
        return (quantity, () if self._lone(quantity) else index) if inside else None

    def _name(self, word: str, layer: int, indexed: bool) -> str | None:
        """The quantity that a word of an id stands for in a layer, None where there is none."""
        if layer > self._problem.depth or (not layer and word in ("w", "b", "slope", "grad_w", "grad_b")):
            return None
        if word == "loss":
            return "losses" if indexed else "loss"
        if word == "slope" and self._problem.activations[layer - 1].name == "softmax":
            return "slopes"
        return word if word in KINDS and KINDS[word].word == word else None

    def _read_label(self, text: str) -> Found | None:
        match = _LABEL.fullmatch(text)
        found = self._by_label.get(match["label"]) if match else None
        return (found[0].at(match["sample"] or "", int(match["step"] or 0)), found[1]) if match and found else None

    @cached_property
    def _by_label(self) -> dict[str, tuple[Quantity, Index]]:
        table: dict[str, tuple[Quantity, Index]] = {}
        for quantity in self._all():
            kind = KINDS[quantity.name]
            for index in self.indices(quantity):
                for pattern in filter(None, (kind.label, kind.ascii)):
                    table.setdefault(pattern.format(*self._owners(quantity, index)), (quantity, index))
        return table

    def _all(self) -> Iterator[Quantity]:
        """Every quantity that a problem of this size may have, without sample and step."""
        for name, kind in KINDS.items():
            if name in CONSTANTS:
                continue
            if not kind.of or name in UNLAYERED:
                yield Quantity(name)
                continue
            for layer in range(0 if name == "error" else 1, self._problem.depth + 1):
                if kind.of != "biases" or self._problem.biases[layer - 1] is not None:
                    yield Quantity(name, layer)

    def _lone(self, quantity: Quantity) -> bool:
        of = KINDS[quantity.name].of
        return not of or (of == "biases" and self._problem.shared[quantity.layer - 1])

    def _owners(self, quantity: Quantity, index: Index) -> tuple[str, ...]:
        """The labels that a label is made of; an index of () is the first of all."""
        of = KINDS[quantity.name].of
        if not of:
            return ()
        at = index or (0,) * len(self.shape(quantity))
        if of == "weights":
            return (self._problem.labels.weights[quantity.layer - 1][at[0]][at[1]],)
        if of == "biases":
            return (self._problem.labels.biases[quantity.layer - 1][at[0]],)
        layer = self._problem.depth if quantity.name in ("losses", "targets") else quantity.layer
        return tuple(self.units(layer)[i] for i in at)

    def _filled(self, quantity: Quantity, text: Callable[[Quantity, Index], str]) -> Any:
        shape = self.shape(quantity)
        filled = np.empty(shape, dtype=object)
        for index in np.ndindex(shape):
            filled[index] = text(quantity, index)
        return filled
