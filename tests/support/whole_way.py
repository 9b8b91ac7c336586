"""A problem's whole way through the house, against oracles that share no formula with it: what goes wrong on it.

`instruments/problems.py` sends a thousand random problems that way, the tests some of them.
"""

from __future__ import annotations

import json
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import fields
from decimal import Decimal
from typing import Any, NamedTuple

import numpy as np

from bptutor.engine.page import page
from bptutor.engine.quantities import Quantity
from bptutor.engine.recipe import Step
from bptutor.errors import BptutorError
from bptutor.files.answers_file import answers_of, load_answers
from bptutor.files.library import load
from bptutor.files.problem_file import read_problem
from bptutor.files.problem_text import problem_text
from bptutor.files.reader import parse
from bptutor.marking.check import check
from bptutor.problem import Problem
from bptutor.render.data import as_json
from bptutor.render.sheet import sheet
from bptutor.setting.lint import lint
from bptutor.solution.trace import Cell, Trace
from tests.support.central_differences import deviation
from tests.support.loops import Sheet
from tests.support.random_problems import Keys, differentiable, smooth
from tests.support.recomputed import recompute

Texts = dict[str, str]
Complaints = Iterator[str]


class Way(NamedTuple):
    """A problem on its way: its keys, what is read of them, its page as declared, and carried; what is counted.

    An output that is rounded to 1 may have no logarithm: then there is no page that is carried.
    """

    keys: Keys
    problem: Problem
    trace: Trace
    carried: Trace | None
    draw: np.random.Generator
    counts: Counter[str]


def rounding(keys: Keys, how: str) -> Keys:
    """The same problem, rounded for display or carried."""
    return keys | {"conventions": keys["conventions"] | {"rounding": how}}


def way_of(keys: Keys, seed: int, counts: Counter[str]) -> Way:
    """A problem at its start."""
    problem, carried = load(keys), None
    try:
        carried = Trace(load(rounding(keys, "carry")))
        for quantity in carried.page.recipe:
            carried.values(quantity)
    except BptutorError as error:
        if "between 0 and 1" not in str(error):
            raise
        carried = None
        counts["cannot be carried"] += 1
    return Way(keys, problem, Trace(problem), carried, np.random.default_rng([seed, 19]), counts)


def gradients(way: Way) -> Complaints:
    """All gradients against central differences."""
    if differentiable(way.keys):
        way.counts["against differences"] += 1
        worst = deviation(smooth(way.keys))
        if not worst < 1e-6:
            yield f"a gradient deviates by {worst:.2g}"


def values(way: Way) -> Complaints:
    """All cells, exact and carried, against loops over floats."""
    for keys, trace in ((way.keys, way.trace), (rounding(way.keys, "carry"), way.carried)):
        expected = Sheet(keys).asked if trace else {}
        for cell in trace.cells(trace.page.recipe) if trace else ():
            way.counts["cells"] += 1
            if abs(cell.value - expected[cell.id]) > 1e-12 * max(1.0, abs(expected[cell.id])):
                yield f"{cell.id} is {cell.value}, loops have {expected[cell.id]} ({keys['conventions']['rounding']})"


def explanations(way: Way) -> Complaints:
    """Every substituted line, typed into a calculator."""
    try:
        lines, _chains = recompute(way.trace, printed=False)
        way.counts["lines"] += lines
    except AssertionError as error:
        yield f"a line comes to something else: {error}"


def written_and_read(way: Way) -> Complaints:
    """The problem as the text of a file, and read again: the same problem, the same page."""
    again = read_problem(problem_text(way.problem).encode(), "again.yaml")
    for name in (field.name for field in fields(Problem)):
        if name not in ("file", "sha256") and not _same(getattr(again, name), getattr(way.problem, name)):
            yield f"{name} is another when it is read again"
    if [*map(_seen, Trace(again).cells())] != [*map(_seen, way.trace.cells())]:
        yield "the page is another when the problem is read again"


def _seen(cell: Cell) -> tuple[str, str, str]:
    return cell.id, cell.label, cell.text


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, dict):
        return bool(one.keys() == other.keys() and all(_same(one[key], other[key]) for key in one))
    if isinstance(one, tuple):
        return len(one) == len(other) and all(map(_same, one, other))
    return np.array_equal(one, other, equal_nan=True) if isinstance(one, np.ndarray) else bool(one == other)


def blank_sheets(way: Way) -> Complaints:
    """The template is read as blank and has a place for every cell; filled in, it is read as it was written."""
    cells = {cell.id: cell.text for cell in way.trace.cells()}
    blank, key = (
        answers_of(parse("".join(sheet(way.trace, "p", filled=full)).encode(), "x.yaml"), way.problem).cells
        for full in (False, True)
    )
    if blank:
        yield f"on a blank sheet there is {[*blank][:3]}"
    if {cell: typed.text for cell, typed in key.items()} != cells:
        yield f"the key is read otherwise: {sorted({*key} ^ {*cells})[:3]}"


def right_sheets(way: Way) -> Complaints:
    """What was worked out exactly, and what was rounded as it was written down, loses nothing."""
    for name, trace in (("exact", Trace(load(rounding(way.keys, "display")))), ("carried", way.carried)):
        if trace is None:
            continue
        report = check(way.problem, load_answers({"answers": {c.id: c.text for c in trace.cells()}}, way.problem))
        way.counts["right sheets"] += 1
        for mark in report.marks:
            if mark.credit < mark.points:
                yield f"{name} {mark.id}: {mark.typed} is {mark.verdict}, expected {mark.expected}"
                break


