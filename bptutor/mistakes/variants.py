"""The ways in which the mistakes with a name can be made in a problem."""

from __future__ import annotations

from functools import lru_cache
from random import Random
from typing import NamedTuple

import numpy as np

from bptutor.engine.conventions import Edit
from bptutor.engine.evaluate import WrittenDown
from bptutor.engine.page import Page, page
from bptutor.engine.recipe import Recipe, Step
from bptutor.mistakes.table import MISCONCEPTIONS, Misconception
from bptutor.problem import Array, Problem

__all__ = ["MISCONCEPTIONS", "Misconception", "Variant", "variants"]

_TRIALS, _FARTHEST = 8, 3.0


class Variant(NamedTuple):
    """One way in which a mistake is made in a problem: the steps that it changes."""

    misconception: Misconception
    edit: Edit


@lru_cache(maxsize=16)
def variants(problem: Problem) -> tuple[Variant, ...]:
    """Every way in which a mistake can be made in this problem; a rule that is no mistake here is not in it."""
    written = page(problem)
    trials, found = _trials(problem, written), []
    for misconception in MISCONCEPTIONS:
        for edit in misconception.edits(written.recipe, problem):
            wrong = _other_steps(edit, written.recipe)
            with np.errstate(all="ignore"):
                if any(_tells(step, trials, trials.expected[q]) for q, step in wrong.items()):
                    found.append(Variant(misconception, wrong))
    return tuple(found)


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
    values = WrittenDown(written.recipe, written.given, None, {**written.answers, **nets})
    with np.errstate(all="ignore"):
        for q in written.recipe:  # in this order nothing waits for much
            values[q]
    return values


def _tells(step: Step, trials: WrittenDown[Array], right: Array) -> bool:
    """Whether the step gives another number than the right one in some trial."""
    off = np.abs(step.of(trials) - right)
    return not np.all(off <= 1e-12 * (1 + np.abs(right)))  # what is not a number may be another one
