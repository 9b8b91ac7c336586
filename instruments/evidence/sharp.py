"""Sharp: one number of an honest sheet changed by 1 to 12 units of its last place must not get full credit, unless
honest rounding can reach it. Half of the people go on with the changed number, half with the true one.

    python instruments/evidence/sharp.py --sheets 5000
    python instruments/evidence/sharp.py --whole          # networks of whole numbers: off by one
"""

from __future__ import annotations

import random
from collections import Counter

from marker import checked_batch, problem_of
from pen import NoNumber, Worker, exact, habit, kind
from reach import out_of_reach
from run import Clock, Shown, ask_little, exercises, options, share


def main() -> None:
    parser = options(__doc__, 2000)
    parser.add_argument("--whole", action="store_true", help="networks of whole numbers only, every number off by one")
    args = parser.parse_args()
    clock, shown, done = Clock(), Shown(args.show), 0
    counted, passed, near = Counter(), Counter(), 0
    kinds = {"integers": True} if args.whole else {"integers": False}
    for rng, ex, page in exercises(args.seed, **kinds):
        if done >= args.sheets:
            break
        try:
            values = exact(page)
        except NoNumber:
            continue
        sheets, changes, short = [], [], not args.whole and ask_little(rng, ex)
        for _ in range(args.each):
            who, seed = habit(rng, short=short), rng.random()
            if args.whole:
                who = type(who)()
            try:
                base = Worker(page, who, random.Random(seed)).sheet
                name = rng.choice(list(base))
                n, digits = base[name]
                by = rng.choice((-1, 1)) * (1 if args.whole else rng.randint(1, 12))
                if args.whole:
                    by *= 10**digits
                changed = {name: (n + by, digits)}
                true_below = rng.random() < 0.5
                sheet = Worker(page, who, random.Random(seed), changed, unnoticed=true_below).sheet
            except NoNumber:
                continue
            done += 1
            if name not in out_of_reach(page, sheet, values):
                near += 1
                continue
            sheets.append(sheet)
            changes.append((name, abs(by), "gone on with the true one" if true_below else "gone on with it", who))
        if not sheets:
            continue
        for sheet, (name, by, below, who), marks in zip(
            sheets, changes, checked_batch(problem_of(ex), sheets), strict=True
        ):
            for label in ("all", f"by {by}", below, f"in {kind(name)}", "short sheets" if ex.ask else "full sheets"):
                counted[label] += 1
                passed[label] += marks[name].full
            if marks[name].full:
                shown(ex, sheet, f"{name} was changed by {by} ({below}; {who}) and is {marks[name].verdict}")
    for label in sorted(counted, key=lambda one: (one.split()[0] != "all", one.split()[0], len(one), one)):
        print(f"{label:28} {share(passed[label], counted[label])} get full credit")
    print(f"(within honest reach and not counted: {near} of {done})")
    clock.say(done)


if __name__ == "__main__":
    main()
