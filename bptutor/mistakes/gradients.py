"""Wrong gradients: a factor that is missing or of another place, and gradients of several samples."""

# ruff: noqa: ARG001
# All edits are called alike.

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from bptutor.engine import rules
from bptutor.engine.conventions import Edit
from bptutor.engine.quantities import Quantity
from bptutor.engine.recipe import Recipe, Step
from bptutor.engine.rules import Numbers, Rule
from bptutor.language import _
from bptutor.mistakes.edits import by_table, changed, with_rule
from bptutor.mistakes.misconception import COMMON, RARE, USUAL, Misconception
from bptutor.mistakes.update import at_rule
from bptutor.mistakes.wrong_rules import for_each
from bptutor.problem import Problem


def delta_alone(delta: Numbers, x: Numbers) -> Numbers:
    """Take the delta of the receiving unit for each of its weights."""
    return for_each(delta, x)


def transposed_gradient(delta: Numbers, x: Numbers) -> Numbers:
    """Multiply the delta of the sending unit's number by the output that has the receiving unit's number."""
    return x[..., :, None] * delta[..., None, :]


def gradient_with_first(delta: Numbers, x: Numbers) -> Numbers:
    """Multiply the delta of the receiving unit by the first output that comes in."""
    return delta[..., :, None] * for_each(x[..., 0], x)[..., None, :]


def bias_gradient_with_first(delta: Numbers, x: Numbers) -> Numbers:
    """Multiply the delta by the first output that comes in."""
    return delta * x[..., :1]


def bias_gradient_with_own(delta: Numbers, x: Numbers) -> Numbers:
    """Multiply the delta by the output that comes in from the unit of the same number."""
    return delta * x


def sum_for_each(delta: Numbers) -> Numbers:
    """Add up the deltas of the layer, and take that for each bias."""
    return for_each(np.add.reduce(delta, axis=-1), delta)


def one_sample(part: Numbers) -> Numbers:
    """Take what the last sample contributes."""
    return part


def half_average(*parts: Numbers) -> Numbers:
    """Add up what the samples contribute and divide by twice their number."""
    return rules.total(*parts) / (2 * len(parts))


def average_twice(*parts: Numbers) -> Numbers:
    """Add up what the samples contribute and divide by their number twice."""
    return rules.total(*parts) / len(parts) / len(parts)


_GRADIENTS = ("grad_w", "grad_b")
_BATCH = (rules.average, rules.total)


def delta_for_gradient(recipe: Recipe, problem: Problem) -> Iterator[Edit]:
    """What comes in along the weight, left out."""
    yield at_rule(rules.weight_gradient, recipe, by_table({rules.weight_gradient: delta_alone}))


def error_for_delta(recipe: Recipe, problem: Problem) -> Iterator[Edit]:
    """The error for the delta, in the gradients of all parameters or of the weights."""

    def change(step: Step) -> Step | None:
        delta, *rest = step.operands
        error = Quantity("error", delta.layer, delta.sample, delta.step)
        known = recipe.get(error)
        return with_rule(step, step.rule, error, *rest) if known and known.shown else None

    weights = at_rule(rules.weight_gradient, recipe, change)
    yield {**weights, **at_rule(rules.bias_gradient, recipe, change)}
    yield weights


def transposed(recipe: Recipe, problem: Problem) -> Iterator[Edit]:
    """The product of column and row the other way round, in square layers."""

    def change(step: Step) -> Step | None:
        delta, x = step.operands
        square = problem.layers[delta.layer] == problem.layers[x.layer]
        return with_rule(step, transposed_gradient) if square else None

    yield at_rule(rules.weight_gradient, recipe, change)


def same_input_for_all(recipe: Recipe, problem: Problem) -> Iterator[Edit]:
    """The first output that comes in, for all weights of a unit."""
    yield at_rule(rules.weight_gradient, recipe, by_table({rules.weight_gradient: gradient_with_first}))


