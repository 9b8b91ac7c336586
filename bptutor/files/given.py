"""The values that an exercise gives in the middle, brought to whole quantities."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from typing import Any

import numpy as np

from bptutor.engine.naming import Naming
from bptutor.engine.page import page
from bptutor.engine.quantities import Index, Quantity, cell_id
from bptutor.engine.recipe import Recipe
from bptutor.errors import nearest
from bptutor.files.faults import brief
from bptutor.files.place import Place
from bptutor.language import _
from bptutor.problem import Array, Problem

_OF_ANY_STEP = ("grad_w", "grad_b")
_LONGEST = 100  # letters of an id; labels are shorter
_SUGGESTED = 1000  # the quantities that are searched for the one that was probably meant


def given_values(problem: Problem, named: dict[str, Any], lines: dict[str, int], place: Place) -> dict[str, Array]:
    """For each quantity that the file gives its values, NaN where it gives none.

    A key is the id of a quantity or a cell, or a label. Faults are reported at `place`, that of `given`.
    """
    recipe = page(replace(problem, steps=min(problem.steps, 2))).recipe  # of later steps only gradients can be given
    naming, arrays = Naming(problem), dict[Quantity, Array]()
    for key, value in named.items():
        inner, line = place.at(key), lines[key]
        read = naming.read(key) if len(key) <= _LONGEST else None
        quantity, index = _that_can_be_given(recipe, read, problem.steps)
        if quantity is None:
            _report_unknown(key, read, recipe, line, inner)
            continue
        numbers = _numbers(value, naming.shape(quantity) if index is None else (), line, inner)
        if numbers is None:
            continue
        whole = arrays.setdefault(quantity, np.full(naming.shape(quantity), np.nan))
        if index is None:
            whole[...] = np.where(np.isnan(numbers), whole, numbers)
        else:
            whole[index or (0,) * whole.ndim] = numbers
    return {cell_id(quantity, ()): values for quantity, values in arrays.items()}


def _that_can_be_given(
    recipe: Recipe, read: tuple[Quantity, Index | None] | None, steps: int
) -> tuple[Quantity | None, Index | None]:
    """A quantity of the first step, or a gradient of any step, and the index of the cell that is named."""
    if read is None:
        return None, None
    quantity, index = read
    if quantity.name in _OF_ANY_STEP and 1 < quantity.step <= steps and quantity.at(quantity.sample, 2) in recipe:
        return quantity, index
    first = [quantity.at(quantity.sample, step) for step in (0, 1)] if quantity.step < 2 else []
    return next(((candidate, index) for candidate in first if candidate in recipe), (None, None))


def _report_unknown(key: str, read: tuple[Quantity, Any] | None, recipe: Recipe, line: int, place: Place) -> None:
    if read and read[0].step > 1:
        place.report(line, _("of later steps only gradients can be given, as grad_w1#2"), at_key=True)
        return
    known = {cell_id(quantity, ()) for quantity in islice(recipe, _SUGGESTED) if quantity.step < 2}
    hint = nearest(key, known) or _("such as out1, or net2[1]")
    place.report(line, _("{key} is nothing that this problem works out").format(key=brief(key)), hint, at_key=True)


def _numbers(value: Any, shape: tuple[int, ...], line: int, place: Place) -> Array | None:
    """The values as an array, NaN for None; None where they do not have the shape, which is reported."""
    try:
        numbers = np.array(value, dtype=float)
    except ValueError:
        place.report(line, _("the rows have different lengths"))
        return None
    if numbers.shape == shape:
        return numbers
    message = _("found {found}, expected {expected}").format(found=_size(numbers.shape), expected=_size(shape))
    nested = numbers.size == np.prod(shape) <= 20 and np.isfinite(numbers).all()  # as many, in another nesting
    place.report(
        line, message, str(numbers.reshape(shape).tolist()) if nested else _("~ stands for a value that is not given")
    )
    return None


def _size(shape: tuple[int, ...]) -> str:
    if len(shape) == 1:
        return _("a list of {n}").format(n=shape[0])
    return " × ".join(map(str, shape)) if shape else _("a single number")
