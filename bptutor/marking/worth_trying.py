"""Which mistakes are worth a closer look on which sheets: those that give about one of the wrong numbers.

About two hundred ways of going wrong are known in a problem, and a wrong number comes of few. So each is worked out in
plain floats first, from the numbers as written, and only where it is wanted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Iterator
from contextlib import suppress
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from bptutor.engine.arrays import Flags
from bptutor.engine.conventions import Edit
from bptutor.engine.quantities import Quantity
from bptutor.marking.flat_page import FlatPage
from bptutor.marking.follow_through import Working, rows_of
from bptutor.marking.trials import Trial, changes, opened
from bptutor.mistakes.pairs import pairs
from bptutor.mistakes.slips import DROPPED_TERM, dropped_terms
from bptutor.mistakes.variants import Variant, variants
from bptutor.problem import Array, Problem

_WIDER, _SHARE = 3.0, 0.02  # another rule may widen what is uncertain, but hardly by more


class Tried(NamedTuple):
    """A way to make a mistake, and ln of how common it is to make it in this way.

    `here` says that it is made in this very cell, not somewhere above.
    """

    variant: Variant
    common: float
    here: bool


@lru_cache(maxsize=16)
def singles(problem: Problem) -> tuple[Tried, ...]:
    """Every way to make a mistake of the table, and to leave a term out of a sum."""
    return tuple(_tried((*variants(problem), *dropped_terms(problem))))


@lru_cache(maxsize=16)
def twos(problem: Problem) -> tuple[Tried, ...]:
    """The ways to make two mistakes at once."""
    return tuple(_tried(pairs(problem)))


def _tried(found: Iterable[Variant]) -> Iterator[Tried]:
    found = tuple(found)
    ways = Counter(variant.misconception.id for variant in found)
    for variant in found:
        common = float(np.log(variant.misconception.common / ways[variant.misconception.id]))
        yield Tried(variant, common, here=variant.misconception is DROPPED_TERM)


def worth_trying(found: Working, wrong: Flags, tried: Iterable[Tried]) -> Iterator[tuple[Tried, Trial]]:
    """Those that are worth a trial, with the sheets on which they are; `wrong` is (sheets, cells)."""
    flat, near = found.sheets.flat, _near(found)
    open_, everywhere = opened(found), np.ones(len(wrong), dtype=bool)
    wanted = {quantity: flat.places[quantity] for quantity in flat.with_any(wrong)}
    concerned = _concerned(flat, wanted, open_)
    for one in tried:
        edit = one.variant.edit
        if concerned.isdisjoint(edit):
            continue
        changed = dict.fromkeys(edit, everywhere) if one.here else changes(flat, edit, open_, everywhere)
        rough, worth = _Roughly(found, edit, changed), np.zeros(len(wrong), dtype=bool)
        with suppress(ValueError):  # two mistakes of which one gives rows where the other needs columns
            for quantity in changed.keys() & wanted.keys():
                place = wanted[quantity]
                off = np.abs(found.sheets.value[:, place] - rough.given(quantity))
                worth |= changed[quantity] & (wrong[:, place] & (off <= near[:, place])).any(axis=1)
            if worth.any():
                yield one, Trial(edit, changed, np.flatnonzero(worth))


def _near(found: Working) -> Array:
    """How far from a number a rule may seem to be that gives it after all, (sheets, cells)."""
    wide = np.nan_to_num(found.hi - found.lo, nan=np.inf)
    return np.asarray(_WIDER * (wide + found.sheets.last_place) + _SHARE * np.abs(found.sheets.value))


def _concerned(flat: FlatPage, wanted: Iterable[Quantity], open_: Container[Quantity]) -> set[Quantity]:
    """The quantities that a wrong number may come from, itself or through what is blank."""
    concerned = set(wanted)
    for quantity in reversed(flat.order):
        if quantity in open_ and not concerned.isdisjoint(flat.resting[quantity]):
            concerned.add(quantity)
    return concerned


class _Roughly(dict[Quantity, Array]):
    """What an edit makes of the numbers as written, on demand: no bounds, a tenth of the time of a `Working`."""

    __slots__ = ("_changed", "_edit", "_given", "_working")

    def __init__(self, working: Working, edit: Edit, changed: Container[Quantity]):
        super().__init__()
        self._working, self._edit, self._changed, self._given = working, edit, changed, dict[Quantity, Array]()

    def given(self, quantity: Quantity) -> Array:
        """What the rule gives, (sheets or 1, cells)."""
        self[quantity]
        return self._given[quantity]

    def __missing__(self, quantity: Quantity) -> Array:
        working, flat = self._working, self._working.sheets.flat
        if quantity not in self._changed and quantity in working:
            value = self[quantity] = working[quantity].at
            return value
        step = self._edit.get(quantity) or working.recipe[quantity]
        value = np.asarray(step.of(self), dtype=float)
        if place := flat.places.get(quantity):
            rows = self._given[quantity] = rows_of(value, flat.shapes[quantity], 1)
            use = working.usable[:, place]
            if use.any():
                value = np.where(use, working.sheets.value[:, place], rows).reshape(-1, *flat.shapes[quantity])
        self[quantity] = value
        return value
