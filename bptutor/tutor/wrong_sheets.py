"""The sheets of students who make a mistake throughout, one after the other, as rows of one pile.

Each is worked out twice: with full precision and rounded at the end, and every value rounded as it is written down.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from bptutor.engine.conventions import Edit
from bptutor.engine.decimals import rounded
from bptutor.engine.evaluate import WrittenDown
from bptutor.engine.rules import Numbers
from bptutor.problem import Array
from bptutor.tutor.check import asked_cells
from bptutor.tutor.misconceptions import Variant, variants
from bptutor.tutor.paper import Flags, Paper
from bptutor.tutor.sheets import Sheets

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


def wrong_sheets(paper: Paper) -> WrongSheets:
    """The sheets of all mistakes with a name that can be made on this page."""
    settle, made = _settle(paper), variants(paper.problem)
    exact, carried = (
        np.array([_page(paper, variant.edit, way) for variant in made]).reshape(len(made), paper.size)
        for way in (None, settle)
    )
    value = np.concatenate([settle(exact), carried])
    asked = asked_cells(paper) & ~paper.given
    value[:, ~asked] = np.nan
    decimals = np.full(value.shape, paper.problem.decimals, np.int16)
    pile = Sheets(paper, value, decimals, np.zeros(value.shape, dtype=bool), np.zeros(len(value), dtype=bool))
    return WrongSheets(made, exact, carried, pile, asked)


def _settle(paper: Paper) -> Callable[[Numbers], Array]:
    """Rounds as the problem asks, and leaves what has left the floats where it is."""
    settle = rounded(paper.problem.decimals, paper.problem.conventions.ties)

    def settled(values: Numbers) -> Array:
        there = np.isfinite(values)
        return np.where(there, settle(np.where(there, values, 0.0)), np.nan)

    return settled


def _page(paper: Paper, edit: Edit, settle: Callable[[Numbers], Array] | None) -> Array:
    page = paper.trace.page
    done = WrittenDown({**paper.recipe, **edit}, page.given, settle, page.answers)
    with np.errstate(all="ignore"):
        values = np.concatenate([np.broadcast_to(done[q], paper.shape(q)).ravel() for q in paper.order])
    return np.where(np.isfinite(values), values, np.nan)
