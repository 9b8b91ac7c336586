"""What could explain numbers that are not right: the mistakes and the other conventions that give some of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from bptutor.answers import Answers
from bptutor.engine.conventions import Edit
from bptutor.marking import weights
from bptutor.marking.check import flat_page_for
from bptutor.marking.edited_pages import EditedPages
from bptutor.marking.findings import findings
from bptutor.marking.flat_page import FlatPage
from bptutor.marking.follow_through import working
from bptutor.marking.other_conventions import Alternative, likely
from bptutor.marking.policy import Marking
from bptutor.marking.report import Cause, Mark
from bptutor.marking.sheets import sheets
from bptutor.mistakes.slips import dropped_terms
from bptutor.mistakes.variants import variants
from bptutor.problem import Array, Problem

_MOST_WAYS = 40  # of one mistake that are tried for the one that comes nearest


class Candidate(NamedTuple):
    """A mistake or a convention that gives some of the numbers, by their ids with its weight there (see `weights`).

    `page` has the number of each cell, NaN where there is none.
    """

    id: str
    says: str
    gives: Mapping[str, float]
    page: Array
    edit: Edit | None = None
    convention: bool = False


def candidates(
    pages: EditedPages, wrong: Mapping[str, tuple[Mark, tuple[Cause, ...]]], something_else: Mapping[str, float]
) -> list[Candidate]:
    """All that gives some of the numbers that are wrong, each with the mistakes that give it; mistakes first.

    `something_else` has ln P(number | something that nobody has thought of) of each.
    """
    return [*_mistakes(pages, wrong.values()), *_conventions(pages, something_else)]


def _mistakes(pages: EditedPages, wrong: Iterable[tuple[Mark, tuple[Cause, ...]]]) -> Iterator[Candidate]:
    """The mistakes that give some of the numbers, each id once: the way of making it that comes nearest."""
    gives: dict[str, list[Mark]] = {}
    causes: dict[str, dict[str, Cause]] = {}
    for mark, fits in wrong:
        for cause in fits:
            gives.setdefault(cause.id, []).append(mark)
            causes.setdefault(cause.id, {})[mark.id] = cause
    for name, found in causes.items():
        first, weight = next(iter(found.values())), {cell: cause.weight for cell, cause in found.items()}
        edit = first.edit
        if edit is not None:
            ways = [edit, *(way for way in _ways(pages.row.problem).get(name, ()) if way != edit)][:_MOST_WAYS]
            counts = [pages.near(way, gives[name]) for way in ways]
            edit = ways[counts.index(max(counts))]
        yield Candidate(name, first.says, weight, pages.of(edit or {}), edit)


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


def _conventions(pages: EditedPages, wrong: Mapping[str, float]) -> Iterator[Candidate]:
    """The other conventions in which some of the numbers are right, each id once."""
    problem, answers = pages.row.problem, pages.report.answers
    found: dict[str, Candidate] = {}
    others = {(other.says, other.turned): other for name in wrong for other in _likely(pages.row, answers, name)}
    for other in others.values():
        try:
            right = _right_in(other, answers)
        except KeyError:  # there are no such cells there
            continue
        gives = right & wrong.keys()
        name = _declaration(problem, other)
        if gives and (name not in found or len(gives) > len(found[name].gives)):
            weight = weights.CONVENTION - sum(wrong[cell] for cell in gives)
            page = pages.of_convention(other)
            found[name] = Candidate(name, other.says, dict.fromkeys(gives, weight), page, convention=True)
    yield from found.values()


def _right_in(other: Alternative, answers: Answers) -> frozenset[str]:
    """The ids of the numbers that are right in another convention, or follow from the others there."""
    read = other.read(answers)
    row = flat_page_for(other.problem, read.cells)
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
