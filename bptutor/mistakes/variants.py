"""The ways in which the mistakes with a name can be made in a problem."""

from __future__ import annotations

from functools import lru_cache
from random import Random
from typing import NamedTuple

import numpy as np

from bptutor.engine.conventions import Edit
from bptutor.engine.evaluate import Replacements, WrittenDown
from bptutor.engine.page import Page, page
from bptutor.engine.quantities import Quantity
from bptutor.engine.recipe import Recipe
from bptutor.mistakes.table import MISCONCEPTIONS, Misconception
from bptutor.problem import Array, Problem

__all__ = ["MISCONCEPTIONS", "Misconception", "Variant", "variants"]

_TRIALS, _FARTHEST = 8, 3.0
_SAME, _DIGITS = 1e-12, 12

Told = frozenset[tuple[Quantity, bytes]]


class Variant(NamedTuple):
    """One way in which a mistake is made in a problem: the steps that it changes.

    `in_a_layer` says that it is made in one layer only, of several where it could be.
    """

    misconception: Misconception
    edit: Edit
    in_a_layer: bool = False


@lru_cache(maxsize=16)
def variants(problem: Problem) -> tuple[Variant, ...]:
    """Every way in which a mistake can be made in this problem; a rule that is no mistake here is not in it.

    What gives the same numbers by its very rule, as the wrong activation `linear` does for who skips the activation,
    is one way, of the mistake that stands first in the table; made everywhere comes before made in a single layer.
    """
    written = page(problem)
    trials, seen = _trials(problem, written), set[Told]()
    edits = [
        [_other_steps(edit, written.recipe) for edit in misconception.edits(written.recipe, problem)]
        for misconception in MISCONCEPTIONS
    ]
    found: list[list[Variant]] = [[] for _misconception in MISCONCEPTIONS]
    for in_a_layer in (False, True):
        for misconception, whole, here in zip(MISCONCEPTIONS, edits, found, strict=True):
            for edit in [part for one in whole for part in _by_layer(one)] if in_a_layer else whole:
                told = _told(edit, trials, written.answers)
                if told and told not in seen:
                    seen.add(told)
                    here.append(Variant(misconception, edit, in_a_layer))
    return tuple(variant for here in found for variant in here)


def _by_layer(edit: Edit) -> list[Edit]:
    """The edit in each of its layers alone; none where it has only one."""
    layers = sorted({q.layer for q in edit})
    parts: list[Edit] = [{q: step for q, step in edit.items() if q.layer == layer} for layer in layers]
    return parts if len(parts) > 1 else []


def _told(edit: Edit, trials: WrittenDown[Array], answers: Replacements) -> Told:
    """What an edit gives in the trials, where that is not what is right or given: two of the same are one way."""
    result = {}
    with np.errstate(all="ignore"):
        for q, step in edit.items():
            value, right = np.asarray(step.of(trials)), trials.expected[q]
            if q in answers:
                value, right = (np.where(*answers[q], numbers) for numbers in (value, right))
            off = np.abs(value - right)
            if not np.all(off <= _SAME * (1 + np.abs(right))):  # what is not a number may be another one
                result[q] = (np.round(value, _DIGITS) + 0.0).tobytes()  # never −0, which has other bytes than 0
    return frozenset(result.items())


def _other_steps(edit: Edit, recipe: Recipe) -> Edit:
    """The edit without the steps that stand on the page already."""
    return {q: step for q, step in edit.items() if not step.does_as(recipe[q])}


def _trials(problem: Problem, written: Page) -> WrittenDown[Array]:
    """The page with any net inputs: a wrong rule may give another number only to one who went astray before."""
    draw = Random(0)  # noqa: S311 - its numbers are the same with every version

    def anywhere(units: int) -> Array:
        numbers = [[draw.random() for _unit in range(units)] for _trial in range(_TRIALS)]
        return _FARTHEST * (2 * np.array(numbers) - 1)

    nets = {q: (np.array(True), anywhere(problem.layers[q.layer])) for q in written.recipe if q.name == "net"}
    for q, (_everywhere, some) in nets.items():
        if problem.activations[q.layer - 1].row.from_zero:
            some[0] = 0.0  # where units that jump are told apart
    values = WrittenDown(written.recipe, written.given, None, {**written.answers, **nets})
    with np.errstate(all="ignore"):
        for q in written.recipe:  # in this order nothing waits for much
            values[q]
    return values
