"""The parts of a page that a user can choose: stages, words for quantities, what is asked for, and its points."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from bptutor.engine.naming import Naming
from bptutor.engine.page import page
from bptutor.engine.quantities import KINDS, OF_UPDATES, Quantity
from bptutor.engine.recipe import Recipe
from bptutor.language import _
from bptutor.problem import Problem

_STAGES = {
    _("Forward pass"): ("net", "out"),
    _("Loss"): ("losses", "loss", "penalty", "cost"),
    _("Backward pass"): ("error", "slope", "slopes", "delta"),
    _("Gradients and update"): tuple(OF_UPDATES),
    _("After the update"): ("net_after", "out_after", "loss_after"),
}
STAGE = {name: title for title, names in _STAGES.items() for name in names}
"""The heading under which the page shows a quantity."""

WORDS = (*dict.fromkeys(kind.word for kind in KINDS.values()), "error0")
"""What users call quantities, whatever the layer; the error of the inputs has a word of its own."""


FAMILIES = frozenset(word.removesuffix("_w") for word in WORDS if word.endswith("_w"))
"""What weights and biases have in common: grad, step, new."""


class Choice(NamedTuple):
    """What of the page is wanted: words of quantities, layers, tags of samples; None is all."""

    words: frozenset[str] | None = None
    layers: frozenset[int] | None = None
    samples: frozenset[str] | None = None

    def has(self, quantity: Quantity) -> bool:
        """Whether the quantity is wanted; what belongs to no layer is part of none."""
        return (
            (self.words is None or word(quantity) in self.words)
            and (self.layers is None or quantity.layer in self.layers)
            and (self.samples is None or not quantity.sample or bool(self.samples & samples_of(quantity.sample)))
        )


def samples_of(tag: str) -> set[str]:
    """The samples that a tag stands for: `2-4` for three."""
    first, _dash, last = tag.partition("-")
    return {str(sample) for sample in range(int(first), int(last or first) + 1)}


def word(quantity: Quantity) -> str:
    """What --only calls a quantity; the error of the inputs has a word of its own."""
    return "error0" if quantity.name == "error" and not quantity.layer else KINDS[quantity.name].word


def chosen(recipe: Recipe, choice: Choice) -> list[Quantity]:
    """The quantities of the page that are wanted; one that is named stands there though the page would not show it."""
    named = choice.words is not None
    return [
        quantity
        for quantity, step in recipe.items()
        if choice.has(quantity) and (step.shown or (named and quantity.name != "losses"))
    ]


def named(problem: Problem, name: str) -> list[tuple[Quantity, Any]]:
    """What a word, a quantity or a cell names on the page: quantities, and where in their arrays, `...` for all of it.

    Without tags it is that of every sample and step, unless the page has one without. Empty for what is not there.
    """
    recipe = page(problem).recipe
    if whole := chosen(recipe, Choice(frozenset([name]))):
        return [(quantity, ...) for quantity in whole]
    found = Naming(problem).read(name)
    if found is None:
        return []
    like, index = found
    alike = [like] if like in recipe else [quantity for quantity in recipe if _is_one(quantity, like)]
    return [(quantity, index or ...) for quantity in alike]


def _is_one(quantity: Quantity, like: Quantity) -> bool:
    """Whether the quantity is what the other is, of its sample and step as far as it has them."""
    return quantity == like.at(like.sample or quantity.sample, like.step or quantity.step)


@lru_cache(maxsize=16)
def asked(problem: Problem) -> Mapping[Quantity, NDArray[np.bool_]]:
    """Which cells of each quantity are asked for: those that the problem names, else all that the page shows.

    What the exercise gives is never asked for.
    """
    here, naming = page(problem), Naming(problem)
    wanted = {quantity: np.zeros(naming.shape(quantity), dtype=bool) for quantity in here.recipe}
    for quantity, at in [place for name in problem.ask for place in named(problem, name)]:
        wanted[quantity][at] = True
    for quantity in () if problem.ask else here.shown:
        wanted[quantity][...] = True
    for quantity, (known, _values) in here.answers.items():
        wanted[quantity][known] = False
    for cells in wanted.values():
        cells.setflags(write=False)
    return wanted


@lru_cache(maxsize=16)
def points(problem: Problem) -> Mapping[Quantity, Any]:
    """What each cell is worth, as arrays of fractions: 1 unless the problem says otherwise, 0 where it is not asked."""
    worth = {quantity: np.full(cells.shape, Fraction(1), dtype=object) for quantity, cells in asked(problem).items()}
    naming = Naming(problem)
    for name in sorted(problem.points.weights, key=lambda name: _how_special(naming, name)):
        for quantity, at in named(problem, name):
            worth[quantity][at] = problem.points.weights[name]
    for quantity, cells in asked(problem).items():
        worth[quantity][~cells] = Fraction(0)
        worth[quantity].setflags(write=False)
    return worth


def _how_special(naming: Naming, name: str) -> tuple[int, int]:
    """A cell has the last word, then a quantity, then a word of quantities; among equals the one with more tags."""
    found = None if name in WORDS else naming.read(name)
    if found is None:
        return 0, 0
    quantity, index = found
    return 1 if index is None else 2, bool(quantity.sample) + bool(quantity.step)
