"""What could explain numbers that are not right: the mistakes and the other conventions that give some of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from bptutor.answers import Answers
from bptutor.engine.conventions import Edit
from bptutor.marking.check import paper_for
from bptutor.marking.edited_pages import EditedPages
from bptutor.marking.findings import findings
from bptutor.marking.flat_page import FlatPage
from bptutor.marking.follow_through import working
from bptutor.marking.other_conventions import Alternative, likely
from bptutor.marking.policy import Marking
from bptutor.marking.report import Cause, Mark
from bptutor.marking.sheets import sheets
from bptutor.mistakes.slips import SLIP_IDS, dropped_terms
from bptutor.mistakes.variants import variants
from bptutor.problem import Array, Problem

_MOST_WAYS = 40  # of one mistake that are tried for the one that comes nearest


class Candidate(NamedTuple):
    """A mistake or a convention that gives some of the numbers; `near` is how many of them without much rounding.

    `page` has the number of each cell, NaN where there is none.
    """

    id: str
    says: str
    gives: frozenset[str]
    near: int
    page: Array
    edit: Edit | None = None
    convention: bool = False

    @property
    def rank(self) -> tuple[int, bool, int]:
        """What gives more numbers comes first; a slip of the pen does not happen twice in the same way."""
        return -len(self.gives), len(self.gives) > 1 and self.id in SLIP_IDS, -self.near


def candidates(pages: EditedPages, wrong: list[Mark]) -> list[Candidate]:
    """All that gives some of the numbers that are wrong, mistakes first."""
    return [*_mistakes(pages, wrong), *_conventions(pages, [mark.id for mark in wrong])]


def _mistakes(pages: EditedPages, wrong: list[Mark]) -> Iterator[Candidate]:
    """The mistakes that give some of the numbers, each id once: the way of making it that comes nearest."""
    gives: dict[str, list[Mark]] = {}
    first: dict[str, Cause] = {}
    for mark in wrong:
        for cause in mark.causes:
            gives.setdefault(cause.id, []).append(mark)
            first.setdefault(cause.id, cause)
    for name, cause in first.items():
        marks, near, edit = gives[name], len(gives[name]), cause.edit
        if edit is not None:
            ways = [edit, *(way for way in _ways(pages.row.problem).get(name, ()) if way != edit)][:_MOST_WAYS]
            counts = [pages.near(way, marks) for way in ways]
            near = max(counts)
            edit = ways[counts.index(near)]
        yield Candidate(name, cause.says, frozenset(mark.id for mark in marks), near, pages.of(edit or {}), edit)


@lru_cache(maxsize=16)
def _ways(problem: Problem) -> Mapping[str, list[Edit]]:
    result: dict[str, list[Edit]] = {}
    for misconception, edit, *_rest in (*variants(problem), *dropped_terms(problem)):
        result.setdefault(misconception.id, []).append(edit)
    return result


def _likely(row: FlatPage, answers: Answers, name: str) -> list[Alternative]:
    """The alternatives in which one of the numbers could be right."""
    values, number = np.full((1, row.size), np.nan), answers.cells[name].value
    values[0, row.numbers[name]] = np.nan if number is None else number
    return [other for other, could_be in likely(row, values) if could_be[0]]


def _conventions(pages: EditedPages, wrong: list[str]) -> Iterator[Candidate]:
    """The other conventions in which some of the numbers are right, each id once."""
    problem, answers = pages.row.problem, pages.report.answers
    found: dict[str, Candidate] = {}
    others = {(other.says, other.turned): other for name in wrong for other in _likely(pages.row, answers, name)}
    for other in others.values():
        try:
            right = _right_in(other, answers)
        except KeyError:  # there are no such cells there
            continue
        gives = right & frozenset(wrong)
        name = _declaration(problem, other)
        if gives and (name not in found or len(gives) > len(found[name].gives)):
            page = pages.of_convention(other)
            found[name] = Candidate(name, other.says, gives, len(gives), page, convention=True)
    yield from found.values()


def _right_in(other: Alternative, answers: Answers) -> frozenset[str]:
    """The ids of the numbers that are right in another convention, or follow from the others there."""
    read = other.read(answers)
    row = paper_for(other.problem, read.cells)
    sheet = sheets(row, [read])
    done = working(sheet, sheet.number)
    found = findings(sheet, done, Marking().ulps)
    right = (found.exactly | found.nearly | found.roughly | found.follows)[0]
    pairs = zip(answers.cells, read.cells, strict=True)
    return frozenset(ours for ours, theirs in pairs if theirs in row.numbers and right[row.numbers[theirs]])


def _declaration(problem: Problem, other: Alternative) -> str:
    """The line of a problem file that declares the convention."""
    ours, theirs = problem.conventions, other.problem.conventions
    for key, value in theirs._asdict().items():
        if value != getattr(ours, key):
            return f"{key}: {str(value).lower()}"
    if problem.loss != other.problem.loss:
        return f"loss: {other.problem.loss}"
    return f"weight_rows: {'receiving' if ours.weight_rows == 'sending' else 'sending'}"
