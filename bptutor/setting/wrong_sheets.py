"""The sheets of students who make a mistake throughout, one after the other, as rows of one pile.

Each is worked out twice: with full precision and rounded at the end, and every value rounded as it is written down.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

import numpy as np

from bptutor.engine.arrays import Flags
from bptutor.engine.conventions import Edit
from bptutor.engine.evaluate import Settling, WrittenDown
from bptutor.engine.quantities import Quantity
from bptutor.marking.check import asked_cells
from bptutor.marking.flat_page import FlatPage
from bptutor.marking.sheets import Sheets, clamped
from bptutor.mistakes.exchanges import EXCHANGES
from bptutor.mistakes.misconception import ONLY_WAY, USUAL
from bptutor.mistakes.variants import Variant, variants
from bptutor.problem import Array, Problem
from bptutor.solution.digits import rounding

WAYS = 2
"""In how many ways each is worked out: exactly, and rounded on the way."""


class WrongSheets(NamedTuple):
    """What comes of every variant, in the order of `variants`.

    `exact` and `carried` (variants, cells) are the whole pages, NaN where a number has left the floats; the rows of
    `sheets` are what is typed of the exact pages, then what is typed of the carried ones: the cells that are asked for,
    `asked` (cells,).
    """

    variants: tuple[Variant, ...]
    exact: Array
    carried: Array
    sheets: Sheets
    asked: Flags


def wrong_sheets(flat: FlatPage, also: Collection[str] = ()) -> WrongSheets:
    """The sheets of the mistakes that are looked for and can be made on this page, and of those with the ids `also`."""
    made, settle = looked_for(flat.problem, also), _if_finite(rounding(flat.problem))
    exact, carried = (
        np.array([_page(flat, variant.edit, way) for variant in made]).reshape(len(made), flat.size)
        for way in (None, settle)
    )
    value = np.concatenate([flat.settled(exact, flat.problem.conventions.ties), carried])
    asked = asked_cells(flat) & ~flat.given
    value[:, ~asked] = np.nan
    decimals = clamped(np.broadcast_to(flat.decimals.astype(np.int16), value.shape))
    pile = Sheets(flat, value, decimals, np.zeros(value.shape, dtype=bool))
    return WrongSheets(made, exact, carried, pile, asked)


def looked_for(problem: Problem, also: Collection[str] = ()) -> tuple[Variant, ...]:
    """The mistakes that a problem should show: common ones, as they are usually made, and those with the ids `also`.

    What is rare, or made in one layer only, is for the judge to know of; so is the wrong side of 0, where few nets are
    at 0; and two numbers that are exchanged are equal on nearly every page somewhere.
    """
    exchanged = {misconception.id for misconception in EXCHANGES}

    def wanted(variant: Variant) -> bool:
        mistake = variant.misconception
        return mistake.id in also or (USUAL <= mistake.common < ONLY_WAY and mistake.id not in exchanged)

    return tuple(one for one in variants(problem) if not one.in_a_layer and wanted(one))


def _if_finite(settle: Settling) -> Settling:
    """The same, and what has left the floats is NaN."""

    def settled(quantity: Quantity, values: Array) -> Array:
        there = np.isfinite(values)
        return np.where(there, settle(quantity, np.where(there, values, 0.0)), np.nan)

    return settled


def _page(flat: FlatPage, edit: Edit, settle: Settling | None) -> Array:
    page = flat.trace.page
    done = WrittenDown({**flat.recipe, **edit}, page.given, settle, page.answers)
    with np.errstate(all="ignore"):
        values = np.concatenate([np.broadcast_to(done[q], flat.shape(q)).ravel() for q in flat.order])
    return np.where(np.isfinite(values), values, np.nan)
