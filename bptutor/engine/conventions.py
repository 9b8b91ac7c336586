"""The conventions of a course, as edits of the recipe.

An edit is a mapping that is merged into the recipe: `recipe | edit`. A convention is an edit that ends at the same
new weights (or says that fewer parameters are trained); a misconception is one that does not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from bptutor.engine import rules
from bptutor.engine.activations import ACTIVATIONS
from bptutor.engine.losses import LOSSES
from bptutor.engine.quantities import OF_UPDATES, Quantity
from bptutor.engine.recipe import Recipe, Step
from bptutor.engine.rules import Rule
from bptutor.engine.schedule import Parameters, goes_back, is_given, learns
from bptutor.language import _
from bptutor.problem import CHOICES, Conventions, Problem

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
    edit = {q: replace(step, shown=False) for q, step in recipe.items() if q.name in OF_UPDATES and q.name[-1] == "b"}
    for q in recipe:
        if q.name == "new_b":
            edit[q] = Step(rules.unchanged, (before["b", q.layer],), shown=False)
    return edit


def from_zero(recipe: Recipe, problem: Problem, before: Parameters) -> Edit:
    """What jumps at 0 is there already what it is above."""
    rules_from_zero = {row.rule: row.from_zero for row in ACTIVATIONS.values() if row.from_zero}
    return {
        q: replace(step, rule=rules_from_zero[step.rule]) for q, step in recipe.items() if step.rule in rules_from_zero
    }


def falling_delta(recipe: Recipe, problem: Problem, before: Parameters) -> Edit:
    """δ = −∂E/∂net: error and delta have the other sign, and the step is +η·δ·out, unless the gradient is given."""
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
        elif q.name in ("step_w", "step_b") and step.rule is rules.descent and not is_given(problem, step.operands[0]):
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
        if q.name in ("step_w", "step_b") and (last := previous.get((q.name, q.layer))):
            because = f"{step.because} + μ · Δ{q.name[-1]}" + _("(previous)")
            edit[q] = replace(step, momentum=(Quantity("momentum"), last), because=because)
    return edit


def in_conventions(recipe: Recipe, problem: Problem, before: Parameters) -> Recipe:
    """The page of an update with the edits of all that the problem declares."""
    for key, row in CONVENTIONS.items():
        value = row.values.get(getattr(problem.conventions, key))
        if value and value.edit:
            recipe = {**recipe, **value.edit(recipe, problem, before)}
    return recipe


# The table


class Value(NamedTuple):
    """One value of a convention, with all that is said of it.

    `clause` stands in the head of the page, `detected` is told when a sheet is all right in it, `says` is its part of
    the sentence in the schema; "" where nothing is said. `edit` makes its page from that of the default, None where
    that is the default or changes no formula.
    """

    clause: str
    detected: str
    edit: Callable[[Recipe, Problem, Parameters], Edit] | None = None
    says: str = ""


class Convention(NamedTuple):
    """A convention: its sentence in the schema, its values, whether it matters to a problem, and how that is put.

    `values` is empty where it is a number. `frame` makes the clause of the page from the problem and the clause of the
    declared value; `otherwise` is the clause of a problem to which it does not matter.
    """

    says: str
    values: Mapping[Any, Value]
    matters: Callable[[Problem], bool] = lambda _problem: True
    otherwise: str = ""
    frame: Callable[[Problem, str], str] = lambda _problem, clause: clause

    @property
    def sentence(self) -> str:
        """What the schema says: `how samples are combined; online: one update for each sample`."""
        return "; ".join(filter(None, [self.says, *(f"{name}: {v.says}" for name, v in self.values.items() if v.says)]))


def _has_biases(problem: Problem) -> bool:
    return any(bias is not None for bias in problem.biases)


def _jumps(problem: Problem) -> bool:
    return any(activation.row.from_zero for activation in problem.activations)


def _momentum(problem: Problem, _clause: str) -> str:
    return _("momentum μ = {value}").format(value=f"{problem.conventions.momentum:g}")


def _batch(problem: Problem, clause: str) -> str:
    say = problem.conventions
    if not learns(problem):
        return ""
    if say.batch == "online" or say.batch_size == 1:
        return _("one update after each sample")
    size = _("all samples") if say.batch_size is None else _("every {n} samples").format(n=say.batch_size)
    return _("one update for {size}, with {each}").format(size=size, each=clause)


_ROWS_TURNED = _("rows and columns of the weights are exchanged (weight_rows)")

CONVENTIONS: Mapping[str, Convention] = {
    "weight_rows": Convention(  # the page has a row for a receiving unit, however they were typed
        _("a row of a weight matrix belongs to a receiving unit, or, as in x @ W, to a sending one"),
        {"receiving": Value("", _ROWS_TURNED), "sending": Value("", _ROWS_TURNED)},
    ),
    "bias": Convention(
        "",
        {
            "added": Value(_("net = Σ w·out + b"), _("the bias is added, net = Σ w·out + b (bias: added)")),
            "subtracted": Value(
                _("net = Σ w·out − θ (b is a threshold)"),
                _("the bias is a threshold, net = Σ w·out − θ (bias: subtracted)"),
                subtracted_bias,
                _("a threshold, net = Σwx − θ"),
            ),
        },
        _has_biases,
        _("net = Σ w·out, no biases"),
    ),
    "delta": Convention(
        "",
        {
            "gradient": Value(_("δ = ∂E/∂net"), _("delta is ∂E/∂net (delta: gradient)")),
            "descent": Value(
                _("δ = −∂E/∂net"),
                _("delta is −∂E/∂net, and weights grow by η·δ·out (delta: descent)"),
                falling_delta,
                _("δ = −∂E/∂net, and weights grow by η·δ·out"),
            ),
        },
        goes_back,
        _("forward pass only"),
    ),
    "hidden_delta_weights": Convention(
        _("the weights through which the hidden deltas come back"),
        {
            "old": Value(
                _("hidden deltas use the old weights"),
                _("the hidden deltas use the old weights (hidden_delta_weights: old)"),
            ),
            "updated": Value(
                _("hidden deltas use the already updated weights"),
                _("the hidden deltas use the already updated weights (hidden_delta_weights: updated)"),
                updated_weights,
            ),
        },
        lambda problem: goes_back(problem) and problem.depth > 1,
    ),
    "update_biases": Convention(
        _("whether biases are trained"),
        {
            True: Value(_("biases are trained"), _("the biases are trained (update_biases: true)")),
            False: Value(
                _("biases keep their values"),
                _("the biases are not trained (update_biases: false)"),
                frozen_biases,
            ),
        },
        lambda problem: learns(problem) and _has_biases(problem),
    ),
    "at_zero": Convention(
        _("what a step or sign unit gives where net is 0"),
        {
            0: Value(
                _("a net of 0 gives what is below 0"), _("at net = 0 a unit gives what it gives below 0 (at_zero: 0)")
            ),
            1: Value(
                _("a net of 0 gives what is above 0"),
                _("at net = 0 a unit gives what it gives above 0 (at_zero: 1)"),
                from_zero,
                _("what it gives above 0"),
            ),
        },
        _jumps,
    ),
    "momentum": Convention(
        _("Δw = −η·grad + μ·Δw of the previous step"),
        {},
        lambda problem: learns(problem) and problem.conventions.momentum > 0,
        frame=_momentum,
    ),
    "batch": Convention(
        _("how the samples of an update are combined"),
        {
            "sum": Value(_("the sum over the samples"), _("the samples are summed up (batch: sum)")),
            "mean": Value(_("the mean of the samples"), _("the mean of the samples is taken (batch: mean)")),
            "online": Value("", "", says=_("one update for each sample")),  # each number then has another name
        },
        lambda problem: problem.samples > 1,
        frame=_batch,
    ),
    "batch_size": Convention(_("samples per update; ~: all of them"), {}),  # the page says it with the batch
    "rounding": Convention(
        "",
        {
            "display": Value(
                _("full precision, rounded for display only"), ""
            ),  # a verdict of its own tells them apart
            "carry": Value(
                _("each value is rounded as it is written down, and the rounded one is used"),
                "",
                says=_("round each named value as it is written down, and go on with that"),
            ),
        },
    ),
    "ties": Convention(
        _("where a 5 is rounded to"),
        {
            "half_up": Value(_("5 is rounded up"), ""),  # both are right in any sheet
            "half_even": Value(_("5 is rounded to the even digit"), ""),
        },
    ),
}
"""One row a convention, in the order in which the page speaks of them and edits are made."""


def lacking(choices: Mapping[str, tuple[object, ...]]) -> list[str]:
    """The conventions and values, as in a problem file, that have no row, and the rows that nobody can declare."""
    declared = {(key, value) for key in Conventions._fields for value in choices.get(key, ("",))}
    rows = {(key, value) for key, row in CONVENTIONS.items() for value in row.values or ("",)}
    return sorted(f"{key}: {value}" for key, value in declared ^ rows)


if missing := lacking(CHOICES):
    raise TypeError(f"no row in the table of conventions, or a row that is not declared: {', '.join(missing)}")
