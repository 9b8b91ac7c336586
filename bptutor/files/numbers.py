"""Numbers as people type them."""

from __future__ import annotations

import re
from fractions import Fraction

_LONGEST = 60
_LONGEST_TYPED = 120  # letters of a number with what people write around it
_INFINITE = float("inf")
_DECIMAL = re.compile(r"[+-]?(?:(?:0|[1-9][0-9]*)(?:\.([0-9]*))?|\.([0-9]+))(?:[eE]([+-]?[0-9]{1,4}))?")
_FRACTION = re.compile(r"[+-]?[1-9][0-9]*/[1-9][0-9]*|[+-]?0/[1-9][0-9]*")


def number(text: str) -> float | None:
    """The finite number that a text says, or None.

    `1e-3`, `.5`, `+0.5`, `−0.5` (U+2212), `0,75` and `1/3` are numbers;
    `010`, `1:30`, `1_000`, `nan` and `inf` are not.
    """
    read = _read(_plain(text))
    return None if read is None else read[0]


def typed_number(text: str) -> tuple[float, int | None] | None:
    """The finite number that a person means, and how many decimals it is written with; None where it says none.

    `0.50` has 2, `1.50e-2` has 4, `3e2` has −2; a fraction is exact, which is None. What word processors and keyboards
    of other countries add is looked past, as far as it can mean only one thing: `≈０．５`, `“0,50”`, `0.5 (rounded)`.
    """
    if (read := _read(_plain(text))) or len(text) > _LONGEST_TYPED:
        return read
    from bptutor.files.typed.dressed import undressed  # few numbers need it

    return _read(undressed(text))


def _read(text: str) -> tuple[float, int | None] | None:
    if len(text) > _LONGEST:
        return None
    if match := _DECIMAL.fullmatch(text):
        digits, more_digits, exponent = match.groups("")
        value = float(text)
        return None if abs(value) == _INFINITE else (value, len(digits or more_digits) - int(exponent or 0))
    if _FRACTION.fullmatch(text):
        above, below = text.split("/")
        return int(above) / int(below), None
    return None


def exact(text: str) -> Fraction | None:
    """The number that a text says, not rounded to a float; what a float cannot tell from 0 is 0."""
    value = number(text)
    return None if value is None else Fraction(_plain(text)) if value else Fraction(0)


def _plain(text: str) -> str:
    return text.strip().replace("\N{MINUS SIGN}", "-").replace(",", ".")
