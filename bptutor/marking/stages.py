"""The stages of a page as a marker counts them: what each earned, and what was lost there."""

from __future__ import annotations

import re
from collections.abc import Iterable
from fractions import Fraction
from typing import NamedTuple

from bptutor.engine.quantities import OF_UPDATES, Quantity
from bptutor.language import _, plural
from bptutor.marking.policy import REASONS, Reason
from bptutor.marking.report import Mark
from bptutor.problem import Problem


class Stage(NamedTuple):
    """A part of the page that has a line of its own; `id` is what files call it."""

    id: str
    title: str


STAGES = (
    Stage("forward", _("Forward pass")),
    Stage("loss", _("Loss")),
    Stage("deltas_output", _("Deltas, output")),
    Stage("deltas_hidden", _("Deltas, hidden")),
    Stage("gradients", _("Gradients")),
    Stage("update", _("Update")),
    Stage("after", _("After the update")),
)
"""All stages, in the order of the page."""

_OF = dict.fromkeys(OF_UPDATES, 5) | {"grad_w": 4, "grad_b": 4, "cost_grad_w": 4, "cost_grad_b": 4}
_OF |= {"net": 0, "out": 0, "losses": 1, "loss": 1, "penalty": 1, "cost": 1}
_OF |= {"net_after": 6, "out_after": 6, "loss_after": 6}


def stage_of(quantity: Quantity, problem: Problem) -> Stage:
    """The stage of a quantity: errors, slopes and deltas by whether they are those of the outputs."""
    return STAGES[_OF.get(quantity.name, 2 if quantity.layer == problem.depth else 3)]


class Loss(NamedTuple):
    """Points that were lost for one reason; `mistake` has the ids of what was named, "" where nothing was.

    `says` is the sentence of the mistake, as it stands in its row.
    """

    points: Fraction
    cells: int
    reason: Reason
    mistake: str = ""
    says: str = ""
    again: bool = False


class Line(NamedTuple):
    """What a stage earned, of how much, without what was lost to missing decimals; and what was lost, most first."""

    stage: Stage
    earned: Fraction
    possible: Fraction
    lost: tuple[Loss, ...]
    follows: int
    """How many of its numbers follow from the student's own wrong ones."""


def lines(marks: Iterable[Mark], problem: Problem) -> list[Line]:
    """A line for each stage that has points."""
    found: dict[Stage, list[Mark]] = {stage: [] for stage in STAGES}
    for mark in marks:
        if mark.points:
            found[stage_of(mark.quantity, problem)].append(mark)
    return [_line(stage, some) for stage, some in found.items() if some]


def _line(stage: Stage, marks: list[Mark]) -> Line:
    possible = sum((mark.points for mark in marks), Fraction())
    lost = dict[tuple[str, str, bool], Loss]()
    for mark in marks:
        if mark.reason and mark.reason != "precision":
            loss = _loss(mark)
            key = loss.reason, loss.mistake, loss.again
            before = lost.get(key, loss._replace(points=Fraction(), cells=0))
            lost[key] = before._replace(points=before.points + loss.points, cells=before.cells + 1)
    costly = [loss for loss in lost.values() if loss.points]
    earned = possible - sum((loss.points for loss in costly), Fraction())
    costly.sort(key=lambda loss: (-loss.points, REASONS.index(loss.reason)))
    return Line(stage, earned, possible, tuple(costly), sum(mark.verdict == "follow_through" for mark in marks))


def _loss(mark: Mark) -> Loss:
    points, reason = mark.points - mark.credit, mark.reason
    if reason == "charged":
        return Loss(points, 1, reason, mark.price, mark.price)
    named = mark.leading[0] if mark.leading else None
    return Loss(points, 1, reason, named.id if named else "", named.says if named else "", mark.again)


def imprecise(marks: Iterable[Mark]) -> tuple[Fraction, int]:
    """What was lost to missing decimals, and in how many cells."""
    lost = [mark.points - mark.credit for mark in marks if mark.reason == "precision" and mark.points]
    return sum(lost, Fraction()), len(lost)


def in_short(says: str) -> str:
    """The sentence of a mistake up to its colon, without what explains it.

    >>> in_short("You left out the slope of the output units: delta is error × slope.")
    'You left out the slope of the output units'
    """
    return re.split("[:：.。]", says, maxsplit=1)[0].strip()


def why(loss: Loss, *, named: bool) -> str:
    """Why points were lost, in the student's words; mistakes have their names where they may be `named`."""
    text = _SAYS[loss.reason]
    if loss.reason == "charged" or (named and loss.says and loss.reason != "copied"):
        text = in_short(loss.says)
    if loss.again:
        text = _("{what}, once more").format(what=text)
    cells = plural("{n} cell", "{n} cells", loss.cells).format(n=loss.cells)
    return f"{text} ({cells})"


_SAYS: dict[Reason, str] = {
    "": "",
    "follows": _("follows from wrong numbers above"),
    "precision": _("too few decimals"),
    "mistake": _("a known mistake"),
    "slip": _("wrong"),
    "copied": _("copied wrongly"),
    "unknown": _("does not follow from the numbers above"),
    "zero": _("0, or left as it was"),
    "untrusted": _("does not hang together with the numbers above"),
    "unreadable": _("could not be read"),
    "blank": _("left blank"),
    "implied": _("not written down, though used"),
    "charged": "",
}
"""What a student reads for a reason; a mistake that may be named has its own sentence."""
