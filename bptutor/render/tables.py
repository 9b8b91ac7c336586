"""The page as tables, whatever the medium: sections in the order of the page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import NamedTuple

import numpy as np

from bptutor.engine.quantities import KINDS, Quantity
from bptutor.language import _
from bptutor.render.columns import Section, Table, numbers, words
from bptutor.render.parameters import Values, updates
from bptutor.tutor.trace import Trace


class Choice(NamedTuple):
    """What of the page is wanted: words of quantities, layers, tags of samples; None is all."""

    words: frozenset[str] | None = None
    layers: frozenset[int] | None = None
    samples: frozenset[str] | None = None

    def has(self, quantity: Quantity) -> bool:
        """Whether the quantity is wanted; what belongs to no layer is part of none."""
        return (
            (self.words is None or word(quantity) in self.words)
            and (self.layers is None or quantity.layer in self.layers)
            and (self.samples is None or not quantity.sample or bool(self.samples & samples_of(quantity.sample)))
        )


def samples_of(tag: str) -> set[str]:
    """The samples that a tag stands for: `2-4` for three."""
    first, _dash, last = tag.partition("-")
    return {str(sample) for sample in range(int(first), int(last or first) + 1)}


def word(quantity: Quantity) -> str:
    """What --only calls a quantity; the error of the inputs has a word of its own."""
    return "error0" if quantity.name == "error" and not quantity.layer else KINDS[quantity.name].word


def chosen(trace: Trace, choice: Choice) -> list[Quantity]:
    """The quantities of the page that are wanted; one that is named stands there though the page would not show it."""
    named = choice.words is not None
    return [
        quantity
        for quantity, step in trace.page.recipe.items()
        if choice.has(quantity) and (step.shown or (named and quantity.name != "losses"))
    ]


def sections(trace: Trace, choice: Choice, differences: Values | None = None) -> Iterator[Section]:
    """The page in its order; `differences` adds a column beside the gradients it has."""
    for (step, sample, stage), group in groupby(
        chosen(trace, choice), key=lambda q: (q.step, q.sample, _STAGE[q.name])
    ):
        where = _where(step, sample)
        tables = _tables(trace, list(group), choice, differences or {})
        yield Section(f"{stage} ({where})" if where else stage, list(tables))


def _where(step: int, sample: str) -> str:
    parts = [_("step {n}").format(n=step)] if step else []
    if sample:
        parts.append((_("samples {n}") if "-" in sample else _("sample {n}")).format(n=sample))
    return ", ".join(parts)


_STAGES = {
    _("Forward pass"): ("net", "out"),
    _("Loss"): ("losses", "loss"),
    _("Backward pass"): ("error", "slope", "slopes", "delta"),
    _("Gradients and update"): ("grad_w", "grad_b", "step_w", "step_b", "new_w", "new_b"),
    _("After the update"): ("net_after", "out_after", "loss_after"),
}
_STAGE = {name: title for title, names in _STAGES.items() for name in names}


def _tables(trace: Trace, stage: list[Quantity], choice: Choice, differences: Values) -> Iterator[Table]:
    for layer in dict.fromkeys(q.layer for q in stage):
        by_name = {q.name: q for q in stage if q.layer == layer}
        if by_name.keys() <= {"loss", "losses", "loss_after"}:
            yield _losses(trace, by_name)
        elif by_name.keys() & {"grad_w", "grad_b", "step_w", "step_b", "new_w", "new_b"}:
            yield updates(trace, layer, by_name, differences, old=choice.words is None)
        else:
            yield from _units(trace, layer, by_name)


def _units(trace: Trace, layer: int, by_name: Mapping[str, Quantity]) -> Iterator[Table]:
    """One row a unit, and for a softmax, whose slopes are a matrix, one row a pair of units."""
    names = trace.naming.units(layer)
    title = _("layer {n}").format(n=layer) if layer else _("inputs")
    singles = {name: q for name, q in by_name.items() if name != "slopes"}
    if slopes := by_name.get("slopes"):
        columns = (
            words(_("out"), [i for i in names for _j in names]),
            words(_("by net"), [j for _i in names for j in names]),
            numbers("slope", trace.show, trace.values(slopes)),
        )
        yield Table(title, columns, len(names) ** 2)
    if singles:
        values = (numbers(name.removesuffix("_after"), trace.show, trace.values(q)) for name, q in singles.items())
        yield Table(title, (words(_("unit"), names), *values), len(names))


def _losses(trace: Trace, by_name: Mapping[str, Quantity]) -> Table:
    quantities = list(by_name.values())
    labels = [label for q in quantities for label in trace.naming.labels(q).ravel()]
    values = np.concatenate([trace.values(q).ravel() for q in quantities])
    return Table(
        "",
        (words(_("loss"), labels), numbers(_("value"), trace.show, values)),
        len(labels),
    )
