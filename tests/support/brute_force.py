"""Whether mistakes show and can be told apart, found the long way: sheet by sheet, digits compared with digits.

The wrong recipes are solved with the plain engine, exactly and with every value rounded as it is written down, and the
digits are those of `students`, in `decimal`. A number is in order for somebody if it has the digits of their page, or
if their rule gives it from what the digits above it may stand for. Nothing here is shared with the marker: no piles of
sheets, no verdicts; only the pen is (`engine/pen.py`), and which mistakes a problem should show.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from bptutor.engine.arrays import Flags
from bptutor.engine.naming import Naming
from bptutor.engine.page import page
from bptutor.engine.parts import asked
from bptutor.engine.pen import EVEN, ONCE_AND_A_HALF, Hand, Pen
from bptutor.engine.quantities import Index, Quantity, cell_id
from bptutor.engine.recipe import Recipe
from bptutor.marking.flat_page import flat_page
from bptutor.mistakes.variants import Variant
from bptutor.problem import Problem
from bptutor.setting.wrong_sheets import looked_for
from tests.support.students import rounded

MODES = {"half_up": "half up", "half_even": "half even"}
HAIR = 1e-9  # units

Values = dict[Quantity, Any]
Cells = dict[tuple[Quantity, Index], float | None]


class Sheet(NamedTuple):
    """The digits of all cells that are asked for, None where there is no number."""

    digits: Cells


class BruteForce:
    """The pages of a problem and of all that can be got wrong in it and should show."""

    def __init__(self, problem: Problem):
        self.problem, self.page = problem, page(problem)
        self.unit = 10.0**-problem.decimals
        self.variants: tuple[Variant, ...] = looked_for(problem)

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

    @cached_property
    def right(self) -> Somebody:
        """One who makes no mistake."""
        return Somebody(self, self.page.recipe, {**self.page.recipe, **flat_page(self.problem).other_way})

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
        readings = [[Reading(somebody, recipe, sheet) for recipe in somebody.recipes] for sheet in (exact, carried)]
        return any(
            all(not any(reading.in_order(cell) for reading in of_sheet) for of_sheet in readings) for cell in self.cells
        )


class Somebody:
    """One who works by a recipe, or another that is as good, with the numbers that the first gives."""

    def __init__(self, brute: BruteForce, recipe: Recipe, *as_good: Recipe):
        self.brute, self.recipes = brute, (recipe, *as_good)
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
    """A sheet as somebody reads it who goes by a recipe: with a pen, from what is typed, and what is not in digits."""

    def __init__(self, somebody: Somebody, recipe: Recipe, sheet: Cells):
        self.somebody, self.recipe, self.sheet, self.brute = somebody, recipe, sheet, somebody.brute
        self.hand = Hand(np.array([self.brute.unit]))
        self.known: dict[Quantity, Pen] = {}
        self.by_rule: dict[Quantity, Pen] = {}

    def in_order(self, cell: tuple[Quantity, Index]) -> bool:
        """Whether a cell is in order."""
        digits, unit = self.sheet[cell], self.brute.unit
        numbers = list(self.somebody.numbers(cell))
        if digits is None or not np.isfinite(numbers[-1]):
            return digits is None and not np.isfinite(numbers[-1])
        if any(abs(digits - number) <= (0.5 + HAIR) * unit for number in numbers):
            return True
        (q, at), rule = cell, self._rule(cell[0])
        reach = (ONCE_AND_A_HALF * (not self._sure(q)[at]) + HAIR) * unit
        return bool(rule.lo[0, *at] <= digits + reach and digits - reach <= rule.hi[0, *at])

    def _sure(self, q: Quantity) -> Flags:
        """Where a rule gives one number only, which comes out even."""
        rule, unit = self._rule(q), self.brute.unit
        even = abs(rule.at - np.rint(rule.at / unit) * unit) <= EVEN * unit
        return np.asarray(((rule.hi - rule.lo <= EVEN * unit) & even)[0])

    def _rule(self, q: Quantity) -> Pen:
        """What the rule gives from the digits above, whatever these stand for."""
        if q not in self.by_rule:
            step, shape = self.recipe[q], (1, *Naming(self.brute.problem).shape(q))
            with np.errstate(all="ignore"):
                found = step.of({operand: self._seen(operand) for operand in step.rests_on})
            stack = np.broadcast_to(found.stack, (3, *shape))
            self.by_rule[q] = Pen(stack, self.hand, product=found.product, rounded=found.rounded)
        return self.by_rule[q]

    def _seen(self, q: Quantity) -> Pen:
        if q in self.brute.page.given:
            return Pen(np.asarray(self.brute.page.given[q], dtype=float)[None, None], self.hand)
        if q not in self.known:
            with np.errstate(all="ignore"):
                lo, at, hi = self._rule(q).noted(ONCE_AND_A_HALF).stack.copy()
            sure = self._sure(q)
            for (quantity, place), digits in self.sheet.items():
                if quantity == q and digits is not None:
                    half = 0.0 if sure[place] else ONCE_AND_A_HALF * self.brute.unit
                    lo[0, *place], at[0, *place], hi[0, *place] = digits - half, digits, digits + half
            if q in self.brute.page.answers:
                mask, given = self.brute.page.answers[q]
                lo, hi, at = (np.where(mask, given, values) for values in (lo, hi, at))
            self.known[q] = Pen(np.array([lo, at, hi]), self.hand)
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
