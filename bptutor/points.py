"""What the numbers of a page are worth, and what mistakes cost: the key `points` of a problem file."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Literal, NamedTuple, get_args

Scheme = Literal["stages", "cells"]
SCHEMES: tuple[Scheme, ...] = get_args(Scheme)


class Prices(NamedTuple):
    """What a verdict costs, parts from 0 to 1.

    `repeat`: of a mistake, where it is made again in another group. `unknown`: of what a group has inherited, where
    its rule is wrong and nobody knows how. `implied`: what a blank keeps that later numbers show. `copy`: of a cell
    that was copied wrongly. `precision`: of the cells with too few decimals. `follow_through`: what a number keeps that
    follows from wrong ones.
    """

    repeat: Fraction = Fraction(1, 2)
    unknown: Fraction = Fraction(1, 4)
    implied: Fraction = Fraction(1, 2)
    copy: Fraction = Fraction(1, 2)
    precision: Fraction = Fraction(1, 10)
    follow_through: Fraction = Fraction(1)


PRICES: Mapping[Scheme, Prices] = {
    "stages": Prices(),
    "cells": Prices(Fraction(0), Fraction(1), Fraction(0), Fraction(1), Fraction(1, 2), Fraction(1)),
}
"""What stands for prices that a problem does not give. With `cells` nothing is inherited and nothing implied."""


class Charge(NamedTuple):
    """A wrong number that a teacher has given a name and a price.

    `cell` is its id, `number` as it is typed, `points` are those of the score, `says` is what the student reads.
    """

    cell: str
    number: float
    points: Fraction
    says: str


class Points(NamedTuple):
    """How a page is marked.

    With the scheme `stages`, `weights` are those of words (`delta`) and of words with their layer (`delta1`) that
    differ from the table; with `cells` the points of each cell, by the names of words, quantities or cells. `total` is
    what the whole page is worth, None for the sum of the weights; the score is rounded to a multiple of `round`, halves
    up, if that is there. `prices` has what differs from `PRICES`. `accept` has numbers that are right as well, by the
    ids of their cells, `charge` wrong ones that the teacher has given a price.

    >>> import bptutor, dataclasses
    >>> from fractions import Fraction
    >>> paper = dataclasses.replace(bptutor.load("mazur"), points=bptutor.Points(total=20, round=Fraction(1, 2)))
    >>> bptutor.check(paper, {"net1": [0.3775, 0.3925], "out1": [0.5933, None]})
    <Report mazur: 2/20 points (10 %), no errors>
    >>> bptutor.Points("cells", {"delta": 2}).all_prices.precision
    Fraction(1, 2)
    """

    scheme: Scheme = "stages"
    weights: Mapping[str, Fraction] = {}
    total: Fraction | None = None
    round: Fraction | None = None
    prices: Mapping[str, Fraction] = {}
    accept: Mapping[str, tuple[float, ...]] = {}
    charge: tuple[Charge, ...] = ()

    @property
    def all_prices(self) -> Prices:
        """All prices, those of the scheme where the problem says nothing."""
        return PRICES[self.scheme]._replace(**self.prices)

    def rounded(self, earned: Fraction) -> Fraction:
        """A score, rounded as the problem says.

        >>> from fractions import Fraction
        >>> Points(round=Fraction(1, 2)).rounded(Fraction(9, 4))
        Fraction(5, 2)
        """
        return earned if self.round is None else self.round * ((earned / self.round + Fraction(1, 2)) // 1)
