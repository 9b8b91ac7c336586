"""An oracle of whole pages: every cell, in every convention, by loops over Python floats; no code of the package."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal
from typing import Any

from bptutor.problem import Conventions
from tests.support.problem_keys import (
    Matrix,
    Vector,
    activations_of,
    digits_of,
    given_cells,
    groups_of,
    parameters_of,
    quantity_of,
    samples_of,
)
from tests.support.random_problems import Keys


def _sigmoid(x: float) -> float:
    return 1 / (1 + math.exp(-x))


# name: the function of net (and leak), its slope from net, out (and leak)
FUNCTIONS: dict[str, tuple[Callable[..., float], Callable[..., float]]] = {
    "sigmoid": (lambda x, _a: _sigmoid(x), lambda _x, y, _a: y * (1 - y)),
    "bipolar_sigmoid": (lambda x, _a: 2 * _sigmoid(x) - 1, lambda _x, y, _a: 0.5 * (1 + y) * (1 - y)),
    "tanh": (lambda x, _a: math.tanh(x), lambda _x, y, _a: 1 - y * y),
    "relu": (lambda x, _a: x if x > 0 else 0.0, lambda x, _y, _a: 1.0 if x > 0 else 0.0),
    "leaky_relu": (lambda x, a: x if x > 0 else a * x, lambda x, _y, a: 1.0 if x > 0 else a),
    "linear": (lambda x, _a: x, lambda _x, _y, _a: 1.0),
    "step": (lambda x, a: 1.0 if x > 0 or (a and x == 0) else 0.0, lambda _x, _y, _a: math.nan),
    "sign": (lambda x, a: 1.0 if x > 0 or (a and x == 0) else -1.0, lambda _x, _y, _a: math.nan),
}
# name: the loss of one output, and its derivative, from out, target and the number of outputs
LOSS: dict[str, tuple[Callable[..., float], Callable[..., float]]] = {
    "half_squared_error": (lambda o, t, _n: (t - o) ** 2 / 2, lambda o, t, _n: o - t),
    "squared_error": (lambda o, t, _n: (t - o) ** 2, lambda o, t, _n: 2 * (o - t)),
    "mean_squared_error": (lambda o, t, n: (t - o) ** 2 / n, lambda o, t, n: 2 * (o - t) / n),
    "binary_cross_entropy": (
        lambda o, t, _n: -t * math.log(o) - (1 - t) * math.log(1 - o),
        lambda o, t, _n: (o - t) / o / (1 - o),
    ),
    "cross_entropy": (lambda o, t, _n: -t * math.log(o), lambda o, t, _n: -t / o),
    "output": (lambda _o, _t, _n: math.nan, lambda _o, _t, _n: 1.0),
}


class Sheet:
    """Every cell of a problem by its id, worked out cell by cell."""

    def __init__(self, keys: Keys):
        self.keys, self.cells = keys, dict[str, float]()
        self.conventions = Conventions(**keys["conventions"])._asdict()
        self.activations, self.loss = activations_of(keys), keys.get("loss", "half_squared_error")
        self.depth = len(keys["layers"]) - 1
        self.w, self.b = map(list, parameters_of(keys))
        self.last: dict[str, float] = {}
        self.given = given_cells(keys)
        chosen = keys.get("optimizer", "sgd")
        ((self.rule, self.numbers),) = chosen.items() if isinstance(chosen, dict) else [(chosen, {})]
        self.decay: dict[str, Any] = dict(keys.get("weight_decay", {}))
        self.biases_decay, self.updates = self.decay.pop("biases", False), 0
        self.kind: str = next(iter(self.decay), "")
        self.pull: float = self.decay.get(self.kind, 0.0)
        self.backward = self.loss == "output" or "targets" in samples_of(keys)[0]
        self.sign = -1 if self.conventions["delta"] == "descent" else 1
        steps = keys.get("steps", 1)
        for step in range(1, steps + 1):
            for group, samples in groups_of(keys):
                self.update(group, samples, f"#{step}" if steps > 1 else "")
        self.asked = {cell: value for cell, value in self.cells.items() if cell not in self.given}

    def rounded(self, cell: str, value: float) -> float:
        """A value with the digits of its cell."""
        ties = ROUND_HALF_UP if self.conventions["ties"] == "half_up" else ROUND_HALF_EVEN
        digits, number = digits_of(self.keys["decimals"], cell), Decimal(f"{value:.13e}")
        if isinstance(digits, str):  # 4 figures
            return float(Context(int(digits.split()[0]), ties).plus(number)) + 0.0
        return float(number.quantize(Decimal(1).scaleb(-digits), ties)) + 0.0

    def put(self, cell: str, value: float) -> float:
        """Writes a value down, rounded where the conventions say so."""
        if self.conventions["rounding"] == "carry":
            value = self.rounded(cell, value)
        self.cells[cell] = value = self.given.get(cell, value)
        return value

    def update(self, group: str, samples: list[tuple[str, Keys]], step: str) -> None:
        passes = {tag: self.forward(row, tag + step) for tag, row in samples}
        if "targets" in samples[0][1]:
            self.losses(passes, samples, group, step)
            self.penalty(group + step)
        if not self.backward:
            return
        self.updates += 1
        # Layer by layer from the end, all samples together: so updated weights are known when they are needed.
        deltas: dict[str, Vector] = {tag: [] for tag, _row in samples}
        new: dict[int, tuple[Matrix, Any]] = {}
        for layer in range(self.depth, 0, -1):
            for tag, row in samples:
                deltas[tag] = self.deltas(layer, passes[tag], deltas[tag], row, tag + step, new.get(layer + 1))
                self.gradients(layer, deltas[tag], passes[tag][layer - 1][1], tag + step)
            self.combine(layer, group, [tag for tag, _row in samples], step)
            if "learning_rate" in self.keys:
                new[layer] = self.learn(layer, group + step, passes, deltas)
        for tag, _row in samples:
            self.back(0, self.w[0], deltas[tag], tag + step)
        for layer, parameters in new.items():
            self.w[layer - 1], self.b[layer - 1] = parameters
        if new and "targets" in samples[0][1]:
            self.after(group, samples, step)

    def forward(self, row: Keys, tags: str, after: str = "") -> list[tuple[Vector, Vector]]:
        """Net inputs and outputs of every layer; layer 0 has the inputs as both."""
        layers = [(row["inputs"], row["inputs"])]
        for layer, (name, leak) in enumerate(self.activations, 1):
            x, bias, nets, outs = layers[-1][1], self.b[layer - 1], [], []
            for j, weights in enumerate(self.w[layer - 1]):
                total = 0.0
                for weight, value in zip(weights, x, strict=True):
                    total += weight * value
                own = 0.0 if bias is None else bias[j] if isinstance(bias, list) else bias
                total += -own if self.conventions["bias"] == "subtracted" else own
                nets.append(self.put(f"net{after}{layer}[{j + 1}]{tags}", total))
            for j, net in enumerate(nets):
                out = math.exp(net) / sum(map(math.exp, nets)) if name == "softmax" else FUNCTIONS[name][0](net, leak)
                outs.append(self.put(f"out{after}{layer}[{j + 1}]{tags}", out))
            layers.append((nets, outs))
        return layers

    def losses(self, passes: dict[str, Any], samples: list[tuple[str, Keys]], group: str, step: str) -> None:
        totals = []
        for tag, row in samples:
            outs = passes[tag][-1][1]
            raw = [LOSS[self.loss][0](o, t, len(outs)) for o, t in zip(outs, row["targets"], strict=True)]
            each = [self.put(f"loss[{k + 1}]{tag}{step}", value) for k, value in enumerate(raw)]
            totals.append(self.put(f"loss{tag}{step}", sum(each if len(each) > 1 else raw)))
        self.join("loss", totals, group + step)

    def penalty(self, tags: str) -> None:
        """What large parameters cost, where that is a part of what is minimised."""
        if self.kind not in ("l2", "l1") or "learning_rate" not in self.keys:
            return
        numbers = [value for matrix in self.w for row in matrix for value in row]
        for bias in self.b if self.biases_decay else []:
            numbers += [] if bias is None else bias if isinstance(bias, list) else [bias]
        each = [value * value / 2 if self.kind == "l2" else abs(value) for value in numbers]
        extra = self.put(f"penalty{tags}", self.pull * sum(each))
        self.put(f"cost{tags}", self.cells[f"loss{tags}"] + extra)

    def after(self, group: str, samples: list[tuple[str, Keys]], step: str) -> None:
        totals = []
        for tag, row in samples:
            outs = self.forward(row, tag + step, "_after")[-1][1]
            raw = [LOSS[self.loss][0](o, t, len(outs)) for o, t in zip(outs, row["targets"], strict=True)]
            totals.append(self.put(f"loss_after{tag}{step}", sum(raw)))
        self.join("loss_after", totals, group + step)

    def join(self, cell: str, parts: Vector, tags: str) -> None:
        """What several samples have together."""
        if len(parts) > 1:
            self.put(cell + tags, sum(parts) / (len(parts) if self.conventions["batch"] == "mean" else 1))

    def deltas(self, layer: int, layers: Any, above: Vector, row: Keys, tags: str, updated: Any) -> Vector:
        (name, leak), (nets, outs) = self.activations[layer - 1], layers[layer]
        targets = row.get("targets", outs)
        direct = (name, self.loss) in (("sigmoid", "binary_cross_entropy"), ("softmax", "cross_entropy"))
        if layer < self.depth:
            weights = updated[0] if updated and self.conventions["hidden_delta_weights"] == "updated" else self.w[layer]
            errors = self.back(layer, weights, above, tags)
        elif name in ("step", "sign"):
            direct, errors = True, []
        else:
            raw = [self.sign * LOSS[self.loss][1](o, t, len(outs)) for o, t in zip(outs, targets, strict=True)]
            errors = [self.put(f"error{layer}[{k + 1}]{tags}", value) for k, value in enumerate(raw)]
        found = []
        for j, (net, out) in enumerate(zip(nets, outs, strict=True)):
            if name == "softmax":
                slopes = [out * ((i == j) - outs[i]) for i in range(len(outs))]  # symmetric
                slopes = [self.put(f"slope{layer}[{i + 1},{j + 1}]{tags}", value) for i, value in enumerate(slopes)]
                value = sum(error * slope for error, slope in zip(errors, slopes, strict=True))
            elif name not in ("step", "sign"):
                slope = self.put(f"slope{layer}[{j + 1}]{tags}", FUNCTIONS[name][1](net, out, leak))
                value = errors[j] * slope
            if direct and layer == self.depth:
                value = self.sign * (out - targets[j])
            found.append(self.put(f"delta{layer}[{j + 1}]{tags}", value))
        return found

    def back(self, layer: int, weights: Matrix, deltas: Vector, tags: str) -> Vector:
        """The error of a layer: what comes back to it from the next."""
        errors = []
        for i in range(self.keys["layers"][layer]):
            total = 0.0
            for j, delta in enumerate(deltas):
                total += delta * weights[j][i]
            errors.append(self.put(f"error{layer}[{i + 1}]{tags}", total))
        return errors

    def gradients(self, layer: int, deltas: Vector, x: Vector, tags: str) -> None:
        for j, delta in enumerate(deltas):
            for i, value in enumerate(x):
                self.put(f"grad_w{layer}[{j + 1},{i + 1}]{tags}", self.sign * delta * value)
        for cell, value in self.bias_cells("grad_b", layer, deltas):
            self.put(cell + tags, self.sign * value)

    def bias_cells(self, word: str, layer: int, deltas: Vector) -> Iterator[tuple[str, float]]:
        """The cells of a layer's biases, and the delta that reaches each (a threshold comes in with −1)."""
        bias, sign = self.b[layer - 1], -1 if self.conventions["bias"] == "subtracted" else 1
        if isinstance(bias, list):
            yield from ((f"{word}{layer}[{j + 1}]", sign * delta) for j, delta in enumerate(deltas))
        elif bias is not None:
            yield f"{word}{layer}", sign * sum(deltas)

    def combine(self, layer: int, group: str, tags: Sequence[str], step: str) -> None:
        if len(tags) > 1:
            cells = [cell.removesuffix(tags[0] + step) for cell in self.cells if cell.startswith(f"grad_w{layer}[")]
            cells += [cell for cell, _value in self.bias_cells("grad_b", layer, [0.0] * self.keys["layers"][layer])]
            for cell in {cell for cell in cells if cell + tags[0] + step in self.cells}:
                self.join(cell, [self.cells[cell + tag + step] for tag in tags], group + step)

    def learn(self, layer: int, tags: str, passes: dict[str, Any], deltas: dict[str, Vector]) -> tuple[Matrix, Any]:
        """The new weights and biases of a layer."""
        rate, units = self.keys["learning_rate"], self.keys["layers"][layer]
        # Δw = η · δ · out, not by way of a gradient
        straight = self.sign < 0 and len(passes) == 1 and self.rule == "sgd"
        (x, delta), *_rest = [(passes[tag][layer - 1][1], deltas[tag]) for tag in passes]
        rows: list[Any] = []
        for j in range(units):
            rows.append([])
            for i, value in enumerate(x):
                place = f"w{layer}[{j + 1},{i + 1}]"
                climb = rate * delta[j] * value if straight and not self.starts_at(f"grad_w{layer}", tags) else None
                rows[-1].append(self.put(f"new_{place}{tags}", self.moved(place, self.w[layer - 1][j][i], climb, tags)))
        old = self.b[layer - 1]
        biases = []
        for k, (place, reached) in enumerate(self.bias_cells("b", layer, delta)):
            climb, before = rate * reached if straight else None, old[k] if isinstance(old, list) else old
            moved = self.moved(place, before, climb, tags)  # where it is not wanted, it can be asked for all the same
            biases.append(self.put(f"new_{place}{tags}", moved if self.conventions["update_biases"] else before))
        return rows, biases if isinstance(old, list) else biases[0] if biases else None

    def starts_at(self, quantity: str, tags: str) -> bool:
        """Whether the exercise gives some of a quantity."""
        return any(quantity_of(cell) == quantity + tags for cell in self.given)

    def moved(self, place: str, old: float, climb: float | None, tags: str) -> float:
        """One parameter after its step; `climb` is the step of plain descent where it needs no gradient."""
        rate, gradient, decays = self.keys["learning_rate"], self.cells[f"grad_{place}{tags}"], place[0] == "w"
        decays = bool(self.kind) and (decays or self.biases_decay)
        if decays and self.kind != "decoupled":
            gradient += self.pull * (old if self.kind == "l2" else math.copysign(1, old) if old else 0.0)
            gradient, climb = self.put(f"cost_grad_{place}{tags}", gradient), None
        if self.rule == "sgd":
            change = -rate * gradient if climb is None else climb
            change += self.conventions["momentum"] * self.last.get(place, 0.0)
            self.last[place] = change = self.put(f"step_{place}{tags}", change)
        else:
            change = self.put(f"step_{place}{tags}", -rate * self.direction(place, gradient, tags))
        return old * (1 - rate * self.pull) + change if decays and self.kind == "decoupled" else old + change

    def direction(self, place: str, g: float, tags: str) -> float:
        """What an update rule with a memory multiplies by −η."""
        n, above = self.numbers, g

        def remembered(word: str, value: float) -> float:
            self.last[word + place] = self.put(f"{word}_{place}{tags}", value)
            return self.last[word + place]

        m, v = self.last.get("m" + place, 0.0), self.last.get("v" + place, 0.0)
        if self.rule in ("adam", "moving_average"):
            beta = n["beta1" if self.rule == "adam" else "beta"]
            above = remembered("m", m + (1 - beta) * (g - m))
            if self.rule == "moving_average":
                return above
        if self.rule == "adagrad":
            below = remembered("v", v + g * g)
        else:
            below = remembered("v", v + (1 - n["beta2" if self.rule == "adam" else "beta"]) * (g * g - v))
        if self.rule == "adam":
            above = self.put(f"m_hat_{place}{tags}", above / (1 - n["beta1"] ** self.updates))
            below = self.put(f"v_hat_{place}{tags}", below / (1 - n["beta2"] ** self.updates))
        epsilon = n["epsilon"]
        return above / (math.sqrt(below + epsilon) if n.get("epsilon_inside") else math.sqrt(below) + epsilon)
