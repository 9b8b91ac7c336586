"""The worked solution of a problem, every intermediate value of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from typing import Any, NamedTuple

import numpy as np

from bptutor.engine.decimals import Show, read_back
from bptutor.engine.evaluate import NotFinite, Settling, run
from bptutor.engine.losses import LOSSES
from bptutor.engine.naming import Naming
from bptutor.engine.notation import PYTHON, Notation
from bptutor.engine.page import page
from bptutor.engine.quantities import KINDS, Index, Quantity
from bptutor.errors import BptutorError, NoSuchCell, Where
from bptutor.language import _
from bptutor.problem import Array, Problem
from bptutor.refusals import IN_0_TO_1, may_leave_0_to_1
from bptutor.solution.chain import chain
from bptutor.solution.digits import cleared, rounding, show_of
from bptutor.solution.explain import Explainer, Explanation

_MOST_COMPARED = 5000  # cells whose names are compared with one that is not there, in well under a second


class Cell(NamedTuple):
    """One number of the page; `quantity` and `at` place it, `at` counted from 0, () where there is only one."""

    id: str
    label: str
    quantity: Quantity
    at: Index
    value: float
    text: str


class Trace:
    """All values of the page, exact or, with `rounding: carry`, as rounded on the way.

    `trace["net1"]` is an array, `trace["net1[2]"]` or `trace["net_h2"]` a float; ids and labels are those of the page,
    and quantities that are shown only on request (`error0`, `out_after1`, …) are found the same way. What is not here
    is a KeyError that says what was probably meant.

    >>> import bptutor
    >>> trace = bptutor.solve(bptutor.load("mazur"))
    >>> trace
    <Trace mazur: 48 cells>
    >>> round(trace["net_h1"], 4), trace["new_w2"].shape, trace["w5"]
    (0.3775, (2, 2), 0.4)
    >>> [cell.text for cell in trace.cells() if cell.label.startswith("out")]
    ['0.5933', '0.5969', '0.7514', '0.7729']
    >>> trace["net_h9"]
    Traceback (most recent call last):
        ...
    bptutor.errors.NoSuchCell: net_h9 is not a cell of this problem; try net_h2
    """

    def __init__(self, problem: Problem, *, show: Show | None = None):
        """Works the problem out, numbers written by `show` (default: with the digits that the problem asks for).

        Raises BptutorError where a value is infinite or undefined, or the cells are too many to write out.
        """
        self.problem = problem
        self.page = page(problem)
        self.naming = Naming(problem)
        self._show = show
        recipe, start, answers, _shown, order = self.page
        try:
            self._run = run(recipe, start, settle=carried(problem, show), answers=answers, wanted=order)
        except NotFinite as error:
            raise self.not_finite(error.quantity) from None
        if may_leave_0_to_1(problem.loss, problem.activations[-1].name):
            self._refuse_outside_0_and_1()

    def show(self, quantity: Quantity) -> Show:
        """What writes the numbers of a quantity."""
        return show_of(self.problem, quantity, self._show)

    def __getitem__(self, name: str) -> Any:  # an array or a float: the name says which, and a type cannot
        try:
            quantity, index = self.find(name)
        except KeyError:
            raise self._unknown(name) from None
        values = self.values(quantity)
        return values.copy() if index is None else float(values[index or (0,) * values.ndim])

    def find(self, name: str) -> tuple[Quantity, Index | None]:
        """The quantity and index of an id or label, index None for a whole quantity; KeyError for what is not here."""
        found = self.naming.read(name)
        if found is None or not (found[0] in self.page.recipe or found[0] in self.page.given):
            raise KeyError(name)
        return found

    def values(self, quantity: Quantity) -> Array:
        """The values of a quantity; raises BptutorError where one is infinite or undefined."""
        try:
            self._run.find([quantity])
        except NotFinite as error:
            raise self.not_finite(error.quantity) from None
        return np.asarray(self._run[quantity])

    def cells(self, quantities: Iterable[Quantity] | None = None) -> Iterator[Cell]:
        """The cells of the page in its order (or of the quantities named); what the exercise gives is left out."""
        for quantity in self.page.shown if quantities is None else quantities:
            values = self.values(quantity).ravel()
            indices = self.naming.indices(quantity)
            for index, value, text in zip(indices, values.tolist(), self.show(quantity)(values), strict=True):
                if not self.is_given(quantity, index):
                    yield Cell(
                        self.naming.id(quantity, index),
                        self.naming.label(quantity, index),
                        quantity,
                        index,
                        value + 0.0,  # never −0
                        text,
                    )

    def count(self, quantities: Iterable[Quantity]) -> int:
        """How many cells the quantities have."""
        return sum(self.values(quantity).size for quantity in quantities)

    def is_given(self, quantity: Quantity, index: Index) -> bool:
        """Whether the exercise gives this cell instead of asking for it."""
        return quantity in self.page.answers and bool(self.page.answers[quantity][0][index])

    def works_out(self, quantity: Quantity, index: Index) -> bool:
        """Whether a cell has a formula here: it is neither a number of the exercise nor given in the middle."""
        return quantity in self.page.recipe and not self.is_given(quantity, index)

    def explain(self, name: str) -> Explanation:
        """How one cell is found, its numbers written in Python; raises NoSuchCell for what is not worked out here."""
        cell = self.worked_out(name)
        linked = chain(self, *cell)
        return self.explainer().explain(*cell)._replace(chain=linked.line if linked else "")

    def worked_out(self, name: str) -> tuple[Quantity, Index]:
        """The cell of an id or label that has a formula here; raises NoSuchCell, which says why there is none."""
        try:
            quantity, index = self.find(name)
        except KeyError:
            raise self._unknown(name) from None
        if index is None:
            hint = ", ".join(self.naming.ids(quantity).ravel()[:3])
            raise NoSuchCell(_("{name} is a whole quantity, expected one cell").format(name=name), hint)
        if not self.works_out(quantity, index):
            message = _("{name} is given by the exercise, so there is nothing to explain").format(name=name)
            raise NoSuchCell(message, _("an id such as delta1[1], or a label such as w1+"))
        return quantity, index

    def explainer(self, notation: Notation = PYTHON) -> Explainer:
        """What explains this page's cells in a notation."""
        return Explainer(self.page, self.values, self.naming, self.show, notation)

    def as_dict(self) -> dict[str, Any]:
        """The trace as plain data, the format `bptutor/trace` version 1."""
        return self.heading() | {"cells": list(self.records())}

    def heading(self) -> dict[str, Any]:
        """All of `as_dict` but the cells."""
        problem = self.problem
        return {
            "format": "bptutor/trace",
            "version": 1,
            "problem": {"title": problem.title, "file": problem.file, "sha256": problem.sha256},
            "conventions": problem.conventions._asdict(),
            "decimals": problem.decimals,
        }

    def records(self, quantities: Iterable[Quantity] | None = None) -> Iterator[dict[str, Any]]:
        """Each cell as plain data, with its explanation."""
        explainer = self.explainer()
        for cell in self.cells(quantities):
            why = explainer.explain(cell.quantity, cell.at)
            yield self.record(cell) | {
                "formula": why.formula,
                "substituted": why.substituted,
                "because": why.because,
            }

    @staticmethod
    def record(cell: Cell) -> dict[str, Any]:
        """A cell as plain data, without its explanation."""
        sample = cell.quantity.sample
        return {
            "id": cell.id,
            "label": cell.label,
            "quantity": KINDS[cell.quantity.name].word,
            "layer": cell.quantity.layer or (0 if cell.quantity.name == "error" else None),
            "unit": cell.at[0] + 1 if cell.at else None,
            "from": cell.at[1] + 1 if len(cell.at) > 1 else None,
            "sample": int(sample) if sample.isdigit() else sample or None,
            "step": cell.quantity.step or None,
            "value": cell.value,
            "text": cell.text,
        }

    def _refuse_outside_0_and_1(self) -> None:
        for quantity in self.page.shown:
            values = self.values(quantity)
            if (
                quantity.name == "out"
                and quantity.layer == self.problem.depth
                and not ((values >= 0) & (values <= 1)).all()
            ):
                found = ", ".join(
                    f"{cell.id} = {cell.text}" for cell in self.cells([quantity]) if not 0 <= cell.value <= 1
                )
                message = _("{loss} needs outputs between 0 and 1, found {found}").format(
                    loss=self.problem.loss, found=found
                )
                raise BptutorError(message, Where(self.problem.file), IN_0_TO_1)

    def __repr__(self) -> str:
        return f"<Trace {self.problem.name}: {self.count(self.page.shown)} cells>"

    def _unknown(self, name: str) -> NoSuchCell:
        """What is said of a name that no cell and no quantity has."""
        few = self.count(self.page.shown) <= _MOST_COMPARED
        known = [text for cell in self.cells() for text in (cell.id, cell.label)] if few else []
        near = get_close_matches(name[:100].lower(), known, n=1)
        return NoSuchCell(_("{name} is not a cell of this problem").format(name=name), *near)

    def not_finite(self, quantity: Quantity) -> BptutorError:
        """What to tell the user of a value that has left the floats."""
        names = ", ".join(self.naming.ids(quantity).ravel()[:3])
        message = _("{cells} cannot be worked out: the value is infinite or undefined").format(cells=names)
        hint = _("smaller weights, inputs or learning rate")
        if quantity.name in ("losses", "loss", "error", "loss_after") and LOSSES[self.problem.loss].between_0_and_1:
            hint = _("{loss} needs outputs between 0 and 1, and neither of the two").format(loss=self.problem.loss)
        return BptutorError(message, Where(self.problem.file, None, names), hint)


def carried(problem: Problem, show: Show | None = None) -> Settling | None:
    """How each named value is rounded as it is written down, None where the problem goes on with full precision."""
    if problem.conventions.rounding != "carry":
        return None
    if show is None:
        return rounding(problem)
    settle = read_back(show)
    return lambda quantity, values: settle(cleared(quantity, values))
