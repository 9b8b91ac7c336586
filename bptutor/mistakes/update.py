"""The mistakes of gradients and updates, as edits of the recipe."""

# ruff: noqa: ARG001
# All edits are called alike.

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from bptutor.engine import rules
from bptutor.engine.conventions import Edit
from bptutor.engine.quantities import Quantity
from bptutor.engine.recipe import Recipe, Step
from bptutor.engine.rules import Rule
from bptutor.mistakes import wrong_updates
from bptutor.mistakes.edits import Change, beside, by_table, changed, moved, standing, with_rule, without_momentum
from bptutor.mistakes.forward import SUM_OR_MEAN
from bptutor.problem import Problem

_OWN_OUTPUT: Mapping[Rule, Rule] = {
    rules.weight_gradient: wrong_updates.own_output_gradient,
    rules.falling_weight_gradient: wrong_updates.falling_own_output_gradient,
    rules.climb_weight: wrong_updates.climb_own_output,
}
_BROADCAST: Mapping[Rule, Rule] = {
    rules.weight_gradient: wrong_updates.broadcast_gradient,
    rules.falling_weight_gradient: wrong_updates.falling_broadcast_gradient,
    rules.climb_weight: wrong_updates.climb_broadcast,
}
_SHARED = (
    rules.shared_bias_gradient,
    rules.shared_threshold_gradient,
    rules.falling_shared_bias_gradient,
    rules.falling_shared_threshold_gradient,
    rules.climb_shared_bias,
    rules.climb_shared_threshold,
)
_GRADIENTS, _STEPS, _NEW = ("grad_w", "grad_b"), ("step_w", "step_b"), ("new_w", "new_b")


# Gradients; with a falling delta the step is found from delta too, so the same mistake is made there


def _at_weights(recipe: Recipe, incoming: Callable[[Quantity], Quantity | None]) -> Edit:
    """The edit of gradients and steps of weights that are worked out from delta and what comes in."""

    def change(step: Step) -> Step | None:
        own = without_momentum(step)
        if own.rule not in _OWN_OUTPUT:
            return None
        *rate, delta, x = own.operands
        wrong = incoming(x)
        return moved(step, own.rule, *rate, delta, wrong) if wrong else None

    return changed(recipe, ("grad_w", "step_w"), change)


def wrong_activation(recipe: Recipe, problem: Problem) -> Iterator[Edit]:
    """Something other than the output that comes in along the weight."""
    known = standing(recipe)

    def own_output(step: Step) -> Step | None:
        own = without_momentum(step)
        out = known.get(beside(own.operands[-2], "out")) if own.rule in _OWN_OUTPUT else None
        return moved(step, _OWN_OUTPUT[own.rule], *own.operands, out) if out else None

    def network_input(x: Quantity) -> Quantity | None:
        return known.get(("inputs", 0, x.sample, 0)) if problem.layers[x.layer] == problem.layers[0] else None

    yield changed(recipe, ("grad_w", "step_w"), own_output)
    yield _at_weights(recipe, lambda x: known.get(beside(x, "net")))
    yield _at_weights(recipe, network_input)


def broadcast_product(recipe: Recipe, problem: Problem) -> Iterator[Edit]:
    """A row times a column made a matrix where a program meant numbers: only in square layers does nobody complain."""
    known = standing(recipe)

    def change(step: Step) -> Step | None:
        own = without_momentum(step)
        if own.rule not in _BROADCAST:
            return None
        *rate, delta, x = own.operands
        error, slope = known.get(beside(delta, "error")), known.get(beside(delta, "slope"))
        square = problem.layers[delta.layer] == problem.layers[delta.layer - 1]
        return moved(step, _BROADCAST[own.rule], *rate, error, slope, x) if square and error and slope else None

    yield changed(recipe, ("grad_w", "step_w"), change)


