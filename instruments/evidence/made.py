"""Mistakes of the table, made by hand: each as the sentence says it, as other trees on our own page.

A mistake is a table from a kind of cell to a function (page, right tree, where …) that gives another tree, or None to
leave it. `MADE` has them by bptutor's id; several ways to make one are listed one by one.
"""

from __future__ import annotations

from page import SLOPE, Page, Tree, Wrong

Made = list[Wrong]


def at(name: str, k: int, j: int, s: int, page: Page) -> str:
    return f"{name}{k}[{j + 1}]{page.at(s)}"


def _net(page: Page, tree, k, j, x, *, bias: str = "", transpose: bool = False) -> Tree:
    w = page.w
    if transpose:
        if page.ex.layers[k] != page.ex.layers[k - 1]:
            return tree
        w = {(a, b, c): page.w[a, c, b] for (a, b, c) in page.w if page.ex.layers[a] == page.ex.layers[a - 1]}
    b = {} if bias == "none" else page.b
    found = page.net(k, j, x, w=w, b=b)
    if bias == "sign" and (k, j) in page.b:
        *terms, last = found[1:]
        return ("+", *terms, last[1] if isinstance(last, tuple) else ("-", last))
    return found


def _slope_with(what):
    """Slopes of sigmoid and tanh units from something else than their output."""

    def change(page: Page, tree, k, j, s) -> Tree | None:
        act = page.ex.acts[k - 1]
        return what(page, act, k, j, s) if act in SLOPE else None

    return {"slope": change}


def _out(page, k, j, s) -> str:
    return at("out", k, j, s, page)


def _partial(page, act, k, j, s) -> Tree:
    o = _out(page, k, j, s)
    return o if act == "sigmoid" else ("f", "sq", o)


def _one_less(page, act, k, j, s) -> Tree:
    return ("+", 1.0, ("-", _out(page, k, j, s)))


def _delta_is_error(layers: str):
    def change(page: Page, tree, k, j, s) -> Tree | None:
        output = k == page.ex.depth
        return at("error", k, j, s, page) if output == (layers == "output") else None

    return {"delta": change}


def _turn(page: Page, tree, k, j, s) -> Tree:
    """Output and target exchanged, whatever else stands there."""

    def turned(part: Tree) -> Tree:
        if isinstance(part, tuple) and part[0] == "+":
            o, t = page.outs(s)[j], page.ex.samples[s][1][j]
            return ("+", o, -t) if page.falling else ("+", t, ("-", o))
        return (part[0], *map(turned, part[1:])) if isinstance(part, tuple) else part

    return turned(tree)


def _both(change) -> Wrong:
    return {"error_out": change, "delta_direct": change}


def _factor(turn: int):
    """The derivative with another of the factors that a square leaves."""

    def error(page: Page, tree, k, j, s) -> Tree | None:
        n = page.ex.layers[-1]
        others = {"half_squared_error": (2.0, 0.5), "squared_error": (1.0,), "mean_squared_error": (1.0 / n, 2.0, 1.0)}
        if page.ex.loss not in SQUARES:
            return None
        some = [
            factor for factor in others[page.ex.loss] if n > 1 or page.ex.loss != "mean_squared_error" or factor != 2
        ]
        return ("*", some[turn % len(some)], page.gap(s, j))

    return {"error_out": error}


SQUARES = ("half_squared_error", "squared_error", "mean_squared_error")


def _loss_factor(factor: float):
    def loss(page: Page, tree, j, o, t) -> Tree | None:
        if page.ex.loss not in SQUARES:
            return None
        gap = ("f", "sq", ("+", t, ("-", o)))
        return gap if factor == 1 else ("*", factor, gap)

    return {"loss": loss}


def _squared_gap(page: Page, tree, k, j, s) -> Tree:
    return ("f", "sq", page.gap(s, j))


def _absolute_gap(page: Page, tree, k, j, s) -> Tree:
    return ("f", "abs", page.gap(s, j))


def _own_loss(page: Page, tree, k, j, s) -> Tree:
    return f"loss[{j + 1}]{page.at(s)}" if page.ex.layers[-1] > 1 else f"loss{page.at(s)}"


def _hidden(change):
    return {"error_hidden": change}


def _raw_back(page: Page, tree, k, j, s) -> Tree | None:
    if k + 1 == page.ex.depth and page.direct():
        return None
    terms = [("*", at("error", k + 1, m, s, page), page.w[k + 1, m, j]) for m in range(page.ex.layers[k + 1])]
    return ("+", *terms) if len(terms) > 1 else terms[0]


def _one_path(unit: int):
    def change(page: Page, tree, k, j, s) -> Tree | None:
        if page.ex.layers[k + 1] <= max(1, unit):
            return None
        return ("*", page.delta(k + 1, unit, s), page.w[k + 1, unit, j])

    return _hidden(change)


