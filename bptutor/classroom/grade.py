"""What one student earned, as gradebooks need it, and how its fractions are written."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple


class Grade(NamedTuple):
    """One student's result, plain data.

    `parts` has what each stage earned, such as `deltas_output`, as it is written, `precision` what was lost to missing
    decimals (0 or less), `unnamed` what was lost to rules that nobody could name; `first_error` is the id of the first
    wrong cell, `notes` what a marker should know. `readable` is False for a hand-in that could not be read: the
    notes say why, and it has no score, which is not a score of 0.
    """

    id: str
    name: str = ""
    email: str = ""
    variant: str = ""
    earned: Fraction = Fraction(0)
    possible: Fraction = Fraction(0)
    parts: Mapping[str, str] = {}
    precision: str = "0"
    unnamed: str = "0"
    first_error: str = ""
    main_cause: str = ""
    blanks: int = 0
    notes: tuple[str, ...] = ()
    readable: bool = True

    def out_of(self, points: Fraction | None) -> Fraction:
        """What was earned, on a scale of so many points; as it is for None, or where nothing can be earned."""
        return self.earned if points is None or not self.possible else points * self.earned / self.possible

    @property
    def percent(self) -> Fraction:
        """What part of the points was earned; 100 where there are none."""
        (earned, of_one), (possible, of_all) = self.earned.as_integer_ratio(), self.possible.as_integer_ratio()
        return Fraction(100 * earned * of_all, of_one * possible) if possible else Fraction(100)


def decimal(number: Fraction, places: int = 4) -> str:
    """A fraction with at most so many decimals, rounded half up once, without zeros at its end."""
    return quotient(number.numerator, number.denominator, places)


def amount(points: Fraction) -> str:
    """Points as a person writes them, with at most two decimals; the score itself is exact.

    >>> amount(Fraction(13, 2)), amount(Fraction(2, 3))
    ('6.5', '0.67')
    """
    return decimal(points, 2)


@lru_cache(maxsize=100_000)  # a class has few different scores
def quotient(number: int, below: int, places: int = 4) -> str:
    """The decimal of two whole numbers, `below` more than 0."""
    units = (2 * abs(number) * 10**places + below) // (2 * below)
    whole, part = divmod(units, 10**places)
    digits = f"{part:0{places}}".rstrip("0") if places else ""
    return f"{'-' if number < 0 and units else ''}{whole}{'.' if digits else ''}{digits}"


def in_order(name: str) -> tuple[tuple[object, ...], str]:
    """What ids are sorted by: as a person sorts, s2 before s10; those that look alike stay in a fixed order."""
    start = name.rstrip("0123456789")
    if not start or start.isalpha():  # as nearly all ids are: the same as below
        digits = name[len(start) :].lstrip("0")
        return ((start.casefold(), (len(digits), digits), "", _LAST) if digits else (start.casefold(), _LAST)), name
    words = re.split(r"([0-9]+)", name.casefold())
    # Numbers by their length first: an id may have more digits than Python makes an int of.
    numbers = (digits.lstrip("0") for digits in words[1::2])
    keys = [(len(digits), digits) for digits in numbers]
    return tuple(key for pair in zip(words[::2], [*keys, _LAST], strict=True) for key in pair), name


_LAST = (0, "")
