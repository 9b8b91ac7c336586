"""Drawn networks: every given number stands on the drawing, and nothing covers anything else."""

from __future__ import annotations

from itertools import combinations
from math import cos, radians, sin

import numpy as np
import pytest

from bptutor.worksheets.network import Network, legend, network_of
from bptutor.worksheets.network_layout import WIDEST, drawing, width_of
from bptutor.worksheets.network_svg import network_svg
from bptutor.worksheets.network_text import network_text
from bptutor.worksheets.network_tikz import network_tikz
from bptutor.worksheets.number_places import Box
from tests.support.drawn_networks import boxes, corners, problem_of

SIZES = [
    (2, 2, 1),
    (2, 1),
    (1, 1),
    (2, 2, 2),
    (2, 3, 2),
    (3, 2, 1),
    (3, 4, 2),
    (4, 3),
    (2, 3, 3, 2),
    (4, 5, 3),
    (4, 5, 4, 3),
]


def inside(point: tuple[float, float], box: Box) -> bool:
    """Whether a point is inside a box, by more than the rounding of the drawing."""
    turn, dx, dy = radians(box.angle), point[0] - box.x, point[1] - box.y
    along, across = dx * cos(turn) + dy * sin(turn), dy * cos(turn) - dx * sin(turn)
    return abs(along) < box.width / 2 - 0.01 and abs(across) < box.height / 2 - 0.01


def overlap(one: Box, other: Box) -> bool:
    """Whether a point of a fine grid over one box lies in the other; slow, and nothing of it is the code's."""
    grid = np.linspace(-0.5, 0.5, 25)
    for first, second in ((one, other), (other, one)):
        if (first.x - second.x) ** 2 + (first.y - second.y) ** 2 > (first.width + second.width + 40) ** 2 / 4:
            return False
        turn = radians(first.angle)
        for u in grid * first.width:
            for v in grid * first.height:
                if inside((first.x + u * cos(turn) - v * sin(turn), first.y + u * sin(turn) + v * cos(turn)), second):
                    return True
    return False


def all_numbers(network: Network) -> list[str]:
    weights = [given.text for matrix in network.weights for row in matrix for given in row]
    others = [given.text for group in (network.inputs, network.targets, *network.biases) for given in group]
    return sorted(weights + others)


@pytest.mark.parametrize("decimals", [1, 2, 3, 4])
@pytest.mark.parametrize("sizes", SIZES, ids=str)
def test_all_numbers_are_there_and_none_covers_another(sizes: tuple[int, ...], decimals: int) -> None:
    network = network_of(problem_of(sizes, decimals))
    drawn = drawing(network)
    assert drawn is not None
    assert drawn.numbered
    shown = [line.rpartition("= ")[2] for text in drawn.numbers for line in text.lines]
    shown += [text.lines[1].rpartition("= ")[2] for text in drawn.units]
    assert sorted(shown) == all_numbers(network)
    assert not [pair for pair in combinations(boxes(drawn), 2) if overlap(*pair)]
    for box in boxes(drawn):
        assert all(0 <= x <= drawn.width <= WIDEST and 0 <= y <= drawn.height for x, y in corners(box))
    for text in (*drawn.units, *drawn.numbers):
        assert all(width_of(line) <= text.box.width for line in text.lines)


@pytest.mark.parametrize("sizes", [(2, 2, 1), (2, 3, 2), (4, 5, 4, 3)], ids=str)
def test_each_number_stands_on_the_line_it_belongs_to(sizes: tuple[int, ...]) -> None:
    network = network_of(problem_of(sizes, 2))
    drawn = drawing(network)
    assert drawn is not None
    left = {(line.x1, line.y1) for line in drawn.lines}
    units = {(u.box.x + u.box.width / 2, u.box.y): u.lines[0] for u in drawn.units}
    assert all(any(abs(x - a) + abs(y - b) < 1e-6 for a, b in units) for x, y in left)
    for line, number in zip(drawn.lines, drawn.numbers, strict=False):
        along = (number.box.x - line.x1) / (line.x2 - line.x1)
        assert 0 < along < 1
        assert number.box.y == pytest.approx(line.y1 + along * (line.y2 - line.y1))
        assert abs(number.box.angle) < 90
    expected = [
        matrix[j][i].text for matrix in network.weights for i in range(len(matrix[0])) for j in range(len(matrix))
    ]
    assert [number.lines[0].rpartition("= ")[2] for number in drawn.numbers[: len(expected)]] == expected


