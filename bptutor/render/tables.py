"""The page as tables, whatever the medium: sections in the order of the page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby

import numpy as np

from bptutor.engine.parts import STAGE, Choice, chosen
from bptutor.engine.quantities import Quantity
from bptutor.language import _
from bptutor.render.columns import Section, Table, numbers, words
from bptutor.render.parameters import Values, updates
from bptutor.solution.trace import Trace


def sections(trace: Trace, choice: Choice, differences: Values | None = None) -> Iterator[Section]:
    """The page in its order; `differences` adds a column beside the gradients it has."""
    for (step, sample, stage), group in groupby(
        chosen(trace.page.recipe, choice), key=lambda q: (q.step, q.sample, STAGE[q.name])
    ):
        place = where(step, sample)
        tables = _tables(trace, list(group), choice, differences or {})
        yield Section(f"{stage} ({place})" if place else stage, list(tables))


def where(step: int, sample: str) -> str:
    """Of which step and sample a part of the page is, "" where there is only one of each."""
    parts = [_("step {n}").format(n=step)] if step else []
    if sample:
        parts.append((_("samples {n}") if "-" in sample else _("sample {n}")).format(n=sample))
    return ", ".join(parts)


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
