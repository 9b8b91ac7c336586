"""What is sent back to hidden units in place of the sum of weights times deltas."""

# ruff: noqa: ARG001
# All edits are called alike.

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from bptutor.engine import rules
from bptutor.engine.conventions import Edit
from bptutor.engine.quantities import Quantity
from bptutor.engine.recipe import Recipe, Step
from bptutor.engine.rules import Numbers
from bptutor.language import _
from bptutor.mistakes.backward import at_hidden_errors
from bptutor.mistakes.edits import beside, by_table, standing, with_rule
from bptutor.mistakes.misconception import RARE, USUAL, Misconception
from bptutor.mistakes.wrong_rules import transposed_back
from bptutor.problem import Problem


def mean_back(w: Numbers, delta: Numbers) -> Numbers:
    """Multiply each delta that this unit feeds by the weight on the way there, and take the mean."""
    return rules.sum_back(w, delta) / delta.shape[-1]


def gradients_back(gradient: Numbers) -> Numbers:
    """Add up the gradients of the weights that lead on from this unit."""
    return np.add.reduce(gradient, axis=-2)


def weighted_gradients_back(w: Numbers, gradient: Numbers) -> Numbers:
    """Multiply each gradient of a weight that leads on from this unit by the weight, and add them up."""
    return np.add.reduce(w * gradient, axis=-2)


def mean_over_paths(recipe: Recipe, problem: Problem) -> Iterator[Edit]:
    """The mean of what comes back."""
    yield at_hidden_errors(recipe, by_table({rules.sum_back: mean_back}))


def loss_sent_back(recipe: Recipe, problem: Problem) -> Iterator[Edit]:
    """What each output loses, for its delta."""
    known = standing(recipe)

    def change(step: Step) -> Step | None:
        w, delta = step.operands
        losses = known.get(("losses", 0, delta.sample, delta.step)) if delta.layer == problem.depth else None
        return with_rule(step, step.rule, w, losses) if losses else None

    yield at_hidden_errors(recipe, change)


def gradients_sent_back(recipe: Recipe, problem: Problem) -> Iterator[Edit]:
    """The gradients of the next layer's weights, alone or times the weights."""
    known = standing(recipe)

    def alone(step: Step) -> Step | None:
        gradient = known.get(beside(step.operands[1], "grad_w"))
        return with_rule(step, gradients_back, gradient) if gradient else None

    def weighted(step: Step) -> Step | None:
        gradient = known.get(beside(step.operands[1], "grad_w"))
        return with_rule(step, weighted_gradients_back, step.operands[0], gradient) if gradient else None

    yield at_hidden_errors(recipe, alone)
    yield at_hidden_errors(recipe, weighted)


def own_incoming_weights(recipe: Recipe, problem: Problem) -> Iterator[Edit]:
    """The weights that lead to the hidden unit, where as many lead on from it."""

    def change(step: Step) -> Step | None:
        delta = step.operands[1]
        layer = delta.layer - 1
        net = recipe.get(Quantity("net", layer, delta.sample, delta.step))
        if net is None or problem.layers[layer - 1] != problem.layers[layer + 1]:
            return None
        return with_rule(step, transposed_back, net.operands[0], delta)

    yield at_hidden_errors(recipe, change)


SENT_BACK: tuple[Misconception, ...] = (
    Misconception(
        "mean_over_paths",
        _("You took the mean of what comes back: a hidden unit answers for the sum of it."),
        _("Does a hidden unit that feeds more units move the loss less?"),
        mean_over_paths,
        RARE,
        ("error",),
    ),
    Misconception(
        "loss_sent_back",
        _("You sent the losses of the outputs back: what comes back to a hidden unit is made of deltas."),
        _("What must be multiplied by the weight on the way back: what the next unit loses, or its delta?"),
        loss_sent_back,
        RARE,  # threads that send "the error" back and mean the loss
        ("error",),
    ),
    Misconception(
        "gradients_sent_back",
        _("You sent the gradients of the weights back: each weight has to be multiplied by the delta of its unit."),
        _("What must the weight on the way back be multiplied by: its own gradient, or the delta of the next unit?"),
        gradients_sent_back,
        USUAL,  # several students of one course put their homework with it on line
        ("error",),
    ),
    Misconception(
        "own_incoming_weights",
        _("You used the weights that lead to the hidden unit: what comes back goes through those that lead on."),
        _("Along which weights does this hidden unit move the loss?"),
        own_incoming_weights,
        RARE,
        ("error",),
    ),
)
