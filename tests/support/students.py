"""Students who make no mistakes, and the paper of all students: how they round, what they write, what they leave out.

The rules come from the page of the problem; rounding, writing and carrying on are done here once more, in `decimal`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from typing import Any, NamedTuple

import numpy as np

from bptutor.answers import Answers, Typed
from bptutor.engine.naming import Naming
from bptutor.engine.page import page
from bptutor.engine.quantities import Index, Quantity
from bptutor.engine.recipe import Recipe
from bptutor.errors import BptutorError
from bptutor.files.library import load
from bptutor.problem import Problem
from bptutor.solution.trace import Trace
from tests.support.random_problems import exam_problem

MODES = {"half up": ROUND_HALF_UP, "half even": ROUND_HALF_EVEN, "cut off": ROUND_DOWN}

Texts = dict[str, str]
Values = dict[Quantity, Any]


class Place(NamedTuple):
    """A cell of the page that is asked for."""

    id: str
    quantity: Quantity
    at: Index


@dataclass(frozen=True)
class Hand:
    """How a student works: `guard` more digits than asked are kept on the way, None keeps all of them.

    `more` is how often a cell is typed with more digits than asked, `fewer` how many decimals are missing everywhere,
    `drops` whether trailing zeros are left away, `scratch` whether what need not be written is rounded as well.
    """

    mode: str = "half up"
    guard: int | None = 0
    more: float = 0.0
    fewer: int = 0
    drops: bool = False
    scratch: bool = True

    def __str__(self) -> str:
        way = "exact" if self.guard is None else f"guard {self.guard}"
        on_scratch = self.scratch and self.guard is not None
        return f"{way}, {self.mode}" + (", also what is not asked" if on_scratch else "")


def rounded(value: float, places: int, mode: str) -> Decimal:
    """A value on paper; the 13 digits that count leave out the noise of floats."""
    number = Decimal(f"{value:.12e}").quantize(Decimal(1).scaleb(-places), MODES[mode])
    return number if number else abs(number)  # never −0


def some_problem(seed: int, decimals: int | None = None) -> Problem | None:
    """The exam problem of a seed, None where there is no solution."""
    try:
        problem = load(exam_problem(seed, decimals))
        Trace(problem)
    except BptutorError:
        return None
    return problem


def places(problem: Problem) -> list[Place]:
    """All cells that the page asks for, in its order."""
    naming, written = Naming(problem), page(problem)
    return [
        Place(naming.id(q, at), q, at)
        for q in written.shown
        for at in np.ndindex(naming.shape(q))
        if not (q in written.answers and written.answers[q][0][at])
    ]


def work_out(
    problem: Problem,
    hand: Hand,
    *,
    recipe: Recipe | None = None,
    slips: Mapping[tuple[Quantity, Index], float] | None = None,
    blank: Iterable[str] = (),
) -> Values | None:
    """What the student has in mind for every quantity, None where the rounding leads to a logarithm of 0.

    `recipe` is what the student takes for the rules, `slips` the cells where something else was written, and used
    afterwards; `blank` has the cells that are worked out, but not written.
    """
    written, naming = page(problem), Naming(problem)
    recipe, values = recipe or written.recipe, dict(written.given)
    unwritten, slips = set(blank), slips or {}
    keeps = None if hand.guard is None else problem.decimals - hand.fewer + hand.guard
    shown = set(written.shown)

    def kept(q: Quantity, at: Index, value: float) -> float:
        if (q, at) in slips:
            return slips[q, at]
        if keeps is None or not (hand.scratch or (q in shown and naming.id(q, at) not in unwritten)):
            return value
        return float(rounded(value, keeps, hand.mode))

    def value_of(q: Quantity) -> Any:
        if q not in values:
            step = recipe[q]
            exact = np.asarray(step.of({operand: value_of(operand) for operand in step.rests_on}), dtype=float)
            found = np.empty_like(exact)
            for at in np.ndindex(exact.shape):
                found[at] = kept(q, at, float(exact[at]))
            if q in written.answers:
                mask, given = written.answers[q]
                found = np.where(mask, given, found)
            values[q] = found
        return values[q]

    try:
        with np.errstate(over="raise", divide="raise", invalid="raise"):
            for q in written.order:
                value_of(q)
    except ArithmeticError:  # no logarithm, or too large for any sheet
        return None
    return values


def write(problem: Problem, hand: Hand, values: Values, draw: np.random.Generator, blank: Iterable[str] = ()) -> Texts:
    """The sheet: each cell with as many decimals as asked, now and then with more."""
    texts, unwritten = {}, set(blank)
    asked = problem.decimals - hand.fewer
    for place in places(problem):
        if place.id in unwritten:
            continue
        digits = asked
        if hand.more and draw.random() < hand.more:
            digits += int(draw.integers(1, 4)) if hand.guard is None else hand.guard
        text = f"{rounded(float(values[place.quantity][place.at]), digits, hand.mode):f}"
        texts[place.id] = bare(text) if hand.drops and draw.random() < 0.5 else text
    return texts


def bare(text: str) -> str:
    """Without trailing zeros: 0.5 for 0.5000, 2 for 2.00."""
    return text.rstrip("0").rstrip(".") if "." in text else text


def typed(text: str) -> Typed:
    """A plain decimal number as the reader of answer sheets would pass it on."""
    return Typed(text, float(text), len(text.partition(".")[2]))


def answers(texts: Mapping[str, str]) -> Answers:
    """The sheet as the marker takes it."""
    return Answers({cell: typed(text) for cell, text in texts.items()})


def possible(problem: Problem, quantity: Quantity, value: float) -> bool:
    """Whether a quantity of the page can have this value at all."""
    name = quantity.name
    if name in ("loss", "losses", "loss_after"):
        return value > 0
    if name not in ("out", "slope", "slopes"):
        return True
    activation = problem.activations[quantity.layer - 1]
    row = activation.row
    if name == "out":
        return row.shape.low < value < row.shape.high if activation.name != "step" else value in (0, 1)
    kinks: dict[str, set[Any]] = {"linear": {1.0}, "relu": {0.0, 1.0}, "leaky_relu": {1.0, activation.leak}}
    if activation.name in kinks:
        return value in kinks[activation.name]
    if name == "slopes":
        return abs(value) <= 0.25
    return 0 < value <= {"sigmoid": 0.25, "bipolar_sigmoid": 0.5}.get(activation.name, 1.0)


def random_hand(draw: np.random.Generator) -> Hand:
    """A student of any honest kind who writes as many decimals as asked."""
    return Hand(
        mode=str(draw.choice(list(MODES))),
        guard=(None, 0, 1, 2)[draw.integers(4)],
        more=float(draw.choice([0, 0, 0.1])),
        drops=bool(draw.random() < 0.2),
        scratch=bool(draw.random() < 0.5),
    )


def random_blanks(draw: np.random.Generator, problem: Problem) -> set[str]:
    """Cells to leave out: some here and there, or whole quantities."""
    cells = places(problem)
    if draw.random() < 0.5:
        share = draw.uniform(0.05, 0.7)
        return {cell.id for cell in cells if draw.random() < share}
    names = sorted({cell.quantity.name for cell in cells})
    chosen = set(draw.choice(names, draw.integers(1, len(names)), replace=False).tolist())
    return {cell.id for cell in cells if cell.quantity.name in chosen}


def honest(seed: int, *, blanks: bool = False, fewer: int = 0) -> tuple[Problem, Hand, Texts] | None:
    """An honest student's sheet on the problem of the seed; None where there is none.

    It may have blanks, or `fewer` decimals than are asked, rounded and not cut off.
    """
    problem = some_problem(seed)
    if problem is None:
        return None
    draw = np.random.default_rng([seed, 5])
    hand = random_hand(draw)
    if fewer:
        hand = replace(hand, fewer=fewer, mode="half up")
    left_out = random_blanks(draw, problem) if blanks else set()
    values = work_out(problem, hand, blank=left_out)
    return (problem, hand, write(problem, hand, values, draw, left_out)) if values else None