def bias_times_input(recipe: Recipe, problem: Problem) -> Iterator[Edit]:
    """What comes in along a weight, for the constant 1 of the bias."""
    incoming = {step.operands[0]: step.operands[1] for step in recipe.values() if step.rule is rules.weight_gradient}

    def with_(rule: Rule, step: Step) -> Step | None:
        x = incoming.get(step.operands[0])
        return with_rule(step, rule, step.operands[0], x) if x else None

    def own(step: Step) -> Step | None:
        found = with_(bias_gradient_with_own, step)
        same = found and problem.layers[found.operands[0].layer] == problem.layers[found.operands[1].layer]
        return found if same else None

    yield at_rule(rules.bias_gradient, recipe, lambda step: with_(bias_gradient_with_first, step))
    yield at_rule(rules.bias_gradient, recipe, own)


def bias_sum(recipe: Recipe, problem: Problem) -> Iterator[Edit]:
    """The sum of a layer's deltas, for each of its biases."""
    yield at_rule(rules.bias_gradient, recipe, by_table({rules.bias_gradient: sum_for_each}))


def last_sample(recipe: Recipe, problem: Problem) -> Iterator[Edit]:
    """The last sample for all of them."""

    def change(step: Step) -> Step | None:
        return with_rule(step, one_sample, step.operands[-1]) if step.rule in _BATCH else None

    yield changed(recipe, _GRADIENTS, change)


def divided_twice(recipe: Recipe, problem: Problem) -> Iterator[Edit]:
    """A mean that is halved, or divided by the number of samples once more."""
    for wrong in (half_average, average_twice):
        yield changed(recipe, _GRADIENTS, by_table({rules.average: wrong}))
        yield changed(recipe, ("loss", "loss_after"), by_table({rules.average: wrong}))


GRADIENTS: tuple[Misconception, ...] = (
    Misconception(
        "delta_for_gradient",
        _("You took the delta for the gradient: it has to be multiplied by the output that comes in along the weight."),
        _("By how much does the net input change when this weight does?"),
        delta_for_gradient,
        COMMON,  # Stack Overflow 12558517 and others: delta is added to every weight of the layer
        ("grad",),
    ),
    Misconception(
        "error_for_delta_in_gradient",
        _("You multiplied by the error: a gradient is made of the delta, which has the slope in it."),
        _("Which of the two stands in the formula of the gradient: the error, or the delta?"),
        error_for_delta,
        USUAL,  # threads in which the slope is worked out, but never used
        ("grad",),
    ),
    Misconception(
        "gradient_transposed",
        _("You swapped the rows and columns of the gradient."),
        _("Which unit does this weight come from, and which one does it lead to?"),
        transposed,
        RARE,  # issues in which an outer product has its vectors the other way round
        ("grad",),
    ),
    Misconception(
        "same_input_for_all",
        _("You multiplied all deltas by the same number: each weight has an incoming output of its own."),
        _("From which unit does this weight come?"),
        same_input_for_all,
        RARE,
        ("grad",),
    ),
    Misconception(
        "bias_gradient_times_input",
        _("You multiplied the delta of a bias by an output that comes in: what comes in with a bias is constant."),
        _("Which number does a bias multiply in the forward pass?"),
        bias_times_input,
        USUAL,  # issues in which weights and biases are updated by one line
        ("grad",),
    ),
    Misconception(
        "bias_gradient_summed",
        _("You gave each bias the sum of all deltas: each bias has the delta of its own unit."),
        _("Which units does this bias feed?"),
        bias_sum,
        RARE,  # issues with a sum over the wrong axis of a matrix of deltas
        ("grad",),
    ),
    Misconception(
        "last_sample_only",
        _("You took the gradient of the last sample for that of all samples."),
        _("Which samples does this update learn from?"),
        last_sample,
        USUAL,  # issues in which a loop overwrites the gradient in place of adding to it
        ("grad",),
    ),
    Misconception(
        "batch_divided_twice",
        _("You divided by more than the number of samples."),
        _("By what is the sum over the samples divided in this problem, and how many times?"),
        divided_twice,
        USUAL,  # a well-known course has half the mean for its loss
        ("loss", "grad"),
    ),
)
