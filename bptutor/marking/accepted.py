"""Which numbers `check` takes for right where one stands alone, for what judges a number without the page at hand."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from bptutor.marking.check import flat_page_for
from bptutor.marking.findings import findings
from bptutor.marking.follow_through import working
from bptutor.marking.sheets import Sheets
from bptutor.problem import Problem

_FARTHEST = 20
"""Units of the last place: the reach of honest rounding is one or two, and more only far down a long page."""


def accepted(problem: Problem) -> Mapping[str, tuple[int, ...]]:
    """For each cell, by its id, the numbers that are right there, in units of the last decimal that is asked for.

    Nothing is known of what was written above it, so these are all that honest rounding can lead to; 0, or a parameter
    as it was, is right only where the page has it.

    >>> import bptutor
    >>> accepted(bptutor.load("mazur"))["net1[1]"]
    (3775,)
    """
    flat = flat_page_for(problem)
    units = np.rint(flat.rounded[0] / flat.unit)
    tried = units + np.arange(-_FARTHEST, _FARTHEST + 1)[:, None]
    values = tried / 10.0**problem.decimals
    sheets = Sheets(flat, values, np.full(values.shape, problem.decimals, np.int16), np.zeros(values.shape, dtype=bool))
    nothing_usable = np.zeros(values.shape, dtype=bool)
    found = findings(sheets, working(sheets, nothing_usable), 0)
    right = found.exactly | (found.follows & ~found.trivial)
    return {
        cell: tuple(int(unit) for unit in tried[right[:, place], place].tolist())
        for cell, place in flat.numbers.items()
    }
