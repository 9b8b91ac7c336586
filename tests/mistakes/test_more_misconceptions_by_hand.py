"""The misconceptions of exchanges, calculators, slopes, … worked out once more, by loops of their own.

`by_hand` works out one update of two layers with one mistake in it; a mistake is the id of a misconception, with `/2`
for the third of its variants in that problem.
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
from bptutor.mistakes.calculator import CALCULATOR
from bptutor.mistakes.exchanges import EXCHANGES
from bptutor.mistakes.gradients import GRADIENTS
from bptutor.mistakes.outputs import OUTPUTS
from bptutor.mistakes.sent_back import SENT_BACK
from bptutor.mistakes.slopes import SLOPES
from bptutor.mistakes.units import UNITS
from bptutor.mistakes.updates import UPDATES
from bptutor.mistakes.variants import variants

Keys = dict[str, Any]
Numbers = list[Any]

SQUARE: Keys = {  # 2-2-2
    "layers": [2, 2, 2],
    "activation": "sigmoid",
    "learning_rate": 0.3,
    "inputs": [0.6, -0.9],
    "targets": [0.2, 0.7],
    "weights": [[[0.3, -0.4], [0.8, 0.1]], [[0.7, -0.2], [0.35, 0.9]]],
    "biases": [[0.1, -0.3], [0.45, -0.15]],
}
OFF = SQUARE | {"activation": ["relu", "linear"], "biases": [[-0.9, 0.3], [0.45, -0.15]]}  # the first unit is off
TANH = SQUARE | {"activation": "tanh"}
LOGARITHM = SQUARE | {"loss": "binary_cross_entropy"}
SOFTMAX = SQUARE | {"loss": "cross_entropy", "activation": ["sigmoid", "softmax"], "targets": [0, 1]}
SAMPLES = {key: value for key, value in SQUARE.items() if key not in ("inputs", "targets")} | {
    "samples": [
        {"inputs": [0.6, -0.9], "targets": [0.2, 0.7]},
        {"inputs": [-0.1, 0.4], "targets": [0.9, 0.3]},
        {"inputs": [0.5, 0.2], "targets": [0.4, 0.6]},
    ],
    "conventions": {"batch": "mean"},
}
PROBLEMS = {
    "square": SQUARE,
    "off": OFF,
    "tanh": TANH,
    "logarithm": LOGARITHM,
    "softmax": SOFTMAX,
    "samples": SAMPLES,
}
CASES = [
    *(("square", f"other_activation/{k}") for k in range(3)),
    *(("off", f"other_activation/{k}") for k in range(4)),
    ("off", "relu_of_absolute"),
    ("square", "bias_as_one"),
    ("square", "calculator_brackets"),
    *(("square", f"calculator_no_sum/{k}") for k in range(2)),
    *(("square", f"calculator_{name}") for name in ("powers_of_ten", "e_times_net", "net_over")),
    ("tanh", "calculator_degrees"),
    ("logarithm", "log2"),
    ("softmax", "log2"),
    *(("square", f"units_exchanged/{k}") for k in range(17)),
    *(("square", f"inputs_exchanged/{k}") for k in range(2)),
    ("square", "targets_exchanged"),
    *(("square", f"gradients_exchanged/{k}") for k in range(4)),
    ("square", "wrong_old_weight"),
    *(("square", f"wrong_slope_formula/{k}") for k in range(5)),
    *(("tanh", f"wrong_slope_formula/{k}") for k in range(2)),
    *(("off", name) for name in ("relu_slope_always_one", "relu_slope_is_output", "relu_slope_flipped")),
    *(("off", f"other_slope/{k}") for k in range(2)),
    ("square", "slope_twice"),
    *(("square", f"slope_of_another_layer/{k}") for k in range(2)),
    *(("square", name) for name in ("error_sign_plus", "errors_added_up", "error_times_output")),
    ("softmax", "softmax_only_true_class"),
    ("softmax", "error_for_delta"),
    ("logarithm", "error_for_delta"),
    *(("square", name) for name in ("mean_over_paths", "loss_sent_back", "own_incoming_weights")),
    *(("square", f"gradients_sent_back/{k}") for k in range(2)),
    ("square", "delta_for_gradient"),
    *(("square", f"error_for_delta_in_gradient/{k}") for k in range(2)),
    *(("square", name) for name in ("gradient_transposed", "same_input_for_all", "bias_gradient_summed")),
    *(("square", f"bias_gradient_times_input/{k}") for k in range(2)),
    ("samples", "last_sample_only"),
    *(("samples", f"batch_divided_twice/{k}") for k in range(4)),
    *(("square", f"old_weights_kept/{k}") for k in range(2)),
    ("square", "momentum_on_weight"),
    *(("square", f"other_learning_rate/{k}") for k in range(5)),
]


def _swap(values: Numbers) -> Numbers:
    first, second = values
    return [second, first]


def _sigmoid(net: float) -> float:
    return 1 / (1 + math.exp(-net))


def _out(net: float, kind: str, m: str) -> float:
    relu = net if net > 0 else 0.0
    if kind != ("tanh" if m == "calculator_degrees" else "sigmoid") and m.startswith("calculator"):
        return math.nan
    wrong = {
        "calculator_brackets": lambda: 1 / 1 + math.exp(-net),
        "calculator_no_sum/0": lambda: math.exp(net),
        "calculator_no_sum/1": lambda: math.exp(-net),
        "calculator_powers_of_ten": lambda: 1 / (1 + 10 ** (-net)),
        "calculator_e_times_net": lambda: 1 / (1 - 2.71828 * net),
        "calculator_net_over": lambda: net / (1 + math.exp(-net)),
        "calculator_degrees": lambda: math.tanh(0.0174533 * net),
        "relu_of_absolute": lambda: abs(net) if kind == "relu" else net,
    }
    if m in wrong:
        return wrong[m]()
    if m.startswith("other_activation"):
        order = ["tanh", "relu", "bipolar"] if kind == "sigmoid" else ["sigmoid", "tanh", "relu", "bipolar"]
        kind = order[int(m[-1])]
    right = {"sigmoid": _sigmoid(net), "tanh": math.tanh(net), "relu": relu, "linear": net}
    return right[kind] if kind in right else 2 * _sigmoid(net) - 1


def _slope(net: float, out: float, kind: str, m: str) -> float:
    on = 1.0 if net > 0 else 0.0
    right = {"sigmoid": out * (1 - out), "tanh": 1 - out * out, "relu": on, "linear": 1.0}[kind]
    wrong: dict[tuple[str, str], float] = {
        ("wrong_slope_formula/0", "sigmoid"): out**2,
        ("wrong_slope_formula/1", "sigmoid"): _sigmoid(1 - out),
        ("wrong_slope_formula/2", "sigmoid"): 2 * out - 1,
        ("wrong_slope_formula/3", "sigmoid"): out + out**2,
        ("wrong_slope_formula/4", "sigmoid"): out**2 - out,
        ("wrong_slope_formula/0", "tanh"): -(out**2),
        ("wrong_slope_formula/1", "tanh"): 1 + out**2,
        ("relu_slope_always_one", "relu"): 1.0,
        ("relu_slope_is_output", "relu"): out,
        ("relu_slope_flipped", "relu"): 1.0 - on,
        ("other_slope/0", "relu"): out - out**2,
        ("other_slope/0", "linear"): out - out**2,
        ("other_slope/1", "relu"): 1 - out**2,
        ("other_slope/1", "linear"): 1 - out**2,
    }
    return wrong.get((m, kind), right)


def _exchanged(values: Numbers, m: str, *ways: int) -> Numbers:
    """The numbers, or the two exchanged where the mistake is one of these ways of exchanging units."""
    return _swap(values) if m in {f"units_exchanged/{way}" for way in ways} else values


def _forward(w: Numbers, b: Numbers, x: Numbers, kinds: Numbers, m: str, before: bool) -> tuple[Numbers, Numbers]:
    """`before` the update; afterwards a mistake is made again only where it is one of the forward pass itself."""
    nets, outs = [], [x]
    for layer in range(2):
        incoming = outs[-1]
        if layer == 0 and m == "inputs_exchanged/0":
            incoming = _swap(incoming)
        if layer == 1:
            incoming = _exchanged(incoming, m, 5)
        net = []
        for j in range(2):
            total = 1.0 if m == "bias_as_one" else b[layer][j]
            for i in range(2):
                total += w[layer][j][i] * incoming[i]
            net.append(total)
        net = _exchanged(net, m, 9 * layer) if before else net
        if kinds[layer] == "softmax":
            powers = [math.exp(one) for one in net]
            out = [power / (powers[0] + powers[1]) for power in powers]
        else:
            out = [_out(one, kinds[layer], m) for one in net]
        nets.append(net)
        outs.append(_exchanged(out, m, 9 * layer + 1) if before else out)
    return nets, outs


def _losses(keys: Keys, out: Numbers, t: Numbers, m: str) -> Numbers:
    log = math.log2 if m == "log2" else math.log
    match keys.get("loss"):
        case "cross_entropy":
            return [-goal * log(o) if goal else 0.0 for o, goal in zip(out, t, strict=True)]
        case "binary_cross_entropy":
            return [-goal * log(o) - (1 - goal) * log(1 - o) for o, goal in zip(out, t, strict=True)]
    return [0.5 * (goal - o) ** 2 for o, goal in zip(out, t, strict=True)]


def _output_delta(keys: Keys, out: Numbers, t: Numbers, slope: Numbers, m: str) -> tuple[Numbers, Numbers]:
    """The errors of the outputs and their deltas."""
    t = _swap(t) if m == "targets_exchanged" else t
    error = [o + goal if m == "error_sign_plus" else o - goal for o, goal in zip(out, t, strict=True)]
    if m == "errors_added_up":
        error = [error[0] + error[1]] * 2
    if m == "error_times_output":
        error = [one * o for one, o in zip(error, out, strict=True)]
    error = _exchanged(error, m, 12)
    if "loss" not in keys:
        return error, [one * s for one, s in zip(error, slope, strict=True)]
    if m == "softmax_only_true_class":
        error = [o - 1 if goal == 1 else 0.0 for o, goal in zip(out, t, strict=True)]
    if m == "error_for_delta":
        binary = keys["loss"] == "binary_cross_entropy"
        error = [-goal / o + ((1 - goal) / (1 - o) if binary else 0.0) for o, goal in zip(out, t, strict=True)]
    return error, error


def _sample(keys: Keys, x: Numbers, t: Numbers, kinds: Numbers, m: str) -> Keys:
    w, b = keys["weights"], keys["biases"]
    nets, outs = _forward(w, b, x, kinds, m, True)
    losses = _losses(keys, outs[2], t, m)
    slopes = [
        [_slope(n, o, kind if kind != "softmax" else "sigmoid", m) for n, o in zip(net, out, strict=True)]
        for net, out, kind in zip(nets, outs[1:], kinds, strict=True)
    ]
    slopes = [_exchanged(slopes[0], m, 2), _exchanged(slopes[1], m, 11)]
    used = [_exchanged(slopes[0], m, 6), _exchanged(slopes[1], m, 15)]
    if m == "slope_of_another_layer/0":
        used[0] = slopes[1]
    if m == "slope_of_another_layer/1":
        used[1] = slopes[0]
    if m == "slope_twice":
        used = [[s * s for s in layer] for layer in used]
    error2, delta2 = _output_delta(keys, outs[2], t, used[1], m)
    delta2 = _exchanged(delta2, m, 13)
    grad2 = _gradient(delta2, error2, _exchanged(outs[1], m, 8), _exchanged(delta2, m, 16), m)
    back = _exchanged(delta2, m, 14)
    error1 = []
    for i in range(2):
        ways = [w[1][k][i] * (losses[k] if m == "loss_sent_back" else back[k]) for k in range(2)]
        if m == "own_incoming_weights":
            ways = [w[0][i][k] * back[k] for k in range(2)]
        if m == "gradients_sent_back/0":
            ways = [grad2[k][i] for k in range(2)]
        if m == "gradients_sent_back/1":
            ways = [w[1][k][i] * grad2[k][i] for k in range(2)]
        error1.append((ways[0] + ways[1]) / (2 if m == "mean_over_paths" else 1))
    error1 = _exchanged(error1, m, 3)
    delta1 = _exchanged([one * s for one, s in zip(error1, used[0], strict=True)], m, 4)
    incoming = _swap(x) if m == "inputs_exchanged/1" else x
    grad1 = _gradient(delta1, error1, incoming, _exchanged(delta1, m, 7), m)
    return {
        "net": nets,
        "out": outs[1:],
        "slope": slopes,
        "error": [error1, error2],
        "delta": [delta1, delta2],
        "grad_w": [grad1, grad2],
        "grad_b": [_bias_gradient(delta1, error1, x, m), _bias_gradient(delta2, error2, outs[1], m)],
        "losses": losses,
    }


def _gradient(delta: Numbers, error: Numbers, x: Numbers, used: Numbers, m: str) -> Numbers:
    rows = []
    for j in range(2):
        row = []
        for i in range(2):
            left, right = used[j], x[i]
            if m == "delta_for_gradient":
                right = 1.0
            if m.startswith("error_for_delta_in_gradient"):
                left = error[j]
            if m == "gradient_transposed":
                left, right = delta[i], x[j]
            if m == "same_input_for_all":
                right = x[0]
            row.append(left * right)
        rows.append(row)
    return rows


def _bias_gradient(delta: Numbers, error: Numbers, x: Numbers, m: str) -> Numbers:
    wrong = {
        "error_for_delta_in_gradient/0": error,
        "bias_gradient_summed": [delta[0] + delta[1]] * 2,
        "bias_gradient_times_input/0": [delta[0] * x[0], delta[1] * x[0]],
        "bias_gradient_times_input/1": [delta[0] * x[0], delta[1] * x[1]],
    }
    return wrong.get(m, delta)


def _new(name: str, old: float, gradient: float, rate: float, m: str) -> float:
    wrong = {
        "old_weights_kept/0": old,
        "old_weights_kept/1": old if name == "w" else old - rate * gradient,
        "momentum_on_weight": 0.9 * old - rate * gradient,
        "other_learning_rate/0": old - 0.1 * gradient,
        "other_learning_rate/1": old - 0.5 * gradient,
        "other_learning_rate/2": old - 0.01 * gradient,
        "other_learning_rate/3": old - 10 * rate * gradient,
        "other_learning_rate/4": old - rate / 10 * gradient,
    }
    return wrong.get(m, old - rate * gradient)


def _updated(name: str, old: Any, gradient: Any, rate: float, m: str) -> Numbers:
    """The new parameters of a layer, rows of weights or one row of biases."""
    rows = [(old, gradient)] if name == "b" else list(zip(old, gradient, strict=True))
    found = []
    for before, moved_by in rows:
        way = {"w": ("0", "1"), "b": ("2", "3")}[name]
        by = _swap(moved_by) if m in {f"gradients_exchanged/{k}" for k in way} else moved_by
        start = _swap(before) if (m, name) == ("wrong_old_weight", "w") else before
        found.append([_new(name, one, g, rate, m) for one, g in zip(start, by, strict=True)])
    return found[0] if name == "b" else found


def by_hand(keys: Keys, m: str) -> Keys:
    """What stands on the page from the (last) sample's net inputs to the loss after the update."""
    activation = keys["activation"]
    kinds = [activation, activation] if isinstance(activation, str) else activation
    samples = keys.get("samples", [keys])
    each = [_sample(keys, sample["inputs"], sample["targets"], kinds, m) for sample in samples]
    found, count = dict(each[-1]), len(each)
    divisor = {"batch_divided_twice/0": 2 * count, "batch_divided_twice/2": count * count}.get(m, count)
    loss_divisor = {"batch_divided_twice/1": 2 * count, "batch_divided_twice/3": count * count}.get(m, count)
    for name in ("grad_w", "grad_b"):
        found[name] = [
            np.array(each[-1][name][layer])
            if m == "last_sample_only"
            else sum(np.array(one[name][layer]) for one in each) / divisor
            for layer in range(2)
        ]
    rate = keys["learning_rate"]
    for name, before in (("w", keys["weights"]), ("b", keys["biases"])):
        found[f"new_{name}"] = [
            _updated(name, before[layer], found[f"grad_{name}"][layer].tolist(), rate, m) for layer in range(2)
        ]
    found["loss"] = sum(sum(one["losses"]) for one in each) / loss_divisor
    after = 0.0
    for sample in samples:
        _nets, outs = _forward(found["new_w"], found["new_b"], sample["inputs"], kinds, m, False)
        after += sum(_losses(keys, outs[2], sample["targets"], m))
    return found | {"loss_after": after / loss_divisor}


