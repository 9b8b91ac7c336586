"""Reports made by hand, so that what is said of a sheet can be tested apart from how it is marked."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from bptutor.answers import Answers, Typed
from bptutor.engine.recipe import Step
from bptutor.files.library import load
from bptutor.files.numbers import number
from bptutor.marking.policy import Reason
from bptutor.marking.report import FINE, Cause, Mark, Report
from bptutor.solution.trace import Cell, Trace

REASONS: dict[str, Reason] = {
    "follow_through": "", "imprecise": "precision", "misconception": "mistake", "wrong": "slip", "blank": "blank",
    "unreadable": "unreadable",
}  # fmt: skip
EARNS = dict.fromkeys((*FINE, "follow_through"), Fraction(1)) | {"imprecise": Fraction(1, 2)}


def report(
    problem: Any, typed: Mapping[str, str], more: Mapping[str, Mapping[str, Any]] | None = None, **about: Any
) -> Report:
    """The report of a sheet with these texts; `more` has fields of the marks of some cells, `about` those of the sheet.

    A number is right where it is the text of the page, wrong otherwise, unless `more` says another verdict.
    """
    trace = Trace(load(problem))
    notes = about.pop("notes", [])
    answers = Answers(
        {name: Typed(text, number(text), len(text.partition(".")[2])) for name, text in typed.items()}, **about
    )
    return Report(trace, answers, [_mark(cell, typed, (more or {}).get(cell.id, {})) for cell in trace.cells()], notes)


def _mark(cell: Cell, typed: Mapping[str, str], fields: Mapping[str, Any]) -> Mark:
    text = typed.get(cell.id)
    verdict = (
        "blank" if text is None else "right" if text == cell.text else "unreadable" if number(text) is None else "wrong"
    )
    verdict = fields.get("verdict", verdict)
    mark = Mark(
        id=cell.id,
        label=cell.label,
        quantity=cell.quantity,
        at=cell.at,
        typed=text,
        expected=cell.text,
        from_your_numbers=cell.text,
        verdict=verdict,
        points=Fraction(1),
        credit=EARNS.get(verdict, Fraction(0)),
        reason=REASONS.get(verdict, ""),
    )
    return mark._replace(**{"equally": len(fields.get("causes", ())), **fields})


def right(problem: Any) -> dict[str, str]:
    """The texts of the whole page."""
    return {cell.id: cell.text for cell in Trace(load(problem)).cells()}


def omitted_slope(problem: Any) -> Cause:
    """A mistake: the hidden deltas are taken to be the errors."""
    recipe = Trace(load(problem)).page.recipe
    edit = {q: Step(_error_alone, step.operands[:1]) for q, step in recipe.items() if q == "delta1"}
    return Cause("omit_hidden_slope", "The slope of the hidden unit is left out.", "Look at the chain rule.", edit)


def _error_alone(error: Any) -> Any:
    return error
