"""What the next number is made of: the cells that stand in its formula, with the values that a student has for them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from bptutor.engine.conventions import CONVENTIONS
from bptutor.engine.decimals import typed
from bptutor.engine.losses import LOSSES
from bptutor.engine.quantities import CONSTANTS, Index, Quantity
from bptutor.files.typed.dressed import undressed
from bptutor.language import _
from bptutor.practice.exercise import Exercise, Item, State
from bptutor.problem import Problem
from bptutor.solution.explain import Explainer
from bptutor.solution.trace import Trace

MOST = 40
"""How many operands are named; a person works with fewer."""


class Operand(NamedTuple):
    """A cell that the next number is made of, and its value as the student has it, "" for one not found yet."""

    label: str
    text: str


class _Source(NamedTuple):
    trace: Trace
    explainer: Explainer
    asked: frozenset[tuple[Quantity, Index]]


@lru_cache(maxsize=4)
def _source(exercise: Exercise) -> _Source:
    trace = Trace(exercise.problem)
    asked = frozenset((item.quantity, item.at) for item in exercise.items)
    return _Source(trace, trace.explainer(), asked)


def operands(exercise: Exercise, state: State, items: Iterable[Item]) -> list[Operand]:
    """What cells are made of, in the order of their formulas, at most `MOST`: own numbers and those of the exercise.

    What lies between and is not asked for is not named, but what it is made of itself.
    """
    source, found = _source(exercise), dict[str, Operand]()
    wanted = [(item.quantity, item.at) for item in items]
    for quantity, at in _leaves(source, wanted):
        label = source.trace.naming.label(quantity, at)
        if label not in found and (quantity, at) not in wanted:
            found[label] = Operand(label, _text(source, state, quantity, at))
        if len(found) == MOST:
            break
    return list(found.values())


def _leaves(source: _Source, wanted: list[tuple[Quantity, Index]]) -> Iterator[tuple[Quantity, Index]]:
    """The cells at which a student begins to work out those that are wanted."""
    waiting, passed = wanted[::-1], set(wanted)
    while waiting:
        cell = waiting.pop()
        if cell in passed and cell not in wanted:
            continue
        passed.add(cell)
        if cell not in wanted and (cell in source.asked or not source.trace.works_out(*cell)):
            yield cell
        else:
            above = source.explainer.stand_in(*cell)
            waiting += [one for one in above[::-1] if one not in passed and one[0].name not in CONSTANTS]


def _text(source: _Source, state: State, quantity: Quantity, at: Index) -> str:
    if (quantity, at) in source.asked:
        own = state.work.get(source.trace.naming.id(quantity, at))
        return undressed(own.typed.text) if own and own.typed else ""
    values = source.trace.values(quantity)
    return typed(np.array([values[at or (0,) * values.ndim]]))[0]


def decided(exercise: Exercise, items: Iterable[Item]) -> list[str]:
    """The conventions that decide what the next numbers are, a clause each."""
    problem, asked = exercise.problem, {item.quantity for item in exercise.items}
    clauses = list[str]()
    for quantity in dict.fromkeys(item.quantity for item in items):
        error = Quantity("error", quantity.layer, quantity.sample, quantity.step)
        if quantity.name == "delta" and error in asked:
            continue  # it was decided there
        clauses += [_sign(problem, quantity)]
        clauses += [_clause(problem, key) for key, decides in _DECIDE.items() if decides(problem, quantity)]
    return list(dict.fromkeys(filter(None, clauses)))


def _clause(problem: Problem, key: str) -> str:
    row = CONVENTIONS[key]
    value = row.values.get(getattr(problem.conventions, key))
    return row.frame(problem, value.clause if value else "") if row.matters(problem) else ""


def _sign(problem: Problem, quantity: Quantity) -> str:
    """Which way round output and target stand, "" where they do not."""
    outermost = quantity.layer == problem.depth and quantity.name in ("error", "delta")
    if not outermost or problem.targets is None:
        return ""
    if LOSSES[problem.loss].between_0_and_1:
        return _BARE[problem.conventions.delta] if quantity.name == "delta" else ""
    return (_ERROR if problem.loss == "half_squared_error" else _BARE)[problem.conventions.delta]


_ERROR: Mapping[str, str] = {
    "gradient": _("error = out − t on this page, not t − out"),
    "descent": _("error = t − out on this page, not out − t"),
}
_BARE: Mapping[str, str] = {
    "gradient": _("this page has out − t, not t − out"),
    "descent": _("this page has t − out, not out − t"),
}


def _is_combined(quantity: Quantity) -> bool:
    """Whether a number is one of several samples together."""
    return not quantity.sample or "-" in quantity.sample


_UPDATE = ("step_w", "step_b", "new_w", "new_b")
_DECIDE: Mapping[str, Callable[[Problem, Quantity], bool]] = {
    "bias": lambda problem, quantity: quantity.name == "net" and problem.conventions.bias == "subtracted",
    "hidden_delta_weights": lambda problem, quantity: (
        quantity.name in ("error", "delta") and 0 < quantity.layer < problem.depth
    ),
    "momentum": lambda _problem, quantity: quantity.name in _UPDATE,
    "batch": lambda _problem, quantity: (
        quantity.name in ("loss", "loss_after", "grad_w", "grad_b", *_UPDATE) and _is_combined(quantity)
    ),
}
"""At which quantities a convention is named; the others stand in the head of the exercise."""
