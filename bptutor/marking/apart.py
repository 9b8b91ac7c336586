"""Which cells tell pages apart: where to look when several mistakes explain the same number."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from bptutor.engine.arrays import Flags
from bptutor.problem import Array

Pair = tuple[int, int]

_UNITS = (10, 3, 1)  # of the last place: a plain difference, one that rounding on the way does not blur, and any


def telling(written: Array, pairs: Iterable[Pair], open_: Flags, unit: Array, most: int = 3) -> list[int]:
    """A few cells, in the order of the page, that tell as many pairs of pages apart as possible.

    `written` (pages, cells) has the numbers as written down, NaN where there is none; `open_` (cells,) says which cells
    may be chosen. Cells where two pages are plainly different come first, then those where they are different at all.
    """
    chosen: list[int] = []
    left = list(pairs)
    for least in _UNITS:
        while left and len(chosen) < most:
            apart = np.array([_apart(written, pair, (least - 0.5) * unit) for pair in left]) & open_
            best = int(apart.sum(axis=0).argmax())  # the earliest of equal ones
            if not apart[:, best].any():
                break
            chosen.append(best)
            left = [pair for pair, told in zip(left, apart[:, best].tolist(), strict=True) if not told]
    return sorted(chosen)


def alike(written: Array, pairs: Iterable[Pair], open_: Flags, unit: Array) -> list[Pair]:
    """The pairs of pages that no cell tells apart."""
    whole = np.asarray(np.isfinite(written).any(axis=1))
    return [pair for pair in pairs if whole[list(pair)].all() and not (_apart(written, pair, unit / 2) & open_).any()]


def _apart(written: Array, pair: Pair, least: Array) -> Flags:
    """Where two pages both have numbers, and these are so far from each other."""
    one, other = pair
    with np.errstate(invalid="ignore"):
        return np.asarray(np.abs(written[one] - written[other]) > least)
