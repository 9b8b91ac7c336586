"""Practising a problem, as a pure state machine: a state and a typed line in, a state and feedback out.

A line is a command or an answer. There is no clock, no file and no screen here: how long a line took is passed in, so
that the same lines always lead to the same state, which is how a session is resumed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from difflib import get_close_matches
from typing import NamedTuple

from bptutor.answers import Typed
from bptutor.files.numbers import typed_number
from bptutor.files.typed.characters import plain
from bptutor.language import _, plural
from bptutor.marking.check import check
from bptutor.marking.hints import LEVELS, hint, listed, rule_and_formula
from bptutor.marking.report import Mark, Report
from bptutor.practice.attempt import answer
from bptutor.practice.exercise import Exercise, Feedback, Item, State, open_cells

MOST_LETTERS = 500
"""How long a line may be."""

_FORMULA = 3  # the level of hint that shows it
_LONGEST_PAUSE = 600.0  # seconds: who stays away longer has not been at work


def step(exercise: Exercise, state: State, line: str, seconds: float = 0.0) -> tuple[State, Feedback]:
    """The state after a typed line that took so many seconds, and what is told; nothing happens after the end."""
    if state.over:
        return state, Feedback()
    took = min(seconds, _LONGEST_PAUSE) if seconds > 0 else 0.0
    state, text = replace(state, seconds=state.seconds + took), line.strip()
    word = plain(text).strip().lower()
    if command := COMMANDS.get(OTHER_WORDS.get(word, word)):
        return command.act(exercise, state)
    if len(text) > MOST_LETTERS:
        return state, Feedback(says=(_("The line is too long to be an answer."),))
    if near := _meant(text):
        says = _("“{text}” is not a command. Did you mean {command}?").format(text=text, command=near)
        return state, Feedback(says=(says,))
    here = questions_at(exercise, state)
    after, feedback = answer(exercise, state, text)
    if feedback.answered and all(after.of(item).done for item in here):
        after = _onwards(exercise, after)
    return after, feedback


def questions_at(exercise: Exercise, state: State) -> tuple[Item, ...]:
    """The cells that are asked for at this moment; none at the end."""
    return exercise.questions[state.at] if state.at < len(exercise.questions) else ()


def _meant(text: str) -> str:
    """The command that was probably meant by a word, "" for none."""
    words = [name for name in COMMANDS if name.isalpha()]
    near = get_close_matches(text.lower(), words, n=1, cutoff=0.7) if text.isalpha() else []
    return near[0] if near else ""


def _onwards(exercise: Exercise, state: State) -> State:
    """At the next question with something to do; over where nothing is left anywhere."""
    if not open_cells(exercise, state):
        return replace(state, at=len(exercise.questions), over=True, finished=True)
    at = state.at + 1
    while at < len(exercise.questions) and all(state.of(item).done for item in exercise.questions[at]):
        at += 1
    return replace(state, at=min(at, len(exercise.questions)))


def _go_on(exercise: Exercise, state: State) -> tuple[State, Feedback]:
    """To the next question; at the end, out."""
    if state.at == len(exercise.questions):
        return replace(state, over=True, finished=True), Feedback()
    return _onwards(exercise, state), Feedback()


def _back(exercise: Exercise, state: State) -> tuple[State, Feedback]:
    """To the question before; from the end to the first with something to do."""
    if state.at == len(exercise.questions):
        left = {item.id for item in open_cells(exercise, state)}
        first = (at for at, question in enumerate(exercise.questions) if left & {item.id for item in question})
        return replace(state, at=next(first, max(state.at - 1, 0))), Feedback()
    if not state.at:
        return state, Feedback(says=(_("This is the first question."),))
    return replace(state, at=state.at - 1), Feedback()


def _hint(exercise: Exercise, state: State) -> tuple[State, Feedback]:
    """The next hint for the first cell here that is not right: what it says beyond the one before."""
    item = _unfound(exercise, state)
    if item is None:
        return state, _nothing_to_find(exercise, state)
    place = _report(exercise, state, item)
    for level in range(state.of(item).hints + 1, LEVELS + 1):
        if (advice := hint(*place, level)).says_something:
            return _hinted(state, item, level), Feedback(says=advice.sentences, label=advice.label, forms=advice.forms)
    says = _("That was the last hint for {cell}; ! shows the value.").format(cell=item.label)
    return state, Feedback(says=(says,))


def _formula(exercise: Exercise, state: State) -> tuple[State, Feedback]:
    """The rule and the formula of the first cell here that is not right, which is a hint."""
    item = _unfound(exercise, state)
    if item is None:
        return state, _nothing_to_find(exercise, state)
    says, label, forms = rule_and_formula(*_report(exercise, state, item))
    return _hinted(state, item, max(_FORMULA, state.of(item).hints)), Feedback(says=says, label=label, forms=forms)


def _hinted(state: State, item: Item, level: int) -> State:
    return replace(state, work={**state.work, item.id: state.of(item)._replace(hints=level)})


def _show(exercise: Exercise, state: State) -> tuple[State, Feedback]:
    """The values of the cells here that are not right, which then stand on the page."""
    left = [item for item in questions_at(exercise, state) if not state.of(item).done]
    if not left:
        return state, _nothing_to_find(exercise, state)
    work, says = dict(state.work), []
    for item in left:
        _report_there, mark = _report(exercise, state, item)
        read = typed_number(mark.expected)
        assert read is not None, mark.expected
        work[item.id] = state.of(item)._replace(typed=Typed(mark.expected, *read), now="right", shown=True)
        line = f"{item.label} = {mark.expected}"
        own = mark.from_your_numbers
        says.append(line + (_(" (your numbers give {own})").format(own=own) if own not in ("", mark.expected) else ""))
    return _onwards(exercise, replace(state, work=work)), Feedback(says=tuple(says))


def _unfound(exercise: Exercise, state: State) -> Item | None:
    return next((item for item in questions_at(exercise, state) if not state.of(item).done), None)


def _nothing_to_find(exercise: Exercise, state: State) -> Feedback:
    if state.at == len(exercise.questions):
        return Feedback(says=(_("There is no question at the end: < goes back."),))
    return Feedback(says=(_("You have this already: Enter goes on."),))


def _report(exercise: Exercise, state: State, item: Item) -> tuple[Report, Mark]:
    """All marks at this moment, and that of one cell."""
    report = check(exercise.problem, state.sheet)
    return report, next(mark for mark in report.marks if mark.id == item.id)


def _part(name: str) -> Callable[[Exercise, State], tuple[State, Feedback]]:
    return lambda _exercise, state: (state, Feedback(show=name))


def _quit(_exercise: Exercise, state: State) -> tuple[State, Feedback]:
    return replace(state, over=True), Feedback()


class Command(NamedTuple):
    """What a word does, in a sentence for the help, and the function that does it."""

    says: str
    act: Callable[[Exercise, State], tuple[State, Feedback]]


COMMANDS: Mapping[str, Command] = {
    "": Command(_("alone: go on, and leave this as it is"), _go_on),
    "<": Command(_("back to the question before (Enter goes forward again)"), _back),
    "?": Command(_("the next hint: a question, the mistake or the rule, the formula, that with your numbers"), _hint),
    "formula": Command(_("the formula; counts as a hint"), _formula),
    "!": Command(_("the value, for no points"), _show),
    "given": Command(_("the numbers of the exercise and its conventions"), _part("given")),
    "page": Command(_("what has been found so far"), _part("page")),
    "help": Command(_("this list"), _part("help")),
    "quit": Command(_("stop; --resume goes on"), _quit),
}
"""All that is no answer, in the order of the help."""


OTHER_WORDS: Mapping[str, str] = {
    **dict.fromkeys(("hint", "hints", "提示"), "?"),
    **dict.fromkeys(("show", "solution", "reveal"), "!"),
    **dict.fromkeys(("skip", "next", "pass"), ""),
    **dict.fromkeys(("back", "previous"), "<"),
    **dict.fromkeys(("exit", "q", "bye", ":q", "stop", "end", "quit()", "exit()"), "quit"),
    **dict.fromkeys(("commands", "??", "h"), "help"),
}
"""What people type for a command without having looked it up."""


def at_the_end(exercise: Exercise, state: State) -> str:
    """What to say where all questions were asked and some are open."""
    left = [item.label for item in open_cells(exercise, state)]
    message = plural(
        "{n} cell is open: {cells}. < goes back to it, Enter ends the practice.",
        "{n} cells are open: {cells}. < goes back to the first, Enter ends the practice.",
        len(left),
    )
    return message.format(n=len(left), cells=listed(left))
