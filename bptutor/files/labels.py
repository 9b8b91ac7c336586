"""The labels of a problem: those it sets, and the defaults for the rest."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from bptutor.engine.default_labels import bias_names, numbered, unit_names, weight_names
from bptutor.files.contents import Contents
from bptutor.files.parameters import Biases
from bptutor.language import _
from bptutor.problem import Labels

_LARGE = 10_000  # weights


def labels(contents: Contents, layers: list[int], biases: Biases | None) -> Labels | None:
    """The labels of all units and parameters; None where a fault is reported, of them or of the biases.

    In a large net they are not looked at beside other faults: a million names for a matrix that is not there take
    seconds, and each cure that is tried would make them again.
    """
    named = contents["labels"] or {}
    if contents.place.faults and sum(units * incoming for incoming, units in pairwise(layers)) > _LARGE:
        return None

    def chosen(key: str, default: Any) -> Any:
        names = _listed(named[key]) if key == "biases" and key in named else named.get(key, default)
        if (found := _shape(names)) == (wanted := _shape(default)):
            return names
        message = _("found {found} names, expected {expected}").format(found=found, expected=wanted)
        contents.report(("labels", key), message)
        return None

    inputs = chosen("inputs", numbered("x", layers[0]))
    units = chosen("units", unit_names(layers[1:]))
    weights = chosen("weights", weight_names(layers))
    of_biases = biases and chosen("biases", bias_names(biases.arrays, biases.shared, units or unit_names(layers[1:])))
    if inputs is None or units is None or weights is None or of_biases is None:
        return None
    result = Labels(tuple(inputs), _tuples(units), _tuples(weights), _tuples(of_biases))
    if named:
        _report_twins(contents, result)
    return result


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
