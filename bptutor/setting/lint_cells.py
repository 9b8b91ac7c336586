"""What keeps single cells from telling right from wrong: a function for each, which says which cells."""

# ruff: noqa: ARG001
# All rules are called alike.

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_DOWN, Decimal

import numpy as np

from bptutor.engine.arrays import Flags
from bptutor.engine.losses import LOSSES
from bptutor.engine.quantities import Quantity
from bptutor.language import _, plural
from bptutor.marking.check import asked_cells, flat_page_for
from bptutor.marking.flat_page import FlatPage
from bptutor.problem import Array, Problem
from bptutor.setting.lint_rules import Case

FIGURES = 10  # units in the last place: what is less has one significant figure
_SAME = 1e-12
_DIGITS = 14  # significant ones: what a float and a person take for the same number
_FLAT = 0.05  # of the steepest slope


def rounds_to_zero(problem: Problem, ulps: int) -> Iterator[Case]:
    """Cells that are 0 with these decimals, and are not 0."""
    flat = flat_page_for(problem)
    yield from _case(flat, (np.abs(flat.truth) > _SAME) & (flat.rounded[0] == 0), _("the number rounds to 0"))
    if problem.conventions.rounding == "carry":
        flags = (np.abs(flat.exact) > _SAME) & (flat.truth == 0)
        yield from _case(flat, flags, _("the number rounds to 0"))


def few_figures(problem: Problem, ulps: int) -> Iterator[Case]:
    """Cells of which rounding leaves a single significant figure."""
    flat = flat_page_for(problem)
    units = np.rint(np.abs(flat.rounded[0]) / flat.unit)
    lost = np.abs(flat.exact - flat.rounded[0]) > _SAME * np.maximum(1, np.abs(flat.exact))
    yield from _case(flat, (units > 0) & (units < FIGURES) & lost, _("fewer than two significant figures are left"))


def unchanged_weight(problem: Problem, ulps: int) -> Iterator[Case]:
    """New parameters that look like the old ones; those at a ReLU that is off cannot move."""
    flat = flat_page_for(problem)
    new, old = flat.rounded[0], _settled(flat, flat.old)
    still = np.abs(flat.exact - flat.old) <= _SAME
    resting = np.array([_may_rest(problem, quantity) for _id, _label, quantity, _at in flat.cells])
    yield from _case(
        flat, flat.learnt & (new == old) & ~(still & resting), _("the new value is printed like the old one")
    )


def tie(problem: Problem, ulps: int) -> Iterator[Case]:
    """Cells whose digits end in a 5 right behind the last decimal, which is rounded in different ways."""
    flat = flat_page_for(problem)
    raw = np.concatenate([np.ravel(_unrounded(flat, quantity)) for quantity in flat.order])
    flags = np.array([*map(_is_tie, raw.tolist(), flat.decimals.tolist())], dtype=bool)
    yield from _case(flat, flags, _("a single 5 follows the last decimal: half up and half even differ"))


def saturated_unit(problem: Problem, ulps: int) -> Iterator[Case]:
    """Units so far out that their activation is flat."""
    flat = flat_page_for(problem)
    flags = np.zeros(flat.size, dtype=bool)
    for quantity, place in flat.places.items():
        steepness = problem.activations[quantity.layer - 1].row.shape.steepness if quantity.name == "out" else None
        flags[place] = False if steepness is None else steepness(flat.exact[place]) < _FLAT
    yield from _case(flat, flags, _("the activation is flat here"), asked=False)


def dead_units(problem: Problem, ulps: int) -> Iterator[Case]:
    """Layers of ReLUs more than half of which are off in all samples; a single one that is off shows its slope of 0."""
    flat = flat_page_for(problem)
    for layer, activation in enumerate(problem.activations, 1):
        dies = activation.row.shape.dies
        outs = [q for q in flat.order if (q.name, q.layer) == ("out", layer)] if dies else []
        off = np.all([flat.trace.values(q) == 0 for q in outs], axis=0) if outs else np.zeros(1, dtype=bool)
        if 2 * off.sum() > off.size:
            flags = np.zeros(flat.size, dtype=bool)
            for quantity in outs:
                flags[flat.places[quantity]] = off
            says = _("more than half of the units of layer {n} are off").format(n=layer)
            yield from _case(flat, flags, says, asked=False)


