"""What the verdicts on many sheets add up to, for each sheet."""

from __future__ import annotations

from fractions import Fraction
from functools import cache, lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bptutor.classroom.grade import Grade, quotient
from bptutor.classroom.result import Work, WrongNumber
from bptutor.engine.arrays import Flags
from bptutor.language import _, plural
from bptutor.marking.causes import Causes
from bptutor.marking.check import asked_cells, only_what_is_there
from bptutor.marking.findings import findings
from bptutor.marking.flat_page import FlatPage
from bptutor.marking.follow_through import working
from bptutor.marking.judge import Batch, Judged
from bptutor.marking.policy import CODE, Marking
from bptutor.marking.reading import Reading
from bptutor.marking.report import FINE
from bptutor.marking.scheme import worth
from bptutor.marking.stages import STAGES, stage_of
from bptutor.marking.verdicts import VERDICTS
from bptutor.mistakes.pairs import AND

_FINE = [VERDICTS.index(name) for name in FINE]
_MISCONCEPTION, _WRONG, _BLANK, _FOLLOWS = (
    VERDICTS.index(name) for name in ("misconception", "wrong", "blank", "follow_through")
)
_MOST_WRONG = 60


class Places(NamedTuple):
    """What the cells of a page belong to: `stages` with points, and which cells are theirs, (stages, cells), 1 or 0.

    `usual` has the place of each cell on the usual page, −1 for one that this does not have; `size` is that page's.
    """

    stages: tuple[str, ...]
    cells: NDArray[np.int64]
    usual: tuple[int, ...]
    size: int


@lru_cache(maxsize=64)
def places(page: FlatPage, usual: FlatPage) -> Places:
    """What the cells of a page belong to."""
    names = [stage_of(quantity, page.problem).id for _id, _label, quantity, _at in page.cells]
    points = [bool(value) for quantity in page.order for value in np.ravel(worth(page.problem)[quantity])]
    there = {name for name, some in zip(names, points, strict=True) if some}
    stages = tuple(stage.id for stage in STAGES if stage.id in there)
    return Places(
        stages,
        np.array([[name == stage for name in names] for stage in stages], np.int64).reshape(len(stages), page.size),
        tuple(usual.numbers.get(name, -1) for name in page.ids),
        usual.size,
    )


@cache
def _fraction(count: int, whole: int) -> Fraction:
    return Fraction(count, whole)


class Sums:
    """The verdicts on sheets with one page, added up; `usual` is the page whose cells the results count."""

    def __init__(self, judged: Judged, marking: Marking, usual: FlatPage):
        page, verdict, whole = judged.sheets.flat, judged.verdict, judged.scale.worth
        self.places, self.judged = places(page, usual), judged
        typed, some = judged.sheets.typed, only_what_is_there(judged, marking)
        counted = typed | ~some[:, None]
        credit, reason = (whole - judged.cost) * counted, judged.reason
        again, follows = judged.again, verdict == _FOLLOWS
        self.once, self.followed = ((credit * some).sum(axis=1).tolist() for some in (again, follows & ~again))
        short, cells = judged.cost * (reason == CODE["precision"]), self.places.cells
        self.earned, self.parts = credit.sum(axis=1).tolist(), ((credit + short) @ cells.T).tolist()
        self.precision = short.sum(axis=1).tolist()
        self.unnamed = (judged.cost * (reason == CODE["unknown"])).sum(axis=1).tolist()
        self.blanks = ((verdict == _BLANK) & asked_cells(page) & ~some[:, None]).sum(axis=1).tolist()
        self.possible = (counted * whole).sum(axis=1).tolist()
        self.of_stages = ((counted * whole) @ cells.T).tolist()
        errors = typed & ~np.isin(verdict, _FINE)
        self.first = np.where(errors.any(axis=1), errors.argmax(axis=1), -1).tolist()
        self.elsewhere = judged.elsewhere.sum(axis=1).tolist()
        self.wrong, self.main = _wrong(judged, self.places)
        there = np.array(self.places.usual, dtype=np.intp)
        self.verdicts = np.full((len(verdict), self.places.size), _BLANK, np.uint8)
        self.verdicts[:, there[there >= 0]] = verdict[:, there >= 0]

    def work(self, row: int, *notes: str) -> Work:
        """What came of a sheet."""
        page, whole = self.judged.sheets.flat, self.judged.scale.whole
        first, said = self.first[row], list(notes)
        if elsewhere := self.elsewhere[row]:
            says = plural("{n} right number does not follow from those above it", _ELSEWHERE, elsewhere)
            said.append(says.format(n=elsewhere))
        parts, stages = dict[str, str](), dict[str, Fraction]()
        for stage, n, of in zip(self.places.stages, self.parts[row], self.of_stages[row], strict=True):
            if of:
                parts[stage], stages[stage] = quotient(n, whole), _fraction(n, of)
        grade = Grade(
            "",
            earned=page.problem.points.rounded(_fraction(self.earned[row], whole)),
            possible=_fraction(self.possible[row], whole),
            parts=parts,
            precision=quotient(-self.precision[row], whole),
            unnamed=quotient(self.unnamed[row], whole),
            first_error=page.ids[first] if first >= 0 else "",
            main_cause=self.main.get(row, ""),
            blanks=self.blanks[row],
            notes=tuple(said),
        )
        gained = _fraction(self.followed[row], whole), _fraction(self.once[row], whole)
        return Work(grade, self.verdicts[row].tobytes(), tuple(self.wrong.get(row, ())), *gained, stages)


_ELSEWHERE = _("{n} right numbers do not follow from those above them")


def _wrong(judged: Judged, used: Places) -> tuple[dict[int, list[WrongNumber]], dict[int, str]]:
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
    judged: Judged,
    batch: Batch,
    causes: Causes,
    used: Places,
    wrong: dict[int, list[WrongNumber]],
    main: dict[int, str],
) -> None:
    most = dict[int, float]()
    share = causes.shares.sum(axis=0)
    scale = 10.0 ** judged.sheets.flat.decimals[causes.columns]
    at = batch.rows[causes.rows], causes.columns
    alone = ~_follows_as_typed(batch.reading)[causes.rows, causes.columns]
    with np.errstate(over="ignore"):  # a number at the end of the floats is rounded to ∞, and compared with none
        verdict, number = judged.verdict[at].tolist(), (np.rint(judged.sheets.value[at] * scale) / scale).tolist()
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
