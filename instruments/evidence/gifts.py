"""Gifts: numbers that were not worked out earn nothing; and a consistent mistake is never free, but charged once.

python instruments/evidence/gifts.py --sheets 2000
"""

from __future__ import annotations

import random
from collections import Counter

from exercise import drawn
from made import MADE
from marker import answers_of, checked, checked_batch, problem_of
from page import Page, old_value
from pen import TEN, Habit, NoNumber, Sheet, Worker, exact, kind, units
from reach import out_of_reach
from run import Clock, Shown, exercises, options, share

BACK = ("error", "slope", "delta", "grad", "step", "new", "loss_after")


def gifts(page: Page, rng: random.Random, honest: Sheet) -> dict[str, tuple[Sheet, set[str]]]:
    """Sheets by what was done, each with the cells that were not worked out."""
    d = page.ex.decimals
    all_, back = set(honest), {name for name in honest if kind(name) in BACK}
    found: dict[str, tuple[Sheet, set[str]]] = {
        "zeros everywhere": (dict.fromkeys(honest, (0, d)), all_),
        "0 everywhere, without decimals": (dict.fromkeys(honest, (0, 0)), all_),
        "forward pass right, zeros behind": ({n: (0, d) if n in back else t for n, t in honest.items()}, back),
    }
    if page.ex.steps == 1:
        old = {n: (units(old_value(page, n), d, "half_up"), d) for n in honest if n.startswith("new")}
        found["old parameters, the rest right"] = ({**honest, **old}, set(old))
        found["old parameters alone"] = (old, set(old))
        found["old parameters, forward pass right"] = (
            {n: t for n, t in honest.items() if n not in back} | old,
            set(old),
        )
        nothing = {n: (0, d) for n in back if not n.startswith(("new", "loss", "slope"))} | old
        found["deltas 0, the rest consistent"] = (
            {n: t for n, t in honest.items() if n not in back or kind(n) == "slope"} | nothing,
            set(nothing),
        )
        found["zeros forward, old parameters"] = (dict.fromkeys(honest, (0, d)) | old, all_)
        zero = {n: (0, d) for n in honest if kind(n) == "delta"}
        try:
            consistent = Worker(page, Habit(guard=0), random.Random(1), zero).sheet
            found["deltas 0, gone on with honestly"] = (
                consistent,
                back - {"loss_after"} - _kinds(honest, "slope", "error"),
            )
        except NoNumber:
            pass
    constant = rng.choice((3 * TEN[d] // 10, 5 * TEN[d] // 10, TEN[d], 2 * TEN[d]))
    found["one constant everywhere"] = (dict.fromkeys(honest, (constant, d)), all_)
    found["random numbers"] = ({n: (rng.randint(-TEN[d], TEN[d]), d) for n in honest}, all_)
    found["forward pass right, random behind"] = (
        {n: (rng.randint(-TEN[d], TEN[d]), d) if n in back else t for n, t in honest.items()},
        back,
    )
    return found


def _kinds(sheet: Sheet, *kinds: str) -> set[str]:
    return {name for name in sheet if kind(name) in kinds}


def main() -> None:
    parser = options(__doc__, 600)
    parser.add_argument("--mistakes", type=int, default=4, help="sheets of each mistake of the table (default 4)")
    args = parser.parse_args()
    clock, shown, done = Clock(), Shown(args.show), 0
    cells, credited, again = Counter(), Counter(), Counter()
    for rng, ex, page in exercises(args.seed, integers=False):
        if done >= args.sheets:
            break
        try:
            values, honest = exact(page), Worker(page, Habit(), random.Random(0)).sheet
        except NoNumber:
            continue
        problem = problem_of(ex)
        some = gifts(page, rng, honest)
        done += len(some)
        said = checked_batch(problem, [sheet for sheet, _cheap in some.values()])
        for (what, (sheet, cheap)), marks in zip(some.items(), said, strict=True):
            out = out_of_reach(page, sheet, values) if what.startswith("old") else None
            for name in cheap & sheet.keys():
                n, digits = sheet[name]
                if abs(n / TEN[digits] - values[name]) <= 3 / TEN[ex.decimals] or (out is not None and name not in out):
                    continue  # right by itself, or nearly; or an honest step that rounding made 0
                cells[what] += 1
                if marks[name].verdict == "misconception":
                    again[what] += marks[name].some  # a mistake with a name, charged at another cell
                elif marks[name].some:
                    credited[what] += 1
                    shown(ex, sheet, f"{what}: {name} is {marks[name].verdict} ({marks[name].note})")
    for what in cells:
        charged = f", and {again[what]} charged at another cell" if again[what] else ""
        print(f"{what:40} {share(credited[what], cells[what])} cells credited{charged}")
    print(f"{'all':40} {share(sum(credited.values()), sum(cells.values()))} cells credited")
    consistent(args, shown)
    clock.say(done)


def consistent(args, shown: Shown) -> None:
    """What the mistakes of the table cost, made throughout, and constants that are off."""
    off = {
        "another learning rate": {"step": lambda page, tree, kind, key, tail: _rate(page, f"grad_{kind}{tail}")},
        "deltas of a layer times 3": {"delta": lambda page, tree, k, j, s: ("*", 3.0, *tree[1:]) if k == 1 else None},
        "gradients of a layer times 3": {
            "grad_w": lambda page, tree, k, j, i, s: ("*", 3.0, tree) if k == page.ex.depth else None
        },
        "the wrong old weight": {"new": _wrong_old},
    }
    wanted = dict(MADE) | {name: [wrong] for name, wrong in off.items()}
    total: Counter[str] = Counter()
    for name, ways in wanted.items():
        rng, line, turn = random.Random(f"{args.seed}/{name}"), Counter(), 0
        while sum(line.values()) < args.mistakes and turn < 400:
            turn += 1
            ex = drawn(rng, integers=False)
            ex.decimals = 4
            try:
                right, page = Page(ex), Page(ex, rng.choice(ways))
                if page == right:
                    continue
                sheet = Worker(page, Habit(guard=rng.choice((None, 0))), rng).sheet
                if not out_of_reach(right, sheet, exact(right)):
                    continue
            except (NoNumber, KeyError, IndexError):
                continue
            lost = [cell for cell, one in checked(problem_of(ex), answers_of(sheet)).items() if not one.full]
            what = "free" if not lost else "once" if len(lost) == 1 else "up to 3 cells" if len(lost) < 4 else "more"
            line[what] += 1
            if what == "free" or (what == "more" and name in off):
                shown(ex, sheet, f"{name}: below full credit: {', '.join(lost) or 'nothing'}")
        total += line
        if name in off or line["free"]:
            print(f"{name:40} " + ", ".join(f"{what} {n}" for what, n in line.items()))
    print(f"{'mistakes made throughout cost':40} " + ", ".join(f"{what} {n}" for what, n in total.items()))


def _rate(page: Page, grad: str):
    other = next(rate for rate in (0.2, 0.4) if abs(rate - page.ex.rate) > 0.05)
    return ("*", -other, grad)


def _wrong_old(page: Page, tree, kind, key, tail, old):
    if kind != "w":
        return None
    k, j, i = key
    other = page.old_w[k, j, (i + 1) % page.ex.layers[k - 1]]
    return ("+", other, tree[2])


if __name__ == "__main__":
    main()
