"""What to tell a student about a cell: what went wrong, and hints that say a little more each time.

Nothing here shows a number that the student has not found. Formulas are filled with the numbers of the exercise and
with what the student typed; where nothing was typed, the label stands.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np

from bptutor.engine.conventions import Edit
from bptutor.engine.parts import STAGE
from bptutor.engine.quantities import Index, Quantity
from bptutor.engine.term import PAGE
from bptutor.language import _, plural
from bptutor.marking.report import FINE, Cause, Mark, Report
from bptutor.solution.explain import Explainer

LEVELS = 4
"""How many hints there are for a cell."""

_WORTH_SAYING = 0.02
"""Of 1: a mistake that is less likely than this beside what else may have happened is not spoken of."""

_FEW = 6  # of the cells, or mistakes, that a sentence lists

Place = tuple[Quantity, Index]


class Advice(NamedTuple):
    """Sentences, and below them a working: the label of a cell, and its forms, each equal to the one before."""

    sentences: tuple[str, ...]
    label: str = ""
    forms: tuple[str, ...] = ()


def to_explain(report: Report) -> Mark | None:
    """The cell to talk about: the first that is wrong, else the first too short, else the first blank that counts."""
    first = report.first_error
    if first is None:
        return next((mark for mark in report.marks if mark.points and mark.verdict not in FINE), None)
    harmless = (*FINE, "imprecise", "blank", "follow_through")
    return next((mark for mark in report.marks if mark.verdict not in harmless), first)


def own_numbers(report: Report) -> Callable[[Quantity], Any]:
    """Writes a quantity as the student did: the numbers as typed, and the label of what is blank or unreadable."""
    naming, cells = report.trace.naming, report.answers.cells

    def digits(quantity: Quantity) -> Any:
        texts = naming.labels(quantity)
        for index, name in np.ndenumerate(naming.ids(quantity)):
            if name in cells and cells[name].value is not None:
                texts[index] = _neutral(cells[name].text)
        return texts

    return digits


def _neutral(text: str) -> str:
    """A readable number as a formula has it, whatever signs it was typed with."""
    plain = text.strip().replace("\N{MINUS SIGN}", "-").replace(",", ".").removeprefix("+")
    return f"({plain})" if "/" in plain else plain


def explainer(report: Report, edit: Edit | None = None) -> Explainer:
    """What explains the page in the student's numbers, or the page that a mistake makes of it."""
    trace = report.trace
    page = trace.page._replace(recipe={**trace.page.recipe, **(edit or {})})
    return Explainer(page, trace.values, trace.naming, trace.show, PAGE, own_numbers(report))


def what_went_wrong(report: Report, mark: Mark) -> list[Advice]:
    """What the verdict on a cell means, in the student's own numbers; nothing for a cell that is right."""
    explain = _ADVICE.get(mark.verdict)
    return explain(report, mark) if explain else []


def _misconception(report: Report, mark: Mark) -> list[Advice]:
    others = [cause for cause in mark.causes[mark.equally :] if cause.share >= _WORTH_SAYING]
    advice = []
    for place, cause in enumerate(mark.leading):
        pattern = _("Or: {mistake}") if place else _("Either: {mistake}") if mark.equally > 1 else "{mistake}"
        label, forms = _wrong_working(report, mark, cause)
        advice.append(Advice((pattern.format(mistake=cause.says),), label, forms))
    if others:
        says = " ".join(cause.says for cause in others[:_FEW])
        advice.append(Advice((_("Would also fit this number, but explains less: {mistakes}").format(mistakes=says),)))
    return advice


def _wrong_working(report: Report, mark: Mark, cause: Cause) -> tuple[str, tuple[str, ...]]:
    """The rule that the mistake puts in the place of the right one, and how it leads to what was typed."""
    if cause.edit is None:
        return "", ()
    explain, naming = explainer(report, cause.edit), report.trace.naming
    itself = (mark.quantity, mark.at)
    for cell in _above(report, explain, mark):
        if cell[0] in cause.edit and (cell == itself or not _is_typed(report, cell)):
            why = explain.explain(*cell)
            typed = (_neutral(mark.typed or "").replace("-", PAGE.minus),) if cell == itself else ()
            return naming.label(*cell), tuple(dict.fromkeys((why.formula, why.substituted, *typed)))
    return "", ()


