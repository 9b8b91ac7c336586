"""The weights and biases of a problem file, brought to the shapes of its layers."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from bptutor.files.contents import Contents
from bptutor.language import _
from bptutor.problem import Array
from bptutor.refusals import other_shape


class Biases(NamedTuple):
    """The biases of each layer, None where it has none, and whether its units share one."""

    arrays: list[Array | None]
    shared: list[bool]


def weights(contents: Contents, layers: list[int], rows_are: str) -> list[Array]:
    """One matrix a layer, a row a receiving unit; one that does not fit is reported and left out.

    `rows_are` says what a row of the file is: `receiving` or `sending`.
    """
    matrices, depth = contents["weights"], len(layers) - 1
    if matrices is None:
        return []
    contents.counts(("weights",), len(matrices), depth, _("one matrix for each layer after the inputs"))
    arrays = []
    for layer, rows in enumerate(matrices[:depth], 1):
        expected = (layers[layer], layers[layer - 1])
        if _has_shape(contents, layer, rows, expected if rows_are == "receiving" else expected[::-1], rows_are):
            array = np.array(rows, dtype=float)
            arrays.append(array if rows_are == "receiving" else np.ascontiguousarray(array.T))
    return arrays


def _has_shape(
    contents: Contents, layer: int, rows: list[list[float]], expected: tuple[int, int], rows_are: str
) -> bool:
    widths = [len(row) for row in rows]
    shape, path = (len(rows), widths[0]), ("weights", layer)
    if len(set(widths)) > 1:
        lengths = ", ".join(map(str, widths[:20])) + (" …" if len(widths) > 20 else "")
        message = _("the rows have different lengths: {lengths}").format(lengths=lengths)
        contents.report(path, message, _("expected {n} rows of {width}").format(n=expected[0], width=expected[1]))
        return False
    other = "receiving" if rows_are == "sending" else "sending"
    hint = _("if a row belongs to a {other} unit, say so: conventions: {{weight_rows: {other}}}").format(other=other)
    return not contents.refuse(other_shape(path, shape, expected, hint if shape == expected[::-1] else ""))


def biases(contents: Contents, layers: list[int]) -> Biases | None:
    """The biases of all layers; None where a fault of them is reported."""
    entries, depth = contents["biases"], len(layers) - 1
    if entries is None:
        return None if contents.typed("biases") else Biases([None] * depth, [False] * depth)
    each, each_unit = _("one for each layer after the inputs, ~ for none"), _("one for each unit")
    if not contents.counts(("biases",), len(entries), depth, each):
        return None
    hint = _("a plain number is shared by the layer")
    fit = [
        contents.counts(("biases", layer), len(entry), layers[layer], each_unit, hint)
        for layer, entry in enumerate(entries, 1)
        if isinstance(entry, list)
    ]
    if not all(fit):
        return None
    arrays = [None if entry is None else np.atleast_1d(np.array(entry, dtype=float)) for entry in entries]
    return Biases(arrays, [isinstance(entry, float) for entry in entries])
