"""How strict a marker is, and why points are lost."""

from __future__ import annotations

from fractions import Fraction
from typing import Literal, NamedTuple, get_args

Reason = Literal[
    "", "follows", "precision", "mistake", "slip", "copied", "unknown", "zero", "untrusted", "unreadable", "blank",
    "implied", "charged",
]  # fmt: skip
"""Why a cell lost points."""
REASONS: tuple[Reason, ...] = get_args(Reason)
CODE = {reason: code for code, reason in enumerate(REASONS)}


class Marking(NamedTuple):
    """What a marker chooses.

    `ulps`: how many units in the last place more are allowed (0 or more; 0 is strict). `imprecise` and
    `follow_through`: the part of a cell's points (0 to 1) that a right number with too few decimals keeps, and one that
    follows from the student's own wrong numbers. `charge`: whether a mistake costs as much again where it is made again
    (`each`) or nothing (`once`). None leaves these three to the problem (see `bptutor.points`).
    `accept_conventions`: whether a sheet that is right in another convention gets its credit.
    `blanks`: `count` takes off for what was left out, `ignore` marks only what is there, as of a published page that
    somebody types in (a sheet on which nothing that counts was filled in is marked as with `count`). `forgive`: the ids
    of mistakes and slips that cost nothing where they are named, such as `copy_slip`.

    >>> import bptutor
    >>> mazur, sheet = bptutor.load("mazur"), {"net_h1": 0.3775, "net_h2": 0.39}
    >>> bptutor.check(mazur, sheet).earned
    Fraction(57, 20)
    >>> bptutor.check(mazur, sheet, bptutor.Marking(imprecise=0)).earned
    Fraction(3, 2)
    >>> bptutor.check(mazur, sheet, bptutor.Marking(blanks="ignore"))
    <Report mazur: 2.85/3 points (95 %), first error net1[2]>
    """

    ulps: int = 0
    imprecise: Fraction | None = None
    follow_through: Fraction | None = None
    charge: Literal["once", "each"] | None = None
    accept_conventions: bool = False
    blanks: Literal["count", "ignore"] = "count"
    forgive: frozenset[str] = frozenset()
