"""Results as bytes, to be sent from a worker or kept in a file: many together, what they share stored once."""

from __future__ import annotations

import pickle
from collections.abc import Sequence
from fractions import Fraction
from functools import cache
from io import BytesIO
from typing import Any

from bptutor.classroom.grade import Grade
from bptutor.classroom.result import Odd, Result, Student, Work


def packed(results: Sequence[Result]) -> bytes:
    """The bytes of some results."""
    into = BytesIO()
    pickler = pickle.Pickler(into, pickle.HIGHEST_PROTOCOL)
    pickler.dispatch_table = {Fraction: _apart}
    works = dict.fromkeys(result.work for result in results)
    places = {work: place for place, work in enumerate(works)}
    people = [(tuple(student), places[work], feedback) for student, work, feedback in results]
    pickler.dump(([_plain(work) for work in works], people))
    return into.getvalue()


def unpacked(data: bytes) -> list[Result]:
    """The results of bytes that `packed` made: never of what strangers wrote."""
    plain, people = pickle.loads(data)  # noqa: S301
    works = [_work(*fields) for fields in plain]
    return [Result(Student(*student), works[place], feedback) for student, place, feedback in people]


@cache  # there are few
def _fraction(numerator: int, denominator: int) -> Fraction:
    return Fraction(numerator, denominator)


def _apart(number: Fraction) -> tuple[Any, ...]:
    """How a fraction is stored; Python's own way goes through text, which takes ten times as long."""
    return _fraction, (number.numerator, number.denominator)


def _plain(work: Work) -> tuple[Any, ...]:
    """Work as plain tuples, which are much faster to store than named ones."""
    return tuple(work.grade), work.verdicts, [tuple(one) for one in work.odd]


def _work(grade: tuple[Any, ...], verdicts: bytes, odd: list[tuple[Any, ...]]) -> Work:
    return Work(Grade(*grade), verdicts, tuple(Odd(*one) for one in odd))
