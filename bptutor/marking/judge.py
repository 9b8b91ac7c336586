"""Marks sheets of answers, one or a whole class at once.

The order of things: the working of every sheet; what is found about each number by itself; the mistakes that explain
the numbers that do not follow; then, from the top of the page to its end, the verdicts; and what they earn.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bptutor.engine.arrays import Flags
from bptutor.marking.causes import Causes
from bptutor.marking.findings import idle
from bptutor.marking.forgiven import known_ids
from bptutor.marking.policy import CODE, Marking
from bptutor.marking.prices import by_cells, by_stages
from bptutor.marking.reading import Reading, Rows, readings
from bptutor.marking.scale import Amounts, Scale, scale
from bptutor.marking.sheets import Sheets
from bptutor.marking.verdicts import BIT, VERDICTS, Codes, verdicts
from bptutor.mistakes.pairs import AND
from bptutor.mistakes.slips import SLIP_IDS
from bptutor.problem import Array

HALF = 0.5 * (1 + 1e-9)  # unit: so far may a number be from one that a teacher has named
_FEW = 4  # numbers from which on a sheet of one number only is no working
_MISCONCEPTION = VERDICTS.index("misconception")
_WRONG = VERDICTS.index("wrong")
_RIGHT = np.array([name in ("right", "right_carried") for name in VERDICTS])
_ASTRAY = np.array([name in ("misconception", "wrong", "follow_through") for name in VERDICTS])
_IDLE = 0.9  # of the numbers of a sheet
_TELLING = 10  # units in the last place


@dataclass(frozen=True, eq=False)
class Judged:
    """The verdicts on sheets, arrays (sheets, cells): `verdict` is a place in `VERDICTS`, `reason` one in `REASONS`.

    `cost` is what each cell loses, and why, in the amounts of `scale`. `again` says where a mistake was charged before,
    which costs less or nothing, `forgiven` where the marker forgives it or has named the number as right,
    `elsewhere` where a right number does not follow from those above it, and seems to come from elsewhere. `known` has
    the bits of `verdicts.Known`.
    `batches` has how the sheets were read, and `place` (sheets, 2) for each sheet its batch and its row there.
    """

    sheets: Sheets
    scale: Scale
    verdict: NDArray[np.uint8]
    cost: Amounts
    reason: NDArray[np.uint8]
    again: Flags
    forgiven: Flags
    elsewhere: Flags
    known: Codes
    batches: tuple[Batch, ...]
    place: Rows

    @property
    def astray(self) -> NDArray[np.intp]:
        """How many numbers of each sheet, (sheets,), are wrong or follow from wrong ones."""
        return np.asarray(_ASTRAY[self.verdict].sum(axis=1))

    def batch(self, sheet: int) -> tuple[Batch, int]:
        """The batch that a sheet was read in, and its row there."""
        batch, row = self.place[sheet].tolist()
        return self.batches[batch], row


class Batch(NamedTuple):
    """Sheets that were read alike: `rows` says which, `causes` is None where none has a wrong number."""

    rows: Rows
    reading: Reading
    causes: Causes | None


def judge(sheets: Sheets, marking: Marking) -> Judged:
    """The verdicts on all sheets; BptutorError for a mistake to forgive that is none."""
    known_ids(marking.forgive)
    shape, place, used = sheets.value.shape, np.zeros((len(sheets.value), 2), np.intp), scale(sheets.flat, marking)
    verdict, reason, known = (np.zeros(shape, kind) for kind in (np.uint8, np.uint8, np.uint32))
    cost = np.zeros(shape, dtype=used.worth.dtype)
    again, forgiven, elsewhere = (np.zeros(shape, dtype=bool) for _flag in range(3))
    batches = [Batch(*read) for read in readings(sheets, marking.ulps)]
    for number, batch in enumerate(batches):
        rows = batch.rows
        place[rows, 0], place[rows, 1] = number, np.arange(len(rows))
        verdict[rows], known[rows] = verdicts(batch.reading.sheets.flat, _bits(batch.reading, batch.causes))
        cost[rows], reason[rows], again[rows] = _priced(batch, verdict[rows], known[rows], used)
        forgiven[rows] = _forgiven(batch.causes, verdict[rows], marking)
        elsewhere[rows] = _elsewhere(batch, verdict[rows], known[rows])
    judged = Judged(sheets, used, verdict, cost, reason, again, forgiven, elsewhere, known, tuple(batches), place)
    _as_the_teacher_says(judged)
    return judged


def _priced(
    batch: Batch, verdict: NDArray[np.uint8], known: Codes, used: Scale
) -> tuple[Amounts, NDArray[np.uint8], Flags]:
    """What each cell of a batch costs, why, and where a mistake was charged before, (sheets, cells)."""
    flat, causes = batch.reading.sheets.flat, batch.causes
    by_group = flat.problem.points.scheme == "stages"
    again = np.zeros(verdict.shape, dtype=bool)
    if causes and used.prices.repeat < 1:
        again = _again(verdict, known, causes, used if by_group else None)
    if by_group:
        priced = by_stages(batch.reading, verdict, known, again, used, causes)
    else:
        priced = by_cells(batch.reading, verdict, again, used, causes)
    return priced.cost, priced.reason, again


def _forgiven(causes: Causes | None, verdict: NDArray[np.uint8], marking: Marking) -> Flags:
    """Where a mistake is named that the marker forgives, (sheets, cells)."""
    forgiven = np.zeros(verdict.shape, dtype=bool)
    if causes and marking.forgive:
        others = [place for place, name in enumerate(causes.ids) if not marking.forgive.issuperset(name.split(AND))]
        numbers = causes.leading.any(axis=0) & ~causes.leading[others].any(axis=0)
        at = causes.rows[numbers], causes.columns[numbers]
        forgiven[at] = verdict[at] == _MISCONCEPTION
    return forgiven


def _as_the_teacher_says(judged: Judged) -> None:
    """Takes off nothing for what is forgiven or accepted, and for a number that has a price just that."""
    sheets, used, points = judged.sheets, judged.scale, judged.sheets.flat.problem.points
    cells, half = sheets.flat.numbers, HALF * sheets.flat.unit
    wrong = np.isin(judged.verdict, (_MISCONCEPTION, VERDICTS.index("wrong")))

    def typed(cell: str, number: float) -> Flags:
        column = cells[cell]
        return np.asarray(wrong[:, column] & (np.abs(sheets.value[:, column] - number) <= half[column]))

    for cell, numbers in points.accept.items():
        for number in numbers if cell in cells else ():
            judged.forgiven[:, cells[cell]] |= typed(cell, number)
    for charge in points.charge:
        if charge.cell in cells:
            column, here = cells[charge.cell], typed(charge.cell, charge.number)
            judged.cost[here, column] = min(used.amount(charge.points), used.worth[column])
            judged.reason[here, column], judged.again[here, column] = CODE["charged"], False
    judged.cost[judged.forgiven] = 0
    judged.reason[judged.forgiven] = CODE[""]


def _elsewhere(batch: Batch, verdict: NDArray[np.uint8], known: Codes) -> Flags:
    """The right numbers that do not follow from those above, where a number from elsewhere explains it best.

    Below a single number that was typed wrongly all is right, whoever worked it out; that happens as often as slips do.
    Where it happens below two, and no slip of the pen gives these, the right ones seem to have come from elsewhere.
    """
    flat, usable = batch.reading.sheets.flat, batch.reading.working.usable
    found = _RIGHT[verdict] & (known & (BIT["wrong_above"] | BIT["follows"]) == BIT["wrong_above"])
    for row in np.flatnonzero(found.any(axis=1)).tolist():
        wrong = _ASTRAY[verdict[row]] & ~(known[row] & BIT["follows"] > 0)
        if batch.causes:
            wrong &= ~batch.causes.by_slip[row]
        above = {
            cell: {operand for operand in flat.typed_operands(cell, usable[row]) if wrong[operand]}
            for cell in np.flatnonzero(found[row]).tolist()
        }
        several = len(set().union(*above.values())) > 1
        found[row, [cell for cell, operands in above.items() if not (several and operands)]] = False
    return np.asarray(found)


def _bits(read: Reading, causes: Causes | None) -> Codes:
    """What is known of each cell by itself and of its sheet, as bits of `verdicts.Known`."""
    sheets, found, number = read.sheets, read.findings, read.sheets.number
    nothing = np.zeros_like(number)
    explained, by_rule = (causes.explained, causes.by_rule) if causes else (nothing, nothing)
    unexplained = read.wrong & ~explained
    suspicious = read.wrong & found.trivial & ~(by_rule & sheets.flat.of_bias)
    count = number.sum(axis=1, keepdims=True)
    flags = found._asdict() | {
        "number": number,
        "unreadable": sheets.unreadable,
        "usable": read.working.usable,
        "learnt": sheets.flat.learnt,
        "explained": explained,
        "lone": unexplained & (unexplained.sum(axis=1, keepdims=True) == 1),
        "coherent": _coherent(read, explained)[:, None],
        "suspicious": suspicious.any(axis=1, keepdims=True),
        "unlearnt": (found.trivial & sheets.flat.learnt & ~sheets.flat.of_bias).any(axis=1, keepdims=True),
        "idle": idle(sheets.flat, sheets.value).sum(axis=1, keepdims=True) >= _IDLE * count,
        "varied": _varied(number, sheets.value)[:, None] | (count < _FEW),
    }
    bits = np.zeros(number.shape, np.uint32)
    for name, flag in flags.items():
        bits |= flag * BIT[name]
    return bits


def _coherent(read: Reading, explained: Flags) -> NDArray[np.bool_]:
    """Which sheets hang together: a third of the numbers that no mistake explains, and not all of them the same.

    What is near 0 meets too much by chance; where nothing else was typed, nearly everything must be in order.
    """
    sheets = read.sheets
    telling = sheets.number & (np.abs(sheets.value) > _TELLING * sheets.flat.unit)
    few = telling.sum(axis=1, keepdims=True) < _FEW
    counted = np.where(few, sheets.number, telling)
    good = counted & ~read.wrong
    count = counted.sum(axis=1)
    share = np.where(few[:, 0], 0.5, 1 / 3)
    enough = good.sum(axis=1) >= share * (count - (explained & counted).sum(axis=1))
    return np.asarray(enough & (_varied(good, sheets.value) | (count < _FEW)))


def _varied(cells: Flags, value: Array) -> NDArray[np.bool_]:
    """On which sheets some cells have different numbers."""
    lowest = np.where(cells, value, np.inf).min(axis=1, initial=np.inf)
    highest = np.where(cells, value, -np.inf).max(axis=1, initial=-np.inf)
    return np.asarray(lowest < highest)


def _again(verdict: NDArray[np.uint8], known: Codes, causes: Causes, used: Scale | None) -> Flags:
    """Where a misconception is made again that was charged for further up: on the sheet, or in another group.

    With the amounts of a scheme of stages a mistake is charged in every sample and step, and at all cells of a group.
    """
    again, charged = np.zeros(verdict.shape, dtype=bool), dict[tuple[int, object], list[list[int]]]()
    ids, leads = causes.ids, causes.leading
    bits = [0 if name in SLIP_IDS else 1 << place for place, name in enumerate(ids)]
    unfair = BIT["suspicious"] | BIT["idle"]
    fair = known & (BIT["coherent"] | unfair) == BIT["coherent"]
    fair &= known & (BIT["trivial"] | BIT["unlearnt"]) != BIT["trivial"] | BIT["unlearnt"]
    numbers = np.flatnonzero(verdict[causes.rows, causes.columns] == _MISCONCEPTION)
    for alike in causes.constants if used is None else ():  # with stages a wrong rule costs its group anyway
        off = alike[verdict[causes.rows[alike], causes.columns[alike]] == _WRONG][1:]
        again[causes.rows[off], causes.columns[off]] = fair[causes.rows[off], causes.columns[off]]
    for number in numbers.tolist():
        row, column = int(causes.rows[number]), int(causes.columns[number])
        best = sum(bit for bit, leading in zip(bits, leads[:, number].tolist(), strict=True) if leading)
        group = -1 if used is None else int(used.group[column])
        within = None if used is None or group < 0 else used.passes[group]
        before = charged.setdefault((row, within), [])
        same = next((one for one in before if one[0] & best), None)
        if same is None:
            before.append([best, group])
        else:
            same[0] &= best
            again[row, column] = fair[row, column] and (used is None or group != same[1])
    return again
