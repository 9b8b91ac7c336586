"""What an honest person can have written, by interval arithmetic with a pen. Shares nothing with bptutor.

Slack comes from rounding that can have happened. A typed operand stands for ± half a unit (0.55: with a guard digit
it is rounded twice) of its own last digit, on a sheet that cuts digits off for up to a unit further from 0; a blank one
for what the page gives; a product inside a cell may have been rounded before it was used; what comes out even is
allowed nothing. A number is out of reach if it is so whether the sheet rounds or cuts.
"""

from __future__ import annotations

import math

from page import Page, Tree
from pen import FUNCTIONS, TEN, Sheet, exact, kind, units

HALF = 0.55
Range = tuple[float, float]

RISING = {"sigmoid", "tanh", "relu", "linear", "ln", "exp", "relu_slope", "sign"}
RISING |= {f"{one}_{where}_0" for one in ("step", "sign") for where in ("from", "above")}
TURN = {"sq": 0.0, "abs": 0.0, "sigmoid_slope": 0.5, "tanh_slope": 0.0}


def _point(r: Range) -> bool:
    return r[1] - r[0] <= 1e-11 * max(1.0, abs(r[0]))


def _even(r: Range, digits: int) -> bool:
    """Whether a value is one number, and comes out even with so many digits."""
    if not _point(r) or not math.isfinite(r[0]):
        return False
    m = r[0] * TEN[digits]
    return abs(m - round(m)) < 1e-7 * max(1.0, abs(m) * 1e-3)


def _times(a: Range, b: Range) -> Range:
    ends = [x * y for x in a for y in b]
    return min(ends), max(ends)


