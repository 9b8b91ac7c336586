"""Answers in a practice: what a line says, the verdicts on it, and a sentence on what went wrong."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from bptutor.answers import Answers, Typed
from bptutor.engine.quantities import cell_id
from bptutor.errors import BptutorError, Fault
from bptutor.files.answers_file import answers_of, as_typed
from bptutor.files.numbers import typed_number
from bptutor.files.typed.characters import plain
from bptutor.files.typed.typed_values import BLANKS, several_numbers
from bptutor.language import _, plural
from bptutor.marking.check import check
from bptutor.marking.hints import listed, verdict_in_words
from bptutor.marking.report import Mark, Report
from bptutor.practice.exercise import GOOD, Answered, Exercise, Feedback, Item, Mistake, State

_QUOTED = 40  # letters of what is no number
_SIGN = re.compile(r"(?<![^\s;,])([+≈-])\s+(?=[0-9.])")  # a sign that stands apart from its number
_NAMED = re.compile("[=:]")


class Unclear(Exception):
    """A line that is no answer; the message says why."""


class _Attempt(NamedTuple):
    item: Item
    typed: Typed


def answer(exercise: Exercise, state: State, text: str) -> tuple[State, Feedback]:
    """The state after an answer, and the verdicts on it; a line that is none changes nothing."""
    try:
        attempts = _read(exercise, state, text)
    except Unclear as unclear:
        return state, Feedback(says=(str(unclear),))
    before = state
    work = dict(state.work)
    for item, typed in attempts:
        work[item.id] = state.of(item)._replace(typed=typed)
    report = check(exercise.problem, replace(state, work=work).sheet)
    marks = {mark.id: mark for mark in report.marks}
    for item, _typed in attempts:
        work[item.id] = work[item.id]._replace(verdicts=(*work[item.id].verdicts, marks[item.id].verdict))
    work = {name: done._replace(now=marks[name].verdict) for name, done in work.items()}
    mistakes = tuple(mistake for item, _typed in attempts if (mistake := _mistake(marks[item.id])))
    state = replace(state, work=work, mistakes=state.mistakes + mistakes)
    answered = tuple(
        Answered(marks[item.id], item.points * work[item.id].share, verdict_in_words(report, marks[item.id]))
        for item, _typed in attempts
    )
    return state, Feedback(answered, tuple(_beside(exercise, before, state, report, bool(mistakes))))


def _mistake(mark: Mark) -> Mistake | None:
    if mark.verdict in GOOD:
        return None
    return Mistake(mark.id, mark.causes[0].id if mark.verdict == "misconception" else mark.verdict)


def _beside(exercise: Exercise, before: State, after: State, report: Report, mistaken: bool) -> list[str]:
    """What is to be said beside the verdicts: another convention, and what does not follow any more."""
    says = []
    if report.convention and mistaken:
        says.append(report.notes[0])
    same = [item for item in exercise.items if before.of(item).typed is after.of(item).typed]
    spoilt = [item.label for item in same if before.of(item).done and not after.of(item).done]
    if spoilt:
        message = _("With this number, no longer right: {cells}. < goes back.")
        says.append(message.format(cells=listed(spoilt)))
    return says


def _read(exercise: Exercise, state: State, text: str) -> list[_Attempt]:
    """The cells that a line answers, with what is typed for each; raises Unclear."""
    here = exercise.questions[state.at] if state.at < len(exercise.questions) else ()
    bare = plain(text).strip().strip("[](){}")
    single = typed_number(bare)
    parts = several_numbers(_SIGN.sub(r"\1", bare)) if len(here) > 1 else []
    if here and (parts or single):
        parts = parts or [bare]
        cells = _meant(state, here, len(parts))
        pairs = zip(cells, parts, strict=True)
        return _some([_Attempt(item, _number(part)) for item, part in pairs if part not in BLANKS])
    if bare in BLANKS:
        return _some([])
    if _NAMED.search(bare):
        return _named(exercise, text, here)
    return [_Attempt(here[0], _number(text))] if here else _lost(text)


def _some(found: list[_Attempt]) -> list[_Attempt]:
    if not found:
        raise Unclear(_("There is nothing but blanks in this line: Enter goes on."))
    return found


def _meant(state: State, here: tuple[Item, ...], count: int) -> Sequence[Item]:
    """The cells that so many numbers are for: all of the question, or those of it that are not right yet."""
    still = [item for item in here if not state.of(item).done]
    for cells in (here, still):
        if len(cells) == count:
            return cells
    wanted = still or list(here)
    message = plural(
        "Found {found}, expected {n} number: {cells}", "Found {found}, expected {n} numbers: {cells}", len(wanted)
    )
    names = " ".join(item.label for item in wanted)
    raise Unclear(message.format(found=count, n=len(wanted), cells=names) + _(" (~ is a blank)"))


def _named(exercise: Exercise, text: str, here: tuple[Item, ...]) -> list[_Attempt]:
    """The cells of a line that names them, read as a line of an answer sheet; their owners will do for those here."""
    groups = dict.fromkeys(cell_id(item.quantity, ()) for item in here)
    read = [_sheet(exercise, line) for line in (text, *(f"{group}: {text.strip('{} ')}" for group in groups))]
    answers = next((one for one in read if one.cells and not one.unread), read[0])
    if answers.unread:
        raise Unclear(_sentence(answers.unread[0]))
    items, found = {item.id: item for item in exercise.items}, []
    for name, typed in answers.cells.items():
        if typed.value is None:
            raise Unclear(_no_number(typed.text))
        if name not in items:
            raise Unclear(_("{cell} is not asked for here.").format(cell=name))
        found.append(_Attempt(items[name], typed))
    return found or _lost(text)


def _sheet(exercise: Exercise, line: str) -> Answers:
    """A line as the whole of a sheet."""
    try:
        sheet = as_typed(line.encode("utf-8", "replace"), "")
        return answers_of(sheet, exercise.problem) if sheet else Answers()
    except BptutorError as error:
        return Answers(unread=error.faults)


def _lost(text: str) -> list[_Attempt]:
    raise Unclear(_("“{text}” names no cell: write net_h1=0.5, or go back with <.").format(text=_brief(text)))


def _sentence(fault: Fault) -> str:
    first, space, rest = fault.message.partition(" ")
    said = f"{first.capitalize() if first.isalpha() else first}{space}{rest}"  # a label stays as it is
    return _("{said}; try: {hint}").format(said=said, hint=fault.hint) if fault.hint else f"{said}."


def _number(text: str) -> Typed:
    read = typed_number(text)
    if read is None:
        raise Unclear(_no_number(text))
    return Typed(text, *read)


def _no_number(text: str) -> str:
    if text.replace(" ", "").isalpha():
        says = _("“{text}” is neither a number nor a command; help lists those.")
    else:
        says = _("“{text}” cannot be read as a number: they look like 0.75, -0.5, 1e-3 or 1/3.")
    return says.format(text=_brief(text))


def _brief(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _QUOTED else f"{line[:_QUOTED]}…"
