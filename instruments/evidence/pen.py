"""How people work with a pen: what they round, how, and what they go on with; in plain floats and whole units."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass, field, replace

from page import Page, Tree

TEN = [10**k for k in range(40)]


class NoNumber(ArithmeticError):
    """A value that nobody can write down."""


def units(x: float, digits: int, mode: str) -> int:
    """How many units of the last of so many digits are written for x; what a float misses by a hair is no matter."""
    if not math.isfinite(x) or abs(x) > 1e9:
        raise NoNumber
    m = abs(x) * TEN[digits]
    whole = math.floor(m)
    part, hair = m - whole, 1e-9 * max(1.0, m * 1e-4)
    if mode == "cut":
        whole += part > 1 - hair
    elif abs(part - 0.5) < hair:
        whole += 1 if mode == "half_up" else whole % 2
    else:
        whole += part > 0.5
    return -whole if x < 0 else whole


def text(n: int, digits: int) -> str:
    """So many units as they are written."""
    sign, n = "-" if n < 0 else "", abs(n)
    return f"{sign}{n}" if not digits else f"{sign}{n // TEN[digits]}.{n % TEN[digits]:0{digits}d}"


def sigmoid(x: float) -> float:
    return 1 / (1 + math.exp(-x)) if x > -700 else 0.0


FUNCTIONS = {
    "sigmoid": sigmoid,
    "tanh": math.tanh,
    "relu": lambda x: max(0.0, x),
    "linear": lambda x: x,
    "sq": lambda x: x * x,
    "ln": lambda x: math.log(x) if x > 0 else math.nan,
    "exp": lambda x: math.exp(x) if x < 700 else math.inf,
    "sigmoid_slope": lambda o: o * (1 - o),
    "tanh_slope": lambda o: 1 - o * o,
    "relu_slope": lambda x: 1.0 if x > 0 else 0.0,
    "abs": abs,
    "log10": lambda x: math.log10(x) if x > 0 else math.nan,
    "log2": lambda x: math.log2(x) if x > 0 else math.nan,
    "sqrt": lambda x: math.sqrt(x) if x >= 0 else math.nan,
    "sin": math.sin,
    "sign": lambda x: (x > 0) - (x < 0) + 0.0,
    "cube": lambda x: x**3,
    "step_above_0": lambda x: 1.0 if x > 1e-12 else 0.0,
    "step_from_0": lambda x: 1.0 if x > -1e-12 else 0.0,
    "sign_above_0": lambda x: 1.0 if x > 1e-12 else -1.0,
    "sign_from_0": lambda x: 1.0 if x > -1e-12 else -1.0,
    "root_of_size": lambda x: math.sqrt(abs(x)),
    "arctan": math.atan,
    "ten": lambda x: 10**x if x < 300 else math.inf,
    "softsign": lambda x: x / (1 + abs(x)),
}


@dataclass(frozen=True)
class Habit:
    """How somebody works.

    `mode`: half_up, half_even or cut. `guard`: None keeps everything, else so many digits more than are written.
    `products`: each product of a sum is rounded before it is added. `out`: the kinds of cells that are left out, all
    of them worked on scratch paper. `more`: kinds of cells that are written with so many digits more.
    """

    mode: str = "half_up"
    guard: int | None = None
    products: bool = False
    out: tuple[str, ...] = ()
    more: dict[str, int] = field(default_factory=dict, hash=False)

    def __str__(self) -> str:
        keep = "exact" if self.guard is None else "carried" if not self.guard else f"guard {self.guard}"
        rest = [keep]
        if self.products:
            rest.append("products")
        if self.out:
            rest.append("short" if self.out == NOT_SHORT else "without " + "+".join(self.out))
        if self.more:
            rest.append("more digits for " + "+".join(self.more))
        return f"{self.mode}, " + ", ".join(rest)


LEFT_OUT = (
    (),
    (),
    ("step",),
    ("step",),
    ("error",),
    ("slope",),
    ("error", "slope"),
    ("step", "slope", "error"),
    ("grad", "step"),
    ("loss_of",),
)


SHORT = ("net", "out", "delta", "new")
NOT_SHORT = ("loss", "loss_of", "loss_after", "error", "slope", "grad", "step")


def habit(rng: random.Random, *, short: bool = False) -> Habit:
    """Somebody's habits; where only net, out, delta and new parameters are asked for, nothing else is written."""
    guard = rng.choice((None, None, 0, 0, 1, 2))
    return Habit(
        mode=rng.choice(("half_up", "half_up", "half_even", "cut")),
        guard=guard,
        products=guard is not None and rng.random() < 0.5,
        out=NOT_SHORT if short else rng.choice(LEFT_OUT),
        more={}
        if rng.random() < 0.75
        else {rng.choice(("net", "out", "delta", "grad", "new", "error")): rng.choice((1, 2))},
    )


