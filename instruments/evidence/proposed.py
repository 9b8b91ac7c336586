"""Mistakes that bptutor had no name for when this was written, made by hand like those of made.py.

Each has the ids that say what was done (* for anything), the first of them a proposal, and the ways it is made.
"""

from __future__ import annotations

from collections.abc import Callable

from made import SQUARES, Made, _act, _both, _gradient_with, _hidden, _new, _other_slope_any, _out, _slope_with, at
from page import Page, Tree, Wrong


def _relu_slope(change) -> Wrong:
    return {"slope": lambda page, tree, k, j, s: change(page, k, j, s) if page.ex.acts[k - 1] == "relu" else None}


def _forward(swap: dict[str, str], *, output: bool | None = None) -> Wrong:
    def change(page: Page, tree, k, j, nets) -> Tree | None:
        other = swap.get(page.ex.acts[k - 1])
        right = other is None or (output is not None and (k == page.ex.depth) != output)
        return None if right else ("f", other, nets[j])

    return {"out": change}


def _neighbour(n: int, count: int) -> int:
    """The unit next to a unit: the first two of a layer change places."""
    return {0: 1, 1: 0}.get(n, n) if count > 1 else n


def _net_exchanged(layer: Callable[[Page, int], bool]) -> Wrong:
    def change(page: Page, tree, k, j, x) -> Tree | None:
        if len(x) < 2 or not layer(page, k):
            return None
        return page.net(k, j, [x[1], x[0], *x[2:]])

    return {"net": change}


def _back_exchanged(page: Page, tree, k, j, s) -> Tree | None:
    other = _neighbour(j, page.ex.layers[k])
    return page.back(k, other, s) if other != j else None


def _slope_exchanged(page: Page, tree, k, j, s) -> Tree | None:
    other = _neighbour(j, page.ex.layers[k])
    return ("*", at("error", k, j, s, page), at("slope", k, other, s, page)) if other != j else None


def _gradient_exchanged(page: Page, k, j, i, s) -> Tree | None:
    x = page.incoming(k, s)
    return x[_neighbour(i, len(x))] if len(x) > 1 else None


def _update_exchanged(page: Page, tree, kind, key, tail, old) -> Tree | None:
    if kind != "w":
        return None
    k, j, i = key
    other = _neighbour(i, page.ex.layers[k - 1])
    grad = f"grad_w{k}[{j + 1},{other + 1}]{page.mark}"
    return ("+", old, ("*", -page.ex.rate, grad)) if other != i else None


def _targets_exchanged(page: Page, tree, k, j, s) -> Tree | None:
    other = _neighbour(j, page.ex.layers[-1])
    if other == j or page.ex.loss not in SQUARES:
        return None
    t, o = page.ex.samples[s][1][other], page.outs(s)[j]
    gap: Tree = ("+", t, ("-", o)) if page.falling else ("+", o, -t)
    factor = {"squared_error": 2.0, "mean_squared_error": 2.0 / page.ex.layers[-1]}.get(page.ex.loss)
    return ("*", factor, gap) if factor else gap


def _transposed_gradient(page: Page, tree, k, j, i, s) -> Tree | None:
    if page.ex.layers[k] != page.ex.layers[k - 1] or page.ex.layers[k] < 2:
        return None
    found: Tree = ("*", page.delta(k, i, s), page.incoming(k, s)[j])
    return ("-", found) if page.falling else found


def _no_incoming(page: Page, tree, k, j, i, s) -> Tree:
    d = page.delta(k, j, s)
    return ("-", d) if page.falling else d


def _error_for_delta(page: Page, tree, k, j, i, s) -> Tree | None:
    if k == page.ex.depth and page.direct():
        return None
    found: Tree = ("*", at("error", k, j, s, page), page.incoming(k, s)[i])
    return ("-", found) if page.falling else found


def _gradients_back(page: Page, tree, k, j, s) -> Tree:
    terms = []
    for m in range(page.ex.layers[k + 1]):
        d, x = page.delta(k + 1, m, s), page.incoming(k + 1, s)[j]
        terms.append(("*", d, x))
    return ("+", *terms) if len(terms) > 1 else terms[0]


def _slope_twice(page: Page, tree, k, j, s) -> Tree | None:
    return ("*", *tree[1:], tree[2]) if k == page.ex.depth else None


def _other_layer(page: Page, tree, k, j, s) -> Tree | None:
    if k == page.ex.depth or page.ex.depth < 2 or (k + 1 == page.ex.depth and page.direct()):
        return None
    other = min(j, page.ex.layers[k + 1] - 1)
    return ("*", at("error", k, j, s, page), at("slope", k + 1, other, s, page))


