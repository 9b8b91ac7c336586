"""Slips of the pen, which can happen in any cell: a sign, a point, two digits, a term, a neighbour's number."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache, lru_cache
from typing import NamedTuple

import numpy as np

from bptutor.engine import rules
from bptutor.engine.arrays import Flags
from bptutor.engine.losses import add_up
from bptutor.engine.page import page
from bptutor.engine.quantities import Quantity
from bptutor.engine.recipe import Recipe, Step
from bptutor.engine.rules import Numbers, Rule
from bptutor.language import _
from bptutor.mistakes.edits import with_rule
from bptutor.mistakes.variants import Misconception, Variant
from bptutor.problem import Array, Problem

_MOST_TERMS = 16  # of a longer sum nobody sees that one is missing
_TELLING = 20  # a number of fewer units of its last place meets too much by chance
_SHIFTS = (-1, 1, -2, 2)
_MOST_DIGITS = 12


class Wrong(NamedTuple):
    """Wrong numbers, arrays of one length: the value and its last unit, the bounds of what would be right there.

    `allowed` is how far off may be beside half a unit; `near` (numbers, 2, others) has the bounds of what is right in
    other cells of the same quantity, NaN where there are no more.
    """

    value: Array
    unit: Array
    lo: Array
    hi: Array
    allowed: float
    near: Array

    def would_be_right(self, value: Array, unit: Array) -> Flags:
        """Whether other numbers, known to half a unit, would be right."""
        reach = 0.5 * unit + self.allowed
        return np.asarray((self.lo <= value + reach) & (value - reach <= self.hi))


def _sign(wrong: Wrong) -> Flags:
    return wrong.would_be_right(-wrong.value, wrong.unit)


def _point(wrong: Wrong) -> Flags:
    moved = (wrong.would_be_right(wrong.value * 10.0**n, wrong.unit * max(1.0, 10.0**n)) for n in _SHIFTS)
    return np.asarray(np.logical_or.reduce(list(moved)))


def _digits(wrong: Wrong) -> Flags:
    whole = np.rint(np.abs(wrong.value) / wrong.unit)  # the digits as one number
    found = np.zeros(whole.shape, dtype=bool)
    for place in range(_MOST_DIGITS):
        digit, before = whole // 10.0**place % 10, whole // 10.0 ** (place + 1) % 10
        swapped = whole + (digit - before) * 9 * 10.0**place
        typed = whole >= 10.0**place
        other = np.copysign(swapped, wrong.value) * wrong.unit
        found |= typed & (digit != before) & wrong.would_be_right(other, wrong.unit)
    return found


def _other(wrong: Wrong) -> Flags:
    reach = 0.5 * wrong.unit + wrong.allowed
    low, high = (wrong.value + reach)[:, None], (wrong.value - reach)[:, None]
    return np.asarray(((wrong.near[:, 0] <= low) & (high <= wrong.near[:, 1])).any(axis=1))


class Slip(NamedTuple):
    """A slip: what it is called, what the student is told, and which of some wrong numbers it can have made."""

    id: str
    says: str
    hint: str
    fits: Callable[[Wrong], Flags]


SLIPS = (
    Slip("sign_slip", _("The number has the wrong sign."), _("Look at the signs once more."), _sign),
    Slip(
        "decimal_point_slip",
        _("The digits are right, but the decimal point stands in the wrong place."),
        _("Look at the decimal point."),
        _point,
    ),
    Slip(
        "digits_swapped",
        _("Two neighbouring digits have changed places."),
        _("Compare the digits with those of your calculation."),
        _digits,
    ),
    Slip(
        "other_cell",
        _("This is the right number of a neighbouring cell."),
        _("Look which unit or weight this cell belongs to."),
        _other,
    ),
)

DROPPED_TERM = Misconception(
    "dropped_term",
    _("One term of the sum is missing."),
    _("Count the terms of the sum."),
    lambda recipe, problem: _dropped(recipe, problem),
)
SLIP_IDS = frozenset(slip.id for slip in SLIPS) | {DROPPED_TERM.id}


def telling(wrong: Wrong) -> Flags:
    """Which numbers have enough digits that a slip can be told from chance."""
    return np.abs(wrong.value) >= _TELLING * wrong.unit


@lru_cache(maxsize=16)
def dropped_terms(problem: Problem) -> tuple[Variant, ...]:
    """Every way to leave a term out of a sum of the page."""
    return tuple(Variant(DROPPED_TERM, edit) for edit in _dropped(page(problem).recipe, problem))


def _dropped(recipe: Recipe, problem: Problem) -> Iterator[dict[Quantity, Step]]:
    layers = problem.layers
    for quantity, step in recipe.items():
        if step.rule is rules.total:
            for place in range(len(step.operands)):
                rest = step.operands[:place] + step.operands[place + 1 :]
                yield {quantity: replace(step, operands=rest)}
        elif (found := _WITHOUT.get(step.rule)) and not step.factors:
            without, further = found
            n = layers[quantity.layer + further] if quantity.layer or further else layers[-1]
            for place in range(n) if 1 < n <= _MOST_TERMS else ():
                yield {quantity: with_rule(step, without(step.rule, place, n))}


def _named(rule: Rule, without: Rule, place: int) -> Rule:
    without.__name__ = f"{rule.__name__}_without_{place}"
    without.__doc__ = "Add up, but leave one term out."
    return without


@cache
def _without_input(rule: Rule, place: int, n: int) -> Rule:
    kept = [i for i in range(n) if i != place]

    def some(w: Numbers, x: Numbers, *bias: Numbers) -> Numbers:
        return rule(w[..., kept], x[..., kept], *bias)

    return _named(rule, some, place)


@cache
def _without_path(rule: Rule, place: int, n: int) -> Rule:
    kept = [i for i in range(n) if i != place]

    def some(w: Numbers, delta: Numbers) -> Numbers:
        return rule(w[..., kept, :], delta[..., kept])

    return _named(rule, some, place)


@cache
def _without_unit(rule: Rule, place: int, n: int) -> Rule:
    kept = [i for i in range(n) if i != place]

    def some(values: Numbers) -> Numbers:
        return rule(values[..., kept])

    return _named(rule, some, place)


# How a term is left out, and how many layers further on (or back) the units are that give the terms.
_WITHOUT: dict[Rule, tuple[Callable[[Rule, int, int], Rule], int]] = {
    rules.weighted_sum: (_without_input, -1),
    rules.weighted_sum_less_threshold: (_without_input, -1),
    rules.weighted_sum_alone: (_without_input, -1),
    rules.sum_back: (_without_path, 1),
    rules.shared_bias_gradient: (_without_unit, 0),
    add_up: (_without_unit, 0),
}
