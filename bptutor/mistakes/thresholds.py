"""The mistakes of units that jump, and of learning sample by sample, as edits of the recipe."""

# ruff: noqa: ARG001
# All edits are called alike.

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from bptutor.engine import rules
from bptutor.engine.activations import ACTIVATIONS, sign, sign_from_zero, step, step_from_zero
from bptutor.engine.conventions import Edit
from bptutor.engine.quantities import Quantity
from bptutor.engine.recipe import Recipe, Step
from bptutor.engine.rules import Numbers, Rule
from bptutor.language import _
from bptutor.mistakes.edits import by_table, changed, with_rule
from bptutor.mistakes.misconception import COMMON, ONLY_WAY, USUAL, Misconception
from bptutor.problem import Problem

_OUTS = ("out", "out_after")


def less_target(out: Numbers, target: Numbers) -> Numbers:
    """Take the target itself, with its sign changed, for the error."""
    return 0 * out - target


def target_alone(target: Numbers, out: Numbers) -> Numbers:
    """Take the target itself for the error."""
    return target + 0 * out


def other_side(recipe: Recipe, problem: Problem) -> Iterator[Edit]:
    """At 0 what the convention gives elsewhere."""
    table: dict[Rule, Rule] = {}
    for row in ACTIVATIONS.values():
        if row.from_zero:
            table |= {row.rule: row.from_zero, row.from_zero: row.rule}
    yield changed(recipe, _OUTS, by_table(table))


def coded_otherwise(recipe: Recipe, problem: Problem) -> Iterator[Edit]:
    """0 where −1 belongs, or the reverse."""
    table: Mapping[Rule, Rule] = {
        step: sign, sign: step, step_from_zero: sign_from_zero, sign_from_zero: step_from_zero
    }  # fmt: skip
    yield changed(recipe, _OUTS, by_table(table))


def first_weights(recipe: Recipe, problem: Problem) -> Iterator[Edit]:
    """The parameters of the first row in every row: in the net inputs, or in the updates too."""

    def from_the_start(one: Step) -> Step:
        operands = tuple(_start_of(operand) for operand in one.operands)
        return replace(one, operands=operands)

    yield changed(recipe, ("net",), from_the_start)
    yield changed(recipe, ("net", "new_w", "new_b"), from_the_start)


def _start_of(operand: Quantity) -> Quantity:
    return Quantity(operand.name[-1], operand.layer) if operand.name in ("new_w", "new_b") else operand


def target_for_error(recipe: Recipe, problem: Problem) -> Iterator[Edit]:
    """The rule of Hebb: learn the target, whatever the output."""

    def change(one: Step) -> Step | None:
        if one.rule is not rules.difference or problem.activations[-1].row.slope:
            return None
        return with_rule(one, less_target if one.operands[0].name == "out" else target_alone)

    yield changed(recipe, ("delta",), change)


THRESHOLDS: tuple[Misconception, ...] = (
    Misconception(
        "other_side_of_zero",
        _("You took the other side at a net input of zero: look at the rule of the unit."),
        _("What does this unit give where its net input is exactly zero?"),
        other_side,
        ONLY_WAY,  # > and ≥ are mixed (udacity/sdc-issue-reports #1114, ufal/npfl129 #10); few exercises show it
        ("out",),
    ),
    Misconception(
        "coded_otherwise",
        _("You took other values for on and off than this unit has."),
        _("Which two outputs can this unit have?"),
        coded_otherwise,
        COMMON,  # half of the textbooks have 0 and 1, the others −1 and 1
        ("out",),
    ),
    Misconception(
        "first_weights_kept",
        _("You used the first weights in every row: each row starts from the weights of the row before."),
        _("With which weights does this row start?"),
        first_weights,
        USUAL,  # shogun-toolbox/shogun #39 answers all samples before it updates
        ("net", "new"),
    ),
    Misconception(
        "target_for_error",
        _("You learnt the target itself: the weights change by the difference of target and output."),
        _("By how much do the weights change where the output is right already?"),
        target_for_error,
        USUAL,  # the rule of Hebb, which stands before it in textbooks
        ("delta",),
    ),
)
