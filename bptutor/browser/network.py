"""The network with the numbers of a page on it: those of the exercise and those that are worked out."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from bptutor.engine.decimals import typed
from bptutor.engine.quantities import Quantity
from bptutor.language import _
from bptutor.solution.trace import Trace
from bptutor.worksheets.network import Given, Network, network_of, on_paper


class View(NamedTuple):
    """What stands on a network: the first quantity that there is of `lines` on the lines, `units` in the units."""

    says: str
    lines: tuple[str, ...]
    units: tuple[tuple[str, str], ...]


VIEWS = {
    "forward": View(_("the network, forward: weights, net inputs, outputs"), (), (("net", "net"), ("out", "out"))),
    "backward": View(
        _("the network, backward: gradients, errors, deltas"), ("grad_w",), (("error", "error"), ("delta", "δ"))
    ),
}
"""The pictures of a network."""

STEPPING = View(_("the network"), (), (("net", "net"), ("out", "out"), ("delta", "δ")))
"""What a page that is stepped through has room for."""


def network(trace: Trace, view: View, sample: str = "", step: int = 0) -> Network:
    """The network of a sample in a step, both as the page counts them."""
    drawn = network_of(trace.problem, int(sample) - 1 if sample else 0)
    layers = range(1, trace.problem.depth + 1)
    lines, biases = [], []
    for layer in layers:
        shown = (Quantity(name, layer, sample, step) for name in view.lines)
        lines.append(next(filter(trace.page.recipe.__contains__, shown), parameter(trace, "w", layer, sample, step)))
        biases.append(parameter(trace, "b", layer, sample, step))
    return drawn._replace(
        weights=tuple(
            tuple(tuple(map(Given, *row)) for row in zip(trace.naming.labels(q), texts(trace, q), strict=True))
            for q in lines
        ),
        biases=tuple(
            tuple(Given(one.label, text) for one, text in zip(own, np.resize(texts(trace, q), len(own)), strict=True))
            if own and not view.lines
            else ()
            for own, q in zip(drawn.biases, biases, strict=True)
        ),
        inside=((), *(_inside(trace, view, Quantity("net", layer, sample, step)) for layer in layers)),
    )


def parameter(trace: Trace, name: str, layer: int, sample: str, step: int) -> Quantity:
    """The weights or biases that a forward pass goes by: those of the exercise, or new ones."""
    net = trace.page.recipe.get(Quantity("net", layer, sample, step))
    found = [q for q in net.operands if q.name in (name, f"new_{name}")] if net else []
    return found[0] if found else Quantity(name, layer)


def _inside(trace: Trace, view: View, like: Quantity) -> tuple[tuple[Given, ...], ...]:
    """What stands in each unit of a layer."""
    units: list[list[Given]] = [[] for _unit in range(trace.problem.layers[like.layer])]
    for name, word in view.units:
        quantity = Quantity(name, like.layer, like.sample, like.step)
        if quantity in trace.page.recipe or quantity in trace.page.given:
            for unit, text in zip(units, texts(trace, quantity), strict=True):
                unit.append(Given(word, text))
    return tuple(map(tuple, units))


def texts(trace: Trace, quantity: Quantity) -> Any:
    """The numbers of a quantity as they are written on paper, an object array of its shape."""
    values = np.asarray(trace.values(quantity))
    written = trace.show(quantity)(values.ravel()) if quantity in trace.page.recipe else typed(values.ravel())
    return np.array([on_paper(text) for text in written], dtype=object).reshape(values.shape)
