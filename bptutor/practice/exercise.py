"""What is practised and how far it has come: the cells that are asked for, what was done about each, and the score."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import groupby
from typing import NamedTuple

from bptutor.answers import Answers, Typed
from bptutor.engine.page import refuse_endless
from bptutor.engine.parts import asked
from bptutor.engine.quantities import Index, Quantity
from bptutor.marking.report import FINE, Mark
from bptutor.marking.scheme import worth as worth_of
from bptutor.problem import Problem
from bptutor.solution.trace import Trace

MOST_CELLS = 100
"""How many cells are asked for of a page that has more."""

_MOST_AT_ONCE = 8  # numbers in one line
GOOD = (*FINE, "follow_through")
"""The verdicts after which a practice goes on to the next cell."""

_SHARES = {
    "right": Fraction(1),
    "right_carried": Fraction(1),
    "follow_through": Fraction(1),
    "imprecise": Fraction(1, 2),
}
_HELPED = Fraction(1, 2)


class Item(NamedTuple):
    """A cell that is asked for, and what it is worth."""

    id: str
    label: str
    quantity: Quantity
    at: Index
    points: Fraction


@dataclass(frozen=True, eq=False)
class Exercise:
    """A problem to practise: questions of one or several cells in the order of the page.

    `left_out` says how many cells of a long page are not asked for.
    """

    problem: Problem
    questions: tuple[tuple[Item, ...], ...]
    left_out: int = 0

    @property
    def items(self) -> Iterator[Item]:
        """All cells that are asked for."""
        return (item for question in self.questions for item in question)

    @property
    def size(self) -> int:
        """How many cells are asked for."""
        return sum(map(len, self.questions))


def exercise(problem: Problem, by: str = "cell") -> Exercise:
    """The questions of a problem, `by` cell or by stage: all cells of a quantity at once, at most 8 of them.

    Raises BptutorError where the problem cannot be worked out, or its page is too long for it.
    """
    refuse_endless(problem)
    naming, worth = Trace(problem).naming, worth_of(problem)
    wanted = [
        Item(naming.id(quantity, at), naming.label(quantity, at), quantity, at, worth[quantity][at or (0,) * mask.ndim])
        for quantity, mask in asked(problem).items()
        if mask.any()
        for at in naming.indices(quantity)
        if mask[at].all()
    ]
    some = wanted[:MOST_CELLS]
    questions = [(item,) for item in some] if by == "cell" else list(_by_stage(some))
    return Exercise(problem, tuple(questions), len(wanted) - len(some))


def _by_stage(items: list[Item]) -> Iterator[tuple[Item, ...]]:
    for _quantity, group in groupby(items, key=lambda item: item.quantity):
        cells = tuple(group)
        yield from (cells[start : start + _MOST_AT_ONCE] for start in range(0, len(cells), _MOST_AT_ONCE))


class Work(NamedTuple):
    """What was done about one cell.

    `verdicts` has the verdict on every answer when it was given, `now` the one on the last answer beside all the
    others of this moment, `hints` how many were asked for, `shown` whether the value was.
    """

    typed: Typed | None = None
    verdicts: tuple[str, ...] = ()
    now: str = "blank"
    hints: int = 0
    shown: bool = False

    @property
    def done(self) -> bool:
        """Whether there is nothing more to do here."""
        return self.shown or self.now in GOOD

    @property
    def share(self) -> Fraction:
        """What part of the cell's points is earned: all at the first try, half after a wrong one or a hint."""
        if self.shown or not self.verdicts:
            return Fraction(0)
        helped = self.hints or any(verdict not in GOOD for verdict in self.verdicts[:-1])
        return min(_SHARES.get(self.verdicts[-1], Fraction(0)), _HELPED if helped else Fraction(1))


class Mistake(NamedTuple):
    """An answer that was not right: for which cell, and the id of its most likely cause, else its verdict."""

    cell: str
    id: str


@dataclass(frozen=True)
class State:
    """How far a practice has come: at which question (their number is the end), and all that was done."""

    at: int = 0
    work: Mapping[str, Work] = field(default_factory=dict)
    mistakes: tuple[Mistake, ...] = ()
    seconds: float = 0.0
    over: bool = False
    finished: bool = False

    def of(self, item: Item) -> Work:
        """What was done about a cell."""
        return self.work.get(item.id, _NOTHING)

    @property
    def sheet(self) -> Answers:
        """All that was typed, and the values that were shown."""
        return Answers({name: work.typed for name, work in self.work.items() if work.typed is not None})


_NOTHING = Work()


class Answered(NamedTuple):
    """The mark of an answer, the credit that it has in practice, and what is to be said of it in a sentence."""

    mark: Mark
    credit: Fraction
    says: str = ""


class Feedback(NamedTuple):
    """What is told after a line: answers that were judged, sentences, a working, and a part of the page to show.

    `forms` are equal to each other, and to what `label` names. `show` is page, given, help or nothing.
    """

    answered: tuple[Answered, ...] = ()
    says: tuple[str, ...] = ()
    label: str = ""
    forms: tuple[str, ...] = ()
    show: str = ""


class Score(NamedTuple):
    """Points earned and possible, cells done and asked for."""

    earned: Fraction
    possible: Fraction
    done: int
    asked: int

    @property
    def percent(self) -> float:
        """What part of the points was earned, with two decimals; 100 where there are none."""
        return round(float(100 * self.earned / self.possible), 2) if self.possible else 100.0


def score(exercise: Exercise, state: State) -> Score:
    """How far it has come in numbers."""
    items = list(exercise.items)
    return Score(
        sum((item.points * state.of(item).share for item in items), Fraction()),
        sum((item.points for item in items), Fraction()),
        sum(state.of(item).done for item in items),
        len(items),
    )


def open_cells(exercise: Exercise, state: State) -> list[Item]:
    """The cells that are not right yet."""
    return [item for item in exercise.items if not state.of(item).done]
