"""Wrong updates: old values that stay or shrink, and another learning rate."""

# ruff: noqa: ARG001
# All edits are called alike.

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache, partial

from bptutor.engine import rules
from bptutor.engine.conventions import Edit
from bptutor.engine.quantities import Quantity
from bptutor.engine.recipe import Recipe, Step
from bptutor.engine.rules import Numbers, Rule
from bptutor.language import _
from bptutor.mistakes.edits import changed, with_rule
from bptutor.mistakes.misconception import RARE, USUAL, Misconception
from bptutor.mistakes.wrong_rules import composed
from bptutor.problem import Problem

_STEPS = ("step_w", "step_b")
_RATES = (0.1, 0.5, 0.01)  # those of textbooks
_SHIFTS = (10.0, 0.1)  # a point in another place
_OFTEN = 0.9  # the momentum of textbooks


def with_momentum_on_old(parameter: Numbers, step: Numbers) -> Numbers:
    """Multiply the old value by 0.9, then add the step."""
    return _OFTEN * parameter + step


def with_this_momentum_on_old(parameter: Numbers, step: Numbers, momentum: Numbers) -> Numbers:
    """Multiply the old value by the momentum, then add the step."""
    return momentum * parameter + step


@cache  # made once, so that recipes can compare rules
def times(rule: Rule, rate: float) -> Rule:
    """What a rule gives, times a number."""

    def other(*operands: Numbers) -> Numbers:
        return rate * rule(*operands)

    return composed(other, f"{rule.__name__}_times_{rate:g}", f"{rule.__doc__} Multiply by {rate:g}.")


def old_kept(recipe: Recipe, problem: Problem) -> Iterator[Edit]:
    """The old values for the new ones: of all parameters, or of the weights."""
    for names in (("new_w", "new_b"), ("new_w",)):
        yield changed(
            recipe,
            names,
            lambda step: with_rule(step, rules.unchanged, step.operands[0]) if step.rule is rules.update else None,
        )


def momentum_on_weight(recipe: Recipe, problem: Problem) -> Iterator[Edit]:
    """The momentum times the old value in place of the step before."""
    momentum = Quantity("momentum")

    def change(step: Step) -> Step | None:
        if step.rule is not rules.update:
            return None
        if problem.conventions.momentum:
            return with_rule(step, with_this_momentum_on_old, *step.operands, momentum)
        return with_rule(step, with_momentum_on_old)

    yield changed(recipe, ("new_w", "new_b"), change)


def other_rate(recipe: Recipe, problem: Problem) -> Iterator[Edit]:
    """A learning rate of another exercise, or with the point in another place."""
    for rate in _RATES:
        if rate != problem.learning_rate:
            yield changed(recipe, _STEPS, partial(_at_rate, rate=rate, kept=False))
    for shift in _SHIFTS:
        yield changed(recipe, _STEPS, partial(_at_rate, rate=shift, kept=True))


def _at_rate(step: Step, rate: float, *, kept: bool) -> Step | None:
    """The step with a number in place of the learning rate, or beside it where that is kept."""
    factors = step.factors if kept else ()
    return replace(with_rule(step, times(step.rule, rate)), factors=factors) if step.factors else None


UPDATES: tuple[Misconception, ...] = (
    Misconception(
        "old_weights_kept",
        _("You wrote the old weights down as the new ones: every weight that is trained moves by its step."),
        _("Which weights does this update move?"),
        old_kept,
        USUAL,  # threads with code that updates the weights of the outputs only
        ("new",),
    ),
    Misconception(
        "momentum_on_weight",
        _("You multiplied the old value by the momentum: it is the previous step that a part is taken of."),
        _("Of what does the momentum repeat a part: of the old value, or of the previous step?"),
        momentum_on_weight,
        RARE,  # an issue of a network from scratch (ralampay/ann #21)
        ("new",),
    ),
    Misconception(
        "other_learning_rate",
        _("You used another learning rate than that of the problem."),
        _("Which learning rate does this problem have?"),
        other_rate,
        USUAL,  # a number copied from the exercise before, or with its point in another place
        ("step",),
    ),
)
