"""The misconceptions of update rules, weight decay and units that jump, worked out once more by loops of their own.

A mistake is the id of a misconception, with `/2` for the third of its variants in that problem.
"""

from __future__ import annotations

from typing import Any

import pytest

from bptutor.engine.evaluate import run
from bptutor.engine.page import page
from bptutor.engine.quantities import Quantity
from bptutor.files.library import load
from bptutor.mistakes.decays import DECAYS
from bptutor.mistakes.optimizers import OPTIMIZERS
from bptutor.mistakes.thresholds import THRESHOLDS
from bptutor.mistakes.variants import variants

Keys = dict[str, Any]

GRADIENTS = (0.5, 0.3, 0.8)
RATE, BETA1, BETA2, EPSILON, WEIGHT = 0.1, 0.8, 0.9, 0.05, 2.0
ADAM: Keys = {
    "layers": [1, 1],
    "activation": "linear",
    "loss": "output",
    "learning_rate": RATE,
    "optimizer": {"adam": {"beta1": BETA1, "beta2": BETA2, "epsilon": EPSILON}},
    "inputs": [1],
    "weights": [[[WEIGHT]]],
    "steps": len(GRADIENTS),
    "given": {f"grad_w1#{step}": [[gradient]] for step, gradient in enumerate(GRADIENTS, 1)},
}
ADAM_CASES = [
    "",
    *(f"bias_correction_left_out/{k}" for k in range(3)),
    *(f"step_number_off/{k}" for k in range(3)),
    *(f"betas_exchanged/{k}" for k in range(3)),
    *(f"averages_exchanged/{k}" for k in range(2)),
    *(f"whole_gradient_in_average/{k}" for k in range(2)),
    *(f"parts_of_average_exchanged/{k}" for k in range(2)),
    "gradient_not_squared/0",
    *(f"average_started_anew/{k}" for k in range(3)),
    "gradient_for_average/0",
    *(f"root_left_out/{k}" for k in range(2)),
    *(f"epsilon_elsewhere/{k}" for k in range(2)),
]


def _edited(keys: Keys, mistake: str) -> Any:
    problem, (which, _slash, place) = load(keys), mistake.partition("/")
    written = page(problem)
    edits = [one.edit for one in variants(problem) if one.misconception.id == which and not one.in_a_layer]
    return run({**written.recipe, **(edits[int(place)] if which else {})}, written.given)


def _adam_by_hand(mistake: str) -> list[dict[str, float]]:
    found, w, m, v = [], WEIGHT, 0.0, 0.0
    for t, g in enumerate(GRADIENTS, 1):
        b1, b2 = (BETA2, BETA1) if mistake in ("betas_exchanged/0", "betas_exchanged/1") else (BETA1, BETA2)
        before_m = 0.0 if mistake in ("average_started_anew/0", "average_started_anew/1") else m
        before_v = 0.0 if mistake in ("average_started_anew/0", "average_started_anew/2") else v
        keep1, take1, keep2, take2 = b1, 1 - b1, b2, 1 - b2
        if mistake.startswith("parts_of_average_exchanged"):
            keep1, take1 = take1, keep1
            keep2, take2 = (take2, keep2) if mistake.endswith("0") else (keep2, take2)
        if mistake.startswith("whole_gradient_in_average"):
            take1, take2 = 1.0, 1.0 if mistake.endswith("0") else take2
        into_m, into_v = g, g * g
        if mistake == "averages_exchanged/1":
            into_m, into_v = g * g, g
        if mistake == "gradient_not_squared/0":
            into_v = g
        m, v = keep1 * before_m + take1 * into_m, keep2 * before_v + take2 * into_v
        powers = {"step_number_off/0": 1, "step_number_off/1": t + 1, "step_number_off/2": max(t - 1, 1)}
        n = powers.get(mistake, t)
        c1, c2 = (BETA2, BETA1) if mistake in ("betas_exchanged/0", "betas_exchanged/2") else (BETA1, BETA2)
        m_hat = m if mistake in ("bias_correction_left_out/0", "bias_correction_left_out/1") else m / (1 - c1**n)
        v_hat = v if mistake in ("bias_correction_left_out/0", "bias_correction_left_out/2") else v / (1 - c2**n)
        above = g if mistake == "gradient_for_average/0" else m_hat
        below = v_hat
        if mistake == "averages_exchanged/0":
            above, below = below, above
        divisor = {
            "root_left_out/0": below + EPSILON,
            "root_left_out/1": 1.0,
            "epsilon_elsewhere/0": (below + EPSILON) ** 0.5,
            "epsilon_elsewhere/1": below**0.5 - EPSILON,
        }.get(mistake, below**0.5 + EPSILON)
        step = -RATE * above / divisor
        w += step
        found.append({"m": m, "v": v, "m_hat": m_hat, "v_hat": v_hat, "step": step, "new": w})
    return found


