"""Random problems for tests: small networks in all conventions, as mappings with the keys of a problem file."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np

Keys = dict[str, Any]

HIDDEN = ("sigmoid", "bipolar_sigmoid", "tanh", "relu", "leaky_relu", "linear")
SQUARED = ("half_squared_error", "squared_error", "mean_squared_error")
PROBABLE = ("sigmoid", "softmax")  # outputs between 0 and 1, as a logarithm needs them
VALUES: dict[str, tuple[Any, ...]] = {
    "weight_rows": ("receiving", "sending"),
    "bias": ("added", "subtracted"),
    "update_biases": (True, False),
    "at_zero": (0, 1),
    "delta": ("gradient", "descent"),
    "hidden_delta_weights": ("old", "updated"),
    "batch": ("sum", "mean", "online"),
    "rounding": ("display", "display", "carry"),
    "ties": ("half_up", "half_even"),
}


def random_problem(seed: int) -> Keys:
    """The problem of a seed: one that can be solved, of any activation, loss and convention.

    Nearly all learn; about one in twelve is a perceptron, goes forward only, or has no learning rate.
    """
    draw = np.random.default_rng(seed)
    layers = draw.integers(1, 5, draw.integers(2, 6)).tolist()
    samples = int(draw.choice([1, 1, 2, 3, 4]))
    loss, activations = _loss_and_activations(draw, layers)
    conventions = _conventions(draw, samples)
    keys: Keys = {
        "layers": layers,
        "activation": activations,
        "learning_rate": float(draw.uniform(0.02, 0.3)),
        "weights": _weights(draw, layers, conventions["weight_rows"]),
        "biases": [_bias(draw, units) for units in layers[1:]],
        "decimals": int(draw.integers(4, 8)),
        "conventions": conventions,
        "steps": int(draw.integers(1, 4)),
    }
    if loss != "half_squared_error" or draw.random() < 0.5:
        keys["loss"] = loss
    rows = [{"inputs": _numbers(draw, layers[0], 1.5)} for _ in range(samples)]
    kind = draw.integers(12)
    if loss != "output" and kind:
        for row in rows:
            row["targets"] = _targets(draw, loss, layers[-1])
    if kind == 1:
        del keys["learning_rate"]
        conventions["hidden_delta_weights"] = "old"
    elif kind == 2 and len(layers) == 2 and loss == "half_squared_error":
        keys["activation"] = "step"
    elif kind == 0 and loss != "output":  # forward only, so thresholds may stand anywhere
        keys["activation"] = [a if draw.random() < 0.5 else "step" for a in activations]
    keys |= {"samples": rows} if samples > 1 or draw.random() < 0.2 else rows[0]
    if draw.random() < 0.1:
        del keys["biases"]
    keys |= _updates(seed, keys)
    return keys | _digits(seed, keys) | _given(seed, keys)


OPTIMIZERS: dict[str, Keys] = {
    "moving_average": {"beta": (0.5, 0.9)},
    "adagrad": {"epsilon": (1e-4, 0.1)},
    "rmsprop": {"beta": (0.6, 0.99), "epsilon": (1e-4, 0.05)},
    "adam": {"beta1": (0.5, 0.9), "beta2": (0.9, 0.999), "epsilon": (1e-4, 0.02)},
}
DECAYS = ("l2", "l1", "decoupled")


def _updates(seed: int, keys: Keys) -> Keys:
    """What stands beside the numbers: the rule of thresholds, of updates, weight decay; drawn apart from the rest."""
    draw, conventions = np.random.default_rng([seed, 16]), dict(keys["conventions"])
    conventions["at_zero"] = int(draw.integers(2))
    found: Keys = {"conventions": conventions}
    targets = "targets" in keys.get("samples", [keys])[0]
    alone = len(keys["layers"]) == 2 and keys.get("loss", "half_squared_error") == "half_squared_error" and targets
    if keys["activation"] == "step" or (alone and draw.random() < 0.3):
        found["activation"] = str(draw.choice(["step", "sign"]))
    if "learning_rate" in keys and draw.random() < 0.5:
        name = str(draw.choice([*OPTIMIZERS]))
        numbers = {key: float(draw.choice(values)) for key, values in OPTIMIZERS[name].items()}
        if "epsilon" in numbers and draw.random() < 0.3:
            numbers["epsilon_inside"] = True
        found["optimizer"] = {name: numbers}
        found["learning_rate"] = 0.1 * keys["learning_rate"]  # of the first step of Adam it is the length
        conventions.pop("momentum", None)
    if draw.random() < 0.4:
        found["weight_decay"] = {str(draw.choice(DECAYS)): float(draw.uniform(0.01, 0.3))}
        if draw.random() < 0.4:
            found["weight_decay"]["biases"] = True
    return found


DIGITS_OF = (
    "net",
    "out",
    "loss",
    "error",
    "slope",
    "delta",
    "grad",
    "grad_w",
    "step",
    "m",
    "v",
    "new",
    "new_b",
    "out1",
)


def _digits(seed: int, keys: Keys) -> Keys:
    """Digits by quantity, in a third of the problems: decimals and significant figures side by side."""
    draw = np.random.default_rng([seed, 17])
    if draw.random() > 0.35:
        return {}

    def some() -> Any:
        return int(draw.integers(4, 8)) if draw.random() < 0.6 else f"{draw.integers(3, 8)} figures"

    found = {name: some() for name in draw.choice(DIGITS_OF, int(draw.integers(0, 5)), replace=False).tolist()}
    if "entropy" in keys.get("loss", ""):  # an output that is rounded to 0 or 1 has no logarithm
        found.pop("v", None)  # what is divided by a v that is rounded to 0 is so large that outputs become 0 and 1
        return {"decimals": {**found, "default": some(), "out": 9, "out1": 9}}
    return {"decimals": found | {"default": some()} if found else some()}


def _given(seed: int, keys: Keys) -> Keys:
    """Gradients of steps after the first, whole or in part, or a layer's output of the first."""
    draw = np.random.default_rng([seed, 18])
    steps, rows = keys["steps"], keys.get("samples", [keys])
    learns = "learning_rate" in keys and (keys.get("loss") == "output" or "targets" in rows[0])
    layer = int(draw.integers(1, len(keys["layers"])))
    units, incoming = keys["layers"][layer], keys["layers"][layer - 1]
    tag = f"@{draw.integers(1, len(rows) + 1)}" if len(rows) > 1 else ""
    kind = draw.random()
    if kind < 0.3 and learns and steps > 1:
        cell = f"grad_w{layer}[{draw.integers(1, units + 1)},{draw.integers(1, incoming + 1)}]{tag}"
        whole = [_numbers(draw, incoming, 1.0) for _ in range(units)]
        of = {f"grad_w{layer}{tag}": whole} if draw.random() < 0.6 else {cell: float(draw.uniform(-1, 1))}
        return {"given": {f"{key}#{step}": values for key, values in of.items() for step in range(2, steps + 1)}}
    jumps = {"step", "sign"} & {*map(str, _listed(keys["activation"]))}
    if kind < 0.4 and not jumps and layer < len(keys["layers"]) - 1:
        mark = "#1" if steps > 1 else ""
        return {"given": {f"out{layer}{tag}{mark}": [float(value) for value in draw.uniform(0.1, 0.9, units)]}}
    return {}


