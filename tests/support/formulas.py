"""Formulas of pages in another language beside what the engine finds for them, and Node, which works them out."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any, NamedTuple

import numpy as np

from bptutor.engine.notation import Notation
from bptutor.engine.quantities import CONSTANTS, Quantity
from bptutor.engine.recipe import Recipe
from bptutor.problem import Problem
from bptutor.solution.explain import formulas
from bptutor.solution.trace import Trace

NODE = shutil.which("node")
NEAR = 1e-9
"""How far a formula may be from the engine, of 1 or of its value."""


class Formula(NamedTuple):
    """A formula of a cell, with digits in it, and what the engine finds from the same operands."""

    cell: str
    text: str
    value: float


def written(problem: Problem, notation: Notation, edit: Recipe | None = None) -> Iterator[Formula]:
    """Every formula that the page rests on, or those of an edit of it, with all digits of its operands."""
    trace = Trace(problem)

    def digits(quantity: Quantity) -> Any:
        values = np.asarray(trace.values(quantity))
        return np.array([repr(float(value)) for value in values.ravel()], dtype=object).reshape(values.shape)

    for quantity, step in (edit or {q: trace.page.recipe[q] for q in trace.page.order}).items():
        with np.errstate(all="ignore"):
            values = np.asarray(step.of({q: trace.values(q) for q in step.rests_on}))
        texts = np.broadcast_to(formulas(step, digits, notation), values.shape)
        for text, value in zip(texts.ravel(), values.ravel().tolist(), strict=True):
            yield Formula(f"{problem.name}: {quantity}", text, value)


def referring(problem: Problem, notation: Notation) -> Iterator[Formula]:
    """The same with operands in an array `v`, which the first formula fills."""
    trace, numbers, places = Trace(problem), list[float](), dict[Quantity, int]()

    def references(quantity: Quantity) -> Any:
        values = np.asarray(trace.values(quantity))
        if quantity not in places:
            places[quantity] = len(numbers)
            numbers.extend(values.ravel().tolist())
        refs = [
            repr(value) if quantity.name in CONSTANTS else f"v[{places[quantity] + n}]"
            for n, value in enumerate(values.ravel().tolist())
        ]
        return np.array(refs, dtype=object).reshape(values.shape)

    found = list[Formula]()
    for quantity in trace.page.order:
        step = trace.page.recipe[quantity]
        texts = formulas(step, references, notation)
        with np.errstate(all="ignore"):
            values = np.asarray(step.of({q: trace.values(q) for q in step.rests_on}))
        found += [Formula(quantity, *pair) for pair in zip(texts.ravel(), values.ravel().tolist(), strict=True)]
    yield Formula("", f"(v={json.dumps(numbers)}).length", float(len(numbers)))
    yield from found


def off(formula: Formula, found: float | None) -> bool:
    """Whether what was found is not what the engine finds; infinite or undefined are one."""
    if found is None or not np.isfinite(formula.value):
        return found is not None or bool(np.isfinite(formula.value))
    return abs(found - formula.value) > NEAR * max(1.0, abs(formula.value))


def by_node(formulas: Iterable[Formula]) -> list[tuple[Formula, float | None]]:
    """The formulas that Node gets another value for, and that; None for infinite or undefined."""
    assert NODE is not None
    kept = list(formulas)
    lines = chain(["'use strict';let v;const found=[];"], (f"found.push({one.text});" for one in kept))
    code = "\n".join([*lines, "console.log(JSON.stringify(found));"])
    done = subprocess.run([NODE, "-"], input=code, capture_output=True, text=True, check=True, timeout=300)
    return [(one, found) for one, found in zip(kept, json.loads(done.stdout), strict=True) if off(one, found)]
