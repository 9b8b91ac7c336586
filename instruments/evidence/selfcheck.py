"""Whether these programs and bptutor mean the same exercise, cell by cell, in full precision; and whether our own reach
holds every honest sheet. A difference is a fault of one of the two.

    python instruments/evidence/selfcheck.py --sheets 2000
"""

from __future__ import annotations

import sys

import numpy as np
from marker import problem_of
from page import Page
from pen import NoNumber, exact, habit, honest
from reach import outside
from run import Clock, exercises, options, with_kind

import bptutor


def their_values(ex) -> dict[str, float]:
    """All cells of `bptutor.solve`, by id."""
    return {cell["id"]: cell["value"] for cell in bptutor.solve(problem_of(ex)).as_dict()["cells"]}


def main() -> None:
    args = with_kind(options(__doc__, 300)).parse_args()
    clock, done, differ, missing, out, cells = Clock(), 0, 0, 0, 0, 0
    for rng, ex, page in exercises(args.seed, args.kind):
        if done >= args.sheets:
            break
        try:
            ours = {name: value for name, value in exact(page).items() if not name.startswith("_")}
        except NoNumber:
            continue
        theirs = their_values(ex)
        if ours.keys() != theirs.keys():
            missing += 1
            print("ids differ:", sorted(ours.keys() ^ theirs.keys())[:6], ex.mapping())
        wrong = [n for n in ours.keys() & theirs.keys() if not np.isclose(ours[n], theirs[n], rtol=1e-9, atol=1e-12)]
        if wrong:
            differ += 1
            print("values differ:", [(n, ours[n], theirs[n]) for n in wrong[:4]], ex.mapping())
        for _ in range(5):
            try:
                sheet = honest(Page(ex), habit(rng), rng)
            except NoNumber:
                continue
            done += 1
            cells += len(sheet)
            out += len(outside(page, sheet))
    print(f"exercises whose ids differ: {missing}, whose values differ: {differ}")
    print(f"cells of honest sheets outside our own reach: {out} of {cells}")
    clock.say(done)
    sys.exit(1 if missing or differ or out else 0)


if __name__ == "__main__":
    main()
