"""Copiers: in classes where nobody copied hardly any group is named; rings that share invented numbers are found.

python instruments/evidence/copiers.py --sheets 20            # classes of 200 where nobody copies
python instruments/evidence/copiers.py --rings 10             # and for each size of ring so many classes with one
"""

from __future__ import annotations

import random
from collections import Counter

from exercise import drawn
from made import MADE
from marker import groups_of_class, problem_of
from nobody import NOBODY
from one_slip import CLEAR, layer, slip
from page import Page
from pen import TEN, Habit, NoNumber, Sheet, Worker, kind
from run import Clock, options, share

SIZES = ((2, 2, 2), (2, 3, 2), (2, 2, 1), (3, 2, 2))
COMMON = ("omit_output_slope", "flipped_error", "raw_error_back", "added_update", "bias_not_updated", "slope_at_net")
INVENTED = 12


class Class:
    """An exercise, and what people of a class do with it: who believes in what, and which slips are easy."""

    def __init__(self, rng: random.Random, *, hard: bool = False):
        self.rng, self.ex = rng, drawn(rng, plain=True, sizes=SIZES)
        self.right = Page(self.ex)
        self.pages, self.rates = [], []
        beliefs = [(MADE[name][0], rng.uniform(0.02, 0.2)) for name in COMMON]
        unknown = [name for name in NOBODY if hard or not name.endswith("activation")]
        beliefs += [(NOBODY[name], 0.03) for name in rng.sample(unknown, 3)]
        for wrong, rate in beliefs:
            self.pages.append(Page(self.ex, wrong))
            self.rates.append(rate)
        base = Worker(self.right, Habit(), random.Random(0)).sheet
        self.cells = list(base)
        self.easy = {name: [self.another(name, base[name]) for _ in range(3)] for name in base}

    def another(self, name: str, typed: tuple[int, int]) -> tuple[int, int]:
        """A wrong number for a cell."""
        act = self.ex.acts[layer(name) - 1]
        tries = (slip(self.rng, name, *typed, act) for _ in range(50))
        return next((found for found in tries if found is not None), typed[0] + CLEAR), typed[1]

    def slips(self, page: Page, seed: float, who: Habit) -> Sheet:
        """The slips of somebody: half of them are easy ones that others make too."""
        base = Worker(page, who, random.Random(seed)).sheet
        count = sum(self.rng.random() < 0.15 for _ in range(10))
        found = {}
        for name in self.rng.sample(list(base), count):
            easy = self.rng.random() < 0.5 and name in self.easy
            found[name] = self.rng.choice(self.easy[name]) if easy else self.another(name, base[name])
        return found

    def sheet(self, shared: Sheet) -> Sheet:
        """What somebody hands in who has these numbers from somebody else."""
        rng, page = self.rng, self.right
        for other, rate in zip(self.pages, self.rates, strict=True):
            if rng.random() < rate:
                page = other
        mode = rng.choice(("half_up", "half_up", "half_up", "half_even", "cut"))
        who = Habit(mode, rng.choice((None, 0, 0)), out=rng.choice(((), (), ("loss_of",), ("step",))))
        seed = rng.random()
        mine = self.slips(page, seed, who) | {
            name: typed for name, typed in shared.items() if kind(name) not in who.out
        }
        return Worker(page, who, random.Random(seed), mine).sheet

    def hand_ins(self, students: int, ring: int) -> tuple[dict[str, Sheet], set[str]]:
        """The sheets by student, and who is in the ring."""
        base = Worker(self.right, Habit(), random.Random(0)).sheet
        usual = [name for name in self.cells if not name.startswith(("loss[", "step"))]
        invented = {
            name: (base[name][0] + self.rng.choice((-1, 1)) * self.rng.randint(30, TEN[4] // 4), 4)
            for name in self.rng.sample(usual, INVENTED)
        }
        found: dict[str, Sheet] = {}
        while len(found) < students:
            try:
                found[f"s{len(found) + 1}"] = self.sheet(invented if len(found) < ring else {})
            except NoNumber:
                continue
        return found, {f"s{k + 1}" for k in range(ring)}


def main() -> None:
    parser = options(__doc__, 5)
    parser.add_argument("--students", type=int, default=200)
    parser.add_argument("--rings", type=int, default=0, help="classes with a ring, for each size of ring")
    parser.add_argument("--hard", action="store_true", help="some use an activation that gives impossible numbers")
    args = parser.parse_args()
    clock, named, groups = Clock(), 0, Counter()
    for turn in range(args.sheets):
        some = Class(random.Random(f"{args.seed}/{turn}"), hard=args.hard)
        sheets, _ring = some.hand_ins(args.students, 0)
        found = groups_of_class(problem_of(some.ex), sheets)
        named += bool(found)
        groups.update(len(group) for group in found)
        if found and args.show:
            print("nobody copied, but named:", [sorted(group) for group in found][:3])
    print(f"classes where nobody copied, with a group named: {share(named, args.sheets)}; sizes {dict(groups)}")
    for ring in (2, 3, 4, 10, 40) if args.rings else ():
        whole = part = strangers = split = 0
        for turn in range(args.rings):
            some = Class(random.Random(f"{args.seed}/{ring}/{turn}"), hard=args.hard)
            sheets, members = some.hand_ins(args.students, ring)
            found = groups_of_class(problem_of(some.ex), sheets)
            theirs = [group for group in found if group & members]
            whole += any(group >= members for group in theirs)
            part += bool(theirs)
            split += len(theirs) > 1
            strangers += any(group - members for group in found)
        print(
            f"ring of {ring:2}: found as one group in {share(whole, args.rings)},"
            f" in part in {part}, in several groups in {split}, with others named in {strangers}"
        )
    clock.say(args.sheets * args.students)


if __name__ == "__main__":
    main()