def _no_weight(page: Page, tree, k, j, s) -> Tree:
    deltas = [page.delta(k + 1, m, s) for m in range(page.ex.layers[k + 1])]
    return ("+", *deltas) if len(deltas) > 1 else deltas[0]


def _transposed_back(page: Page, tree, k, j, s) -> Tree | None:
    if page.ex.layers[k + 1] != page.ex.layers[k]:
        return None
    return ("+", *(("*", page.delta(k + 1, m, s), page.w[k + 1, j, m]) for m in range(page.ex.layers[k + 1])))


def _gradient_with(incoming):
    def change(page: Page, tree, k, j, i, s) -> Tree | None:
        x = incoming(page, k, j, i, s)
        if x is None:
            return None
        found: Tree = ("*", page.delta(k, j, s), x)
        return ("-", found) if page.falling else found

    return {"grad_w": change}


def _network_input(page, k, j, i, s):
    return page.ex.samples[s][0][i] if k > 1 and page.ex.layers[k - 1] == page.ex.layers[0] else None


def _net_for_out(page, k, j, i, s):
    return at("net", k - 1, i, s, page) if k > 1 else None


def _own_output(page, k, j, i, s):
    return at("out", k, j, s, page)


def _bias_times_bias(page: Page, tree, k, j, s) -> Tree | None:
    bias = page.b.get((k, j if j is not None else 0))
    return ("*", tree, bias) if bias is not None else None


def _one_delta(unit: int):
    def change(page: Page, tree, k, j, s) -> Tree | None:
        return tree[1 + unit] if j is None and page.ex.layers[k] > max(unit, 1) else None

    return {"grad_b": change}


def _steps(change):
    """Another step: made where the step is written from the gradient."""

    def step(page: Page, tree, kind, key, tail) -> Tree | None:
        return change(page, f"grad_{kind}{tail}", tree, kind, key)

    return {"step": step}


def _added(page, grad, tree, kind, key) -> Tree:
    return ("*", page.ex.rate, grad)


def _no_rate(page, grad, tree, kind, key) -> Tree:
    return ("-", grad)


def _rate_twice(page, grad, tree, kind, key) -> Tree:
    return ("*", -page.ex.rate * page.ex.rate, grad)


def _decay(page, grad, tree, kind, key) -> Tree:
    old = page.w[key] if kind == "w" else page.b[key if key[1] is not None else (key[0], 0)]
    return ("*", -page.ex.rate, old)


def _new(change):
    return {"new": lambda page, tree, kind, key, tail, old: change(page, kind, tail, old)}


def _mean_or_sum(page: Page, tree, parts, *rest) -> Tree:
    return ("+", *parts) if tree[0] == "/" else ("/", ("+", *parts), float(page.n))


def _updated(page: Page, tree, k, j, s) -> Tree | None:
    return None


def _act(change):
    return {"out": lambda page, tree, k, j, nets: change(page, page.ex.acts[k - 1], tree, j, nets)}


def _twice(page, act, tree, j, nets):
    return ("f", act, tree) if act in ("sigmoid", "tanh") else None


def _exponent(page, act, tree, j, nets):
    return ("f", "sigmoid", ("-", nets[j])) if act == "sigmoid" else None


def _skipped(page, act, tree, j, nets):
    return nets[j] if act != "linear" else None


def _not_normalised(page, act, tree, j, nets):
    return ("f", "exp", nets[j]) if act == "softmax" else None


def _log(name: str):
    def swap(tree: Tree) -> Tree:
        if not isinstance(tree, tuple):
            return tree
        if tree[:2] == ("f", "ln"):
            return ("f", name, tree[2])
        return (tree[0], *map(swap, tree[1:]))

    return {"loss": lambda page, tree, j, o, t: swap(tree)}


def _double(page: Page, tree, k, j, s) -> Tree:
    return ("*", tree, ("f", "sigmoid_slope", page.outs(s)[j]))


def _other_slope(page, act, k, j, s) -> Tree:
    other = {"sigmoid": "tanh_slope", "tanh": "sigmoid_slope"}[act]
    return ("f", other, _out(page, k, j, s))


def _other_slope_any(page: Page, tree, k, j, s) -> Tree | None:
    act = page.ex.acts[k - 1]
    return ("f", "sigmoid_slope", _out(page, k, j, s)) if act in ("relu", "linear") else None


def _broadcast(page: Page, tree, k, j, i, s) -> Tree | None:
    ex = page.ex
    if ex.layers[k] != ex.layers[k - 1] or ex.layers[k] < 2 or (k == ex.depth and page.direct()):
        return None
    x = page.incoming(k, s)
    row = ("+", *(("*", x[m], at("slope", k, m, s, page)) for m in range(ex.layers[k])))
    found: Tree = ("*", row, at("error", k, i, s, page))
    return ("-", found) if page.falling else found


