"""How fairly sheets are marked, measured at length: fairness, slips, diagnosis and gifts (see `measures`).

    python -m instruments.marking fairness|blanks|short|slips|diagnosis|gifts|all [--sheets 10000] [--seed 1]

Exceptions are printed: the seed, the cell, what was typed and expected, the verdict, and why it is one.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial

from tests.support.measures import Found, diagnosis, fairness, measured, no_gifts, slips, summed
from tests.support.wrong_students import MISCONCEPTIONS


def _report(title: str, found: list[Found], most: int) -> None:
    lines = [line for one in found for line in one.exceptions]
    for line in lines[:most]:
        print("  ", line)
    if len(lines) > most:
        print(f"   … and {len(lines) - most} more")
    for kind, counts in summed(found).items():
        print(f"  {kind}: " + ", ".join(f"{count} {name}" for name, count in counts.items()))
    sheets = sum(counts["sheets"] for counts in summed(found).values())
    bad = sum(bool(one.exceptions) for one in found)
    print(f"{title}: {sheets} sheets, {len(lines)} exceptions on {bad} sheets ({1 - bad / sheets:.3%} clean)")


def _seeds(first: int, sheets: int) -> Iterator[int]:
    yield from range(first * 1_000_000, first * 1_000_000 + sheets)


def _diagnose(first: int, each: int, processes: int) -> list[Found]:
    """Each misconception on so many problems; the problems are drawn until all of them have had enough."""
    found: list[Found] = []
    had: Counter[str] = Counter()
    for start in range(0, 40 * each, 100):
        seeds = range(first * 1_000_000 + start, first * 1_000_000 + start + 100)
        full = {kind for kind, number in had.items() if number >= each}
        part = measured(partial(diagnosis, wanted=set(MISCONCEPTIONS) - full), seeds, processes)
        for one in part:
            if had[one.kind] < each:
                had[one.kind] += 1
                found.append(one)
        if all(had[kind] >= each for kind in MISCONCEPTIONS):
            break
    return found


def main() -> None:
    """Prints the measurements that are asked for."""
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=["fairness", "blanks", "short", "slips", "diagnosis", "gifts", "all"])
    parser.add_argument("--sheets", type=int, default=10_000)
    parser.add_argument("--each", type=int, default=200, help="diagnosis: problems for each misconception")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--most", type=int, default=40, help="exceptions that are printed")
    parser.add_argument("--processes", type=int, default=2, choices=[1, 2])
    asked = parser.parse_args()
    measures: dict[str, Callable[[], list[Found]]] = {
        "fairness": lambda: measured(fairness, _seeds(asked.seed, asked.sheets), asked.processes),
        "blanks": lambda: measured(partial(fairness, blanks=True), _seeds(asked.seed, asked.sheets), asked.processes),
        "short": lambda: measured(partial(fairness, fewer=1), _seeds(asked.seed, asked.sheets), asked.processes),
        "slips": lambda: measured(slips, _seeds(asked.seed, asked.sheets), asked.processes),
        "diagnosis": lambda: _diagnose(asked.seed, asked.each, asked.processes),
        "gifts": lambda: measured(no_gifts, _seeds(asked.seed, asked.sheets // 11), asked.processes),
    }
    for name, measure in measures.items():
        if asked.what in (name, "all"):
            start = time.perf_counter()
            _report(name, measure(), asked.most)
            print(f"  ({time.perf_counter() - start:.0f} s)")


if __name__ == "__main__":
    main()
