"""Fair: honest students, however they round and whatever they leave out, get full credit in every cell.

python instruments/evidence/fair.py --sheets 10000
"""

from __future__ import annotations

import random
from collections import Counter

from marker import answers_of, checked, checked_batch, problem_of
from page import Page, old_value
from pen import TEN, NoNumber, Sheet, habit, honest, replace
from reach import outside
from run import Clock, Shown, ask_little, exercises, options, share, with_kind


def fewer(rng: random.Random, decimals: int) -> dict[str, int]:
    """Which kinds of cells are written with fewer digits; none for somebody who drops zeros instead."""
    if rng.random() < 0.3 or decimals < 3:
        return {}
    return {rng.choice(("net", "out", "error", "slope", "delta", "grad", "step", "new")): -rng.choice((1, 1, 2))}


def telling(page: Page, sheet: Sheet) -> bool:
    """Whether no number of fewer digits is a bare 0 or the old parameter: those are evidence of nothing."""
    short = [(name, n, digits) for name, (n, digits) in sheet.items() if digits < page.ex.decimals]
    zero = any(not n for _name, n, _digits in short)
    new = [(name, n, digits) for name, n, digits in short if name.startswith("new")]
    return not zero and not any(
        abs(old_value(page, name) - n / TEN[digits]) < 0.6 / TEN[digits] for name, n, digits in new
    )


def dropped(sheet: Sheet) -> Sheet:
    """The sheet without zeros at the end of its numbers."""
    found = {}
    for name, (n, digits) in sheet.items():
        while digits and n % 10 == 0:
            n, digits = n // 10, digits - 1
        found[name] = (n, digits)
    return found


def main() -> None:
    parser = with_kind(options(__doc__, 1000))
    parser.add_argument("--check", action="store_true", help="ask `check` sheet by sheet (notes are looked at too)")
    parser.add_argument("--reach", action="store_true", help="test our own reach instead: nothing may be outside")
    parser.add_argument("--fewer", action="store_true", help="some write fewer digits, or drop zeros: never wrong")
    args = parser.parse_args()
    clock, shown, done = Clock(), Shown(args.show), 0
    cells, below, lost, verdicts = Counter(), Counter(), Counter(), Counter()
    copied = 0
    for rng, ex, page in exercises(args.seed, args.kind):
        if done >= args.sheets:
            break
        people, sheets, short = [], [], ask_little(rng, ex)
        for _ in range(args.each):
            who = habit(rng, short=short)
            who = replace(who, more=fewer(rng, ex.decimals), products=False) if args.fewer else who
            try:
                sheet = honest(page, who, rng)
                if args.fewer and not telling(page, sheet):
                    continue
                sheets.append(dropped(sheet) if args.fewer and not who.more else sheet)
                people.append(who)
            except NoNumber:
                continue
        if not sheets:
            continue
        if args.reach:
            for who, sheet in zip(people, sheets, strict=True):
                out = outside(page, sheet)
                cells["all"] += len(sheet)
                below["all"] += len(out)
                if out:
                    shown(ex, sheet, str(who), *out)
            done += len(sheets)
            continue
        problem = problem_of(ex)
        said = [checked(problem, answers_of(s)) for s in sheets] if args.check else checked_batch(problem, sheets)
        for who, sheet, marks in zip(people, sheets, said, strict=True):
            keep = "exact" if who.guard is None else f"guard {who.guard}" if who.guard else "carried"
            labels = ["all", who.mode, keep]
            labels += ["products rounded"] if who.products else []
            labels += ["asked net, out, delta, new" if short else "without " + "+".join(who.out)] if who.out else []
            more = "fewer" if args.fewer else "more"
            labels += (
                [f"{more} digits for " + "+".join(who.more)] if who.more else ["zeros dropped"] if args.fewer else []
            )
            labels += ["whole numbers"] if ex.integers else []
            bad = [
                name
                for name, one in marks.items()
                if not one.full and not (one.verdict == "imprecise" and sheet[name][1] < ex.decimals)
            ]
            copied += any("does not follow" in one.note or "copy_slip" in one.leads for one in marks.values())
            for label in labels:
                cells[label] += len(marks)
                below[label] += len(bad)
                lost[label] += bool(bad)
            verdicts.update(marks[name].verdict for name in bad)
            if bad:
                shown(ex, sheet, str(who), "below full credit:", *(f"{name} {marks[name].verdict}" for name in bad))
        done += len(sheets)
    for label in cells:
        print(f"{label:32} {share(below[label], cells[label])} cells below full credit, on {lost[label]} sheets")
    print("verdicts below full credit:", dict(verdicts))
    if args.check:
        print("honest sheets told that they copied:", copied)
    clock.say(done)


if __name__ == "__main__":
    main()