def _wrong(report: Report, mark: Mark) -> list[Advice]:
    message = _("You typed {typed}. It does not follow from the numbers above it.")
    if mark.note:  # why it earns nothing although it follows
        message = _("You typed {typed}. It earns nothing: {note}.")
    elif mark.judged_from:
        message = _("You typed {typed}. It does not follow from the numbers above it, your own {cells} included.")
    cells = listed(labels(report, mark.judged_from))
    said = [message.format(typed=mark.typed, cells=cells, note=mark.note)]
    said += [_("It might be this: {mistake}").format(mistake=cause.says) for cause in mark.leading]
    return [Advice(tuple(said))]


def _follow_through(report: Report, mark: Mark) -> list[Advice]:
    own = listed(labels(report, mark.judged_from))
    message = _("You typed {typed}. It follows from your own {cells}: look there, nothing went wrong here.")
    return [Advice((message.format(typed=mark.typed, cells=own),))]


def _imprecise(report: Report, mark: Mark) -> list[Advice]:
    asked = report.trace.problem.decimals
    message = plural(
        "You typed {typed}. It is right as far as it goes, but {n} decimal is asked.",
        "You typed {typed}. It is right as far as it goes, but {n} decimals are asked.",
        asked,
    )
    return [Advice((message.format(typed=mark.typed, n=asked),))]


def _unreadable(_report: Report, mark: Mark) -> list[Advice]:
    message = _("You typed “{typed}”, which cannot be read as a number. Numbers look like 0.75, -0.5, 1e-3 or 1/3.")
    return [Advice((message.format(typed=mark.typed),))]


def _blank(_report: Report, _mark: Mark) -> list[Advice]:
    return [Advice((_("Nothing is wrong so far; this is the first cell that is still blank."),))]


_ADVICE: Mapping[str, Callable[[Report, Mark], list[Advice]]] = {
    "imprecise": _imprecise,
    "follow_through": _follow_through,
    "misconception": _misconception,
    "wrong": _wrong,
    "blank": _blank,
    "unreadable": _unreadable,
}


def hint(report: Report, mark: Mark, level: int) -> Advice:
    """The first `level` hints for a cell: where to look, which rule, the formula, and that in the student's numbers."""
    why = explainer(report).explain(mark.quantity, mark.at)
    sentences = [_where(report, mark)]
    if level > 1:
        sentences.append(f"{why.rule} [{why.because}]" if why.because else why.rule)
        if (
            mark.equally == 1 and mark.verdict == "misconception"
        ):  # where several mistakes fit, the hint of one would be a guess
            sentences.append(mark.causes[0].hint)
    if level <= 2:
        return Advice(tuple(filter(None, sentences)))
    forms = (why.formula,) if level == 3 else tuple(dict.fromkeys((why.formula, why.substituted)))
    return Advice(tuple(filter(None, sentences)), mark.label, forms)


def _where(report: Report, mark: Mark) -> str:
    above = _typed_above(report, mark)
    message = _("Look at {label} ({id}), under “{stage}”: does it follow from the numbers of the exercise?")
    if above:
        message = _("Look at {label} ({id}), under “{stage}”: does it follow from your {cells}?")
    stage = STAGE[mark.quantity.name]
    return message.format(label=mark.label, id=mark.id, stage=stage, cells=listed(above))


def _typed_above(report: Report, mark: Mark) -> list[str]:
    """The labels of the typed numbers that a cell rests on, the nearest ones: a blank is passed through."""
    _itself, *above = _above(report, explainer(report), mark)
    return [report.trace.naming.label(*cell) for cell in above if _is_typed(report, cell)]


def _above(report: Report, explain: Explainer, mark: Mark) -> Iterator[Place]:
    """The cell, and what it rests on, up to the nearest numbers that were typed."""
    waiting = [(mark.quantity, mark.at)]
    seen = set(waiting)
    for cell in waiting:
        yield cell
        if cell == waiting[0] or not _is_typed(report, cell):
            new = [above for above in explain.right_above(*cell) if above not in seen]
            waiting += new
            seen.update(new)


def _is_typed(report: Report, cell: Place) -> bool:
    typed = report.answers.cells.get(report.trace.naming.id(*cell))
    return typed is not None and typed.value is not None


def labels(report: Report, ids: Iterable[str]) -> list[str]:
    """What the page calls the cells with these ids."""
    naming = report.trace.naming
    found = ((name, naming.read(name)) for name in ids)
    return [naming.label(cell[0], cell[1] or ()) if cell else name for name, cell in found]


def listed(names: list[str], few: int = _FEW) -> str:
    """A few names, and how many more there are."""
    more = len(names) - few
    return ", ".join(names[:few]) + (plural(" and {n} more", " and {n} more", more).format(n=more) if more > 0 else "")
