"""The mistakes of update rules with a memory (Adam and its relatives), as edits of the recipe."""

# ruff: noqa: ARG001
# All edits are called alike.

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from bptutor.engine.conventions import Edit
from bptutor.engine.optimizers import (
    corrected,
    moving_average,
    moving_average_of_squares,
    over_root,
    over_root_of_both,
    sum_of_squares,
)
from bptutor.engine.quantities import Quantity
from bptutor.engine.recipe import Recipe, Step
from bptutor.engine.rules import Numbers, Rule
from bptutor.language import _
from bptutor.mistakes.edits import Edits, by_table, changed, with_rule
from bptutor.mistakes.misconception import COMMON, RARE, USUAL, Misconception
from bptutor.problem import Problem

_M, _V, _STEPS = ("m_w", "m_b"), ("v_w", "v_b"), ("step_w", "step_b")
_HATS = ("m_hat_w", "m_hat_b"), ("v_hat_w", "v_hat_b")


def average_itself(average: Numbers, beta: Any, t: Any) -> Any:
    """Take the average as it is."""
    return average


def corrected_once(average: Numbers, beta: Any, t: Any) -> Any:
    """Divide the average by 1 − β, whatever the number of the step."""
    return average / (1 - beta)


def corrected_later(average: Numbers, beta: Any, t: Any) -> Any:
    """Divide the average by 1 − β to the power of the number of the next step."""
    return average / (1 - np.float_power(beta, t + 1))


def corrected_before(average: Numbers, beta: Any, t: Any) -> Any:
    """Divide the average by 1 − β to the power of the number of the step before."""
    return average / (1 - np.float_power(beta, t - 1))


def whole_gradient(before: Numbers, gradient: Numbers, beta: Numbers) -> Any:
    """Take β of the average so far, and the whole gradient."""
    return beta * before + gradient


def whole_square(before: Numbers, gradient: Numbers, beta: Numbers) -> Any:
    """Take β of the average so far, and the whole square of the gradient."""
    return beta * before + np.square(gradient)


def parts_exchanged(before: Numbers, gradient: Numbers, beta: Numbers) -> Any:
    """Take 1 − β of the average so far, and β of the gradient."""
    return (1 - beta) * before + beta * gradient


def parts_of_squares_exchanged(before: Numbers, gradient: Numbers, beta: Numbers) -> Any:
    """Take 1 − β of the average so far, and β of the square of the gradient."""
    return (1 - beta) * before + beta * np.square(gradient)


def sum_of_gradients(before: Numbers, gradient: Numbers) -> Any:
    """Add the gradient to those of the steps before."""
    return before + gradient


def over_squares(numerator: Numbers, squares: Numbers, epsilon: Numbers) -> Any:
    """Divide by the squares themselves, to which ε is added."""
    return numerator / (squares + epsilon)


def over_root_less(numerator: Numbers, squares: Numbers, epsilon: Numbers) -> Any:
    """Divide by the root of the squares, from which ε is subtracted."""
    return numerator / (np.sqrt(squares) - epsilon)


def over_root_of_size(numerator: Numbers, squares: Numbers, epsilon: Numbers) -> Any:
    """Divide by the root of what should be squares, a minus left out, to which ε is added."""
    return numerator / (np.sqrt(np.absolute(squares)) + epsilon)


def over_root_of_size_and_epsilon(numerator: Numbers, squares: Numbers, epsilon: Numbers) -> Any:
    """Leave out the minus of what should be squares, add ε, divide by the root of that."""
    return numerator / np.sqrt(np.absolute(squares) + epsilon)


def numerator_alone(numerator: Numbers, squares: Numbers, epsilon: Numbers) -> Any:
    """Divide by nothing."""
    return numerator


