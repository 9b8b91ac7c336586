"""The whole page as a mistake makes it, the numbers that were typed taking the place of what it gives."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

import numpy as np

from bptutor.answers import Answers, Typed
from bptutor.engine.conventions import Edit
from bptutor.engine.evaluate import NotFinite, Replacements, Settling, WrittenDown, in_order
from bptutor.engine.quantities import Index, Quantity
from bptutor.marking.check import flat_page_for
from bptutor.marking.flat_page import FlatPage
from bptutor.marking.hints import explainer
from bptutor.marking.other_conventions import Alternative
from bptutor.marking.report import Mark, Report
from bptutor.problem import Array
from bptutor.solution.digits import rounding
from bptutor.solution.trace import carried

Place = tuple[Quantity, Index]


class EditedPages:
    """The pages that mistakes make of one problem, arrays (cells,); NaN where a number cannot be worked out."""

    def __init__(self, report: Report):
        self.report = report
        self.row: FlatPage = flat_page_for(report.trace.problem, report.answers.cells)

    def of(self, edit: Edit) -> Array:
        """The page of a mistake, rounded on the way where that is declared; {} is the right page."""
        return self._page(edit, carried(self.row.problem))

    def of_convention(self, other: Alternative) -> Array:
        """The page of another convention, each number in the place of our cell that means it."""
        theirs = flat_page_for(other.problem, other.read(self.report.answers).cells)
        names = other.read(Answers(dict.fromkeys(self.row.ids, Typed("", None)))).cells
        places = [theirs.numbers.get(name) for name in names]
        return np.array([np.nan if place is None else theirs.truth[place] for place in places])

    def near(self, edit: Edit, marks: Iterable[Mark]) -> int:
        """How many of the numbers a mistake gives, exactly or with each value rounded as it is written down."""
        pages = [self._page(edit, settle) for settle in (None, rounding(self.row.problem))]
        count = 0
        for mark in marks:
            typed, place = self.report.answers.cells[mark.id], self.row.numbers[mark.id]
            asked = self.row.unit[place]
            unit = 0.0 if typed.decimals is None else 10.0 ** -max(typed.decimals, 0)
            reach = 0.5 * unit + min(unit or asked, asked)
            count += any(abs(page[place] - (typed.value or 0.0)) <= reach * (1 + 1e-9) for page in pages)
        return count

    def made_at(self, mark: Mark, edit: Edit) -> Place:
        """The first cell that a mistake changes among those that a number rests on."""
        itself, page = (mark.quantity, mark.at), self.row.trace.page
        with np.errstate(invalid="ignore"):
            changed = ~np.isclose(self.of(edit), self._right, rtol=1e-9, atol=0, equal_nan=True)
        differs = {q for q in edit if q in self.row.places and changed[self.row.places[q]].any()}
        order = in_order({**page.recipe, **edit}, [mark.quantity])
        if next((q for q in order if q in differs), mark.quantity) == mark.quantity:
            return itself
        for quantity, at in explainer(self.report, edit).all_below(*itself):
            number = self.row.numbers.get(self.row.trace.naming.id(quantity, at))
            if quantity in differs and number is not None and changed[number]:
                return quantity, at
        return itself

    def formula(self, place: Place, edit: Edit) -> str:
        """How a cell is found by one who makes the mistake."""
        return explainer(self.report, edit).explain(*place).formula

    @cached_property
    def _right(self) -> Array:
        return self.of({})

    @cached_property
    def _seen(self) -> Replacements:
        """What stands on the page in the place of what the rules give: what the exercise gives, and what was typed."""
        row, seen = self.row, dict(self.row.trace.page.answers)
        for name, typed in self.report.answers.cells.items():
            quantity, at = row.trace.find(name)
            if name in row.numbers and typed.value is not None:
                mask, values = seen.get(quantity, (np.zeros(row.shape(quantity), dtype=bool), np.zeros(())))
                here = np.zeros_like(mask)
                here[at or ...] = True
                seen[quantity] = (mask | here, np.where(here, typed.value, values))
        return seen

    def _page(self, edit: Edit, settle: Settling | None) -> Array:
        row, page, result = self.row, self.row.trace.page, np.full(self.row.size, np.nan)
        values = WrittenDown({**page.recipe, **edit}, page.given, settle, self._seen)
        for quantity in row.order:
            try:
                values.find([quantity])
            except NotFinite:  # nor is what rests on it
                continue
            expected = values.expected[quantity]
            result[row.places[quantity]] = np.broadcast_to(expected, row.shape(quantity)).ravel()
        return result
