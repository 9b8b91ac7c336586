"""What keeps a whole problem from telling right from wrong: mistakes that nobody sees, and what hides them."""

# ruff: noqa: ARG001
# All rules are called alike.

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np

from bptutor.language import _, plural
from bptutor.marking.check import flat_page_for
from bptutor.problem import Problem
from bptutor.setting.visibility import visibility


class Case(NamedTuple):
    """Where a rule finds something: the ids of cells, those of mistakes, and what is to be said of it."""

    cells: tuple[str, ...]
    mistakes: tuple[str, ...]
    says: str


Rule = Callable[[Problem, int], Iterator[Case]]
"""Finds cases in a problem, where markers allow so many units in the last place more."""


def hidden_mistake(problem: Problem, ulps: int) -> Iterator[Case]:
    """Mistakes that can be made, and that no cell shows."""
    for name, shown in visibility(problem).items():
        if not shown.cells:
            yield Case((), (name,), _("{mistake} cannot be seen").format(mistake=name))
        elif shown.unseen:
            says = plural(
                "{n} of {ways} ways to make the mistake {mistake} cannot be seen",
                "{n} of {ways} ways to make the mistake {mistake} cannot be seen",
                shown.unseen,
            )
            yield Case((), (name,), says.format(n=shown.unseen, ways=shown.ways, mistake=name))


def same_mistakes(problem: Problem, ulps: int) -> Iterator[Case]:
    """Mistakes that show, with the same numbers as others."""
    found = visibility(problem)
    for one, shown in found.items():
        for other in shown.same_as:
            if list(found).index(one) < list(found).index(other):
                says = _("{one} and {other} give the same numbers").format(one=one, other=other)
                yield Case((), (one, other), says)


def zero_input(problem: Problem, ulps: int) -> Iterator[Case]:
    """Inputs that are 0 in all samples: nothing that belongs to them counts."""
    for place in np.flatnonzero((problem.inputs == 0).all(axis=0)):
        says = _("{input} is 0: its weights play no part, and do not move").format(input=problem.labels.inputs[place])
        yield Case((), (), says)


def rate_of_one(problem: Problem, ulps: int) -> Iterator[Case]:
    """A learning rate that nobody notices who forgets it."""
    if problem.learning_rate == 1 and _goes_back(problem):
        yield Case((), (), _("the learning rate is 1, so leaving it out changes nothing"))


def single_output(problem: Problem, ulps: int) -> Iterator[Case]:
    """A single output, which leaves only one way back."""
    if problem.layers[-1] == 1 and problem.depth > 1 and _goes_back(problem):
        yield Case((), (), _("with a single output there is only one path back, and no matrix to be transposed"))


def symmetric_weights(problem: Problem, ulps: int) -> Iterator[Case]:
    """Square matrices that are the same when rows and columns are exchanged."""
    for layer, matrix in enumerate(problem.weights, 1):
        if matrix.shape[0] == matrix.shape[1] > 1 and (matrix == matrix.T).all():
            says = _("w{layer} is symmetric: nobody sees whether rows and columns are exchanged")
            yield Case((), (), says.format(layer=layer))


def _goes_back(problem: Problem) -> bool:
    return any(q.name in ("grad_w", "new_w") for q in flat_page_for(problem).order)
