"""Wrong errors of the outputs, and deltas of a softmax or a sigmoid that are taken from half of the derivation."""

# ruff: noqa: ARG001
# All edits are called alike.

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache

import numpy as np

from bptutor.engine import rules
from bptutor.engine.conventions import Edit
from bptutor.engine.losses import LOSSES, mean_difference, twice_difference
from bptutor.engine.quantities import Quantity
from bptutor.engine.recipe import Recipe, Step
from bptutor.engine.rules import Numbers, Rule
from bptutor.language import _
from bptutor.mistakes.edits import by_table, changed, with_rule
from bptutor.mistakes.error import at_targets, outputs
from bptutor.mistakes.misconception import RARE, USUAL, Misconception
from bptutor.mistakes.wrong_rules import composed, for_each
from bptutor.problem import Problem


def sum_with_target(a: Numbers, b: Numbers) -> Numbers:
    """Add output and target."""
    return a + b


def twice_sum_with_target(a: Numbers, b: Numbers) -> Numbers:
    """Take twice the sum of output and target."""
    return 2 * (a + b)


def mean_sum_with_target(a: Numbers, b: Numbers) -> Numbers:
    """Take twice the sum of output and target, divided by the number of outputs."""
    return 2 * (a + b) / a.shape[-1]


def of_true_class(a: Numbers, b: Numbers, targets: Numbers) -> Numbers:
    """Take the difference for the true class, and 0 for all others."""
    return (a - b) * targets


@cache  # made once, so that recipes can compare rules
def total_for_each(rule: Rule) -> Rule:
    """The sum of what a rule gives, for each output."""

    def other(*operands: Numbers) -> Numbers:
        return for_each(np.add.reduce(rule(*operands), axis=-1), operands[0])

    return composed(other, f"total_{rule.__name__}", f"{rule.__doc__} Add up over the outputs, and take that for each.")


@cache
def times_output(rule: Rule) -> Rule:
    """What a rule gives, times the output."""

    def other(*operands: Numbers) -> Numbers:
        return rule(*operands[:-1]) * operands[-1]

    return composed(other, f"{rule.__name__}_times_output", f"{rule.__doc__} Multiply by the output.")


_PLUS: Mapping[Rule, Rule] = {
    rules.difference: sum_with_target,
    twice_difference: twice_sum_with_target,
    mean_difference: mean_sum_with_target,
}


def error_sign_plus(recipe: Recipe, problem: Problem) -> Iterator[Edit]:
    """The sum of output and target."""
    yield at_targets(recipe, by_table(_PLUS))


def errors_added_up(recipe: Recipe, problem: Problem) -> Iterator[Edit]:
    """One total error, for each output."""
    if problem.layers[-1] > 1:
        yield at_targets(recipe, lambda step: with_rule(step, total_for_each(step.rule)))


def error_times_output(recipe: Recipe, problem: Problem) -> Iterator[Edit]:
    """The output as the inner derivative."""
    yield at_targets(recipe, lambda step: with_rule(step, times_output(step.rule), *step.operands, outputs(step)))


def only_true_class(recipe: Recipe, problem: Problem) -> Iterator[Edit]:
    """Output less 1 for the true class alone."""

    def change(step: Step) -> Step | None:
        targets = next(operand for operand in step.operands if operand.name == "targets")
        return with_rule(step, of_true_class, *step.operands, targets) if step.rule is rules.difference else None

    if problem.loss == "cross_entropy" and problem.activations[-1].name == "softmax":
        yield at_targets(recipe, change)


def error_for_delta(recipe: Recipe, problem: Problem) -> Iterator[Edit]:
    """The derivative by the output, where loss and activation leave another by the net input."""
    if problem.activations[-1].name != LOSSES[problem.loss].direct:
        return
    edit = {}
    for q, step in changed(recipe, ("delta",), lambda step: step).items():
        error = recipe.get(Quantity("error", q.layer, q.sample, q.step))
        if q.layer == problem.depth and error:
            edit[q] = with_rule(step, error.rule, *error.operands)
    yield edit


OUTPUTS: tuple[Misconception, ...] = (
    Misconception(
        "error_sign_plus",
        _("You added output and target: the error is their difference."),
        _("How far is the output from the target?"),
        error_sign_plus,
        RARE,
        ("error", "delta"),
    ),
    Misconception(
        "errors_added_up",
        _("You gave each output the sum of all errors: each has an error of its own."),
        _("Which outputs does this target speak of?"),
        errors_added_up,
        RARE,  # threads that ask whether the total error goes back through every output
        ("error", "delta"),
    ),
    Misconception(
        "error_times_output",
        _("You multiplied the error by the output, as if that were its inner derivative."),
        _("What is the derivative of the difference with respect to the output?"),
        error_times_output,
        RARE,  # a reader's derivation (makeyourownneuralnetwork #77)
        ("error", "delta"),
    ),
    Misconception(
        "softmax_only_true_class",
        _("You gave only the true class a delta: every output of a softmax has one, the others that of target zero."),
        _("What is the target of the other classes, and what is left of the difference there?"),
        only_true_class,
        USUAL,  # threads on softmax that read the formula of the true class as all there is
        ("delta",),
    ),
    Misconception(
        "error_for_delta",
        _("You stopped at the derivative with respect to the output: delta is the one with respect to the net input."),
        _("What is left of the derivative of the loss once the activation is included?"),
        error_for_delta,
        USUAL,  # threads on the derivative of cross-entropy with softmax that stop half-way
        ("delta",),
    ),
)
