"""What units and parameters are called where nobody has named them: x1, h1, o1, w1 …, b_h1."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count, pairwise

from bptutor.problem import Array, Labels

Names = list[list[str]]


def default_labels(layers: Sequence[int], biases: Sequence[Array | None], shared: Sequence[bool]) -> Labels:
    """The labels of a net of these unit counts; its biases as in a `Problem`."""
    units = unit_names(layers[1:])
    return Labels(
        tuple(numbered("x", layers[0])),
        tuple(map(tuple, units)),
        tuple(tuple(map(tuple, matrix)) for matrix in weight_names(layers)),
        tuple(map(tuple, bias_names(biases, shared, units))),
    )


def numbered(letter: str, n: int) -> list[str]:
    """The names of n things: x1, x2 and so on."""
    return [f"{letter}{i}" for i in range(1, n + 1)]


def unit_names(layers: Sequence[int]) -> Names:
    """Of each layer after the inputs, its units; several hidden layers have numbers of their own."""
    *hidden, outputs = layers
    if len(hidden) == 1:
        return [numbered("h", hidden[0]), numbered("o", outputs)]
    return [*(numbered(f"h{place}.", n) for place, n in enumerate(hidden, 1)), numbered("o", outputs)]


def weight_names(layers: Sequence[int]) -> list[Names]:
    """Of each matrix, its weights, numbered through the net row by row."""
    numbers = count(1)
    return [[[f"w{next(numbers)}" for _i in range(incoming)] for _j in range(n)] for incoming, n in pairwise(layers)]


def bias_names(biases: Sequence[Array | None], shared: Sequence[bool], units: Sequence[Sequence[str]]) -> Names:
    """No name where a layer has no bias, one where its units share one, else one a unit."""
    return [
        [] if array is None else [f"b{layer}"] if one else [f"b_{unit}" for unit in units[layer - 1]]
        for layer, (array, one) in enumerate(zip(biases, shared, strict=True), 1)
    ]
