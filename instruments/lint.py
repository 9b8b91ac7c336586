"""How well `lint` and `new` do, measured at length; a smaller version of each is in the tests.

    python -m instruments.lint visibility|new|class|stored [--problems 500] [--seed 0]

`visibility`: `lint` against brute force. `new`: drawn problems, whether they are clean, and the time each takes.
`class`: variants of a class, their keys, and whether `check` names every mistake. `stored`: writes tests/drawn anew.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from bptutor.errors import BptutorError
from bptutor.files.library import load
from bptutor.marking.check import check
from bptutor.setting.drawing import Wish, draw
from bptutor.setting.drawn_class import draw_class, properties
from bptutor.setting.lint import lint
from bptutor.setting.visibility import visibility
from tests.support.brute_force import BruteForce, disagreements, some_asked
from tests.support.drawn_problems import SEEDS, STORED, WISHES, key_of, named, text_of
from tests.support.random_problems import exam_problem


def measure_visibility(count: int, first: int) -> None:
    """Compares `visibility` with brute force on so many problems; a third of them ask for some cells only."""
    seen, counts, seed = 0, Counter[str](), first
    while seen < count:
        seed += 1
        try:
            problem = some_asked(load(exam_problem(seed)), seed)
            found = visibility(problem)
        except BptutorError:
            continue
        seen += 1
        counts["mistakes"] += len(found)
        counts["ways to make them"] += sum(one.ways for one in found.values())
        counts["that no cell shows"] += sum(not one.cells for one in found.values())
        counts["that some ways hide"] += sum(bool(one.cells and one.unseen) for one in found.values())
        counts["pairs that look alike"] += sum(len(one.same_as) for one in found.values()) // 2
        for disagreement in disagreements(problem, found):
            counts["DISAGREEMENTS"] += 1
            print(f"  seed {seed}: {disagreement}")
    print(f"visibility: {seen} problems, {dict(counts)}, {counts['DISAGREEMENTS']} disagreements")


def measure_new(count: int, first: int) -> None:
    """Draws problems of level exam with 4 decimals: which are not clean, and how long one takes."""
    times, unclean = list[float](), 0
    for seed in range(first, first + count):
        start = time.process_time()  # of this process alone, whatever else the machine does
        drawn = draw(Wish(), seed)
        times.append(time.process_time() - start)
        found = lint(drawn.problem, cures=False)
        hidden = [name for name, one in visibility(drawn.problem).items() if not one.cells or one.unseen or one.same_as]
        again = draw(Wish(), seed).problem
        same = all((a == b).all() for a, b in zip(again.weights, drawn.problem.weights, strict=True))
        if found or hidden or drawn.missing or not same:
            unclean += 1
            print(f"  seed {seed}: {drawn.missing} {found} {hidden} {same}")
    ordered = sorted(times)
    print(
        f"new: {count} problems, {unclean} not clean; seconds a problem: mean {statistics.mean(times):.3f}, "
        f"median {statistics.median(times):.3f}, 95 % {ordered[int(0.95 * count)]:.3f}, most {ordered[-1]:.3f}"
    )


def measure_class(count: int, first: int) -> None:
    """Draws a class and checks every key and every mistake made throughout."""
    drawn = list(draw_class(Wish(), first, [f"s{n}" for n in range(count)]))
    kinds = Counter(properties(one.problem) for one in drawn)
    counts = Counter[str]()
    with tempfile.TemporaryDirectory() as folder:
        for place, one in enumerate(drawn):
            report = check(one.problem, key_of(one.problem, Path(folder)))
            counts["keys with full marks"] += report.all_right and report.earned == report.possible
            for said in named(one.problem, BruteForce(one.problem)):
                counts["sheets of mistakes"] += 1
                counts["named"] += said.named
                counts["leading"] += said.leads
                counts["alone"] += said.alone
                if not said.leads:
                    print(f"  variant {place}: {said}")
    print(f"class: {count} variants, {len(kinds)} kind of linted properties, {dict(counts)}")


def measure_stored(_count: int, _first: int) -> None:
    """Writes the files that the tests compare with."""
    for name in WISHES:
        for seed in SEEDS:
            (STORED / f"{name}-{seed}.yaml").write_text(text_of(name, seed), encoding="utf-8", newline="\n")


MEASURES: dict[str, Callable[[int, int], None]] = {
    "visibility": measure_visibility,
    "new": measure_new,
    "class": measure_class,
    "stored": measure_stored,
}


def main() -> None:
    """Prints the measurement that is asked for."""
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=list(MEASURES))
    parser.add_argument("--problems", type=int, default=500)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    start = time.perf_counter()
    MEASURES[asked.what](asked.problems, asked.seed)
    print(f"  ({time.perf_counter() - start:.0f} s)")


if __name__ == "__main__":
    main()
