"""Keys: every sound number of a published page is credited (too few decimals are no fault), every slip is found.

python instruments/evidence/keys.py FOLDER      # pub-* of the field cases there; and the published cases of the tests
"""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import yaml
from exercise import Exercise
from marker import checked
from page import Page
from pen import Sheet, exact
from reach import out_of_reach
from run import options, share

import bptutor

SLIPS = Path(__file__).parent / "slips.yaml"
TESTS = Path(__file__).parents[2] / "tests"
NOT_THEIRS = {("union-2-2-1-threshold-no-derivative", name) for name in ("out_after", "net_after")}
"""Numbers whose page is not the author's: a step cannot be trained, so that page has straight lines in its place."""
CREDITED = ("right", "right_carried", "follow_through", "imprecise")


def exercise_of(problem) -> Exercise | None:
    """bptutor's problem as an exercise of our own, None where it has what our page does not know."""
    conv = problem.conventions
    acts = [act.name for act in problem.activations]
    strange = set(acts) - {"sigmoid", "tanh", "relu", "linear", "softmax"} or "softmax" in acts[:-1]
    if strange or problem.given or conv.batch == "online" or conv.batch_size or problem.targets is None:
        return None
    if (
        problem.loss == "output"
        or problem.learning_rate is None
        or (acts[-1] == "softmax" and problem.loss != "cross_entropy")
    ):
        return None
    if (acts[-1] != "sigmoid" and problem.loss == "binary_cross_entropy") or (
        conv.momentum and conv.delta == "descent"
    ):
        return None
    biases = [
        None if b is None else float(b[0]) if shared else [float(v) for v in b]
        for b, shared in zip(problem.biases, problem.shared, strict=True)
    ]
    defaults = type(conv)()
    return Exercise(
        list(problem.layers),
        acts,
        problem.loss,
        problem.learning_rate,
        [(list(map(float, x)), list(map(float, t))) for x, t in zip(problem.inputs, problem.targets, strict=True)],
        [[list(map(float, row)) for row in w] for w in problem.weights],
        biases,
        problem.decimals,
        {key: value for key, value in conv._asdict().items() if value != getattr(defaults, key)},
        problem.steps,
    )


def sheet_of(answers, page: Page) -> Sheet:
    """What was typed, in units; cells that our page lacks are left out."""
    found = {}
    for name, typed in answers.cells.items():
        if name in page and typed.value is not None:
            digits = max(0, -Decimal(typed.text.replace("−", "-")).as_tuple().exponent)
            found[name] = (int(Decimal(typed.text.replace("−", "-")).scaleb(digits)), min(digits, 30))
    return found


def beyond(problem, answers) -> set[str] | None:
    """The cells that are out of honest reach by our own reckoning; None where we cannot tell."""
    ex = exercise_of(problem)
    if ex is None:
        return None
    page = Page(ex)
    try:
        return set(out_of_reach(page, sheet_of(answers, page), exact(page)))
    except (ArithmeticError, KeyError, ValueError):
        return None


class Tally:
    """What is credited and found."""

    def __init__(self, *, every: bool):
        self.counts, self.every = Counter(), every

    def sheet(self, title: str, problem, answers, slips: set[str] | None) -> None:
        """Counts a sheet; without `slips`, our own reach says which numbers are slips."""
        marks, out = checked(problem, answers), beyond(problem, answers)
        if slips is None and out is None:
            credited = sum(said.verdict in CREDITED for said in marks.values())
            print(f"{title}: not told apart, {credited} of {len(marks)} credited")
            return
        wrong = slips if slips is not None else out or set()
        for name, said in marks.items():
            if name in wrong:
                if out is not None and name not in out:
                    self._count("slips within honest reach", title, name, said, bad=False)
                else:
                    missed = said.verdict in CREDITED
                    self._count("slips missed" if missed else "slips found", title, name, said, bad=missed)
            else:
                fine = said.verdict in CREDITED
                self._count("sound credited" if fine else "sound not credited", title, name, said, bad=not fine)
                self.counts["sound, full credit"] += said.full
        if slips is not None and out is not None and (more := sorted(out - wrong)):
            print(f"{title}: called sound, but out of our reach: {', '.join(more)}")

    def _count(self, what: str, title: str, name: str, said, *, bad: bool) -> None:
        self.counts[what] += 1
        if bad or self.every:
            print(f"{title}: {what}: {name} {said.verdict} {', '.join(said.leads)}")


def main() -> None:
    parser = options(__doc__, 0)
    parser.add_argument("folder", type=Path, nargs="?", help="of the field cases (pub-*)")
    parser.add_argument("--list", action="store_true", help="every number")
    args = parser.parse_args()
    if args.folder:
        tally = Tally(every=args.list)
        known = yaml.safe_load(SLIPS.read_text("utf-8"))
        for case in sorted(args.folder.glob("pub-*/")):
            if (case / "problem.yaml").exists():
                problem = bptutor.load(str(case / "problem.yaml"))
                answers = bptutor.load_answers(str(case / "sheet.yaml"), problem)
                tally.sheet(case.name, problem, answers, set(known.get(case.name.removeprefix("pub-"), ())))
            for path in sorted(case.glob("*-sheet.yaml")):
                named = yaml.safe_load(path.read_text("utf-8"))["problem"]
                if not (case / named).exists():
                    continue
                problem = bptutor.load(str(case / named))
                tally.sheet(f"{case.name}/{path.stem}", problem, bptutor.load_answers(str(path), problem), None)
        say("field", tally)
    sys.path.insert(0, str(TESTS))
    from published_sheets import SHEETS

    for what in ("fewest", "usual"):
        tally = Tally(every=args.list)
        for sheet in SHEETS:
            skipped = {
                cell for cell in sheet.entries if (sheet.case, cell.partition("[")[0].rstrip("12")) in NOT_THEIRS
            }
            sheet = replace(sheet, entries={c: entry for c, entry in sheet.entries.items() if c not in skipped})
            slips = {name for name, entry in sheet.entries.items() if entry["agrees"] == "author-error"}
            tally.sheet(f"{sheet} ({what})", sheet.asked(getattr(sheet, what)), sheet.answers, slips)
        say(f"cases, asked to the {what} decimals", tally)


def say(title: str, tally: Tally) -> None:
    """The figures."""
    counts = tally.counts
    sound = counts["sound credited"] + counts["sound not credited"]
    slips = counts["slips found"] + counts["slips missed"]
    print(f"== {title}: sound numbers credited {share(counts['sound credited'], sound)},", end=" ")
    print(f"in full {counts['sound, full credit']}; slips found {share(counts['slips found'], slips)},", end=" ")
    print(f"within honest reach {counts['slips within honest reach']}")


if __name__ == "__main__":
    main()