@pytest.mark.parametrize("mistake", ADAM_CASES)
def test_adam_with_a_mistake_is_the_one_worked_out_by_hand(mistake: str) -> None:
    values = _edited(ADAM, mistake)
    for step, expected in enumerate(_adam_by_hand(mistake), 1):
        for word, value in expected.items():
            found = values[Quantity(f"{word}_w", 1, "", step)]
            assert float(found[0, 0]) == pytest.approx(value, rel=1e-12), (word, step)


# Weight decay: one linear unit, E = ½(t − o)²

LAMBDA = 0.2
DECAY: Keys = {
    "layers": [2, 1],
    "activation": "linear",
    "learning_rate": RATE,
    "inputs": [0.5, -1.5],
    "targets": [1.0],
    "weights": [[[0.6, -0.4]]],
    "biases": [[0.3]],
}
DECAY_CASES = [
    *(("l2", False, m) for m in ("", "decay_left_out/0", "decay_subtracted/0", "decay_of_biases/0")),
    *(("l2", False, f"other_decay/{k}") for k in range(4)),
    *(("l2", False, f"penalty_factor/{k}") for k in range(2)),
    *(("l2", True, m) for m in ("", "decay_left_out/0", "decay_left_out/1", "decay_subtracted/0")),
    *(("l1", False, m) for m in ("", "decay_left_out/0", "decay_subtracted/0", "decay_of_biases/0")),
    *(("l1", False, f"other_decay/{k}") for k in range(3)),
    *(("l1", False, f"penalty_factor/{k}") for k in range(2)),
    *(("decoupled", True, m) for m in ("", "decay_left_out/0", "decay_left_out/1", "decay_subtracted/0")),
    ("decoupled", True, "other_decay/0"),
]


def _decay_by_hand(kind: str, biases: bool, mistake: str) -> tuple[float, list[float]]:
    """The penalty, and the new weights and the new bias."""
    x, old = [*DECAY["inputs"], 1.0], [*DECAY["weights"][0][0], DECAY["biases"][0][0]]
    out = sum(a * b for a, b in zip(x, old, strict=True))
    counted = old if biases else old[:2]
    penalty = LAMBDA * sum(w * w / 2 if kind == "l2" else abs(w) for w in counted)
    penalty *= {"penalty_factor/0": 2, "penalty_factor/1": 0.5}.get(mistake, 1)
    new = []
    for place, (value, w) in enumerate(zip(x, old, strict=True)):
        bias = place == 2
        decays = biases or not bias or mistake == "decay_of_biases/0"
        if mistake == "decay_left_out/0" or (mistake == "decay_left_out/1" and bias):
            decays = False
        sign = 1.0 if w > 0 else -1.0
        pull = LAMBDA * (sign if kind == "l1" else w)
        if mistake == "other_decay/0" and kind != "decoupled":
            pull = LAMBDA * (w if kind == "l1" else sign)
        if mistake == "other_decay/1":
            pull = LAMBDA if kind == "l1" else 2 * LAMBDA * w
        if mistake == "other_decay/2":
            pull = sign if kind == "l1" else LAMBDA / 2 * w
        if mistake == "other_decay/3":
            pull = w
        pull = -pull if mistake == "decay_subtracted/0" else pull
        gradient = (out - DECAY["targets"][0]) * value
        shrink = pull if kind == "decoupled" and mistake == "other_decay/0" else RATE * pull
        new.append(w - RATE * gradient - (shrink if decays else 0.0))
    return penalty, new


