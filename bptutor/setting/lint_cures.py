"""Small changes of a problem that may cure what `lint` finds; each is tried before it is recommended."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from itertools import chain, count, islice
from typing import NamedTuple, TypeVar

import numpy as np

from bptutor.engine.decimals import typed
from bptutor.engine.default_labels import default_labels
from bptutor.engine.losses import LOSSES
from bptutor.engine.page import page
from bptutor.engine.parts import asked, word
from bptutor.language import _, plural
from bptutor.problem import Array, Problem
from bptutor.solution.trace import Trace

_MORE_DECIMALS = 4
_MOST_OF_ONE_KIND = 8
Item = TypeVar("Item")

_FRESH = (0.35, 0.65, 0.15, 0.85, 0.45, 0.55, 0.25, 0.95)


class Change(NamedTuple):
    """A changed problem, and what was changed, in words."""

    problem: Problem
    says: str


Cure = Callable[[Problem], Iterator[Change]]


def decimals(problem: Problem) -> Iterator[Change]:
    """More decimals."""
    for n in range(problem.decimals + 1, min(problem.decimals + _MORE_DECIMALS, 15) + 1):
        says = plural("{n} decimal shows it", "{n} decimals show it", n)
        yield Change(with_more(problem, n - problem.decimals), says.format(n=n))


def with_more(problem: Problem, n: int) -> Problem:
    """The problem with n digits more for each quantity."""
    digits = {name: one._replace(number=one.number + n) for name, one in problem.digits.items()}
    return replace(problem, decimals=problem.decimals + n, digits=digits)


def other_decimals(problem: Problem) -> Iterator[Change]:
    """The same, for what should not show."""
    for change in decimals(problem):
        n = change.problem.decimals
        says = plural("with {n} decimal it is gone", "with {n} decimals it is gone", n)
        yield Change(change.problem, says.format(n=n))


def rate(problem: Problem) -> Iterator[Change]:
    """Another learning rate."""
    if problem.learning_rate == 1:
        yield Change(replace(problem, learning_rate=0.5), _("any rate but 1, such as 0.5"))
    for larger in (0.5, 0.9):
        if problem.learning_rate and problem.learning_rate < larger:
            yield Change(replace(problem, learning_rate=larger), _("a larger rate, such as {n}").format(n=larger))


def inputs_apart(problem: Problem) -> Iterator[Change]:
    """Other inputs than 0, 1 and what is there twice."""
    for at in _odd(problem.inputs):
        changed = _with(problem, problem.inputs, at)
        says = _but(problem.labels.inputs[at[1]], problem.inputs[at], changed[at])
        yield Change(replace(problem, inputs=changed), says)


def inputs(problem: Problem) -> Iterator[Change]:
    """The same; then all of them larger or smaller."""
    yield from inputs_apart(problem)
    for factor, says in ((2, _("inputs twice as large")), (5, _("inputs five times as large"))):
        yield Change(replace(problem, inputs=problem.inputs * factor), says)
    for factor, says in ((2, _("inputs half as large")), (10, _("inputs a tenth as large"))):
        yield Change(replace(problem, inputs=problem.inputs / factor), says)


def targets(problem: Problem) -> Iterator[Change]:
    """A target on the other side of its output, or another than one that is there twice."""
    if problem.targets is None or _one_hot(problem):
        return
    trace = Trace(problem.repeated(1))
    outs = [trace.values(q) for q in trace.page.recipe if (q.name, q.layer) == ("out", problem.depth)]
    for at in islice(np.ndindex(problem.targets.shape), _MOST_OF_ONE_KIND):
        below = problem.targets[at] > outs[at[0]][at[1]] if len(outs) == problem.samples else True
        for target in (0.05, 0.15, 0.25) if below else (0.95, 0.85, 0.75):
            changed = problem.targets.copy()
            changed[at] = target
            says = _but(f"t_{problem.labels.units[-1][at[1]]}", float(problem.targets[at]), target)
            yield Change(replace(problem, targets=changed), says)


def biases(problem: Problem) -> Iterator[Change]:
    """Other biases than 0, 1 and what is there twice."""
    there = ((layer, array) for layer, array in enumerate(problem.biases) if array is not None)
    for layer, array in there:
        for at in _odd(array):
            changed = _with(problem, array, at)
            arrays = _exchanged(problem.biases, layer, changed)
            says = _but(problem.labels.biases[layer][at[0]], array[at], changed[at])
            yield Change(replace(problem, biases=arrays), says)


def weights(problem: Problem) -> Iterator[Change]:
    """Another weight than 0, 1 and what is there twice, in its matrix or its mirror image."""
    for layer, matrix in enumerate(problem.weights):
        for at in _odd(matrix):
            changed = _with(problem, matrix, at)
            arrays = _exchanged(problem.weights, layer, changed)
            says = _but(problem.labels.weights[layer][at[0]][at[1]], matrix[at], changed[at])
            yield Change(replace(problem, weights=arrays), says)


def units_over(problem: Problem) -> Iterator[Change]:
    """A ReLU that is off instead of on, or the reverse: its weights and its bias with the other sign."""
    for layer, activation in enumerate(problem.activations):
        for unit in range(problem.layers[layer + 1]) if activation.row.shape.dies else ():
            signs = np.where(np.arange(problem.layers[layer + 1]) == unit, -1.0, 1.0)
            bias, says = problem.biases[layer], _("the weights of {unit} with the other sign")
            arrays = problem.biases
            if bias is not None and not problem.shared[layer]:
                arrays = _exchanged(problem.biases, layer, bias * signs)
                says = _("the weights and the bias of {unit} with the other sign")
            turned = _exchanged(problem.weights, layer, problem.weights[layer] * signs[:, None])
            name = problem.labels.units[layer][unit]
            yield Change(replace(problem, weights=turned, biases=arrays), says.format(unit=name))


def outputs(problem: Problem) -> Iterator[Change]:
    """A second output."""
    if problem.layers[-1] > 1 or problem.given or _one_hot(problem):
        return
    layers, fresh = (*problem.layers[:-1], 2), _fresh(problem)
    row = [[next(fresh) * (-1 if place % 2 else 1) for place in range(layers[-2])]]
    *first, last = problem.biases
    if last is not None and not problem.shared[-1]:
        last = np.append(last, next(fresh))
    for target in (0.05, 0.95) if problem.targets is not None else (0.0,):
        more = None if problem.targets is None else np.hstack([problem.targets, np.full((problem.samples, 1), target)])
        grown = replace(
            problem,
            layers=layers,
            weights=(*problem.weights[:-1], np.vstack([problem.weights[-1], row])),
            biases=(*first, last),
            targets=more,
            labels=default_labels(layers, (*first, last), problem.shared),
        )
        yield Change(grown, _("a second output"))


def asking(problem: Problem) -> Iterator[Change]:
    """Asking for a kind of cells that is not asked for yet, then for all of them."""
    asked_for = {word(quantity) for quantity, cells in asked(problem).items() if cells.any()}
    for name in dict.fromkeys(word(quantity) for quantity in page(problem).shown) if problem.ask else ():
        if name not in asked_for:
            yield Change(replace(problem, ask=(*problem.ask, name)), _("asking for {name} as well").format(name=name))
    if problem.ask:
        yield Change(replace(problem, ask=()), _("asking for everything"))


def all_different(problem: Problem) -> Iterator[Change]:
    """Other numbers wherever there is a 0, a 1, or one that is there twice."""
    changed = problem
    for _attempt in range(_MOST_OF_ONE_KIND * _MOST_OF_ONE_KIND):
        after = next(chain(inputs_apart(changed), biases(changed), weights(changed)), None)
        if after is None:
            break
        changed = after.problem
    if changed is not problem:
        yield Change(changed, _("inputs, weights and biases that are all different, none of them 0 or 1"))


CURES: Mapping[str, Cure] = {
    "decimals": decimals,
    "other_decimals": other_decimals,
    "rate": rate,
    "inputs": inputs,
    "targets": targets,
    "biases": biases,
    "weights": weights,
    "units_over": units_over,
    "outputs": outputs,
    "all_different": all_different,
    "asking": asking,
}
"""What can be tried, by name."""


def _one_hot(problem: Problem) -> bool:
    """Whether no target can be changed alone."""
    domain = LOSSES[problem.loss].domain
    return domain is not None and domain.one_hot


def _odd(array: Array) -> Iterator[tuple[int, ...]]:
    """Where an array has a 0, a 1, or a number that it has twice."""
    values, counts = np.unique(array, return_counts=True)
    twice = np.isin(array, values[counts > 1])
    odd = np.argwhere((array == 0) | (array == 1) | twice)
    return (tuple(map(int, at)) for at in odd[:_MOST_OF_ONE_KIND])


def _with(problem: Problem, array: Array, at: tuple[int, ...]) -> Array:
    """The array with a number in that place that the problem does not have."""
    changed = array.copy()
    changed[at] = next(_fresh(problem))
    return changed


def _fresh(problem: Problem) -> Iterator[float]:
    """Numbers that the problem does not have."""
    arrays = [*problem.weights, *(b for b in problem.biases if b is not None), problem.inputs]
    there = {abs(value) for array in arrays for value in array.ravel().tolist()}
    numbers = (number + n for n in count() for number in _FRESH)
    return (number for number in numbers if number not in there)


def _exchanged(items: tuple[Item, ...], place: int, item: Item) -> tuple[Item, ...]:
    return (*items[:place], item, *items[place + 1 :])


def _but(label: str, old: float, new: float) -> str:
    """Another number in the place of one, in words."""
    before, after = typed(np.array([old, new]))
    return _("another {label} than {old}, such as {new}").format(label=label, old=before, new=after)
