"""The numbers of a drawn problem: short decimals, kind to a hand calculator, none twice where there are enough.

They come from whole numbers of Python's own generator, whose sequence is the same everywhere, and become floats by one
division by a power of ten, which is exact to the last bit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from random import Random

import numpy as np

from bptutor.engine.losses import LOSSES
from bptutor.problem import Array, Problem
from bptutor.setting.wish import Level

Whole = int  # hundredths

_RATES = (20, 25, 30, 40, 50, 60, 75, 80, 90)
_LARGE_RATES = (50, 60, 75, 80, 90)
_INPUTS, _WEIGHTS, _BIASES = (30, 100), (10, 95), (10, 80)
_LARGE_INPUTS, _LARGE_WEIGHTS = (60, 200), (20, 140)
_FEW = 3  # decimals: only larger numbers leave figures in all cells


class Draws:
    """Whole numbers of one seed."""

    def __init__(self, seed: int, level: Level):
        self._random, self.level = Random(seed), level  # noqa: S311 - nothing is secret here

    def below(self, n: int) -> int:
        """A whole number from 0, below n."""
        return int(self._random.random() * n)

    def one(self, numbers: Sequence[Whole]) -> Whole:
        """One of some numbers."""
        return numbers[self.below(len(numbers))]

    def on_grid(self, numbers: Sequence[Whole]) -> Sequence[Whole]:
        """Those with as few digits as the level has, all where it has none of them."""
        return [number for number in numbers if not number % self.level.step] or numbers

    def some(self, n: int, between: tuple[Whole, Whole]) -> list[Whole]:
        """So many sizes of the level's grid, none twice as long as there are enough; some of them negative."""
        low, high = between
        step = self.level.step
        grid = list(range(-(-low // step) * step, high + 1, step))
        chosen = list[Whole]()
        for _place in range(n):
            left = [size for size in grid if size not in map(abs, chosen[-(len(grid) - 1) :])]
            size = self.one(left)
            chosen.append(-size if self.below(6) < self.level.negative else size)
        return chosen


def filled(blank: Problem, draws: Draws) -> Problem:
    """The problem with new numbers in the place of all that it has."""
    few = blank.decimals <= _FEW
    in_weights, in_inputs = (_LARGE_WEIGHTS, _LARGE_INPUTS) if few else (_WEIGHTS, _INPUTS)
    weights = [_array(draws.some(array.size, in_weights), array) for array in blank.weights]
    biases = [None if array is None else _array(draws.some(array.size, _BIASES), array) for array in blank.biases]
    inputs, targets = blank.inputs, blank.targets
    if not learns_a_table(blank):
        inputs = _array(draws.some(blank.inputs.size, in_inputs), blank.inputs)
        targets = None if blank.targets is None else _array(_targets(blank, draws), blank.targets)
    rate = blank.learning_rate and draws.one(draws.on_grid(_LARGE_RATES if few else _RATES)) / 100
    given = {key: _given(array, draws) for key, array in blank.given.items()}
    return replace(
        blank,
        weights=tuple(weights),
        biases=tuple(biases),
        inputs=inputs,
        targets=targets,
        learning_rate=rate,
        given=given,
    )


def learns_a_table(problem: Problem) -> bool:
    """Whether units that jump learn a table of inputs that are on or off, which stays what it is."""
    jumps = all(activation.row.from_zero for activation in problem.activations)
    return jumps and bool(np.isin(problem.inputs, (-1, 0, 1)).all())


def _array(hundredths: Sequence[Whole], like: Array) -> Array:
    return np.array([number / 100 for number in hundredths]).reshape(like.shape)


def _targets(blank: Problem, draws: Draws) -> list[Whole]:
    assert blank.targets is not None
    samples, outputs = blank.targets.shape
    domain = LOSSES[blank.loss].domain
    own = _one_hot if domain and domain.one_hot else _on_both_sides
    return [number for _sample in range(samples) for number in own(blank, outputs, draws)]


def _one_hot(_blank: Problem, outputs: int, draws: Draws) -> list[Whole]:
    hot = draws.below(outputs)
    return [100 if place == hot else 0 for place in range(outputs)]


def _on_both_sides(blank: Problem, outputs: int, draws: Draws) -> list[Whole]:
    """Targets by turns below and above the outputs, so that errors have both signs."""
    sides = LOSSES[blank.loss].usual_targets or blank.activations[-1].row.usual_targets
    first = draws.below(2)
    return [draws.one(draws.on_grid(sides[(first + place) % 2])) for place in range(outputs)]


def _given(array: Array, draws: Draws) -> Array:
    """New numbers for those that are given in the middle, with their signs."""
    numbers = np.array([size / 100 for size in map(abs, draws.some(array.size, _BIASES))]).reshape(array.shape)
    return np.where(np.isnan(array), np.nan, np.copysign(numbers, array))
