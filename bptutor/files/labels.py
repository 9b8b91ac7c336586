"""The labels of a problem: those it sets, and the defaults for the rest."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count, pairwise
from typing import Any

from bptutor.files.contents import Contents
from bptutor.files.parameters import Biases
from bptutor.language import _
from bptutor.problem import Labels


def labels(contents: Contents, layers: list[int], biases: Biases | None) -> Labels | None:
    """The labels of all units and parameters; None where a fault is reported, of them or of the biases."""
    named = contents["labels"] or {}

    def chosen(key: str, default: Any) -> Any:
        names = _listed(named[key]) if key == "biases" and key in named else named.get(key, default)
        if (found := _shape(names)) == (wanted := _shape(default)):
            return names
        message = _("found {found} names, expected {expected}").format(found=found, expected=wanted)
        contents.report(("labels", key), message)
        return None

    inputs = chosen("inputs", _numbered("x", layers[0]))
    units = chosen("units", _units(layers[1:]))
    weights = chosen("weights", _weights(layers))
    bias_names = biases and chosen("biases", _biases(biases, units or _units(layers[1:])))
    if inputs is None or units is None or weights is None or bias_names is None:
        return None
    result = Labels(tuple(inputs), _tuples(units), _tuples(weights), _tuples(bias_names))
    if named:
        _report_twins(contents, result)
    return result


def _numbered(letter: str, n: int) -> list[str]:
    return [f"{letter}{i}" for i in range(1, n + 1)]


def _units(layers: list[int]) -> list[list[str]]:
    *hidden, outputs = layers
    if len(hidden) == 1:
        return [_numbered("h", hidden[0]), _numbered("o", outputs)]
    return [*(_numbered(f"h{place}.", n) for place, n in enumerate(hidden, 1)), _numbered("o", outputs)]


def _weights(layers: list[int]) -> list[list[list[str]]]:
    numbers = count(1)
    return [[[f"w{next(numbers)}" for _i in range(incoming)] for _j in range(n)] for incoming, n in pairwise(layers)]


def _biases(biases: Biases, units: list[list[str]]) -> list[list[str]]:
    """No name where a layer has no bias, one where its units share one, else one a unit."""
    return [
        [] if array is None else [f"b{layer}"] if shared else [f"b_{unit}" for unit in units[layer - 1]]
        for layer, (array, shared) in enumerate(zip(biases.arrays, biases.shared, strict=True), 1)
    ]


def _listed(names: list[Any]) -> list[list[str]]:
    """An entry a layer, each a list: `~` says that there is no name, a single name belongs to a shared bias."""
    return [entry if isinstance(entry, list) else [] if entry is None else [entry] for entry in names]


def _shape(names: Any) -> str:
    """A layout of names as text: `[2, 1]` for a list of two and a list of one."""
    if not isinstance(names, list):
        return "1"
    nested = any(isinstance(item, list) for item in names)
    return f"[{', '.join(map(_shape, names))}]" if nested else str(len(names))


def _flat(names: Any) -> Iterator[str]:
    if isinstance(names, tuple):
        for item in names:
            yield from _flat(item)
    else:
        yield names


def _tuples(names: Any) -> Any:
    return tuple(map(_tuples, names)) if isinstance(names, list) else names


def _report_twins(contents: Contents, result: Labels) -> None:
    for names in ((result.inputs, result.units), (result.weights, result.biases)):
        seen: set[str] = set()
        for name in _flat(names):
            if name in seen:
                message = _("the label {name} stands for two things").format(name=name)
                contents.report(("labels",), message, _("every label once"))
            seen.add(name)
