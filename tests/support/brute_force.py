"""Whether mistakes show and can be told apart, found the long way: sheet by sheet, digits compared with digits.

The wrong recipes are solved with the plain engine, exactly and with every value rounded as it is written down, and the
digits are those of `students`, in `decimal`. A number is in order for somebody if it is at most one unit away from the
digits of their page, or if their rule gives it, within a unit, from what the digits above it may stand for. Nothing
here is shared with the marker: no piles of sheets, no verdicts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from bptutor.engine.interval import Interval, where
from bptutor.engine.naming import Naming
from bptutor.engine.page import page
from bptutor.engine.parts import asked
from bptutor.engine.quantities import Index, Quantity, cell_id
from bptutor.engine.recipe import Recipe
from bptutor.mistakes.variants import Variant, variants
from bptutor.problem import Problem
from tests.support.students import rounded

MODES = {"half_up": "half up", "half_even": "half even"}
HAIR = 1e-9  # units

Values = dict[Quantity, Any]
Cells = dict[tuple[Quantity, Index], float | None]


class Sheet(NamedTuple):
    """The digits of all cells that are asked for, None where there is no number."""

    digits: Cells


class BruteForce:
    """The pages of a problem and of all that can be got wrong in it."""

    def __init__(self, problem: Problem):
        self.problem, self.page = problem, page(problem)
        self.unit = 10.0**-problem.decimals
        self.variants: tuple[Variant, ...] = variants(problem)

    @cached_property
    def cells(self) -> list[tuple[Quantity, Index]]:
        """The cells that are asked for, in the order of the page."""
        wanted = asked(self.problem)
        return [
            (q, at)
            for q in self.page.recipe
            for at in np.ndindex(Naming(self.problem).shape(q))
            if np.broadcast_to(wanted[q], Naming(self.problem).shape(q))[at]
        ]

    def solved(self, recipe: Recipe, *, carry: bool) -> Values:
        """All values by a recipe, one rule after the other; NaN or infinite where they have left the floats."""
        values: Values = dict(self.page.given)

        def value_of(q: Quantity) -> Any:
            if q not in values:
                step = recipe[q]
                found = np.asarray(step.of({operand: value_of(operand) for operand in step.rests_on}), dtype=float)
                if carry:
                    found = np.vectorize(self._on_paper, otypes=[float])(found)
                if q in self.page.answers:
                    mask, given = self.page.answers[q]
                    found = np.where(mask, given, found)
                values[q] = found
            return values[q]

        with np.errstate(all="ignore"):
            for q in recipe:
                value_of(q)
        return values

    def _on_paper(self, value: float) -> float:
        if not np.isfinite(value):
            return float("nan")
        if abs(value) > 1e15:  # beyond what decimals say anything of
            return value
        return float(rounded(value, self.problem.decimals, MODES[self.problem.conventions.ties]))

    def digits(self, values: Values) -> Cells:
        """What is written of these values, rounded as it is written down."""
        naming = Naming(self.problem)
        result: Cells = {}
        for q, at in self.cells:
            value = float(np.broadcast_to(values[q], naming.shape(q))[at])
            result[q, at] = self._on_paper(value) if np.isfinite(value) else None
        return result

    @cached_property
    def wrong(self) -> list[tuple[Cells, Cells]]:
        """The two sheets of every mistake: worked out exactly, and rounded on the way."""
        recipes = [{**self.page.recipe, **variant.edit} for variant in self.variants]
        return [
            (self.digits(self.solved(recipe, carry=False)), self.digits(self.solved(recipe, carry=True)))
            for recipe in recipes
        ]

    def before(self, q: Quantity) -> Quantity | None:
        """What a quantity was before the update: the parameter, the loss or the layer; None for what has no before."""
        if q.name in ("new_w", "new_b"):
            return self.page.recipe[q].operands[0]
        old = Quantity(q.name.removesuffix("_after"), q.layer, q.sample, q.step)
        return old if q.name.endswith("_after") and old in self.page.recipe else None

    @cached_property
    def right(self) -> Somebody:
        """One who makes no mistake."""
        return Somebody(self, self.page.recipe)

    @cached_property
    def others(self) -> list[Somebody]:
        """Those who take each mistake for the rule."""
        return [Somebody(self, {**self.page.recipe, **variant.edit}) for variant in self.variants]

    def shows(self, number: int) -> bool:
        """Whether some cell of both sheets of a mistake is not in order for one who makes none."""
        return self._differs(number, self.right)

    def told_apart(self, one: int, other: int) -> bool:
        """Whether each of two mistakes has sheets that are not in order for one who makes the other."""
        return self._differs(one, self.others[other]) and self._differs(other, self.others[one])

    def _differs(self, number: int, somebody: Somebody) -> bool:
        exact, carried = self.wrong[number]
        readings = [Reading(somebody, sheet) for sheet in (exact, carried)]
        return any(all(not reading.in_order(cell) for reading in readings) for cell in self.cells)


class Somebody:
    """One who works by a recipe, with the numbers that it gives."""

    def __init__(self, brute: BruteForce, recipe: Recipe):
        self.brute, self.recipe = brute, recipe
        carries = brute.problem.conventions.rounding == "carry"
        pages = [brute.solved(recipe, carry=False)]
        if carries:
            pages.append(brute.solved(recipe, carry=True))
        self.pages = pages

    def numbers(self, cell: tuple[Quantity, Index]) -> Iterator[float]:
        """What stands in a cell: rounded on the way where that is declared, and what it is exactly."""
        naming = Naming(self.brute.problem)
        for values in self.pages:
            yield float(np.broadcast_to(values[cell[0]], naming.shape(cell[0]))[cell[1]])


class Reading:
    """A sheet as somebody reads it."""

    def __init__(self, somebody: Somebody, sheet: Cells):
        self.somebody, self.sheet, self.brute = somebody, sheet, somebody.brute
        self.known: dict[Quantity, Any] = {}
        self.by_rule: dict[Quantity, Interval] = {}

    def in_order(self, cell: tuple[Quantity, Index]) -> bool:
        """Whether a cell is in order."""
        digits, unit = self.sheet[cell], self.brute.unit
        numbers = list(self.somebody.numbers(cell))
        if digits is None or not np.isfinite(numbers[-1]):
            return digits is None and not np.isfinite(numbers[-1])
        exact, declared = numbers[0], numbers[-1]
        allowed = min(unit, max(abs(digits), abs(declared)) / 2)
        if self._is_empty(cell, declared):
            allowed = 0.0  # no tolerance makes nothing out of work
        elif abs(digits - declared) <= allowed + (0.5 + HAIR) * unit:
            return True
        if abs(digits - exact) <= (0.5 + HAIR) * unit:
            return True
        bounds = self._rule(cell[0])
        half = unit if not digits else unit / 2
        reach = half + allowed + HAIR * unit
        return bool(bounds.lo[cell[1]] <= digits + reach and digits - reach <= bounds.hi[cell[1]])

    def _is_empty(self, cell: tuple[Quantity, Index], declared: float) -> bool:
        """Whether one who makes no mistake finds a 0, or what was there before the update, where something else is."""
        brute, (q, at), digits = self.brute, cell, self.sheet[cell]
        if self.somebody is not brute.right:
            return False
        ways = ("half up", "half even")
        if digits in [float(rounded(declared, brute.problem.decimals, way)) for way in ways]:
            return False
        before = brute.before(q)
        if before is None:
            return digits == 0
        naming = Naming(brute.problem)
        old = float(np.broadcast_to(self.somebody.pages[-1][before], naming.shape(q))[at])
        return digits in (0, old, self.sheet.get((before, at)))

    def _rule(self, q: Quantity) -> Interval:
        """What the rule gives from the digits above, whatever these stand for."""
        if q not in self.by_rule:
            step = self.somebody.recipe[q]
            found = step.of({operand: self._seen(operand) for operand in step.rests_on})
            found = found if isinstance(found, Interval) else Interval(found, found)
            shape = Naming(self.brute.problem).shape(q)
            self.by_rule[q] = Interval(np.broadcast_to(found.lo, shape), np.broadcast_to(found.hi, shape))
        return self.by_rule[q]

    def _seen(self, q: Quantity) -> Any:
        if q in self.brute.page.given:
            return self.brute.page.given[q]
        if q not in self.known:
            here = [(at, digits) for (quantity, at), digits in self.sheet.items() if quantity == q]
            shape = Naming(self.brute.problem).shape(q)
            lo, hi = np.full(shape, np.nan), np.full(shape, np.nan)
            unit = self.brute.unit
            for at, digits in here:
                if digits is not None:
                    half = unit if not digits else unit / 2
                    lo[at], hi[at] = digits - half, digits + half
            if np.isnan(lo).any():
                rule = self._rule(q)
                blank = np.isnan(lo)
                lo, hi = np.where(blank, rule.lo - unit, lo), np.where(blank, rule.hi + unit, hi)
            seen: Any = Interval(lo, hi)
            if q in self.brute.page.answers:
                mask, given = self.brute.page.answers[q]
                seen = where(mask, given, seen)
            self.known[q] = seen
        return self.known[q]


class Disagreement(NamedTuple):
    """Where the two do not agree: what it is about, what `visibility` says, and what the long way says."""

    what: str
    short: object
    long: object


def disagreements(problem: Problem, shown: Mapping[str, Any]) -> Iterator[Disagreement]:
    """Compares `visibility` with the long way, mistake by mistake and pair by pair."""
    brute = BruteForce(problem)
    ways: dict[str, list[int]] = {}
    for number, variant in enumerate(brute.variants):
        ways.setdefault(variant.misconception.id, []).append(number)
    shows = [brute.shows(number) for number in range(len(brute.variants))]
    if shown.keys() != ways.keys():
        yield Disagreement("ids", [*shown], [*ways])
    for name, numbers in ways.items():
        unseen = sum(not shows[number] for number in numbers)
        if (shown[name].unseen, shown[name].ways) != (unseen, len(numbers)):
            yield Disagreement(name, (shown[name].unseen, shown[name].ways), (unseen, len(numbers)))
        if bool(shown[name].cells) != (unseen < len(numbers)):
            yield Disagreement(f"{name} shows", shown[name].cells, unseen)
        same = {
            other
            for other, theirs in ways.items()
            for one in numbers
            for two in theirs
            if other != name and shows[one] and shows[two] and not brute.told_apart(one, two)
        }
        if same != set(shown[name].same_as):
            yield Disagreement(f"{name} is the same as", shown[name].same_as, sorted(same))


def some_asked(problem: Problem, seed: int) -> Problem:
    """The problem of a seed as it is, or, a third of them, one that asks for some quantities only."""
    draw = np.random.default_rng([seed, 21])
    if draw.random() > 1 / 3:
        return problem
    shown = [q for q in page(problem).shown if not q.sample and not q.step] or list(page(problem).shown)
    chosen = draw.choice(len(shown), draw.integers(1, len(shown) + 1), replace=False)
    return replace(problem, ask=tuple(cell_id(shown[place], ()) for place in sorted(chosen.tolist())))
