"""What each cell of a page is worth, and in which group it stands.

Markers count steps, not cells: points belong to groups, a quantity in a layer (of a sample), and are shared by the
cells of a group, so that no mistake gets cheaper in a larger network. A group that is not asked for leaves its points
to its heir on the page. Weights and heirs follow 23 exams and homework sheets: about a quarter for the forward pass,
the rest for the way back, the update being the cheap part of it (docs/marks.md has the sources).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from fractions import Fraction
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from bptutor.engine import parts
from bptutor.engine.page import page
from bptutor.engine.parts import asked, samples_of
from bptutor.engine.quantities import KINDS, Quantity, stem
from bptutor.problem import Problem

WEIGHTS: Mapping[str, int] = {
    "net": 3, "out": 3, "loss": 2, "error": 3, "slope": 2, "delta": 4, "grad_w": 4, "grad_b": 1, "step_w": 2,
    "step_b": 1, "new_w": 1, "new_b": 1, "net_after": 1, "out_after": 1, "loss_after": 1, "penalty": 1, "cost": 1,
    "cost_grad_w": 1, "cost_grad_b": 1, "m_w": 1, "m_b": 1, "v_w": 1, "v_b": 1, "m_hat_w": 1, "m_hat_b": 1,
    "v_hat_w": 1, "v_hat_b": 1,
}  # fmt: skip
"""The points of a group, by the word of its quantity."""

_COMBINED = Fraction(1, 4)
"""The part of a word's points that belongs to what is combined of all samples, where each sample has its own too."""

_HEIRS: Mapping[str, tuple[str, ...]] = {
    "net": ("out",),
    "out": ("net",),
    "error": ("delta", "slope", "grad_w", "step_w", "new_w"),
    "slope": ("delta", "error", "grad_w", "step_w", "new_w"),
    "delta": ("error", "slope", "grad_w", "step_w", "new_w"),
    "grad_w": ("cost_grad_w", "m_w", "v_w", "step_w", "new_w", "grad_b", "step_b", "new_b"),
    "grad_b": ("cost_grad_b", "m_b", "v_b", "step_b", "new_b", "grad_w", "step_w", "new_w"),
    "penalty": ("cost",),
    "cost": ("penalty",),
    "cost_grad_w": ("m_w", "v_w", "step_w", "new_w"),
    "cost_grad_b": ("m_b", "v_b", "step_b", "new_b"),
    "m_w": ("m_hat_w", "step_w", "new_w"),
    "m_b": ("m_hat_b", "step_b", "new_b"),
    "v_w": ("v_hat_w", "step_w", "new_w"),
    "v_b": ("v_hat_b", "step_b", "new_b"),
    "m_hat_w": ("step_w", "new_w"),
    "m_hat_b": ("step_b", "new_b"),
    "v_hat_w": ("step_w", "new_w"),
    "v_hat_b": ("step_b", "new_b"),
    "step_w": ("new_w", "step_b", "new_b"),
    "step_b": ("new_b", "step_w", "new_w"),
    "new_w": ("step_w", "new_b", "step_b"),
    "new_b": ("step_b", "new_w", "step_w"),
}
"""Who gets the points of a quantity that is not asked for: the first of these that is, in the same layer."""


class Group(NamedTuple):
    """A quantity in a layer, of a sample and a step: its cells share its points.

    `cells` says which of each quantity are asked for, `asked` how many. `own` are the points of the quantity itself,
    `inherited` those of others that are not asked for; `times` the part (0 to 1) that this sample and step has of what
    a word is worth.
    """

    word: str
    layer: int
    sample: str
    step: int
    cells: Mapping[Quantity, NDArray[np.bool_]]
    asked: int
    own: Fraction
    inherited: Fraction
    times: Fraction

    @property
    def key(self) -> tuple[str, int, str, int]:
        """What tells it from other groups."""
        return self[:4]

    @property
    def worth(self) -> Fraction:
        """All its points."""
        return self.own + self.inherited


def weight(problem: Problem, word: str, layer: int) -> Fraction:
    """The points of a word in a layer, in all samples and steps together.

    >>> import bptutor
    >>> weight(bptutor.load("mazur"), "delta", 2)
    Fraction(4, 1)
    """
    special = problem.points.weights
    return special.get(f"{word}{layer}", special.get(word, Fraction(WEIGHTS[word])))


