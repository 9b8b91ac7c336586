"""The page of a problem: its recipe in the declared conventions and the numbers it starts from."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from bptutor.engine.conventions import in_conventions, layer_by_layer, momentum
from bptutor.engine.evaluate import Replacements, in_order
from bptutor.engine.losses import LOSSES
from bptutor.engine.naming import Naming
from bptutor.engine.optimizers import OPTIMIZERS
from bptutor.engine.quantities import OF_UPDATES, Quantity
from bptutor.engine.recipe import Recipe, Step, one_update
from bptutor.engine.schedule import Parameters, given, learns, quantities, size, start, updates
from bptutor.errors import BptutorError, Where
from bptutor.language import _
from bptutor.problem import Array, Problem

_MOST_CELLS = 5_000_000  # what a page may have, so that it is written in minutes and not in days

_MOST_QUANTITIES = 5_000
"""What a page may have that somebody fills in, or that is marked: 200 steps of a net with one hidden layer.

Marking a sheet takes half a millisecond for each, looking a number up two.
"""

Key = tuple[str, int]


class Page(NamedTuple):
    """A problem written out: the recipe, what it starts from, values given in the middle, and what is shown.

    `order` is all that has to be worked out for what is shown, each after what it rests on.
    """

    recipe: Recipe
    given: Mapping[Quantity, Array]
    answers: Replacements
    shown: tuple[Quantity, ...]
    order: tuple[Quantity, ...]


def refuse_endless(problem: Problem, most: int = _MOST_QUANTITIES) -> None:
    """Raises BptutorError for a problem with so many steps or samples that nobody can fill in or mark its page.

    Solving takes more of them: it shows their course, or writes cell after cell.
    """
    if (found := quantities(problem)) > most:
        message = _("a page of about {n} quantities is too long to be filled in or marked").format(n=found)
        hint = _("fewer steps or samples; solve --steps N alone shows their course")
        raise BptutorError(message, Where(problem.file), hint)


@lru_cache(maxsize=16)
def page(problem: Problem) -> Page:
    """The page of the problem, with all its steps.

    Raises KeyError with the id where `problem.given` names nothing that stands on the page, BptutorError where the
    page has more cells than can be written.
    """
    if (cells := size(problem)) > _MOST_CELLS:
        message = _("{cells} cells are too many to write out").format(cells=cells)
        hint = _("fewer steps or samples; solve --steps N alone shows their course")
        raise BptutorError(message, Where(problem.file), hint)
    recipe: dict[Quantity, Step] = {}
    parameters, previous = start(problem), dict[Key, Quantity]()
    for step in range(1, problem.steps + 1):
        part, parameters, previous = one_pass(problem, step if problem.steps > 1 else 0, parameters, previous)
        recipe |= part
    return _starting_in_the_middle(problem, recipe)


def one_pass(
    problem: Problem, step: int, parameters: Parameters, previous: Mapping[Key, Quantity]
) -> tuple[Recipe, Parameters, dict[Key, Quantity]]:
    """One pass over all samples in the declared conventions; where parameters then stand, and what is remembered."""
    recipe: dict[Quantity, Step] = {}
    last = dict(previous)
    momentous = problem.conventions.momentum and learns(problem)
    remembered = ("step",) if momentous else OPTIMIZERS[problem.optimizer.name].remembers if learns(problem) else ()
    for update in updates(problem):
        part, after = one_update(problem, step, update, parameters, last)
        part = in_conventions(part, problem, parameters)
        if momentous:
            part = {**part, **momentum(part, last)}
        for name, layer in parameters if remembered else ():
            last |= {
                (f"{word}_{name}", layer): Quantity(f"{word}_{name}", layer, update[0], step) for word in remembered
            }
        recipe |= part if problem.conventions.hidden_delta_weights == "old" else layer_by_layer(part)
        parameters = after
    return recipe, parameters, last


def _starting_in_the_middle(problem: Problem, recipe: Recipe) -> Page:
    """Takes the given values out of what is worked out, and with them what served nothing else."""
    values, answers, fixed = given(problem), dict[Quantity, tuple[Any, Array]](), set[Quantity]()
    naming = Naming(problem)
    for key, numbers in problem.given.items():
        found = naming.read(key)
        if found is None or found[0] not in recipe:
            raise KeyError(key)
        quantity = found[0]
        if np.isnan(numbers).any():
            answers[quantity] = (~np.isnan(numbers), numbers)
        else:
            values[quantity] = numbers
            fixed.add(quantity)
    if fixed:
        recipe = _without(recipe, fixed, answers.keys())
        if LOSSES[problem.loss].rule is None:
            recipe = _from_gradients(recipe, fixed)
    shown = tuple(q for q, step in recipe.items() if step.shown)
    return Page(recipe, values, answers, shown, in_order(recipe, shown))


def _from_gradients(recipe: Recipe, fixed: set[Quantity]) -> Recipe:
    """Without what comes before the gradients of a sample and step all of which are given: there is no loss to find."""
    worked_out, known = ({(q.sample, q.step) for q in some if q.name.startswith("grad_")} for some in (recipe, fixed))
    given = known - worked_out
    return {q: step for q, step in recipe.items() if q.name in OF_UPDATES or (q.sample, q.step) not in given}


def _without(recipe: Recipe, fixed: set[Quantity], asked: Collection[Quantity]) -> Recipe:
    """The recipe without what is `fixed` and what served nothing else; what is given in part is `asked` for."""
    served = {operand for step in recipe.values() for operand in step.rests_on}
    kept = {q: step for q, step in recipe.items() if q not in fixed}
    while True:
        serving = {operand for step in kept.values() for operand in step.rests_on}
        idle = [q for q in kept if q in served and q not in serving and q not in asked]
        if not idle:
            return kept
        for q in idle:
            del kept[q]
