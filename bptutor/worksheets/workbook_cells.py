"""The cells of a workbook: what each is, what it is called, its formula and its value."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property, lru_cache
from typing import Any, Literal, NamedTuple

import numpy as np

from bptutor.engine.evaluate import in_order
from bptutor.engine.notation import SPREADSHEET, WIDE_SPREADSHEET
from bptutor.engine.parts import asked
from bptutor.engine.quantities import CONSTANTS, Index, Quantity
from bptutor.errors import BptutorError, Where
from bptutor.language import _
from bptutor.marking.accepted import accepted
from bptutor.solution.explain import formulas
from bptutor.solution.trace import Trace
from bptutor.worksheets.cell_names import cell_names

_LONGEST_FORMULA = 8_192  # letters, of Excel
_MOST_OPERANDS = 255  # of a function, of Excel
_LARGEST_NET = 700  # of which spreadsheets work e^x out; beyond 709 they do not

Kind = Literal["given", "formula", "aside", "answer"]
"""A number of the exercise, one that is worked out, one that only serves others, a place to fill in."""


class Cell(NamedTuple):
    """One cell: its id, what it is called, and its formula, "" for what has none here."""

    id: str
    name: str
    kind: Kind
    value: float
    formula: str


class WorkbookCells:
    """The cells of the workbook of a page, of which `quantities` are asked for, and those of `known` filled in."""

    def __init__(
        self, trace: Trace, quantities: tuple[Quantity, ...], known: frozenset[Quantity], taken: tuple[str, ...] = ()
    ):
        self._trace, self._known = trace, known
        self._asked = {quantity: asked(trace.problem)[quantity] for quantity in quantities}
        self._serving = frozenset(in_order(trace.page.recipe, known))
        nets = [trace.values(q) for q in trace.page.order if q.name in ("net", "net_after")]
        wide = any(np.abs(values).max() > _LARGEST_NET for values in nets)
        self._notation = WIDE_SPREADSHEET if wide else SPREADSHEET
        self._formulas = lru_cache(maxsize=4)(self._written)
        here = ((quantity, at) for quantity, indices in self.there.items() for at in indices)
        self._names = cell_names(trace.naming, here, taken)

    @cached_property
    def there(self) -> Mapping[Quantity, tuple[Index, ...]]:
        """All cells of the workbook: what is given, what is asked for, and what serves to work out what is known."""
        page, naming = self._trace.page, self._trace.naming
        used = {operand for quantity in page.order for operand in page.recipe[quantity].rests_on}
        wanted = [q for q in page.given if q.name not in CONSTANTS and (q.name != "momentum" or q in used)]
        wanted += [q for q in page.recipe if q in self._asked or q in self._serving]
        cells = {q: tuple(at for at in naming.indices(q) if self._has(q, at)) for q in wanted}
        return {quantity: indices for quantity, indices in cells.items() if indices}

    def _has(self, quantity: Quantity, index: Index) -> bool:
        return (
            quantity not in self._trace.page.recipe
            or quantity in self._serving
            or self._asks(quantity, index)
            or self._trace.is_given(quantity, index)
        )

    def _asks(self, quantity: Quantity, index: Index) -> bool:
        """Whether the exercise asks for a cell."""
        mask = self._asked.get(quantity)
        return mask is not None and bool(mask[index or (0,) * mask.ndim].all())

    @cached_property
    def right(self) -> Mapping[str, tuple[int, ...]]:
        """The numbers that are right, by the ids of cells, in units of the last decimal."""
        return accepted(self._trace.problem)

    def cell(self, quantity: Quantity, index: Index) -> Cell:
        """A cell that is there; raises BptutorError where its formula is too long for a spreadsheet."""
        values = np.asarray(self._trace.values(quantity))
        at = index or (0,) * values.ndim
        value, kind = float(values[at]) + 0.0, self._kind(quantity, index)
        formula = self._formula(quantity, at) if kind in ("formula", "aside") else ""
        return Cell(self._trace.naming.id(quantity, index), self._names[quantity, index], kind, value, formula)

    def _kind(self, quantity: Quantity, index: Index) -> Kind:
        if not self._trace.works_out(quantity, index):
            return "given"
        if quantity in self._serving:
            return "formula" if self._asks(quantity, index) else "aside"
        return "answer"

    def _formula(self, quantity: Quantity, at: Index) -> str:
        text = str(self._formulas(quantity)[at])
        if len(text) > _LONGEST_FORMULA or text.count(",") > _MOST_OPERANDS:
            message = _("{quantity}: the formula is too long for a spreadsheet").format(quantity=quantity)
            hint = _("fewer units in a layer, or another format")
            raise BptutorError(message, Where(self._trace.problem.file), hint)
        return text

    def _written(self, quantity: Quantity) -> Any:
        """The formulas of all cells of a quantity, rounded where each value is rounded as it is written down."""
        step, shape = self._trace.page.recipe[quantity], np.shape(self._trace.values(quantity))
        texts = np.broadcast_to(formulas(step, self._leaf, self._notation), shape)
        carry = self._trace.problem.conventions.rounding == "carry"
        rounds = np.frompyfunc(self._rounded if carry else "={}".format, 1, 1)
        return np.asarray(rounds(texts), dtype=object)

    def _leaf(self, quantity: Quantity) -> Any:
        """What stands for the cells of an operand: their names, or the digits of what no page shows."""
        values = np.asarray(self._trace.values(quantity))
        found = np.empty(values.shape, dtype=object)
        for index in self._trace.naming.indices(quantity):
            at = index or (0,) * values.ndim
            named = quantity.name not in CONSTANTS
            found[at] = self._names[quantity, index] if named else f"{float(values[at]):.15g}"
        return found

    def _rounded(self, text: str) -> str:
        """A formula rounded as on paper: spreadsheets round half up; to even, a half is taken off before.

        Of 4 decimals, 0.12345 lies 0.5 above an even multiple of the unit: so much less rounds to that.
        """
        decimals = self._trace.problem.decimals
        if self._trace.problem.conventions.ties == "half_even":
            to_even = f"ABS(MOD(ABS({text})*1E+{decimals},2)-0.5)<1E-9"
            text = f"({text})-IF({to_even},SIGN({text})*1E-{decimals + 1},0)"
        return f"=ROUND({text},{decimals})"