@lru_cache(maxsize=16)
def groups(problem: Problem) -> tuple[Group, ...]:
    """All groups that have points, in the order of the page."""
    found = dict[_Key, list[Quantity]]()
    for quantity in _countable(problem):
        found.setdefault(group_key(quantity), []).append(quantity)
    wanted, times = asked(problem), _times(list(found))
    counts = {key: sum(int(wanted[q].sum()) for q in quantities) for key, quantities in found.items()}
    own = {key: times[key] * weight(problem, key.word, key.layer) for key in found}
    inherited, heir_of = dict.fromkeys(found, Fraction(0)), _heirs(key for key in found if counts[key])
    for key in found:
        if not counts[key] and not _given(problem, found[key]) and (heir := heir_of(key)):
            inherited[heir] += own[key]
    return tuple(
        Group(*key, {q: wanted[q] for q in found[key]}, counts[key], own[key], inherited[key], times[key])
        for key in found
        if counts[key]
    )


class _Key(NamedTuple):
    word: str
    layer: int
    sample: str
    step: int


def group_key(quantity: Quantity) -> _Key:
    """To which group a quantity belongs."""
    layer = quantity.layer if stem(quantity) != KINDS[quantity.name].word else 0
    return _Key(KINDS[quantity.name].word, layer, quantity.sample, quantity.step)


def _countable(problem: Problem) -> Iterator[Quantity]:
    """What the page shows, and what is asked for though it does not."""
    wanted = asked(problem)
    return (q for q, step in page(problem).recipe.items() if step.shown or wanted[q].any())


def _given(problem: Problem, quantities: list[Quantity]) -> bool:
    given = page(problem).answers
    return all(q in given and bool(given[q][0].all()) for q in quantities)


def _times(keys: list[_Key]) -> dict[_Key, Fraction]:
    """The part that each group has of what its word is worth in its layer: all samples and steps have the same."""
    single = {key._replace(sample="") for key in keys if key.sample.isdigit()}
    combined = {key for key in keys if not key.sample.isdigit() and key._replace(sample="") in single}
    own, many = (Counter((key.word, key.layer) for key in some) for some in (set(keys) - combined, combined))
    result = {}
    for key in keys:
        place = key.word, key.layer
        if key in combined:
            result[key] = _COMBINED / many[place]
        else:
            result[key] = (1 - _COMBINED if many[place] else Fraction(1)) / own[place]
    return result


def _heirs(keys: Iterable[_Key]) -> Callable[[_Key], _Key | None]:
    """Finds who of these gets the points of a group: what is combined of it, else the first of its heirs."""
    together: dict[_Key, list[_Key]] = {}
    there = set(keys)
    for key in there:
        if not key.sample.isdigit():
            together.setdefault(key._replace(sample=""), []).append(key)

    def heir(key: _Key) -> _Key | None:
        for word in (key.word, *_HEIRS.get(key.word, ())):
            like = key._replace(word=word)
            if word != key.word and like in there:
                return like
            for other in together.get(like._replace(sample=""), ()):
                if other != key and _within(key.sample, other.sample):
                    return other
        return None

    return heir


def _within(sample: str, together: str) -> bool:
    return not together or (bool(sample) and samples_of(sample) <= samples_of(together))


@lru_cache(maxsize=16)
def worth(problem: Problem) -> Mapping[Quantity, NDArray[Any]]:
    """The points of each cell, as arrays of fractions; 0 where it is not asked for.

    >>> import bptutor
    >>> from bptutor.engine.quantities import Quantity
    >>> worth(bptutor.load("mazur"))[Quantity("delta", 2)].tolist()
    [Fraction(2, 1), Fraction(2, 1)]
    """
    points = problem.points
    if points.scheme == "cells":
        found = dict(parts.points(problem))
    else:
        found = {q: np.full(cells.shape, Fraction(0), dtype=object) for q, cells in asked(problem).items()}
        for group in groups(problem):
            for quantity, cells in group.cells.items():
                found[quantity][cells] = group.worth / group.asked
    times = _factor(points.total, found)
    result = {quantity: np.asarray(cells * times, dtype=object) for quantity, cells in found.items()}
    for cells in result.values():
        cells.setflags(write=False)
    return result


def _factor(total: Fraction | None, points: Mapping[Quantity, NDArray[Any]]) -> Fraction:
    """By what all points are multiplied so that the page is worth `total`, if it is to be."""
    if total is None:
        return Fraction(1)
    whole = sum((value for cells in points.values() for value in cells.flat), Fraction(0))
    return total / whole if whole else Fraction(1)
