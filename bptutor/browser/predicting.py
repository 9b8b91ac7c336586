"""What the page needs to judge a number that is typed before it is shown: what is accepted, and known mistakes.

A typed number is judged as `check` judges it on a sheet that has the page's numbers above it and nothing below. What
honest rounding reaches from there depends on how many decimals are typed (`marking/sheets.py`), so it is worked out
for the decimals asked and up to three more, all in one go: a sheet for each.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from bptutor.answers import Answers, Typed
from bptutor.browser.spots import Spot, Spots
from bptutor.engine.decimals import fixed
from bptutor.engine.parts import asked
from bptutor.engine.pen import EVEN, ONCE_AND_A_HALF
from bptutor.engine.quantities import Quantity
from bptutor.marking.check import flat_page_for
from bptutor.marking.findings import findings
from bptutor.marking.follow_through import working
from bptutor.marking.sheets import Sheets, sheets
from bptutor.marking.trials import ways
from bptutor.mistakes.variants import variants
from bptutor.problem import Array
from bptutor.solution.digits import rounding
from bptutor.solution.trace import Trace

MORE = 3
"""Decimals beyond those asked, for which it is worked out what is accepted."""

_LESS = 4e-6  # what is cut off is less than a unit; the script allows for half of this
_MOST_MISTAKES = 3  # of one number

Bounds = tuple[float, float]


class Judging(NamedTuple):
    """What is accepted and what is a known mistake, by place.

    `accepted`: between which numbers one lies, with the decimals asked and one, two, three more, then with fewer, in
    units of its last digit (or of the last one asked) from the page's number. `mistakes`: other numbers, each with the
    place in `says` of what gives it.
    """

    accepted: dict[int, tuple[Bounds, ...]]
    mistakes: dict[int, list[tuple[float, int]]]
    says: list[str]


def judging(spots: Spots) -> Judging:
    """What is accepted for each number that is asked for, and what is said of known mistakes."""
    accepted = dict(_accepted(spots))
    mistakes, says = _mistakes(spots, accepted)
    return Judging(accepted, mistakes, says)


def _accepted(spots: Spots) -> Iterator[tuple[int, tuple[Bounds, ...]]]:
    """Where the first number of a quantity has more decimals, it was worked out with more; a later one was not."""
    flat = flat_page_for(spots.trace.problem)
    masks = asked(spots.trace.problem)
    wanted = {
        q: [spot for spot in spots.of(q) if masks[q][spot.at or ...].all()] for q in spots.worked if masks[q].any()
    }
    page, drawn = dict[str, Typed](), list[Answers]()
    for cells in wanted.values():
        drawn += [Answers({**page, **_typed(cells[:1], more)}) for more in range(1, MORE + 1)]
        page |= _typed(cells)
    whole = sheets(flat, [Answers(page), *drawn])
    read = [_Read(whole), _Read(replace(whole, cuts=True))]
    for number, cells in enumerate(wanted.values()):
        for nth, spot in enumerate(cells):
            at, bounds = flat.numbers[spot.id], list[Bounds]()
            for more in range(MORE + 1):
                row, unit = (MORE * number + more if more and not nth else 0), 10.0 ** -(spot.decimals + more)
                usable = [one for one in read if not one.off[:at].any()]
                bounds.append(_around(spot.value, unit, [end for one in usable for end in one.ends(row, at, unit)]))
            unit = 10.0**-spot.decimals
            yield spot.place, (*bounds, _around(spot.value, unit, read[0].ends(0, at, unit)))


def _around(value: float, unit: float, ends: Iterable[Bounds]) -> Bounds:
    """The bounds that take in all others, in units from a value."""
    lows, highs = zip(*ends, strict=True)
    return (min(lows) - value) / unit, (max(highs) - value) / unit


class _Read:
    """Sheets read as those of somebody who rounds, or cuts digits off.

    `off`: which numbers of the first sheet are not in order so, (cells,). A number counts as cut off only where those
    above it may have been, too.
    """

    def __init__(self, whole: Sheets):
        with np.errstate(all="ignore"):
            done = working(whole, whole.number)
            found = findings(whole, done, 0)
            self.ways = ways(done)
        self.cuts, self.flat = whole.cuts, whole.flat
        fine = found.exactly[0] | found.follows[0] | ~whole.number[0]
        self.off = ~fine if whole.cuts else np.zeros_like(fine)

    def ends(self, row: int, at: int, unit: float) -> Iterator[Bounds]:
        """Between which numbers one may lie that is written to a unit, for each way of working it out."""
        for way in self.ways:
            lo, hi = float(way.lo[row, at]), float(way.hi[row, at])
            sure = hi - lo <= EVEN * unit and abs(lo / unit - round(lo / unit)) <= EVEN
            yield self._written(lo, hi, 0.0 if sure else unit, ONCE_AND_A_HALF)
        for value in (self.flat.truth[at], self.flat.exact[at]):
            yield self._written(value, value, unit * (1 - _LESS), 0.5)

    def _written(self, lo: float, hi: float, unit: float, part: float) -> Bounds:
        if self.cuts:
            return lo - unit * (hi > 0), hi + unit * (lo < 0)
        return lo - part * unit, hi + part * unit


def _typed(cells: Iterable[Spot], more: int = 0) -> dict[str, Typed]:
    """The numbers of the page as somebody types them who rounds to so many decimals more than are asked for."""
    page = dict[str, Typed]()
    for spot in cells:
        (text,) = fixed(spot.decimals + more)(np.array([spot.value]))
        page[spot.id] = Typed(text, float(text), spot.decimals + more)
    return page


def _mistakes(
    spots: Spots, accepted: Mapping[int, tuple[Bounds, ...]]
) -> tuple[dict[int, list[tuple[float, int]]], list[str]]:
    """What each mistake makes of the page's numbers as they stand there, where that is told from what is accepted."""
    trace, says = spots.trace, dict[str, int]()
    found = dict[int, list[tuple[float, int]]]()
    standing = _Standing(trace)
    for variant in variants(trace.problem):
        for quantity, step in variant.edit.items():
            if quantity not in spots.places:
                continue
            with np.errstate(all="ignore"):
                values = np.broadcast_to(np.asarray(step.of(standing)), spots.places[quantity].shape)
            for spot, value in zip(spots.of(quantity), values.ravel().tolist(), strict=True):
                unit = 10.0**-spot.decimals
                bounds, others = accepted.get(spot.place), found.setdefault(spot.place, [])
                off = (value - spot.value) / unit
                if not bounds or not np.isfinite(off) or bounds[0][0] - 1 < off < bounds[0][1] + 1:
                    continue
                if len(others) < _MOST_MISTAKES and all(abs(value - other) > unit for other, _cause in others):
                    others.append((value, says.setdefault(variant.misconception.says, len(says))))
    return {place: others for place, others in found.items() if others}, list(says)


class _Standing(dict[Quantity, Any]):
    """The numbers of a page as they stand there, rounded; those of the exercise as they are."""

    def __init__(self, trace: Trace):
        super().__init__(trace.page.given)
        self._trace, self._settle = trace, rounding(trace.problem)

    def __missing__(self, quantity: Quantity) -> Array:
        values = np.asarray(self._settle(quantity, self._trace.values(quantity)))
        self[quantity] = values
        return values
