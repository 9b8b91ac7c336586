"""Two mistakes at once: the likeliest pairs, for numbers that no single mistake gives.

Who leaves out the learning rate and adds what should be subtracted has numbers that neither mistake gives alone.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import combinations

import numpy as np

from bptutor.engine.conventions import Edit
from bptutor.engine.evaluate import WrittenDown, in_order
from bptutor.engine.page import page
from bptutor.mistakes.misconception import COMMON, Misconception
from bptutor.mistakes.variants import Variant, variants
from bptutor.problem import Problem

AND = "+"
"""Stands between the ids of two mistakes that were made together."""

_OFTENER = 3.0
"""Who makes one mistake makes another more often than people do on the whole."""

_MOST = 300  # pairs of ways that are tried


@lru_cache(maxsize=16)
def pairs(problem: Problem) -> tuple[Variant, ...]:
    """The ways to make two common mistakes at once: the second made in the recipe of the first."""
    recipe = page(problem).recipe
    single = [one for one in variants(problem) if one.misconception.common >= COMMON and not one.in_a_layer]
    found = list[Variant]()
    likely = sorted(
        combinations(single, 2), key=lambda pair: -pair[0].misconception.common * pair[1].misconception.common
    )
    for first, second in likely:
        both = _both(first.misconception, second.misconception)
        if first.misconception.id == second.misconception.id:
            continue
        for edit in second.misconception.edits({**recipe, **first.edit}, problem):
            merged = {**first.edit, **edit}
            if len(found) < _MOST and _changes(edit, first.edit) and _can_be_made(merged, problem):
                found.append(Variant(both, merged))
    return tuple(found)


def _changes(edit: Edit, before: Edit) -> bool:
    """Whether an edit does more than one that was made before it."""
    return any(q not in before or not step.does_as(before[q]) for q, step in edit.items())


def _can_be_made(edit: Edit, problem: Problem) -> bool:
    """Whether what one mistake makes is something that the other can be made with: rows and columns must fit."""
    written = page(problem)
    recipe = {**written.recipe, **edit}
    values = WrittenDown(recipe, written.given, None, written.answers)
    try:
        with np.errstate(all="ignore"):
            for quantity in in_order(recipe, edit):  # in this order nothing waits for much, in a hundred layers either
                values[quantity]
            return all(np.isfinite(values[q]).all() for q in edit)
    except ValueError:
        return False


@lru_cache(maxsize=1024)
def _both(first: Misconception, second: Misconception) -> Misconception:
    return Misconception(
        f"{first.id}{AND}{second.id}",
        f"{first.says} {second.says}",
        f"{first.hint} {second.hint}",
        lambda _recipe, _problem: (),
        _OFTENER * first.common * second.common,
        (),
    )
