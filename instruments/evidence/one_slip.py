"""One slip costs one cell: a wrong number, gone on with honestly, loses its own cell and no other.

python instruments/evidence/one_slip.py --sheets 2000
"""

from __future__ import annotations

import random
import re
from collections import Counter

from marker import checked_batch, problem_of
from pen import TEN, NoNumber, Worker, exact, habit, kind, replace
from reach import out_of_reach
from run import Clock, Shown, ask_little, exercises, options, share

CLEAR = 20
"""Units of the last place by which a slip is off at least: smaller ones are the business of sharp.py."""


def slip(rng: random.Random, name: str, n: int, digits: int, act: str) -> int | None:
    """Another number as a person may get it: a digit, a sign, a number near by; None where there is no sensible one."""
    way = rng.random()
    if way < 0.2 and n and kind(name) not in ("out", "slope", "loss", "loss_of", "loss_after"):
        found = -n
    elif way < 0.6:
        place = rng.randrange(max(1, len(str(abs(n)))))
        found = n + rng.choice((-1, 1)) * rng.randint(1, 9) * TEN[place]
    else:
        found = n + rng.choice((-1, 1)) * max(CLEAR, int(abs(n) * rng.choice((0.02, 0.1, 0.3)))) + rng.randint(-3, 9)
    if kind(name) in ("out", "slope"):
        top = TEN[digits] if act in ("sigmoid", "softmax", "tanh") else abs(n) * 3 + 10
        low = -TEN[digits] if act == "tanh" and kind(name) == "out" else 0
        if not low < found < top:
            return None
    if kind(name).startswith("loss") and found < 0:
        return None
    return found if abs(found - n) >= CLEAR and found else None


def layer(name: str) -> int:
    """The layer of a cell, 1 where it has none."""
    found = re.match(r"[a-z]+(?:_[wb])?(\d+)", name)
    return int(found[1]) if found else 1


def main() -> None:
    parser = options(__doc__, 2000)
    parser.add_argument("--slips", type=int, default=1, help="so many slips on a sheet, which cost as many cells")
    parser.add_argument("--plain", action="store_true", help="sigmoid networks with half squared error only")
    args = parser.parse_args()
    clock, shown, done = Clock(), Shown(args.show), 0
    counted, single, cost = Counter(), Counter(), Counter()
    for rng, ex, page in exercises(args.seed, plain=args.plain, integers=None if not args.plain else False):
        if done >= args.sheets:
            break
        try:
            values = exact(page)
        except NoNumber:
            continue
        sheets, what, short = [], [], ask_little(rng, ex)
        for turn in range(args.each):
            who, seed = habit(rng, short=short), rng.random()
            lines = turn % 3
            other = tuple(one for one in who.out if one not in ("step", "grad")) or ("slope",)
            label = ("every line written", "without the Δ line", "without other lines")[lines]
            if short:
                label = "net, out, delta, new asked"
            else:
                who = replace(who, out=((), ("step",), other)[lines])
            try:
                base = Worker(page, who, random.Random(seed)).sheet
                slips = {}
                for name in rng.sample(list(base), min(args.slips, len(base))):
                    n, digits = base[name]
                    found = slip(rng, name, n, digits, ex.acts[layer(name) - 1])
                    if found is not None:
                        slips[name] = (found, digits)
                sheet = Worker(page, who, random.Random(seed), slips).sheet
            except NoNumber:
                continue
            if len(slips) < args.slips or not slips.keys() <= set(out_of_reach(page, sheet, values)):
                continue
            sheets.append(sheet)
            what.append((slips, base, who, label))
        if not sheets:
            continue
        done += len(sheets)
        for sheet, (slips, base, who, label), marks in zip(
            sheets, what, checked_batch(problem_of(ex), sheets), strict=True
        ):
            below = {cell for cell, one in marks.items() if not one.full}
            fine = below == slips.keys()
            for one in (label, *(f"{label}, slip in {kind(name)}" for name in slips)):
                counted[one] += 1
                single[one] += fine
            cost[min(len(below), 9)] += 1
            if not fine:
                told = ", ".join(f"{name}: {n} units for {base[name][0]}" for name, (n, _digits) in slips.items())
                shown(ex, sheet, f"{told} ({who}); below full credit: {', '.join(sorted(below)) or 'none'}")
    for label in sorted(counted):
        print(f"{label:42} {share(single[label], counted[label])} cost exactly their own cell")
    print("cells lost (9: or more):", dict(sorted(cost.items())))
    clock.say(done)


if __name__ == "__main__":
    main()
