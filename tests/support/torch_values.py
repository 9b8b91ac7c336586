"""Makes `tests/engine/torch_values.json`: what PyTorch's optimisers make of small networks, in double precision.

Needs torch, which nothing else here does: python tests/support/torch_values.py > tests/engine/torch_values.json
(made with torch 2.13.0 on CPU). It draws the problems itself, and takes nothing from bptutor.
"""

from __future__ import annotations

import json
import random
from itertools import pairwise
from typing import Any

import torch  # type: ignore[import-not-found]

ACTIVATIONS = {"sigmoid": torch.sigmoid, "tanh": torch.tanh, "relu": torch.relu, "linear": lambda net: net}
COUNT = 60
WORDS = {"exp_avg": "m", "exp_avg_sq": "v", "square_avg": "v", "sum": "v"}
"""What PyTorch keeps of a parameter, and what bptutor calls it."""


def drawn(draw: random.Random) -> dict[str, Any]:
    """The keys of a problem, but for its update rule."""
    layers = [draw.randint(1, 3) for _ in range(draw.randint(2, 4))]
    samples = draw.randint(1, 3)
    return {
        "layers": layers,
        "activation": [draw.choice([*ACTIVATIONS]) for _ in layers[1:]],
        "loss": "half_squared_error",
        "learning_rate": draw.choice([0.01, 0.05, 0.2]),
        "samples": [
            {
                "inputs": [round(draw.uniform(-1, 1), 2) for _ in range(layers[0])],
                "targets": [round(draw.uniform(-1, 1), 2) for _ in range(layers[-1])],
            }
            for _ in range(samples)
        ],
        "weights": [
            [[round(draw.uniform(-1, 1), 2) for _ in range(incoming)] for _ in range(units)]
            for incoming, units in pairwise(layers)
        ],
        "biases": [[round(draw.uniform(-1, 1), 2) for _ in range(units)] for units in layers[1:]],
        "conventions": {"batch": draw.choice(["sum", "mean"])},
        "steps": 4,
    }


def chosen(draw: random.Random, keys: dict[str, Any], name: str) -> Any:
    """Puts an update rule into the keys; the class of PyTorch with its options."""
    beta, epsilon = draw.choice([0.5, 0.9, 0.95]), draw.choice([1e-8, 1e-3])
    rate, options = keys["learning_rate"], dict[str, Any]()
    optimizer: Any = torch.optim.SGD
    if name == "momentum":
        keys["conventions"]["momentum"] = options["momentum"] = beta
    elif name == "adagrad":
        keys["optimizer"], optimizer, options = {name: {"epsilon": epsilon}}, torch.optim.Adagrad, {"eps": epsilon}
    elif name == "rmsprop":
        keys["optimizer"] = {name: {"beta": beta, "epsilon": epsilon}}
        optimizer, options = torch.optim.RMSprop, {"alpha": beta, "eps": epsilon}
    elif name in ("adam", "adamw"):
        second = draw.choice([0.9, 0.999])
        keys["optimizer"] = {"adam": {"beta1": beta, "beta2": second, "epsilon": epsilon}}
        optimizer = torch.optim.Adam if name == "adam" else torch.optim.AdamW
        options = {"betas": (beta, second), "eps": epsilon}
    return lambda groups: optimizer(groups, lr=rate, **options)


def decayed(draw: random.Random, keys: dict[str, Any], name: str) -> tuple[float, float]:
    """Puts weight decay into the keys; λ of the weights and of the biases, for PyTorch."""
    if name != "adamw" and draw.random() < 0.5:
        return 0.0, 0.0
    rate, biases = draw.choice([0.01, 0.1]), draw.random() < 0.5
    keys["weight_decay"] = {"decoupled" if name == "adamw" else "l2": rate, "biases": biases}
    return rate, rate if biases else 0.0


def worked_out(keys: dict[str, Any], make: Any, decays: tuple[float, float]) -> dict[str, Any]:
    """The parameters after each step, and the averages that the rule keeps."""
    weights, biases = (
        [torch.tensor(part, dtype=torch.float64, requires_grad=True) for part in keys[key]]
        for key in ("weights", "biases")
    )
    groups = [{"params": some, "weight_decay": rate} for some, rate in zip((weights, biases), decays, strict=True)]
    optimizer, found = make(groups), dict[str, Any]()
    x, t = (torch.tensor([s[k] for s in keys["samples"]], dtype=torch.float64) for k in ("inputs", "targets"))
    for step in range(1, keys["steps"] + 1):
        out = x
        for w, b, name in zip(weights, biases, keys["activation"], strict=True):
            out = ACTIVATIONS[name](out @ w.T + b)
        each = ((out - t) ** 2).sum(1) / 2
        optimizer.zero_grad()
        (each.mean() if keys["conventions"]["batch"] == "mean" else each.sum()).backward()
        optimizer.step()
        for kind, some in (("w", weights), ("b", biases)):
            for layer, parameter in enumerate(some, 1):
                state = optimizer.state[parameter]
                squares = [state.get(key) for key in ("exp_avg_sq", "square_avg", "sum")]
                kept = {
                    "new": parameter,
                    "m": state.get("exp_avg"),
                    "v": next((s for s in squares if s is not None), None),
                }
                for word, value in kept.items():
                    if isinstance(value, torch.Tensor):
                        found[f"{word}_{kind}{layer}#{step}"] = value.detach().tolist()
    return found


def main() -> None:
    """Prints the cases, a line each."""
    draw, lines = random.Random(16), []
    for place in range(COUNT):
        name = ["sgd", "momentum", "adagrad", "rmsprop", "adam", "adamw"][place % 6]
        keys = drawn(draw)
        make = chosen(draw, keys, name)
        decays = decayed(draw, keys, name)
        lines.append(json.dumps({"keys": keys, "values": worked_out(keys, make, decays)}))
    print("[\n" + ",\n".join(lines) + "\n]")


if __name__ == "__main__":
    main()
