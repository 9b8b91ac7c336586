"""The page of a problem laid out as one row of cells, which is how sheets of answers are marked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from itertools import compress, groupby
from typing import Any

import numpy as np

from bptutor.engine import rules
from bptutor.engine.arrays import Cells, Flags
from bptutor.engine.conventions import Edit
from bptutor.engine.evaluate import NotFinite, in_order, run
from bptutor.engine.quantities import OF_UPDATES, Index, Quantity
from bptutor.engine.recipe import Recipe, Step
from bptutor.marking.links import NOTHING, Links
from bptutor.problem import Array, Problem
from bptutor.solution.digits import decimals_of, digits_of, settled
from bptutor.solution.trace import Trace

_LONG_WAYS = {"slope": rules.error_times_slope, "slopes": rules.error_through_slopes}
_FEW = 8  # operands: cells with no more are grouped whatever their number
_BEFORE = {"loss_after": "loss", "net_after": "net", "out_after": "out"}


@dataclass(frozen=True, eq=False)
class FlatPage:
    """The cells of `order`, quantity after quantity, in one row: `places[quantity]` is where its cells lie.

    All arrays have one element a cell.
    """

    trace: Trace
    recipe: Recipe
    order: tuple[Quantity, ...]
    places: Mapping[Quantity, slice]
    size: int

    @property
    def problem(self) -> Problem:
        """The problem whose page this is."""
        return self.trace.problem

    @cached_property
    def decimals(self) -> Array:
        """How many decimals are asked for, below 0 for tens and hundreds (whole floats)."""
        return self._flat(lambda quantity: decimals_of(digits_of(self.problem, quantity), self.trace.values(quantity)))

    @cached_property
    def unit(self) -> Array:
        """One unit of the last decimal that is asked for."""
        return np.asarray(10.0**-self.decimals)

    @cached_property
    def in_figures(self) -> bool:
        """Whether significant figures are asked for anywhere."""
        return any(digits.figures for digits in self.problem.digits.values())

    def asked_of(self, values: Array) -> Array:
        """How many decimals are asked for, (…, cells), where these numbers were typed, NaN where there is none.

        With three figures 1.25 has two decimals, though the page has 0.0274 there.
        """
        result = np.broadcast_to(self.decimals, values.shape).copy()
        for quantity, place in self.places.items():
            digits = digits_of(self.problem, quantity)
            if digits.figures:
                typed = values[..., place]
                own = np.where(np.isfinite(typed) & (typed != 0), decimals_of(digits, typed), np.inf)
                result[..., place] = np.minimum(result[..., place], own)
        return result

    def shape(self, quantity: Quantity) -> tuple[int, ...]:
        """The shape of a quantity."""
        return self.shapes[quantity]

    @cached_property
    def shapes(self) -> dict[Quantity, tuple[int, ...]]:
        """The shape of each quantity."""
        return {quantity: self.trace.naming.shape(quantity) for quantity in self.order}

    @cached_property
    def starts(self) -> Cells:
        """Where the cells of each quantity begin."""
        return np.array([place.start for place in self.places.values()], dtype=np.intp)

    @cached_property
    def column(self) -> dict[Quantity, int]:
        """The place of each quantity in `order`."""
        return {quantity: column for column, quantity in enumerate(self.order)}

    def with_any(self, flags: Flags) -> list[Quantity]:
        """The quantities, in the order of the page, with a cell for which something holds on some sheet."""
        some = np.logical_or.reduceat(flags.any(axis=0), self.starts)
        return list(compress(self.order, some.tolist()))

    @cached_property
    def numbers(self) -> dict[str, int]:
        """Where each cell lies, by its id; what the exercise gives has no place."""
        naming = self.trace.naming
        return {
            naming.id(quantity, index): place
            for quantity in self.order
            for place, index in enumerate(naming.indices(quantity), self.places[quantity].start)
            if not self.trace.is_given(quantity, index)
        }

    @cached_property
    def cells(self) -> list[tuple[str, str, Quantity, Index]]:
        """The id, label, quantity and index of each cell."""
        naming = self.trace.naming
        return [
            (naming.id(quantity, at), naming.label(quantity, at), quantity, at)
            for quantity in self.order
            for at in naming.indices(quantity)
        ]

    def cell(self, number: int) -> tuple[Quantity, Index]:
        """The quantity and index of a cell."""
        return self.cells[number][2:]

    @cached_property
    def ids(self) -> list[str]:
        """The id of each cell."""
        return [name for name, *_rest in self.cells]

    @cached_property
    def texts(self) -> list[str]:
        """The number of each cell, as the page writes it."""
        return self.write(self.truth)

    @cached_property
    def truth(self) -> Array:
        """The numbers of the page, rounded on the way where that is declared."""
        return self._flat(self.trace.values)

    @cached_property
    def exact(self) -> Array:
        """The numbers of the page with full precision; BptutorError where one is infinite or undefined."""
        if self.problem.conventions.rounding != "carry":
            return self.truth
        page = self.trace.page
        try:
            values = run(page.recipe, page.given, answers=page.answers, wanted=self.order)
        except NotFinite as error:  # what is 0 when rounded is something times a large number without
            raise self.trace.not_finite(error.quantity) from None
        return self._flat(values.__getitem__)

    @cached_property
    def rounded(self) -> tuple[Array, Array]:
        """The numbers of the page with the decimals asked, a 5 rounded up and rounded to even."""
        return self.settled(self.truth, "half_up"), self.settled(self.truth, "half_even")

    def settled(self, values: Array, ties: str) -> Array:
        """The numbers of pages, (…, cells), with the digits asked; NaN where there is none."""
        there, result = np.isfinite(values), np.full(values.shape, np.nan)
        for quantity, place in self.places.items():
            numbers = np.where(there[..., place], values[..., place], 0.0)
            result[..., place] = settled(digits_of(self.problem, quantity), ties)(numbers)
        return np.where(there, result, np.nan)

    def write(self, values: Array) -> list[str]:
        """The numbers of a page as it writes them, "" where there is none."""
        texts = list[str]()
        for quantity, place in self.places.items():
            there = np.isfinite(values[place])
            written = iter(self.trace.show(quantity)(values[place][there]))
            texts += (next(written) if known else "" for known in there.tolist())
        return texts

    @cached_property
    def old(self) -> Array:
        """What each cell would be if nothing were learnt, the parameter or the loss before the update; else NaN."""
        result = np.full(self.size, np.nan)
        for quantity, before in self._before.items():
            result[self.places[quantity]] = np.ravel(self.trace.values(before))
        return result

    @cached_property
    def scale(self) -> Array:
        """How large the numbers of a cell's quantity are (root of the mean square), or how far an update moves them."""
        moved = np.where(np.isnan(self.old), self.truth, self.truth - self.old)
        result = np.empty(self.size)
        for place in self.places.values():
            result[place] = np.sqrt(np.mean(np.square(moved[place])))
        return result

    @cached_property
    def updates(self) -> tuple[Cells, Cells]:
        """The cells that would be the same as another cell of this row if nothing were learnt, and those others."""
        pairs = [(self.places[q], self.places[before]) for q, before in self._before.items() if before in self.places]
        cells, others = ([n for pair in pairs for n in range(pair[k].start, pair[k].stop)] for k in (0, 1))
        return np.array(cells, dtype=np.intp), np.array(others, dtype=np.intp)

    @cached_property
    def _before(self) -> dict[Quantity, Quantity]:
        recipe, result = self.recipe, {}
        for quantity in self.order:
            if quantity.name in ("new_w", "new_b"):
                result[quantity] = recipe[quantity].operands[0]
            elif name := _BEFORE.get(quantity.name):
                result[quantity] = Quantity(name, quantity.layer, quantity.sample, quantity.step)
        known = (recipe, self.trace.page.given)
        return {quantity: before for quantity, before in result.items() if any(before in values for values in known)}

    @cached_property
    def range(self) -> tuple[Array, Array]:
        """Between which numbers each cell must lie: outputs in the range of their activation, the rest anywhere."""
        low, high = np.full(self.size, -np.inf), np.full(self.size, np.inf)
        for quantity in self.order:
            if quantity.name in ("out", "out_after"):
                shape = self.problem.activations[quantity.layer - 1].row.shape
                low[self.places[quantity]], high[self.places[quantity]] = shape.low, shape.high
        return low, high

    @cached_property
    def shown(self) -> Flags:
        """Which cells the page shows."""
        return self._of(lambda quantity: self.recipe[quantity].shown)

    @cached_property
    def learnt(self) -> Flags:
        """Which cells are parameters after their update."""
        return self._of(lambda quantity: quantity.name in ("new_w", "new_b"))

    @cached_property
    def of_bias(self) -> Flags:
        """Which cells are of a bias."""
        return self._of(lambda quantity: quantity.name in OF_UPDATES and quantity.name[-1] == "b")

    @cached_property
    def given(self) -> Flags:
        """Which cells the exercise gives in the middle."""
        result = np.zeros(self.size, dtype=bool)
        for quantity, (mask, _values) in self.trace.page.answers.items():
            if quantity in self.places:
                result[self.places[quantity]] = np.ravel(mask)
        return result

    @cached_property
    def resting(self) -> dict[Quantity, set[Quantity]]:
        """For each quantity those that are worked out from it."""
        result: dict[Quantity, set[Quantity]] = {quantity: set() for quantity in self.order}
        for quantity in self.order:
            for operand in self.recipe[quantity].rests_on:
                if operand in result:
                    result[operand].add(quantity)
        return result

    @cached_property
    def operands(self) -> list[tuple[int, ...]]:
        """For each cell the cells of this row that it is worked out from; none where the exercise gives it."""
        result = list[tuple[int, ...]]()
        for quantity in self.order:
            found = [self._sets(quantity, step) for step in self._ways(quantity)]
            result += (tuple(sorted(NOTHING.union(*cells))) for cells in zip(*found, strict=True))
        return [() if given else cells for cells, given in zip(result, self.given.tolist(), strict=True)]

    def typed_operands(self, cell: int, usable: Flags) -> list[int]:
        """The cells with usable numbers that a cell is worked out from, through what is blank between them."""
        found, seen = list[int](), set[int]()
        waiting = list(self.operands[cell])
        while waiting:
            operand = waiting.pop(0)
            if operand in seen:
                continue
            seen.add(operand)
            if usable[operand]:
                found.append(operand)
            else:
                waiting += self.operands[operand]
        return found

    @cached_property
    def levels(self) -> list[tuple[Cells, Cells]]:
        """Groups of cells with their operands (cells, operands): each group rests on those before it only.

        Where some have fewer operands than others, one of them stands there more than once.
        """
        level = [0] * self.size
        for cell, operands in enumerate(self.operands):
            level[cell] = 1 + max((level[operand] for operand in operands), default=0)
        many = [len(operands) if len(operands) > _FEW else 0 for operands in self.operands]
        keys = list(zip(level, many, strict=True))
        cells = sorted(range(self.size), key=keys.__getitem__)
        groups = [list(group) for _key, group in groupby(cells, keys.__getitem__)]
        return [(np.array(group), _filled([self.operands[cell] for cell in group])) for group in groups]

    @cached_property
    def other_way(self) -> Edit:
        """Steps that are as good as the page's: where it goes from delta to the step, the gradient may be used."""
        edit = dict[Quantity, Step]()
        for quantity in self.order:
            gradient = Quantity(quantity.name.replace("step", "grad"), quantity.layer, quantity.sample, quantity.step)
            step = self.recipe[quantity]
            from_delta = quantity.name in ("step_w", "step_b") and step.operands[0].name == "delta"
            if from_delta and gradient in self.places:
                edit[quantity] = replace(step, rule=rules.descent, operands=(gradient,), negated=True)
        return edit

    def _ways(self, quantity: Quantity) -> list[Step]:
        way = self.other_way.get(quantity)
        return [self.recipe[quantity], *([way] if way else [])]

    def _sets(self, quantity: Quantity, step: Step) -> list[frozenset[int]]:
        """For each cell of a quantity the cells that a step works it out from."""
        links = step.of({operand: self._links(operand) for operand in step.rests_on})
        sets = np.broadcast_to(np.asarray(links.sets, dtype=object), self.shape(quantity))
        return list(sets.ravel())

    def _links(self, operand: Quantity) -> Links:
        if operand in self.places:
            place = self.places[operand]
            return Links.leaf(np.arange(place.start, place.stop).reshape(self.shape(operand)))
        shape = np.shape(self.trace.page.given[operand])
        return Links(np.full(shape, NOTHING, dtype=object))

    def _of(self, holds: Callable[[Quantity], bool]) -> Flags:
        return np.repeat([holds(quantity) for quantity in self.order], [p.stop - p.start for p in self.places.values()])

    def _flat(self, values: Any) -> Array:
        return np.concatenate([np.ravel(values(quantity)) for quantity in self.order])


