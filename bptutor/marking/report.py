"""What the marker says of a sheet: a mark for every cell, and what they add up to."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from functools import cached_property
from math import lcm
from typing import Any, NamedTuple

from bptutor.answers import Answers
from bptutor.engine.conventions import Edit
from bptutor.engine.quantities import Index, Quantity
from bptutor.language import _
from bptutor.marking.policy import Reason
from bptutor.solution.trace import Trace

FINE = ("right", "right_carried")
"""The verdicts of cells of which nothing is wrong."""


class Cause(NamedTuple):
    """A mistake that gives what was typed; `edit` is what it does to the recipe, None for a slip of the pen.

    `share` (0 to 1) is how likely it is beside everything else that may have happened, `weight` the logarithm that this
    comes from (see `weights`). `same_as` has the labels of the cells whose number this is, where it is that of others.
    """

    id: str
    says: str
    hint: str
    edit: Edit | None = None
    share: float = 1.0
    weight: float = 0.0
    same_as: tuple[str, ...] = ()

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of the mistakes: two where they were made together."""
        return tuple(self.id.split("+"))


class Mark(NamedTuple):
    """What was typed for a cell, and what it earned.

    `expected` is the page's number as written; `from_your_numbers` what the rule gives from the student's own numbers
    above. `causes` has all mistakes that give the number where one is named (the verdict is `misconception`), the
    likeliest first; the first `equally` of them lead, about as likely as each other. `might_be` has those that lead
    where that is not enough for a name. `judged_from` has the ids of the student's own wrong numbers right above,
    `note` what a marker should know. `again`: the mistake was charged further up, and costs less here or nothing;
    `forgiven`: the marker forgives it. `reason`: why points were lost, one of `prices.REASONS`,
    `price` what the teacher calls it who gave the number a price.

    >>> import bptutor
    >>> report = bptutor.check(bptutor.load("mazur"), {"net_h1": 0.3775, "net_h2": 0.41, "out_h2": 0.6011})
    >>> report.marks[:2]
    [<Mark net1[1]: '0.3775', right, 1.5/1.5 points>, <Mark net1[2]: '0.41', wrong, 0/1.5 points>]
    >>> report.marks[3].verdict
    'follow_through'
    """

    id: str
    label: str
    quantity: Quantity
    at: Index
    typed: str | None
    expected: str
    from_your_numbers: str
    verdict: str
    points: Fraction
    credit: Fraction
    causes: tuple[Cause, ...] = ()
    equally: int = 0
    judged_from: tuple[str, ...] = ()
    note: str = ""
    line: int | None = None
    might_be: tuple[Cause, ...] = ()
    again: bool = False
    forgiven: bool = False
    reason: Reason = ""
    price: str = ""

    @property
    def leading(self) -> tuple[Cause, ...]:
        """The mistakes that are named: the one that it was, or those of which it was one."""
        return self.causes[: self.equally]

    def __repr__(self) -> str:
        typed = "blank" if self.typed is None else repr(self.typed)
        return f"<Mark {self.id}: {typed}, {self.verdict}, {float(self.credit):g}/{float(self.points):g} points>"


