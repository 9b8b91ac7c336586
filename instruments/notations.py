"""Formulas in JavaScript, worked out by Node, against the engine: the library, its mistakes, random problems.

    python -m instruments.notations [--problems 1000]

Takes some minutes, and needs node.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator

from bptutor.engine.notation import JAVASCRIPT
from bptutor.errors import BptutorError
from bptutor.files.library import load, names
from bptutor.mistakes.variants import variants
from tests.support.formulas import Formula, by_node, referring, written
from tests.support.random_problems import random_problem


def _sheets(problems: int) -> Iterator[tuple[str, list[Formula]]]:
    for name in names():
        problem = load(name)
        yield "library", list(written(problem, JAVASCRIPT))
        yield "library, operands in variables", list(referring(problem, JAVASCRIPT))
        for variant in variants(problem):
            yield "mistakes of the library", list(written(problem, JAVASCRIPT, dict(variant.edit)))
    for seed in range(problems):
        try:
            problem = load(random_problem(seed))
            yield "random problems", list(written(problem, JAVASCRIPT))
            yield "random problems, operands in variables", list(referring(problem, JAVASCRIPT))
        except BptutorError:  # a logarithm of 0 has come up
            continue


def main() -> None:
    """Prints how many formulas of each kind were worked out, and how many are not what the engine finds."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--problems", type=int, default=1000)
    kinds = dict[str, list[Formula]]()
    for kind, formulas in _sheets(options.parse_args().problems):
        kinds.setdefault(kind, []).extend(formulas)
    for kind, formulas in kinds.items():
        # in parts, each of which starts with a formula that fills its variables
        wrong, parts = list[tuple[Formula, float | None]](), list[list[Formula]]([[]])
        for formula in formulas:
            if len(parts[-1]) > 20_000 and (not formula.cell or "variables" not in kind):
                parts.append([])
            parts[-1].append(formula)
        for part in parts:
            wrong += by_node(part)
        print(f"{kind}: {len(formulas)} formulas, {len(wrong)} differ")
        for formula, found in wrong[:5]:
            print(f"  {formula.cell}: {formula.text} gives {found}, the engine {formula.value}")


if __name__ == "__main__":
    main()