def wrong_numbers(way: Way) -> Complaints:
    """One number of a right sheet is another: it is found, and it alone, unless honest rounding may give it."""
    texts = {cell.id: cell.text for cell in way.trace.cells()}
    cells = [*way.trace.cells()]
    cell = cells[int(way.draw.integers(len(cells)))]
    unit = Decimal(1).scaleb(int(Decimal(cell.text).as_tuple().exponent))
    typed = Decimal(cell.text) + unit * int(way.draw.integers(20, 500)) * int(way.draw.choice([-1, 1]))
    report = check(way.problem, load_answers({"answers": texts | {cell.id: str(typed)}}, way.problem))
    lost = {mark.id: mark for mark in report.marks if mark.credit < mark.points}
    if cell.id not in lost:
        low, high = honest_reach(way, cell)
        if not low <= float(typed) <= high:
            yield f"{cell.id}: {typed} costs nothing, expected {cell.text}, within reach are {low:.7g} to {high:.7g}"
        way.counts["wrong numbers within reach"] += 1
    else:
        way.counts["wrong numbers found"] += 1
    for other in lost.values():
        if other.id != cell.id:
            yield f"{cell.id}: {cell.text} → {typed} costs {other.id} ({other.typed}, {other.verdict}) its marks, too"
            break


def honest_reach(way: Way, cell: Cell) -> tuple[float, float]:
    """Between which numbers a cell can come out from what stands on the sheet, found by trying.

    Every number that was worked out stands for any that is written so; half as much, and some units, are allowed: of
    the largest number of the quantity, since that is how far people go on the way to all of them.
    """
    written, trace, found = page(way.problem), way.trace, list[float]()
    shown = set(written.shown)

    def worked_out(step: Step) -> Any:
        return np.asarray(step.of({operand: some(operand) for operand in step.rests_on}), dtype=float)

    def some(quantity: Quantity) -> Any:
        values = np.asarray(trace.values(quantity), dtype=float)
        if quantity in written.recipe and quantity not in shown:
            known = written.recipe[quantity].of(
                {operand: some(operand) for operand in written.recipe[quantity].rests_on}
            )
            values = np.asarray(known, dtype=float)
        elif quantity not in written.recipe:
            return values
        halves = np.array([_half(text) for text in trace.show(quantity)(values.ravel())]).reshape(values.shape)
        tried = values + halves * way.draw.choice([-2.0, -1.0, 0.0, 1.0, 2.0], values.shape)
        return np.where(written.answers[quantity][0], values, tried) if quantity in written.answers else tried

    with np.errstate(all="ignore"):
        for _ in range(400):
            value = worked_out(written.recipe[cell.quantity])
            found.append(float(value[cell.at or (0,) * value.ndim]))
    ravelled = np.ravel(trace.values(cell.quantity))
    finite = [value for value in found if np.isfinite(value)]
    alone = way.problem.activations[-1].name == "softmax" and way.problem.layers[-1] == 1  # e^net/e^net is always 1
    if len(finite) < len(found) or abs(float(cell.text)) < _NOISE or (alone and cell.quantity.name == "out"):
        return -np.inf, np.inf
    room = 0.5 * (max(finite) - min(finite)) + 4 * max(map(_half, trace.show(cell.quantity)(ravelled)))
    return min(finite) - room, max(finite) + room


_NOISE = 1e-15
"""Below that a sum of floats may be what is left of a 0."""


def _half(text: str) -> float:
    return 0.5 * 10.0 ** int(Decimal(text).as_tuple().exponent)


def looked_over(way: Way) -> Complaints:
    """Lint has something to say, or nothing; it refuses a page that is too long."""
    try:
        found = lint(way.problem, cures=False)
    except BptutorError as error:
        if "too long to look at" not in str(error):
            raise
        way.counts["too long for lint"] += 1
        found = []
    for finding in found:
        way.counts[f"lint: {finding.id}"] += 1
        if not finding.says:
            yield f"{finding.id} says nothing"


def data(way: Way) -> Complaints:
    """The JSON of `solve` has every cell, and no number that JSON does not have."""
    read = json.loads("".join(as_json(way.trace, [*way.trace.page.shown])), parse_constant=lambda name: 1 / 0)
    if [cell["id"] for cell in read["cells"]] != [cell.id for cell in way.trace.cells()]:
        yield "the cells of the JSON are others"


STATIONS: dict[str, Callable[[Way], Complaints]] = {
    "gradients": gradients,
    "values": values,
    "explanations": explanations,
    "written and read": written_and_read,
    "blank sheets": blank_sheets,
    "right sheets": right_sheets,
    "wrong numbers": wrong_numbers,
    "lint": looked_over,
    "data": data,
}
"""All that a problem has to go through."""


def complaints(keys: Keys, seed: int, counts: Counter[str], stations: list[str] | None = None) -> Complaints:
    """What goes wrong on the way of a problem; warnings and what escapes are wrong, too."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            way = way_of(keys, seed, counts)
        except Exception as error:  # whatever it is, it is ours
            yield f"start: {type(error).__name__}: {error}"
            return
        for name in stations or STATIONS:
            try:
                yield from (f"{name}: {complaint}" for complaint in STATIONS[name](way))
            except Exception as error:
                yield f"{name}: {type(error).__name__}: {error}"
