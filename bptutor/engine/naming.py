"""The ids and labels of a problem's cells, and the way back from either to the cell."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cached_property
from typing import Any

import numpy as np

from bptutor.engine.quantities import KINDS, UNLAYERED, Index, Quantity, cell_id, stem, tag
from bptutor.problem import Problem

_NUMBER = r"[0-9]{1,7}"
_TAGS = rf"(?:@(?P<sample>{_NUMBER}(?:-{_NUMBER})?))?(?:#(?P<step>{_NUMBER}))?"
_ID = re.compile(
    rf"(?P<word>[a-z_]+?)(?P<layer>{_NUMBER})?(?:\[(?P<unit>{_NUMBER})(?:,\s*(?P<source>{_NUMBER}))?\])?{_TAGS}"
)
_LABEL = re.compile(r"(?P<label>.+?)" + _TAGS)

_OF_DECAY = {"decay", "penalty", "cost"}
_NAMES_OF_RULES = _OF_DECAY | {"beta", "beta1", "beta2", "epsilon", "t", "nothing"}

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

    def lone(self, quantity: Quantity) -> bool:
        """Whether the quantity is a single number, as a loss is or a bias that a layer shares."""
        of = KINDS[quantity.name].of
        return not of or (of == "biases" and self._problem.shared[quantity.layer - 1])

    def indices(self, quantity: Quantity) -> list[Index]:
        """The index of every cell, in the order of the page."""
        return [()] if self.lone(quantity) else list(np.ndindex(self.shape(quantity)))

    def id(self, quantity: Quantity, index: Index) -> str:
        """The id of a cell; a shared bias has the one cell `new_b1`."""
        return cell_id(quantity, () if self.lone(quantity) else index)

    def ids(self, quantity: Quantity) -> Any:
        """The ids of all cells, an object array of the quantity's shape."""
        return self._filled(quantity, self.id)

    def label(self, quantity: Quantity, index: Index) -> str:
        """What the page calls a cell: `net_h2`, `w5+`."""
        return KINDS[quantity.name].label.format(*self._owners(quantity, index)) + tag(quantity)

    def labels(self, quantity: Quantity) -> Any:
        """The labels of all cells, an object array of the quantity's shape."""
        return self._filled(quantity, self.label)

    def owner(self, quantity: Quantity, index: Index) -> str:
        """The label of the unit or parameter that a cell belongs to, `h2` or `w5`; `o1_o2` for a pair of units."""
        return "_".join(self._owners(quantity, index))

    def units(self, layer: int) -> tuple[str, ...]:
        """The labels of the units of a layer; layer 0 are the inputs."""
        labels = self._problem.labels
        return labels.units[layer - 1] if layer else labels.inputs

    def read(self, text: str) -> Found | None:
        """The quantity and index that an id or a label names; index None: the whole quantity; None: neither.

        The quantity need not be on the page of this problem; `net1[99]` of a smaller layer is None. A bare `w1`
        is the label of a weight before it is the id of a matrix.
        """
        found = self._read_id(text)
        if found and (found[1] is not None or found[0].name not in ("w", "b")):
            return found
        return self._read_label(text) or found

    def owned(self, name: str, owner: str) -> Found | None:
        """The cell of the quantities of a name that belongs to a unit or parameter, named by its label."""
        return self._made_of(name, "{}", owner) if KINDS[name].of else None

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
            return quantity, () if self.lone(quantity) else None
        shape = self.shape(quantity)
        inside = len(index) == len(shape) and all(0 <= i < size for i, size in zip(index, shape, strict=True))
        return (quantity, () if self.lone(quantity) else index) if inside else None

    def _name(self, word: str, layer: int, indexed: bool) -> str | None:
        """The quantity that a word of an id stands for in a layer, None where there is none."""
        if layer > self._problem.depth or (not layer and word in ("w", "b", "slope", "grad_w", "grad_b")):
            return None
        if word in _NAMES_OF_RULES and word not in self._rules:  # elsewhere it may be anybody's label
            return None
        if word == "loss":
            return "losses" if indexed else "loss"
        if word == "slope" and self._problem.activations[layer - 1].row.of_layer:
            return "slopes"
        return word if word in KINDS and KINDS[word].word == word else None

    def _read_label(self, text: str) -> Found | None:
        match = _LABEL.fullmatch(text)
        if match is None:
            return None
        for name, kind in KINDS.items():
            for pattern in filter(None, (kind.label, kind.ascii)):
                if found := self._made_of(name, pattern, match["label"]):
                    quantity, index = found
                    return quantity.at(match["sample"] or "", int(match["step"] or 0)), index
        return None

    def _made_of(self, name: str, pattern: str, label: str) -> Found | None:
        """The cell that a label names if it is the pattern filled with the label of a unit or a parameter."""
        of, depth = KINDS[name].of, self._problem.depth
        if not of:
            return (Quantity(name), ()) if label == pattern else None
        before, _, after = pattern.partition("{}")
        if of == "pairs":
            return self._pair(name, before, label)
        owner = label[len(before) : len(label) - len(after)]
        if before + owner + after != label or owner not in self._owned[of]:
            return None
        layer, index = self._owned[of][owner]
        if name in UNLAYERED:
            return (Quantity(name), index) if layer == (0 if name == "inputs" else depth) else None
        if not layer and name != "error":  # of what belongs to the inputs, only their error is a layer's
            return None
        quantity = Quantity(name, layer)
        return quantity, () if self.lone(quantity) else index

    def _pair(self, name: str, before: str, label: str) -> Found | None:
        units = self.units(self._problem.depth)
        for i, unit in enumerate(units):
            if label.startswith(f"{before}{unit}_") and (other := label[len(f"{before}{unit}_") :]) in units:
                return Quantity(name, self._problem.depth), (i, units.index(other))
        return None

    @cached_property
    def _owned(self) -> dict[str, dict[str, tuple[int, Index]]]:
        """Where the units, weights and biases stand that labels are made of: their layer and index."""
        labels = self._problem.labels
        layers = [labels.inputs, *labels.units]
        return {
            "units": {unit: (layer, (i,)) for layer, units in enumerate(layers) for i, unit in enumerate(units)},
            "weights": {
                weight: (layer, (j, i))
                for layer, rows in enumerate(labels.weights, 1)
                for j, row in enumerate(rows)
                for i, weight in enumerate(row)
            },
            "biases": {
                bias: (layer, (i,)) for layer, names in enumerate(labels.biases, 1) for i, bias in enumerate(names)
            },
        }

    @cached_property
    def _rules(self) -> set[str]:
        """What the update rule and the weight decay of this problem have."""
        return {*dict(self._problem.optimizer.options), *(_OF_DECAY if self._problem.weight_decay else ())}

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
