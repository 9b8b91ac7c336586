"""From what is found about each cell to its verdict, from the top of the page to its end.

Whether a number is right, and whether it follows from the numbers above it, is known of each cell by itself. What
these are worth depends on what the cell rests on. `decide` says it for one cell; a table of all that can be the case
applies it to whole classes at once.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bptutor.marking.flat_page import FlatPage

VERDICTS = ("right", "right_carried", "imprecise", "follow_through", "misconception", "wrong", "blank", "unreadable")

Codes = NDArray[np.uint32]


class Known(NamedTuple):
    """All that counts for a verdict; the field's place is its bit.

    `wrong_above`: something wrong stands above. `gap_above`: between that and this cell there is a blank that was asked
    for, a number that cannot be used, or a parameter left as it was that nothing explains. `strange_above`: no slip or
    known mistake explains it. `scratch_above`: right above, something of the page was left out. `learnt`: the cell is a
    parameter after its update. `plausible`: a slip or a known mistake explains the number. `coherent`: the sheet hangs
    together elsewhere. `suspicious`: it has a 0 or an unchanged parameter that nothing explains. `hollow`:
    nearly all that it has is like that. `unlearnt`: a weight of it is. `varied`: not all its numbers are the same.
    """

    wrong_above: bool
    gap_above: bool
    strange_above: bool
    scratch_above: bool
    shown: bool
    learnt: bool
    asked: bool
    number: bool
    unreadable: bool
    usable: bool
    exactly: bool
    nearly: bool
    roughly: bool
    short: bool
    follows: bool
    empty: bool
    explained: bool
    plausible: bool
    coherent: bool
    suspicious: bool
    hollow: bool
    unlearnt: bool
    varied: bool


BIT = {name: np.uint32(1 << place) for place, name in enumerate(Known._fields)}


def decide(known: Known) -> str:
    """The verdict on one cell."""
    if known.unreadable:
        return "unreadable"
    if not known.number:
        return "blank"
    doubted, hollow = known.empty and known.suspicious, known.empty and known.hollow
    if known.exactly and not doubted:
        return "right"
    if known.follows and not known.wrong_above and not doubted and not (hollow and known.scratch_above):
        return "right_carried" if not known.short else "imprecise" if known.varied else "wrong"
    if known.nearly:
        return "right"
    if known.roughly and known.varied:
        return "imprecise"
    if known.follows and known.wrong_above:
        return "follow_through" if _credits_what_follows(known) else "wrong"
    return "misconception" if known.explained else "wrong"


def _credits_what_follows(known: Known) -> bool:
    """Whether a number earns credit since it follows from wrong ones."""
    if known.gap_above or not known.coherent:
        return False
    return not known.empty or not (known.strange_above or known.suspicious)


def _seen_from_below(known: Known, verdict: str) -> int:
    """What the cells that rest on this one have above them."""
    above = known.wrong_above * BIT["wrong_above"] | known.strange_above * BIT["strange_above"]
    scratch = BIT["scratch_above"] * (known.shown or known.asked or known.scratch_above)
    if verdict in ("right", "right_carried", "imprecise"):
        return 0
    if not known.usable:  # they are judged from what the page gives in its place
        gap = known.gap_above or (known.wrong_above and (known.asked or known.number or known.unreadable))
        return int(above | gap * BIT["gap_above"] | scratch)
    if known.suspicious and verdict == "wrong" and ((known.empty and known.learnt) or known.gap_above):
        return int(BIT["wrong_above"] | BIT["gap_above"] | BIT["strange_above"])
    strange = not known.plausible and not known.follows
    carries_on = known.follows and known.strange_above
    return int(BIT["wrong_above"] | (strange or carries_on) * BIT["strange_above"])


class _Table:
    """For every combination of what can be known, the verdict's place in `VERDICTS` and what is seen from below.

    There are millions and few of them occur, so an entry is worked out when it is first asked for, and until then
    nothing is written: zeros that nobody touched take neither time nor memory.
    """

    def __init__(self) -> None:
        size = 1 << len(Known._fields)
        self.verdict, self.below = np.zeros(size, np.uint8), np.zeros(size, np.uint32)

    def seen_from_below(self, codes: Codes) -> Codes:
        """What cells that rest on cells of these codes have above them."""
        seen = self.below[codes]
        if not seen.all():
            self._fill(codes)
            seen = self.below[codes]
        return seen & ~_FILLED

    def _fill(self, codes: Codes) -> None:
        for code in set(codes[self.below[codes] == 0].tolist()):
            known = Known(*(bool(code >> place & 1) for place in range(len(Known._fields))))
            verdict = decide(known)
            self.verdict[code], self.below[code] = VERDICTS.index(verdict), _FILLED | _seen_from_below(known, verdict)


_FILLED = np.uint32(1 << 31)  # above the bits of what can be known
_TABLE = _Table()


def verdicts(flat: FlatPage, found: Codes) -> tuple[NDArray[np.uint8], Codes]:
    """The verdict on every cell, as its place in `VERDICTS`, and all that was known of it, (sheets, cells).

    `found` has the bits of what is known of each cell by itself.
    """
    known, below = found.copy(), np.zeros(found.shape, np.uint32)
    for cells, operands in flat.levels:
        codes = known[:, cells]
        if operands.shape[1]:
            codes |= np.bitwise_or.reduce(below[:, operands], axis=-1)
            known[:, cells] = codes
        below[:, cells] = _TABLE.seen_from_below(codes)
    return _TABLE.verdict[known], known