def bias_gradient_times_bias(recipe: Recipe, problem: Problem) -> Iterator[Edit]:
    """The delta times the bias, which comes in with a constant 1."""
    biases = {beside(q, "delta"): step.operands[2:] for q, step in recipe.items() if q.name == "net"}

    def change(step: Step) -> Step | None:
        own = without_momentum(step)
        delta = own.operands[-1]
        bias = biases.get(beside(delta, delta.name))  # none for what is combined from the samples
        return moved(step, wrong_updates.times_bias(own.rule), *own.operands, *bias) if bias else None

    yield changed(recipe, ("grad_b", "step_b"), change)


def shared_bias_one_delta(recipe: Recipe, problem: Problem) -> Iterator[Edit]:
    """The delta of one unit for the sum over the layer."""
    for unit in range(max(problem.layers[1:])):

        def change(step: Step, unit: int = unit) -> Step | None:
            own = without_momentum(step)
            if own.rule not in _SHARED or unit >= problem.layers[own.operands[-1].layer]:
                return None
            return moved(step, wrong_updates.of_one_unit(own.rule, unit), *own.operands)

        yield changed(recipe, ("grad_b", "step_b"), change)


def batch_gradients(recipe: Recipe, problem: Problem) -> Iterator[Edit]:
    """The sum of the samples' gradients for their mean, or the reverse."""
    yield changed(recipe, _GRADIENTS, by_table(SUM_OR_MEAN))


# Steps and updates


def _other_steps(recipe: Recipe, wrong: Callable[[Rule], Rule]) -> Edit:
    """The edit of steps to a variation of the rule."""

    def change(step: Step) -> Step:
        own = without_momentum(step)
        return moved(step, wrong(own.rule), *own.operands)

    return changed(recipe, _STEPS, change)


def _other_updates(recipe: Recipe, change: Change) -> Edit:
    """The edit of the updates of parameters that are trained."""
    return changed(recipe, _NEW, lambda step: change(step) if step.rule is rules.update else None)


def added_update(recipe: Recipe, problem: Problem) -> Iterator[Edit]:
    """Up the gradient."""
    yield _other_steps(recipe, wrong_updates.other_way)
    yield _other_updates(recipe, by_table({rules.update: wrong_updates.update_less_step}))


def no_learning_rate(recipe: Recipe, problem: Problem) -> Iterator[Edit]:
    """The gradient alone."""

    def change(step: Step) -> Step:
        own = without_momentum(step)
        return moved(step, wrong_updates.without_rate(own.rule), *own.operands[1:])

    yield changed(recipe, _STEPS, change)


def learning_rate_twice(recipe: Recipe, problem: Problem) -> Iterator[Edit]:
    """The learning rate in the step and once more, there or in the update."""

    def change(step: Step) -> Step | None:
        old, move = step.operands
        if move not in recipe:
            return None
        return with_rule(step, wrong_updates.update_with_rate, old, recipe[move].operands[0], move)

    yield _other_steps(recipe, wrong_updates.with_rate_twice)
    yield _other_updates(recipe, change)


def increment_only(recipe: Recipe, problem: Problem) -> Iterator[Edit]:
    """The step, or what is subtracted, for the new value."""
    for rule in (wrong_updates.step_alone, wrong_updates.negative_step_alone):
        yield _other_updates(recipe, _from_step(rule))


def _from_step(rule: Rule) -> Change:
    return lambda step: with_rule(step, rule, step.operands[1])


def weight_decay_update(recipe: Recipe, problem: Problem) -> Iterator[Edit]:
    """The old value where the gradient belongs."""
    edit = {}
    for update in recipe.values():
        if update.rule is rules.update and update.operands[1] in recipe:
            old, move = update.operands
            rate = recipe[move].operands[0]
            edit[move] = moved(recipe[move], wrong_updates.decay, rate, old)
    yield edit


def bias_not_updated(recipe: Recipe, problem: Problem) -> Iterator[Edit]:
    """The old bias for the new one, or no step."""
    yield changed(recipe, ("new_b",), lambda step: with_rule(step, rules.unchanged, step.operands[0]))
    yield changed(recipe, ("step_b",), lambda step: with_rule(step, wrong_updates.no_step(step.rule)))


def momentum_omitted(recipe: Recipe, problem: Problem) -> Iterator[Edit]:
    """The step without a part of the previous one."""
    yield changed(recipe, _STEPS, without_momentum)
