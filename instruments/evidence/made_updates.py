"""Mistakes of update rules with a memory, of weight decay and of units that jump, made by hand; see made.py."""

from __future__ import annotations

from collections.abc import Callable

from page import Page, Tree, Wrong

Made = list[Wrong]


def _rule(page: Page) -> tuple[str, dict[str, object]]:
    return next(iter(page.ex.optimizer.items()), ("", {}))


def _beta(page: Page, word: str, *, other: bool = False) -> float | None:
    """The β of m or v; with `other` the one of the other average, None where there is no other."""
    _name, numbers = _rule(page)
    if other:
        return numbers.get("beta2" if word[0] == "m" else "beta1")
    return numbers.get("beta", numbers.get("beta1" if word[0] == "m" else "beta2"))


# Corrected averages


def _hats(words: str, correction: Callable[[Page, str], Tree]) -> Wrong:
    """Other corrections: what m or v is divided by."""

    def of(word: str):
        def change(page: Page, tree, kind, key, tail, grad) -> Tree:
            divisor = correction(page, word)
            return tree if not divisor else tree[1] if divisor == 1.0 else ("/", tree[1], divisor)

        return change

    return {f"{word}_hat": of(word) for word in words}


def _power(number: Callable[[Page], int], *, other: bool = False) -> Callable[[Page, str], Tree]:
    def correction(page: Page, word: str) -> Tree:
        beta, t = _beta(page, word, other=other), number(page)
        return 1 - beta**t if beta is not None and t > 0 else 0

    return correction


# Averages


def _averages(words: str, line: Callable[[Page, str, Tree, Tree], Tree | None]) -> Wrong:
    """Other averages; `line` gets the word, what it was before, and what goes in."""

    def of(word: str):
        def change(page: Page, tree, kind, key, tail, grad) -> Tree | None:
            before = page.remembered(word, kind, key)
            return line(page, word, before, grad if word == "m" else ("f", "sq", grad))

        return change

    return {word: of(word) for word in words}


def _parts(page: Page, keep: float | None, before: Tree, take: float | None, new: Tree) -> Tree | None:
    """So much of what was, and so much of what is new; None where the rule has no β."""
    if keep is None or take is None:
        return None
    return ("+", ("*", round(keep, 9), before), ("*", round(take, 9), new))


def _whole(page: Page, word: str, before: Tree, new: Tree) -> Tree | None:
    beta = _beta(page, word)
    return None if beta is None else ("+", ("*", beta, before), new)


def _turned(page: Page, word: str, before: Tree, new: Tree) -> Tree | None:
    beta = _beta(page, word)
    return None if beta is None else _parts(page, 1 - beta, before, beta, new)


def _other_beta(page: Page, word: str, before: Tree, new: Tree) -> Tree | None:
    beta = _beta(page, word, other=True)
    return None if beta is None or "beta1" not in _rule(page)[1] else _parts(page, beta, before, 1 - beta, new)


def _anew(page: Page, word: str, before: Tree, new: Tree) -> Tree | None:
    beta = _beta(page, word)
    return new if beta is None else _parts(page, beta, 0.0, 1 - beta, new)


def _plain(page: Page, word: str, before: Tree, new: Tree) -> Tree | None:
    """The gradient itself where its square belongs."""
    beta, gradient = _beta(page, word), new[2]
    return ("+", before, gradient) if beta is None else _parts(page, beta, before, 1 - beta, gradient)


def _squared(page: Page, word: str, before: Tree, new: Tree) -> Tree | None:
    beta = _beta(page, word)
    return None if beta is None else _parts(page, beta, before, 1 - beta, ("f", "sq", new))


# Steps


def _step(tree_of: Callable[[Page, Tree, Tree, dict[str, object]], Tree | None]) -> Wrong:
    """Another step of what is above and what is below, and of the numbers of the rule; only where there is a root."""

    def change(page: Page, tree, kind, key, tail) -> Tree | None:
        name, numbers = _rule(page)
        if "epsilon" not in numbers:
            return None
        pulled = f"cost_grad_{kind}{tail}"
        grad = pulled if pulled in page else f"grad_{kind}{tail}"
        above = f"m_hat_{kind}{tail}" if name == "adam" else grad
        below = f"v_hat_{kind}{tail}" if name == "adam" else f"v_{kind}{tail}"
        return tree_of(page, above, below, numbers)

    return {"step": change}


