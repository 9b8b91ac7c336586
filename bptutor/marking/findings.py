"""What can be said of each number by itself: is it the page's, does it follow from the numbers above it."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np

from bptutor.engine.arrays import Flags
from bptutor.marking.flat_page import FlatPage
from bptutor.marking.follow_through import Working, reach
from bptutor.marking.sheets import Sheets
from bptutor.marking.trials import ways
from bptutor.problem import Array

_HAIR, _FLOAT = 1e-12, 4e-16
_WORKED = 4  # at least a quarter of the numbers of a sheet are right and no zeros: else zeros are no working
_ASTRAY = 10  # of so many zeros that are due one may stand where none is, as slips do


class Findings(NamedTuple):
    """About every cell of every sheet, arrays (sheets, cells).

    `exactly`: the page's number rounded or cut off at the digits typed, with all decimals asked (or only zeros
    missing). `nearly`: no more than the allowed units in the last place away from that. `roughly`: right at the digits
    typed, which are too few, or cut off there. `short`: it has too few decimals, and more than zeros are missing.
    `follows`: the rule may give it from the student's own numbers. `trivial`: it is 0, or a parameter left as it was,
    and the page's number is not.
    """

    exactly: Flags
    nearly: Flags
    roughly: Flags
    short: Flags
    follows: Flags
    trivial: Flags


def impossible(sheets: Sheets, ulps: int) -> Flags:
    """Where a number lies outside of what its quantity can be, by more than rounding does."""
    low, high = sheets.flat.range
    slack = (0.5 + ulps) * sheets.last_place
    return np.asarray((sheets.value < low - slack) | (sheets.value > high + slack))


def findings(sheets: Sheets, found: Working, ulps: int) -> Findings:
    """What is found with the working of all sheets."""
    flat, value, finer, unit = sheets.flat, sheets.value, sheets.finer, sheets.unit
    trivial = _trivial(flat, value)
    exactly = _shows(sheets, finer)
    nearly, slack = close(sheets, flat.truth, ulps)
    nearly &= ulps > 0
    more = np.where(trivial, 0.0, slack)
    follows = _follows(found, value, more, finer)
    # Where the whole sheet has few digits, that something follows with so few does not make them enough.
    few = sheets.scratch > sheets.asked_unit
    short = sheets.short & ~exactly & (few | ~follows)
    # One number that was cut off, where all others are rounded, is right as far as it goes.
    cut = _cut_off(sheets, finer) & ~exactly & ~follows & ~trivial
    if not short.any():
        return Findings(exactly, nearly & ~trivial, cut, short, follows, trivial)
    shows, reached = short & _shows(sheets, unit), short & _follows(found, value, 0.0, unit)
    trivial &= ~(_coarse(sheets, trivial, exactly | follows | shows | reached) & (shows | reached) & few)
    shows |= short & _cut_off(sheets, unit)
    roughly, follows = cut | (shows & ~trivial), follows | (reached & ~trivial)
    return Findings(exactly, nearly & ~trivial, roughly, short, follows, trivial)


def _coarse(sheets: Sheets, trivial: Flags, good: Flags) -> Flags:
    """On which sheets, (sheets, 1), a 0 or an old value comes of working with few digits.

    With two decimals a step of 0.0024 is 0.00, and who works so has zeros wherever they are due and numbers elsewhere.
    """
    due = (trivial & good).sum(axis=1)
    astray = (trivial & ~good).sum(axis=1)
    numbers = (sheets.number & ~trivial & good).sum(axis=1)
    enough = _WORKED * numbers >= sheets.number.sum(axis=1)
    return np.asarray(enough & (_ASTRAY * astray <= np.maximum(due, _ASTRAY)))[:, None]


def _follows(found: Working, value: Array, allowed: Array | float, unit: Array) -> Flags:
    """Which numbers honest rounding reaches, on one of the ways that are as good."""
    asked = found.sheets.flat.unit
    met = [meets(value, allowed, *reach(way, slice(None), unit), asked) for way in ways(found)]
    return np.asarray(np.logical_or.reduce(met))


@np.errstate(over="ignore")
def close(sheets: Sheets, page: Array, ulps: int) -> tuple[Flags, Array]:
    """Which numbers are as good as those of a page (cells,), and by how much they may be off for that."""
    value, asked = sheets.value, sheets.flat.unit
    # What is more than half of a number is no small deviation, and changes its sign before long.
    slack = np.minimum(ulps * asked, 0.5 * np.maximum(np.abs(value), np.abs(page)))
    reached = slack + 0.5 * sheets.finer + _hair(value, asked)
    return np.asarray(np.abs(value - page) <= reached), slack


@np.errstate(over="ignore")  # beside the largest float there is room for infinity only
def meets(value: Array, allowed: Array | float, lo: Array, hi: Array, asked: Array) -> Flags:
    """Cell by cell, whether a number lies between `lo` and `hi`, or no more than `allowed` beside."""
    reached = allowed + _hair(value, asked)
    return np.asarray((value + reached >= lo) & (value - reached <= hi))


def _hair(value: Array, asked: Array) -> Array:
    """How uncertain a bound is that was worked out in floats: far less than a unit, unless it is as small as that."""
    return np.asarray(np.maximum(np.abs(value), 1.0) * np.maximum(np.minimum(_HAIR, 0.01 * asked), _FLOAT))


def _cut_off(sheets: Sheets, unit: Array) -> Flags:
    """Whether the page's number, cut off at that unit, is the value."""
    return _shows(replace(sheets, cuts=True), unit)


def _shows(sheets: Sheets, unit: Array) -> Flags:
    """Whether the page's number, written to that unit, is the value."""
    flat, value = sheets.flat, sheets.value
    result = np.zeros(value.shape, dtype=bool)
    hair = _hair(value, flat.unit)
    for truth in (flat.truth,) if flat.exact is flat.truth else (flat.truth, flat.exact):
        beyond = (truth - value) * np.where(value, np.sign(value), np.sign(truth))
        if sheets.cuts:
            result |= (beyond >= -hair) & (beyond < np.maximum(unit - hair, hair))
        else:
            result |= np.abs(beyond) <= 0.5 * unit + hair
    return result


def idle(flat: FlatPage, value: Array) -> Flags:
    """Where a number is 0, or a parameter left as it was."""
    cells, before = flat.updates
    unchanged = value == flat.old
    unchanged[:, cells] |= value[:, cells] == value[:, before]
    return np.asarray((value == 0) | unchanged)


def _trivial(flat: FlatPage, value: Array) -> Flags:
    up, even = flat.rounded
    return np.asarray(idle(flat, value) & (value != up) & (value != even))
