"""How much a number speaks for a mistake: the chance model behind names.

A wrong number fits some mistake by chance, the more easily the fewer digits it has, the wider honest rounding reaches
and the more mistakes are tried. So each mistake has a weight, a logarithm (natural) of how likely it makes what was
typed, over all cells that bear on it, against "something that nobody has thought of" (`UNKNOWN`):

    weight = ln(how common it is) + Σ ln(P(number | mistake) / P(number | something else)),   one term a cell

A number that the mistake reaches is one of as many as its reach holds. Something else gives any number, as likely near
the right one as a scale s away from it (Lomax density, 1/2s · (1 + |x − right|/s)⁻²: heavy tails, since a wrong rule
may give anything); s is the size of the numbers of that quantity, or of their steps where something is updated. A
right number that the mistake would have made wrong contradicts it.

    δ = 0.5253 (4 decimals, deltas of about 0.1): one of 1 or 2 numbers for who left out the slope (0.5253), one of
    about 40,000 for anybody else there: ln 0.03 + ln 20,000 = 6.4, against ln 0.3 = −1.2: odds of 2,000 to 1

The model is that of naive Bayes with a slab for the unknown; the constants were set on simulated and on real sheets
(instruments/evidence), not on the students of the tests.
"""

from __future__ import annotations

import numpy as np

from bptutor.engine.arrays import Flags
from bptutor.problem import Array

CONTRADICTED = float(np.log(1e-3))
"""A right number that the mistake would have made wrong: one in a thousand forgets to make it there."""

MISSED = float(np.log(0.02))
"""A wrong number that the mistake touches and does not give: two in a hundred make another mistake on top."""

NAMED = 0.9
"""A mistake is named where it is at least nine times as likely as everything else together (design: 9 to 1)."""

IN_A_UNIT = float(np.log(0.05))
"""A mistake is made everywhere, as a rule, and seldom at one unit only."""

CONVENTION = float(np.log(0.05))
"""Courses differ: to have learnt it otherwise is commoner than any mistake."""

NOTHING = float(np.log(0.1))
"""A 0, or a parameter left as it was, is hardly evidence of anything: one small number in ten comes to nothing."""

_FURTHER = 1 / 3
"""Of the weight of a first 0: what each further one of the same quantity adds."""

_SMALL = 10.0
"""Units of the last place."""

UNKNOWN = float(np.log(0.3))
"""Something that nobody has thought of: as likely as ten common mistakes together (`mistakes.table.COMMON`)."""


def shares(weight: Array) -> Array:
    """How likely each mistake is, (mistakes, numbers), 0 to 1; what is left is something that nobody has thought of."""
    if not len(weight):
        return weight
    top = np.maximum(weight.max(axis=0), UNKNOWN)
    odds = np.exp(weight - top)
    return np.asarray(odds / (odds.sum(axis=0) + np.exp(UNKNOWN - top)))


def leading(share: Array) -> Flags:
    """Which mistakes lead for each number, (mistakes, numbers).

    That is the one that is named; else those that are about as likely as the likeliest, and together likelier than
    anything else.
    """
    if not len(share):
        return np.zeros(share.shape, dtype=bool)
    best = share.max(axis=0)
    leads = share >= np.where(best >= NAMED, best, best / 3)
    return np.asarray(leads & ((share * leads).sum(axis=0) >= 0.5))


def elsewhere(value: Array, right: Array, scale: Array, unit: Array, nothing: Flags) -> Array:
    """Ln P(number | something that nobody has thought of), of a number typed to that unit.

    `nothing` says which are 0, or a parameter left as it was: these come about in many ways, the more easily the less
    there was to be.
    """
    off = np.abs(value - right)
    anywhere = np.minimum(np.log(unit / (2 * scale)) - 2 * np.log(1 + off / scale), 0.0)
    come_to_nothing = NOTHING - np.log(1 + off / (_SMALL * unit))
    return np.asarray(np.where(nothing, np.maximum(anywhere, come_to_nothing), anywhere))


def together(count: Array) -> Array:
    """What part of its weight each of so many zeros of one quantity has: they come together, so further ones tell less.

    >>> together(np.array([1, 2, 4])).round(2).tolist()
    [1.0, 0.67, 0.5]
    """
    many = np.maximum(count, 1)
    return np.asarray((1 + (many - 1) * _FURTHER) / many)


def reached(lo: Array, hi: Array, unit: Array) -> Array:
    """Ln P(number | a rule that may give `lo` to `hi`), of one that lies there: one of so many."""
    return np.asarray(-np.log(np.maximum((hi - lo) / unit, 1.0)))
