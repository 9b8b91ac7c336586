"""Whether a sheet with many wrong numbers is all right in another convention than the declared one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple, get_args

import numpy as np

from bptutor.answers import Answers
from bptutor.engine.arrays import Flags
from bptutor.engine.conventions import CONVENTIONS
from bptutor.engine.losses import LOSSES
from bptutor.engine.naming import Naming
from bptutor.engine.quantities import KINDS
from bptutor.errors import BptutorError
from bptutor.marking.flat_page import FlatPage, flat_page
from bptutor.problem import Array, Loss, Problem

_NEAR = 0.1
_UNITS = 20


class Alternative(NamedTuple):
    """The problem with one convention changed, and what that is; `turned` where its cells have changed places too."""

    says: str
    problem: Problem
    turned: bool = False

    def read(self, answers: Answers) -> Answers:
        """The sheet as one who works like this means it."""
        if not self.turned:
            return answers
        return replace(answers, cells={self.read_name(name): typed for name, typed in answers.cells.items()})

    def read_name(self, name: str) -> str:
        """The cell that is meant by an id; read twice, it is the same."""
        return _turned(self.problem, name) if self.turned else name


def _turned(problem: Problem, name: str) -> str:
    found = Naming(problem).read(name)
    if found is None or not found[1] or KINDS[found[0].name].of != "weights":
        return name
    quantity, index = found[0], found[1]
    square = problem.layers[quantity.layer] == problem.layers[quantity.layer - 1]
    return Naming(problem).id(quantity, index[::-1]) if square else name


@lru_cache(maxsize=64)
def names_there(ours: FlatPage, other: Alternative) -> list[str]:
    """What our cells are called by one who works in the other convention."""
    return [other.read_name(name) for name in ours.ids]


@lru_cache(maxsize=16)
def alternatives(ours: FlatPage) -> tuple[tuple[Alternative, Array], ...]:
    """The problem in each other convention that changes some number, with what then stands in our cells, else NaN."""
    found = list[tuple[Alternative, Array]]()
    for other in _others(ours.problem):
        try:
            theirs = flat_page(other.problem, ours.order)
        except BptutorError:  # it cannot be worked out like this
            continue
        places = [theirs.numbers.get(name) for name in names_there(ours, other)]
        truth = np.array([np.nan if place is None else theirs.truth[place] for place in places])
        if not np.array_equal(truth, ours.truth):
            found.append((other, truth))
    return tuple(found)


def _others(problem: Problem) -> Iterator[Alternative]:
    declared = problem.conventions
    for key, row in CONVENTIONS.items():
        for value, other in row.values.items() if row.matters(problem) and key != "weight_rows" else ():
            if other.detected and value != getattr(declared, key):
                yield Alternative(other.detected, replace(problem, conventions=declared._replace(**{key: value})))
    for loss in get_args(Loss) if LOSSES[problem.loss].detected else ():
        if (square := LOSSES[loss]).detected and loss != problem.loss:
            with suppress(BptutorError):  # a perceptron has a single one
                yield Alternative(square.detected, replace(problem, loss=loss))
    yield from _turned_weights(problem)


def _turned_weights(problem: Problem) -> Iterator[Alternative]:
    """Rows and columns exchanged where the matrix is square, its cells named by their places or by their units."""
    if any(len(weights) == weights.shape[1] for weights in problem.weights):
        turned = tuple(w.T.copy() if len(w) == w.shape[1] else w for w in problem.weights)
        says = CONVENTIONS["weight_rows"].values[problem.conventions.weight_rows].detected
        for by_place in (False, True):
            other = replace(problem, weights=turned)
            if by_place:
                asked = tuple(_turned(problem, name) for name in problem.ask)
                weights = {_turned(problem, name): value for name, value in problem.points.weights.items()}
                other = replace(other, ask=asked, points=problem.points._replace(weights=weights))
            yield Alternative(says, other, by_place)


def likely(page: FlatPage, values: Array) -> Iterator[tuple[Alternative, Flags]]:
    """Each alternative with the sheets all of whose numbers could be right in it.

    `values` are the numbers typed, (sheets, cells), NaN for none.
    """
    blank = np.isnan(values)
    for other, truth in alternatives(page):
        reach = _NEAR * np.abs(truth) + _UNITS * page.unit
        yield other, np.asarray((blank | (np.abs(values - truth) <= reach)).all(axis=1))
