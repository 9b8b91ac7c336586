"""Slips of the pen, which can happen in any cell: a sign, a point, two digits, a term, a neighbour's number."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache, lru_cache
from math import ceil, floor, isfinite
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
_MOVED = 10.0 ** np.array(_SHIFTS)[:, None]
_PLACES = 10.0 ** np.arange(13)[:, None]  # of the digits that are looked at, and one more
_MOST_REACHED = 40  # units: in so wide a reach some number is one digit off anyway


class Wrong(NamedTuple):
    """Wrong numbers, arrays of one length: the value and its last unit, the bounds of what would be right there.

    `allowed` is how far off may be beside half a unit; `near` (numbers, 2, others) has the bounds of what is right in
    other cells of the same quantity, NaN where there are no more.
    """

    value: Array
    unit: Array
    lo: Array
    hi: Array
    allowed: Array
    near: Array

    def would_be_right(self, value: Array, unit: Array) -> Flags:
        """Whether other numbers, known to half a unit, would be right."""
        reach = 0.5 * unit + self.allowed
        return np.asarray((self.lo <= value + reach) & (value - reach <= self.hi))


def _sign(wrong: Wrong) -> Flags:
    return wrong.would_be_right(-wrong.value, wrong.unit)


def _point(wrong: Wrong) -> Flags:
    return np.asarray(wrong.would_be_right(wrong.value * _MOVED, wrong.unit * np.maximum(1.0, _MOVED)).any(axis=0))


def _digits(wrong: Wrong) -> Flags:
    whole = np.rint(np.abs(wrong.value) / wrong.unit)  # the digits as one number
    digits = whole // _PLACES % 10
    digit, before = digits[:-1], digits[1:]
    swapped = whole + (digit - before) * 9 * _PLACES[:-1]
    typed = whole >= _PLACES[:-1]
    other = np.copysign(swapped, wrong.value) * wrong.unit
    return np.asarray((typed & (digit != before) & wrong.would_be_right(other, wrong.unit)).any(axis=0))


def one_digit_off(value: float, lo: float, hi: float, unit: float) -> bool:
    """Whether a number, to its last unit, is a digit, two that changed places, or a sign away from `lo` to `hi`.

        one_digit_off(0.5939, 0.59325, 0.59335, 0.0001)     # True: 0.5933

    Never of a number with fewer than two digits: any two of these are one digit apart.
    """
    finite = all(isfinite(bound / unit) for bound in (lo, hi, value))
    if not finite or hi - lo > _MOST_REACHED * unit or abs(value) < _TELLING * unit:
        return False
    typed = str(round(abs(value) / unit))
    for number in range(ceil(lo / unit - 1e-6), floor(hi / unit + 1e-6) + 1):
        if (number < 0) != (value < 0) and number:
            if str(abs(number)) == typed:
                return True
            continue
        right = str(abs(number)).rjust(len(typed), "0")
        odd = [place for place in range(len(right)) if right[place] != typed.rjust(len(right), "0")[place]]
        if len(odd) == 1 or (len(odd) == 2 and odd[0] + 1 == odd[1] and sorted(right) == sorted(typed)):
            return True
    return False


def _other(wrong: Wrong) -> Flags:
    reach = 0.5 * wrong.unit + wrong.allowed
    low, high = (wrong.value + reach)[:, None], (wrong.value - reach)[:, None]
    return np.asarray(((wrong.near[:, 0] <= low) & (high <= wrong.near[:, 1])).any(axis=1))


def _in_one_way(wrong: Wrong) -> Array:
    return np.ones(wrong.value.shape)


def _places_of_point(wrong: Wrong) -> Array:
    """As many as there are places for the point, times the numbers that a point to the right of its place rounds away.

    0.0657 for 0.0007: whatever begins with 6.5 to 7.4 would do.
    """
    result = np.ones(wrong.value.shape)
    for shift in (-2, -1):
        result = np.where(wrong.would_be_right(wrong.value * 10.0**shift, wrong.unit), 10.0**-shift, result)
    return len(_SHIFTS) * result


def _pairs_of_digits(wrong: Wrong) -> Array:
    """How many pairs of neighbouring digits a number has, 1 or more."""
    return np.maximum(np.floor(np.log10(np.maximum(np.abs(wrong.value) / wrong.unit, 1.0))), 1.0)


def _neighbours(wrong: Wrong) -> Array:
    """How many other cells the quantity has, 1 or more."""
    return np.maximum((wrong.near[:, 0] == wrong.near[:, 0]).sum(axis=1), 1)


class Slip(NamedTuple):
    """A slip: what it is called, what the student is told, and which of some wrong numbers it can have made.

    `ways` says how many numbers who makes it may write, of which the one that was typed is one.
    """

    id: str
    says: str
    hint: str
    fits: Callable[[Wrong], Flags]
    common: float
    ways: Callable[[Wrong], Array] = _in_one_way


SLIPS = (
    Slip("sign_slip", _("The number has the wrong sign."), _("Which sign must this number have?"), _sign, 0.015),
    Slip(
        "decimal_point_slip",
        _("The digits are right, but the decimal point is in the wrong place."),
        _("Where does the decimal point of this number belong?"),
        _point,
        0.01,
        _places_of_point,
    ),
    Slip(
        "digits_swapped",
        _("Two neighbouring digits have changed places."),
        _("Do these digits stand in the order in which your calculation has them?"),
        _digits,
        0.005,
        _pairs_of_digits,
    ),
    Slip(
        "other_cell",
        _("This is the right number of a neighbouring cell."),
        _("Which unit or weight does this cell belong to?"),
        _other,
        0.02,
        _neighbours,
    ),
)

COPY_SLIP = Slip(
    "copy_slip",
    _("The number written here is not the one that was used further on: what is below follows from another."),
    _("Is this the number that your calculation has?"),
    lambda wrong: np.zeros(wrong.value.shape, dtype=bool),
    0.03,
)
"""What is below decides, so this slip is not looked for among the others; see `marking.reading`."""

DROPPED_TERM = Misconception(
    "dropped_term",
    _("One term of the sum is missing."),
    _("How many terms does this sum have?"),
    lambda recipe, problem: _dropped(recipe, problem),
    0.01,
    (),
)
SLIP_IDS = frozenset(slip.id for slip in SLIPS) | {COPY_SLIP.id, DROPPED_TERM.id}


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
