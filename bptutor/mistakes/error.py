"""The mistakes made where outputs are compared with targets, as edits of the recipe."""

# ruff: noqa: ARG001
# All edits are called alike.

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bptutor.engine.conventions import Edit
from bptutor.engine.losses import LOSSES
from bptutor.engine.quantities import Quantity
from bptutor.engine.recipe import Recipe, Step
from bptutor.engine.rules import Rule
from bptutor.mistakes import wrong_rules
from bptutor.mistakes.edits import Change, by_table, changed, in_turn, standing, with_rule
from bptutor.problem import Problem

_FACTORS = in_turn({row.error: row.wrong.error_factors for row in LOSSES.values()})
_FALLING = {row.error: row.falling for row in LOSSES.values() if row.falling}
_FLIPPED: Mapping[Rule, Rule] = _FALLING | {falling: rising for rising, falling in _FALLING.items()}


def at_targets(recipe: Recipe, change: Change) -> Edit:
    """The edit of the steps that compare outputs with targets: their error, or their delta itself."""

    def compare(step: Step) -> Step | None:
        return change(step) if any(operand.name == "targets" for operand in step.operands) else None

    return changed(recipe, ("error", "delta"), compare)


def flipped_error(recipe: Recipe, problem: Problem) -> Iterator[Edit]:
    """Output and target exchanged."""

    def change(step: Step) -> Step:
        if step.rule in _FLIPPED:
            return with_rule(step, _FLIPPED[step.rule])
        a, b, *rest = step.operands
        return with_rule(step, step.rule, b, a, *rest)

    yield at_targets(recipe, change)


def error_factor(recipe: Recipe, problem: Problem) -> Iterator[Edit]:
    """The factor that the square leaves, forgotten or added; a unit that jumps learns without a derivative."""
    if problem.activations[-1].row.slope is None:
        return
    for factor in _FACTORS:
        yield at_targets(recipe, by_table(factor))


def loss_for_error(recipe: Recipe, problem: Problem) -> Iterator[Edit]:
    """What is lost, for how the loss changes."""
    known = standing(recipe)

    def total(step: Step) -> Step | None:
        out = outputs(step)
        loss = known.get(("loss", 0, out.sample, out.step))
        return with_rule(step, wrong_rules.total_loss, loss, out) if loss else None

    def own(step: Step) -> Step | None:
        out = outputs(step)
        losses = known.get(("losses", 0, out.sample, out.step))
        return with_rule(step, wrong_rules.own_loss, losses) if losses else None

    for rule in (wrong_rules.squared_difference, wrong_rules.absolute_difference):
        yield at_targets(recipe, _of_the_two(rule))
    yield at_targets(recipe, total)
    if problem.layers[-1] > 1:  # else it is the total
        yield at_targets(recipe, own)


def double_derivative(recipe: Recipe, problem: Problem) -> Iterator[Edit]:
    """The slope, though loss and activation have cancelled it."""

    def change(step: Step) -> Step:
        return with_rule(step, wrong_rules.difference_times_own_slope, *step.operands, outputs(step))

    if problem.activations[-1].name == LOSSES[problem.loss].direct:
        yield at_targets(recipe, change)


def _of_the_two(rule: Rule) -> Change:
    return lambda step: with_rule(step, rule, *step.operands[:2])


def outputs(step: Step) -> Quantity:
    """The outputs that the step compares with the targets."""
    return next(operand for operand in step.operands if operand.name == "out")
