"""Answers in a practice: what a line says, the verdicts on it, and a sentence on what went wrong."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from bptutor.answers import Typed
from bptutor.files.typed.characters import plain
from bptutor.language import _, plural
from bptutor.marking.check import check
from bptutor.marking.hints import listed, what_went_wrong
from bptutor.marking.report import Mark, Report
from bptutor.practice.exercise import GOOD, Answered, Exercise, Feedback, Item, Mistake, State

_BLANK = "~"
_QUOTED = 40  # letters of what is no number
_SEVERAL = 2
_LEADING = re.compile(r"^\s*[=:](?=[\s0-9.,+-])")
_EQUALS = re.compile(r"\s*:?=\s*")
_COLON = re.compile(r"(?<!\S)([^\W\d][^\s:=]*)\s*:\s*")  # behind a name, as in net_h1: 0.5
_SIGN = re.compile(r"(?<![^\s=])([+-])\s+(?=[0-9.])")


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
        Answered(marks[item.id], item.points * work[item.id].share, diagnosis(report, marks[item.id]))
        for item, _typed in attempts
    )
    return state, Feedback(answered, tuple(_beside(exercise, before, state, report, bool(mistakes))))


def diagnosis(report: Report, mark: Mark) -> str:
    """What went wrong in a cell, without a name; "" where it is right."""
    return " ".join(what_went_wrong(report, mark).sentences)


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
        message = _("Not right beside this number any more: {cells}. < goes back.")
        says.append(message.format(cells=listed(spoilt)))
    return says


def _read(exercise: Exercise, state: State, text: str) -> list[_Attempt]:
    """The cells that a line answers, with what is typed for each; raises Unclear."""
    here = exercise.questions[state.at] if state.at < len(exercise.questions) else ()
    bare = _LEADING.sub("", plain(text))
    whole = _SIGN.sub(r"\1", _COLON.sub(r"\1=", _EQUALS.sub("=", bare)))
    parts = [whole] if len(here) < _SEVERAL else re.sub(r"[;,](?=\s|$)", " ", whole).split()
    if not here or any("=" in part for part in parts):
        found = [_named(exercise, part) for part in parts]
    else:
        cells = _meant(state, here, len(parts))
        pairs = zip(cells, parts, strict=True)
        found = [_Attempt(item, _number(exercise, part)) for item, part in pairs if part != _BLANK]
    if not found:
        raise Unclear(_("There is nothing but blanks in this line: Enter goes on."))
    if len({attempt.item.id for attempt in found}) < len(found):
        raise Unclear(_("A cell stands twice in this line."))
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


def _named(exercise: Exercise, part: str) -> _Attempt:
    """The cell of `label=number`."""
    name, equals, value = (piece.strip() for piece in part.rpartition("="))
    if not equals:
        raise Unclear(_("“{text}” names no cell: write net_h1=0.5, or go back with <.").format(text=_brief(part)))
    found = exercise.reader.cell(name)
    for item in exercise.items:
        if item.id == found:
            return _Attempt(item, _number(exercise, value))
    raise Unclear(_("“{name}” is no cell that is asked for here.").format(name=_brief(name)))


def _number(exercise: Exercise, text: str) -> Typed:
    read = exercise.reader.number(text)
    if read is not None:
        return Typed(text, *read)
    says = _("“{text}” cannot be read as a number: they look like 0.75, -0.5, 1e-3 or 1/3.").format(text=_brief(text))
    if text.replace(" ", "").isalpha():
        says = _("“{text}” is neither a number nor a command; help lists those.").format(text=_brief(text))
    raise Unclear(says)


def _brief(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _QUOTED else f"{line[:_QUOTED]}…"