def _tanh_slope(tree_of) -> Wrong:
    return _slope_with(lambda page, act, k, j, s: tree_of(_out(page, k, j, s)) if act == "tanh" else None)


def _sigmoid_slope(tree_of) -> Wrong:
    return _slope_with(lambda page, act, k, j, s: tree_of(_out(page, k, j, s)) if act == "sigmoid" else None)


def _all_deltas(page: Page, tree, k, j, s) -> Tree | None:
    if j is None or page.ex.layers[k] < 2:
        return None
    turned = page.falling != page.threshold
    deltas = [page.delta(k, m, s) for m in range(page.ex.layers[k])]
    return ("+", *(("-", d) if turned else d for d in deltas))


def _bias_times_input(page: Page, tree, k, j, s) -> Tree | None:
    return ("*", tree, page.incoming(k, s)[0]) if j is not None else None


def _softmax(change) -> Wrong:
    def delta(page: Page, tree, k, j, s) -> Tree | None:
        if page.ex.acts[-1] != "softmax":
            return None
        found = change(page.outs(s)[j], page.ex.samples[s][1][j])
        return ("-", found) if page.falling and found else found

    return {"delta_direct": delta}


def _halved(page: Page, tree, parts, *rest) -> Tree:
    return ("/", ("+", *parts), 2.0 * page.n)


def _twice_divided(page: Page, tree, parts, *rest) -> Tree:
    return ("/", ("+", *parts), float(page.n * page.n))


def _last(page: Page, tree, parts, *rest) -> Tree:
    return parts[-1]


def _log2(tree: Tree) -> Tree:
    if not isinstance(tree, tuple):
        return tree
    return ("f", "log2", tree[2]) if tree[:2] == ("f", "ln") else (tree[0], *map(_log2, tree[1:]))


def _other_rate(page: Page, tree, kind, key, tail) -> Tree:
    rate = 0.2 if abs(page.ex.rate - 0.2) > 0.05 else 0.4
    return ("*", -rate, f"grad_{kind}{tail}")


def _wrong_old(page: Page, tree, kind, key, tail, old) -> Tree | None:
    if kind != "w" or page.ex.layers[key[0] - 1] < 2:
        return None
    k, j, i = key
    return ("+", page.old_w[k, j, (i + 1) % page.ex.layers[k - 1]], tree[2])


def _bias_one(page: Page, tree, k, j, x) -> Tree | None:
    return page.net(k, j, x, b=dict.fromkeys(page.b, 1.0)) if (k, j) in page.b else None


def _loss_back(page: Page, tree, k, j, s) -> Tree | None:
    if k + 1 != page.ex.depth:
        return None
    outs = page.ex.layers[-1]
    names = [f"loss[{m + 1}]{page.at(s)}" if outs > 1 else f"loss{page.at(s)}" for m in range(outs)]
    terms = [("*", one, page.w[k + 1, m, j]) for m, one in enumerate(names)]
    return ("+", *terms) if len(terms) > 1 else terms[0]


def _bare_error_back(page: Page, tree, k, j, s) -> Tree | None:
    if k + 1 != page.ex.depth:
        return None
    terms = [("*", page.gap(s, m), page.w[k + 1, m, j]) for m in range(page.ex.layers[-1])]
    return ("+", *terms) if len(terms) > 1 else terms[0]


def _mean_back(page: Page, tree, k, j, s) -> Tree | None:
    return ("/", page.back(k, j, s), float(page.ex.layers[k + 1])) if page.ex.layers[k + 1] > 1 else None


def _sigmoid_as(tree_of) -> Wrong:
    return _act(lambda page, act, tree, j, nets: tree_of(nets[j]) if act == "sigmoid" else None)


def _inverse(tree: Tree) -> Tree:
    return ("/", 1.0, tree)


