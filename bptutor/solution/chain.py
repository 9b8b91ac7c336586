"""The chain rule of a gradient as one line: ∂E/∂w = ∂E/∂out · ∂out/∂net · ∂net/∂w, with names and with numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from bptutor.engine.decimals import finer, show_one, typed
from bptutor.engine.quantities import Index, Quantity

if TYPE_CHECKING:
    from bptutor.solution.trace import Trace

_MOST_MORE = 12


class Chain(NamedTuple):
    """The factors of the gradient of a weight or a bias, by name and as numbers."""

    names: str
    numbers: str

    @property
    def line(self) -> str:
        """Both forms in a line."""
        return f"{self.names} = {self.numbers}" if self.numbers else self.names


class _Factor(NamedTuple):
    """A number of the chain, and whether it is known exactly: the exercise gives it, or it is 1."""

    value: float
    quantity: Quantity | None = None
    exact: bool = False


def chain(trace: Trace, gradient: Quantity, index: Index, minus: str = "−") -> Chain | None:
    """The chain of one cell of `grad_w` or `grad_b`; None where samples or units are added up.

    ∂E/∂out and ∂out/∂net are one factor where the page goes straight to ∂E/∂net. The numbers have as many digits as it
    takes to work the gradient out again; they are "" where none do (values that were rounded on the way), and where
    the formula of the gradient has the same.
    """
    delta = _delta(trace, gradient, index)
    if delta is None:
        return None
    unit = (index[0],)
    parameter = trace.naming.label(Quantity(gradient.name[-1], gradient.layer), index)
    there = [Quantity(name, gradient.layer, delta.sample, delta.step) for name in ("out", "net")]
    out, net = (trace.naming.label(quantity, unit) for quantity in there)
    if factors := _factors(trace, gradient, delta, index):
        numbers = _numbers(trace, gradient, index, factors, minus)
        return Chain(f"∂E/∂{out} · ∂{out}/∂{net} · ∂{net}/∂{parameter}", numbers)
    return Chain(f"∂E/∂{net} · ∂{net}/∂{parameter}", "")


def _delta(trace: Trace, gradient: Quantity, index: Index) -> Quantity | None:
    """The delta of which a gradient of one unit's own parameter is made, for one sample."""
    if gradient.name not in ("grad_w", "grad_b") or gradient not in trace.page.recipe or not index:
        return None
    return next((operand for operand in trace.page.recipe[gradient].operands if operand.name == "delta"), None)


def _factors(trace: Trace, gradient: Quantity, delta: Quantity, index: Index) -> list[_Factor]:
    """∂E/∂out, ∂out/∂net and ∂net/∂w; none where the page has no error and no slope of this unit."""
    unit, recipe, conventions = (index[0],), trace.page.recipe, trace.problem.conventions
    if not trace.works_out(delta, unit):
        return []
    error, slope = (next((q for q in recipe[delta].operands if q.name == name), None) for name in ("error", "slope"))
    if error is None or slope is None:
        return []
    loss = _known(trace, error, unit)
    if conventions.delta == "descent":
        loss = loss._replace(value=-loss.value)
    if gradient.name == "grad_b":
        last = _Factor(-1.0 if conventions.bias == "subtracted" else 1.0, exact=True)
    else:
        last = _known(trace, next(q for q in recipe[gradient].operands if q != delta), index[1:])
    return [loss, _known(trace, slope, unit), last]


def _known(trace: Trace, quantity: Quantity, index: Index) -> _Factor:
    return _Factor(float(trace.values(quantity)[index]), quantity, not trace.works_out(quantity, index))


def _numbers(trace: Trace, gradient: Quantity, index: Index, factors: list[_Factor], minus: str) -> str:
    """The factors, as short as the gradient that is shown can be worked out from; "" where that cannot be done."""
    show = trace.show(gradient)
    wanted = show_one(show, float(trace.values(gradient)[index]))
    for more in range(_MOST_MORE):
        texts = [_written(trace, factor, more) for factor in factors]
        if show_one(show, float(np.prod([float(text) for text in texts]))) == wanted:
            return " · ".join(f"({minus}{text[1:]})" if text.startswith("-") else text for text in texts)
    return ""


def _written(trace: Trace, factor: _Factor, more: int) -> str:
    """A factor with so many digits more than it is shown with; what is known exactly as it was typed."""
    if factor.exact or factor.quantity is None:
        return typed(np.array([factor.value]))[0]
    show = trace.show(factor.quantity)
    return show_one(finer(show, more) if more else show, factor.value)
