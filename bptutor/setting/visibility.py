"""Where the mistakes with a name show in a problem, and which of them nobody can tell from each other.

A mistake shows in a cell where its number is none that a marker would call right: too far from the page's for any
honest rounding, and not what the rule gives from right numbers above. Two mistakes are the same to a marker where the
sheet of the one is in order, cell by cell, for one who takes the other for the rule. Both are judged as sheets of
students are, all mistakes at once: a row each.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bptutor.engine.arrays import Flags
from bptutor.marking.check import flat_page_for
from bptutor.marking.findings import Findings, close, findings, meets
from bptutor.marking.flat_page import FlatPage
from bptutor.marking.follow_through import Working, changes, following, opened, reach, working
from bptutor.problem import Problem
from bptutor.setting.wrong_sheets import WAYS, WrongSheets, wrong_sheets

_ULPS = 0


class Shown(NamedTuple):
    """Where a mistake shows, and for what else it would be taken.

    `cells`: the ids of the cells in which it shows, however the numbers are rounded; none where nobody sees it.
    `same_as`: the ids of other mistakes of which some sheet is in order for one who makes this one, or the reverse.
    `ways`: in how many ways it can be made here; `unseen`: how many of them no cell shows.
    """

    cells: tuple[str, ...]
    same_as: tuple[str, ...]
    ways: int
    unseen: int


def visibility(problem: Problem, also: tuple[str, ...] = ()) -> Mapping[str, Shown]:
    """Each common mistake that can be made in the problem, by its id, in the order of the table.

    Those with the ids `also` are looked for whether they are common or not.

    Raises BptutorError where the problem cannot be worked out.
    """
    return _visibility(problem, also)


@lru_cache(maxsize=64)
def _visibility(problem: Problem, also: tuple[str, ...]) -> Mapping[str, Shown]:
    flat = flat_page_for(problem)
    made = wrong_sheets(flat, also)
    shows, alike = compared(flat, made)
    ways = defaultdict[str, list[int]](list)
    for place, variant in enumerate(made.variants):
        ways[variant.misconception.id].append(place)
    seen: Flags = np.asarray(shows.any(axis=1))
    return {
        name: Shown(
            cells=tuple(flat.ids[cell] for cell in np.flatnonzero(shows[rows].any(axis=0))),
            same_as=tuple(other for other, theirs in ways.items() if other != name and alike[rows][:, theirs].any()),
            ways=len(rows),
            unseen=int((~seen[rows]).sum()),
        )
        for name, rows in ways.items()
    }


def compared(flat: FlatPage, made: WrongSheets) -> tuple[Flags, NDArray[np.bool_]]:
    """Where each variant shows, (variants, cells), and which two that show are the same, (variants, variants)."""
    count = len(made.variants)
    if not count:
        return np.zeros((0, flat.size), dtype=bool), np.zeros((0, 0), dtype=bool)
    done = working(made.sheets, made.sheets.number)
    found = findings(made.sheets, done, _ULPS)
    shows = _both(_wrong(flat, found, made))
    alike = np.array([~_both(odd).any(axis=1) for odd in _odd_to_others(flat, made, done)])
    seen: Flags = np.asarray(shows.any(axis=1))
    return shows, (alike | alike.T) & seen & seen[:, None] & ~np.eye(count, dtype=bool)


def _both(flags: Flags) -> Flags:
    """Which hold in both ways of working."""
    return np.asarray(flags.reshape(WAYS, -1, *flags.shape[1:]).all(axis=0))


def _wrong(flat: FlatPage, found: Findings, made: WrongSheets) -> Flags:
    """The numbers that are not right: far from the page's, and following at best from something that is not right."""
    right, number = found.exactly | found.nearly, made.sheets.number
    wrong = _missing(made)
    for cells, operands in flat.levels:
        above = wrong[:, operands].any(axis=-1)
        own = ~right[:, cells] & (above | ~found.follows[:, cells])
        wrong[:, cells] |= np.where(number[:, cells], own, above)
    return wrong & (number | _missing(made))


def _missing(made: WrongSheets) -> Flags:
    """The cells that are asked for and of which the mistake makes no number: a logarithm of something negative, say."""
    return np.asarray(made.asked & ~made.sheets.number)


def _odd_to_others(flat: FlatPage, made: WrongSheets, done: Working) -> Iterator[Flags]:
    """For each variant, the cells of all sheets that are not in order for one who takes it for the rule."""
    sheets = made.sheets
    open_, everywhere = opened(done), np.ones(len(sheets.value), dtype=bool)
    right_lo, right_hi = reach(done, slice(None), sheets.unit)
    carries = flat.problem.conventions.rounding == "carry"
    for place, variant in enumerate(made.variants):
        changed = set(changes(flat, variant.edit, open_, everywhere))
        other = following(done, {**flat.recipe, **variant.edit}, changed)
        lo, hi = right_lo.copy(), right_hi.copy()
        for quantity in changed & flat.places.keys():
            cells = flat.places[quantity]
            lo[:, cells], hi[:, cells] = reach(other, cells, sheets.unit[:, cells])
        page = (made.carried if carries else made.exact)[place]
        near, slack = close(sheets, page, _ULPS)
        with np.errstate(invalid="ignore"):
            fine = near | meets(sheets.value, slack, lo, hi, flat.unit)
        none = np.isnan(page)
        yield np.where(sheets.number, ~fine | none, made.asked & ~none)
