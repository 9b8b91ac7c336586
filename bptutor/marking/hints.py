"""What to tell a student about a cell: what went wrong, and hints that say a little more each time.

Nothing here shows a number that the student has not found. Formulas are filled with the numbers of the exercise and
with what the student typed; where nothing was typed, the label stands.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np

from bptutor.engine.conventions import Edit
from bptutor.engine.notation import PAGE
from bptutor.engine.quantities import Index, Quantity
from bptutor.language import _, plural
from bptutor.marking.report import FINE, Cause, Mark, Report
from bptutor.mistakes.slips import COPY_SLIP, one_digit_off
from bptutor.solution.digits import decimals_of, digits_of
from bptutor.solution.explain import Explainer

LEVELS = 4
"""How many hints there are for a cell."""

_WORTH_SAYING = 0.02
"""Of 1: a mistake that is less likely than this beside what else may have happened is not spoken of."""

_FEW = 6  # of the cells, or mistakes, that a sentence lists

Place = tuple[Quantity, Index]


class Advice(NamedTuple):
    """Sentences, and below them a working: the label of a cell, and its forms, each equal to the one before."""

    sentences: tuple[str, ...] = ()
    label: str = ""
    forms: tuple[str, ...] = ()

    @property
    def says_something(self) -> bool:
        """Whether there is anything to read."""
        return bool(self.sentences or self.forms)


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


def what_went_wrong(report: Report, mark: Mark) -> Advice:
    """What the verdict on a cell means, in the student's own numbers, without a name; nothing for what is right."""
    says = verdict_in_words(report, mark)
    if says and mark.verdict not in ("blank", "unreadable"):
        says = _("You typed {typed}. {says}").format(typed=mark.typed, says=says)
    return Advice((says,) if says else ())


def verdict_in_words(report: Report, mark: Mark) -> str:
    """The same for who still sees the number: it is not repeated. "" for what is right."""
    explain = _ADVICE.get(mark.verdict)
    return explain(report, mark) if explain else ""


def _misconception(_report: Report, mark: Mark) -> str:
    if is_miscopied(mark):
        return _("It was copied wrongly, or misread: you went on with another number.")
    return _("More than one known mistake leads there.") if mark.equally > 1 else _("A known mistake leads there.")


def is_miscopied(mark: Mark) -> bool:
    """Whether a number is named as one that was copied wrongly."""
    return bool(mark.leading) and all(cause.id == COPY_SLIP.id for cause in mark.leading)


def _wrong(report: Report, mark: Mark) -> str:
    message = _("It does not follow from the numbers above it.")
    if mark.note:  # why it earns nothing although it follows
        message = _("It earns nothing: {note}.")
    elif mark.judged_from:
        message = _("It does not follow from the numbers above it, your own {cells} included.")
    return message.format(cells=listed(labels(report, mark.judged_from)), note=mark.note)


def _follow_through(report: Report, mark: Mark) -> str:
    own = listed(labels(report, mark.judged_from))
    return _("It follows from your own {cells}: look there, nothing went wrong here.").format(cells=own)


def _imprecise(report: Report, mark: Mark) -> str:
    asked = asked_decimals(report, mark)
    message = plural(
        "It is right as far as it goes, but {n} decimal is asked for.",
        "It is right as far as it goes, but {n} decimals are asked for.",
        asked,
    )
    return message.format(n=asked)


def asked_decimals(report: Report, mark: Mark) -> int:
    """How many decimals are asked for in the cell of a mark."""
    digits = digits_of(report.trace.problem, mark.quantity)
    values = report.trace.values(mark.quantity)
    return int(decimals_of(digits, values)[mark.at or (0,) * values.ndim])


def _unreadable(_report: Report, mark: Mark) -> str:
    message = _("You typed “{typed}”, which cannot be read as a number. Numbers look like 0.75, -0.5, 1e-3 or 1/3.")
    return message.format(typed=mark.typed)


def _blank(_report: Report, _mark: Mark) -> str:
    return _("Nothing is wrong so far; this is the first cell that is still blank.")


_ADVICE: Mapping[str, Callable[[Report, Mark], str]] = {
    "imprecise": _imprecise,
    "follow_through": _follow_through,
    "misconception": _misconception,
    "wrong": _wrong,
    "blank": _blank,
    "unreadable": _unreadable,
}


def hint(report: Report, mark: Mark, level: int) -> Advice:
    """The hint of a level (1 to 4) for a cell, and nothing that those before it said; a level may have nothing to say.

    1 asks a question. 2 names the mistake, or what it might be. 3 is the rule and the formula, 4 the formula in the
    student's own numbers. Where there is no mistake to name, as in a blank cell, 2 is the rule and 3 the formula.
    """
    return _HINTS[level - 1](report, mark)


def _question(report: Report, mark: Mark) -> Advice:
    if mark.equally == 1 and mark.causes[0].hint:  # where several mistakes fit, the question of one would be a guess
        return Advice((mark.causes[0].hint,))
    above = _typed_above(report, mark)
    message = _("How does {label} follow from the numbers of the exercise?")
    if above:
        message = _("How does {label} follow from your {cells}?")
    return Advice((message.format(label=mark.label, cells=listed(above)),))


