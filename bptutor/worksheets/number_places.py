"""Where the numbers on the lines of a drawing stand: along its own line each, and never two on the same spot."""

from __future__ import annotations

from collections.abc import Sequence
from math import cos, degrees, hypot, radians, sin
from typing import NamedTuple

import numpy as np

from bptutor.problem import Array

_ROUNDS = 3  # a number that had to give way finds a better place once the others stand
_STEP = 4  # how far a number is moved at a time
_AWAY = 3  # from the units at both ends
_TOWARDS_SENDER = 0.5  # what the whole way along a line costs, in covered pieces of other lines as long as it is high


class Box(NamedTuple):
    """A rectangle around its centre, turned clockwise by an angle in degrees (y grows downwards)."""

    x: float
    y: float
    width: float
    height: float
    angle: float = 0

    def meets(self, other: Box) -> bool:
        """Whether the two have more than an edge in common: no line along a side of either has them on two sides."""
        dx, dy = other.x - self.x, other.y - self.y
        if 2 * hypot(dx, dy) > hypot(self.width, self.height) + hypot(other.width, other.height):
            return False
        for side in (self.angle, self.angle + 90, other.angle, other.angle + 90):
            across, down = cos(radians(side)), sin(radians(side))
            if abs(dx * across + dy * down) >= self._reach(side) + other._reach(side):
                return False
        return True

    def _reach(self, side: float) -> float:
        """How far the box reaches from its centre in a direction."""
        turned = radians(side - self.angle)
        return abs(self.width / 2 * cos(turned)) + abs(self.height / 2 * sin(turned))


class Line(NamedTuple):
    """A line from a unit to one of the next layer."""

    x1: float
    y1: float
    x2: float
    y2: float

    @property
    def length(self) -> float:
        """From end to end."""
        return hypot(self.x2 - self.x1, self.y2 - self.y1)


def places(lines: Sequence[Line], widths: Sequence[float], height: float) -> tuple[list[Box], float] | None:
    """The boxes of the numbers on lines from left to right, `widths` wide, and the price of the worst of them.

    None where one has no room. A price of 1 is a number that hides a piece of another line as long as it is high.
    """
    candidates = [_candidates(lines, number, width, height) for number, width in enumerate(widths)]
    taken, prices = dict[int, Box](), dict[int, float]()
    for _round in range(_ROUNDS):
        for number in sorted(range(len(lines)), key=lambda number: len(candidates[number])):
            others = [box for other, box in taken.items() if other != number]
            free = next((found for found in candidates[number] if not any(map(found[1].meets, others))), None)
            if free is None:
                return None
            prices[number], taken[number] = free
    return [taken[number] for number in range(len(lines))], max(prices.values())


def _candidates(lines: Sequence[Line], number: int, width: float, height: float) -> list[tuple[float, Box]]:
    """Where a number can stand on its line, the best place first: hides little of others, near the sending unit."""
    line = lines[number]
    slope = (line.y2 - line.y1) / (line.x2 - line.x1)
    angle = degrees(np.arctan(slope))
    inside = (width * cos(radians(angle)) + height * abs(sin(radians(angle)))) / 2 + _AWAY
    x = np.arange(line.x1 + inside, line.x2 - inside, _STEP * cos(radians(angle)))
    if not len(x):
        return []
    y = line.y1 + slope * (x - line.x1)
    others = np.array([other for place, other in enumerate(lines) if place != number]).reshape(-1, 4)
    price = _hidden(x, y, radians(angle), width, height, others) / height
    price += _TOWARDS_SENDER * (x - line.x1) / (line.x2 - line.x1)
    order = np.argsort(np.round(price, 6), kind="stable")
    return [(float(price[n]), Box(float(x[n]), float(y[n]), width, height, float(angle))) for n in order]


def _hidden(x: Array, y: Array, angle: float, width: float, height: float, lines: Array) -> Array:
    """How much of the lines (n, 4) lies inside boxes around the centres x, y: (centres,); `angle` in radians.

    The clipping of Liang and Barsky (A new concept and method for line clipping, ACM Transactions on Graphics 3, 1984),
    in the axes of the box: a line is a point that goes from 0 to 1. It is between left and right side from `one` to
    `two`, and likewise between top and bottom; inside the box from the last entry to the first exit.

                 +-------------+
        0 . . . .|enters . .   |
                 |          . .|leaves . . . . 1
                 +-------------+
    """
    x1, y1, x2, y2 = (lines[:, n] for n in range(4))
    along, across = (x2 - x1) * cos(angle) + (y2 - y1) * sin(angle), (y2 - y1) * cos(angle) - (x2 - x1) * sin(angle)
    dx, dy = x1 - x[:, None], y1 - y[:, None]
    start, side = dx * cos(angle) + dy * sin(angle), dy * cos(angle) - dx * sin(angle)
    enters, leaves = np.zeros(start.shape), np.ones(start.shape)
    for begin, way, half in ((start, along, width / 2), (side, across, height / 2)):
        way = np.where(np.abs(way) < 1e-9, 1e-9, way)  # a line along the side: far inside or far outside, not 0 / 0
        one, two = (-half - begin) / way, (half - begin) / way
        enters, leaves = np.maximum(enters, np.minimum(one, two)), np.minimum(leaves, np.maximum(one, two))
    hidden: Array = (np.clip(leaves - enters, 0, None) * np.hypot(along, across)).sum(axis=1)
    return hidden
