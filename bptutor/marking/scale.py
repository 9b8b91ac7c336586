"""The points of a flat page as whole numbers, so that sums of many sheets are exact."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from math import lcm
from typing import Any, get_args

import numpy as np
from numpy.typing import NDArray

from bptutor.engine.arrays import Cells
from bptutor.engine.quantities import KINDS, Quantity
from bptutor.marking.flat_page import FlatPage
from bptutor.marking.policy import Marking
from bptutor.marking.scheme import Group, group_key, groups, weight, worth
from bptutor.mistakes.misconception import Seat
from bptutor.points import Prices
from bptutor.problem import Problem

Amounts = NDArray[Any]
"""Points as whole numbers: int64, or Python's own where those are too small."""

_MOST = 1 << 40  # a page of a million points has room beside it


@dataclass(frozen=True, eq=False)
class Scale:
    """What the cells of a page are worth, arrays (cells,), in parts of a point: `whole` of them are one.

    `own` is what belongs to the quantity itself, the rest of `worth` is inherited. `seats` has what a mistake costs in
    each cell, by where it sits. `group` numbers the groups (−1: no points), `stems` says of which word and layer each
    is, and `pass_` to which sample and step. `rule` numbers the rules: what is right in one shows that it is known.
    """

    whole: int
    prices: Prices
    worth: Amounts
    own: Amounts
    seats: dict[Seat, Amounts]
    group: Cells
    stems: tuple[tuple[str, int], ...]
    passes: tuple[tuple[str, int], ...]
    rule: Cells
    rules: tuple[str, ...]

    def part(self, of: Amounts, price: Fraction) -> Amounts:
        """A part of amounts; exact, since `whole` has the denominators of all prices."""
        return np.asarray(of * price.numerator // price.denominator)

    def points(self, amount: int) -> Fraction:
        """An amount as points."""
        return Fraction(int(amount), self.whole)

    def amount(self, points: Fraction) -> int:
        """Points as an amount; exact for all that the problem names."""
        return int(points * self.whole)


def prices(problem: Problem, marking: Marking) -> Prices:
    """The prices of a problem, or those that the marker gives in their place."""
    found = problem.points.all_prices
    if marking.imprecise is not None:
        found = found._replace(precision=1 - marking.imprecise)
    if marking.follow_through is not None:
        found = found._replace(follow_through=marking.follow_through)
    if marking.charge is not None:
        found = found._replace(repeat=Fraction(marking.charge == "each"))
    return found


@lru_cache(maxsize=64)
def scale(page: FlatPage, marking: Marking) -> Scale:
    """The points of a page's cells as a marker counts them."""
    problem, used = page.problem, prices(page.problem, marking)
    points = worth(problem)
    each = [value for quantity in page.order for value in np.ravel(points[quantity]).tolist()]
    found = _Parts(page, problem)
    own, seats = (each, dict.fromkeys(get_args(Seat), each))
    if problem.points.scheme == "stages":
        own, seats = found.own(each), {seat: found.seats(seat, each) for seat in get_args(Seat)}
    whole = lcm(*(value.denominator for some in (each, own, *seats.values()) for value in some))
    whole *= lcm(*(price.denominator for price in used)) ** 2  # a price of a price at most
    whole = lcm(whole, *(charge.points.denominator for charge in problem.points.charge))
    kind = np.int64 if whole * (1 + max(each, default=0)) < _MOST else object

    def amounts(values: list[Fraction]) -> Amounts:
        return np.array([int(value * whole) for value in values], dtype=kind)

    stems = tuple((group.word, group.layer) for group in found.groups)
    passes = tuple((group.sample, group.step) for group in found.groups)
    rules = tuple(dict.fromkeys(_rule(quantity, problem) for quantity in page.order))
    return Scale(
        whole,
        used,
        amounts(each),
        amounts(own),
        {seat: amounts(values) for seat, values in seats.items()},
        np.array(found.group, dtype=np.intp),
        stems,
        passes,
        np.array([rules.index(_rule(quantity, problem)) for quantity, _at in found.cells], dtype=np.intp),
        rules,
    )


def _rule(quantity: Quantity, problem: Problem) -> str:
    """The rule by which a quantity is found: the way back has one for the outputs and one for the hidden units."""
    outer = quantity.layer == problem.depth
    word = KINDS[quantity.name].word
    return f"{word}_output" if word in ("error", "delta") and outer else word


class _Parts:
    """What is known of the cells of a page by their groups."""

    def __init__(self, page: FlatPage, problem: Problem):
        self.problem, self.groups = problem, groups(problem)
        self.cells = [cell[2:] for cell in page.cells]
        places = {g.key: n for n, g in enumerate(self.groups)}
        self.group = [places.get(group_key(quantity), -1) for quantity, _at in self.cells]

    def own(self, each: list[Fraction]) -> list[Fraction]:
        """What belongs to the quantity of each cell itself."""
        return [
            value * group.own / group.worth if value and group.worth else value
            for value, group in self._with_group(each)
        ]

    def seats(self, seat: Seat, each: list[Fraction]) -> list[Fraction]:
        """What a mistake that sits there costs in each cell, at most what the cell is worth."""
        result = []
        for (quantity, _at), (value, group) in zip(self.cells, self._with_group(each), strict=True):
            cost = Fraction(0)
            if value and group.worth:
                word = f"{seat}_{quantity.name[-1]}" if seat in _OF_PARAMETERS and quantity.name[-2] == "_" else seat
                word = f"{seat}_w" if word in _OF_PARAMETERS else word
                cost = min(value, value * group.times * weight(self.problem, word, group.layer) / group.worth)
            result.append(cost)
        return result

    def _with_group(self, each: list[Fraction]) -> list[tuple[Fraction, Group]]:
        return [(value, self.groups[n]) for value, n in zip(each, self.group, strict=True)]


_OF_PARAMETERS = ("grad", "cost_grad", "m", "v", "m_hat", "v_hat", "step", "new")
