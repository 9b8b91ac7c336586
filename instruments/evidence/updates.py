"""Exercises with an update rule that remembers, with weight decay, or with units that jump: a kind each.

Their numbers are kind to people who work by hand: a β of 0.9 would leave nothing of a square with four decimals.
"""

from __future__ import annotations

import random
from collections.abc import Callable

from exercise import Exercise, drawn

SMALL = ((1, 1), (2, 1), (1, 1, 1), (2, 2), (2, 2, 1))
_SHARES, _LARGE_SHARES = (0.5, 0.6, 0.8, 0.9), (0.6, 0.8, 0.9, 0.99)
_EPSILONS = (0.0001, 0.001, 0.01, 0.1)
_RULES: dict[str, dict[str, tuple[float, ...]]] = {
    "moving_average": {"beta": _SHARES},
    "adagrad": {"epsilon": _EPSILONS},
    "rmsprop": {"beta": _SHARES, "epsilon": _EPSILONS},
    "adam": {"beta1": _SHARES, "beta2": _LARGE_SHARES, "epsilon": _EPSILONS},
}
_OF_SQUARES = ("v", "v_hat")


def _net(rng: random.Random) -> Exercise:
    ex = drawn(rng, sizes=SMALL, integers=False, batches=rng.random() < 0.3)
    for key in ("momentum", "hidden_delta_weights"):
        ex.conv.pop(key, None)
    ex.steps, ex.decimals = 1, rng.choice((3, 4, 4, 5, 6))
    if rng.random() < 0.3:
        ex.digits = {rng.choice(("net", "out", "loss", "delta", "new")): rng.randint(3, 6)}
    return ex


def with_rule(rng: random.Random, rules: tuple[str, ...] = tuple(_RULES)) -> Exercise:
    """A small net that learns by one of these update rules."""
    ex, name = _net(rng), rng.choice(rules)
    numbers: dict[str, object] = {key: rng.choice(values) for key, values in _RULES[name].items()}
    while name == "adam" and numbers["beta1"] == numbers["beta2"]:
        numbers["beta2"] = rng.choice(_LARGE_SHARES)
    if "epsilon" in numbers and rng.random() < 0.25:
        numbers["epsilon_inside"] = True
    ex.optimizer, ex.steps = {name: numbers}, rng.choice((1, 2, 2, 3) if len(ex.layers) == 2 else (1, 2, 2))
    if name != "moving_average" and rng.random() < 0.5:
        ex.digits |= {word: rng.randint(5, 7) for word in _OF_SQUARES}
    return ex


def with_decay(rng: random.Random, kinds: tuple[str, ...] = ("l2", "l1", "decoupled")) -> Exercise:
    """A small net whose parameters decay."""
    ex = _net(rng) if rng.random() < 0.8 else with_rule(rng)
    ex.decay = {rng.choice(kinds): rng.choice((0.01, 0.05, 0.1, 0.2, 0.3))}
    if rng.random() < 0.4:
        ex.decay["biases"] = True
    if not ex.optimizer and rng.random() < 0.3:
        ex.steps = 2
    return ex


_TABLES = ((0, 0, 0, 1), (0, 1, 1, 1), (1, 1, 1, 0), (1, 0, 0, 0), (0, 0, 1, 0), (0, 1, 1, 0))


def that_jumps(rng: random.Random) -> Exercise:
    """A unit that learns a table, a row a sample: a perceptron, its values 0 and 1 or −1 and 1."""
    unit, signs = rng.choice(("step", "sign")), rng.random() < 0.3
    low = -1.0 if unit == "sign" else 0.0
    table = rng.choice(_TABLES)
    samples = [
        ([float(one if one or not signs else -1) for one in (k >> 1, k & 1)], [1.0 if on else low])
        for k, on in enumerate(table)
    ]
    if rng.random() < 0.2:
        samples = [([round(rng.randint(-20, 20) * 0.1, 1) for _ in range(2)], t) for _x, t in samples]
    weights = [[[round(rng.randint(-9, 9) * 0.1, 1) for _ in range(2)]]]
    bias = None if rng.random() < 0.2 else [round(rng.randint(-6, 6) * 0.1, 1)]
    conv: dict[str, object] = {"batch": "online", "at_zero": rng.choice((0, 1))}
    if rng.random() < 0.5:
        conv["delta"] = "descent"
    if bias and rng.random() < 0.4:
        conv["bias"] = "subtracted"
    if bias and rng.random() < 0.2:
        conv["update_biases"] = False
    digits = {"out": 0, "delta": 0} if rng.random() < 0.3 else {}
    rate, decimals = rng.choice((0.1, 0.2, 0.25, 0.5, 1.0)), rng.choice((2, 3, 4))
    return Exercise(
        [2, 1], [unit], "half_squared_error", rate, samples, weights, [bias], decimals, conv, rng.choice((1, 2, 3)),
        digits=digits,
    )  # fmt: skip


def adaline(rng: random.Random) -> Exercise:
    """A straight line, or a sigmoid, that learns sample by sample."""
    ex = drawn(rng, sizes=((2, 1), (3, 1)), integers=False, batches=False)
    ex.acts, ex.loss, ex.conv = [rng.choice(("linear", "sigmoid"))], "half_squared_error", {"batch": "online"}
    ex.samples = [
        ([round(rng.randint(-10, 20) * 0.1, 1) for _ in range(ex.layers[0])], [rng.choice((0.0, 1.0, 0.5))])
        for _ in range(rng.randint(2, 4))
    ]
    ex.rate, ex.steps, ex.decimals = rng.choice((0.1, 0.2, 0.5)), rng.choice((1, 2)), rng.choice((3, 4, 5))
    return ex


KINDS: dict[str, Callable[[random.Random], Exercise]] = {
    "optimizers": with_rule,
    "adam": lambda rng: with_rule(rng, ("adam",)),
    "roots": lambda rng: with_rule(rng, ("adagrad", "rmsprop", "adam")),
    "averages": lambda rng: with_rule(rng, ("moving_average", "rmsprop", "adam")),
    "means": lambda rng: with_rule(rng, ("moving_average", "adam")),
    "decay": with_decay,
    "jumps": that_jumps,
    "rows": adaline,
    "tables": lambda rng: that_jumps(rng) if rng.random() < 0.5 else adaline(rng),
}
