"""The reverse look-up: which mistakes, and which other conventions, give the numbers that somebody found.

A number is judged as on a sheet that has these numbers only, so a later one is judged from an earlier one. Then the
page is worked out once for everything that could explain it, which shows where to look next.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any, NamedTuple

import numpy as np

from bptutor.answers import Answers, Typed
from bptutor.marking.apart import alike, telling
from bptutor.marking.candidates import Candidate, candidates
from bptutor.marking.check import all_that_fits, check, judged_alone, report, something_else
from bptutor.marking.edited_pages import EditedPages
from bptutor.marking.policy import Marking
from bptutor.marking.report import FINE, Mark
from bptutor.marking.weights import NAMED, leading, shares
from bptutor.problem import Problem
from bptutor.solution.trace import Trace

_MOST_CANDIDATES = 8
_RIGHT = (*FINE, "imprecise")


class Explanation(NamedTuple):
    """What gives a number; `first_cell` is the first that it changes, with its label and the formula put there.

    `share` (0 to 1) is how likely it is beside everything else that may have happened.
    """

    id: str
    says: str
    first_cell: str
    label: str
    formula: str
    convention: bool
    share: float


class Number(NamedTuple):
    """What was found about a number. `follows_from` has the ids of the wrong ones that it follows from.

    `explanations` has all that give it, the likeliest first. The first `equally` of them are about as likely as each
    other, and together nine times as likely as everything else; it is 0 where nothing is.
    """

    id: str
    label: str
    typed: str
    right: bool
    follows_from: tuple[str, ...]
    explanations: tuple[Explanation, ...]
    equally: int


class Look(NamedTuple):
    """A cell to look at next: what would stand there for each candidate, by its id; "" where nothing would."""

    id: str
    label: str
    values: Mapping[str, str]


@dataclass(frozen=True)
class Why:
    """The numbers in the order of the page; `candidates` has the ids of what explains them best.

    `alike` has the pairs of candidates that no cell of the page tells apart.
    """

    problem: Problem
    numbers: tuple[Number, ...]
    candidates: tuple[str, ...]
    look_at: tuple[Look, ...]
    alike: tuple[tuple[str, str], ...]

    def __repr__(self) -> str:
        found = [f"{one.id} = {one.typed}: {_verdict(one)}" for one in self.numbers]
        return f"<Why {self.problem.name}: {'; '.join(found)}>"

    @property
    def all_right(self) -> bool:
        """Whether every number is right."""
        return all(number.right for number in self.numbers)

    def as_dict(self) -> dict[str, Any]:
        """All of it as plain data, the format `bptutor/why` version 1."""
        problem = self.problem
        return {
            "format": "bptutor/why",
            "version": 1,
            "problem": {"title": problem.title, "file": problem.file, "sha256": problem.sha256},
            "cells": [_record(number) for number in self.numbers],
            "look_at": [{"id": look.id, "label": look.label, "values": dict(look.values)} for look in self.look_at],
        }


def _verdict(number: Number) -> str:
    if number.right:
        return "right"
    if number.follows_from:
        return f"follows from {', '.join(number.follows_from)}"
    return " or ".join(one.id for one in number.explanations[: number.equally]) or "unknown"


def _record(number: Number) -> dict[str, Any]:
    causes = [given for given in number.explanations if not given.convention]
    return {
        "id": number.id,
        "label": number.label,
        "typed": number.typed,
        "right": number.right,
        "follows_from": list(number.follows_from),
        "causes": [{"id": cause.id, "says": cause.says, "first_cell": cause.first_cell} for cause in causes],
        "conventions": [{"id": given.id, "says": given.says} for given in number.explanations if given.convention],
    }


def why(problem: Problem, typed: Mapping[str, Typed]) -> Why:
    """What is known of each of the numbers, by the ids of their cells.

    Raises BptutorError where the problem cannot be worked out, KeyError for a cell that it does not have.
    """
    answers, marking = Answers(typed), Marking()
    judged = judged_alone(problem, answers, marking)
    found = report(judged, 0, answers, marking, None)
    pages = EditedPages(found)
    marks = [mark if mark.verdict != "wrong" else _alone(problem, mark, typed) for mark in found.marks if mark.typed]
    wrong = {mark.id: mark for mark in marks if mark.verdict not in _RIGHT and not _follows(mark)}
    fits = {name: (mark, all_that_fits(judged, 0, name)) for name, mark in wrong.items()}
    given = candidates(pages, fits, {name: something_else(judged, 0, name) for name in wrong})
    ranked = {name: _ranked(given, name) for name in wrong}
    numbers = tuple(
        Number(
            mark.id,
            mark.label,
            mark.typed or "",
            mark.verdict in _RIGHT,
            mark.judged_from if _follows(mark) else (),
            tuple(_explanation(pages, mark, one, share) for one, share in ranked.get(mark.id, ())),
            _equally([share for _one, share in ranked.get(mark.id, ())]),
        )
        for mark in marks
    )
    return Why(problem, numbers, *_apart(pages, [[one for one, _share in row] for row in ranked.values()]))


def _alone(problem: Problem, mark: Mark, typed: Mapping[str, Typed]) -> Mark:
    """The mark of a number by itself if that is right, as one of few digits is whatever stands beside it."""
    (alone,) = (m for m in check(problem, Answers({mark.id: typed[mark.id]})).marks if m.id == mark.id)
    return alone if alone.verdict in _RIGHT else mark


def _follows(mark: Mark) -> bool:
    """Whether a number that is not right follows from others, whatever a marker gives for that."""
    return mark.verdict == "follow_through" or (mark.verdict == "wrong" and bool(mark.note))


def _explanation(pages: EditedPages, mark: Mark, candidate: Candidate, share: float) -> Explanation:
    edit, naming = candidate.edit, pages.row.trace.naming
    if edit is None:  # nowhere else than here, or everywhere
        first, formula = (mark.quantity, mark.at), ""
    else:
        first = pages.made_at(mark, edit)
        formula = pages.formula(first, edit)
    return Explanation(
        candidate.id, candidate.says, naming.id(*first), naming.label(*first), formula, candidate.convention, share
    )


def _ranked(given: list[Candidate], name: str) -> list[tuple[Candidate, float]]:
    """What gives a number, the likeliest first, each with how likely it is."""
    giving = [one for one in given if name in one.gives]
    share = shares(np.array([[one.gives[name]] for one in giving]).reshape(-1, 1))[:, 0].tolist()
    return sorted(zip(giving, share, strict=True), key=lambda pair: -pair[1])


def _equally(share: list[float]) -> int:
    """How many lead, none where nothing is likely enough to be named."""
    leads = leading(np.array(share).reshape(-1, 1))[:, 0]
    return int(leads.sum()) if sum(share[: int(leads.sum())]) >= NAMED else 0


def _apart(
    pages: EditedPages, found: list[list[Candidate]]
) -> tuple[tuple[str, ...], tuple[Look, ...], tuple[tuple[str, str], ...]]:
    """The candidates, the cells that tell those apart that explain the same number, and the pairs that none does."""
    best_of_all = list({one.id: one for group in found for one in group}.values())[:_MOST_CANDIDATES]
    names = tuple(one.id for one in best_of_all)
    places = {name: place for place, name in enumerate(names)}
    groups = [[places[one.id] for one in group if one.id in places] for group in found]
    pairs = list(dict.fromkeys(pair for group in groups for pair in combinations(sorted(group), 2)))
    if not pairs:
        return names, (), ()
    row = pages.row
    unit = row.unit
    texts = [row.write(one.page) for one in best_of_all]
    written = np.array([[float(text) if text else np.nan for text in page] for page in texts])
    open_ = row.shown & ~row.given & ~np.isin(row.ids, list(pages.report.answers.cells))
    looks = []
    for cell in telling(written, pairs, open_, unit):
        label = _label(row.trace, row.ids[cell])
        values = {name: page[cell] for name, page in zip(names, texts, strict=True)}
        looks.append(Look(row.ids[cell], label, values))
    same = alike(written, pairs, open_, unit)
    return names, tuple(looks), tuple((names[one], names[other]) for one, other in same)


def _label(trace: Trace, name: str) -> str:
    quantity, at = trace.find(name)
    return trace.naming.label(quantity, at or ())
