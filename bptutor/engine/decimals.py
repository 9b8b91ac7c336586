"""Rounding as on paper.

Floats are not what stands on paper: 0.3925 is 0.39249999999999996, and `round` makes 0.392 of it where a student
writes 0.393. So a value counts as the decimal number that its first 14 significant digits show, and that number is
rounded, half up or half even.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal

import numpy as np

from bptutor.problem import Array

TIES = {"half_up": ROUND_HALF_UP, "half_even": ROUND_HALF_EVEN}

_SIGNIFICANT = 14
_WIDE = Context(prec=400)  # any float with any sensible number of decimals fits

Settle = Callable[[Array], Array]
Show = Callable[[Array], list[str]]
_LEAST_PLAIN = -5  # the power of ten below which a number of few figures is written with an exponent


def on_paper(value: float, decimals: int, ties: str = "half_up") -> Decimal:
    """One finite value rounded to `decimals` places (0 or more; negative: tens, hundreds, …) as a person would."""
    number = Decimal(f"{value:.{_SIGNIFICANT - 1}e}")
    if int(number.as_tuple().exponent) >= -decimals:  # fewer digits than asked: the float itself is the number
        number = Decimal(repr(float(value)))
    return number.quantize(Decimal(1).scaleb(-decimals), TIES[ties], _WIDE)


def rounded(decimals: int, ties: str = "half_up") -> Settle:
    """A function that rounds every number of an array (any shape) to `decimals` places; what is not finite stays."""
    scale = 10.0**decimals

    def settle(values: Array) -> Array:
        values = np.asarray(values, dtype=float)
        with np.errstate(over="ignore", invalid="ignore"):  # what leaves the floats here is doubtful below
            size = np.abs(values) * scale
            result = np.array(np.copysign(np.floor(size + 0.5), values) / scale + 0.0)  # + 0.0: never −0
            near = np.abs(size + 0.5 - np.rint(size + 0.5)) <= 1e-12 * size
        # On a tie, as near as 14 digits can tell, and beyond what a float can scale, only the decimal number decides.
        doubtful = near | ((size > 1e12) & np.isfinite(values))
        for at in map(tuple, np.argwhere(doubtful)) if doubtful.any() else ():
            result[at] = float(on_paper(float(values[at]), decimals, ties)) + 0.0
        return result

    return settle


def fixed(decimals: int, ties: str = "half_up") -> Show:
    """A function that writes every number of a flat array with `decimals` places, never −0.0000."""
    if decimals > 15:  # more than a float has: its shortest text is the number, not the digits behind that
        return lambda values: [f"{on_paper(value, decimals, ties) + 0:f}" for value in values.tolist()]
    settle = rounded(decimals, ties)
    return lambda values: [f"{value:.{decimals}f}" for value in settle(values).tolist()]


def significant(figures: int, ties: str = "half_up") -> Show:
    """A function that writes every number of a flat array with `figures` significant figures (1 or more)."""

    def text(value: float) -> str:
        if not value:
            return "0"
        size = Decimal(f"{value:.{_SIGNIFICANT - 1}e}").adjusted()
        result = on_paper(value, figures - 1 - size, ties)
        if result.adjusted() > size:  # 9.996 became 10.00: one decimal fewer
            result = on_paper(value, figures - 2 - size, ties)
        plain = _LEAST_PLAIN <= result.adjusted() < 15
        return f"{result:f}" if plain else f"{float(result):.{figures - 1}e}"  # 3.27e-07, as Python writes it

    return lambda values: [text(value) for value in values.tolist()]


_MOST_MORE = 12  # digits beyond those that are shown; a float has no more that count


def finer(show: Show, more: int) -> Show:
    """A function that writes every number with so many digits more than `show`; zeros that say nothing are left out.

    >>> finer(fixed(4), 2)(np.array([0.000296, 0.5]))
    ['0.000296', '0.5000']
    """
    if not more:
        return show

    def texts(values: Array) -> list[str]:
        return [_with_more(text, value, more) for text, value in zip(show(values), values.tolist(), strict=True)]

    return texts


def _with_more(text: str, value: float, more: int) -> str:
    if "e" in text:  # as many figures as it takes, and an exponent
        return f"{value:.{len(text.partition('e')[0].replace('.', '').lstrip('-')) - 1 + more}e}"
    decimals = len(text.partition(".")[2])
    longer = f"{on_paper(value, decimals + more):f}"
    kept = len(longer) - more
    return longer[:kept] + longer[kept:].rstrip("0") if decimals else longer.rstrip("0").rstrip(".")


def recomputed(rule: Callable[[int], Array], values: Array, show: Show) -> Iterator[tuple[int, Array]]:
    """How many digits more than shown the operands need, so that who works with them finds the values shown.

    `rule` works the values out from operands with so many digits more. Yields, for 0, 1, 2 … digits more, which of
    the values (a mask of their shape) are found for the first time; the last one has whatever is left.
    """
    wanted, left = np.array(show(np.ravel(values))), np.full(np.size(values), fill_value=True)
    for more in range(_MOST_MORE):
        with np.errstate(all="ignore"):
            found = np.ravel(rule(more))
        same = np.isfinite(found) & left
        same[same] = np.array(show(found[same])) == wanted[same]
        yield more, same.reshape(np.shape(values))
        left &= ~same
        if not left.any():
            return
    yield _MOST_MORE, left.reshape(np.shape(values))


def read_back(show: Show) -> Settle:
    """A function that rounds every number of an array to what `show` would write for it."""
    return lambda values: np.array([float(text) for text in show(np.ravel(values))]).reshape(np.shape(values))


def full(values: Array) -> list[str]:
    """Every number of a flat array with all its digits: read back, the text gives the same float."""
    return [repr(value + 0.0) for value in values.tolist()]


def typed(values: Array) -> list[str]:
    """Every number of a flat array as a person would have typed it: 0.5, 2, 0.05."""
    return [text[:-2] if text.endswith(".0") else text for text in full(values)]


def show_one(show: Show, value: float) -> str:
    """The text of a single number."""
    return show(np.array([value]))[0]


def widest(show: Show, arrays: Sequence[Array]) -> int:
    """The length of the longest text of any number in the arrays, found without writing them all.

    With decimals the largest and the smallest number are longest, with significant figures those nearest to 0 that
    are still written without an exponent.
    """
    ends, plain = [], 10.0**_LEAST_PLAIN
    for array in arrays:
        for part in (array, array[array > 0], array[array < 0], array[array >= plain], array[array <= -plain]):
            ends += [part.min(), part.max()] if part.size else []
    return max(map(len, show(np.array(ends)))) if ends else 0