@pytest.mark.parametrize(("kind", "biases", "mistake"), DECAY_CASES)
def test_decay_with_a_mistake_is_the_one_worked_out_by_hand(kind: str, biases: bool, mistake: str) -> None:
    values = _edited(DECAY | {"weight_decay": {kind: LAMBDA, "biases": biases}}, mistake)
    penalty, new = _decay_by_hand(kind, biases, mistake)
    if kind != "decoupled":
        assert float(values[Quantity("penalty")]) == pytest.approx(penalty, rel=1e-12)
    found = [*values[Quantity("new_w", 1)][0], values[Quantity("new_b", 1)][0]]
    assert found == pytest.approx(new, rel=1e-12)


# A perceptron on AND, in two steps; its first net input is 0

PERCEPTRON: Keys = {
    "layers": [2, 1],
    "learning_rate": 0.5,
    "samples": [
        {"inputs": [0, 0], "targets": [0]},
        {"inputs": [0, 1], "targets": [0]},
        {"inputs": [1, 0], "targets": [0]},
        {"inputs": [1, 1], "targets": [1]},
    ],
    "weights": [[[0.3, -0.1]]],
    "biases": [[0.0]],
    "steps": 2,
}
PERCEPTRON_CASES = ["", "other_side_of_zero/0", "coded_otherwise/0", "target_for_error/0"]
PERCEPTRON_CASES += [f"first_weights_kept/{k}" for k in range(2)]


def _perceptron_by_hand(unit: str, at_zero: int, mistake: str) -> list[tuple[float, list[float]]]:
    """The output of each row, and the weights and the bias after it."""
    first = [0.3, -0.1, 0.0]
    rows, now = [], [*first]
    for _step in range(2):
        for sample in PERCEPTRON["samples"]:
            x = [*sample["inputs"], 1.0]
            used = first if mistake.startswith("first_weights_kept") else now
            net = round(sum(w * value for w, value in zip(used, x, strict=True)), 9)
            up = at_zero != (mistake == "other_side_of_zero/0")
            low = -1.0 if (unit == "sign") != (mistake == "coded_otherwise/0") else 0.0
            out = 1.0 if net > 0 or (net == 0 and up) else low
            target = sample["targets"][0] if unit == "step" else 2 * sample["targets"][0] - 1
            change = target if mistake == "target_for_error/0" else target - out
            before = first if mistake == "first_weights_kept/1" else now
            now = [w + 0.5 * change * value for w, value in zip(before, x, strict=True)]
            rows.append((out, now))
    return rows


@pytest.mark.parametrize("mistake", PERCEPTRON_CASES)
@pytest.mark.parametrize("delta", ["gradient", "descent"])
@pytest.mark.parametrize(("unit", "at_zero"), [("step", 0), ("step", 1), ("sign", 0), ("sign", 1)])
def test_a_perceptron_with_a_mistake_is_the_one_worked_out_by_hand(
    unit: str, at_zero: int, delta: str, mistake: str
) -> None:
    samples = PERCEPTRON["samples"]
    if unit == "sign":
        samples = [one | {"targets": [2 * one["targets"][0] - 1]} for one in samples]
    conventions = {"batch": "online", "at_zero": at_zero, "delta": delta}
    values = _edited(PERCEPTRON | {"activation": unit, "samples": samples, "conventions": conventions}, mistake)
    places = [(str(sample), step) for step in (1, 2) for sample in range(1, 5)]
    for place, (out, new) in zip(places, _perceptron_by_hand(unit, at_zero, mistake), strict=True):
        assert float(values[Quantity("out", 1, *place)][0]) == out, place
        found = [*values[Quantity("new_w", 1, *place)][0], values[Quantity("new_b", 1, *place)][0]]
        assert found == pytest.approx(new, abs=1e-12), place


def test_every_one_of_them_is_worked_out_by_hand() -> None:
    cases = [*ADAM_CASES, *PERCEPTRON_CASES, *(mistake for _kind, _biases, mistake in DECAY_CASES)]
    done = {mistake.partition("/")[0] for mistake in cases}
    assert {one.id for table in (OPTIMIZERS, DECAYS, THRESHOLDS) for one in table} <= done
