"""Grades many sheets at once: the same verdicts as `check` gives each, found for all of them together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bptutor.answers import Answers
from bptutor.classroom.grade import Grade
from bptutor.classroom.result import Result, Work
from bptutor.classroom.sums import Sums
from bptutor.engine.arrays import Flags
from bptutor.intake.entry import HandIn
from bptutor.language import _
from bptutor.marking.check import flat_page_for, judged_alone, report, right_otherwise
from bptutor.marking.flat_page import FlatPage
from bptutor.marking.judge import judge
from bptutor.marking.other_conventions import Alternative
from bptutor.marking.policy import Marking
from bptutor.marking.report import Report
from bptutor.marking.sheets import Sheets, blank, clamped, sheets
from bptutor.problem import Array, Problem


class Feedback(NamedTuple):
    """How feedback is written: the texts by the endings of their files, and whether they show `from_your_numbers`.

    `refuse` writes that of a hand-in that cannot be read.
    """

    write: Callable[[Report, HandIn], Mapping[str, str]]
    refuse: Callable[[HandIn], Mapping[str, str]]
    own_numbers: bool = True


def unreadable(hand_in: HandIn, feedback: Feedback | None = None) -> Result:
    """What comes of a hand-in that cannot be read; who handed it in is told why."""
    texts = feedback.refuse(hand_in) if feedback else {}
    return Result(hand_in, Work(Grade("", notes=(hand_in.reason,), readable=False)), texts)


def grade_sheets(
    problem: Problem,
    handed: Sequence[tuple[HandIn, Answers]],
    marking: Marking,
    feedback: Feedback | None = None,
) -> list[Result]:
    """The results of sheets, in their order."""
    pages = defaultdict[FlatPage, list[int]](list)
    for place, (_hand_in, answers) in enumerate(handed):
        pages[flat_page_for(problem, answers.cells)].append(place)
    results = dict[int, Result]()
    for page, places in pages.items():
        hand_ins, some = [handed[place][0] for place in places], [handed[place][1] for place in places]
        graded = _results(sheets(page, some), hand_ins, some.__getitem__, marking, feedback)
        results |= dict(zip(places, graded, strict=True))
    return [results[place] for place in range(len(handed))]


def grade_numbers(
    problem: Problem,
    hand_ins: Sequence[HandIn],
    columns: Sequence[str],
    numbers: tuple[Array, NDArray[np.int16], Flags],
    answers_of: Callable[[int], Answers],
    marking: Marking,
    feedback: Feedback | None = None,
) -> list[Result]:
    """The results of the rows of a table; `columns` are the ids of its cells.

    `numbers` are value, decimals and what is unreadable, arrays (rows, columns); `answers_of` gives a row as a sheet.
    """
    usual, page = usual_page(problem), flat_page_for(problem, columns)
    value, decimals, unread = numbers
    more = [column for column, name in enumerate(columns) if name not in usual.numbers]
    if more and not (~np.isnan(value[:, more]) | unread[:, more]).all():
        # A cell that the page does not show belongs to the page of those sheets only that have it.
        return grade_sheets(problem, [(one, answers_of(row)) for row, one in enumerate(hand_ins)], marking, feedback)
    batch, at = blank(page, len(hand_ins)), [page.numbers[name] for name in columns]
    batch.value[:, at], batch.decimals[:, at], batch.unreadable[:, at] = value, clamped(decimals), unread
    return list(_results(batch, hand_ins, answers_of, marking, feedback))


def usual_page(problem: Problem) -> FlatPage:
    """The page whose cells `Work.verdicts` and `WrongNumber.cell` count."""
    return flat_page_for(problem)


def _results(
    batch: Sheets,
    hand_ins: Sequence[HandIn],
    answers_of: Callable[[int], Answers],
    marking: Marking,
    feedback: Feedback | None,
) -> Iterator[Result]:
    """The results of sheets with one page; those that are alike are judged once, and share what came of it."""
    kinds, firsts = batch.alike()
    judged = judge(batch.some(firsts), marking)
    others = right_otherwise(judged, marking)
    sums, works = Sums(judged, marking, usual_page(batch.flat.problem)), list[Work]()
    for kind, row in enumerate(firsts.tolist()):
        other = others.get(kind)
        works.append(_in_another(other, sums, kind, answers_of(row), marking) if other else sums.work(kind))
    for row, (hand_in, kind) in enumerate(zip(hand_ins, kinds, strict=True)):
        texts: Mapping[str, str] = {}
        if feedback:
            answers, own = answers_of(row), feedback.own_numbers
            marked = report(judged, kind, answers, marking, others.get(kind), own_numbers=own)
            texts = feedback.write(marked, hand_in)
        yield Result(hand_in, works[kind], texts)


def _in_another(other: Alternative, ours: Sums, kind: int, answers: Answers, marking: Marking) -> Work:
    """What came of one of the sheets, all of which is right in another convention."""
    note = _("right in another convention: {says}").format(says=other.says)
    if not marking.accept_conventions:
        return ours.work(kind, note)
    theirs = judged_alone(other.problem, other.read(answers), marking)
    return Sums(theirs, marking, usual_page(ours.judged.sheets.flat.problem)).work(0, note)
