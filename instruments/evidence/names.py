"""Names: is the true cause the one that leads at the first wrong cell, and is a false one?

    python instruments/evidence/names.py field FOLDER     # the mis-* folders of field cases there
    python instruments/evidence/names.py nobody           # mistakes that nobody makes, in no table
    python instruments/evidence/names.py table            # mistakes of the table, made by plain-Python students

`--why` of `field` and `nobody` also asks `why` about one new hidden weight.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path
from typing import NamedTuple

import yaml
from exercise import Exercise, drawn
from made import MADE, only_in, pairs
from made_updates import UPDATES
from marker import Said, checked, checked_batch, first_wrong, looked_up, problem_of
from nobody import NOBODY
from page import Page, Wrong
from pen import SHORT, TEN, Habit, NoNumber, Sheet, Worker, exact, kind, text
from proposed import PROPOSED
from reach import out_of_reach
from run import Clock, Shown, options, share
from updates import KINDS

import bptutor

TRUTH = Path(__file__).parent / "truth.yaml"


def short(sheet: Sheet) -> Sheet:
    """The sheet with net, out, delta and new parameters only."""
    return {name: typed for name, typed in sheet.items() if kind(name) in SHORT}


# The field


def field(args) -> None:
    """The sheets of the field cases."""
    truth = yaml.safe_load((args.truth or TRUTH).read_text("utf-8"))
    counts, by_form, single = Counter(), Counter(), Counter()
    for case in sorted(args.folder.glob("mis-*/")):
        true = truth.get(case.name.removeprefix("mis-"))
        if true is None:
            print(f"{case.name}: not in {TRUTH.name}")
            continue
        for form in ("sheet", "sheet-carry", "sheet-short"):
            problem = bptutor.load(str(case / ("problem-short.yaml" if form == "sheet-short" else "problem.yaml")))
            answers = bptutor.load_answers(str(case / f"{form}.yaml"), problem)
            said = checked(problem, answers)
            where = first_wrong(said)
            what = "nothing seen" if where is None else judged(said[where].leads, true)
            counts[what] += 1
            by_form[form, what] += 1
            if args.list or what == "false":
                leads = ", ".join(said[where].leads) if where else ""
                print(f"{case.name:36} {form:12} {where or '–':16} {what:12} {leads:40} true: {', '.join(true)}")
        if args.why:
            new = next((n for n, one in said.items() if n.startswith("new_w1") and _off(problem, answers, n)), None)
            if new:
                typed = answers.cells[new]
                single[_why(problem, new, typed.text, typed.decimals, true)] += 1
    total = sum(counts.values())
    seen = total - counts["nothing seen"]
    print(f"sheets: {total}, something wrong is seen on {seen}")
    for what in ("true", "tied", "silent", "false", "nothing seen"):
        forms = ", ".join(f"{form} {by_form[form, what]}" for form in ("sheet", "sheet-carry", "sheet-short"))
        print(f"  {what:14} {share(counts[what], seen if what != 'nothing seen' else total)}  ({forms})")
    if args.why:
        _tell_why(single)


def _off(problem, answers, name: str) -> bool:
    """Whether a number is off by more than two units."""
    right = next(c["value"] for c in bptutor.solve(problem).as_dict()["cells"] if c["id"] == name)
    typed = answers.cells[name]
    return abs(typed.value - right) > 2.5 * 10.0**-typed.decimals


def judged(leads: tuple[str, ...], true: list[str]) -> str:
    """What was said: true, false, tied (true is among several that lead) or silent.

    A pair of mistakes is written with a + between its ids.
    """
    hits = [all(any(fnmatch(part, pattern) for pattern in true) for part in one.split("+")) for one in leads]
    if not leads:
        return "silent"
    return "true" if all(hits) else "tied" if any(hits) else "false"


def _why(problem, name: str, text: str, decimals: int, true: list[str]) -> str:
    sign, digits = ("-", text[1:]) if text[0] in "-−" else ("", text)
    units = int(sign + (digits.replace(".", "") or "0"))
    fine, ids, equally = looked_up(problem, name, units, decimals)
    if fine:
        return "right"
    if not ids or not equally:
        return "silent"
    if equally == 1:
        return "single true" if judged(ids[:1], true) == "true" else "single false"
    return "several"


def _tell_why(single: Counter) -> None:
    total = sum(single.values()) - single["right"]
    print(f"why on one new weight that is off by more than 2 units: {total}")
    for what in ("single true", "single false", "several", "silent"):
        print(f"  {what:14} {share(single[what], total)}")


# Students of our own


class Made(NamedTuple):
    """One sheet of somebody who made a mistake, as full or as short, and what was said of it."""

    ex: Exercise
    form: str
    who: Habit
    seed: float
    sheet: Sheet
    said: dict[str, Said]

    @property
    def where(self) -> str | None:
        """The first wrong cell."""
        return first_wrong(self.said)

    @property
    def leads(self) -> tuple[str, ...]:
        """The ids that lead there."""
        return self.said[self.where].leads if self.where else ()


def students(name: str, wrongs: list[Wrong], args, *, plain: bool = False):
    """Exercises and `--each` sheets of each on which this mistake shows: (exercise, right page, its values, sheets)."""
    rng = random.Random(f"{args.seed}/{name}")
    found = turn = 0
    while found < args.sheets and turn < args.sheets * 400:
        turn += 1
        ex = KINDS[UPDATES[name][0]](rng) if name in UPDATES else drawn(rng, plain=plain, integers=False)
        if not plain and name not in UPDATES:
            _suits(name, ex, rng)
            ex.decimals = args.decimals
        wrong, sheets = rng.choice(wrongs), []
        try:
            right, page = Page(ex), Page(ex, wrong)
            if page == right:
                continue
            values = exact(right)
            if 3 * sum(not value for value in values.values()) > len(values):
                continue  # units that are off nearly everywhere: there is nothing to see
            for _ in range(min(args.each, args.sheets - found)):
                who = Habit(rng.choice(("half_up", "half_up", "half_even", "cut")), rng.choice((None, 0)))
                seed = rng.random()
                sheet = Worker(page, who, random.Random(seed)).sheet
                if out_of_reach(right, sheet, values):
                    sheets.append((who, seed, sheet))
        except (NoNumber, KeyError, IndexError):
            continue
        if sheets:
            found += len(sheets)
            yield ex, right, values, sheets


def marked(ex: Exercise, right: Page, values: dict[str, float], sheets) -> Iterator[Made]:
    """The sheets as full ones, and those on which the mistake still shows as short ones."""
    for form in ("full", "short"):
        some = [(who, seed, sheet if form == "full" else short(sheet)) for who, seed, sheet in sheets]
        if form == "short":
            biases = any(name.startswith("new_b") for name in right)
            ex.ask = ["net", "out", "delta", "new_w", *(["new_b"] if biases else [])]
            some = [one for one in some if out_of_reach(right, one[2], values)]
        if some:
            said = checked_batch(problem_of(ex), [sheet for _who, _seed, sheet in some])
            for one, marks in zip(some, said, strict=True):
                yield Made(ex, form, *one, marks)
    ex.ask = []


def _suits(name: str, ex, rng: random.Random) -> None:
    """Makes an exercise more likely to be one where the mistake can be made at all."""
    if name == "momentum_omitted" and len(ex.samples) == 1 and sum(ex.layers) < 8:
        ex.conv = {**ex.conv, "momentum": 0.9}
        ex.conv.pop("hidden_delta_weights", None)
        ex.steps = 2
    if name == "shared_bias_one_delta":
        ex.biases = [one[0] if isinstance(one, list) else one for one in ex.biases]
        ex.conv.pop("update_biases", None)
    if name in ("batch_divided_twice", "last_sample_only") and len(ex.samples) > 1:
        ex.conv = {**ex.conv, "batch": "mean"}


def twin(made: Made, name: str) -> bool:
    """Whether another mistake of the table gives the same numbers, to a unit."""
    for wrong in [*MADE.get(name, ()), *UPDATES.get(name, ("", []))[1]]:
        try:
            other = Worker(Page(made.ex, wrong), made.who, random.Random(made.seed)).sheet
        except (NoNumber, KeyError, IndexError):
            continue
        if all(abs(other[cell][0] - n) <= 1 for cell, (n, _digits) in made.sheet.items()):
            return True
    return False


def table(args) -> None:
    """The mistakes of the table, each by students of its own."""
    shown, totals = Shown(args.show), {"full": Counter(), "short": Counter()}
    known = {name: ([name], ways) for name, ways in MADE.items()}
    known |= {name: ([name], ways) for name, (_kind, ways) in UPDATES.items()}
    known = PROPOSED if args.proposed else pairs() if args.pairs else known
    for name in args.only or (UPDATES if args.updates else known):
        line = {"full": Counter(), "short": Counter()}
        true, ways = known[name]
        if args.layer or args.unit:
            ways = [only_in(way, args.layer, args.unit) for way in ways]
        for some in students(name, ways, args):
            for made in marked(*some):
                leads = made.leads
                what = judged(leads, true) if made.where else "unseen"
                if what in ("false", "tied") and any(
                    twin(made, one) for one in leads if judged((one,), true) == "false"
                ):
                    what = "twin"
                line[made.form][what] += 1
                if what not in ("true", "twin"):
                    said = f"{name} ({made.form}, {made.who}) at {made.where}: {what} {', '.join(leads)}"
                    shown(made.ex, made.sheet, said)
        for form in ("full", "short"):
            totals[form] += line[form]
        print(f"{name:34} " + "   ".join(f"{form}: {_line(line[form])}" for form in ("full", "short")), flush=True)
    for form in ("full", "short"):
        print(f"all, {form}: {_line(totals[form], long=True)}")


def _line(counts: Counter, *, long: bool = False) -> str:
    total = sum(counts.values())
    apart = total - counts["twin"]
    led = f"{100 * counts['true'] / apart:5.1f} % led" if apart else "never shows"
    if long:
        led += f" ({counts['true']} of {apart})"
    rest = ", ".join(f"{what} {counts[what]}" for what in ("tied", "silent", "false", "unseen", "twin") if counts[what])
    return f"{led:13} {rest and '[' + rest + ']':44}"


def nobody(args) -> None:
    """The mistakes that nobody makes."""
    shown, totals = Shown(args.show), {"full": Counter(), "short": Counter()}
    ids, single = Counter[str](), Counter[str]()
    for name in args.only or list(NOBODY):
        line = {"full": Counter(), "short": Counter()}
        for some in students(name, [NOBODY[name]], args, plain=not args.mixed):
            for made in marked(*some):
                counts = line[made.form]
                if any(twin(made, one) for one in made.leads):
                    counts["twin"] += 1
                    continue
                counts["sheets"] += 1
                counts["some"] += any(one.leads for one in made.said.values())
                if made.leads:
                    counts["first"] += 1
                    ids.update(made.leads)
                    said = f"{name} ({made.form}, {made.who}) at {made.where}: {', '.join(made.leads)}"
                    shown(made.ex, made.sheet, said)
            if args.why:
                ex, _right, values, sheets = some
                single[_one_weight(ex, values, sheets[0][2])] += 1
        forms = (f"{f}: {c['first']:3} first, {c['some']:3} anywhere of {c['sheets']:3}" for f, c in line.items())
        print(f"{name:34} " + "   ".join(forms), flush=True)
        for form in totals:
            totals[form] += line[form]
    for form, c in totals.items():
        print(f"all, {form}: named at the first wrong cell {share(c['first'], c['sheets'])},", end=" ")
        print(f"anywhere {share(c['some'], c['sheets'])}")
    print("names given at the first wrong cell:", ids.most_common(12))
    if args.why:
        _tell_why(single)


def _one_weight(ex: Exercise, values: dict[str, float], sheet: Sheet) -> str:
    """What `why` says of one new weight of the first layer that is off by more than two units."""
    for name, (n, digits) in sheet.items():
        if name.startswith("new_w1") and abs(n - values[name] * TEN[digits]) > 2.5:
            return _why(problem_of(ex), name, text(n, digits), digits, [])
    return "right"


def main() -> None:
    parser = options(__doc__, 12)
    parser.set_defaults(each=2)
    parser.add_argument("what", choices=("field", "nobody", "table"))
    parser.add_argument("folder", type=Path, nargs="?", help="of the field cases")
    parser.add_argument("--truth", type=Path, help="another truth.yaml")
    parser.add_argument("--list", action="store_true", help="every sheet, not only the false names")
    parser.add_argument("--why", action="store_true", help="ask `why` too")
    parser.add_argument("--only", action="append", metavar="ID", help="this mistake only (may be repeated)")
    parser.add_argument("--proposed", action="store_true", help="table: those of proposed.py instead")
    parser.add_argument("--updates", action="store_true", help="table: those of made_updates.py only")
    parser.add_argument("--layer", type=int, default=0, help="table: made in this layer only")
    parser.add_argument("--unit", type=int, default=0, help="table: made at this unit of each layer only")
    parser.add_argument("--pairs", action="store_true", help="table: two common mistakes at once")
    parser.add_argument("--decimals", type=int, default=4)
    parser.add_argument("--mixed", action="store_true", help="nobody: all kinds of networks, not plain sigmoid ones")
    args = parser.parse_args()
    clock = Clock()
    if args.what == "field" and not args.folder:
        parser.error("field needs the folder of the cases")
    {"field": field, "nobody": nobody, "table": table}[args.what](args)
    clock.say(args.sheets)


if __name__ == "__main__":
    main()
