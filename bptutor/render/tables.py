"""The page as tables, whatever the medium: sections in the order of the page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby

import numpy as np

from bptutor.engine.decimals import typed
from bptutor.engine.parts import STAGE, Choice, chosen
from bptutor.engine.quantities import OF_UPDATES, Quantity
from bptutor.engine.schedule import by_rows, rows
from bptutor.language import _
from bptutor.render.columns import Column, Section, Table, joined, numbers, words
from bptutor.render.parameters import Values, updates
from bptutor.solution.trace import Trace


def sections(trace: Trace, choice: Choice, differences: Values | None = None) -> Iterator[Section]:
    """The page in its order; `differences` adds a column beside the gradients it has.

    What is learnt sample by sample in one layer is a table of its own, which comes first.
    """
    if choice == Choice() and by_rows(trace.problem):
        yield learning(trace)
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
        if by_name.keys() <= {"loss", "losses", "penalty", "cost", "loss_after"}:
            yield _losses(trace, by_name)
        elif by_name.keys() & OF_UPDATES:
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
            numbers("slope", trace.show(slopes), trace.values(slopes)),
        )
        yield Table(title, columns, len(names) ** 2)
    if singles:
        values = (numbers(name.removesuffix("_after"), trace.show(q), trace.values(q)) for name, q in singles.items())
        yield Table(title, (words(_("unit"), names), *values), len(names))


def _losses(trace: Trace, by_name: Mapping[str, Quantity]) -> Table:
    quantities = list(by_name.values())
    labels = [label for q in quantities for label in trace.naming.labels(q).ravel()]
    values = [(numbers("", trace.show(q), trace.values(q)), trace.values(q).size) for q in quantities]
    return Table(
        "",
        (words(_("loss"), labels), joined(_("value"), values)),
        len(labels),
    )


_IN_A_ROW = ("net", "out", "delta", "new_w", "new_b")


def learning(trace: Trace) -> Section:
    """The page as one table, a row a sample in the order in which they are learnt."""
    count = len(rows(trace.problem))
    return Section(_("Learning, a row a sample"), [Table("", (*places(trace), *given(trace), *_found(trace)), count)])


def places(trace: Trace) -> list[Column]:
    """Step and sample of each row."""
    found = rows(trace.problem)
    steps = [words(_("step"), [str(step) for _sample, step in found])] if trace.problem.steps > 1 else []
    return [*steps, words(_("sample"), [sample for sample, _step in found])]


def given(trace: Trace) -> list[Column]:
    """Inputs of each row, and targets where there are any."""
    columns = []
    for name in ("inputs", "targets") if trace.problem.targets is not None else ("inputs",):
        values = np.array([trace.values(Quantity(name, 0, sample)) for sample, _step in rows(trace.problem)])
        for place, label in enumerate(trace.naming.labels(Quantity(name))):
            columns.append(words(label, typed(values[:, place]), numeric=True))
    return columns


def _found(trace: Trace) -> list[Column]:
    columns = []
    for name in _IN_A_ROW:
        there = [Quantity(name, 1, sample, step) for sample, step in rows(trace.problem)]
        if all(q in trace.page.recipe and trace.page.recipe[q].shown for q in there):
            values = np.array([trace.values(q) for q in there])
            for index in np.ndindex(values.shape[1:]):
                label = trace.naming.label(Quantity(name, 1), index)
                columns.append(numbers(label, trace.show(there[0]), values[:, *index]))
    return columns
