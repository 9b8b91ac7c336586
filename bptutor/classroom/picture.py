"""The picture of a class: its scores, how each cell went, its misconceptions, and what a teacher should look at.

It is made from one result after another, in memory that does not grow with the class.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import combinations, islice
from typing import Any, NamedTuple

import numpy as np

from bptutor.classroom.cells import Cell, CellCounts, ClassPage
from bptutor.classroom.grade import in_order
from bptutor.classroom.result import Result, Work
from bptutor.classroom.scores import BINS, Scores, Spread
from bptutor.classroom.suspicions import MOST_SHEETS, Group, Suspicions, Unusual, Variant, mistakes
from bptutor.language import _, plural
from bptutor.marking.factors import OTHER_FACTOR, OTHER_RATE
from bptutor.marking.verdicts import VERDICTS
from bptutor.mistakes.slips import COPY_SLIP, DROPPED_TERM, SLIP_IDS, SLIPS
from bptutor.mistakes.variants import MISCONCEPTIONS

MOST_IDS = 1000
"""Students whose ids are kept for each mistake."""

_MOST_GROUPS = 1000  # and pairs within groups
_MOST_VARIANTS = 1000
_MOST_ALIKE = 5000  # kinds of work that wait to be counted
_SAYS = {
    **{mistake.id: mistake.says for mistake in (*MISCONCEPTIONS, DROPPED_TERM)},
    **{slip.id: slip.says for slip in (*SLIPS, COPY_SLIP)},
    OTHER_RATE: _("You used another learning rate than the one that is given."),
    OTHER_FACTOR: _(
        "All your numbers of a kind are the same number of times what they should be: one constant is off."
    ),
}
_NO_NUMBER = [VERDICTS.index("blank"), VERDICTS.index("unreadable")]


class Mistake(NamedTuple):
    """A mistake with a name, how many students make it, and the ids of the first `MOST_IDS` of them.

    Where two mistakes fit a sheet equally well, each counts as half a student; `makers` are those of whom it may be.
    """

    id: str
    says: str
    students: float
    ids: tuple[str, ...]
    makers: int

    def as_dict(self) -> dict[str, Any]:
        """The mistake as plain data."""
        return {**self._asdict(), "ids": list(self.ids)}


class Gained(NamedTuple):
    """What part of the mean score, in percent of all points, is for numbers that follow from wrong ones.

    And what part for mistakes that were made again and are counted once.
    """

    follow_through: float
    counted_once: float


class Picture(NamedTuple):
    """What a class did, plain data.

    `spread` and `bins` are of the scores in percent. `unusual` comes first wherever the picture is shown, since all
    else may be wrong then. Slips of the pen are apart from misconceptions: nobody believes in them.
    """

    graded: int
    unreadable: int
    spread: Spread | None
    gained: Gained
    bins: tuple[int, ...]
    cells: tuple[CellCounts, ...]
    misconceptions: tuple[Mistake, ...]
    slips: tuple[Mistake, ...]
    unusual: tuple[Unusual, ...]
    groups: tuple[Group, ...]
    notes: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """The picture as plain data, the format `bptutor/class` version 1."""
        width = 100 // BINS
        return {
            "format": "bptutor/class",
            "version": 1,
            "graded": self.graded,
            "unreadable": self.unreadable,
            "unusual_numbers": [_unusual(found) for found in self.unusual],
            "percent": self.spread and _percent(self.spread),
            "gained": self.gained._asdict(),
            "histogram": [{"from": k * width, "to": (k + 1) * width, "students": n} for k, n in enumerate(self.bins)],
            "misconceptions": [mistake.as_dict() for mistake in self.misconceptions],
            "slips": [mistake.as_dict() for mistake in self.slips],
            "cells": [cell.as_dict() for cell in self.cells],
            "groups": [_group(group) for group in self.groups],
            "pairs": [_group(pair) for pair in self.pairs],
            "notes": list(self.notes),
        }

    @property
    def pairs(self) -> tuple[Group, ...]:
        """Every two sheets of a group, with what the group shares; of very many the first 1000."""
        pairs = (group._replace(ids=two) for group in self.groups for two in combinations(group.ids, 2))
        return tuple(islice(pairs, _MOST_GROUPS))


def _percent(spread: Spread) -> dict[str, Any]:
    return {
        "mean": spread.mean,
        "median": spread.median,
        "standard_deviation": spread.deviation,
        "quartiles": list(spread.quartiles),
    }


def _unusual(found: Unusual) -> dict[str, Any]:
    return {
        "variant": found.variant,
        **found.cell._asdict(),
        "number": found.number,
        "students": found.students,
        "answered": found.answered,
        "causes": list(found.causes),
    }


def _group(group: Group) -> dict[str, Any]:
    numbers = ({**found.cell._asdict(), "number": found.number, "students": found.students} for found in group.numbers)
    return {
        "ids": list(group.ids),
        "variant": group.variant,
        "chance": float(f"{group.chance:.2g}"),
        "numbers": list(numbers),
        "causes": list(group.causes),
    }


class Tally:
    """Results, told one after another, from which the picture is made.

    The order of the results does not matter, unless a mistake is made by more students than ids are kept of.
    """

    def __init__(self) -> None:
        self.unreadable = 0
        self._scores = Scores()
        self._pages: dict[tuple[str | None, int], ClassPage] = {}
        self._ids: dict[str, list[str]] = {}
        self._made = dict[str, Fraction]()
        self._makers = Counter[str]()
        self._gained = [Fraction(), Fraction()]  # shares of all points, added up
        self._suspicions = Suspicions()
        self._alike: dict[tuple[ClassPage, Work], int] = {}

    def add(self, result: Result) -> None:
        """Counts a result."""
        hand_in, work, _feedback = result
        if not work.grade.readable:
            self.unreadable += 1
            return
        page = self._page(hand_in.variant, len(work.verdicts))
        self._alike[page, work] = self._alike.get((page, work), 0) + 1
        if len(self._alike) >= _MOST_ALIKE:
            self._settle()
        name, causes = hand_in.id or hand_in.source, mistakes(work.wrong)
        for cause, share in causes.items():
            self._made[cause] = self._made.get(cause, 0) + share
            self._makers[cause] += 1
            if self._makers[cause] <= MOST_IDS:
                self._ids.setdefault(cause, []).append(name)
        self._suspicions.remember(name, work, page.place, causes)

    def _settle(self) -> None:
        """Counts what the same work of many students adds to the picture, once for all of them."""
        for (page, work), students in self._alike.items():
            self._scores.add(work.grade.earned, work.grade.possible, students)
            if possible := work.grade.possible:
                for place, points in enumerate((work.followed, work.once)):
                    self._gained[place] += students * points / possible
            page.add(work.verdicts, students)
            self._suspicions.add(work, page.place, students)
        self._alike.clear()
        for page in self._pages.values():
            page.settle()

    def _page(self, variant: str, cells: int) -> ClassPage:
        """The page of a variant; where there are very many variants, the rest have one together."""
        page = self._pages.get((variant, cells))
        if page is None:
            key = (variant if len(self._pages) < _MOST_VARIANTS else None, cells)
            page = self._pages.setdefault(key, ClassPage(len(self._pages), cells))
        return page

    def picture(self, cells: Sequence[tuple[str, str]], asked: Sequence[bool] | None = None) -> Picture:
        """The picture of what was told so far; `cells` has the id and label of each cell of the page.

        With `asked`, which says what cells are asked for, a cell that is not and that nobody answered is left out.
        """
        self._settle()
        page = [Cell(*cell) for cell in cells]
        variants = [self._variant(key, len(page)) for key in self._pages]
        groups = self._suspicions.groups(page, variants)
        ranked = [self._mistake(cause) for cause in sorted(self._made, key=lambda cause: (-self._made[cause], cause))]
        spread = self._scores.spread()
        return Picture(
            graded=self._suspicions.sheets,
            unreadable=self.unreadable,
            spread=spread,
            gained=Gained(*(round(float(100 * part / max(1, self._suspicions.sheets)), 2) for part in self._gained)),
            bins=tuple(self._scores.bins),
            cells=self._cells(page, asked),
            misconceptions=tuple(mistake for mistake in ranked if mistake.id not in SLIP_IDS),
            slips=tuple(mistake for mistake in ranked if mistake.id in SLIP_IDS),
            unusual=tuple(self._suspicions.unusual(page, variants)),
            groups=tuple(groups[:_MOST_GROUPS]),
            notes=tuple(self._notes(len(page), len(groups))),
        )

    def _variant(self, key: tuple[str | None, int], cells: int) -> Variant | None:
        """A variant on this page; None for what has another, or is no variant alone."""
        name, size = key
        if name is None or size != cells:
            return None
        counts = self._pages[key].counts
        answered = counts.sum(axis=1) - counts[:, _NO_NUMBER].sum(axis=1)
        return Variant(name, self._pages[key].students, answered.tolist())

    def _cells(self, page: Sequence[Cell], asked: Sequence[bool] | None) -> tuple[CellCounts, ...]:
        total = np.zeros((len(page), len(VERDICTS)), np.int64)
        for (_name, size), found in self._pages.items():
            if size == len(page):
                total += found.counts
        answered = total.sum(axis=1) > total[:, VERDICTS.index("blank")]
        kept = answered | (True if asked is None else np.asarray(asked, bool))
        rows = zip(page, total.tolist(), kept.tolist(), strict=True)
        return tuple(CellCounts(cell, tuple(counts)) for cell, counts, keep in rows if keep)

    def _mistake(self, cause: str) -> Mistake:
        made, ids = self._made[cause], sorted(self._ids[cause], key=in_order)
        students = round(float(made), 2) if made.denominator > 1 else int(made)
        return Mistake(cause, _SAYS.get(cause, ""), students, tuple(ids), self._makers[cause])

    def _notes(self, cells: int, groups: int) -> Iterator[str]:
        """What the picture does not show."""
        others = sum(page.students for (_name, size), page in self._pages.items() if size != cells)
        if others:
            message = plural(
                "{n} sheet is of another page: it counts in the scores, but in no cell.",
                "{n} sheets are of another page: they count in the scores, but in no cell.",
                others,
            )
            yield message.format(n=others)
        if any(name is None for name, _size in self._pages):
            message = _("Unusual numbers and sheets alike are looked for in the first {n} variants only.")
            yield message.format(n=_MOST_VARIANTS)
        if self._suspicions.sheets > MOST_SHEETS:
            yield _("Sheets alike were not looked for: there are more than {n} sheets.").format(n=MOST_SHEETS)
        if groups > _MOST_GROUPS:
            yield _("Only the first {n} groups of sheets are listed.").format(n=_MOST_GROUPS)
        if any(makers > MOST_IDS for makers in self._makers.values()):
            yield _("Of each mistake the ids of the first {n} students are listed.").format(n=MOST_IDS)
