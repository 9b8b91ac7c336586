"""Misread: one digit is typed wrong by 20 units in the last place or more, and the rest worked out with the right one.
That is a slip in copying; a wrong number that was gone on with is not, and no honest sheet is told that it copied.

python instruments/evidence/misread.py --sheets 1000
"""

from __future__ import annotations

import random
from collections import Counter

from marker import answers_of, checked, problem_of
from one_slip import layer, slip
from pen import NoNumber, Worker, exact, habit
from reach import out_of_reach, outside
from run import Clock, Shown, exercises, options, share

COPY = "copy_slip"


def misread(rng: random.Random, n: int) -> int | None:
    """The number with one digit exchanged for another, 20 units or more away."""
    digits = list(str(abs(n)).zfill(3))
    place = rng.randrange(len(digits) - 1)
    digits[place] = str(rng.choice([d for d in range(10) if str(d) != digits[place]]))
    found = int("".join(digits)) * (-1 if n < 0 else 1)
    return found if abs(found - n) >= 20 and found else None


def told(marks) -> bool:
    """Whether somebody is told that a number was copied."""
    return any("does not follow" in one.note or COPY in one.leads for one in marks.values())


def main() -> None:
    args = options(__doc__, 300).parse_args()
    clock, shown, done, counts = Clock(), Shown(args.show), 0, Counter()
    for rng, ex, page in exercises(args.seed, integers=False):
        if done >= args.sheets:
            break
        try:
            values = exact(page)
        except NoNumber:
            continue
        problem = problem_of(ex)
        for _ in range(max(1, args.each // 3)):
            who, seed = habit(rng), rng.random()
            try:
                base = Worker(page, who, random.Random(seed)).sheet
                done += 1
                counts["honest"] += 1
                if told(checked(problem, answers_of(base))):
                    counts["honest told"] += 1
                    shown(ex, base, f"honest, {who}: is told that it copied")
                name = rng.choice([one for one in base if not one.startswith(("new", "loss"))])
                n, digits = base[name]
                other = misread(rng, n)
                if other is not None:
                    sheet = Worker(page, who, random.Random(seed), {name: (other, digits)}, unnoticed=True).sheet
                    out = out_of_reach(page, sheet, values)
                    lost = [cell for cell in outside(page, sheet) if cell != name]
                    if name in out and lost:
                        marks = checked(problem, answers_of(sheet))
                        leads = marks[name].leads
                        others = [one for cell, one in marks.items() if cell != name]
                        counts["misread"] += 1
                        counts["misread named"] += leads == (COPY,)
                        counts["misread other"] += bool(leads) and COPY not in leads
                        counts["misread one"] += not marks[name].full and all(one.full for one in others)
                        counts["misread noted"] += any(
                            "does not follow" in one.note or COPY in one.leads for one in others
                        )
                        if leads != (COPY,):
                            shown(ex, sheet, f"misread {name} for {n} units, {who}: {marks[name].verdict}", *leads)
                name = rng.choice(list(base))
                n, digits = base[name]
                other = slip(rng, name, n, digits, ex.acts[layer(name) - 1])
                if other is not None:
                    sheet = Worker(page, who, random.Random(seed), {name: (other, digits)}).sheet
                    if name in out_of_reach(page, sheet, values):
                        counts["slips"] += 1
                        marks = checked(problem, answers_of(sheet))
                        counts["slips called copied"] += any(COPY in one.leads for one in marks.values())
                        counts["slips with a note"] += any("does not follow" in one.note for one in marks.values())
            except NoNumber:
                continue
    print(f"misread: {COPY} leads on {share(counts['misread named'], counts['misread'])}")
    print(f"  cost exactly their own cell: {share(counts['misread one'], counts['misread'])}")
    print(f"  another name at that cell: {share(counts['misread other'], counts['misread'])}")
    print(
        f"  some other cell called copied, or a note that says so: {share(counts['misread noted'], counts['misread'])}"
    )
    print(f"slips gone on with that are called {COPY}: {share(counts['slips called copied'], counts['slips'])}")
    print(f"  or have a note that says copied: {share(counts['slips with a note'], counts['slips'])}")
    print(f"honest sheets told that they copied: {share(counts['honest told'], counts['honest'])}")
    clock.say(done)


if __name__ == "__main__":
    main()
