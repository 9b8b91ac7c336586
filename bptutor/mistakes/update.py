"""The mistakes of gradients and updates, as edits of the recipe."""

# ruff: noqa: ARG001
# All edits are called alike.

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from bptutor.engine import rules
from bptutor.engine.conventions import Edit
from bptutor.engine.quantities import Quantity
from bptutor.engine.recipe import Recipe, Step
from bptutor.engine.rules import Numbers, Rule
from bptutor.mistakes import wrong_updates
from bptutor.mistakes.edits import Change, beside, by_table, changed, standing, with_rule
from bptutor.mistakes.forward import SUM_OR_MEAN
from bptutor.mistakes.wrong_rules import composed
from bptutor.problem import Problem

_TIMES_BIAS: Mapping[Rule, Rule] = {
    rules.bias_gradient: wrong_updates.bias_gradient_times_bias,
    rules.shared_bias_gradient: wrong_updates.shared_bias_gradient_times_bias,
}
_GRADIENTS, _STEPS, _NEW = ("grad_w", "grad_b"), ("step_w", "step_b"), ("new_w", "new_b")


# Gradients; with a falling delta the step is found from delta too, so the same mistake is made there


def _at(rule: Rule, recipe: Recipe, change: Change) -> Edit:
    """The edit of gradients and steps that are worked out from delta by this rule."""
    return changed(recipe, _GRADIENTS + _STEPS, lambda step: change(step) if step.rule is rule else None)


def _at_weights(recipe: Recipe, incoming: Callable[[Quantity], Quantity | None]) -> Edit:
    """The edit of gradients and steps of weights to something else that comes in."""

    def change(step: Step) -> Step | None:
        delta, x = step.operands
        wrong = incoming(x)
        return with_rule(step, step.rule, delta, wrong) if wrong else None

    return _at(rules.weight_gradient, recipe, change)


def wrong_activation(recipe: Recipe, problem: Problem) -> Iterator[Edit]:
    """Something other than the output that comes in along the weight."""
    known = standing(recipe)

    def own_output(step: Step) -> Step | None:
        out = known.get(beside(step.operands[0], "out"))
        return with_rule(step, wrong_updates.own_output_gradient, *step.operands, out) if out else None

    def network_input(x: Quantity) -> Quantity | None:
        return known.get(("inputs", 0, x.sample, 0)) if problem.layers[x.layer] == problem.layers[0] else None

    yield _at(rules.weight_gradient, recipe, own_output)
    yield _at_weights(recipe, lambda x: known.get(beside(x, "net")))
    yield _at_weights(recipe, network_input)


def broadcast_product(recipe: Recipe, problem: Problem) -> Iterator[Edit]:
    """A row times a column made a matrix where a program meant numbers: only in square layers does nobody complain."""
    known = standing(recipe)

    def change(step: Step) -> Step | None:
        delta, x = step.operands
        error, slope = known.get(beside(delta, "error")), known.get(beside(delta, "slope"))
        square = problem.layers[delta.layer] == problem.layers[delta.layer - 1]
        return (
            with_rule(step, wrong_updates.broadcast_gradient, error, slope, x) if square and error and slope else None
        )

    yield _at(rules.weight_gradient, recipe, change)


def bias_gradient_times_bias(recipe: Recipe, problem: Problem) -> Iterator[Edit]:
    """The delta times the bias, which comes in with a constant 1."""
    biases = {beside(q, "delta"): step.operands[2:] for q, step in recipe.items() if q.name == "net"}

    def change(step: Step) -> Step | None:
        bias = biases.get(beside(step.operands[-1], "delta")) if step.rule in _TIMES_BIAS else None
        return with_rule(step, _TIMES_BIAS[step.rule], *step.operands, *bias) if bias else None

    yield changed(recipe, ("grad_b", "step_b"), change)


def shared_bias_one_delta(recipe: Recipe, problem: Problem) -> Iterator[Edit]:
    """The delta of one unit for the sum over the layer."""
    for unit in range(max(problem.layers[1:])):

        def change(step: Step, unit: int = unit) -> Step | None:
            units = problem.layers[step.operands[0].layer]
            return with_rule(step, wrong_updates.delta_of_one_unit(unit)) if unit < units else None

        yield _at(rules.shared_bias_gradient, recipe, change)


def batch_gradients(recipe: Recipe, problem: Problem) -> Iterator[Edit]:
    """The sum of the samples' gradients for their mean, or the reverse."""
    yield changed(recipe, _GRADIENTS, by_table(SUM_OR_MEAN))


# Steps and updates


def _other_updates(recipe: Recipe, change: Change) -> Edit:
    """The edit of the updates of parameters that are trained."""
    return changed(recipe, _NEW, lambda step: change(step) if step.rule is rules.update else None)


def added_update(recipe: Recipe, problem: Problem) -> Iterator[Edit]:
    """Up the gradient."""
    yield changed(recipe, _STEPS, lambda step: replace(step, negated=not step.negated))
    yield _other_updates(recipe, by_table({rules.update: wrong_updates.update_less_step}))


def no_learning_rate(recipe: Recipe, problem: Problem) -> Iterator[Edit]:
    """The gradient alone."""
    yield changed(recipe, _STEPS, lambda step: replace(step, factors=()))


def learning_rate_twice(recipe: Recipe, problem: Problem) -> Iterator[Edit]:
    """The learning rate in the step and once more, there or in the update."""

    def change(step: Step) -> Step | None:
        old, move = step.operands
        if move not in recipe:
            return None
        return with_rule(step, wrong_updates.update_with_rate, old, *recipe[move].factors, move)

    yield changed(recipe, _STEPS, lambda step: replace(step, factors=step.factors * 2))
    yield _other_updates(recipe, change)


def increment_only(recipe: Recipe, problem: Problem) -> Iterator[Edit]:
    """The step, or what is subtracted, for the new value."""
    for negated in (False, True):
        yield _other_updates(recipe, _from_step(negated=negated))


def _from_step(*, negated: bool) -> Change:
    return lambda step: replace(with_rule(step, wrong_updates.step_alone, step.operands[1]), negated=negated)


def weight_decay_update(recipe: Recipe, problem: Problem) -> Iterator[Edit]:
    """The old value where the gradient belongs."""
    edit = {}
    for update in recipe.values():
        if update.rule is rules.update and update.operands[1] in recipe:
            old, move = update.operands
            edit[move] = replace(with_rule(recipe[move], wrong_updates.old_value, old), negated=True)
    yield edit


def bias_not_updated(recipe: Recipe, problem: Problem) -> Iterator[Edit]:
    """The old bias for the new one, or no step."""
    yield changed(recipe, ("new_b",), lambda step: with_rule(step, rules.unchanged, step.operands[0]))
    yield changed(recipe, ("step_b",), _nothing_of)


def _nothing_of(right: Step) -> Step:
    """The step times 0, written as `0*(-η*∂E/∂b1)`."""

    def rule(*operands: Numbers) -> Numbers:
        return 0 * right.of(dict(zip(right.rests_on, operands, strict=True)))

    return Step(composed(rule, "no_step", "Take no step at all."), right.rests_on, right.because, right.shown)


def momentum_omitted(recipe: Recipe, problem: Problem) -> Iterator[Edit]:
    """The step without a part of the previous one."""
    yield changed(recipe, _STEPS, lambda step: replace(step, momentum=()))
