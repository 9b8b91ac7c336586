"""Random problems in all rows, conventions and update rules on their whole way through the house; see `whole_way`.

    python -m instruments.problems [--problems 1000] [--seed 0] [--only gradients] [--processes 1]

What goes wrong is printed: the seed, the station, and what it was.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from functools import partial
from multiprocessing import Pool

from tests.support.random_problems import random_problem
from tests.support.whole_way import STATIONS, complaints


def _one(seed: int, stations: list[str] | None) -> tuple[int, Counter[str], list[str]]:
    counts, start = Counter[str](), time.process_time()
    found = [*complaints(random_problem(seed), seed, counts, stations)]
    counts["seconds"] += round(time.process_time() - start)
    return seed, counts, found


def main() -> None:
    """Prints what goes wrong, and the counts."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--problems", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", nargs="*", choices=[*STATIONS], help="these stations (default: all)")
    parser.add_argument("--processes", type=int, default=1, choices=[1, 2])
    asked = parser.parse_args()
    start, total, wrong = time.perf_counter(), Counter[str](), 0
    seeds = range(asked.seed, asked.seed + asked.problems)
    with Pool(asked.processes) as pool:
        for seed, counts, found in pool.imap(partial(_one, stations=asked.only), seeds):
            total += counts
            wrong += bool(found)
            for complaint in found:
                print(f"  seed {seed}: {complaint}", flush=True)
            if (done := seed - asked.seed + 1) % 100 == 0:
                print(f"  {done} problems ({time.perf_counter() - start:.0f} s)", flush=True)
    print(", ".join(f"{count} {name}" for name, count in sorted(total.items())))
    print(f"problems: {len(seeds)}, something is wrong on {wrong} of them ({time.perf_counter() - start:.0f} s)")


if __name__ == "__main__":
    main()