def _over(page: Page, above: Tree, divisor: Tree) -> Tree:
    return ("/", ("*", -page.ex.rate, above), divisor)


def _epsilon_elsewhere(page: Page, above, below, numbers) -> Tree:
    if numbers.get("epsilon_inside"):
        return _over(page, above, ("+", ("f", "sqrt", below), numbers["epsilon"]))
    return _over(page, above, ("f", "sqrt", ("+", below, numbers["epsilon"])))


def _exchanged(page: Page, above, below, numbers) -> Tree | None:
    return page.stepped(below, above, "root_of_size")[0] if "beta1" in numbers else None


def _of_size(page: Page, above, below, numbers) -> Tree:
    return page.stepped(above, below, "root_of_size")[0]


def _no_root(page: Page, above, below, numbers) -> Tree:
    return _over(page, above, ("+", below, numbers["epsilon"]))


def _nothing_below(page: Page, above, below, numbers) -> Tree:
    return ("*", -page.ex.rate, above)


def _gradient_above(page: Page, tree, kind, key, tail) -> Tree | None:
    name, _numbers = _rule(page)
    pulled = f"cost_grad_{kind}{tail}"
    grad = pulled if pulled in page else f"grad_{kind}{tail}"
    if name == "moving_average":
        return ("*", -page.ex.rate, grad)
    return page.stepped(grad, f"v_hat_{kind}{tail}")[0] if name == "adam" else None


def _averages_and_root(wrong: Wrong) -> Wrong:
    """With the root of what may be negative: people leave out the minus."""
    return wrong | _step(_of_size)


# Weight decay


def _decay(page: Page) -> tuple[str, float]:
    (kind, rate), *_ = page.ex.decay.items()
    return kind, rate


def _pull(change: Callable[[str, float, Tree], Tree | None], kinds: str = "wb") -> Wrong:
    """Something else than what the cost of a parameter adds to its gradient."""

    def cost_grad(page: Page, tree, kind, key, tail, old, grad) -> Tree | None:
        if kind not in kinds:
            return None
        pull = change(*_decay(page), old)
        return grad if pull == 0.0 else None if pull is None else ("+", grad, pull)

    return {"cost_grad": cost_grad}


def _shrink(factor: Callable[[Page, float], float], kinds: str = "wb") -> Wrong:
    """Another part of the old value that is left, where it shrinks by itself."""

    def new(page: Page, tree, kind, key, tail, old) -> Tree | None:
        if "decoupled" not in page.ex.decay or kind not in kinds or not isinstance(tree[1], tuple):
            return None
        left = round(factor(page, page.ex.decay["decoupled"]), 9)
        return ("+", old if left == 1 else ("*", left, old), tree[2])

    return {"new": new}


def _biases_too(page: Page, tree, kind, key, tail) -> Tree | None:
    name, rate = _decay(page)
    if kind == "w" or page.ex.decay.get("biases") or name == "decoupled" or page.ex.optimizer:
        return None
    old = page.b[key if key[1] is not None else (key[0], 0)]
    return ("*", -page.ex.rate, ("+", f"grad_b{tail}", ("*", rate, ("f", "sign", old) if name == "l1" else old)))


def _sign(old: Tree) -> Tree:
    return ("f", "sign", old)


def _penalty(page: Page, tree, parts) -> Tree:
    name, rate = _decay(page)
    return ("*", rate if name == "l2" else rate / 2, ("+", *parts))


# Units that jump


def _out(names: dict[str, str]) -> Wrong:
    def change(page: Page, tree, k, j, nets) -> Tree | None:
        other = names.get(tree[1]) if isinstance(tree, tuple) else None
        return ("f", other, nets[j]) if other else None

    return {"out": change}


_OTHER_SIDE = {f"{one}_above_0": f"{one}_from_0" for one in ("step", "sign")}
_OTHER_SIDE |= {after: before for before, after in _OTHER_SIDE.items()}
_OTHER_CODE = {f"step_{where}_0": f"sign_{where}_0" for where in ("above", "from")}
_OTHER_CODE |= {after: before for before, after in _OTHER_CODE.items()}


