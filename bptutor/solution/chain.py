"""The chain rule of a gradient as one line: ∂E/∂w = ∂E/∂out · ∂out/∂net · ∂net/∂w, with names and with numbers."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from bptutor.engine.decimals import finer, show_one, typed
from bptutor.engine.quantities import Index, Quantity
from bptutor.solution.trace import Trace

_MOST_MORE = 12


class Chain(NamedTuple):
    """The three factors of the gradient of a weight, by name and as numbers."""

    names: str
    numbers: str


def chain(trace: Trace, gradient: Quantity, index: Index, minus: str = "−") -> Chain | None:
    """The chain of one cell of `grad_w`; None where the page has no error and no slope to make it of.

    So it is where delta is out − target at once, where deltas go downhill, and where several samples are added up. The
    numbers have as many digits as it takes to work the gradient out again.
    """
    factors = _factors(trace, gradient, index)
    if factors is None:
        return None
    unit, weight = index[0], Quantity("w", gradient.layer)
    out, net = (_label(trace, Quantity(name, gradient.layer), (unit,)) for name in ("out", "net"))
    names = f"∂E/∂{out} · ∂{out}/∂{net} · ∂{net}/∂{trace.naming.label(weight, index)}"
    values = trace.values(gradient)
    show = trace.show(gradient)
    wanted = show_one(show, float(values[index]))
    texts: list[str] = []
    for more in range(_MOST_MORE):
        texts = [
            typed(np.array([value]))[0] if exact else show_one(finer(trace.show(quantity), more), value)
            for quantity, value, exact in factors
        ]
        if show_one(show, float(np.prod([float(text) for text in texts]))) == wanted:
            break
    return Chain(names, " · ".join(f"({minus}{text[1:]})" if text.startswith("-") else text for text in texts))


def _factors(trace: Trace, gradient: Quantity, index: Index) -> list[tuple[Quantity, float, bool]] | None:
    """Error, slope and incoming output with their values, and which of them the exercise gives."""
    recipe = trace.page.recipe
    if gradient.name != "grad_w" or trace.problem.conventions.delta != "gradient" or gradient not in recipe:
        return None
    operands = recipe[gradient].operands
    delta = next((operand for operand in operands if operand.name == "delta"), None)
    incoming = next((operand for operand in operands if operand.name in ("out", "inputs")), None)
    if delta is None or incoming is None or len(operands) != 2 or delta not in recipe:
        return None
    error, slope = (next((q for q in recipe[delta].operands if q.name == name), None) for name in ("error", "slope"))
    if error is None or slope is None:
        return None
    unit, source = index
    places: list[tuple[Quantity, Index]] = [(error, (unit,)), (slope, (unit,)), (incoming, (source,))]
    shapes = [np.ndim(trace.values(quantity)) for quantity, _at in places]
    if shapes != [1, 1, 1]:
        return None
    return [(q, float(trace.values(q)[at]), not trace.works_out(q, at)) for q, at in places]


def _label(trace: Trace, quantity: Quantity, index: Index) -> str:
    return trace.naming.label(quantity, index)
