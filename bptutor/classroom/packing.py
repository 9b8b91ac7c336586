"""Results as bytes, to be sent from a worker or kept in a file: many together, what they share stored once."""

from __future__ import annotations

import pickle
from collections.abc import Sequence
from fractions import Fraction
from functools import cache
from io import BytesIO
from typing import Any

from bptutor.classroom.grade import Grade
from bptutor.classroom.result import Odd, Result


def packed(results: Sequence[Result]) -> bytes:
    """The bytes of some results."""
    into = BytesIO()
    pickler = pickle.Pickler(into, pickle.HIGHEST_PROTOCOL)
    pickler.dispatch_table = {Fraction: _apart}
    pickler.dump([_plain(result) for result in results])
    return into.getvalue()


def unpacked(data: bytes) -> list[Result]:
    """The results of bytes that `packed` made: never of what strangers wrote."""
    found: list[tuple[Any, ...]] = pickle.loads(data)  # noqa: S301
    return [_result(*fields) for fields in found]


@cache  # there are few
def _fraction(numerator: int, denominator: int) -> Fraction:
    return Fraction(numerator, denominator)


def _apart(number: Fraction) -> tuple[Any, ...]:
    """How a fraction is stored; Python's own way goes through text, which takes ten times as long."""
    return _fraction, (number.numerator, number.denominator)


def _plain(result: Result) -> tuple[Any, ...]:
    """A result as plain tuples, which are much faster to store than named ones."""
    grade, source, when, late, verdicts, odd, feedback = result
    return tuple(grade), [tuple(one) for one in odd], source, when, late, verdicts, feedback


def _result(grade: tuple[Any, ...], odd: list[tuple[Any, ...]], *others: Any) -> Result:
    source, when, late, verdicts, feedback = others
    return Result(Grade(*grade), source, when, late, verdicts, tuple(Odd(*one) for one in odd), feedback)