class Reach:
    """The ranges of a sheet, read as one that rounds (`cut` False) or cuts digits off.

    `computed` has what each cell's rule gives before it is written, `stands` what each cell is worth to those below.
    """

    def __init__(self, page: Page, sheet: Sheet, *, cut: bool):
        self.page, self.sheet, self.cut = page, sheet, cut
        self.computed: dict[str, Range] = {}
        self.stands: dict[str, Range] = {}
        self.even: dict[str, bool] = {}
        for name, trees in page.items():
            typed = sheet.get(name)
            self.asked = page.ex.asked(kind(name))
            self.digits = max(typed[1], self.asked) if typed else self.asked
            ranges = [self.worth(tree) for tree in trees]
            found = min(r[0] for r in ranges), max(r[1] for r in ranges)
            self.computed[name] = found
            digits = typed[1] if typed else self.asked
            self.even[name] = _even(found, digits)
            self.stands[name] = self.operand(typed, found)

    def operand(self, typed: tuple[int, int] | None, found: Range) -> Range:
        """What a cell is worth to those below."""
        if typed is None:
            return found if _even(found, self.asked) else self.penned(found)
        n, digits = typed
        value, unit = n / TEN[digits], 1 / TEN[digits]
        if _even(found, digits):
            return value, value
        if not self.cut:
            return value - HALF * unit, value + HALF * unit
        low, high = value, value
        if n <= 0:
            low -= unit
        if n >= 0:
            high += unit
        return low, high

    def penned(self, r: Range) -> Range:
        """A range after it may have been written down with the digits in use."""
        unit = 1 / TEN[self.digits]
        if not self.cut:
            return r[0] - HALF * unit, r[1] + HALF * unit
        return (r[0] - unit if r[1] > 0 else r[0]), (r[1] + unit if r[0] < 0 else r[1])

    def part(self, tree: Tree, *, inner: bool = True) -> Range:
        """What a part of a sum or product is worth, a product perhaps rounded."""
        r = self.worth(tree)
        plain = tree
        while isinstance(plain, tuple) and plain[0] == "-":
            plain = plain[1]
        product = isinstance(plain, tuple) and plain[0] in ("*", "/", "f")
        return self.penned(r) if inner and product and not _even(r, self.digits) else r

    def worth(self, tree: Tree) -> Range:
        if isinstance(tree, str):
            return self.stands[tree]
        if not isinstance(tree, tuple):
            return float(tree), float(tree)
        head = tree[0]
        if head == "+":
            low = high = 0.0
            for part in tree[1:]:
                r = self.part(part)
                low, high = low + r[0], high + r[1]
            return low, high
        if head == "-":
            r = self.worth(tree[1])
            return -r[1], -r[0]
        if head == "*":
            return self.product([self.part(part) for part in tree[1:]])
        if head == "/":
            return self.quotient(self.part(tree[1]), tree[2])
        if head == "f":
            return self.function(tree[1], self.worth(tree[2]))
        if head == "softmax":
            ranges = [self.worth(part) for part in tree[2:]]
            own = ranges[tree[1]]
            others = [r for k, r in enumerate(ranges) if k != tree[1]]
            low = 1 / (1 + sum(math.exp(min(r[1] - own[0], 700)) for r in others))
            high = 1 / (1 + sum(math.exp(min(r[0] - own[1], 700)) for r in others))
            return low, high
        raise ValueError(tree)

    def quotient(self, r: Range, divisor: Tree) -> Range:
        """A quotient; a divisor that has to be worked out may have been rounded."""
        below = self.worth(divisor)
        if isinstance(divisor, tuple) and not _even(below, self.digits):
            below = self.penned(below)
        if below[0] <= 0 <= below[1]:
            return -math.inf, math.inf
        return _times(r, (1 / below[1], 1 / below[0]))

    def product(self, factors: list[Range]) -> Range:
        if len(factors) == 2:
            return _times(*factors)
        a, b, c = factors  # any two of them first, and perhaps rounded
        found = []
        for first, second, last in ((a, b, c), (a, c, b), (b, c, a)):
            r = _times(first, second)
            found.append(_times(r if _even(r, self.digits) else self.penned(r), last))
        return min(r[0] for r in found), max(r[1] for r in found)

    @staticmethod
    def function(name: str, r: Range) -> Range:
        f = FUNCTIONS[name]
        low, high = r
        if name == "ln":
            return (math.log(low) if low > 0 else -math.inf), (math.log(high) if high > 0 else math.inf)
        if name == "sqrt":
            return f(max(low, 0.0)), f(max(high, 0.0))
        if name in RISING:
            return f(low), f(high)
        ends = [f(low), f(high)]
        if low < TURN[name] < high:
            ends.append(f(TURN[name]))
        return min(ends), max(ends)

    def holds(self, name: str, n: int, digits: int) -> bool:
        """Whether so many units can have been written for a cell."""
        low, high = self.computed[name]
        if math.isnan(low) or math.isnan(high):
            return True
        value, unit = n / TEN[digits], 1 / TEN[digits]
        hair = 1e-9 * max(1.0, abs(value))
        if _even((low, high), digits):
            return abs(value - low) <= hair
        if self.even[name]:
            return abs(value - low) <= hair + unit
        if not self.cut:
            return value - HALF * unit - hair <= high and low <= value + HALF * unit + hair
        over, under = (unit if n >= 0 else 0.0), (unit if n <= 0 else 0.0)
        return value - under - hair <= high and low <= value + over + hair


def outside(page: Page, sheet: Sheet) -> list[str]:
    """The cells that no honest rounding reaches from what stands above them, in the better of the two readings."""
    best: list[str] | None = None
    for cut in (False, True):
        reach = Reach(page, sheet, cut=cut)
        found = [name for name, (n, digits) in sheet.items() if not reach.holds(name, n, digits)]
        if best is None or len(found) < len(best):
            best = found
    return best or []


def right(values: dict[str, float], name: str, n: int, digits: int) -> bool:
    """Whether this is the page's own value, rounded or cut off."""
    return any(units(values[name], digits, mode) == n for mode in ("half_up", "half_even", "cut"))


def out_of_reach(page: Page, sheet: Sheet, values: dict[str, float] | None = None) -> list[str]:
    """The cells that are neither within reach nor right by themselves."""
    values = values or exact(page)
    return [name for name in outside(page, sheet) if not right(values, name, *sheet[name])]
