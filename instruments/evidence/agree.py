"""`grade` and `check` agree on every cell of every sheet: right ones, slips, and mistakes with and without a name.

python instruments/evidence/agree.py --sheets 500
"""

from __future__ import annotations

import random
from collections import Counter

from made import MADE
from marker import answers_of, checked, checked_batch, problem_of
from nobody import NOBODY
from one_slip import layer, slip
from page import Page
from pen import NoNumber, Worker, habit
from run import Clock, Shown, exercises, options, share


def main() -> None:
    args = options(__doc__, 200).parse_args()
    clock, shown, done, counts = Clock(), Shown(args.show), 0, Counter()
    ways = [wrong for made in MADE.values() for wrong in made] + list(NOBODY.values())
    for rng, ex, page in exercises(args.seed):
        if done >= args.sheets:
            break
        sheets = []
        for _ in range(args.each):
            who, seed = habit(rng), rng.random()
            try:
                wrong = Page(ex, rng.choice(ways)) if rng.random() < 0.6 else page
                base = Worker(wrong, who, random.Random(seed)).sheet
                slips = {}
                for name in rng.sample(list(base), rng.randint(0, 2)):
                    found = slip(rng, name, *base[name], ex.acts[layer(name) - 1])
                    if found is not None:
                        slips[name] = (found, base[name][1])
                sheets.append(Worker(wrong, who, random.Random(seed), slips).sheet)
            except (NoNumber, KeyError, IndexError):
                continue
        if not sheets:
            continue
        problem = problem_of(ex)
        for sheet, batch in zip(sheets, checked_batch(problem, sheets, fall_back=False), strict=True):
            alone = checked(problem, answers_of(sheet))
            done += 1
            differ = [n for n in sheet if (alone[n].verdict, alone[n].leads) != (batch[n].verdict, batch[n].leads)]
            counts["cells"] += len(sheet)
            counts["differ"] += len(differ)
            if differ:
                shown(ex, sheet, *(f"{n}: check {alone[n]}, grade {batch[n]};" for n in differ[:3]))
    print(f"cells on which check and grade differ: {share(counts['differ'], counts['cells'])}")
    clock.say(done)


if __name__ == "__main__":
    main()
