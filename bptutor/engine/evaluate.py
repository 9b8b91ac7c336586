"""Evaluates a recipe on demand."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np

from bptutor.engine.interval import where
from bptutor.engine.quantities import Quantity
from bptutor.engine.recipe import Recipe
from bptutor.engine.rules import N

Replacements = Mapping[Quantity, tuple[Any, Any]]
Settling = Callable[[Quantity, Any], Any]
"""What stands on the page for the value of a quantity."""


class NotFinite(ArithmeticError):
    """A value of `quantity` has left the floats: too large, a logarithm of 0, a division by 0."""

    def __init__(self, quantity: Quantity):
        super().__init__(quantity)
        self.quantity = quantity


class Run(dict[Quantity, N]):
    """The values of a recipe, each worked out when it is first asked for.

    Raises KeyError for a quantity that is neither given nor in the recipe.
    """

    __slots__ = ("recipe",)

    def __init__(self, recipe: Recipe, given: Mapping[Quantity, N]):
        super().__init__(given)
        self.recipe = recipe

    def __missing__(self, quantity: Quantity) -> N:
        step = self.recipe[quantity]
        try:
            value: N = step.rule(*step.fetch(self))
            self[quantity] = value = value if step.plain else step.finished(value, self)
        except FloatingPointError as error:
            raise NotFinite(quantity) from error
        return value

    @property
    def expected(self) -> Mapping[Quantity, N]:
        """What the steps gave that were worked out so far; `run[quantity]` is what later steps see."""
        return {quantity: value for quantity, value in self.items() if quantity in self.recipe}

    def find(self, wanted: Iterable[Quantity]) -> Run[N]:
        """Works out the wanted quantities; raises NotFinite where a float value overflows or is undefined."""
        with np.errstate(over="raise", divide="raise", invalid="raise"):
            for quantity in wanted:
                self[quantity]
        return self


class WrittenDown(Run[N]):
    """A run in which each value is settled as it is written down, or replaced by an answer."""

    __slots__ = ("_answers", "_expected", "_settle")

    def __init__(
        self,
        recipe: Recipe,
        given: Mapping[Quantity, N],
        settle: Settling | None,
        answers: Replacements,
    ):
        super().__init__(recipe, given)
        self._expected: dict[Quantity, N] = {}
        self._settle, self._answers = settle, answers

    def __missing__(self, quantity: Quantity) -> N:
        value = super().__missing__(quantity)
        if self._settle:
            value = self._settle(quantity, value)
        self._expected[quantity] = value
        if quantity in self._answers:
            mask, typed = self._answers[quantity]
            value = where(mask, typed, value)
        self[quantity] = value
        return value

    @property
    def expected(self) -> Mapping[Quantity, N]:
        """What the steps gave, settled, before an answer took its place."""
        return self._expected


def in_order(recipe: Recipe, wanted: Iterable[Quantity]) -> tuple[Quantity, ...]:
    """The wanted quantities and what they rest on, in the order of the recipe.

    On demand, a value is worked out inside the working out of what needs it; in this order nothing ever waits for
    more than one other, however many layers there are. Operands must stand before what needs them in the recipe.
    """
    needed = set(wanted)
    for quantity in reversed(recipe):
        if quantity in needed:
            needed.update(recipe[quantity].rests_on)
    return tuple(quantity for quantity in recipe if quantity in needed)


def run(
    recipe: Recipe,
    given: Mapping[Quantity, N],
    *,
    settle: Settling | None = None,
    answers: Replacements | None = None,
    wanted: Iterable[Quantity] | None = None,
) -> Run[N]:
    """Evaluates the `wanted` quantities (default: all), and whatever they rest on, in the arithmetic of `given`.

    `settle` makes of a quantity and its value what is written down, and gone on with. `answers` maps a quantity to a
    mask and values (of its shape, or broadcasting to it) that later steps see in place of what was found, where the
    mask is true.
    Raises NotFinite where a float value overflows or is undefined.
    """
    plain = settle is None and not answers
    values = Run(recipe, given) if plain else WrittenDown(recipe, given, settle, answers or {})
    return values.find(recipe if wanted is None else wanted)
