"""How a cell is found: the formula with names, the same with numbers, the result, and the link of the chain rule.

Nothing here knows a formula: the one rule that computes a cell is run on terms that remember how they were written.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from bptutor.engine.decimals import Show, finer, read_back, recomputed, typed
from bptutor.engine.naming import Naming
from bptutor.engine.notation import PYTHON, Notation
from bptutor.engine.page import Page
from bptutor.engine.quantities import CONSTANTS, Index, Quantity
from bptutor.engine.recipe import Step
from bptutor.engine.term import Term
from bptutor.problem import Array
from bptutor.solution.digits import cleared


class Explanation(NamedTuple):
    """One cell explained: its label = `formula` = `substituted` = its value, `because` of a link of the chain rule.

    Both forms are written in Python, and can be evaluated there; `rule` is a sentence. `chain` is the whole chain rule
    of a gradient, with names and with numbers, as a page writes it; "" of other cells.

    >>> import bptutor
    >>> why = bptutor.solve(bptutor.load("mazur")).explain("δ_h1")
    >>> why
    <Explanation: error_h1*slope_h1 = 0.0364*0.2413>
    >>> why.because
    '∂E/∂net = ∂E/∂out · ∂out/∂net'
    >>> round(eval(why.substituted), 4)
    0.0088
    """

    formula: str
    substituted: str
    because: str
    rule: str
    chain: str = ""

    def __repr__(self) -> str:
        return f"<Explanation: {self.formula} = {self.substituted}>"


def formulas(step: Step, leaf: Callable[[Quantity], Any], notation: Notation) -> Any:
    """The formulas of all cells of a step, an object array of texts in a notation.

    `leaf` gives what stands for the cells of an operand: an object array of its shape of names, references or digits.

    >>> import bptutor
    >>> from bptutor.engine.notation import SPREADSHEET
    >>> trace = bptutor.solve(bptutor.load("mazur"))
    >>> step = trace.page.recipe[Quantity("net", 1)]
    >>> formulas(step, trace.naming.labels, SPREADSHEET).tolist()
    ['w1*x1+w2*x2+b_h1', 'w3*x1+w4*x2+b_h1']
    """
    return np.asarray(step.of({operand: Term.leaf(leaf(operand), notation) for operand in step.rests_on}).texts)


class Explainer:
    """Explains the cells of a page from their values; `show` says what writes those of a quantity.

    `digits` writes the operands that are worked out in another way: an object array of texts such as `-0.5`. `leaf`
    makes of the names or digits of an operand what stands in a formula, where they are not to stand as they are.
    """

    def __init__(
        self,
        page: Page,
        values: Callable[[Quantity], Array],
        naming: Naming,
        show: Callable[[Quantity], Show],
        notation: Notation = PYTHON,
        digits: Callable[[Quantity], Any] | None = None,
        leaf: Callable[[Quantity, Any], Any] | None = None,
    ):
        self._page, self._values, self._naming = page, values, naming
        self._show, self._notation, self._leaf = show, notation, leaf
        self._finer = digits is None  # the numbers of a student have the digits that they have
        self._shown = digits or self._shown_with(0)
        self._last = lru_cache(maxsize=4)(self._write_both)  # a page is explained quantity by quantity
        self._links = lru_cache(maxsize=4)(lambda quantity: self._write(quantity, self._marks))
        self._cells = lru_cache(maxsize=4)(lambda quantity: self._write(quantity, self._every_mark))

    def explain(self, quantity: Quantity, index: Index) -> Explanation:
        """One cell, its index counted from 0; raises KeyError for a quantity that has no step."""
        step = self._page.recipe[quantity]
        formula, substituted = self._last(quantity)
        at = index or (0,) * np.ndim(formula)
        return Explanation(formula[at], substituted[at], step.because, step.says)

    def all_below(self, quantity: Quantity, index: Index) -> list[tuple[Quantity, Index]]:
        """This cell and every cell worked out that it rests on, in the order of the page."""
        recipe, needed = self._page.recipe, defaultdict[Quantity, set[Index]](set)
        needed[quantity].add(index)
        for below in reversed(recipe):  # operands stand before what needs them
            if below not in needed:
                continue
            texts = self._links(below)
            for at in needed[below]:
                for operand, place in self._marked_in(texts[at or (0,) * np.ndim(texts)]):
                    needed[operand].add(place)
        return [(below, at) for below in recipe if below in needed for at in sorted(needed[below])]

    def right_above(self, quantity: Quantity, index: Index) -> list[tuple[Quantity, Index]]:
        """The cells worked out that stand in the formula of this one, in its order, each once."""
        return self._once(self._links(quantity), index)

    def stand_in(self, quantity: Quantity, index: Index) -> list[tuple[Quantity, Index]]:
        """All cells that stand in the formula of this one, those of the exercise too, in its order, each once."""
        return self._once(self._cells(quantity), index)

    def _once(self, texts: Any, index: Index) -> list[tuple[Quantity, Index]]:
        return list(dict.fromkeys(self._marked_in(texts[index or (0,) * np.ndim(texts)])))

    def _marked_in(self, text: str) -> Iterator[tuple[Quantity, Index]]:
        for name in re.findall("‹([^›]*)›", text):
            if found := self._naming.read(name):
                yield found[0], found[1] or ()

    def _marks(self, operand: Quantity) -> Any:
        """The ids of the cells of an operand in brackets of their own, nothing for those that are not worked out."""
        ids = self._naming.ids(operand)
        if operand not in self._page.recipe:
            return np.full(ids.shape, "", dtype=object)
        given = self._page.answers.get(operand)
        return _marked(ids) if given is None else np.where(given[0], "", _marked(ids))

    def _every_mark(self, operand: Quantity) -> Any:
        return self._digits(operand) if operand.name in CONSTANTS else _marked(self._naming.ids(operand))

    def _write_both(self, quantity: Quantity) -> tuple[Any, Any]:
        return self._write(quantity, self._names), self._substituted(quantity)

    def _substituted(self, quantity: Quantity) -> Any:
        """The formulas with digits: as many as it takes to work the shown value out again."""
        if not self._finer:
            return self._write(quantity, self._digits)
        step, texts = self._page.recipe[quantity], None

        def rule(more: int) -> Array:
            return step.of({operand: self._settled(operand, more) for operand in step.rests_on})

        for more, cells in recomputed(rule, self._values(quantity), self._show(quantity)):
            if texts is None or cells.any():
                self._shown = self._shown_with(more)
                written = self._write(quantity, self._digits)
                texts = written if texts is None else np.where(cells, written, texts)
        self._shown = self._shown_with(0)
        return np.asarray(texts)

    def _settled(self, operand: Quantity, more: int) -> Array:
        """An operand as its digits say: those that are worked out are settled, those of the exercise are exact."""
        values = np.asarray(self._values(operand))
        if operand in self._page.given or operand.name in CONSTANTS:
            return values
        settle = read_back(finer(self._show(operand), more))
        if operand not in self._page.answers:
            return settle(values)
        given, exact = self._page.answers[operand]
        return np.where(given, exact, settle(values))

    def _write(self, quantity: Quantity, leaf: Callable[[Quantity], Any]) -> Any:
        made = self._leaf
        return formulas(
            self._page.recipe[quantity],
            leaf if made is None else lambda operand: made(operand, leaf(operand)),
            self._notation,
        )

    def _names(self, operand: Quantity) -> Any:
        return self._digits(operand) if operand.name in CONSTANTS else self._naming.labels(operand)

    def _digits(self, operand: Quantity) -> Any:
        if operand in self._page.given:
            return _as_typed(self._values(operand))
        if operand not in self._page.answers:
            return self._shown(operand)
        given, values = self._page.answers[operand]
        return np.where(given, _as_typed(values), self._shown(operand))

    def _shown_with(self, more: int) -> Callable[[Quantity], Any]:
        """What writes the values of an operand with so many digits more than they are shown with."""

        def texts(operand: Quantity) -> Any:
            values = cleared(operand, np.asarray(self._values(operand)))
            return _objects(finer(self._show(operand), more)(values.ravel()), values.shape)

        return texts


def _as_typed(values: Array) -> Any:
    return _objects(typed(np.ravel(values)), np.shape(values))


def _objects(texts: Iterable[str], shape: tuple[int, ...]) -> Any:
    return np.array(list(texts), dtype=object).reshape(shape)


_marked = np.frompyfunc(lambda name: f"‹{name}›", 1, 1)
