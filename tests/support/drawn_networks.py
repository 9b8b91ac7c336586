"""Networks to be drawn, and where what is drawn of them stands."""

from __future__ import annotations

from itertools import pairwise
from math import cos, radians, sin
from typing import Any

import numpy as np

from bptutor.files.library import load
from bptutor.problem import Problem
from bptutor.worksheets.network_layout import Drawing
from bptutor.worksheets.number_places import Box


def problem_of(sizes: tuple[int, ...], decimals: int, seed: int = 0, **more: Any) -> Problem:
    """A network whose numbers have exactly so many decimals, both signs among them."""
    draw = np.random.default_rng([seed, decimals, *sizes])
    last = 10**-decimals

    def number() -> float:
        digits = draw.integers(1, 10**decimals) // 10 * 10 + draw.integers(1, 10)
        return float(round(float(draw.choice([-1, 1])) * int(digits) * last, decimals))

    def numbers(n: int) -> list[float]:
        return [number() for _ in range(n)]

    keys = {
        "layers": list(sizes),
        "activation": "sigmoid",
        "learning_rate": 0.5,
        "inputs": numbers(sizes[0]),
        "targets": numbers(sizes[-1]),
        "weights": [[numbers(incoming) for _ in range(units)] for incoming, units in pairwise(sizes)],
        "biases": [numbers(units) for units in sizes[1:]],
    }
    return load(keys | more)


def corners(box: Box) -> list[tuple[float, float]]:
    turn = radians(box.angle)
    ends = [(x * box.width / 2, y * box.height / 2) for x, y in ((-1, -1), (1, -1), (1, 1), (-1, 1))]
    return [(box.x + x * cos(turn) - y * sin(turn), box.y + x * sin(turn) + y * cos(turn)) for x, y in ends]


def boxes(drawn: Drawing) -> list[Box]:
    return [text.box for text in (*drawn.units, *drawn.numbers)]