MADE: dict[str, Made] = {
    "omit_output_slope": [_delta_is_error("output")],
    "updated_weights_in_hidden_delta": [{"late": _updated}],
    "raw_error_back": [_hidden(_raw_back)],
    "flipped_error": [_both(_turn)],
    "added_update": [_steps(_added), _new(lambda page, kind, tail, old: ("+", old, ("-", f"step_{kind}{tail}")))],
    "slope_at_net": [
        _slope_with(lambda page, act, k, j, s: ("f", SLOPE[act], at("net", k, j, s, page))),
    ],
    "slope_of_out": [_slope_with(lambda page, act, k, j, s: ("f", SLOPE[act], ("f", act, _out(page, k, j, s))))],
    "bias_not_updated": [{"new": lambda page, tree, kind, key, tail, old: old if kind == "b" else None}],
    "bias_gradient_times_bias": [{"grad_b": _bias_times_bias}],
    "shared_bias_one_delta": [_one_delta(0), _one_delta(1)],
    "loss_factor": [_factor(0), _factor(1), _factor(2), _loss_factor(0.5), _loss_factor(1)],
    "transposed_weights": [
        _hidden(_transposed_back),
        {"net": lambda page, tree, k, j, x: _net(page, tree, k, j, x, transpose=True)},
    ],
    "wrong_activation_in_gradient": [
        _gradient_with(_network_input),
        _gradient_with(_net_for_out),
        _gradient_with(_own_output),
    ],
    "broadcast_product": [{"grad_w": _broadcast}],
    "loss_for_error": [_both(_squared_gap), _both(_absolute_gap), _both(_own_loss)],
    "no_learning_rate": [_steps(_no_rate)],
    "learning_rate_twice": [
        _steps(_rate_twice),
        {"new": lambda page, tree, kind, key, tail, old: ("+", old, ("*", page.ex.rate, f"step_{kind}{tail}"))},
    ],
    "increment_only": [
        _new(lambda page, kind, tail, old: f"step_{kind}{tail}"),
        _new(lambda page, kind, tail, old: ("-", f"step_{kind}{tail}")),
    ],
    "weight_decay_update": [_steps(_decay)],
    "one_path": [_one_path(0), _one_path(1)],
    "omit_hidden_slope": [_delta_is_error("hidden")],
    "bias_omitted": [{"net": lambda page, tree, k, j, x: _net(page, tree, k, j, x, bias="none")}],
    "bias_sign": [{"net": lambda page, tree, k, j, x: _net(page, tree, k, j, x, bias="sign")}],
    "activation_skipped": [_act(_skipped)],
    "activation_twice": [_act(_twice)],
    "double_derivative": [{"delta_direct": _double}],
    "partial_slope": [_slope_with(_partial), _slope_with(_one_less)],
    "other_slope": [_slope_with(_other_slope)],
    "no_weight_in_hidden_delta": [_hidden(_no_weight)],
    "exponent_sign": [_act(_exponent)],
    "log10": [_log("log10")],
    "softmax_not_normalised": [_act(_not_normalised)],
    "batch_factor": [{"batch_grad": _mean_or_sum, "batch_loss": _mean_or_sum}],
    "slope_twice": [{"delta": lambda page, tree, k, j, s: (*tree, tree[2]) if tree[0] == "*" else None}],
    "momentum_omitted": [
        {"step": lambda page, tree, kind, key, tail: tree[1] if page.momentum and tree[0] == "+" else None}
    ],
}
"""The mistakes that bptutor has a name for, each in the ways it is made."""


def only_in(wrong: Wrong, layer: int = 0, unit: int = 0) -> Wrong:
    """The mistake made in one layer only, or at one unit of each layer; counted from 1, 0 for everywhere."""

    def only(hook: str, change):
        def there(page: Page, tree: Tree, *where):
            k, j = where[1][:2] if hook in ("step", "new") else where[:2]
            here = (not layer or k == layer) and (not unit or j == unit - 1)
            return change(page, tree, *where) if here else None

        return there

    whole = ("loss", "batch_grad", "batch_loss", "late")
    return {hook: change if hook in whole else only(hook, change) for hook, change in wrong.items()}


COMMON = (
    "omit_output_slope",
    "updated_weights_in_hidden_delta",
    "raw_error_back",
    "flipped_error",
    "added_update",
    "no_learning_rate",
    "wrong_activation_in_gradient",
    "omit_hidden_slope",
    "bias_omitted",
)


def pairs() -> dict[str, tuple[list[str], Made]]:
    """Two common mistakes at once, where they are made in different cells; either name says what was done."""
    found = {}
    for a in COMMON:
        for b in COMMON[COMMON.index(a) + 1 :]:
            ways = [one | other for one in MADE[a] for other in MADE[b] if not one.keys() & other.keys()]
            if ways:
                found[f"{a} + {b}"] = ([a, b], ways)
    return found
