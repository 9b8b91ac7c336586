"""The mistakes of the backward pass, as edits of the recipe."""

# ruff: noqa: ARG001
# All edits are called alike.

from __future__ import annotations

from collections.abc import Container, Iterator

from bptutor.engine import rules
from bptutor.engine.activations import ACTIVATIONS
from bptutor.engine.conventions import Edit
from bptutor.engine.losses import LOSSES
from bptutor.engine.recipe import Recipe, Step
from bptutor.mistakes import wrong_rules
from bptutor.mistakes.edits import Change, activation_row, by_activation, by_table, changed, in_turn, with_rule
from bptutor.problem import Problem

_PARTIAL = in_turn({row: row.wrong.partial_slopes for row in ACTIVATIONS.values()})
_THROUGH_SLOPE = (rules.error_times_slope, rules.error_through_slopes)


# Slope


def slope_at_net(recipe: Recipe, problem: Problem) -> Iterator[Edit]:
    """The net input where the output belongs."""

    def change(step: Step) -> Step | None:
        out = recipe.get(step.operands[0])
        at_out = activation_row(problem, step).slope_from_out
        return with_rule(step, step.rule, out.operands[0]) if at_out and out else None

    yield changed(recipe, ("slope",), change)


def slope_of_out(recipe: Recipe, problem: Problem) -> Iterator[Edit]:
    """The activation of the output where the output belongs."""
    once_more = by_activation(
        problem,
        lambda row: wrong_rules.slope_after(row.slope, row.rule) if row.slope and row.slope_from_out else None,
    )
    yield changed(recipe, ("slope",), once_more)


def partial_slope(recipe: Recipe, problem: Problem) -> Iterator[Edit]:
    """A part of the slope; of a softmax only what its own net input does."""
    for part in _PARTIAL:
        yield changed(recipe, ("slope",), by_activation(problem, part.get))

    def own(step: Step) -> Step | None:
        slopes = recipe.get(step.operands[-1])
        if step.rule is not rules.error_through_slopes or slopes is None:
            return None
        return with_rule(step, wrong_rules.error_times_own_slope, step.operands[0], slopes.operands[0])

    yield changed(recipe, ("delta",), own)


def other_slope(recipe: Recipe, problem: Problem) -> Iterator[Edit]:
    """The slope of another activation."""
    yield changed(recipe, ("slope",), by_activation(problem, lambda row: row.wrong.other_slope))


# Delta


def omit_output_slope(recipe: Recipe, problem: Problem) -> Iterator[Edit]:
    """The error of the outputs for their delta."""
    yield _without_slope(recipe, [problem.depth])


def omit_hidden_slope(recipe: Recipe, problem: Problem) -> Iterator[Edit]:
    """The error of the hidden units for their delta."""
    yield _without_slope(recipe, range(1, problem.depth))


def _without_slope(recipe: Recipe, layers: Container[int]) -> Edit:
    def change(step: Step) -> Step | None:
        error = step.operands[0]
        right = step.rule not in _THROUGH_SLOPE or error.layer not in layers
        return None if right else with_rule(step, wrong_rules.error_alone, error)

    return changed(recipe, ("delta",), change)


# What comes back to hidden units


def _at_hidden_errors(recipe: Recipe, change: Change) -> Edit:
    """The edit of the errors that come back to hidden units."""

    def hidden(step: Step) -> Step | None:
        return change(step) if step.rule is rules.sum_back else None

    return changed(recipe, ("error",), hidden)


def updated_weights(recipe: Recipe, problem: Problem) -> Iterator[Edit]:
    """The weights that this very update has already changed."""
    if problem.conventions.hidden_delta_weights == "updated":
        return
    after = {step.operands[0]: q for q, step in recipe.items() if q.name == "new_w"}

    def change(step: Step) -> Step | None:
        w, delta = step.operands
        return with_rule(step, step.rule, after[w], delta) if w in after else None

    yield _at_hidden_errors(recipe, change)


def raw_error_back(recipe: Recipe, problem: Problem) -> Iterator[Edit]:
    """The errors of the next layer for its deltas, or the bare differences from the targets."""
    loss = LOSSES[problem.loss]

    def errors(step: Step) -> Step | None:
        w, delta = step.operands
        source = recipe.get(delta)
        if source is None or source.rule not in _THROUGH_SLOPE:
            return None
        return with_rule(step, step.rule, w, source.operands[0])

    def differences(step: Step) -> Step | None:
        found = errors(step)
        compared = recipe.get(found.operands[1]) if found else None
        if compared is None or compared.rule is not loss.error:
            return found
        return with_rule(step, wrong_rules.difference_back, step.operands[0], *compared.operands)

    yield _at_hidden_errors(recipe, errors)
    if loss.wrong.error_factors and loss.error is not rules.difference:  # then errors are more than the differences
        yield _at_hidden_errors(recipe, differences)


def one_path(recipe: Recipe, problem: Problem) -> Iterator[Edit]:
    """Only one of the units that a hidden unit feeds."""
    for unit in range(max(problem.layers[2:], default=0)):

        def change(step: Step, unit: int = unit) -> Step | None:
            units = problem.layers[step.operands[0].layer]
            return with_rule(step, wrong_rules.sum_back_from(unit)) if unit < units else None

        yield _at_hidden_errors(recipe, change)


def no_weight(recipe: Recipe, problem: Problem) -> Iterator[Edit]:
    """The sum of the deltas alone."""
    yield _at_hidden_errors(recipe, by_table({rules.sum_back: wrong_rules.sum_back_without_weights}))


def transposed(recipe: Recipe, problem: Problem) -> Iterator[Edit]:
    """The rows of a square matrix for its columns."""

    def change(step: Step) -> Step | None:
        layer = step.operands[0].layer
        square = problem.layers[layer] == problem.layers[layer - 1]
        return with_rule(step, wrong_rules.transposed_back) if square else None

    yield _at_hidden_errors(recipe, change)
