"""Each misconception worked out once more, in plain Python, by loops that know nothing of the rules.

`by_hand` works out the whole page with one mistake in it; a mistake is the id of a misconception, with `/2` for the
third of its variants in that problem.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from bptutor.engine.evaluate import run
from bptutor.engine.page import page
from bptutor.engine.quantities import Quantity
from bptutor.files.library import load
from bptutor.mistakes import (
    calculator,
    decays,
    exchanges,
    gradients,
    optimizers,
    outputs,
    sent_back,
    slopes,
    thresholds,
    units,
    updates,
)
from bptutor.mistakes.variants import MISCONCEPTIONS, variants

Keys = dict[str, Any]
Numbers = list[Any]

PLAIN: Keys = {  # 2-3-2
    "layers": [2, 3, 2],
    "activation": "sigmoid",
    "learning_rate": 0.3,
    "inputs": [0.6, -0.9],
    "targets": [0.2, 0.7],
    "weights": [[[0.3, -0.4], [0.8, 0.1], [-0.6, 0.5]], [[0.7, -0.2, 0.4], [0.35, 0.9, -0.55]]],
    "biases": [[0.1, -0.3, 0.25], [0.45, -0.15]],
}
SQUARE = PLAIN | {
    "layers": [2, 2, 2],
    "weights": [[[0.3, -0.4], [0.8, 0.1]], [[0.7, -0.2], [0.35, 0.9]]],
    "biases": [[0.1, -0.3], [0.45, -0.15]],
}
DEEP = PLAIN | {
    "layers": [2, 2, 2, 2],
    "weights": [*SQUARE["weights"], [[-0.5, 0.65], [0.15, 0.4]]],
    "biases": [*SQUARE["biases"], [0.2, -0.05]],
}
SHARED = PLAIN | {"biases": [0.1, 0.45]}
LOGARITHM = PLAIN | {"loss": "binary_cross_entropy"}
SOFTMAX = PLAIN | {"loss": "cross_entropy", "activation": ["sigmoid", "softmax"], "targets": [0, 1]}
SAMPLES = {key: value for key, value in PLAIN.items() if key not in ("inputs", "targets")} | {
    "samples": [{"inputs": [0.6, -0.9], "targets": [0.2, 0.7]}, {"inputs": [-0.1, 0.4], "targets": [0.9, 0.3]}]
}
MOMENTUM = PLAIN | {"steps": 2, "conventions": {"momentum": 0.8}}
DESCENT = PLAIN | {"conventions": {"delta": "descent"}}

FORWARD = ["bias_omitted", "bias_sign", "activation_skipped", "activation_twice", "exponent_sign"]
SLOPES = [
    "omit_output_slope",
    "omit_hidden_slope",
    "slope_at_net",
    "slope_of_out",
    "partial_slope",
    "partial_slope/1",
    "other_slope",
]
OUTPUTS = ["flipped_error", "loss_factor/1", "loss_factor/2", *(f"loss_for_error/{k}" for k in range(4))]
BACK = ["updated_weights_in_hidden_delta", "raw_error_back", "one_path", "one_path/1", "no_weight_in_hidden_delta"]
GRADIENTS = ["wrong_activation_in_gradient", "wrong_activation_in_gradient/1", "bias_gradient_times_bias"]
UPDATES = [
    "added_update",
    "added_update/1",
    "no_learning_rate",
    "learning_rate_twice",
    "learning_rate_twice/1",
    "increment_only",
    "increment_only/1",
    "weight_decay_update",
    "bias_not_updated",
]
EVERYWHERE = [*FORWARD, *SLOPES, *OUTPUTS, *BACK, *GRADIENTS, *UPDATES]
CASES: list[tuple[str, Keys, str]] = [
    *(("2-3-2", PLAIN, mistake) for mistake in ["", "loss_factor", *EVERYWHERE]),
    *(("falling", DESCENT, mistake) for mistake in ["", "loss_factor", *EVERYWHERE]),
    *(("deep", DEEP, mistake) for mistake in ["", *SLOPES, *BACK, "transposed_weights", "transposed_weights/1"]),
    *(("square", SQUARE, f"transposed_weights{end}") for end in ("", "/1")),
    ("square", SQUARE, "wrong_activation_in_gradient/2"),
    *(("shared", SHARED, f"shared_bias_one_delta{end}") for end in ("", "/1", "/2")),
    ("shared", SHARED, "bias_gradient_times_bias"),
    *(("logarithm", LOGARITHM, mistake) for mistake in ("", "log10", "double_derivative", *FORWARD, *BACK[2:])),
    *(("softmax", SOFTMAX, mistake) for mistake in ("", "log10", "double_derivative", "softmax_not_normalised")),
    *(("samples", SAMPLES, mistake) for mistake in ("", "batch_factor", "batch_factor/1", *SLOPES, *GRADIENTS)),
    *(("momentum", MOMENTUM, mistake) for mistake in ("", "momentum_omitted", *UPDATES[:5], *UPDATES[7:])),
]


def _activated(nets: Numbers, softmax: bool, m: str) -> Numbers:
    if m == "activation_skipped":
        return nets
    if softmax:
        powers = [math.exp(net) for net in nets]
        return powers if m == "softmax_not_normalised" else [power / sum(powers) for power in powers]
    outs = [_sigmoid(-net if m == "exponent_sign" else net) for net in nets]
    return [_sigmoid(out) for out in outs] if m == "activation_twice" else outs


def _sigmoid(net: float) -> float:
    return 1 / (1 + math.exp(-net))


def _forward(keys: Keys, w: Numbers, b: Numbers, x: Numbers, m: str) -> tuple[Numbers, Numbers]:
    """The nets and the outs of each layer; the outs begin with the inputs."""
    nets: list[Any] = [[]]
    outs = [x]
    for layer, (rows, biases) in enumerate(zip(w, b, strict=True)):
        net = []
        for j in range(len(rows)):
            total = 0.0
            for i, incoming in enumerate(outs[-1]):
                exchanged = m == "transposed_weights/1" and len(rows) == len(outs[-1])
                total += (rows[i][j] if exchanged else rows[j][i]) * incoming
            bias = biases[j % len(biases)]
            net.append(total if m == "bias_omitted" else total - bias if m == "bias_sign" else total + bias)
        nets.append(net)
        outs.append(_activated(net, layer == len(w) - 1 and "softmax" in keys["activation"], m))
    return nets, outs


def _losses(keys: Keys, out: Numbers, t: Numbers, m: str) -> Numbers:
    log = math.log10 if m == "log10" else math.log
    match keys.get("loss"):
        case "cross_entropy":
            return [-goal * log(o) if goal else 0.0 for o, goal in zip(out, t, strict=True)]
        case "binary_cross_entropy":
            return [-goal * log(o) - (1 - goal) * log(1 - o) for o, goal in zip(out, t, strict=True)]
    return [(1.0 if m == "loss_factor" else 0.5) * (goal - o) ** 2 for o, goal in zip(out, t, strict=True)]


def _error(keys: Keys, out: float, goal: float, loss: float, total: float, m: str) -> float:
    falls = "delta" in keys.get("conventions", {})  # there the loss stands for t − o
    sign = -1 if falls and m.startswith("loss_for_error") else 1
    wrong = {
        "flipped_error": goal - out,
        "loss_factor/1": 2 * (out - goal),
        "loss_factor/2": (out - goal) / 2,
        "loss_for_error/0": (out - goal) ** 2,
        "loss_for_error/1": abs(out - goal),
        "loss_for_error/2": total,
        "loss_for_error/3": loss,
    }
    return sign * wrong.get(m, out - goal)


def _slope(net: float, out: float, m: str) -> float:
    again = _sigmoid(out)
    wrong = {
        "slope_at_net": net * (1 - net),
        "slope_of_out": again * (1 - again),
        "partial_slope": out,
        "partial_slope/1": 1 - out,
        "other_slope": 1 - out**2,
    }
    return wrong.get(m, out * (1 - out))


def _sent_back(w: Numbers, new_w: Numbers, i: int, errors: Numbers, deltas: Numbers, m: str) -> float:
    """What comes back to unit i of the layer below `w`."""
    total = 0.0
    for k in range(len(w)):
        weight = w[k][i]
        if m == "updated_weights_in_hidden_delta":
            weight = new_w[k][i]
        if m == "no_weight_in_hidden_delta":
            weight = 1.0
        if m == "transposed_weights" and len(w) == len(w[0]):
            weight = w[i][k]
        if m not in ("one_path", "one_path/1") or k == (m == "one_path/1"):
            total += weight * (errors[k] if m == "raw_error_back" else deltas[k])
    return total


def _gradient(j: int, i: int, delta: Numbers, layer: int, nets: Numbers, outs: Numbers, m: str) -> float:
    incoming = outs[layer - 1][i]
    if m == "wrong_activation_in_gradient":
        incoming = outs[layer][j]
    if m == "wrong_activation_in_gradient/1" and layer > 1:
        incoming = nets[layer - 1][i]
    if m == "wrong_activation_in_gradient/2" and len(outs[0]) == len(outs[layer - 1]):
        incoming = outs[0][i]
    return float(delta[j] * incoming)


def _bias_gradient(delta: Numbers, biases: Numbers, m: str) -> Numbers:
    if len(biases) < len(delta):
        unit = {"shared_bias_one_delta": 0, "shared_bias_one_delta/1": 1, "shared_bias_one_delta/2": 2}.get(m)
        delta = [sum(delta)] if unit is None else [delta[unit] if unit < len(delta) else sum(delta)]
    return [d * b for d, b in zip(delta, biases, strict=True)] if m == "bias_gradient_times_bias" else delta


def _change(gradient: float, old: float, rate: float, last: float | None, keys: Keys, m: str) -> float:
    wrong = {
        "added_update": rate * gradient,
        "no_learning_rate": -gradient,
        "learning_rate_twice": -rate * rate * gradient,
        "weight_decay_update": -rate * old,
    }
    change = wrong.get(m, -rate * gradient)
    return change if last is None or m == "momentum_omitted" else change + keys["conventions"]["momentum"] * last


def _new(old: float, change: float, rate: float, m: str) -> float:
    wrong = {
        "added_update/1": old - change,
        "increment_only": change,
        "increment_only/1": -change,
        "learning_rate_twice/1": old + rate * change,
    }
    return wrong.get(m, old + change)


def by_hand(keys: Keys, m: str) -> Keys:
    """The new parameters and the losses of the last step, and what the (last) sample has on the way to them."""
    w, b = keys["weights"], [biases if isinstance(biases, list) else [biases] for biases in keys["biases"]]
    last: Numbers = []
    for _step in range(keys.get("steps", 1)):
        found = _one_step(keys, w, b, last, m)
        w, b, last = found["new_w"], found["new_b"], [found["step_w"], found["step_b"]]
    return found


def _one_step(keys: Keys, w: Numbers, b: Numbers, last: Numbers, m: str) -> Keys:
    samples = keys.get("samples", [keys])
    backs, loss = [], 0.0
    for sample in samples:
        nets, outs = _forward(keys, w, b, sample["inputs"], m)
        losses = _losses(keys, outs[-1], sample["targets"], m)
        loss += sum(losses)
        backs.append(_backward(keys, w, b, nets, outs, sample["targets"], losses, m))
    found = {"net": nets[1:], "out": outs[1:], **backs[-1]}
    for name in ("grad_w", "grad_b"):
        found[name] = [
            sum(np.array(back[name][layer]) for back in backs) / (len(backs) if m == "batch_factor/1" else 1)
            for layer in range(len(w))
        ]
    rate = keys["learning_rate"]
    for place, (name, old) in enumerate((("w", w), ("b", b))):
        found[f"step_{name}"], found[f"new_{name}"] = [], []
        for layer in range(len(w)):
            before = np.ravel(last[place][layer]) if last else [None] * np.size(old[layer])
            olds, gradients = np.ravel(old[layer]), np.ravel(found[f"grad_{name}"][layer])
            changes = [_change(g, o, rate, v, keys, m) for g, o, v in zip(gradients, olds, before, strict=True)]
            news = [_new(o, change, rate, m) for o, change in zip(olds, changes, strict=True)]
            news = list(olds) if m == "bias_not_updated" and name == "b" else news
            for key, numbers in (("step", changes), ("new", news)):
                found[f"{key}_{name}"].append(np.reshape(numbers, np.shape(old[layer])).tolist())
    after = 0.0
    for sample in samples:
        _nets, outs = _forward(keys, found["new_w"], found["new_b"], sample["inputs"], m)
        after += sum(_losses(keys, outs[-1], sample["targets"], m))
    share = len(samples) if m == "batch_factor" else 1
    return found | {"loss": loss / share, "loss_after": after / share}


def _backward(
    keys: Keys, w: Numbers, b: Numbers, nets: Numbers, outs: Numbers, targets: Numbers, losses: Numbers, m: str
) -> Keys:
    depth, direct = len(w), "loss" in keys
    found: Keys = {name: [[]] * depth for name in ("error", "delta", "grad_w", "grad_b")}
    for layer in range(depth, 0, -1):
        out, units = outs[layer], range(len(outs[layer]))
        if layer == depth:
            error = [_error(keys, out[j], targets[j], losses[j], sum(losses), m) for j in units]
        else:
            above = found["delta"][layer], found["grad_w"][layer]
            moved = [
                [weight - keys["learning_rate"] * g for weight, g in zip(*rows, strict=True)]
                for rows in zip(w[layer], above[1], strict=True)
            ]
            error = [_sent_back(w[layer], moved, i, found["error"][layer], above[0], m) for i in units]
        omitted = m == ("omit_output_slope" if layer == depth else "omit_hidden_slope")
        if layer == depth and direct:
            delta = [error[j] * (out[j] * (1 - out[j]) if m == "double_derivative" else 1) for j in units]
        else:
            delta = [error[j] * (1 if omitted else _slope(nets[layer][j], out[j], m)) for j in units]
        found["error"][layer - 1], found["delta"][layer - 1] = error, delta
        found["grad_w"][layer - 1] = [
            [_gradient(j, i, delta, layer, nets, outs, m) for i in range(len(outs[layer - 1]))] for j in units
        ]
        found["grad_b"][layer - 1] = _bias_gradient(delta, b[layer - 1], m)
    return found


@pytest.mark.parametrize(("name", "keys", "mistake"), CASES, ids=lambda case: case if isinstance(case, str) else "")
def test_the_page_with_a_mistake_is_the_one_worked_out_by_hand(name: str, keys: Keys, mistake: str) -> None:
    problem = load(keys)
    written = page(problem)
    which, _slash, place = mistake.partition("/")
    edits = [variant.edit for variant in variants(problem) if variant.misconception.id == which]
    found = run(written.recipe | dict(edits[int(place or 0)]) if mistake else written.recipe, written.given)
    expected, falls = by_hand(keys, mistake), name == "falling"
    step = problem.steps if problem.steps > 1 else 0
    for quantity, layers in expected.items():
        single = quantity in ("net", "out", "error", "delta")
        sample = "2" if name == "samples" and single else ""
        if quantity.startswith("loss"):
            assert found[Quantity(quantity, 0, "", step)] == pytest.approx(layers, rel=1e-12), quantity
            continue
        for layer, numbers in enumerate(layers, start=1):
            if quantity == "error" and layer == problem.depth and "loss" in keys:
                continue  # it does not stand on the page
            flipped = falls and quantity in ("error", "delta")
            number = np.asarray(found[Quantity(quantity, layer, sample, step)]) * (-1 if flipped else 1)
            assert number.tolist() == pytest.approx(np.array(numbers), rel=1e-11, abs=1e-14), (quantity, layer)


def test_every_misconception_is_worked_out_by_hand() -> None:
    done = {mistake.partition("/")[0] for _name, _keys, mistake in CASES}
    published = {"broadcast_product"}  # a program's accident, whose own figures test_published.py has
    tables = (
        *(units.UNITS, calculator.CALCULATOR, exchanges.EXCHANGES, slopes.SLOPES),
        *(outputs.OUTPUTS, sent_back.SENT_BACK, gradients.GRADIENTS, updates.UPDATES),
        *(optimizers.OPTIMIZERS, decays.DECAYS, thresholds.THRESHOLDS),
    )
    elsewhere = {misconception.id for table in tables for misconception in table}  # in the two files beside this one
    assert done | published | elsewhere == {misconception.id for misconception in MISCONCEPTIONS} | {""}
