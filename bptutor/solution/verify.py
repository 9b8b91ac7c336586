"""Gradients checked against central differences: how the loss itself changes when one parameter is moved a little."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from bptutor.engine.evaluate import in_order, run
from bptutor.engine.quantities import Quantity
from bptutor.engine.recipe import Recipe
from bptutor.errors import BptutorError, Where
from bptutor.language import _
from bptutor.problem import Array
from bptutor.solution.trace import Trace

STEP = 1e-5
"""How far a parameter of size 1 is moved: the cube root of the float precision, where both errors are small."""

_FORWARD = {"net", "out", "losses", "loss"}


class Verification(NamedTuple):
    """Central differences for each gradient quantity, and the largest deviation relative to the largest gradient."""

    differences: dict[Quantity, Array]
    largest: float


def gradients(trace: Trace) -> list[Quantity]:
    """The gradients that stand on the page."""
    return [q for q in trace.page.shown if q.name in ("grad_w", "grad_b")]


def verify(trace: Trace, progress: Callable[[int], None] = lambda _done: None) -> Verification:
    """Central differences of the loss for every gradient of the page; `progress` hears how many are done.

    Raises BptutorError where the page has no gradient that a difference could check.
    """
    found = gradients(trace)
    _refuse(trace, found)
    differences: dict[Quantity, Array] = {}
    done = 0
    for quantity in found:
        loss, parameter = _loss_of(trace, quantity)
        start = np.array(trace.values(parameter), dtype=float)
        result = np.empty_like(start)
        for index in np.ndindex(start.shape):
            size = STEP * max(1.0, abs(float(start[index])))
            moved = start.copy()
            moved[index] = start[index] + size
            above = loss(moved)
            moved[index] = start[index] - size
            result[index] = (above - loss(moved)) / (2 * size)
            done += 1
            progress(done)
        differences[quantity] = result
    scale = max(float(np.abs(trace.values(q)).max()) for q in found)
    largest = max(float(np.abs(differences[q] - trace.values(q)).max()) for q in found)
    return Verification(differences, largest / scale if scale else largest)


def _refuse(trace: Trace, found: list[Quantity]) -> None:
    where = Where(trace.problem.file)
    if not found:
        raise BptutorError(_("there is no gradient to verify: the problem is a forward pass only"), where)
    if trace.problem.given:
        message = _("values given in the middle do not change with the weights, so differences cannot check gradients")
        raise BptutorError(message, where._replace(key="given"))
    if any(activation.row.slope is None for activation in trace.problem.activations):
        raise BptutorError(_("the perceptron rule is no gradient: there is nothing to verify"), where)


def _loss_of(trace: Trace, gradient: Quantity) -> tuple[Callable[[Array], float], Quantity]:
    """The loss as a function of the parameter that the gradient belongs to, and that parameter."""
    recipe = trace.page.recipe
    samples = _samples(recipe, gradient)
    forward = {q: step for q, step in recipe.items() if q.name in _FORWARD and q.step == gradient.step}
    operands = recipe[Quantity("net", gradient.layer, samples[0], gradient.step)].operands
    parameter = operands[0] if gradient.name == "grad_w" else operands[2]
    values = dict(trace.page.given)
    for step in forward.values():
        values |= {operand: trace.values(operand) for operand in step.rests_on if operand not in forward}
    total = Quantity("loss", 0, gradient.sample, gradient.step)
    last = [Quantity("out", trace.problem.depth, sample, gradient.step) for sample in samples]
    share = len(samples) if trace.problem.conventions.batch == "mean" else 1

    order = in_order(forward, [total] if total in forward else last)

    def loss(moved: Array) -> float:
        evaluated = run(forward, {**values, parameter: moved}, wanted=order)
        if total in forward:
            return float(evaluated[total])
        return sum(float(np.sum(evaluated[out])) for out in last) / share

    return loss, parameter


def _samples(recipe: Recipe, gradient: Quantity) -> list[str]:
    """The tags of the samples that a gradient sums over, itself where it belongs to one."""
    operands = recipe[gradient].operands
    return [q.sample for q in operands] if operands[0].name == gradient.name else [gradient.sample]
