"""What the keys of answer sheets mean in a problem: its cells by id, by label, or by their owner within a group."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from math import prod
from typing import Any, NamedTuple

import numpy as np

from bptutor.engine.naming import Naming
from bptutor.engine.page import page
from bptutor.engine.parts import word
from bptutor.engine.quantities import CONSTANTS, KINDS, Index, Quantity, cell_id, stem
from bptutor.errors import nearest
from bptutor.files.typed.characters import spellings
from bptutor.language import _
from bptutor.problem import Problem

LONGEST = 100  # letters of a key; labels are shorter
_REMEMBERED = 20_000
_SUGGESTED = 600  # the names that are searched for the one that was probably meant
_TAGGED = re.compile(r"(?P<base>[^@#]+)(?:@(?P<sample>[0-9]{1,7}(?:-[0-9]{1,7})?))?(?:#(?P<step>[0-9]{1,7}))?")


class Named(NamedTuple):
    """A cell that a sheet names, and whether the exercise gives it instead of asking for it."""

    id: str
    given: bool


class Whole(NamedTuple):
    """A quantity as a list of its cells, or of rows as the problem writes those of its weights.

    `layers` says along which layer's units each axis goes.
    """

    cells: list[Any]
    layers: tuple[int, ...]


class CellNames:
    """The cells of one problem by what students call them.

    Looked up once, a name is remembered: the next of ten thousand sheets finds it at once.
    """

    def __init__(self, problem: Problem):
        self.problem, self.naming = problem, Naming(problem)
        self._page = page(problem)
        self._groups: dict[str, list[Quantity]] = {}
        for quantity in [*self._page.recipe, *self._page.given]:
            if quantity.name not in CONSTANTS:
                for name in {word(quantity), stem(quantity)}:
                    self._groups.setdefault(name, []).append(quantity)
        self.cell = lru_cache(_REMEMBERED)(self._cell)
        self.member = lru_cache(_REMEMBERED)(self._member)
        self.group = lru_cache(_REMEMBERED)(self._group)
        self.whole = lru_cache(_REMEMBERED)(self._whole)
        self._known = lru_cache(_REMEMBERED)(lambda group: [*islice(self._names(group), _SUGGESTED)])

    def _cell(self, key: str) -> Named | None:
        """The cell of an id or label, or the only one of a quantity; None for what is no single cell of the page."""
        return next(filter(None, map(self._cell_called, (key, *spellings(key)))), None)

    def _cell_called(self, key: str) -> Named | None:
        found = self.naming.read(key)
        if found and found[1] is not None:
            return self.named(found[0], found[1])
        group = self.group(key)
        single = len(group) == 1 and prod(self.naming.shape(group[0])) == 1
        return self.named(group[0], self.naming.indices(group[0])[0]) if single else None

    def _member(self, group: str, key: str) -> Named | None:
        """The cell of a group that is named by its owner, id or label; tags may stand on either key, or on both."""
        groups, keys = (group, *spellings(group)), (key, *spellings(key))
        return next(filter(None, (self._member_called(one, other) for one in groups for other in keys)), None)

    def _member_called(self, group: str, key: str) -> Named | None:
        outer, inner, among = _TAGGED.fullmatch(group), _TAGGED.fullmatch(key), self.group(group)
        if not outer or not inner or not among:
            return None
        tags = inner["sample"] or outer["sample"] or "", int(inner["step"] or outer["step"] or 0)
        owned = (self.naming.owned(name, inner["base"]) for name in dict.fromkeys(q.name for q in among))
        for found in (*owned, self.naming.read(inner["base"])):
            if found and found[1] is not None and (quantity := found[0].at(*tags)) in among:
                return self.named(quantity, found[1])
        return None

    def _group(self, key: str) -> tuple[Quantity, ...]:
        """The quantities that a word or an id of a whole quantity stands for, as far as its tags go."""
        return next(filter(None, map(self._group_called, (key, *spellings(key)))), ())

    def _group_called(self, key: str) -> tuple[Quantity, ...]:
        match = _TAGGED.fullmatch(key)
        return tuple(
            quantity
            for quantity in (self._groups.get(match["base"], ()) if match else ())
            if match
            and match["sample"] in (None, quantity.sample)
            and int(match["step"] or quantity.step) == quantity.step
        )

    def _whole(self, key: str) -> Whole | None:
        """The quantity whose numbers can be written as a list under a key; None where there is no such one."""
        lists = [quantity for quantity in self.group(key) if not self.naming.lone(quantity)]
        exact = [quantity for quantity in lists if cell_id(quantity, ()) == key]
        if not exact and len(lists) != 1:
            return None
        (quantity, *_others) = exact or lists
        cells = np.empty(self.naming.shape(quantity), dtype=object)
        for index in np.ndindex(cells.shape):
            cells[index] = self.named(quantity, index)
        layer = self.problem.depth if quantity.name in ("losses", "targets") else quantity.layer
        layers = (layer, layer - 1) if KINDS[quantity.name].of == "weights" else (layer,) * cells.ndim
        by_sender = cells.ndim > 1 and self.problem.conventions.weight_rows == "sending"
        return Whole((cells.T if by_sender else cells).tolist(), layers[::-1] if by_sender else layers)

    def named(self, quantity: Quantity, index: Index) -> Named | None:
        """A cell by its place, None where the page does not have the quantity."""
        here = self._page
        if quantity in here.recipe:
            known = here.answers.get(quantity)
            return Named(self.naming.id(quantity, index), known is not None and bool(known[0][index]))
        return Named(self.naming.id(quantity, index), given=True) if quantity in here.given else None

    def units(self, layer: int) -> str:
        """What a single number of a list belongs to, in words."""
        if layer in (0, self.problem.depth):
            return _("output unit") if layer else _("input")
        return _("unit of layer {n}").format(n=layer)

    def first(self, group: str) -> str:
        """A name that can stand in a group."""
        (quantity, *_others) = self.group(group)
        return self.naming.owner(quantity, self.naming.indices(quantity)[0]) or cell_id(quantity, ())

    def near(self, key: str, group: str = "") -> str:
        """The name that was probably meant, "" where none is near."""
        return nearest(key, self._known(group))

    def _names(self, group: str) -> Iterator[str]:
        quantities = self.group(group) if group else self._page.recipe
        if not group:
            yield from self._groups
        for quantity in quantities:
            yield cell_id(quantity, ())
            for index in self.naming.indices(quantity)[:_SUGGESTED]:
                yield from (self.naming.owner(quantity, index),) if group else ()
                yield from (self.naming.id(quantity, index), self.naming.label(quantity, index))


@lru_cache(maxsize=16)
def names_of(problem: Problem) -> CellNames:
    """The names of a problem's cells, with all that was already looked up."""
    return CellNames(problem)
