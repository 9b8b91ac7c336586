"""Two things exchanged: units, inputs, targets, gradients or old weights that stand beside each other."""

# All edits are called alike.

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from itertools import pairwise

from bptutor.engine import rules
from bptutor.engine.conventions import Edit
from bptutor.engine.recipe import Recipe, Step
from bptutor.engine.rules import Numbers, Rule
from bptutor.language import _
from bptutor.mistakes.edits import changed, with_rule
from bptutor.mistakes.misconception import RARE, USUAL, Misconception
from bptutor.mistakes.wrong_rules import composed
from bptutor.problem import Problem

_MOST_UNITS = 4  # of a larger layer nobody sees which two were exchanged
_NET = ("net", "net_after")
_GRADIENTS = ("grad_w", "grad_b", "step_w", "step_b")

Pair = tuple[int, int]


def units_exchanged(recipe: Recipe, problem: Problem) -> Iterator[Edit]:
    """What belongs to two neighbouring units of a layer, in one kind of step."""
    for layer in range(1, problem.depth + 1):
        for pair in _pairs(problem.layers[layer]):
            for name in ("net", "out", "slope", "error", "delta"):
                yield _results(recipe, name, layer, pair)
            yield changed(recipe, _NET, _operand(1, pair, layer))
            yield changed(recipe, ("error",), _operand(1, pair, layer, rules.sum_back))
            yield changed(recipe, ("delta",), _operand(1, pair, layer, rules.error_times_slope))
            for place in (0, 1):  # the deltas, and the outputs that come in
                yield changed(recipe, _GRADIENTS, _operand(place, pair, layer, rules.weight_gradient))


def inputs_exchanged(recipe: Recipe, problem: Problem) -> Iterator[Edit]:
    """Two inputs, in the forward pass or in the gradients."""
    for pair in _pairs(problem.layers[0]):
        yield changed(recipe, _NET, _operand(1, pair, 0))
        yield changed(recipe, _GRADIENTS, _operand(1, pair, 0, rules.weight_gradient))


def targets_exchanged(recipe: Recipe, problem: Problem) -> Iterator[Edit]:
    """Two targets, where the outputs are compared with them."""
    for pair in _pairs(problem.layers[-1]):

        def change(step: Step, pair: Pair = pair) -> Step | None:
            places = [place for place, operand in enumerate(step.operands) if operand.name == "targets"]
            return with_rule(step, _with_operand_exchanged(step.rule, places[0], pair)) if places else None

        yield changed(recipe, ("error", "delta"), change)


def gradients_exchanged(recipe: Recipe, problem: Problem) -> Iterator[Edit]:
    """The gradients or steps of two weights that lead to the same unit, or of two units."""
    for pair in _pairs(max(problem.layers)):
        for name in ("w", "b"):
            yield changed(recipe, (f"step_{name}",), _of_rule(rules.descent, 0, pair, problem))
            yield changed(recipe, (f"new_{name}",), _of_rule(rules.update, 1, pair, problem))


def wrong_old_weight(recipe: Recipe, problem: Problem) -> Iterator[Edit]:
    """The old value of a neighbouring weight in the update."""
    for pair in _pairs(max(problem.layers)):
        yield changed(recipe, ("new_w",), _of_rule(rules.update, 0, pair, problem))


def _pairs(units: int) -> Iterator[Pair]:
    return pairwise(range(min(units, _MOST_UNITS)))


def _results(recipe: Recipe, name: str, layer: int, pair: Pair) -> Edit:
    """The quantity of a layer with two of its numbers in each other's place."""
    return {
        q: with_rule(step, _exchanged(step.rule, pair))
        for q, step in recipe.items()
        if (q.name, q.layer, step.shown) == (name, layer, True)
    }


def _operand(place: int, pair: Pair, layer: int, rule: Rule | None = None) -> Callable[[Step], Step | None]:
    """Steps of that rule that read another operand of a layer in exchanged places."""

    def change(step: Step) -> Step | None:
        if rule not in (None, step.rule) or step.operands[place].layer != layer:
            return None
        return with_rule(step, _with_operand_exchanged(step.rule, place, pair))

    return change


def _of_rule(rule: Rule, place: int, pair: Pair, problem: Problem) -> Callable[[Step], Step | None]:
    """Updates that read an operand in exchanged places, in layers of few units."""

    def change(step: Step) -> Step | None:
        operand = step.operands[place]
        units = problem.layers[operand.layer - (operand.name[-1] == "w")]
        shared = operand.name[-1] == "b" and problem.shared[operand.layer - 1]
        if step.rule is not rule or not max(pair) < units <= _MOST_UNITS or shared:
            return None
        return with_rule(step, _with_operand_exchanged(step.rule, place, pair))

    return change


@cache  # made once, so that recipes can compare rules
def _exchanged(rule: Rule, pair: Pair) -> Rule:
    """The rule, its results for two units exchanged."""

    def other(*operands: Numbers) -> Numbers:
        return _swapped(rule(*operands), pair)

    return composed(other, f"{rule.__name__}_of_{pair}_exchanged", f"{rule.__doc__} Exchange two of the results.")


@cache
def _with_operand_exchanged(rule: Rule, place: int, pair: Pair) -> Rule:
    """The rule with one of its operands read in exchanged places."""

    def other(*operands: Numbers) -> Numbers:
        read = list(operands)
        read[place] = _swapped(operands[place], pair)
        return rule(*read)

    return composed(
        other, f"{rule.__name__}_with_{place}_{pair}_exchanged", f"{rule.__doc__} Read two of the numbers exchanged."
    )


def _swapped(values: Numbers, pair: Pair) -> Numbers:
    order = list(range(values.shape[-1]))
    one, other = pair
    order[one], order[other] = order[other], order[one]
    return values[..., order]


EXCHANGES: tuple[Misconception, ...] = (
    Misconception(
        "units_exchanged",
        _("You swapped two units of a layer: the number of one is where that of the other belongs."),
        _("Which unit does each number of this formula belong to?"),
        units_exchanged,
        USUAL,  # the commonest slip with indices in worked solutions by hand; markers call it "wrong index"
        ("net", "out", "error", "slope", "delta", "grad"),
    ),
    Misconception(
        "inputs_exchanged",
        _("You swapped two inputs: each weight multiplies the input that it comes from."),
        _("Which input does each of these weights come from?"),
        inputs_exchanged,
        USUAL,  # as units_exchanged
        ("net", "grad"),
    ),
    Misconception(
        "targets_exchanged",
        _("You swapped two targets: each output is compared with a target of its own."),
        _("Which target belongs to this output?"),
        targets_exchanged,
        RARE,
        ("error", "delta"),
    ),
    Misconception(
        "gradients_exchanged",
        _("You swapped the gradients of two neighbouring weights: each weight moves by a gradient of its own."),
        _("Which gradient belongs to this weight?"),
        gradients_exchanged,
        USUAL,  # as units_exchanged; threads on worked examples where two weights changed places in the update
        ("step", "new"),
    ),
    Misconception(
        "wrong_old_weight",
        _("You added the step to the old value of a neighbouring weight."),
        _("From which old value does this weight move?"),
        wrong_old_weight,
        RARE,
        ("new",),
    ),
)