def equal_cells(problem: Problem, ulps: int) -> Iterator[Case]:
    """Cells of the same quantity that are equal, so that an exchanged number is not noticed."""
    flat = flat_page_for(problem)
    flags = np.zeros(flat.size, dtype=bool)
    for quantity, place in flat.places.items():
        values = flat.exact[place]
        if values.size > 1 and not _is_constant(problem, quantity):
            near = np.abs(values[:, None] - values) <= _SAME * np.maximum(1, np.abs(values))
            flags[place] = (near.sum(axis=1) > 1) & (np.abs(values) > _SAME)
    yield from _case(flat, flags, _("equal numbers that were given make these cells equal"))


def zero_passes(problem: Problem, ulps: int) -> Iterator[Case]:
    """Cells so small that 0 is within the tolerance."""
    flat = flat_page_for(problem)
    flags = (np.abs(flat.truth) <= (ulps + 0.5) * flat.unit) & (flat.rounded[0] != 0)
    yield from _case(flat, flags, _tolerated("0", ulps))


def old_passes(problem: Problem, ulps: int) -> Iterator[Case]:
    """New parameters so near to the old ones that these are within the tolerance."""
    flat = flat_page_for(problem)
    with np.errstate(invalid="ignore"):
        near = np.abs(flat.truth - flat.old) <= (ulps + 0.5) * flat.unit
    flags = flat.learnt & near & (flat.rounded[0] != _settled(flat, flat.old))
    yield from _case(flat, flags, _tolerated(_("the old value"), ulps))


def _tolerated(what: str, ulps: int) -> str:
    says = plural(
        "{what} is not more than {n} unit in the last place away, and may pass",
        "{what} is not more than {n} units in the last place away, and may pass",
        ulps,
    )
    return says.format(what=what, n=ulps)


def _case(flat: FlatPage, flags: Flags, says: str, *, asked: bool = True) -> Iterator[Case]:
    """One case for the cells that are flagged, of those that are asked for."""
    places = np.flatnonzero(flags & (asked_cells(flat) & ~flat.given) if asked else flags)
    if places.size:
        yield Case(tuple(flat.ids[place] for place in places), (), says)


def _settled(flat: FlatPage, values: Array) -> Array:
    return flat.settled(values, flat.problem.conventions.ties)


def _may_rest(problem: Problem, quantity: Quantity) -> bool:
    """Whether a parameter may stay where it is for a good reason: a ReLU that is off, or an input of 0."""
    if quantity.layer == 0:
        return False
    near = [problem.activations[layer - 1].row.shape.dies for layer in (quantity.layer, quantity.layer - 1) if layer]
    return any(near) or (quantity.layer == 1 and bool((problem.inputs == 0).any()))


def _unrounded(flat: FlatPage, quantity: Quantity) -> Array:
    """What a rule gives from what stands on the page, not yet rounded."""
    step = flat.recipe[quantity]
    values = np.asarray(step.of({operand: flat.trace.values(operand) for operand in step.rests_on}), dtype=float)
    return np.broadcast_to(values, flat.shape(quantity))


def _is_tie(value: float, decimals: float) -> bool:
    number = abs(Decimal(f"{value:.{_DIGITS - 1}e}").scaleb(int(decimals)))
    return number - number.to_integral_value(ROUND_DOWN) == Decimal("0.5")


def _is_constant(problem: Problem, quantity: Quantity) -> bool:
    """Whether numbers may be equal by nature: slopes of straight lines, outputs of steps, what comes of errors of 1."""
    if quantity.name in ("slope", "slopes", "out"):
        row = problem.activations[quantity.layer - 1].row
        return row.shape.steepness is None if quantity.name == "slope" else row.slope is None or row.of_layer
    return (
        LOSSES[problem.loss].rule is None
        and quantity.layer == problem.depth
        and quantity.name not in ("net", "net_after")
    )
