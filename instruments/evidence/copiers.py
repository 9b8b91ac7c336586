"""Copiers: in classes where nobody copied hardly any group is named; rings that share invented numbers are found.

python instruments/evidence/copiers.py --sheets 1000          # classes of 200 where nobody copies; about 50 minutes
python instruments/evidence/copiers.py --sheets 50 --rings 50 # and for each size of ring so many classes with one
python instruments/evidence/copiers.py --notes 3              # many have three wrong rules from the same notes; 0: none

Every class has wrong rules with and without a name, each held by 1 to 25 % of it, easy slips and rare ones, people who
round in different ways, leave lines out, or give up. Of rings it is said in how many classes all of one are found in a
group, and exactly they, at least some of them ("in part"), and somebody else ("others").
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator

from exercise import Exercise, drawn
from made import MADE
from marker import graded, groups_of_class, problem_of
from nobody import NOBODY
from one_slip import CLEAR, layer, slip
from page import Page, Wrong
from pen import NOT_SHORT, TEN, Habit, NoNumber, Sheet, Worker, habit, kind, replace
from run import Clock, ask_little, at_most, options, share

SIZES = ((2, 2, 2), (2, 3, 2), (2, 2, 1), (3, 2, 2))
COMMON = ("omit_output_slope", "flipped_error", "raw_error_back", "added_update", "bias_not_updated", "slope_at_net")
INVENTED = 12
FEW, MANY = 0.01, 0.25
"""What part of a class holds a wrong rule that has no name, or a set of notes with several: anything between."""


class Class:
    """An exercise, and what people of a class do with it: who believes in what, and which slips are easy.

    Everyone holds some of the beliefs, all at once where they are of different formulas. Besides mistakes with a name
    there are wrong rules that have none (`nobody.py`), and, as if from the same wrong slides, `notes` of them together.
    """

    def __init__(self, rng: random.Random, ex: Exercise, *, notes: int = 0, hard: bool = False):
        self.rng, self.ex = rng, ex
        self.right = Page(self.ex)
        self.pages: dict[tuple[int, ...], Page] = {}
        self.beliefs = [(MADE[name][0], rng.uniform(0.02, 0.2)) for name in COMMON]
        unknown = [name for name in NOBODY if hard or not name.endswith("activation")]
        for count in (1, 1, 1, *([notes] if notes else [])):
            self.beliefs.append((self.together(unknown, count), FEW * (MANY / FEW) ** rng.random()))
        base = Worker(self.right, Habit(), random.Random(0)).sheet
        self.cells = list(base)
        self.easy = {name: [self.another(name, base[name]) for _ in range(3)] for name in base}

    def together(self, names: list[str], count: int) -> Wrong:
        """So many wrong rules of different formulas, as one belief."""
        found: Wrong = {}
        while count:
            more = NOBODY[self.rng.choice(names)]
            if not found.keys() & more.keys():
                found, count = found | more, count - 1
        return found

    def another(self, name: str, typed: tuple[int, int]) -> tuple[int, int]:
        """A wrong number for a cell."""
        act = self.ex.acts[layer(name) - 1]
        tries = (slip(self.rng, name, *typed, act) for _ in range(50))
        return next((found for found in tries if found is not None), typed[0] + CLEAR), typed[1]

    def page(self) -> Page:
        """The page of somebody, who holds each belief as often as it is held."""
        held = tuple(place for place, (_wrong, rate) in enumerate(self.beliefs) if self.rng.random() < rate)
        if held not in self.pages:
            wrong: Wrong = {}
            for place in held:
                wrong |= self.beliefs[place][0]
            self.pages[held] = Page(self.ex, wrong)
        return self.pages[held]

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
        """What somebody hands in who has these numbers from somebody else, and leaves none of them out."""
        rng, page = self.rng, self.page()
        who = replace(habit(rng, short=bool(self.ex.ask)), more={})
        if shared:
            who = replace(who, out=tuple(sort for sort in who.out if sort not in set(map(kind, shared))))
        seed = rng.random()
        mine = self.slips(page, seed, who) | shared
        found = Worker(page, who, random.Random(seed), mine).sheet
        if not shared and rng.random() < 0.1:  # gives up somewhere
            found = dict(list(found.items())[: rng.randint(1, len(found))])
        return found

    def hand_ins(self, count: int, shared: Sheet | None = None) -> dict[str, Sheet]:
        """The sheets of so many students who all have these numbers from each other, by student."""
        found: dict[str, Sheet] = {}
        while len(found) < count:
            try:
                found[f"s{len(found) + 1}"] = self.sheet(shared or {})
            except NoNumber:
                continue
        return found

    def invented(self) -> Sheet:
        """Numbers that somebody made up."""
        base = Worker(self.right, Habit(), random.Random(0)).sheet
        out = NOT_SHORT if self.ex.ask else ("loss_of", "step")
        usual = [name for name in self.cells if kind(name) not in out]
        return {
            name: (base[name][0] + self.rng.choice((-1, 1)) * self.rng.randint(30, TEN[4] // 4), 4)
            for name in self.rng.sample(usual, INVENTED)
        }


RINGS = (2, 3, 4, 10, 40)
TOGETHER = 8
"""Classes that have an exercise in common, since many sheets of one are judged faster; the people are others."""


class Rings:
    """How rings of a size were found."""

    def __init__(self) -> None:
        self.counts = Counter[str]()

    def add(self, members: set[str], groups: list[set[str]]) -> None:
        theirs = [group for group in groups if group & members]
        self.counts["classes"] += 1
        self.counts["found"] += any(group >= members for group in theirs)
        self.counts["exactly"] += theirs == [members]
        self.counts["in part"] += bool(theirs)
        self.counts["others"] += any(group - members for group in groups)

    def __str__(self) -> str:
        of = self.counts["classes"]
        return ", ".join(f"{word} in {self.counts[word]} of {of}" for word in ("found", "exactly", "in part", "others"))


def some_classes(args, turn: int) -> Iterator[tuple[Class, dict[str, object], dict[int, dict[str, object]]]]:
    """Classes of an exercise, with what came of their sheets, and of those of rings, by size."""
    seed = f"{args.seed}/{args.notes}/{turn}"
    rng = random.Random(seed)
    ex = drawn(rng, plain=True, sizes=SIZES)
    if args.short:
        ask_little(rng, ex, 1.0)
    count = min(TOGETHER, args.sheets - turn * TOGETHER)
    rngs = [random.Random(f"{seed}/{k}") for k in range(count)]
    classes = [Class(one, ex, notes=args.notes, hard=args.hard) for one in rngs]
    sheets: dict[str, Sheet] = {}
    for k, some in enumerate(classes):
        sheets |= {f"{k} 0 {name}": sheet for name, sheet in some.hand_ins(args.students).items()}
        for ring in RINGS if turn * TOGETHER + k < args.rings else ():
            theirs = some.hand_ins(ring, some.invented())
            sheets |= {f"{k} {ring} {name}": sheet for name, sheet in theirs.items()}
    results = graded(problem_of(ex), sheets)
    for k, some in enumerate(classes):
        found: dict[int, dict[str, object]] = {ring: {} for ring in (0, *RINGS)}
        for key, result in results.items():
            turn_, ring, name = key.split()
            if turn_ == str(k):
                found[int(ring)][name] = result._replace(hand_in=result.hand_in._replace(id=name, source=name))
        yield some, found.pop(0), found


def main() -> None:
    parser = options(__doc__, 5)
    parser.add_argument("--students", type=int, default=200)
    parser.add_argument("--rings", type=int, default=0, help="so many of the classes get a ring, of each size in turn")
    parser.add_argument("--notes", type=int, default=2, help="so many wrong rules some have from the same notes")
    parser.add_argument("--short", action="store_true", help="net, out, delta and new parameters are asked for only")
    parser.add_argument("--hard", action="store_true", help="some use an activation that gives impossible numbers")
    args = parser.parse_args()
    clock, named, sizes, rings = Clock(), 0, Counter[int](), {ring: Rings() for ring in RINGS}
    for turn in range(-(-args.sheets // TOGETHER)):
        for some, results, theirs in some_classes(args, turn):
            problem = problem_of(some.ex)
            found = groups_of_class(problem, results.values())
            named += bool(found)
            sizes.update(map(len, found))
            if found and args.show:
                print("nobody copied, but named:", [sorted(group) for group in found][:3])
            for ring, members in theirs.items():
                if members:  # they sit in the places of as many others
                    groups = groups_of_class(problem, (results | members).values())
                    rings[ring].add(set(members), groups)
    bound = 100 * at_most(named, args.sheets)
    print(f"classes where nobody copied, with a group named: {share(named, args.sheets)}, at most {bound:.2f} % (95 %)")
    print(f"sizes of these groups: {dict(sizes)}")
    for ring, told in rings.items() if args.rings else ():
        print(f"ring of {ring:2}: {told}")
    clock.say(args.sheets * args.students)


if __name__ == "__main__":
    main()
