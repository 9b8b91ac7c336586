"""What can be said of each number by itself: is it the page's, does it follow from the numbers above it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from bptutor.problem import Array
from bptutor.tutor.paper import Flags, Paper
from bptutor.tutor.sheets import Sheets

_HAIR = 1e-12  # bounds and values are computed in floats, so the ends of an interval are a little uncertain


class Findings(NamedTuple):
    """About every cell of every sheet, arrays (sheets, cells).

    `exactly`: the page's number rounded or cut off at the digits typed, with all decimals asked (or only zeros
    missing). `nearly`: no more than the allowed units of the last place away from that. `roughly`: right at the digits
    typed, which are too few. `follows`: the rule may give it from the student's own numbers. `empty`: it is 0, or a
    parameter left as it was, and the page's number is not.
    """

    exactly: Flags
    nearly: Flags
    roughly: Flags
    short: Flags
    follows: Flags
    empty: Flags


def impossible(sheets: Sheets, ulps: int) -> Flags:
    """Where a number lies outside of what its quantity can be, by more than rounding does."""
    low, high = sheets.paper.range
    slack = (0.5 + ulps) * _last_place(sheets)
    return np.asarray((sheets.value < low - slack) | (sheets.value > high + slack))


def findings(sheets: Sheets, lo: Array, hi: Array, ulps: int) -> Findings:
    """What is found with the bounds `lo` and `hi` that the rules give, (sheets, cells)."""
    paper, value, unit, short = sheets.paper, sheets.value, sheets.unit, sheets.short
    asked = 10.0**-paper.problem.decimals
    finer = np.minimum(unit, asked)
    at_asked = _shows(paper, value, finer)
    exactly, roughly = at_asked, _shows(paper, value, unit) & short if short.any() else np.zeros_like(short)
    nearly = np.abs(value - paper.truth) <= ulps * asked + 0.5 * finer + _hair(value)
    empty = _empty(paper, value)
    slack = ulps * asked
    everywhere = slice(None)
    follows = meets(*sheets.bounds(everywhere, finer), np.where(empty, 0.0, slack), lo, hi)
    if short.any():
        short = short & ~follows & ~exactly
        follows |= meets(*sheets.bounds(everywhere, unit), 0.0, lo, hi) & short & ~empty
    return Findings(exactly, nearly & ~empty, roughly & ~empty, short, follows, empty)


def _last_place(sheets: Sheets) -> Array:
    """One unit of the last place: of the decimals asked, or of those typed where they are fewer."""
    return np.asarray(np.maximum(sheets.unit, 10.0**-sheets.paper.problem.decimals))


def meets(low: Array, high: Array, allowed: Array | float, lo: Array, hi: Array) -> Flags:
    """Cell by cell, whether `low` to `high`, and `allowed` more, has a number in common with `lo` to `hi`."""
    reach = allowed + _hair(high)
    return np.asarray((high + reach >= lo) & (low - reach <= hi))


def _hair(value: Array) -> Array:
    return _HAIR * np.maximum(np.abs(value), 1.0)


def _shows(paper: Paper, value: Array, unit: Array) -> Flags:
    """Whether the page's number, rounded or cut off at that unit, is the value."""
    result = np.zeros(value.shape, dtype=bool)
    for truth in (paper.truth,) if paper.exact is paper.truth else (paper.truth, paper.exact):
        beyond = (truth - value) * np.where(value, np.sign(value), np.sign(truth))
        hair = _hair(value)
        result |= (beyond >= -0.5 * unit - hair) & (beyond < np.maximum(unit - hair, 0.5 * unit + hair))
    return result


def idle(paper: Paper, value: Array) -> Flags:
    """Where a number is 0, or a parameter left as it was."""
    cells, before = paper.updates
    unchanged = value == paper.old
    unchanged[:, cells] |= value[:, cells] == value[:, before]
    return np.asarray((value == 0) | unchanged)


def _empty(paper: Paper, value: Array) -> Flags:
    up, even = paper.rounded
    return np.asarray(idle(paper, value) & (value != up) & (value != even))
