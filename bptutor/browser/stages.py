"""The page as a browser shows it: samples and steps as tabs, stages with tables, and the working of each number."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby
from typing import Any, NamedTuple

import numpy as np
from markupsafe import Markup

from bptutor.browser.spots import Spot, Spots
from bptutor.engine.notation import MATHML, PAGE
from bptutor.engine.parts import STAGE
from bptutor.engine.quantities import KINDS, Quantity
from bptutor.engine.term import Written, atom
from bptutor.language import _
from bptutor.render.tables import where
from bptutor.solution.explain import Explainer


class Grid(NamedTuple):
    """A table of numbers: what the rows are called, and a number or nothing under each head."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Spot | None, ...]], ...]


class Working(NamedTuple):
    """How a number is found: its formula with names, in MathML, and with digits, "" where that says no more."""

    spot: Spot
    names: Markup
    digits: str


class Rule(NamedTuple):
    """The rule by which the numbers of a quantity are found, its link of the chain rule, and their workings."""

    says: str
    because: str
    workings: tuple[Working, ...]


class Stage(NamedTuple):
    """A part of the page with its tables and rules."""

    title: str
    grids: tuple[Grid, ...]
    rules: tuple[Rule, ...]


class Tab(NamedTuple):
    """A sample or a step, with a title if there are several."""

    title: str
    stages: tuple[Stage, ...]


Explainers = tuple[Explainer, Explainer]


def tabs(spots: Spots) -> Iterator[Tab]:
    """The page of each step and sample, in the order of the page."""
    explainers = _explainer(spots), spots.trace.explainer(PAGE)
    for (step, sample), here in groupby(spots.worked, key=lambda q: (q.step, q.sample)):
        stages = groupby(list(here), key=lambda q: STAGE[q.name])
        yield Tab(where(step, sample), tuple(_stage(spots, explainers, title, list(part)) for title, part in stages))


def _stage(spots: Spots, explainers: Explainers, title: str, quantities: list[Quantity]) -> Stage:
    layers = dict.fromkeys(q.layer for q in quantities)
    grids = (_grid(spots, layer, [q for q in quantities if q.layer == layer]) for layer in layers)
    return Stage(title, tuple(grids), tuple(rule for q in quantities if (rule := _rule(spots, explainers, q)).workings))


def _grid(spots: Spots, layer: int, quantities: list[Quantity]) -> Grid:
    """A row a unit, a weight or a loss, a column a quantity."""
    naming, rows = spots.trace.naming, dict[str, dict[str, Spot]]()
    for quantity in quantities:
        for spot in spots.of(quantity):
            owner = naming.owner(quantity, spot.at) or spot.label
            rows.setdefault(owner, {})[_head(quantity)] = spot
    head = tuple(dict.fromkeys(map(_head, quantities)))
    title = _("layer {n}").format(n=layer) if layer else ""
    return Grid(title, head, tuple((owner, tuple(map(cells.get, head))) for owner, cells in rows.items()))


def _head(quantity: Quantity) -> str:
    """What stands above the numbers of a quantity: net, δ, ∂E/∂w."""
    kind = KINDS[quantity.name]
    if kind.of in ("weights", "biases"):
        return kind.label.format("w")
    return kind.label.partition("_")[0].format("")


def given(spots: Spots) -> Iterator[Grid]:
    """The numbers of the exercise: the samples, a matrix a layer, and what else there is."""
    naming, rest = spots.trace.naming, list[Spot]()
    for quantity in spots.given:
        cells = spots.of(quantity)
        if quantity.name == "w":
            width, units = len(naming.units(quantity.layer - 1)), naming.units(quantity.layer)
            rows = [tuple(cells[at : at + width]) for at in range(0, len(cells), width)]
            title = _("weights into layer {n}").format(n=quantity.layer)
            yield Grid(title, naming.units(quantity.layer - 1), tuple(zip(units, rows, strict=True)))
        elif quantity.name in ("inputs", "targets") and quantity.sample:
            title = _("sample {n}").format(n=quantity.sample) if quantity.name == "inputs" else ""
            yield Grid(title, (), (("", tuple(cells)),))
        else:
            rest += cells
    if rest:
        yield Grid("", (), tuple(("", tuple(rest[at : at + _A_ROW])) for at in range(0, len(rest), _A_ROW)))


_A_ROW = 4  # numbers, so that a phone has room for them


def _rule(spots: Spots, explainers: Explainers, quantity: Quantity) -> Rule:
    step = spots.trace.page.recipe[quantity]
    workings = []
    for spot in spots.of(quantity):
        if not spot.given:
            drawn, why = (explainer.explain(quantity, spot.at) for explainer in explainers)
            names = Markup(drawn.formula)  # noqa: S704 (made of names that are escaped, by templates of our own)
            workings.append(Working(spot, names, "" if why.substituted == why.formula else why.substituted))
    return Rule(step.says, step.because, tuple(workings))


def _explainer(spots: Spots) -> Explainer:
    """Explains in MathML; each operand has the place of its number."""

    def placed(quantity: Quantity, texts: Any) -> Any:
        if quantity not in spots.places:
            return texts
        return _placed(texts, np.broadcast_to(spots.places[quantity], np.shape(texts)))

    trace = spots.trace
    return Explainer(trace.page, trace.values, trace.naming, trace.show, MATHML, leaf=placed)


def _place(text: str, place: int) -> Written:
    item = atom(text, MATHML)
    item.text = re.sub(r"^(<mo .*?</mo>)?<(\w+)", rf"\1<\2 data-c={place}", item.text)
    return item


_placed: Any = np.frompyfunc(_place, 2, 1)
