"""What the verdicts on many sheets add up to, for each sheet."""

from __future__ import annotations

from fractions import Fraction
from functools import cache, lru_cache
from math import lcm
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bptutor.classroom.grade import Grade, quotient
from bptutor.classroom.result import Work, WrongNumber
from bptutor.engine.arrays import Flags
from bptutor.engine.quantities import stem
from bptutor.language import _, plural
from bptutor.marking.causes import Causes
from bptutor.marking.check import asked_cells, credit_values, only_what_is_there, point_values
from bptutor.marking.findings import findings
from bptutor.marking.flat_page import FlatPage
from bptutor.marking.follow_through import working
from bptutor.marking.judge import Batch, Judged
from bptutor.marking.policy import Marking
from bptutor.marking.reading import Reading
from bptutor.marking.report import FINE
from bptutor.marking.verdicts import VERDICTS
from bptutor.mistakes.pairs import AND

_FINE = [VERDICTS.index(name) for name in FINE]
_MISCONCEPTION, _WRONG, _BLANK, _FOLLOWS = (
    VERDICTS.index(name) for name in ("misconception", "wrong", "blank", "follow_through")
)
_MOST_WRONG = 60


class Scale(NamedTuple):
    """The credit of cells as whole numbers: `credit` (shares, cells), so many of which are a point.

    `parts` are the quantities and layers that have points, `cells` (parts, cells) which cells are theirs, 1 or 0.
    `usual` has the place of each cell on the usual page, −1 for one that this does not have.
    """

    whole: int
    credit: NDArray[np.int64]
    parts: tuple[str, ...]
    cells: NDArray[np.int64]
    usual: tuple[int, ...]
    size: int


@lru_cache(maxsize=64)
def scale(page: FlatPage, marking: Marking, usual: FlatPage) -> Scale:
    """The credit of a page's cells as whole numbers, so that sums of many sheets are exact."""
    earned = credit_values(page, marking)
    whole = lcm(*(credit.denominator for share in earned for credit in share))
    worth = point_values(page)
    names = [stem(quantity) for _id, _label, quantity, _at in page.cells]
    parts = tuple(dict.fromkeys(name for name, points in zip(names, worth, strict=True) if points))
    return Scale(
        whole,
        np.array([[int(credit * whole) for credit in share] for share in earned], np.int64),
        parts,
        np.array([[name == part for name in names] for part in parts], np.int64).reshape(len(parts), page.size),
        tuple(usual.numbers.get(name, -1) for name in page.ids),
        usual.size,
    )


@cache
def _fraction(count: int, whole: int) -> Fraction:
    return Fraction(count, whole)