PROPOSED: dict[str, tuple[list[str], Made]] = {
    "other_slope on relu or linear": (["other_slope"], [{"slope": _other_slope_any}]),
    "relu_slope one when off": (
        ["relu_slope*", "omit_hidden_slope", "omit_output_slope"],
        [_relu_slope(lambda page, k, j, s: 1.0)],
    ),
    "relu_slope is output": (["relu_slope*"], [_relu_slope(lambda page, k, j, s: _out(page, k, j, s))]),
    "other_activation": (
        ["other_activation"],
        [_forward({"linear": "sigmoid"}, output=True), _forward({"sigmoid": "tanh"}), _forward({"tanh": "sigmoid"})],
    ),
    "inputs exchanged": (["*exchanged*"], [_net_exchanged(lambda page, k: k == 1)]),
    "hidden outputs exchanged": (["*exchanged*"], [_net_exchanged(lambda page, k: k > 1)]),
    "weights exchanged on the way back": (["*exchanged*"], [_hidden(_back_exchanged)]),
    "slopes exchanged": (["*exchanged*"], [{"delta": _slope_exchanged}]),
    "inputs exchanged in gradients": (["*exchanged*"], [_gradient_with(_gradient_exchanged)]),
    "gradients exchanged in the update": (["*exchanged*"], [{"new": _update_exchanged}]),
    "targets exchanged": (["*exchanged*"], [{"error_out": _targets_exchanged}]),
    "delta_for_gradient": (["delta_for_gradient"], [{"grad_w": _no_incoming}]),
    "error_for_delta_in_gradient": (["error_for_delta_in_gradient"], [{"grad_w": _error_for_delta}]),
    "transposed_gradient": (["gradient_transposed", "*exchanged*"], [{"grad_w": _transposed_gradient}]),
    "weights_not_updated": (["old_weights_kept"], [_new(lambda page, kind, tail, old: old)]),
    "hidden_weights_not_updated": (
        ["hidden_weights_kept", "old_weights_kept"],
        [{"new": lambda page, tree, kind, key, tail, old: old if key[0] < page.ex.depth else None}],
    ),
    "bias_taken_as_one": (["bias_as_one"], [{"net": _bias_one}]),
    "calculator 1/e^-x": (["calculator*"], [_sigmoid_as(lambda net: ("f", "exp", net))]),
    "calculator without brackets": (["calculator*"], [_sigmoid_as(lambda net: ("+", 1.0, ("f", "exp", ("-", net))))]),
    "calculator 10^x": (["calculator*"], [_sigmoid_as(lambda net: _inverse(("+", 1.0, ("f", "ten", ("-", net)))))]),
    "calculator e times x": (
        ["calculator*"],
        [_sigmoid_as(lambda net: _inverse(("+", 1.0, ("*", 2.718281828459045, ("-", net)))))],
    ),
    "other_learning_rate": (["other_learning_rate", "*rate*"], [{"step": _other_rate}]),
    "wrong_old_weight": (["wrong_old_weight", "*exchanged*"], [{"new": _wrong_old}]),
    "gradients_sent_back": (["gradients_sent_back"], [_hidden(_gradients_back)]),
    "bare error sent back": (["raw_error_back"], [_hidden(_bare_error_back)]),
    "loss_sent_back": (["loss_sent_back"], [_hidden(_loss_back)]),
    "mean_over_paths": (["mean_over_paths"], [_hidden(_mean_back)]),
    "slope_twice": (["slope_twice"], [{"delta": _slope_twice}]),
    "slope_of_other_layer": (["slope_of_another_layer"], [{"delta": _other_layer}]),
    "wrong_slope_formula": (
        ["wrong_slope_formula", "partial_slope"],
        [
            _tanh_slope(lambda o: ("+", 1.0, ("f", "sq", o))),
            _tanh_slope(lambda o: ("-", ("f", "sq", o))),
            _sigmoid_slope(lambda o: ("+", ("*", 2.0, o), -1.0)),
            _sigmoid_slope(lambda o: ("f", "sq", o)),
        ],
    ),
    "bias_sum_of_deltas": (["bias_gradient_summed"], [{"grad_b": _all_deltas}]),
    "bias_gradient_times_input": (["bias_gradient_times_input"], [{"grad_b": _bias_times_input}]),
    "softmax_error_for_delta": (
        ["error_for_delta"],
        [_softmax(lambda o, t: ("*", -t, _inverse(o)) if t else 0.0)],
    ),
    "softmax_only_true_class": (["softmax_only_true_class"], [_softmax(lambda o, t: ("+", o, -1.0) if t else 0.0)]),
    "batch_divided_twice": (
        ["batch_divided_twice", "other_factor", "other_learning_rate"],
        [{"batch_grad": _halved}, {"batch_grad": _twice_divided}],
    ),
    "last_sample_only": (["last_sample_only"], [{"batch_grad": _last}]),
    "log2": (["log2"], [{"loss": lambda page, tree, j, o, t: _log2(tree)}]),
    "error_times_output": (
        ["error_times_output"],
        [_both(lambda page, tree, k, j, s: ("*", page.gap(s, j), page.outs(s)[j]))],
    ),
}
