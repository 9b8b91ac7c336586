"""Students who make mistakes: one slip of the pen, a wrong rule throughout, or nothing but guesses."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any, NamedTuple

import numpy as np

from bptutor.engine.recipe import Recipe
from bptutor.problem import Problem
from bptutor.solution.trace import Trace
from tests.support.students import MODES, Hand, Place, Texts, places, possible, rounded, some_problem, work_out, write

VISIBLE = 20  # units in the last place
MISCONCEPTIONS = [
    "omit_output_slope",
    "omit_hidden_slope",
    "slope_at_net",
    "slope_of_out",
    "partial_slope",
    "updated_weights_in_hidden_delta",
    "raw_error_back",
    "one_path",
    "no_weight_in_hidden_delta",
    "transposed_weights",
    "flipped_error",
    "added_update",
    "no_learning_rate",
    "learning_rate_twice",
    "increment_only",
    "weight_decay_update",
    "loss_factor",
    "loss_for_error",
    "wrong_activation_in_gradient",
    "bias_not_updated",
    "bias_gradient_times_bias",
    "bias_omitted",
    "bias_sign",
    "activation_skipped",
    "activation_twice",
    "exponent_sign",
    "double_derivative",
    "log10",
    "softmax_not_normalised",
    "batch_factor",
    "momentum_omitted",
]


class Slip(NamedTuple):
    """A sheet on which one cell holds another number than the student found, and everything after it follows.

    `trivial` has the later cells that it made 0, or left at their old value, where an honest sheet has something.
    """

    problem: Problem
    kind: str
    cell: str
    texts: Texts
    honest: Texts
    trivial: set[str]


def slip(seed: int) -> Slip | None:
    """The sheet of a seed; None where there is none."""
    problem = some_problem(seed)
    if problem is None:
        return None
    draw = np.random.default_rng([seed, 7])
    hand = Hand(mode=str(draw.choice(list(MODES))), scratch=False)
    values = work_out(problem, hand)
    if values is None:
        return None
    honest = write(problem, hand, values, draw)
    trace = Trace(problem)
    for _ in range(200):
        place = _one(draw, places(problem))
        kind = str(draw.choice(list(SLIPS)))
        written = SLIPS[kind](draw, honest, place.id)
        if written is None:
            continue
        number = written.quantize(Decimal(1).scaleb(-problem.decimals))
        unit = 10.0**-problem.decimals
        truths = (float(honest[place.id]), float(trace.values(place.quantity)[place.at]))
        near = any(abs(float(number) - truth) < VISIBLE * unit * 0.999 for truth in truths)
        if near or not number or not possible(problem, place.quantity, float(number)):
            continue
        after = work_out(problem, hand, slips={(place.quantity, place.at): float(number)})
        if after is not None:
            texts = write(problem, hand, after, draw)
            return Slip(problem, kind, place.id, texts, honest, _trivial(problem, texts, honest) - {place.id})
    return None


def _one(draw: np.random.Generator, items: list[Any]) -> Any:
    return items[draw.integers(len(items))]


def _changed_digit(draw: np.random.Generator, texts: Texts, cell: str) -> Decimal:
    text = texts[cell]
    at = _one(draw, [i for i, sign in enumerate(text) if sign.isdigit()])
    return Decimal(text[:at] + str(draw.integers(10)) + text[at + 1 :])


def _swapped(draw: np.random.Generator, texts: Texts, cell: str) -> Decimal | None:
    text = texts[cell]
    pairs = [i for i in range(len(text) - 1) if text[i : i + 2].isdigit()]
    if not pairs:
        return None
    at = _one(draw, pairs)
    return Decimal(text[:at] + text[at + 1] + text[at] + text[at + 2 :])


def _off(draw: np.random.Generator, texts: Texts, cell: str) -> Decimal:
    units = int(draw.integers(VISIBLE, 2001)) * int(draw.choice([-1, 1]))
    return Decimal(texts[cell]) + units * Decimal(1).scaleb(Decimal(texts[cell]).as_tuple().exponent)  # type: ignore[arg-type]


SLIPS: dict[str, Callable[[np.random.Generator, Texts, str], Decimal | None]] = {
    "changed digit": _changed_digit,
    "sign": lambda _draw, texts, cell: -Decimal(texts[cell]),
    "decimal point": lambda draw, texts, cell: Decimal(texts[cell]).scaleb(int(draw.choice([-1, 1]))),
    "digits swapped": _swapped,
    "off by": _off,
    "another cell": lambda draw, texts, _cell: Decimal(_one(draw, list(texts.values()))),
}


def _old_values(problem: Problem) -> dict[str, float]:
    """The new parameters, each with the value that it had before the first step."""
    old = {"new_w": problem.weights, "new_b": problem.biases}
    return {
        place.id: float(old[place.quantity.name][place.quantity.layer - 1][place.at])  # type: ignore[index]
        for place in places(problem)
        if place.quantity.name in old
    }


def _trivial(problem: Problem, texts: Texts, honest: Texts) -> set[str]:
    before = {cell: f"{rounded(value, problem.decimals, 'half up'):f}" for cell, value in _old_values(problem).items()}
    return {
        cell
        for cell, text in texts.items()
        if text != honest[cell] and (not Decimal(text) or (cell in before and text == before[cell]))
    }


def misled(problem: Problem, recipe: Recipe) -> Texts | None:
    """The sheet of a student who follows a wrong recipe throughout, each value rounded as it is written down."""
    hand = Hand()
    values = work_out(problem, hand, recipe=recipe)
    return write(problem, hand, values, np.random.default_rng(0)) if values else None


# Sheets that hope for gifts


class Gift(NamedTuple):
    """A sheet without working; `honest` has what a student would have written who had done the work."""

    problem: Problem
    kind: str
    texts: Texts
    honest: Texts


def gifts(seed: int) -> Iterator[Gift]:
    """What is handed in without working on the problem of the seed."""
    problem = some_problem(seed)
    if problem is None:
        return
    draw, hand = np.random.default_rng([seed, 11]), Hand()
    values = work_out(problem, hand)
    if values is not None:
        honest = write(problem, hand, values, draw)
        for kind, texts in _idle(problem, hand, honest, draw):
            yield Gift(problem, kind, texts, honest)


def _idle(problem: Problem, hand: Hand, honest: Texts, draw: np.random.Generator) -> Iterator[tuple[str, Texts]]:
    def text(value: float) -> str:
        return f"{rounded(value, problem.decimals, 'half up'):f}"

    cells = places(problem)
    zeros = {cell.id: text(0) for cell in cells}
    old = {cell: text(value) for cell, value in _old_values(problem).items()}
    yield "zeros", zeros
    if old:
        yield "old weights, the rest blank", old
        yield "old weights, the rest right", honest | old
        yield "old weights, the rest zero", zeros | old
    if idle := _without_deltas(problem, hand, cells, draw):
        yield "deltas 0, the rest consistent", idle
    for constant in (0.5, 1.0, 0.1, float(draw.uniform(-2, 2))):
        yield "one constant", {cell.id: text(constant) for cell in cells}
    for size in (1.0, float(draw.choice([0.05, 0.3, 3]))):
        yield "random numbers", {cell.id: text(draw.uniform(-size, size)) for cell in cells}


def _without_deltas(problem: Problem, hand: Hand, cells: list[Place], draw: np.random.Generator) -> Texts | None:
    deltas = {(cell.quantity, cell.at): 0.0 for cell in cells if cell.quantity.name == "delta"}
    values = work_out(problem, hand, slips=deltas) if deltas else None
    return write(problem, hand, values, draw) if values else None