def smooth(keys: Keys) -> Keys:
    """The same problem with true gradients: nothing rounded or given on the way, hidden deltas by the old weights."""
    conventions = keys["conventions"] | {"rounding": "display", "hidden_delta_weights": "old"}
    return {key: value for key, value in keys.items() if key != "given"} | {"conventions": conventions}


def differentiable(keys: Keys) -> bool:
    """Whether the problem has gradients: something to differentiate, and no thresholds."""
    rows = keys.get("samples", [keys])
    jumps = {"step", "sign"} & {*map(str, _listed(keys["activation"]))}
    return not jumps and (keys.get("loss") == "output" or "targets" in rows[0])


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _loss_and_activations(draw: np.random.Generator, layers: list[int]) -> tuple[str, list[Any]]:
    activations: list[Any] = [str(draw.choice(HIDDEN)) for _ in layers[2:]]
    loss = str(draw.choice([*SQUARED, "binary_cross_entropy", "cross_entropy", "output"]))
    if loss == "binary_cross_entropy":  # a softmax of one unit is 1, and ln(1 − 1) is nothing
        activations.append(str(draw.choice(PROBABLE)) if layers[-1] > 1 else "sigmoid")
    elif loss == "cross_entropy":
        activations.append(str(draw.choice(PROBABLE)))
    else:
        activations.append(str(draw.choice([*HIDDEN, "softmax"])))
    leaks = [
        {"leaky_relu": float(draw.choice([0.0, 0.1, 0.3]))} if draw.random() < 0.7 else "leaky_relu" for _ in layers
    ]
    return loss, [leak if name == "leaky_relu" else name for name, leak in zip(activations, leaks, strict=False)]