_WHOLE: Mapping[Rule, Rule] = {moving_average: whole_gradient, moving_average_of_squares: whole_square}
_PARTS: Mapping[Rule, Rule] = {moving_average: parts_exchanged, moving_average_of_squares: parts_of_squares_exchanged}
_NOT_SQUARED: Mapping[Rule, Rule] = {moving_average_of_squares: moving_average, sum_of_squares: sum_of_gradients}
_SQUARED: Mapping[Rule, Rule] = {moving_average: moving_average_of_squares}
_BY_ROOT = (over_root, over_root_of_both)
_OF_SIZE: Mapping[Rule, Rule] = {over_root: over_root_of_size, over_root_of_both: over_root_of_size_and_epsilon}
"""What may be negative has no root: who goes on drops the minus."""


def no_correction(recipe: Recipe, problem: Problem) -> Iterator[Edit]:
    """M for m̂ and v for v̂, or one of the two."""
    for names in (_HATS[0] + _HATS[1], *_HATS):
        yield changed(recipe, names, by_table({corrected: average_itself}))


def step_number(recipe: Recipe, problem: Problem) -> Iterator[Edit]:
    """The number of the next step or, from the second on, of the one before; or 1 throughout."""
    names = _HATS[0] + _HATS[1]
    yield changed(recipe, names, by_table({corrected: corrected_once}))
    yield changed(recipe, names, by_table({corrected: corrected_later}))
    later = changed(recipe, names, by_table({corrected: corrected_before}))
    first = next(((q.sample, q.step) for q in later), None)
    yield {q: step for q, step in later.items() if (q.sample, q.step) != first}


def betas_exchanged(recipe: Recipe, problem: Problem) -> Iterator[Edit]:
    """β1 for β2 and β2 for β1: everywhere, in the averages, or in their correction."""
    other = {Quantity("beta1"): Quantity("beta2"), Quantity("beta2"): Quantity("beta1")}

    def change(step: Step) -> Step:
        return with_rule(step, step.rule, *(other.get(operand, operand) for operand in step.operands))

    for names in (_M + _V + _HATS[0] + _HATS[1], _M + _V, _HATS[0] + _HATS[1]):
        yield changed(recipe, names, change)


def averages_exchanged(recipe: Recipe, problem: Problem) -> Iterator[Edit]:
    """The squares above and the gradients under the root; or the one worked out as the other."""

    def turned(step: Step) -> Step | None:
        if step.rule not in _BY_ROOT:
            return None
        above, below, *rest = step.operands
        return with_rule(step, _OF_SIZE[step.rule], below, above, *rest)

    yield changed(recipe, _STEPS, turned)
    yield {**changed(recipe, _M, by_table(_SQUARED)), **of_no_squares(recipe)}


def of_no_squares(recipe: Recipe) -> Edit:
    """The gradient itself in v, and the root of its size."""
    return {**changed(recipe, _V, by_table(_NOT_SQUARED)), **changed(recipe, _STEPS, by_table(_OF_SIZE))}


def not_squared(recipe: Recipe, problem: Problem) -> Iterator[Edit]:
    """The gradient where its square belongs."""
    yield of_no_squares(recipe)


def of_rule(names: tuple[str, ...], *tables: Mapping[Rule, Rule]) -> Edits:
    """The edits of these quantities by tables of rules, one after the other."""

    def edits(recipe: Recipe, problem: Problem) -> Iterator[Edit]:
        for table in tables:
            yield changed(recipe, names, by_table(table))

    return edits


def started_anew(recipe: Recipe, problem: Problem) -> Iterator[Edit]:
    """0 in place of what was remembered."""

    def change(step: Step) -> Step | None:
        _before, *rest = step.operands
        nothing = Quantity("nothing")
        return with_rule(step, step.rule, nothing, *rest) if step.rule in {**_WHOLE, **_NOT_SQUARED} else None

    for names in (_M + _V, _M, _V):
        yield changed(recipe, names, change)


def gradient_above(recipe: Recipe, problem: Problem) -> Iterator[Edit]:
    """This gradient in place of the average."""
    of_m = {q: step.operands[1] for q, step in recipe.items() if q.name in _M}

    def change(step: Step) -> Step | None:
        above, *rest = step.operands
        plain = recipe[above].operands[0] if above.name.startswith("m_hat") else above
        return with_rule(step, step.rule, of_m[plain], *rest) if plain in of_m else None

    yield changed(recipe, _STEPS, change)


