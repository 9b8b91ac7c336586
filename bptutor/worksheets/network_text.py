"""A network drawn with letters: a wire down from each sending unit, one to each receiving unit, weights between."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.cells import cell_len

from bptutor.language import _
from bptutor.render.harmless import one_line
from bptutor.worksheets.network import Network

_WIDEST = 100  # columns
_LEAST = 7  # columns of a wire


def network_text(network: Network) -> list[str]:
    """The lines of the drawing, none of them wider than a page; empty where it has no room."""
    if not network.drawable:
        return []
    lines = list[str]()
    for layer in range(len(network.weights)):
        lines += [*([""] if layer else []), *_layer(network, layer)]
    return lines if max(map(cell_len, lines)) <= _WIDEST else []


def reading() -> str:
    """How the drawing is to be read."""
    return _("Each number is the weight from the unit above it to the unit at the right.")


def _layer(network: Network, layer: int) -> Iterator[str]:
    """The wires from one layer to the next; those of the biases come last."""
    senders = [one_line(unit) for unit in network.units[layer]]
    above = [one_line(given.text) for given in network.inputs] if not layer else []
    rows = [[one_line(given.text) for given in row] for row in network.weights[layer]]
    if biases := network.biases[layer]:
        senders.append("−1" if network.thresholds else "1")
        above += [""] if above else []
        rows = [[*row, one_line(bias.text)] for row, bias in zip(rows, biases, strict=True)]
    width = max(_LEAST, *(cell_len(text) + 4 for texts in (senders, above, *rows) for text in texts))
    yield _centred(senders, width)
    if any(above):
        yield _centred(above, width)
    wires = _centred(["│"] * len(senders), width)
    last = layer == len(network.weights) - 1
    for unit, (name, row) in enumerate(zip(network.units[layer + 1], rows, strict=True)):
        target = network.targets[unit] if last and network.targets else None
        aim = f"   {one_line(target.label)} = {target.text}" if target else ""
        yield wires
        yield f"{_joined(row, width)}▶ {one_line(name)}{aim}"


def _centred(texts: Sequence[str], width: int) -> str:
    return "".join(f"{' ' * ((width - cell_len(text)) // 2)}{text}".ljust(_end(text, width)) for text in texts).rstrip()


def _end(text: str, width: int) -> int:
    """How many characters fill the width, where some are two columns wide."""
    return width - cell_len(text) + len(text)


def _joined(row: Sequence[str], width: int) -> str:
    """The numbers of a receiving unit on its wire."""
    parts = list[str]()
    for place, text in enumerate(row):
        before = (width - cell_len(text)) // 2 - 1
        after = width - cell_len(text) - before - 2
        parts.append(f"{(' ' if not place else '─') * before} {text} {'─' * after}")
    return "".join(parts) + "──"
