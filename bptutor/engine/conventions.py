"""The conventions of a course, as edits of the recipe.

An edit is a mapping that is merged into the recipe: `recipe | edit`. A convention is an edit that ends at the same
new weights (or says that fewer parameters are trained); a misconception is one that does not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import NamedTuple

from bptutor.engine import rules
from bptutor.engine.losses import LOSSES
from bptutor.engine.quantities import Quantity
from bptutor.engine.recipe import Recipe, Step
from bptutor.engine.rules import Rule
from bptutor.engine.schedule import Parameters
from bptutor.language import _
from bptutor.problem import Problem

Edit = Mapping[Quantity, Step]

_THRESHOLD: Mapping[Rule, str] = {
    rules.bias_gradient: _(
        "A threshold comes in with a constant −1, so its gradient is the delta with its sign changed."
    ),
    rules.shared_bias_gradient: _(
        "One threshold serves the whole layer and comes in with −1: add up the deltas of the layer, change the sign."
    ),
}


class _Falling(NamedTuple):
    """What is said where delta is −∂E/∂net: of the gradient, of the step straight from delta, and its formula."""

    gradient: str
    step: str
    because: str


_FALLING: Mapping[tuple[Rule, bool], _Falling] = {  # by the rule of the gradient, and whether it is of a threshold
    (rules.weight_gradient, False): _Falling(
        _("Multiply the delta of the receiving unit by what comes in along the weight, and change the sign."),
        _("Multiply the learning rate by the delta of the receiving unit and by what comes in along the weight."),
        "Δw = η · δ · out",
    ),
    (rules.bias_gradient, False): _Falling(
        _("A bias comes in with a constant 1; this delta is −∂E/∂net, so change its sign."),
        _("Multiply the learning rate by the delta."),
        "Δb = η · δ",
    ),
    (rules.bias_gradient, True): _Falling(
        _("A threshold comes in with a constant −1 and this delta is −∂E/∂net: the two signs cancel."),
        _("A threshold comes in with a constant −1: multiply the learning rate by the delta and change the sign."),
        "Δb = −η · δ",
    ),
    (rules.shared_bias_gradient, False): _Falling(
        _("One bias serves the whole layer: add up its deltas; these are −∂E/∂net, so change the sign."),
        _("Multiply the learning rate by the sum of the deltas of the layer."),
        "Δb = η · Σ δ",
    ),
    (rules.shared_bias_gradient, True): _Falling(
        _("One threshold serves the whole layer: add up its deltas; −1 and the sign of −∂E/∂net cancel."),
        _(
            "A threshold comes in with a constant −1: "
            "multiply the learning rate by the sum of the deltas, change the sign."
        ),
        "Δb = −η · Σ δ",
    ),
}
_SIGNS = {"∂E/∂out": "−∂E/∂out", "∂E/∂net": "−∂E/∂net", "∂E/∂x": "−∂E/∂x", "o − t": "t − o"}


def subtracted_bias(recipe: Recipe, problem: Problem, before: Parameters) -> Edit:
    """A threshold: net = Σwx − θ, so its gradient has the other sign."""
    edit = {}
    for q, step in recipe.items():
        if step.rule is rules.weighted_sum:
            edit[q] = replace(step, rule=rules.weighted_sum_less_threshold)
        elif step.rule in _THRESHOLD:
            edit[q] = replace(step, negated=not step.negated, sentence=_THRESHOLD[step.rule])
    return edit


def frozen_biases(recipe: Recipe, problem: Problem, before: Parameters) -> Edit:
    """The biases keep their values; what would have changed them does not stand on the page."""
    edit = {q: replace(step, shown=False) for q, step in recipe.items() if q.name in ("grad_b", "step_b")}
    for q in recipe:
        if q.name == "new_b":
            edit[q] = Step(rules.unchanged, (before["b", q.layer],), shown=False)
    return edit


def falling_delta(recipe: Recipe, problem: Problem, before: Parameters) -> Edit:
    """δ = −∂E/∂net: error and delta have the other sign, and the step is +η·δ·out."""
    edit, falling = dict[Quantity, Step](), LOSSES[problem.loss].falling
    for q, step in recipe.items():
        outermost = q.name == "error" and q.layer == problem.depth
        if q.name in ("error", "delta"):
            because = step.because
            for rising, down in _SIGNS.items():
                because = because.replace(rising, down)
            edit[q] = replace(step, because=because)
        if outermost and falling:
            edit[q] = replace(edit[q], rule=falling)
        elif outermost or step.rule is rules.difference:
            a, b, *rest = step.operands
            edit[q] = replace(edit[q], operands=(b, a, *rest))
        elif says := _FALLING.get((step.rule, step.negated)):
            edit[q] = replace(step, negated=not step.negated, sentence=says.gradient)
        elif q.name in ("step_w", "step_b"):
            source = recipe[step.operands[0]]
            if says := _FALLING.get((source.rule, source.negated)):  # the two minus signs cancel
                edit[q] = replace(source, because=says.because, factors=step.factors, sentence=says.step)
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
            because = f"{step.because} + μ · Δ{q.name[-1]}" + _("(previous)")
            edit[q] = replace(step, momentum=(Quantity("momentum"), last), because=because)
    return edit


Declared = Callable[[Recipe, Problem, Parameters], Edit]

CONVENTIONS: Mapping[tuple[str, object], Declared] = {
    ("bias", "subtracted"): subtracted_bias,
    ("delta", "descent"): falling_delta,
    ("hidden_delta_weights", "updated"): updated_weights,
    ("update_biases", False): frozen_biases,
}
"""What each declared value, other than the default, edits; the order matters: a threshold's sign before delta's."""