def _first_net(page: Page, tree, k, j, x) -> Tree | None:
    if not page.online or tree[0] != "+":
        return None
    w = {(k, j, i): value for i, value in enumerate(page.ex.weights[k - 1][j])}
    bias = page.ex.biases[k - 1]
    return page.net(k, j, x, w=w, b={} if bias is None else {(k, j): bias[j] if isinstance(bias, list) else bias})


def _first_new(page: Page, tree, kind, key, tail, old) -> Tree:
    return page.first(kind, key, tail)


def _only_before(wrong: Callable[..., Tree | None]) -> Callable[..., Tree | None]:
    """The net inputs of the page, not those after an update, which are worked out with what is new."""

    def change(page: Page, tree, *where) -> Tree | None:
        return None if page.looks_back else wrong(page, tree, *where)

    return change


def _target(page: Page, tree, k, j, s) -> Tree | None:
    if page.ex.acts[-1] not in ("step", "sign"):
        return None
    target = page.ex.samples[s][1][j]
    return target if page.falling else -target


UPDATES: dict[str, tuple[str, Made]] = {
    "bias_correction_left_out": (
        "adam",
        [_hats(words, lambda page, word: 1.0) for words in ("mv", "m", "v")],
    ),
    "step_number_off": (
        "adam",
        [
            _hats("mv", _power(lambda page: 1)),
            _hats("mv", _power(lambda page: page.t + 1)),
            _hats("mv", _power(lambda page: page.t - 1)),
        ],
    ),
    "betas_exchanged": (
        "adam",
        [
            _averages("mv", _other_beta) | _hats("mv", _power(lambda page: page.t, other=True)),
            _averages("mv", _other_beta),
            _hats("mv", _power(lambda page: page.t, other=True)),
        ],
    ),
    "averages_exchanged": (
        "adam",
        [_step(_exchanged), _averages_and_root(_averages("m", _squared) | _averages("v", _plain))],
    ),
    "epsilon_elsewhere": ("roots", [_step(_epsilon_elsewhere)]),
    "whole_gradient_in_average": ("averages", [_averages("mv", _whole), _averages("m", _whole)]),
    "parts_of_average_exchanged": ("averages", [_averages("mv", _turned), _averages("m", _turned)]),
    "gradient_not_squared": ("roots", [_averages_and_root(_averages("v", _plain))]),
    "average_started_anew": ("optimizers", [_averages(words, _anew) for words in ("mv", "m", "v")]),
    "gradient_for_average": ("means", [{"step": _gradient_above}]),
    "root_left_out": ("roots", [_step(_no_root), _step(_nothing_below)]),
    "decay_left_out": (
        "decay",
        [_pull(lambda kind, rate, old: 0.0, some) | _shrink(lambda page, rate: 1.0, some) for some in ("wb", "b")],
    ),
    "decay_subtracted": (
        "decay",
        [
            _pull(lambda kind, rate, old: ("*", -rate, _sign(old) if kind == "l1" else old))
            | _shrink(lambda page, rate: 1 + page.ex.rate * rate)
        ],
    ),
    "decay_of_biases": ("decay", [{"step": _biases_too}]),
    "other_decay": (
        "decay",
        [
            _pull(lambda kind, rate, old: ("*", rate, old if kind == "l1" else _sign(old)))
            | _shrink(lambda page, rate: 1 - rate),
            _pull(lambda kind, rate, old: rate if kind == "l1" else ("*", 2 * rate, old)),
            _pull(lambda kind, rate, old: ("*", rate / 2, old) if kind == "l2" else None),
            _pull(lambda kind, rate, old: old if kind == "l2" else _sign(old)),
        ],
    ),
    "penalty_factor": ("decay", [{"penalty": _penalty}]),
    "other_side_of_zero": ("jumps", [_out(_OTHER_SIDE)]),
    "coded_otherwise": ("jumps", [_out(_OTHER_CODE)]),
    "first_weights_kept": (
        "tables",
        [
            {"net": _only_before(_first_net)},
            {
                "net": _only_before(_first_net),
                "new": lambda page, tree, kind, key, tail, old: page.first(kind, key, tail),
            },
        ],
    ),
    "target_for_error": ("jumps", [{"delta_direct": _target}]),
}
"""By bptutor's id: the kind of exercise (a key of `updates.KINDS`) and the ways in which the mistake is made."""