def without_root(recipe: Recipe, problem: Problem) -> Iterator[Edit]:
    """The squares themselves below, or nothing."""
    for rule in (over_squares, numerator_alone):
        yield changed(recipe, _STEPS, by_table(dict.fromkeys(_BY_ROOT, rule)))


OPTIMIZERS: tuple[Misconception, ...] = (
    Misconception(
        "bias_correction_left_out",
        _("You left out the correction of an average that began with nothing: the step is made of m̂ and v̂."),
        _("The averages began with nothing: what are they divided by before the step is made of them?"),
        no_correction,
        COMMON,  # published code of three libraries (BVLC/caffe #4224, karpathy/convnetjs #107, oxiglade/mlx-rs #301)
        ("m_hat", "v_hat"),
    ),
    Misconception(
        "step_number_off",
        _("You corrected the average for another step: β is raised to the power of the number of this step."),
        _("How many updates were made, this one included?"),
        step_number,
        USUAL,  # eriklindernoren/ML-From-Scratch #35 never raises β to a power; counting from 0 is done as easily
        ("m_hat", "v_hat"),
    ),
    Misconception(
        "epsilon_elsewhere",
        _("You added ε at another place: look whether it stands under the root on this page."),
        _("Is ε added to the squares, or to their root?"),
        of_rule(
            _STEPS,
            {over_root: over_root_of_both, over_root_of_both: over_root},
            dict.fromkeys(_BY_ROOT, over_root_less),
        ),
        RARE,  # d2l-ai/d2l-zh #502, keras-team/keras #17391; few numbers show it
        ("step",),
    ),
    Misconception(
        "betas_exchanged",
        _("You exchanged the two β: one is that of the gradients, the other that of their squares."),
        _("Which β belongs to the average of the squares?"),
        betas_exchanged,
        USUAL,  # no public trace; two numbers side by side
        ("m", "v", "m_hat", "v_hat"),
    ),
    Misconception(
        "averages_exchanged",
        _("You exchanged the averages: that of the gradients stands above, that of the squares under the root."),
        _("Which of the two averages is made of squares, and which of them needs the root?"),
        averages_exchanged,
        USUAL,
        ("m", "v", "step"),
    ),
    Misconception(
        "whole_gradient_in_average",
        _("You added the whole gradient to the average: only a part of it belongs there, which β says."),
        _("What part of the new gradient does a moving average take?"),
        of_rule(_M + _V, _WHOLE, {moving_average: whole_gradient}),
        COMMON,  # momentum without the 1 − β is as common, so that the two are mixed
        ("m", "v"),
    ),
    Misconception(
        "parts_of_average_exchanged",
        _("You exchanged the parts: β belongs to the average so far, the rest to the new gradient."),
        _("Which of the two weighs more, what was so far, or what is new?"),
        of_rule(_M + _V, _PARTS, {moving_average: parts_exchanged}),
        USUAL,
        ("m", "v"),
    ),
    Misconception(
        "gradient_not_squared",
        _("You did not square the gradient: v is made of squares."),
        _("What of the gradient goes into v?"),
        not_squared,
        USUAL,
        ("v",),
    ),
    Misconception(
        "average_started_anew",
        _("You started from nothing again: an update rule remembers what was in the step before."),
        _("What does this step know of the step before?"),
        started_anew,
        COMMON,  # what tells the rule from plain descent is forgotten
        ("m", "v"),
    ),
    Misconception(
        "gradient_for_average",
        _("You took this gradient alone, where the average of the gradients belongs."),
        _("Does the step follow this gradient, or the average of all so far?"),
        gradient_above,
        COMMON,  # what tells the rule from plain descent is forgotten
        ("step",),
    ),
    Misconception(
        "root_left_out",
        _("You did not divide by the root of the squares."),
        _("What is the step divided by?"),
        without_root,
        USUAL,
        ("step",),
    ),
)
