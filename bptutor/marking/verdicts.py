"""From what is found about each cell to its verdict, from the top of the page to its end.

Whether a number is right, and whether it follows from the numbers above it, is known of each cell by itself (`Own`).
What these are worth depends on what the cell rests on (`Above`) and on the sheet as a whole (`Sheet`). `decide` says it
for one cell, so that a marker can read it; `verdicts` applies it to whole classes at once.
"""

from __future__ import annotations

from functools import cache
from typing import Literal, NamedTuple, get_args

import numpy as np
from numpy.typing import NDArray

from bptutor.marking.flat_page import FlatPage

Verdict = Literal[
    "right", "right_carried", "imprecise", "follow_through", "misconception", "wrong", "blank", "unreadable"
]
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)

Codes = NDArray[np.uint32]


class Known(NamedTuple):
    """All that counts for a verdict, yes or no; the field's place is its bit. The examples are of Mazur's page.

    Of the cell itself:

    * `number`, `unreadable`: a number was typed; something that is none ("o.59"). Neither: it is blank.
    * `exactly`: the page's number, to the digits typed (0.5933 and 0.593270 for 0.59326999…).
    * `nearly`: no more than the units away from it that the teacher forgives (`--ulps`).
    * `roughly`: right within its digits, which are too few (0.59).
    * `short`: it has too few decimals, and more than zeros are missing (0.5 for 0.5000 is not short).
    * `follows`: honest rounding leads there from the student's own numbers above (net 0.3776: out 0.5933 follows).
    * `usable`: it counts for what rests on it (an output of 1.3 does not, unless a known mistake gives it).
    * `trivial`: 0, or a parameter left as it was, where the page has another number (w5+ = 0.40).
    * `learnt`: it is a parameter after its update.
    * `explained`: a known mistake or slip of the pen gives it.

    Of what it rests on, through what was left blank:

    * `wrong_above`: something wrong stands there.
    * `untrusted_above`: what is wrong there cannot be used, or is a parameter left as it was that nothing explains.
    * `unexplained_above`: no slip or known mistake gives what is wrong there, or what that follows from.
    * `blank_above`: all is right there, but something of the page was left out.

    Of the sheet:

    * `lone`: this is its only number that nothing explains: a slip, until there is a second.
    * `coherent`: it hangs together elsewhere: what is not explained is outweighed by what is in order.
    * `suspicious`: it has a trivial number that nothing explains; `unlearnt`: that is a weight.
    * `idle`: nearly all that it has is 0 or as it was.
    * `varied`: not all its numbers are the same.
    """

    number: bool
    unreadable: bool
    exactly: bool
    nearly: bool
    roughly: bool
    short: bool
    follows: bool
    usable: bool
    trivial: bool
    learnt: bool
    explained: bool
    wrong_above: bool
    untrusted_above: bool
    unexplained_above: bool
    blank_above: bool
    lone: bool
    coherent: bool
    suspicious: bool
    unlearnt: bool
    idle: bool
    varied: bool


BIT = {name: np.uint32(1 << place) for place, name in enumerate(Known._fields)}


def decide(known: Known) -> Verdict:
    """The verdict on one cell."""
    if known.unreadable:
        return "unreadable"
    if not known.number:
        return "blank"
    doubted = known.trivial and known.suspicious
    if known.exactly and not doubted:
        return "right"
    if known.follows and not known.wrong_above and not doubted and not _filled_in(known):
        return "right_carried" if not known.short else "imprecise" if known.varied else "wrong"
    if known.nearly:
        return "right"
    if known.roughly and known.varied:
        return "imprecise"
    if known.follows and known.wrong_above:
        return "follow_through" if _credits_what_follows(known) else "wrong"
    return "misconception" if known.explained else "wrong"


def _filled_in(known: Known) -> bool:
    """Whether a 0 or an old value follows from blanks only, on a sheet that has hardly anything else."""
    return known.trivial and known.idle and known.blank_above


def _credits_what_follows(known: Known) -> bool:
    """Whether a number earns credit since it follows from wrong ones."""
    if known.untrusted_above or not known.coherent:
        return False
    return not known.trivial or not (known.unexplained_above or known.suspicious)


def _seen_from_below(known: Known, verdict: Verdict) -> int:
    """What the cells that rest on this one have above them, as bits."""
    above = {
        "wrong_above": known.wrong_above,
        "untrusted_above": known.untrusted_above,
        "unexplained_above": known.unexplained_above,
        "blank_above": known.blank_above,
    }
    if verdict in ("right", "right_carried", "imprecise"):
        above = {}
    elif not known.usable:  # they are judged from what the page gives in its place
        above["untrusted_above"] |= known.wrong_above and known.number
        above["blank_above"] = True
    else:
        doubted = known.suspicious and verdict == "wrong"
        distrusted = doubted and ((known.trivial and known.learnt) or known.untrusted_above)
        unexplained = not (known.explained or (known.lone and not known.trivial) or known.follows)
        above = {
            "wrong_above": True,
            "untrusted_above": distrusted,
            "unexplained_above": distrusted or unexplained or (known.follows and known.unexplained_above),
        }
    return int(sum(BIT[name] for name, holds in above.items() if holds))


_ABOVE = len(Known._fields)  # bits, above which there is room for a verdict
_SEEN = np.uint32((1 << _ABOVE) - 1)


@cache
def _decided(code: int) -> int:
    """What is seen from below where this is known, with the verdict's place in `VERDICTS` in the bits above."""
    known = Known(*(bool(code >> place & 1) for place in range(_ABOVE)))
    verdict = decide(known)
    return VERDICTS.index(verdict) << _ABOVE | _seen_from_below(known, verdict)


def verdicts(flat: FlatPage, found: Codes) -> tuple[NDArray[np.uint8], Codes]:
    """The verdict on every cell, as its place in `VERDICTS`, and all that was known of it, (sheets, cells).

    `found` has the bits of what is known of each cell by itself and of its sheet.
    """
    known, below, verdict = found.copy(), np.zeros(found.shape, np.uint32), np.zeros(found.shape, np.uint8)
    for cells, operands in flat.levels:
        codes = known[:, cells]
        if operands.shape[1]:
            codes |= np.bitwise_or.reduce(below[:, operands], axis=-1)
            known[:, cells] = codes
        decided = np.array([*map(_decided, codes.ravel().tolist())], np.uint32).reshape(codes.shape)
        verdict[:, cells], below[:, cells] = decided >> _ABOVE, decided & _SEEN
    return verdict, known
