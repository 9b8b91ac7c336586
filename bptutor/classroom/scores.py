"""How the scores of a class are spread, in memory that does not grow with the class."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from math import isqrt
from typing import NamedTuple

from bptutor.classroom.grade import decimal

BINS = 10
"""The bars of the histogram of scores, each of 10 %, the last one with 100 %."""

_FINE = 100  # bins a percent, from which the median is read
_MOST_SCORES = 10_000


class Spread(NamedTuple):
    """Percentages: the mean, the quartiles with the median in their middle, and the standard deviation of the class."""

    mean: float
    quartiles: tuple[float, float, float]
    deviation: float

    @property
    def median(self) -> float:
        """Half of the class has as much or more."""
        return self.quartiles[1]


class Scores:
    """Scores, told one after another.

    Mean and deviation come from exact sums and do not depend on the order. Quartiles are exact to 0.01 %.
    """

    def __init__(self) -> None:
        self.bins = [0] * BINS
        self._fine = Counter[int]()
        self._new = Counter[tuple[int, int, int, int]]()
        self._sum = self._squares = Fraction(0)

    def add(self, earned: Fraction, possible: Fraction, students: int = 1) -> None:
        """Counts the score of so many students; scores that are alike are worked out once."""
        self._new[earned.numerator, earned.denominator, possible.numerator, possible.denominator] += students
        if len(self._new) > _MOST_SCORES:
            self._settle()

    def _settle(self) -> None:
        for (a, b, c, d), students in self._new.items():
            percent = Fraction(100 * a * d, b * c) if c else Fraction(100)
            self._sum += students * percent
            self._squares += students * percent**2
            self.bins[min(max(int(percent * BINS // 100), 0), BINS - 1)] += students
            self._fine[int(percent * _FINE + Fraction(1, 2))] += students
        self._new.clear()

    def spread(self) -> Spread | None:
        """What the scores say; None where there are none."""
        self._settle()
        n = self._fine.total()
        if not n:
            return None
        mean = self._sum / n
        return Spread(_percent(mean), self._quartiles(n), _percent(_root(self._squares / n - mean**2)))

    def _quartiles(self, n: int) -> tuple[float, float, float]:
        first, median, third = (self._between(Fraction((n - 1) * k, 4)) for k in (1, 2, 3))
        return first, median, third

    def _between(self, rank: Fraction) -> float:
        """The score of this rank, counted from 0; between two students, what lies between theirs."""
        low, part = divmod(rank, 1)
        lower, upper = self._at(int(low)), self._at(int(low) + (part > 0))
        return _percent((lower + part * (upper - lower)) / _FINE)

    def _at(self, rank: int) -> Fraction:
        found = 0
        for score in sorted(self._fine):
            found += self._fine[score]
            if found > rank:
                break
        return Fraction(score)


def _root(number: Fraction) -> Fraction:
    return Fraction(isqrt(int(number * 10**12)), 10**6)


def _percent(number: Fraction) -> float:
    return float(decimal(number, 2))