def _conventions(draw: np.random.Generator, samples: int) -> Keys:
    conventions = {key: values[draw.integers(len(values))] for key, values in VALUES.items() if key != "at_zero"}
    if draw.random() < 0.5:
        conventions["momentum"] = float(draw.uniform(0.1, 0.9))
    if conventions["batch"] != "online" and draw.random() < 0.5:
        conventions["batch_size"] = int(draw.integers(1, samples + 2))
    return conventions


def _weights(draw: np.random.Generator, layers: list[int], rows: str) -> list[list[list[float]]]:
    matrices = [draw.uniform(-1.5, 1.5, (units, incoming)) / np.sqrt(incoming) for incoming, units in pairwise(layers)]
    return [(matrix.T if rows == "sending" else matrix).tolist() for matrix in matrices]


def _bias(draw: np.random.Generator, units: int) -> Any:
    """None, one for the layer, or one a unit."""
    kind = draw.integers(4)
    return None if kind == 0 else float(draw.uniform(-0.8, 0.8)) if kind == 1 else _numbers(draw, units, 0.8)


def _targets(draw: np.random.Generator, loss: str, units: int) -> list[float]:
    if loss == "cross_entropy":
        shares = np.eye(units)[draw.integers(units)] if draw.random() < 0.6 else draw.dirichlet(np.ones(units))
        return [float(share) for share in shares]
    if loss == "binary_cross_entropy":
        return [float(t) for t in (draw.integers(0, 2, units) if draw.random() < 0.6 else draw.random(units))]
    return _numbers(draw, units, 1.0)


def _numbers(draw: np.random.Generator, n: int, size: float) -> list[float]:
    return [float(value) for value in draw.uniform(-size, size, n)]


# Problems as an exam sets them


def exam_problem(seed: int, decimals: int | None = None) -> Keys:
    """The problem of a seed as an exam would set it: few digits, mostly one sample and one step.

    2 to 4 layers of up to 4 units; half of them in the default conventions, the others in any. Not every one can be
    solved: a logarithm of 0 may come up.
    """
    draw = np.random.default_rng([seed, 3])
    layers = draw.integers(1, 5, draw.integers(2, 5)).tolist()
    samples, steps = int(draw.choice([1, 2, 3], p=[0.75, 0.15, 0.1])), int(draw.choice([1, 2], p=[0.85, 0.15]))
    loss, activations = _loss_and_activations(draw, layers)
    if len(layers) == 2 and loss == "half_squared_error" and draw.random() < 0.2:
        activations = ["step"]
    conventions = _conventions(draw, samples) if draw.random() < 0.5 else {}
    if "momentum" in conventions:
        conventions["momentum"] = round(conventions["momentum"], 1)
    digits = int(draw.integers(1, 3))
    rows = []
    for _ in range(samples):
        row = {"inputs": _few_digits(draw, layers[0], digits)}
        if loss != "output":
            targets = _targets(draw, loss, layers[-1])
            row["targets"] = targets if "cross_entropy" in loss else [round(t, 1) for t in targets]
        rows.append(row)
    keys: Keys = {
        "layers": layers,
        "activation": activations,
        "loss": loss,
        "learning_rate": float(draw.choice([0.05, 0.1, 0.2, 0.25, 0.3, 0.5, 0.9, 1.0])),
        "weights": [_matrix(draw, shape, digits, conventions.get("weight_rows")) for shape in pairwise(layers)],
        "biases": [_few_digits_bias(draw, units, digits) for units in layers[1:]],
        "decimals": int(draw.integers(2, 7)) if decimals is None else decimals,
        "conventions": conventions,
        "steps": steps,
    }
    if draw.random() < 0.2:
        del keys["biases"]
    return keys | ({"samples": rows} if samples > 1 else rows[0])


def _few_digits(draw: np.random.Generator, n: int, digits: int) -> list[float]:
    return [round(float(value), digits) + 0.0 for value in draw.uniform(-1, 1, n)]


def _few_digits_bias(draw: np.random.Generator, units: int, digits: int) -> Any:
    kind = draw.integers(5)
    return None if kind == 0 else _few_digits(draw, 1 if kind == 1 else units, digits)[0 if kind == 1 else slice(None)]


def _matrix(draw: np.random.Generator, shape: tuple[int, int], digits: int, rows: str | None) -> list[list[float]]:
    incoming, units = shape
    matrix = [_few_digits(draw, incoming, digits) for _ in range(units)]
    return [list(column) for column in zip(*matrix, strict=True)] if rows == "sending" else matrix
