"""The published examples of `cases/`: as keys of a problem file, as pages, and the cells of their numbers."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache
from typing import Any

import numpy as np
import yaml

from bptutor.files.library import load
from bptutor.solution.trace import Trace
from tests.support import TESTS

Case = dict[str, Any]
Keys = dict[str, Any]

CASES: dict[str, Case] = {
    path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted((TESTS / "cases").glob("*.yaml"))
}
DESCENT: Keys = {"conventions": {"delta": "descent"}}
ONLINE: Keys = {"conventions": {"batch": "online", "delta": "descent"}}


def _listed(steps: list[list[float]]) -> Keys:
    """A page that begins with the gradients of one layer, a list a step."""
    given = {f"grad_w1#{k}": [row] for k, row in enumerate(steps, start=1)}
    return {"activation": "linear", "loss": "output", "steps": len(steps), "given": given}


SETTINGS: dict[str, Keys] = {  # the prose of a case's conventions, as keys of a problem file
    "ailab-2-2-2-shared-bias-updated": {"activation": "sigmoid"},
    "basran-adam-theta-squared": _listed([[10], [9.8]]) | {"optimizer": "adam"},
    "bn-rmsprop-half-square": {"activation": "linear", "optimizer": "rmsprop", "steps": 2},
    "brownlee-2-1-2-two-sign-editions": {"activation": "sigmoid"},
    "city-3-1-perceptron-four-points": {"activation": "step", "steps": 4} | ONLINE,
    "cornell-3-1-perceptron-or": {
        "activation": "step",
        "conventions": {"at_zero": 1, "batch": "online", "delta": "descent"},
        "steps": 2,
    },
    "cs231n-2-2-3-relu-softmax": {"activation": ["relu", "softmax"], "loss": "cross_entropy"},
    "csdn-2-2-1-broadcast-bug": {"activation": "sigmoid"} | DESCENT,
    "deepml25-2-1-batch-mean-mse-a": {
        "activation": "sigmoid",
        "loss": "squared_error",
        "conventions": {"batch": "mean"},
        "steps": 2,
    },
    "ee4210-2-2-1-threshold": {"activation": "sigmoid", "conventions": {"delta": "descent", "bias": "subtracted"}},
    "gfg-bpn-2-2-1-fausett": {"activation": "sigmoid"} | DESCENT,
    "habr-2-2-1-momentum-two-steps": {
        "activation": "sigmoid",
        "conventions": {"delta": "descent", "momentum": 0.3},
        "steps": 2,
    },
    "han-kamber-3-2-1": {"activation": "sigmoid"} | DESCENT,
    "hmkcode-2-2-1-linear": {"activation": "linear"},
    "insper-2-2-1-tanh-mse": {"activation": "tanh", "loss": "squared_error"},
    "karpathy-2-1-tanh-neuron": {"activation": "tanh", "loss": "output"},
    "ko-1-1-linear-two-samples": {"activation": "linear", "conventions": {"batch": "mean"}, "steps": 2},
    "labs-2-3-softmax-ce": {"activation": "softmax", "loss": "cross_entropy"},
    "level8-1-1-1-se": {"activation": ["sigmoid", "linear"], "loss": "squared_error"},
    "macleod-2-2-1-updated-weights": {
        "activation": "sigmoid",
        "conventions": {"delta": "descent", "hidden_delta_weights": "updated"},
    },
    "mazur-2-2-2": {"activation": "sigmoid", "conventions": {"update_biases": False}},
    "negnevitsky-2-2-1-threshold": {
        "activation": "sigmoid",
        "conventions": {"delta": "descent", "bias": "subtracted"},
    },
    "nnfs-4-3-relu-batch3": {"activation": "relu"},
    "notes-2-2-1-bce-sigmoid": {"activation": "sigmoid", "loss": "binary_cross_entropy"},
    "notes-adagrad-two-weights": _listed([[10, 0.5], [8, 0.4], [6, 0.5]])
    | {"optimizer": {"adagrad": {"epsilon": 1e-6}}},
    "notes-adam-l2-rare-weight": _listed([[1, 0]] * 3)
    | {"optimizer": {"adam": {"beta2": 0.99, "epsilon": 1e-6}}, "weight_decay": {"l2": 0.1}},
    "notes-adamw-two-weights": _listed([[10, 0.1], [10, 0.2]])
    | {"optimizer": {"adam": {"beta2": 0.99, "epsilon": 1e-6}}, "weight_decay": {"decoupled": 0.05}},
    "ru-1-2-1-input-left-out": {"activation": "sigmoid"},
    "scribd-2-1-adaline-or": {"activation": "linear"} | ONLINE,
    "ucl-5-3-5-word-vectors": {"activation": ["linear", "softmax"], "loss": "cross_entropy"},
    # A unit without a derivative is a linear one whose output is given; see `_thresholds` for the outputs themselves.
    "union-2-2-1-threshold-no-derivative": {"activation": "linear", "given": {"out1": [1, 1], "out2": [0]}} | DESCENT,
    "victorzhou-2-2-1-mse": {"activation": "sigmoid", "loss": "squared_error"},
    "wikidocs-2-2-2-nobias": {"activation": "sigmoid"},
    "zh-2-2-2-1-four-layers": {"activation": "sigmoid", "loss": "mean_squared_error"},
    "zh-l1-to-zero": _listed([[0]] * 6) | {"weight_decay": {"l1": 0.1}},
}
BROWNLEE_GIVEN: Keys = {"given": {"out1": [0.7105668883115941], "out2": [0.6213859615555266, 0.6573693455986976]}}
UPDATED = {"hidden_delta_weights": "updated"}


# A case as a problem, and what the engine makes of it


def keys_of(case: str, **changes: Any) -> Keys:
    """The case as the keys of a problem file, with changes; conventions are merged, None takes a key away."""
    network = CASES[case]["network"]
    inputs, targets, biases = network["inputs"], network["targets"], network["biases"]
    keys: Keys = {
        "layers": network["layer_sizes"],
        "weights": network["weights"]["layers"],
        "biases": biases and biases["values"],
        "learning_rate": network["learning_rate"],
    }
    if isinstance(inputs[0], list):
        keys["samples"] = [{"inputs": x, "targets": t} for x, t in zip(inputs, targets, strict=True)]
    else:
        keys |= {"inputs": inputs, "targets": targets}
    merged = SETTINGS[case].get("conventions", {}) | changes.pop("conventions", {})
    merged_keys = keys | SETTINGS[case] | {"conventions": merged} | changes
    return {key: value for key, value in merged_keys.items() if value is not None}


@cache
def declared(case: str) -> Trace:
    return Trace(load(keys_of(case)))


@cache
def variant_of(case: str, which: str) -> Trace:
    """A variant of the case that shows a number which stands on no page of the case itself."""
    network = CASES[case]["network"]
    one_more = SETTINGS[case].get("steps", 1) + 1
    changes: Keys = {
        "one more step": {"steps": one_more},
        "given": BROWNLEE_GIVEN,
        "given, older edition": BROWNLEE_GIVEN | DESCENT,
        "output": {"loss": "output", "targets": None},
        "updated": {"conventions": UPDATED},
        "float32 bias": {"biases": [[float(np.float32(6.8813735870195432))]]},
    }.get(which, {})
    if which.startswith("only output "):
        deltas = np.zeros(network["layer_sizes"][-1])
        unit = int(which.removeprefix("only output "))
        deltas[unit] = declared(case)["delta2"][unit]
        changes = {"given": {"delta2": deltas.tolist()}}
    elif which == "first layer":
        first = {key: keys_of(case)[key][:1] for key in ("weights", "biases")}
        changes = {"layers": network["layer_sizes"][:2], "loss": "output", "targets": None} | first
    elif which == "thresholds":
        changes = {"activation": "step", "targets": None, "given": None}
    elif which == "thresholds after":
        new = [declared(case)[f"new_w{layer}"].tolist() for layer in (1, 2)]
        changes = {"activation": "step", "targets": None, "given": None, "weights": new}
    assert changes, which
    return Trace(load(keys_of(case, **changes)))


# From the neutral name of a number to the number

_WORDS = {"act_deriv": "slope", "dE_dout": "error", "delta_in": "error", "dw": "step_w", "db": "step_b"}
_TAGGED = re.compile(r"(?:sample\[(?P<sample>\d)\]\.)?(?P<plain>.*?)(?:@(?P<step>\d))?")
PLACE = re.compile(r"(?P<word>[A-Za-z_]+)\[(?P<layer>\d)\]\[(?P<unit>\d)\](?:\[(?P<source>\d)\])?")


def id_of(name: str) -> str:
    """The cell id of a neutral name: `grad_w[2][0][1]` is `grad_w2[1,2]`, `sample[0].net[1][0]@2` is `net1[1]@1#2`."""
    parts = _TAGGED.fullmatch(name)
    assert parts
    sample, name, step = parts["sample"], parts["plain"], parts["step"]
    return _untagged(name) + (f"@{int(sample) + 1}" if sample else "") + (f"#{step}" if step else "")


def is_cell(name: str) -> bool:
    """Whether a neutral name is that of a single cell."""
    parts = _TAGGED.fullmatch(name)
    return bool(parts and PLACE.fullmatch(parts["plain"]))


def _untagged(name: str) -> str:
    if name == "error.total":
        return "loss"
    if unit := re.fullmatch(r"error\.unit\[(\d)\]", name):
        return f"loss[{int(unit[1]) + 1}]"
    place = PLACE.fullmatch(name)
    assert place, f"no cell is known for {name}"
    word = _WORDS.get(place["word"], place["word"])
    units = [str(int(place[part]) + 1) for part in ("unit", "source") if place[part]]
    return f"{word}{place['layer']}[{','.join(units)}]"


def places_of(printed: str) -> int:
    return max(0, -int(Decimal(printed).as_tuple().exponent))


def broadcast_step(rate: Any, error: Any, slope: Any, x: Any) -> Any:
    """The numpy accident of the csdn case: a 1×2 times a 2×1 makes a 2×2, and no complaint."""
    return np.broadcast_to(rate * (x[None, :] @ (error[None, :] * slope[:, None])), (2, 2))
