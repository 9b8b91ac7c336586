"""What each cell of a sheet costs, and why: the price list of a marker.

    right, rounded on the way          nothing
    follows from one's own numbers     nothing (`follow_through`)
    too few decimals                   a tenth (`precision`)
    a named mistake                    the points of the quantity whose step it is, at all cells of the group that show
                                       it; half of that where it is made again in another group (`repeat`)
    a slip                             the cell's own points, where its rule is right elsewhere and slips are few
    copied wrongly                     half of that (`copy`)
    a rule that nobody can name        the group's own points and a quarter of what it has inherited (`unknown`); half
                                       of that in further groups; all of it where more than one rule is wrong
    left blank                         half of the points where later numbers rest on it (`implied`), else all
    0, unreadable                      all

Whether a mistake is in our table does not decide the mark: a lost slope costs 4 points where it is named and 4 where it
is not. With half of what is inherited an update rule without a name would cost 2.3 times as much as one with a name,
where only net, out, delta and new parameters are asked for; with a quarter it is 1.4 times. With the scheme `cells` a
cell that is not right costs its points, a mistake that is made throughout once.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bptutor.engine.arrays import Cells, Flags
from bptutor.marking.causes import Causes
from bptutor.marking.flat_page import FlatPage
from bptutor.marking.policy import CODE, Reason
from bptutor.marking.reading import Reading
from bptutor.marking.scale import Amounts, Scale
from bptutor.marking.verdicts import BIT, VERDICTS, Codes
from bptutor.mistakes.slips import COPY_SLIP, SLIP_IDS

_FEW_SLIPS, _SHARE_OF_SLIPS = 2, 10  # at most two, or a tenth of the numbers, are slips: more are no accident
_IN_ORDER = np.array([name in ("right", "right_carried", "imprecise", "follow_through") for name in VERDICTS])
_MISCONCEPTION, _WRONG, _FOLLOWS, _IMPRECISE, _BLANK, _UNREADABLE = (
    VERDICTS.index(name) for name in ("misconception", "wrong", "follow_through", "imprecise", "blank", "unreadable")
)


class Priced(NamedTuple):
    """What the cells of sheets cost, (sheets, cells): the amounts of a `Scale`, and places in `REASONS`."""

    cost: Amounts
    reason: NDArray[np.uint8]

    def charge(self, where: Flags, cost: Amounts, reason: Reason) -> None:
        """Takes note of what some cells cost; `cost` is (cells,) or (sheets, cells)."""
        self.cost[where] = np.broadcast_to(cost, self.cost.shape)[where]
        self.reason[where] = CODE[reason]


def by_cells(read: Reading, verdict: NDArray[np.uint8], again: Flags, scale: Scale, causes: Causes | None) -> Priced:
    """The costs where a cell is a point."""
    priced = _whatever_the_scheme(read, verdict, scale)
    priced.charge(np.isin(verdict, (_WRONG, _MISCONCEPTION)), scale.worth, "slip")
    for reason, where in _told_apart(verdict, causes).items():
        priced.charge(where, scale.worth, reason)
    priced.charge(again, scale.part(scale.worth, scale.prices.repeat), "mistake")
    priced.charge(verdict == _BLANK, scale.worth, "blank")
    return priced


def by_stages(
    read: Reading, verdict: NDArray[np.uint8], known: Codes, again: Flags, scale: Scale, causes: Causes | None
) -> Priced:
    """The costs where points belong to groups; `again` says where a mistake was charged in another group."""
    sheets, priced = read.sheets, _whatever_the_scheme(read, verdict, scale)
    named = _told_apart(verdict, causes)
    wrong = np.isin(verdict, (_WRONG, _MISCONCEPTION))
    denied = wrong & (known & BIT["follows"] > 0) & (verdict == _WRONG)
    zero = wrong & (known & BIT["trivial"] > 0) & (~named["mistake"] | (sheets.value == 0))
    named["mistake"] &= ~zero
    open_ = wrong & ~named["mistake"] & ~zero & ~denied
    priced.charge(denied, scale.worth, "untrusted")
    priced.charge(zero, scale.worth, "zero")
    _named(priced, named["mistake"], again, scale, causes)
    shown = _shown(scale, _IN_ORDER[verdict], open_)
    copied, slips = named["copied"] & shown & open_, open_ & shown & ~named["copied"]
    priced.charge(copied, scale.part(scale.own, scale.prices.copy), "copied")
    count = slips.sum(axis=1)
    few = count <= np.maximum(_FEW_SLIPS, sheets.number.sum(axis=1) / _SHARE_OF_SLIPS)
    priced.charge(slips & few[:, None], scale.own, "slip")
    priced.charge(slips & ~few[:, None], scale.worth, "slip")
    _unknown(priced, open_ & ~shown, scale)
    credited = _IN_ORDER[verdict] | named["mistake"]
    _blanks(priced, verdict == _BLANK, credited, sheets.flat, scale)
    empty = zero.any(axis=1) & ~(sheets.number & (sheets.value != 0)).any(axis=1)
    priced.charge(sheets.number & empty[:, None], scale.worth, "zero")  # also where 0 happens to be right
    return priced


def _whatever_the_scheme(read: Reading, verdict: NDArray[np.uint8], scale: Scale) -> Priced:
    """What costs the same in both schemes."""
    priced = Priced(np.zeros(verdict.shape, dtype=scale.worth.dtype), np.zeros(verdict.shape, np.uint8))
    imprecise = scale.part(scale.worth, scale.prices.precision)
    kept = scale.part(scale.worth, scale.prices.follow_through)
    follows = verdict == _FOLLOWS
    priced.charge(verdict == _IMPRECISE, imprecise, "precision")
    priced.charge(follows, scale.worth - kept, "follows")
    short = follows & read.findings.short
    priced.charge(short, scale.worth - kept + scale.part(kept, scale.prices.precision), "precision")
    priced.charge(verdict == _UNREADABLE, scale.worth, "unreadable")
    return priced


def _told_apart(verdict: NDArray[np.uint8], causes: Causes | None) -> dict[Reason, Flags]:
    """Which wrong numbers a named mistake gives, and which were copied wrongly, (sheets, cells)."""
    mistake, copied = np.zeros(verdict.shape, dtype=bool), np.zeros(verdict.shape, dtype=bool)
    if causes:
        at = causes.rows, causes.columns
        slips = np.array([name in SLIP_IDS for name in causes.ids], dtype=bool)
        miscopied = np.array([name == COPY_SLIP.id for name in causes.ids], dtype=bool)
        named = verdict[at] == _MISCONCEPTION
        mistake[at] = named & causes.leading[~slips].any(axis=0)
        copied[at] = named & causes.leading[miscopied].any(axis=0)
    return {"mistake": mistake, "copied": copied & ~mistake}


def _named(priced: Priced, where: Flags, again: Flags, scale: Scale, causes: Causes | None) -> None:
    """A named mistake costs the points of where it sits; of several that fit equally, the cheapest."""
    if causes is None:
        return
    for number in np.flatnonzero(where[causes.rows, causes.columns]).tolist():
        row, column = int(causes.rows[number]), int(causes.columns[number])
        costs = [
            min(
                scale.worth[column],
                sum(scale.own[column] if seat is None else scale.seats[seat][column] for seat in seats),
            )
            for seats in causes.seats(number)
        ]
        priced.cost[row, column] = min(costs)
        priced.reason[row, column] = CODE["mistake"]
    priced.cost[again & where] = scale.part(priced.cost, scale.prices.repeat)[again & where]


def _shown(scale: Scale, good: Flags, wrong: Flags) -> Flags:
    """Where the rule of a cell is right at least as often as it is wrong on the sheet, (sheets, cells)."""
    member = scale.rule[:, None] == np.arange(len(scale.rules))
    right, astray = good @ member.astype(np.intp), wrong @ member.astype(np.intp)
    return np.asarray((astray <= right)[:, scale.rule])


def _unknown(priced: Priced, unknown: Flags, scale: Scale) -> None:
    """A rule that nobody can name: the first group costs more than those of the same word, weights or biases."""
    if not unknown.any():
        return
    cost = scale.own + scale.part(scale.worth - scale.own, scale.prices.unknown)
    priced.charge(unknown, cost, "unknown")
    seen: dict[tuple[str, tuple[str, int]], Flags] = {}
    for number, (stem, of) in enumerate(zip(scale.stems, scale.passes, strict=True)):
        cells = np.flatnonzero(scale.group == number)
        here = unknown[:, cells]
        some = here.any(axis=1)
        if not some.any():
            continue
        word = _of_either(stem[0])
        before = seen.get((word, of), np.zeros(len(unknown), dtype=bool))
        repeated = here & before[:, None]
        part = scale.part(priced.cost[:, cells], scale.prices.repeat)
        priced.cost[:, cells] = np.where(repeated, part, priced.cost[:, cells])
        seen[word, of] = before | some
    several = (unknown @ _kinds(scale) > 0).sum(axis=1) > 1
    priced.charge(unknown & several[:, None], scale.worth, "unknown")


def _kinds(scale: Scale) -> NDArray[np.intp]:
    """Which rules count as one where several are wrong: those of weights and biases, all deltas; (cells, kinds)."""
    kinds = [_of_either(name.removesuffix("_output")) for name in scale.rules]
    names = list(dict.fromkeys(kinds))
    of = np.array([names.index(kind) for kind in kinds], dtype=np.intp)[scale.rule]
    return np.asarray(of[:, None] == np.arange(len(names)), dtype=np.intp)


def _of_either(word: str) -> str:
    """What weights and biases have in common: grad for both grad_w and grad_b."""
    return word.removesuffix("_w").removesuffix("_b")


def _blanks(priced: Priced, blank: Flags, credited: Flags, flat: FlatPage, scale: Scale) -> None:
    """A blank that later numbers rest on was worked out all the same."""
    priced.charge(blank, scale.worth, "blank")
    rows = np.flatnonzero((blank & (scale.worth > 0)).any(axis=1) & credited.any(axis=1))
    if not rows.size or not scale.prices.implied:
        return
    rests = _resting(blank[rows], credited[rows], flat)
    implied = np.zeros_like(blank)
    implied[rows] = blank[rows] & rests
    priced.charge(implied, scale.worth - scale.part(scale.worth, scale.prices.implied), "implied")


def _resting(blank: Flags, credited: Flags, flat: FlatPage) -> Flags:
    """On which cells a number rests that earns credit, directly or through blanks, (sheets, cells)."""
    rests = np.zeros(blank.shape[::-1], dtype=bool)  # cells first: `at` adds up along the first axis
    good, empty = credited.T, blank.T
    cells: Cells
    for cells, operands in reversed(flat.levels):
        speaks = good[cells] | (empty[cells] & rests[cells])
        for operand in operands.T:
            np.logical_or.at(rests, operand, speaks)
    return np.asarray(rests.T)
