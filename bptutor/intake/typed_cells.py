"""The numbers of many cells at once: the same as `typed_number` finds in each, thousands of times as fast."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from bptutor.files.numbers import typed_number
from bptutor.files.place import is_null
from bptutor.files.reader import Scalar
from bptutor.intake.table_text import Places
from bptutor.problem import Array

EXACT = 32767
"""The decimals of a number that is exact, such as 1/3."""

_PASSES: tuple[tuple[int, int, Any], ...] = ((0, 9, np.int32), (9, 15, np.int64))  # lengths; what holds their digits
_WIDEST = 15  # as many digits a float can hold, and divide by a power of ten, with no more than one rounding
_POWERS = 10.0 ** np.arange(_WIDEST + 1)

# What each byte means, as tables: its digit, by how much it shifts the digits before it, and whether it is the point.
_DIGIT, _SHIFT, _POINT = np.zeros(256, np.int32), np.ones(256, np.int32), np.full(256, 16, np.uint8)
_DIGIT[ord("0") : ord("9") + 1], _SHIFT[ord("0") : ord("9") + 1] = range(10), 10
_POINT[ord("0") : ord("9") + 1] = 0
_POINT[[ord("."), ord(",")]] = 1  # all that is neither makes the sum of a cell at least 16

_REMEMBERED = 100  # letters
_number = lru_cache(maxsize=50_000)(typed_number)  # the same odd numbers are typed again and again


class Numbers(NamedTuple):
    """What is typed in cells, arrays of the shape of the cells.

    `value` is NaN where no number is typed, `decimals` as `typed_number` counts them; `unreadable` is what is neither
    a number nor blank.
    """

    value: Array
    decimals: NDArray[np.int16]
    unreadable: NDArray[np.bool_]


def numbers(data: bytes, starts: Places, ends: Places) -> Numbers:
    """The numbers of the cells between two places each of a UTF-8 text."""
    letters = np.frombuffer(data + bytes(_WIDEST), np.uint8)  # a cell at the end, or none, can be looked at too
    begin, end = starts.ravel(), ends.ravel()
    value = np.full(begin.shape, np.nan)
    decimals = np.zeros(begin.shape, np.int16)
    unreadable = np.zeros(begin.shape, bool)
    begin = begin + ((letters[begin] == ord(" ")) & (begin < end))  # as people write after a comma
    length = end - begin
    odd = length > _WIDEST
    for shortest, longest, whole in _PASSES:
        (cells,) = np.nonzero((length > shortest) & (length <= longest))
        if cells.size:
            value[cells], decimals[cells], odd[cells] = _plain(letters, begin[cells], end[cells], whole)
    value[odd], decimals[odd] = np.nan, 0
    for cell in np.flatnonzero(odd).tolist():
        text = data[begin[cell] : end[cell]].decode("utf-8", "replace")
        read = _number(text) if len(text) < _REMEMBERED else typed_number(text)
        if read:
            value[cell], decimals[cell] = read[0], EXACT if read[1] is None else read[1]
        unreadable[cell] = read is None and not is_blank(text)
    shape = starts.shape
    return Numbers(value.reshape(shape), decimals.reshape(shape), unreadable.reshape(shape))


def is_blank(text: str) -> bool:
    """Whether nothing is typed in a cell."""
    return is_null(Scalar(text.strip(), 1))


def _plain(letters: NDArray[np.uint8], begin: Places, end: Places, whole: Any) -> tuple[Any, Any, Any]:
    """The values and decimals of cells, and which of them are no plain decimals, that is, have to be looked at singly.

    All cells are read together, from the left, each so that its last letter is read last.
    """
    first = letters[begin]
    negative = first == ord("-")
    begin = begin + (negative | (first == ord("+")))
    width = int((end - begin).max())
    digits = np.zeros(begin.shape, whole)
    decimals, signs = np.zeros(begin.shape, np.uint8), np.zeros(begin.shape, np.uint8)
    for after in reversed(range(width)):
        at = end - (after + 1)
        letter = letters[at]
        letter[at < begin] = ord("0")
        digits *= _SHIFT[letter]
        digits += _DIGIT[letter]
        point = _POINT[letter]
        signs += point
        decimals += point * np.uint8(after)
    zero_before = (letters[begin] == ord("0")) & (_POINT[letters[begin + 1]] == 0) & (end - begin > 1)
    odd = (signs > 1) | (end - begin <= signs) | zero_before
    value = digits / _POWERS[np.where(odd, 0, decimals)]
    return np.where(negative, -value, value), decimals, odd
