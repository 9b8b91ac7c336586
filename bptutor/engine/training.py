"""Many steps without keeping the page of each: the loss of every step, and the parameters at the end."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from itertools import count
from typing import Any, NamedTuple

import numpy as np

from bptutor.engine.evaluate import Settling, in_order, run
from bptutor.engine.losses import LOSSES
from bptutor.engine.naming import Naming
from bptutor.engine.page import Key, one_pass, page
from bptutor.engine.quantities import Quantity
from bptutor.engine.schedule import counted, given, learns, start, updates
from bptutor.problem import Array, Problem


class Training(NamedTuple):
    """What came of repeated steps: `losses[k]` is the loss after k steps (so it begins with the loss of the start)."""

    losses: list[float]
    parameters: dict[Key, Array]

    @property
    def steps(self) -> int:
        """How many steps were taken."""
        return len(self.losses) - 1


def train(
    problem: Problem,
    steps: int,
    *,
    until: float | None = None,
    settle: Settling | None = None,
    progress: Callable[[int], None] = lambda _step: None,
) -> Training:
    """Takes up to `steps` steps (1 or more), and stops once the loss is below `until`.

    The loss is that of all samples with the parameters as they stand, also where a pass updates several times.
    Raises NotFinite where a value overflows, ValueError for a problem without targets or learning rate, and for
    `until` without a loss.
    """
    if not learns(problem):
        raise ValueError("only a problem with targets and a learning rate can be repeated")
    if until is not None and LOSSES[problem.loss].rule is None:
        raise ValueError("there is no loss to wait for")
    passes = _passes(problem.repeated(1), settle, _given_later(problem))
    losses: list[float] = []
    while True:
        loss, parameters = next(passes)
        losses.append(loss)
        if len(losses) > steps or (until is not None and loss < until):
            return Training(losses, parameters)
        progress(len(losses))


def _given_later(problem: Problem) -> dict[int, dict[str, Array]]:
    """What the exercise gives of steps after the first, by the step, with the ids of a single step."""
    later = defaultdict[int, dict[str, Array]](dict)
    for key, numbers in problem.given.items():
        name, _mark, step = key.partition("#")
        later[int(step or 1)][name] = numbers
    return later


def _passes(
    problem: Problem, settle: Settling | None, given_later: Mapping[int, dict[str, Array]]
) -> Iterator[tuple[float, dict[Key, Array]]]:
    """Before each step, the loss and the parameters that it starts from."""
    recipe, values, answers, _, _ = page(problem)  # the first step may start in the middle
    problem, naming, before = replace(problem, given={}), Naming(problem), start(problem)
    _, after, last = one_pass(problem, 0, before, {})
    remembered = {key: Quantity(*key, "previous") for key in last}
    later, _, _ = one_pass(problem, 0, before, remembered)
    moving = [*after.values(), *last.values()]
    # The loss of all samples with the same parameters: where a pass updates several times, a pass of its own.
    loss, several = Quantity("loss"), len(updates(problem)) > 1
    survey = one_pass(_at_once(problem), 0, before, {})[0] if several else {}
    known, surveyed, lossy, move = (
        given(problem),
        in_order(survey, [loss]),
        in_order(later, [loss]),
        in_order(later, moving),
    )
    for step in count(1):
        evaluated = run(recipe, values, settle=settle, answers=answers, wanted=(q for q in lossy if q in recipe))
        found = run(survey, values, settle=settle, wanted=surveyed) if several else evaluated
        yield float(found.get(loss, 0.0)), {key: evaluated[q] for key, q in before.items()}
        evaluated.find(q for q in move if q in recipe)
        moved: dict[Quantity, Any] = {before[key]: evaluated[q] for key, q in after.items()}
        moved |= {remembered[key]: evaluated[q] for key, q in last.items()}
        recipe, values = later, {**known, **moved, **counted(problem, step * len(updates(problem)))}
        here = given_later.get(step + 1, {})
        if here:  # which may stand on another way
            recipe = one_pass(replace(problem, given=here), 0, before, remembered)[0]
        answers = {naming.read(key)[0]: (~np.isnan(numbers), numbers) for key, numbers in here.items()}  # type: ignore[index]


def _at_once(problem: Problem) -> Problem:
    """The same problem with one update for all samples."""
    declared = problem.conventions
    return replace(
        problem, conventions=declared._replace(batch="mean" if declared.batch == "mean" else "sum", batch_size=None)
    )