class Sums:
    """The verdicts on sheets with one page, added up; `usual` is the page whose cells the results count."""

    def __init__(self, judged: Judged, marking: Marking, usual: FlatPage):
        page, verdict = judged.sheets.flat, judged.verdict
        self.scale, self.judged = scale(page, marking, usual), judged
        credit = self.scale.credit[judged.share, np.arange(page.size)]
        again, follows = judged.again, verdict == _FOLLOWS
        self.once, self.followed = ((credit * some).sum(axis=1).tolist() for some in (again, follows & ~again))
        self.earned, self.parts = credit.sum(axis=1).tolist(), (credit @ self.scale.cells.T).tolist()
        typed, some = judged.sheets.typed, only_what_is_there(judged, marking)
        self.blanks = ((verdict == _BLANK) & asked_cells(page) & ~some[:, None]).sum(axis=1).tolist()
        counted = typed | ~some[:, None]
        self.possible = (counted @ self.scale.credit[0]).tolist()
        self.there = (counted @ (self.scale.cells * (self.scale.credit[0] > 0)).T > 0).tolist()
        errors = typed & ~np.isin(verdict, _FINE)
        self.first = np.where(errors.any(axis=1), errors.argmax(axis=1), -1).tolist()
        self.elsewhere = judged.elsewhere.sum(axis=1).tolist()
        self.wrong, self.main = _wrong(judged, self.scale)
        places = np.array(self.scale.usual, dtype=np.intp)
        self.verdicts = np.full((len(verdict), self.scale.size), _BLANK, np.uint8)
        self.verdicts[:, places[places >= 0]] = verdict[:, places >= 0]

    def work(self, row: int, *notes: str) -> Work:
        """What came of a sheet."""
        whole, first, said = self.scale.whole, self.first[row], list(notes)
        if elsewhere := self.elsewhere[row]:
            says = plural("{n} right number does not follow from those above it", _ELSEWHERE, elsewhere)
            said.append(says.format(n=elsewhere))
        grade = Grade(
            "",
            earned=_fraction(self.earned[row], whole),
            possible=_fraction(self.possible[row], whole),
            parts={
                part: quotient(n, whole)
                for part, n, there in zip(self.scale.parts, self.parts[row], self.there[row], strict=True)
                if there
            },
            first_error=self.judged.sheets.flat.ids[first] if first >= 0 else "",
            main_cause=self.main.get(row, ""),
            blanks=self.blanks[row],
            notes=tuple(said),
        )
        gained = _fraction(self.followed[row], whole), _fraction(self.once[row], whole)
        return Work(grade, self.verdicts[row].tobytes(), tuple(self.wrong.get(row, ())), *gained)


_ELSEWHERE = _("{n} right numbers do not follow from those above them")


def _wrong(judged: Judged, used: Scale) -> tuple[dict[int, list[WrongNumber]], dict[int, str]]:
    """The numbers of each sheet that are not right, and the mistake that explains most of them."""
    wrong, main = dict[int, list[WrongNumber]](), dict[int, str]()
    for batch in judged.batches:
        if batch.causes:
            _wrong_of_batch(judged, batch, batch.causes, used, wrong, main)
    return wrong, main


def _follows_as_typed(read: Reading) -> Flags:
    """The numbers, (sheets, cells), that follow from what stands there, also where that cannot be (an output above 1).

    They earn nothing, but they are no mistake by themselves: all who write the number above write them too.
    """
    result, number = np.zeros_like(read.working.usable), read.sheets.number
    rows = np.flatnonzero((number & ~read.working.usable).any(axis=1) & read.wrong.any(axis=1))
    if rows.size:
        sheets = read.sheets.some(rows)
        result[rows] = findings(sheets, working(sheets, number[rows]), read.ulps).follows
    return result


def _wrong_of_batch(
    judged: Judged, batch: Batch, causes: Causes, used: Scale, wrong: dict[int, list[WrongNumber]], main: dict[int, str]
) -> None:
    most = dict[int, float]()
    share = causes.shares.sum(axis=0)
    decimals = judged.sheets.flat.problem.decimals
    at = batch.rows[causes.rows], causes.columns
    alone = ~_follows_as_typed(batch.reading)[causes.rows, causes.columns]
    with np.errstate(over="ignore"):  # a number at the end of the floats is rounded to ∞, and compared with none
        verdict, number = judged.verdict[at].tolist(), np.round(judged.sheets.value[at], decimals).tolist()
    explained = [n for n, place in enumerate(verdict) if place == _MISCONCEPTION]
    named = {n: tuple(dict.fromkeys(causes.leaders(n))) for n in explained}
    rows, columns, best = (array.tolist() for array in (*at, share))
    for n, row in enumerate(rows):
        why = named.get(n, ())
        here = wrong.setdefault(row, [])
        if (
            alone[n]
            and verdict[n] in (_MISCONCEPTION, _WRONG)
            and len(here) < _MOST_WRONG
            and used.usual[columns[n]] >= 0
        ):
            here.append(WrongNumber(used.usual[columns[n]], number[n], why))
        if why and best[n] > most.get(row, 0):
            main[row], most[row] = " or ".join(why).replace(AND, " and "), best[n]