def _name(report: Report, mark: Mark) -> Advice:
    if not _is_mistaken(mark):
        return Advice((_rule_of(report, mark),))
    if mark.verdict == "wrong" and not mark.might_be:
        return Advice((_("No known mistake gives this number."),))
    says = [_told(report, mark, cause, place) for place, cause in enumerate(mark.leading or mark.might_be)]
    likely = (cause for cause in mark.causes[mark.equally :] if cause.share >= _WORTH_SAYING)
    if others := [cause for cause in likely if len(cause.ids) == 1]:  # of two at once one was named, as a rule
        message = _("Would also fit this number, but explains less: {mistakes}")
        says.append(message.format(mistakes=" ".join(cause.says for cause in others[:_FEW])))
    return Advice(tuple(says))


def _is_mistaken(mark: Mark) -> bool:
    """Whether there may be a mistake to name."""
    return mark.verdict == "misconception" or (mark.verdict == "wrong" and not mark.note)


def _told(report: Report, mark: Mark, cause: Cause, place: int) -> str:
    """A mistake that is named or suggested, `place` counts those that are told together; and how it leads there."""
    says = cause.says
    if mark.might_be:
        says = says[:1].lower() + says[1:]
        if len(cause.ids) > 1:
            says = _("two mistakes meet here: {mistakes}").format(mistakes=cause.says)
        pattern = _("Or it might be that {mistake}") if place else _("It might be that {mistake}")
    else:
        if len(cause.ids) > 1:
            says = _("Two mistakes meet here: {mistakes}").format(mistakes=says)
        elif cause.id == COPY_SLIP.id:
            says = _went_on_with(report, mark)
        pattern = _("Or: {mistake}") if place else _("Either: {mistake}") if mark.equally > 1 else "{mistake}"
    return " ".join(filter(None, (pattern.format(mistake=says), _comes_about(report, mark, cause))))


def _comes_about(report: Report, mark: Mark, cause: Cause) -> str:
    """How a mistake leads to what was typed, said in words, so that nobody takes it for what is right."""
    if cause.edit is None:
        return ""
    wrong, right, naming = explainer(report, cause.edit), explainer(report), report.trace.naming
    itself = (mark.quantity, mark.at)
    for cell in _above(report, wrong, mark):
        if cell[0] in cause.edit and (cell == itself or not _is_typed(report, cell)):
            formula = wrong.explain(*cell).formula
            if formula == right.explain(*cell).formula:
                continue
            message = _("Your {typed} is what you get from {formula}.")
            if cell != itself:
                message = _("Your {typed} is what you get with {formula} for {label}.")
            elif formula in (naming.label(*above) for above in wrong.right_above(*cell)):
                message = _("Your {typed} is what you get from {formula} alone.")
            typed = _neutral(mark.typed or "").replace("-", PAGE.sign)
            return message.format(typed=typed, formula=formula, label=naming.label(*cell))
    return ""


def _went_on_with(report: Report, mark: Mark) -> str:
    """What a number that was copied wrongly should be, as far as the student has written that elsewhere."""
    explain, itself = explainer(report), (mark.quantity, mark.at)
    resting = [other for other in report.marks if _is_gone_on_with(report, explain, other, itself)]
    says = plural(
        "Your {cells} follows from another number than {typed}.",
        "Your {cells} follow from another number than {typed}.",
        len(resting),
    )
    says = says.format(cells=listed([other.label for other in resting]), typed=mark.typed)
    for other in resting:
        same = explain.explain(other.quantity, other.at).formula == mark.label
        if same and _one_digit_off(report, mark, other):
            more = _("You went on with {number}, which is your {cell}.")
            return f"{says} {more.format(number=other.typed, cell=other.label)}"
    return says


def _is_gone_on_with(report: Report, explain: Explainer, other: Mark, itself: Place) -> bool:
    """Whether a mark is that of a number which follows from another one in this cell."""
    if other.typed is None or other.verdict in ("wrong", "misconception", "unreadable"):
        return False
    _other, *above = _above(report, explain, other)
    return itself in above


def _one_digit_off(report: Report, mark: Mark, other: Mark) -> bool:
    cells, unit = report.answers.cells, 10.0 ** -asked_decimals(report, mark)
    one, two = cells[mark.id].value, cells[other.id].value
    return one is not None and two is not None and one_digit_off(one, two, two, unit)


def rule_and_formula(report: Report, mark: Mark) -> Advice:
    """The rule of a cell in words, and its formula."""
    why = explainer(report).explain(mark.quantity, mark.at)
    return Advice((_rule_of(report, mark),), mark.label, (why.formula,))


def _rule_of(report: Report, mark: Mark) -> str:
    why = explainer(report).explain(mark.quantity, mark.at)
    return f"{why.rule} [{why.because}]" if why.because else why.rule


def _formula(report: Report, mark: Mark) -> Advice:
    both = rule_and_formula(report, mark)
    return both if _is_mistaken(mark) else both._replace(sentences=())


def _numbers(report: Report, mark: Mark) -> Advice:
    why = explainer(report).explain(mark.quantity, mark.at)
    return Advice(()) if why.substituted == why.formula else Advice((), mark.label, (why.substituted,))


_HINTS = (_question, _name, _formula, _numbers)


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