def kind(name: str) -> str:
    """What kind of cell an id is of: net, out, loss, loss_of (one output's), error, slope, delta, grad, step, new."""
    if name.startswith("loss["):
        return "loss_of"
    for one in ("grad", "step", "new", "cost_grad", "m_hat", "v_hat", "m", "v"):
        if name.startswith(f"{one}_"):
            return one
    plain = name.partition("[")[0].partition("@")[0].partition("#")[0]
    return plain.rstrip("0123456789")


Sheet = dict[str, tuple[int, int]]  # by cell: units, digits


class Worker:
    """Somebody who works a page out. `slips` are cells where another number is written, in units.

    A slip is gone on with, unless its cell is in `unnoticed`: then the rest is worked out with the right number.
    """

    def __init__(self, page: Page, who: Habit, rng: random.Random, slips: Sheet | None = None, unnoticed: bool = False):
        self.page, self.who, self.rng = page, who, rng
        self.slips, self.unnoticed = slips or {}, unnoticed
        self.kept: dict[str, float] = {}
        self.sheet: Sheet = {}
        self.digits = page.ex.decimals
        for name, trees in page.items():
            self.write(name, trees)

    def write(self, name: str, trees: list[Tree]) -> None:
        sort = kind(name)
        blank = name.startswith("_") or sort in self.who.out
        digits = self.page.ex.asked(sort) + (0 if blank else self.who.more.get(sort, 0))
        self.digits = digits + (self.who.guard or 0)
        value = self.worth(trees[0] if len(trees) == 1 else self.rng.choice(trees))
        if self.who.guard is not None:
            value = units(value, self.digits, self.who.mode) / TEN[self.digits]
        elif not math.isfinite(value):
            raise NoNumber
        if not blank:
            typed = (units(value, digits, self.who.mode), digits)
            if self.who.guard == 0:
                value = typed[0] / TEN[digits]
            if name in self.slips:
                typed = self.slips[name]
                if not self.unnoticed:
                    value = typed[0] / TEN[typed[1]]
            self.sheet[name] = typed
        self.kept[name] = value

    def worth(self, tree: Tree) -> float:
        if isinstance(tree, str):
            return self.kept[tree]
        if not isinstance(tree, tuple):
            return float(tree)
        head = tree[0]
        if head == "+":
            total = size = 0.0
            for part in tree[1:]:
                value = self.worth(part)
                if self.who.products and self.is_product(part):
                    value = units(value, self.digits, self.who.mode) / TEN[self.digits]
                total += value
                size += abs(value)
            return total if abs(total) > 1e-13 * size else 0.0  # what a float leaves of a difference is 0 on paper
        if head == "*":
            value = 1.0
            for part in tree[1:]:
                value *= self.worth(part)
            return value
        if head == "-":
            return -self.worth(tree[1])
        if head == "/":
            below = self.worth(tree[2])
            return self.worth(tree[1]) / below if below else math.nan
        if head == "f":
            return FUNCTIONS[tree[1]](self.worth(tree[2]))
        powers = [math.exp(min(self.worth(part), 700)) for part in tree[2:]]
        if head == "softmax":
            return powers[tree[1]] / sum(powers)
        raise ValueError(tree)

    @staticmethod
    def is_product(tree: Tree) -> bool:
        while isinstance(tree, tuple) and tree[0] == "-":
            tree = tree[1]
        return isinstance(tree, tuple) and tree[0] in ("*", "/", "f")


def exact(page: Page) -> dict[str, float]:
    """All values in full precision."""
    return Worker(page, Habit(), random.Random(0)).kept


def honest(page: Page, who: Habit, rng: random.Random) -> Sheet:
    """What somebody with these habits writes who makes no mistake."""
    return Worker(page, who, rng).sheet


__all__ = [
    "FUNCTIONS",
    "NOT_SHORT",
    "SHORT",
    "TEN",
    "Habit",
    "NoNumber",
    "Sheet",
    "Worker",
    "exact",
    "habit",
    "honest",
    "kind",
    "replace",
    "text",
    "units",
]
