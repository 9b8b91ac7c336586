"""What the edits of misconceptions are written with: steps with another rule, and the quantities beside a quantity."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import TypeVar

from bptutor.engine.activations import Row
from bptutor.engine.conventions import Edit
from bptutor.engine.quantities import Quantity
from bptutor.engine.recipe import Recipe, Step
from bptutor.engine.rules import Rule
from bptutor.problem import Problem

Right = TypeVar("Right", Rule, Row)
Edits = Callable[[Recipe, Problem], Iterable[Edit]]
Change = Callable[[Step], Step | None]  # None is a step that stays


def changed(recipe: Recipe, names: Iterable[str], change: Change) -> Edit:
    """What `change` makes of the steps of these names that the page goes by.

    A step that is not shown serves nothing, but for those of the forward pass with the new parameters.
    """
    wanted, edit = set(names), {}
    for q, step in recipe.items():
        if q.name in wanted and (step.shown or q.name.endswith("_after")) and (other := change(step)):
            edit[q] = other
    return edit


def by_table(table: Mapping[Rule, Rule]) -> Change:
    """The change of steps whose rule stands in the table to the rule that takes its place."""
    return lambda step: with_rule(step, table[step.rule]) if step.rule in table else None


def by_activation(problem: Problem, wrong: Callable[[Row], Rule | None]) -> Change:
    """The change of steps of a layer to the rule that stands in the row of its activation, where there is one."""

    def change(step: Step) -> Step | None:
        rule = wrong(activation_row(problem, step))
        return with_rule(step, rule) if rule else None

    return change


def activation_row(problem: Problem, step: Step) -> Row:
    """The activation of the layer whose net inputs or outputs are the first operand of a step."""
    return problem.activations[step.operands[0].layer - 1].row


def in_turn(wrong: Mapping[Right, tuple[Rule, ...]]) -> list[Mapping[Right, Rule]]:
    """Tables of wrong rules by what is right: of the first wrong one of each, of the second of those that have two, ….

    `{a: (b, c), d: (e,)}` gives `[{a: b, d: e}, {a: c}]`.
    """
    longest = max(map(len, wrong.values()))
    return [{right: some[n] for right, some in wrong.items() if n < len(some)} for n in range(longest)]


def with_rule(step: Step, rule: Rule, *operands: Quantity) -> Step:
    """The step with another rule, and with other operands where some are named; sign, factors and momentum stay."""
    return replace(step, rule=rule, operands=operands or step.operands, sentence="")


Place = tuple[str, int, str, int]


def standing(recipe: Recipe) -> dict[Place, Quantity]:
    """Every quantity that is worked out or used on the page, by its name, layer, sample and step."""
    everything = (q for found, step in recipe.items() for q in (found, *step.operands))
    return {(q.name, q.layer, q.sample, q.step): q for q in everything}


def beside(quantity: Quantity, name: str) -> Place:
    """The place of another quantity of the same layer, sample and step."""
    return name, quantity.layer, quantity.sample, quantity.step
