"""Where the units, lines and numbers of a drawn network stand: worked out once, for every medium that can draw.

The unit of length is a pixel of a web page, 0.75 points on paper; x grows to the right, y downwards. No number covers
another one or a unit: a line's number is moved along the line until it is free, as near to the sending unit as can be.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

from bptutor.worksheets.network import Given, Network
from bptutor.worksheets.number_places import Box, Line, places

FONT = 10  # the height of letters
WIDEST = 660  # of a drawing: a page without its margins
_TALLEST = 640
_EDGE = 2  # around the whole
_UNIT_HEIGHT, _NUMBER_HEIGHT = 36, 13
_LINES = 2  # of a unit of that height
_SMALLEST = 34.0  # the width of a unit
_UNIT_AROUND, _AROUND = 8, 3  # beside the text of a unit, of a number
_ROWS = (84, 100, 116, 132)
_CLEAR = 1.5  # a price, as in `number_places`
_TALL = 200  # pixels that are as bad as a number that hides a piece of a line
_FARTHEST, _NEAREST = 180, 36  # from a layer to the next
_TARGET_AWAY = 8
_INSIDE = "{} = {}"  # a name and a number
_NARROW, _BROAD = frozenset(" .,:;'|!()[]{}ijl/\\"), frozenset("mwMW@%=+−→")


class Text(NamedTuple):
    """Lines of text in a box."""

    box: Box
    lines: tuple[str, ...]


class Drawing(NamedTuple):
    """Draw the lines first, then the units, then the numbers, on white.

    `numbered`: all given numbers are on it. `clear`: nobody has to look twice which line a number belongs to.
    """

    width: float
    height: float
    lines: tuple[Line, ...]
    units: tuple[Text, ...]
    numbers: tuple[Text, ...]
    numbered: bool
    clear: bool = True


class _Style(NamedTuple):
    """How a weight, a bias and a target are written, and how much of other lines their numbers may hide."""

    weight: str
    bias: str
    target: str
    highest: float
    numbered: bool = True


_STYLES = (
    _Style("{label} = {text}", "{label} = {text}", "{label} = {text}", 1.2),
    _Style("{text}", "{sign} = {text}", "t = {text}", 4),
    _Style("{text}", "{text}", "{text}", 4),
    _Style("", "", "", 0, numbered=False),
)


def width_of(text: str) -> float:
    """How wide a text may be in any usual font without serifs."""
    return FONT * sum(map(_em, text))


def _em(char: str) -> float:
    if char in _NARROW:
        return 0.4
    if char in _BROAD:
        return 1.1
    if char.isupper():
        return 0.9
    return 0.65 if char.isascii() else 1.4 if unicodedata.east_asian_width(char) in "WF" else 1.1


@lru_cache(maxsize=256)  # each stands in a document of its own and in one with all
def drawing(network: Network) -> Drawing | None:
    """The network drawn with as much written on it as there is room for; None where even the units need too much."""
    if not network.drawable:
        return None
    for style in _STYLES:
        tried = [found for row in _ROWS if (found := _drawn(network, style, row))]
        if tried:
            price, best = min(tried, key=lambda found: found[0] + found[1].height / _TALL)
            if price <= style.highest:
                return best._replace(clear=price <= _CLEAR)
    return None


def _drawn(network: Network, style: _Style, row: int) -> tuple[float, Drawing] | None:
    """The drawing in a style with that distance between units, and its price; None where something has no room."""
    layers = [
        [_lines(network, style, layer, n) for n in range(len(units))] for layer, units in enumerate(network.units)
    ]
    widths = [
        max(_SMALLEST, *(width_of(line) + 2 * _UNIT_AROUND for unit in layer for line in unit)) for layer in layers
    ]
    targets = [_write(style.target, target) for target in network.targets] if style.numbered else []
    beside = max((width_of(target) + 2 * _AROUND + _TARGET_AWAY for target in targets), default=0)
    gap = min(_FARTHEST, (WIDEST - 2 * _EDGE - beside - sum(widths)) / (len(layers) - 1))
    tall = _UNIT_HEIGHT + _NUMBER_HEIGHT * max(0, max(len(unit) for layer in layers for unit in layer) - _LINES)
    row += tall - _UNIT_HEIGHT
    height = (max(map(len, layers)) - 1) * row + tall + 2 * _EDGE
    if gap < _NEAREST or height > _TALLEST:
        return None
    units = list(_units(layers, widths, gap, (height, row, tall)))
    parts = list[tuple[list[Line], list[Text], float]]()
    for senders, receivers, weights in zip(units, units[1:], network.weights, strict=False):
        found = _between(senders, receivers, weights, style)
        if found is None:
            return None
        parts.append(found)
    lines, numbers, prices = zip(*parts, strict=True)
    return max(prices), Drawing(
        sum(widths) + gap * len(network.weights) + beside + 2 * _EDGE,
        height,
        tuple(chain(*lines)),
        tuple(chain(*units)),
        (*chain(*numbers), *_targets(units[-1], targets)),
        style.numbered,
    )


def _units(
    layers: list[list[tuple[str, ...]]], widths: list[float], gap: float, heights: tuple[float, float, float]
) -> Iterator[list[Text]]:
    """The units, layer by layer from left to right, each layer in the middle; heights of all, a row, the tallest."""
    left, (height, row, tall) = float(_EDGE), heights
    for layer, width in zip(layers, widths, strict=True):
        top = (height - (len(layer) - 1) * row) / 2
        tallest = tall if max(map(len, layer)) > _LINES else _UNIT_HEIGHT
        boxes = (Box(left + width / 2, top + place * row, width, tallest) for place in range(len(layer)))
        yield [Text(box, lines) for box, lines in zip(boxes, layer, strict=True)]
        left += width + gap


def _targets(units: list[Text], targets: list[str]) -> Iterator[Text]:
    """The targets at the right of their units."""
    for unit, target in zip(units, targets, strict=False):
        width = width_of(target) + 2 * _AROUND
        left = unit.box.x + unit.box.width / 2 + _TARGET_AWAY
        yield Text(Box(left + width / 2, unit.box.y, width, _NUMBER_HEIGHT), (target,))


def _lines(network: Network, style: _Style, layer: int, unit: int) -> tuple[str, ...]:
    """What stands in a unit: its name, and the input or bias it has."""
    name = network.units[layer][unit]
    if not style.numbered:
        return (name,)
    if not layer:
        return tuple(filter(None, (name, network.inputs[unit].text)))
    biases, sign = network.biases[layer - 1], "θ" if network.thresholds else "b"
    bias = [_write(style.bias, biases[unit], sign)] if biases else []
    inside = network.inside[layer][unit] if network.inside else ()
    return (name, *bias, *(_INSIDE.format(*given) for given in inside))


def _write(form: str, given: Given, sign: str = "") -> str:
    return form.format(label=given.label, text=given.text, sign=sign)


def _between(
    senders: list[Text], receivers: list[Text], weights: tuple[tuple[Given, ...], ...], style: _Style
) -> tuple[list[Line], list[Text], float] | None:
    """The lines between two layers, their numbers, and the price of the worst of those; None where one has no room."""
    lines, texts = list[Line](), list[str]()
    for i, sender in enumerate(senders):
        for j, receiver in enumerate(receivers):
            start, end = sender.box.x + sender.box.width / 2, receiver.box.x - receiver.box.width / 2
            lines.append(Line(start, sender.box.y, end, receiver.box.y))
            texts.append(_write(style.weight, weights[j][i]))
    if not style.numbered:
        return lines, [], 0
    found = places(lines, [width_of(text) + 2 * _AROUND for text in texts], _NUMBER_HEIGHT)
    return found and (lines, [Text(box, (text,)) for box, text in zip(found[0], texts, strict=True)], found[1])
