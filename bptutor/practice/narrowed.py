"""A part of a page to practise: only that is asked for, and what stands above it is given."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace

import numpy as np

from bptutor.engine.decimals import show_one, significant
from bptutor.engine.page import page
from bptutor.engine.quantities import Quantity, cell_id
from bptutor.engine.recipe import Recipe
from bptutor.problem import Array, Problem
from bptutor.solution.digits import decimals_of, digits_of
from bptutor.solution.trace import Trace

_STATIONS = ("net", "out", "loss", "delta", "new_w", "new_b", "net_after", "out_after")
"""What is given of a page: not what lies on the way between two of these (error, slope, gradient, step)."""

_FIGURES = 3  # of a given number at least, however small it is


def narrowed(problem: Problem, wanted: Collection[str]) -> Problem:
    """The problem that asks for these quantities, named by their ids, and gives what they rest on.

    What rests on something that is asked for is not given, or it would give that away: it has to be worked out.
    Numbers are given with the decimals of the page, so that who works with them finds what is expected.

    >>> import bptutor
    >>> part = narrowed(bptutor.load("mazur"), ["delta1"])
    >>> part.ask, {name: values.tolist() for name, values in part.given.items()}
    (('delta1',), {'out1': [0.5933, 0.5969], 'delta2': [0.1385, -0.0381]})
    """
    recipe, trace = page(problem).recipe, Trace(problem)
    asked = {quantity for quantity in recipe if cell_id(quantity, ()) in wanted}
    above = set(_above(recipe, asked))
    given = {cell_id(quantity, ()): _as_given(trace, quantity) for quantity in recipe if quantity in above}
    return replace(problem, ask=tuple(wanted), given={**problem.given, **given})


def _above(recipe: Recipe, asked: set[Quantity]) -> Iterator[Quantity]:
    """The stations that the quantities asked for rest on, the nearest ones."""
    resting = set(asked)
    for quantity, step in recipe.items():  # operands stand before what needs them
        if resting.intersection(step.rests_on):
            resting.add(quantity)
    waiting = list(asked)
    seen = set(waiting)
    for quantity in waiting:
        for operand in recipe[quantity].rests_on:
            if operand in seen or operand not in recipe:
                continue
            seen.add(operand)
            if operand in resting or operand.name not in _STATIONS:
                waiting.append(operand)
            else:
                yield operand


def _as_given(trace: Trace, quantity: Quantity) -> Array:
    """The values as the page shows them, small ones with a few figures; what the exercise gives stays as it is."""
    values, fine = trace.values(quantity), significant(_FIGURES, trace.problem.conventions.ties)
    flat = np.ravel(values)
    least = 10.0 ** (_FIGURES - 1 - decimals_of(digits_of(trace.problem, quantity), flat))
    shown = [
        float(show_one(fine, value) if small else text)
        for value, small, text in zip(flat.tolist(), np.abs(flat) < least, trace.show(quantity)(flat), strict=True)
    ]
    rounded = np.array(shown).reshape(np.shape(values))
    known = trace.page.answers.get(quantity)
    return rounded if known is None else np.where(known[0], values, rounded)
