"""What typical sheets lose, in percent, beside what markers take off: exams and homework sheets, rules of boards.

    python instruments/evidence/marks.py               # the page of a 2-2-2 network, then means of random problems
    python instruments/evidence/marks.py --problems 100

Each figure stands for the full page and for one that asks for net, out, delta and the new parameters only. A range is
what the schemes in docs/marks.md give; where it is marked with *, our own judgement.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Callable
from statistics import mean

from exercise import Exercise, drawn
from made import MADE, _new
from marker import lost, problem_of, stage_shares
from page import Page, Wrong
from pen import SHORT, TEN, Habit, NoNumber, Sheet, Worker, kind, replace

SIZES = {"2-2-2": (2, 2, 2), "3-4-4-2": (3, 4, 4, 2), "2-2-1, batch of 4": (2, 2, 1)}
Make = Callable[[Exercise, random.Random], Sheet]


def _exact(ex: Exercise, *wrongs: Wrong, **who: object) -> Sheet:
    merged: Wrong = {key: change for wrong in wrongs for key, change in wrong.items()}
    if len(wrongs) == 2 and wrongs[0].keys() == wrongs[1].keys() == {"delta"}:
        one, two = (wrong["delta"] for wrong in wrongs)
        merged = {"delta": lambda *at: one(*at) or two(*at)}
    return Worker(Page(ex, merged), Habit(**who), random.Random(0)).sheet


def _wrong(*names: str) -> Make:
    return lambda ex, rng: _exact(ex, *(MADE[name][0] for name in names))


def _slip(first: str) -> Make:
    def make(ex: Exercise, rng: random.Random) -> Sheet:
        sheet = _exact(ex)
        name = first if first in sheet else f"{first}@1"
        n, digits = sheet[name]
        off = n + rng.choice((-1, 1)) * rng.randint(30, 90)
        return Worker(Page(ex), Habit(guard=0), random.Random(0), {name: (off, digits)}).sheet

    return make


def _unnamed(ex: Exercise, rng: random.Random) -> Sheet:
    """An update rule that nobody has a name for: the step is taken from the old weight times 1.3 less a part."""
    return _exact(ex, _new(lambda page, kind, tail, old: ("+", ("*", 1.3, old), f"step_{kind}{tail}", 0.07)))


def _decay(ex: Exercise, rng: random.Random) -> Sheet:
    return _exact(ex, _new(lambda page, kind, tail, old: ("+", old, ("*", old, f"step_{kind}{tail}"))))


def _two_decimals(ex: Exercise, rng: random.Random) -> Sheet:
    return Worker(Page(replace(ex, decimals=2)), Habit(guard=0), random.Random(0)).sheet


def _only(*kinds: str) -> Make:
    return lambda ex, rng: {name: typed for name, typed in _exact(ex).items() if kind(name) in kinds}


def _forward(sheet: Sheet) -> Sheet:
    return {name: typed for name, typed in sheet.items() if kind(name) in ("net", "out")}


def _output_layer(ex: Exercise, rng: random.Random) -> Sheet:
    back = {name: typed for name, typed in _exact(ex).items() if f"{ex.depth}[" in name and kind(name) != "loss_after"}
    sheet = _exact(ex)
    return _forward(sheet) | back | {name: typed for name, typed in sheet.items() if kind(name) in ("loss", "loss_of")}


def _noise(ex: Exercise, rng: random.Random) -> Sheet:
    digits = ex.decimals
    return {name: (rng.randint(-TEN[digits], TEN[digits]), digits) for name in _exact(ex)}


ROWS: dict[str, tuple[Make, str]] = {
    "output slope forgotten": (_wrong("omit_output_slope"), "3-20"),
    "both slopes forgotten": (_wrong("omit_output_slope", "omit_hidden_slope"), "6-40"),
    "update added": (_wrong("added_update"), "3-20"),
    "sign of the error": (_wrong("flipped_error"), "3-20"),
    "one slip in net_h1": (_slip("net1[1]"), "2-5"),
    "one slip in delta_h1": (_slip("delta1[1]"), "2-10"),
    "all right, no step lines": (lambda ex, rng: _exact(ex, out=("step",)), "0-10"),
    "only new parameters, right": (_only("new"), "30-88"),
    "forward and output layer, then nothing": (_output_layer, "38-48"),
    "right, 2 decimals carried": (_two_decimals, "0-12"),
    "w(1 + step)": (_decay, "3-39"),
    "an update without a name": (_unnamed, "3-39"),
    "all zeros": (lambda ex, rng: dict.fromkeys(_exact(ex), (0, ex.decimals)), "100"),
    "random numbers": (_noise, "98-100"),
    "forward right, the rest random": (
        lambda ex, rng: _noise(ex, rng) | _forward(_exact(ex)),
        "73-80",
    ),
}


def _exercise(rng: random.Random, size: str) -> Exercise:
    while True:
        ex = drawn(rng, plain=True, sizes=(SIZES[size],), integers=False)
        if "batch" in size:
            ex = replace(
                ex,
                samples=[
                    ([rng.randint(1, 20) / 20 for _ in range(2)], [rng.choice((0.0, 1.0, 0.1))]) for _ in range(4)
                ],
            )
        try:
            Page(ex)
        except NoNumber:
            continue
        return ex


def _asked(ex: Exercise, full: bool) -> Exercise:
    return ex if full else replace(ex, ask=["net", "out", "delta", "new_w", "new_b"])


def measure(rng: random.Random, size: str, problems: int) -> None:
    """A row a kind of sheet: what it loses on the full page and on the short one, and the range."""
    losses: dict[str, tuple[list[float], list[float]]] = {name: ([], []) for name in ROWS}
    for _turn in range(problems):
        ex = _exercise(rng, size)
        full, short = problem_of(ex, "stages"), problem_of(_asked(ex, False), "stages")
        for name, (make, _range) in ROWS.items():
            try:
                sheet = make(ex, rng)
            except (NoNumber, KeyError):
                continue
            losses[name][0].append(lost(full, sheet))
            losses[name][1].append(lost(short, {cell: typed for cell, typed in sheet.items() if kind(cell) in SHORT}))
    print(f"{size}: {problems} problems; lost, in percent")
    for name, (of_full, of_short) in losses.items():
        if of_full:
            print(f"  {name:40} {mean(of_full):6.1f} {mean(of_short):6.1f}   {ROWS[name][1]}")


def shares(rng: random.Random) -> None:
    """What part each stage has, whatever the size and whatever is asked."""
    asks = {
        "all": [],
        "short": ["net", "out", "delta", "new_w", "new_b"],
        "no biases": ["net", "out", "loss", "delta", "grad_w", "new_w", "loss_after"],
        "net only": ["net", "loss", "error", "grad_w", "grad_b", "step_w", "step_b", "loss_after"],
    }
    for size in SIZES:
        for what, ask in asks.items():
            found = stage_shares(problem_of(replace(_exercise(rng, size), ask=ask), "stages"))
            print(f"  {size:20} {what:10} " + ", ".join(f"{name} {value:.1f}" for name, value in found.items()))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--problems", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    rng = random.Random(args.seed)
    for size in SIZES:
        measure(rng, size, args.problems)
    shares(rng)


if __name__ == "__main__":
    main()
