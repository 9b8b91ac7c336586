"""The mistakes of the forward pass and of the loss, as edits of the recipe."""

# ruff: noqa: ARG001
# All edits are called alike.

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bptutor.engine import rules
from bptutor.engine.activations import linear
from bptutor.engine.conventions import Edit
from bptutor.engine.losses import LOSSES, summed
from bptutor.engine.recipe import Recipe, Step
from bptutor.engine.rules import Rule
from bptutor.mistakes import wrong_rules
from bptutor.mistakes.edits import by_activation, by_table, changed, in_turn, with_rule
from bptutor.problem import Problem

_NET, _OUT, _LOSS = ("net", "net_after"), ("out", "out_after"), ("losses", "loss", "loss_after")

_BIAS_SIGN: Mapping[Rule, Rule] = {
    rules.weighted_sum: rules.weighted_sum_less_threshold,
    rules.weighted_sum_less_threshold: rules.weighted_sum,
}
_TRANSPOSED: Mapping[Rule, Rule] = {
    rules.weighted_sum: wrong_rules.transposed_sum,
    rules.weighted_sum_less_threshold: wrong_rules.transposed_sum_less_threshold,
    rules.weighted_sum_alone: wrong_rules.transposed_sum_alone,
}
_LOG10 = {row.rule: row.wrong.log10 for row in LOSSES.values() if row.rule and row.wrong.log10}
SUM_OR_MEAN: Mapping[Rule, Rule] = {rules.total: rules.average, rules.average: rules.total}
_FACTORS = in_turn({row.rule: row.wrong.factors for row in LOSSES.values() if row.rule})


def bias_omitted(recipe: Recipe, problem: Problem) -> Iterator[Edit]:
    """The weighted sum alone."""
    yield changed(recipe, _NET, lambda step: with_rule(step, rules.weighted_sum_alone, *step.operands[:2]))


def bias_sign(recipe: Recipe, problem: Problem) -> Iterator[Edit]:
    """A bias as if it were a threshold, or the reverse."""
    yield changed(recipe, _NET, by_table(_BIAS_SIGN))


def transposed(recipe: Recipe, problem: Problem) -> Iterator[Edit]:
    """The columns of a square matrix for its rows."""

    def change(step: Step) -> Step | None:
        layer = step.operands[0].layer
        square = problem.layers[layer] == problem.layers[layer - 1]
        return with_rule(step, _TRANSPOSED[step.rule]) if square else None

    yield changed(recipe, _NET, change)


def activation_skipped(recipe: Recipe, problem: Problem) -> Iterator[Edit]:
    """The net input for the output."""
    yield changed(recipe, _OUT, lambda step: with_rule(step, linear, step.operands[0]))


def activation_twice(recipe: Recipe, problem: Problem) -> Iterator[Edit]:
    """The activation of the activation."""
    yield changed(recipe, _OUT, lambda step: with_rule(step, wrong_rules.twice(step.rule)))


def exponent_sign(recipe: Recipe, problem: Problem) -> Iterator[Edit]:
    """The exponential of the net input with the other sign."""
    yield changed(recipe, _OUT, by_activation(problem, lambda row: row.wrong.exponent))


def softmax_not_normalised(recipe: Recipe, problem: Problem) -> Iterator[Edit]:
    """The exponentials alone."""
    yield changed(recipe, _OUT, by_activation(problem, lambda row: row.wrong.not_normalised))


def log10(recipe: Recipe, problem: Problem) -> Iterator[Edit]:
    """The logarithm to base ten for the natural one."""
    yield _other_loss(recipe, _LOG10)


def loss_factor(recipe: Recipe, problem: Problem) -> Iterator[Edit]:
    """The ½ of a loss forgotten or added, or not divided by the outputs."""
    for factor in _FACTORS:
        yield _other_loss(recipe, factor)


def batch_loss(recipe: Recipe, problem: Problem) -> Iterator[Edit]:
    """The sum of the samples' losses for their mean, or the reverse."""
    yield changed(recipe, _LOSS, by_table(SUM_OR_MEAN))


def _other_loss(recipe: Recipe, table: Mapping[Rule, Rule]) -> Edit:
    both = {**table, **{summed(right): summed(wrong) for right, wrong in table.items()}}
    return changed(recipe, _LOSS, by_table(both))
