"""Points as a person writes them."""

from __future__ import annotations

from fractions import Fraction

from bptutor.classroom.grade import decimal


def amount(points: Fraction) -> str:
    """Points with at most two decimals; the score itself is exact.

    >>> amount(Fraction(13, 2)), amount(Fraction(2, 3))
    ('6.5', '0.67')
    """
    return decimal(points, 2)
