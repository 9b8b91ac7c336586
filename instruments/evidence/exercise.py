"""Random exercises, written for these programs alone: small networks as plain Python numbers, and as YAML."""

from __future__ import annotations

import random
from dataclasses import dataclass, field


@dataclass(eq=False)
class Exercise:
    """An exercise: `weights[l][j][i]` leads from unit i to unit j of layer l+1; a bias is a list, a number or None."""

    layers: list[int]
    acts: list[str]
    loss: str
    rate: float
    samples: list[tuple[list[float], list[float]]]
    weights: list[list[list[float]]]
    biases: list[list[float] | float | None]
    decimals: int
    conv: dict[str, object] = field(default_factory=dict)
    steps: int = 1
    ask: list[str] = field(default_factory=list)
    integers: bool = False
    optimizer: dict[str, dict[str, object]] = field(default_factory=dict)
    decay: dict[str, object] = field(default_factory=dict)
    digits: dict[str, int] = field(default_factory=dict)

    @property
    def depth(self) -> int:
        """How many layers have weights."""
        return len(self.weights)

    def asked(self, sort: str) -> int:
        """With how many decimals a kind of cell is asked for."""
        return self.digits.get(sort.removesuffix("_of"), self.decimals)

    def mapping(self) -> dict[str, object]:
        """The exercise with the keys of a problem file."""
        found: dict[str, object] = {
            "layers": self.layers,
            "activation": self.acts,
            "loss": self.loss,
            "learning_rate": self.rate,
            "weights": self.weights,
            "decimals": {**self.digits, "default": self.decimals} if self.digits else self.decimals,
        }
        if self.optimizer:
            found["optimizer"] = self.optimizer
        if self.decay:
            found["weight_decay"] = self.decay
        if any(b is not None for b in self.biases):
            found["biases"] = self.biases
        if len(self.samples) == 1:
            found["inputs"], found["targets"] = self.samples[0]
        else:
            found["samples"] = [{"inputs": x, "targets": t} for x, t in self.samples]
        if self.conv:
            found["conventions"] = self.conv
        if self.steps > 1:
            found["steps"] = self.steps
        if self.ask:
            found["ask"] = self.ask
        return found


SIZES = (
    (1, 1, 1),
    (2, 1),
    (2, 2),
    (2, 2, 1),
    (2, 2, 2),
    (2, 3, 1),
    (2, 3, 2),
    (3, 2, 1),
    (3, 2, 2),
    (2, 2, 2, 1),
    (3, 4, 2, 2),
)


def _number(rng: random.Random, top: float, grid: float, places: int) -> float:
    steps = round(top / grid)
    value = rng.randint(-steps, steps)
    return round((value or 1) * grid, places)


def drawn(
    rng: random.Random,
    *,
    plain: bool = False,
    sizes: tuple[tuple[int, ...], ...] = SIZES,
    integers: bool | None = None,
    batches: bool = True,
) -> Exercise:
    """A random exercise; `plain` ones are sigmoid networks with half squared error and no special conventions."""
    layers = list(rng.choice(sizes))
    if integers or (integers is None and not plain and rng.random() < 0.12):
        return _whole(rng, layers)
    outs = layers[-1]
    if plain:
        acts, loss = ["sigmoid"] * (len(layers) - 1), "half_squared_error"
    else:
        acts = [rng.choice(("sigmoid", "tanh", "relu", "sigmoid", "linear")) for _ in layers[1:]]
        loss = rng.choice(
            ("half_squared_error", "half_squared_error", "squared_error", "mean_squared_error", "bce", "ce")
        )
        if loss == "ce" and outs > 1:
            acts[-1], loss = "softmax", "cross_entropy"
        elif loss in ("bce", "ce"):
            acts[-1], loss = "sigmoid", "binary_cross_entropy"
    grid, places = rng.choice(((0.05, 2), (0.1, 1), (0.01, 2)))
    weights = [
        [[_number(rng, 1.0, grid, places) for _ in range(layers[k])] for _ in range(layers[k + 1])]
        for k in range(len(layers) - 1)
    ]
    biases: list[list[float] | float | None] = []
    for k in range(len(layers) - 1):
        kind = "unit" if plain else rng.choice(("unit", "unit", "shared", "none"))
        one = [_number(rng, 0.6, grid, places) for _ in range(layers[k + 1])]
        biases.append(one if kind == "unit" else one[0] if kind == "shared" else None)
    count = 1 if plain or not batches or rng.random() < 0.8 else rng.randint(2, 4)
    samples = []
    for _ in range(count):
        x = [round(rng.randint(1, 20) * 0.05, 2) for _ in range(layers[0])]
        samples.append((x, _targets(rng, loss, acts[-1], outs)))
    conv: dict[str, object] = {}
    steps = 1
    if not plain:
        if rng.random() < 0.2:
            conv["delta"] = "descent"
        if any(b is not None for b in biases):
            if rng.random() < 0.2:
                conv["bias"] = "subtracted"
            if rng.random() < 0.2:
                conv["update_biases"] = False
        if count > 1 and rng.random() < 0.5:
            conv["batch"] = "mean"
        if count == 1 and rng.random() < 0.08 and sum(layers) < 7:
            conv["momentum"], steps = 0.9, 2
        if rng.random() < 0.08 and steps == 1 and count == 1:
            conv["hidden_delta_weights"] = "updated"
    rate = rng.choice((0.5, 0.1, 0.25, 0.3, 0.9, 0.05) if not plain else (0.5, 0.1, 0.3, 0.7))
    decimals = 4 if plain else rng.choice((2, 3, 3, 4, 4, 4, 5))
    return Exercise(layers, acts, loss, rate, samples, weights, biases, decimals, conv, steps)


def _targets(rng: random.Random, loss: str, act: str, outs: int) -> list[float]:
    if loss == "cross_entropy":
        chosen = rng.randrange(outs)
        return [float(k == chosen) for k in range(outs)]
    if loss == "binary_cross_entropy":
        return [float(rng.random() < 0.5) for _ in range(outs)]
    if act == "tanh":
        return [rng.choice((-1.0, 1.0, 0.5, -0.5)) for _ in range(outs)]
    return [rng.choice((0.0, 1.0, 0.1, 0.9, 0.5, 0.01, 0.99)) for _ in range(outs)]


def _whole(rng: random.Random, layers: list[int]) -> Exercise:
    """A network of whole numbers, whose every number comes out even."""
    acts = [rng.choice(("linear", "relu")) for _ in layers[1:]]
    weights = [
        [[float(rng.choice((-3, -2, -1, 1, 2, 3))) for _ in range(layers[k])] for _ in range(layers[k + 1])]
        for k in range(len(layers) - 1)
    ]
    biases: list[list[float] | float | None] = [
        None if rng.random() < 0.4 else [float(rng.randint(-2, 2)) for _ in range(n)] for n in layers[1:]
    ]
    sample = (
        [float(rng.randint(1, 3)) for _ in range(layers[0])],
        [float(rng.randint(-3, 5)) for _ in range(layers[-1])],
    )
    loss = rng.choice(("squared_error", "half_squared_error"))
    decimals = rng.choice((0, 1, 2)) if loss == "squared_error" else rng.choice((1, 2))
    return Exercise(layers, acts, loss, 1.0, [sample], weights, biases, decimals, {}, 1, [], integers=True)
