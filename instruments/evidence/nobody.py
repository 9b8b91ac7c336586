"""Mistakes that nobody makes and that stand in no table: a marker that names one of them has guessed."""

from __future__ import annotations

from made import _act, _both, _gradient_with, _hidden, _new, _out, _slope_with, _steps
from page import SLOPE, Page, Tree, Wrong


def _slope(tree_of):
    return _slope_with(lambda page, act, k, j, s: tree_of(("f", SLOPE[act], _out(page, k, j, s)), _out(page, k, j, s)))


def _delta(change):
    return {"delta": lambda page, tree, k, j, s: change(page, tree, k, j, s)}


def _weights_scaled(page: Page, tree, k, j, x) -> Tree:
    w = {key: value if isinstance(value, str) else round(value * 1.1, 6) for key, value in page.w.items()}
    return page.net(k, j, x, w=w)


def _bias_halved(page: Page, tree, k, j, x) -> Tree:
    b = {key: value if isinstance(value, str) else value / 2 for key, value in page.b.items()}
    return page.net(k, j, x, b=b)


def _squared_weights_back(page: Page, tree, k, j, s) -> Tree:
    w = {key: value if isinstance(value, str) else value * value for key, value in page.w.items()}
    return page.back(k, j, s, w=w)


def _squared_input(page: Page, tree, k, j, x) -> Tree:
    return page.net(k, j, [("f", "sq", one) for one in x])


def _product_of_terms(page: Page, tree, k, j, x) -> Tree:
    *terms, last = tree[1:]
    return ("+", ("*", *terms), last) if (k, j) in page.b and len(terms) > 1 else None


def _squared_deltas_back(page: Page, tree, k, j, s) -> Tree:
    some = [
        ("*", ("f", "sq", page.delta(k + 1, m, s)), page.old_w[k + 1, m, j], 5.0) for m in range(page.ex.layers[k + 1])
    ]
    return ("+", *some) if len(some) > 1 else some[0]


def _own_output_too(page: Page, tree, k, j, s) -> Tree:
    """What comes back, and a tenth of the unit's own output."""
    return ("+", tree, ("*", 0.1, _out(page, k, j, s)))


FRESH: dict[str, Wrong] = {
    "slope_is_sine_of_output": _slope(lambda slope, o: ("f", "sin", o)),
    "slope_mean_with_one": _slope(lambda slope, o: ("*", 0.5, ("+", 1.0, slope))),
    "net_times_0_8": {"net": lambda page, tree, k, j, x: ("*", 0.8, tree)},
    "product_of_terms": {"net": _product_of_terms},
    "bias_doubled": {"net": lambda page, tree, k, j, x: ("+", *tree[1:], page.b[k, j]) if (k, j) in page.b else None},
    "steeper_sigmoid": _act(
        lambda page, act, tree, j, nets: ("f", "sigmoid", ("*", 1.5, nets[j])) if act == "sigmoid" else None
    ),
    "error_over_one_and_output": _both(lambda page, tree, k, j, s: ("/", page.gap(s, j), ("+", 1.0, page.outs(s)[j]))),
    "error_over_one_and_slope": _delta(lambda page, tree, k, j, s: ("/", tree[1], ("+", 1.0, tree[2]))),
    "squared_deltas_back": _hidden(_squared_deltas_back),
    "own_output_added_to_what_comes_back": _hidden(_own_output_too),
    "gradient_with_input_and_delta": _gradient_with(
        lambda page, k, j, i, s: ("+", page.incoming(k, s)[i], page.delta(k, j, s))
    ),
    "gradient_with_rest_of_input": _gradient_with(lambda page, k, j, i, s: ("+", 1.0, ("-", page.incoming(k, s)[i]))),
    "rate_added_to_gradient": _steps(lambda page, grad, tree, kind, key: ("-", ("+", page.ex.rate, grad))),
    "step_as_share_of_weight": _new(
        lambda page, kind, tail, old: ("*", old, ("+", 1.0, f"step_{kind}{tail}")) if kind == "w" else None
    ),
}
"""A dozen and two that were made up when the catalogue and its weights stood, to see whether these were fitted."""


NOBODY: dict[str, Wrong] = {
    "slope_squared": _slope(lambda slope, o: ("f", "sq", slope)),
    "slope_cube_of_output": _slope(lambda slope, o: ("f", "cube", o)),
    "slope_root": _slope(lambda slope, o: ("f", "sqrt", slope)),
    "slope_plus_a_tenth": _slope(lambda slope, o: ("+", slope, 0.1)),
    "weights_times_1_1": {"net": _weights_scaled},
    "bias_halved": {"net": _bias_halved},
    "inputs_squared": {"net": _squared_input},
    "arctan_for_activation": _act(lambda page, act, tree, j, nets: ("f", "arctan", nets[j]) if act in SLOPE else None),
    "softsign_for_activation": _act(
        lambda page, act, tree, j, nets: ("f", "softsign", nets[j]) if act in SLOPE else None
    ),
    "error_cubed": _both(lambda page, tree, k, j, s: ("f", "cube", page.gap(s, j))),
    "error_plus_half_output": _both(lambda page, tree, k, j, s: ("+", page.gap(s, j), ("*", 0.5, page.outs(s)[j]))),
    "delta_is_error_plus_two_slopes": _delta(lambda page, tree, k, j, s: ("+", tree[1], ("*", 2.0, tree[2]))),
    "delta_times_net": _delta(lambda page, tree, k, j, s: ("*", *tree[1:], f"net{k}[{j + 1}]{page.at(s)}")),
    "squared_weights_back": _hidden(_squared_weights_back),
    "back_times_1_3": _hidden(lambda page, tree, k, j, s: ("*", 1.3, page.back(k, j, s))),
    "gradient_times_root_of_input": _gradient_with(
        lambda page, k, j, i, s: ("f", "sqrt", ("f", "abs", page.incoming(k, s)[i]))
    ),
    "gradient_plus_input": {
        "grad_w": lambda page, tree, k, j, i, s: ("+", tree, ("*", 0.1, page.incoming(k, s)[i])),
    },
    "step_of_the_square": _steps(lambda page, grad, tree, kind, key: ("*", -page.ex.rate, ("f", "sq", grad), 10.0)),
    "new_times_0_9": _new(lambda page, kind, tail, old: ("*", 0.9, ("+", old, f"step_{kind}{tail}"))),
    "step_times_1_7": _steps(lambda page, grad, tree, kind, key: ("*", -1.7 * page.ex.rate, grad)),
    **FRESH,
}
"""By a name of our own; none of them is an id of bptutor's."""