def _total(points: Iterable[Fraction]) -> Fraction:
    """The sum, of whole numbers: adding fractions one by one takes ten times as long."""
    parts = [one.as_integer_ratio() for one in points]
    whole = lcm(*{below for _above, below in parts})
    return Fraction(sum(above * (whole // below) for above, below in parts), whole)


class Report:
    """All marks of a sheet, in the order of the page.

    `convention` says in which other convention the whole sheet is right, if there is one; `accepted` that these are
    the marks in that convention. `filled_in` says that only what was filled in is marked: then no mark is a blank's.

    >>> import bptutor
    >>> report = bptutor.check(bptutor.load("mazur"), {"net_h1": 0.3775, "out_h1": 0.5932})
    >>> report.earned, report.possible, report.percent
    (Fraction(3, 1), Fraction(47, 1), 6.38)
    >>> report.first_error is None, report.all_right, report.as_dict()["format"]
    (True, False, 'bptutor/report')
    """

    def __init__(
        self,
        trace: Trace,
        answers: Answers,
        marks: Iterable[Mark],
        notes: list[str],
        convention: str = "",
        *,
        accepted: bool = False,
        filled_in: bool = False,
    ):
        self.trace, self.answers, self._marks = trace, answers, marks
        self.notes = [convention, *notes] if convention else notes
        self.convention, self.accepted, self.filled_in = convention, accepted, filled_in

    def __repr__(self) -> str:
        score = f"{float(self.earned):g}/{float(self.possible):g} points ({self.percent:g} %)"
        first = f"first error {self.first_error.id}" if self.first_error else "no errors"
        return f"<Report {self.trace.problem.name}: {score}, {first}>"

    @cached_property
    def marks(self) -> list[Mark]:
        """The marks, written out when they are first asked for."""
        return list(self._marks)

    @cached_property
    def earned(self) -> Fraction:
        """The sum of all credit, rounded where the problem says so."""
        return self.trace.problem.points.rounded(_total(mark.credit for mark in self.marks))

    @cached_property
    def possible(self) -> Fraction:
        """The sum of all points."""
        return _total(mark.points for mark in self.marks)

    @property
    def percent(self) -> float:
        """What part of the points was earned, with two decimals; 100 where there are none."""
        return round(float(100 * self.earned / self.possible), 2) if self.possible else 100.0

    @cached_property
    def first_error(self) -> Mark | None:
        """The first cell of the page where something typed is not right."""
        return next((mark for mark in self.marks if mark.typed is not None and mark.verdict not in FINE), None)

    @property
    def all_right(self) -> bool:
        """Whether every cell that is asked for is right, and whatever else was typed."""
        return all(mark.verdict in FINE for mark in self.marks if mark.points or mark.typed is not None)

    def as_dict(self, *, reveal: bool = False) -> dict[str, Any]:
        """The report as plain data, the format `bptutor/report` version 1.

        Without `reveal`, `expected` and `from_your_numbers` are None where the student has not found the value.
        """
        problem = self.trace.problem
        return {
            "format": "bptutor/report",
            "version": 1,
            "problem": {"title": problem.title, "file": problem.file, "sha256": problem.sha256},
            "student": self.answers.student,
            "score": {"earned": str(self.earned), "possible": str(self.possible), "percent": self.percent},
            "stages": _stages(self, self.marks),
            "first_error": self.first_error and self.first_error.id,
            "marks": [_record(mark, reveal) for mark in self.marks],
            "notes": self.notes,
        }


def _stages(report: Report, marks: list[Mark]) -> list[dict[str, Any]]:
    from bptutor.marking.stages import imprecise, lines  # it rests on the marks of this module

    found: list[dict[str, Any]] = [
        {
            "id": line.stage.id,
            "title": line.stage.title,
            "earned": str(line.earned),
            "possible": str(line.possible),
            "lost": [
                {"points": str(loss.points), "cells": loss.cells, "reason": loss.reason, "mistake": loss.mistake}
                for loss in line.lost
            ],
        }
        for line in lines(marks, report.trace.problem)
    ]
    points, cells = imprecise(marks)
    lost = [{"points": str(points), "cells": cells, "reason": "precision", "mistake": ""}]
    precision = {"id": "precision", "title": _("Precision"), "earned": str(-points), "possible": "0", "lost": lost}
    return [*found, precision] if cells else found


def _causes(causes: Iterable[Cause]) -> list[dict[str, str]]:
    from bptutor.mistakes.table import MISCONCEPTIONS  # who only solves does not wait for the table

    says = {mistake.id: mistake.says for mistake in MISCONCEPTIONS}
    return [{"id": name, "says": says.get(name, cause.says)} for cause in causes for name in cause.ids]


def _record(mark: Mark, reveal: bool) -> dict[str, Any]:
    found = reveal or mark.verdict in FINE
    follows = found or mark.verdict == "follow_through"
    return {
        "id": mark.id,
        "label": mark.label,
        "typed": mark.typed,
        "expected": mark.expected if reveal or mark.verdict == "right" else None,
        "from_your_numbers": mark.from_your_numbers if follows else None,
        "verdict": mark.verdict,
        "points": str(mark.points),
        "credit": str(mark.credit),
        "causes": _causes(mark.leading),
        "might_be": _causes(mark.might_be),
        "line": mark.line,
    }
