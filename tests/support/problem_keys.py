"""What oracles read from the keys of a problem, without the package: samples, updates, parameters, digits."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from tests.support.random_problems import Keys

Vector = list[float]
Matrix = list[Vector]


def activations_of(keys: Keys) -> list[tuple[str, float]]:
    """Names with the number beside them: of a leaky ReLU its slope, of what jumps whether it is up at 0 already."""
    jumps = {name: float(keys["conventions"]["at_zero"]) for name in ("step", "sign")}
    value = keys["activation"]
    names = value if isinstance(value, list) else [value] * (len(keys["layers"]) - 1)
    leaky = [name["leaky_relu"] if isinstance(name, dict) else jumps.get(name, 0.01) for name in names]
    return [("leaky_relu" if isinstance(name, dict) else name, leak) for name, leak in zip(names, leaky, strict=True)]


def samples_of(keys: Keys) -> list[Keys]:
    return list(keys.get("samples", [keys]))


def groups_of(keys: Keys) -> list[tuple[str, list[tuple[str, Keys]]]]:
    """The updates of a step: the tag of each, and its samples with theirs."""
    rows, conventions = samples_of(keys), keys["conventions"]
    tagged = [(f"@{i}" if len(rows) > 1 else "", row) for i, row in enumerate(rows, 1)]
    size = 1 if conventions["batch"] == "online" else conventions.get("batch_size") or len(rows)
    groups = [tagged[i : i + size] for i in range(0, len(rows), size)]
    if len(groups) == 1:
        return [("", groups[0])]
    return [(g[0][0] if len(g) == 1 else f"{g[0][0]}-{g[-1][0][1:]}", g) for g in groups]


def given_cells(keys: Keys) -> dict[str, float]:
    """The numbers that the exercise gives in the middle, by cell."""
    cells = {}
    for key, values in keys.get("given", {}).items():
        name, tags = re.fullmatch(r"([^@#]*)(.*)", key).groups()  # type: ignore[union-attr]
        for at, value in np.ndenumerate(np.array(values)):
            cells[name + (f"[{','.join(str(i + 1) for i in at)}]" if at else "") + tags] = float(value)
    return cells


def quantity_of(cell: str) -> str:
    """The quantity of a cell: grad_w1@2 of grad_w1[1,2]@2."""
    return re.sub(r"\[.*?\]", "", cell)


def before_given(keys: Keys) -> set[str]:
    """The quantities that may be left out, since they lead nowhere but to what the exercise gives in whole."""
    idle = set[str]()
    for key, values in keys.get("given", {}).items():
        word, layer, cell, tags = re.fullmatch(r"([a-z_]+)(\d+)(\[.*\])?(.*)", key).groups()  # type: ignore[union-attr]
        if word == "out":
            idle |= {f"{name}{k}{tags}" for name in ("net", "out") for k in range(1, int(layer) + 1)}
        elif (not cell or np.size(values) == 1) and keys.get("loss") == "output" and len(keys["layers"]) == 2:
            idle |= {f"{name}{k}{tags}" for name in ("net", "out", "error", "slope", "delta") for k in (0, 1)}
    return idle


def digits_of(decimals: Any, cell: str) -> Any:
    """With how many digits a cell is written: `decimals` of a problem, read once more."""
    if not isinstance(decimals, dict):
        return decimals
    stem = re.split(r"[\[@#]", cell)[0]
    word = stem.rstrip("0123456789")
    names = (stem, word, re.sub("_(w|b|after)$", "", word), "default")
    return next(decimals[name] for name in names if name in decimals)


def parameters_of(keys: Keys) -> tuple[list[Matrix], list[Any]]:
    """Weights with a row a receiving unit, and biases as they stand in the problem."""
    weights = keys["weights"]
    if keys["conventions"]["weight_rows"] == "sending":
        weights = [[list(column) for column in zip(*rows, strict=True)] for rows in weights]
    return weights, keys.get("biases", [None] * len(weights))