def _filled(rows: list[tuple[int, ...]]) -> Cells:
    """The rows as an array, the first element of each taking the places that it lacks."""
    most = max(map(len, rows))
    return np.array([row + row[:1] * (most - len(row)) for row in rows], dtype=np.intp).reshape(len(rows), most)


def flat_page(problem: Problem, also: Iterable[Quantity] = ()) -> FlatPage:
    """The cells that the page shows, those of `also`, and what they rest on; raises as `Trace` does."""
    return _laid_out(problem, frozenset(also))


def _long_way(recipe: Recipe, also: frozenset[Quantity]) -> Edit:
    """The deltas that the page finds directly, as error times slope where these two are filled in all the same."""
    edit = {}
    for quantity, step in recipe.items():
        if quantity.name == "delta" and step.rule is rules.difference:
            beside = {q.name: q for q in also if q == Quantity(q.name, quantity.layer, quantity.sample, quantity.step)}
            for name, rule in _LONG_WAYS.items():
                if "error" in beside and name in beside:
                    edit[quantity] = replace(step, rule=rule, operands=(beside["error"], beside[name]))
    return edit


@lru_cache(maxsize=64)
def _laid_out(problem: Problem, also: frozenset[Quantity]) -> FlatPage:
    trace = Trace(problem)
    recipe = {**trace.page.recipe, **_long_way(trace.page.recipe, also)}
    order = in_order(recipe, [*trace.page.shown, *also])
    places, start = {}, 0
    for quantity in order:
        size = int(np.prod(trace.naming.shape(quantity), dtype=int))
        places[quantity] = slice(start, start + size)
        start += size
    return FlatPage(trace, recipe, order, places, start)