def test_boxes_meet_as_their_points_do() -> None:
    draw = np.random.default_rng(1)
    for _ in range(150):
        one, other = (
            Box(draw.uniform(0, 60), draw.uniform(0, 60), draw.uniform(20, 50), 13, draw.uniform(-80, 80))
            for _ in range(2)
        )
        met = one.meets(other)
        assert met == other.meets(one)
        assert not overlap(one, other) or met
        smaller = [box._replace(width=box.width + 4, height=box.height + 4) for box in (one, other)]
        assert not met or overlap(*smaller)


def test_the_same_drawing_every_time() -> None:
    network = network_of(problem_of((4, 5, 4, 3), 3))
    assert drawing(network) == drawing(network)


def test_what_is_too_large_or_too_long() -> None:
    assert drawing(network_of(problem_of((9, 2), 1))) is None
    assert drawing(network_of(problem_of((2, 2, 2, 2, 2, 2), 1))) is None
    assert network_text(network_of(problem_of((9, 2), 1))) == []
    bare = drawing(network_of(problem_of((4, 5, 4, 3), 12)))
    assert bare is not None
    assert (bare.numbered, bare.numbers, len(bare.units)) == (False, (), 16)
    long = [[f"{'W' * 37}{layer}{n}" for n in range(2)] for layer in range(2)]
    assert drawing(network_of(problem_of((2, 2, 2), 1, labels={"units": long}))) is None


def test_dense_drawings_are_called_hard_to_read() -> None:
    small, dense = (drawing(network_of(problem_of(sizes, 4))) for sizes in ((2, 2, 1), (4, 5, 4, 3)))
    assert small is not None
    assert dense is not None
    assert (small.clear, dense.clear) == (True, False)


def test_the_legend_says_what_there_is() -> None:
    threshold = network_of(problem_of((2, 1), 1, conventions={"bias": "subtracted"}))
    assert "thresholds" in legend(threshold)
    without = legend(network_of(problem_of((2, 1), 1, biases=[None])))
    assert ("biases" in without, "inputs" in without, "targets" in without) == (False, True, True)


@pytest.mark.parametrize("sizes", SIZES, ids=str)
def test_wires_of_letters_cross_at_their_weights(sizes: tuple[int, ...]) -> None:
    network = network_of(problem_of(sizes, 4))
    lines = network_text(network)
    assert max(map(len, lines)) <= 100
    words = " ".join(lines).replace("─", " ").split()
    assert sorted(word for word in words if word.lstrip("−").startswith("0.")) == all_numbers(network)
    for line in lines:
        if "▶" in line:  # a number is never cut off from its wire, and no two touch
            assert "  " not in line.partition("▶")[0].strip()


def test_wide_letters_keep_their_columns() -> None:
    labels = {"inputs": ["中文", "x2"], "units": [["h1"], ["o1"]]}
    lines = network_text(network_of(problem_of((2, 1, 1), 1, labels=labels)))
    second = lines[2].index("│", lines[2].index("│") + 1)
    assert lines[0].index("x2") + 2 == second  # the two letters are two columns wide each


def test_strangers_text_in_drawings() -> None:
    labels = {"inputs": ["<b>&", "\\x"], "units": [["h"], ['"']], "weights": [[["a<b", "$w"]], [["{w}"]]]}
    drawn = drawing(network_of(problem_of((2, 1, 1), 1, labels=labels)))
    assert drawn is not None
    svg, tikz = network_svg(drawn), network_tikz(drawn)
    assert "&lt;b&gt;&amp;" in svg
    assert "<b>" not in svg
    assert r"\textbackslash{}x" in tikz
    assert r"\{w\}" in tikz
