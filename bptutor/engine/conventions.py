"""The conventions of a course, as edits of the recipe.

An edit is a mapping that is merged into the recipe: `recipe | edit`. A convention is an edit that ends at the same
new weights (or says that fewer parameters are trained); a misconception is one that does not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from bptutor.engine import rules
from bptutor.engine.losses import LOSSES
from bptutor.engine.quantities import Quantity
from bptutor.engine.recipe import Recipe, Step
from bptutor.engine.rules import Rule
from bptutor.engine.schedule import Parameters
from bptutor.language import _
from bptutor.problem import Problem

Edit = Mapping[Quantity, Step]

_THRESHOLD: Mapping[Rule, Rule] = {
    rules.weighted_sum: rules.weighted_sum_less_threshold,
    rules.bias_gradient: rules.threshold_gradient,
    rules.shared_bias_gradient: rules.shared_threshold_gradient,
}
_FALLING: Mapping[Rule, Rule] = {
    rules.weight_gradient: rules.falling_weight_gradient,
    rules.bias_gradient: rules.falling_bias_gradient,
    rules.threshold_gradient: rules.falling_threshold_gradient,
    rules.shared_bias_gradient: rules.falling_shared_bias_gradient,
    rules.shared_threshold_gradient: rules.falling_shared_threshold_gradient,
}
_CLIMB: Mapping[Rule, tuple[Rule, str]] = {  # from the gradient in this convention to the step straight from delta
    rules.falling_weight_gradient: (rules.climb_weight, "Δw = η · δ · out"),
    rules.falling_bias_gradient: (rules.climb_bias, "Δb = η · δ"),
    rules.falling_threshold_gradient: (rules.climb_threshold, "Δb = −η · δ"),
    rules.falling_shared_bias_gradient: (rules.climb_shared_bias, "Δb = η · Σ δ"),
    rules.falling_shared_threshold_gradient: (rules.climb_shared_threshold, "Δb = −η · Σ δ"),
}
_SIGNS = {"∂E/∂out": "−∂E/∂out", "∂E/∂net": "−∂E/∂net", "∂E/∂x": "−∂E/∂x", "o − t": "t − o"}


def replaced(recipe: Recipe, table: Mapping[Rule, Rule]) -> Edit:
    """The steps whose rule stands in the table, with the rule that takes its place."""
    return {q: replace(step, rule=table[step.rule]) for q, step in recipe.items() if step.rule in table}


def subtracted_bias(recipe: Recipe, problem: Problem, before: Parameters) -> Edit:
    """A threshold: net = Σwx − θ, so its gradient has the other sign."""
    return replaced(recipe, _THRESHOLD)


def frozen_biases(recipe: Recipe, problem: Problem, before: Parameters) -> Edit:
    """The biases keep their values; what would have changed them does not stand on the page."""
    edit = {q: replace(step, shown=False) for q, step in recipe.items() if q.name in ("grad_b", "step_b")}
    for q in recipe:
        if q.name == "new_b":
            edit[q] = Step(rules.unchanged, (before["b", q.layer],), shown=False)
    return edit


def falling_delta(recipe: Recipe, problem: Problem, before: Parameters) -> Edit:
    """δ = −∂E/∂net: error and delta have the other sign, and the step is +η·δ·out."""
    edit = dict(replaced(recipe, _FALLING))
    page = {**recipe, **edit}
    last = problem.depth
    falling = LOSSES[problem.loss].falling
    for q, step in recipe.items():
        if q.name in ("error", "delta"):
            because = step.because
            for rising, down in _SIGNS.items():
                because = because.replace(rising, down)
            edit[q] = replace(step, because=because)
        if q.name == "error" and q.layer == last and falling:
            edit[q] = replace(edit[q], rule=falling)
        elif (q.name == "error" and q.layer == last) or step.rule is rules.difference:
            a, b, *rest = step.operands
            edit[q] = replace(edit[q], operands=(b, a, *rest))
        elif q.name in ("step_w", "step_b"):
            rate, gradient = step.operands
            source = page[gradient]
            if source.rule in _CLIMB:
                rule, because = _CLIMB[source.rule]
                edit[q] = Step(rule, (rate, *source.operands), because)
    return edit


def updated_weights(recipe: Recipe, problem: Problem, before: Parameters) -> Edit:
    """The hidden errors come back through the weights that this very update has already changed."""
    edit = {}
    new_weights = {q.layer: q for q in recipe if q.name == "new_w"}
    for q, step in recipe.items():
        if q.name == "error" and 0 < q.layer < problem.depth and (new := new_weights.get(q.layer + 1)):
            edit[q] = replace(step, operands=(new, *step.operands[1:]))
    return edit


def layer_by_layer(recipe: Recipe) -> Recipe:
    """The page of an update in the order in which updated weights can be worked out: each layer to its new weights."""
    forward, after = {"inputs", "net", "out", "losses", "loss"}, {"net_after", "out_after", "loss_after"}

    def place(q: Quantity) -> tuple[int, int]:
        return (0, 0) if q.name in forward else (2, 0) if q.name in after else (1, -q.layer)

    return {q: recipe[q] for q in sorted(recipe, key=place)}


def momentum(recipe: Recipe, previous: Mapping[tuple[str, int], Quantity]) -> Edit:
    """Each step also repeats a part of the previous one."""
    edit = {}
    for q, step in recipe.items():
        if q.name in ("step_w", "step_b") and (last := previous.get((q.name[-1], q.layer))):
            operands = (*step.operands, Quantity("momentum"), last)
            edit[q] = replace(
                step,
                rule=rules.keep_going(step.rule),
                operands=operands,
                because=step.because + " + μ · Δ" + q.name[-1] + _("(previous)"),
            )
    return edit


Declared = Callable[[Recipe, Problem, Parameters], Edit]

CONVENTIONS: Mapping[tuple[str, object], Declared] = {
    ("bias", "subtracted"): subtracted_bias,
    ("delta", "descent"): falling_delta,
    ("hidden_delta_weights", "updated"): updated_weights,
    ("update_biases", False): frozen_biases,
}
"""What each declared value, other than the default, edits; the order matters: a threshold's sign before delta's."""