def _named(found: Any, quantity: str, layer: int, several: bool) -> Any:
    sample = "3" if several and quantity in ("net", "out", "slope", "error", "delta") else ""
    return found[Quantity(quantity, layer, sample)]


@pytest.mark.parametrize(("name", "mistake"), CASES)
def test_the_page_with_a_mistake_is_the_one_worked_out_by_hand(name: str, mistake: str) -> None:
    keys = PROBLEMS[name]
    problem = load(keys)
    written, (which, _slash, place) = page(problem), mistake.partition("/")
    edits = [variant.edit for variant in variants(problem) if variant.misconception.id == which]
    found = run(written.recipe | dict(edits[int(place or 0)]), written.given)
    expected = by_hand(keys, mistake)
    for quantity in ("loss", "loss_after"):
        assert found[Quantity(quantity, 0, "")] == pytest.approx(expected[quantity], rel=1e-9), quantity
    for quantity in ("net", "out", "slope", "error", "delta", "grad_w", "grad_b", "new_w", "new_b"):
        for layer in (1, 2):
            if layer == 2 and "loss" in keys and quantity in ("slope", "error"):
                continue  # they do not stand on the page
            number = np.asarray(_named(found, quantity, layer, name == "samples"), dtype=float)
            assert number == pytest.approx(np.array(expected[quantity][layer - 1]), rel=1e-9, abs=1e-13), (
                quantity,
                layer,
            )


def test_every_one_of_them_is_worked_out_by_hand() -> None:
    done = {mistake.partition("/")[0] for _name, mistake in CASES}
    tables = (UNITS, CALCULATOR, EXCHANGES, SLOPES, OUTPUTS, SENT_BACK, GRADIENTS, UPDATES)
    assert {misconception.id for table in tables for misconception in table} <= done
