"""Workbooks worked out by LibreOffice, against the engine: every formula of the library and of random problems.

    python -m instruments.workbooks [--problems 200]
    python -m instruments.workbooks --judged     # which numbers of the library turn green, and which amber

Takes some minutes, and needs LibreOffice (soffice).
"""

from __future__ import annotations

import argparse
import tempfile
from collections import Counter
from pathlib import Path

from bptutor.errors import BptutorError
from bptutor.files.library import load, names
from bptutor.solution.trace import Trace
from bptutor.worksheets.sheet import Worksheet, worksheet
from bptutor.worksheets.workbook import workbook
from tests.support.formulas import NEAR
from tests.support.random_problems import random_problem
from tests.support.spreadsheets import by_name, cells, filled_in, verdicts, without_values, worked_out

_AT_ONCE = 25


def _keys(problems: int) -> dict[str, Worksheet]:
    """The solutions, whole, by a name."""
    found = {name: worksheet(Trace(load(name)), key=True, everything=True) for name in names()}
    for seed in range(problems):
        try:
            found[f"random-{seed}"] = worksheet(Trace(load(random_problem(seed))), key=True, everything=True)
        except BptutorError:  # a logarithm of 0 has come up
            continue
    return found


_OFF = 137
"""Units of the last place that a wrong number is off by."""


def judged() -> None:
    """Prints how many right numbers turn green, and how many wrong ones amber."""
    sheets = {name: worksheet(Trace(load(name))) for name in names()}
    with tempfile.TemporaryDirectory() as temporary:
        folder, green, amber = Path(temporary), Counter[str](), Counter[str]()
        for name, sheet in sheets.items():
            book, problem = workbook(sheet), sheet.trace.problem
            right = {cell.id: float(cell.text) for cell in sheet.trace.cells(sheet.quantities)}
            wanted = verdicts(book)
            wrong = {cell: round(number + _OFF * 10.0**-problem.decimals, 12) for cell, number in right.items()}
            for kind, numbers in (("right", right), ("wrong", wrong)):
                typed: dict[str, float | str] = {cell: number for cell, number in numbers.items() if cell in wanted}
                (folder / f"{name}-{kind}.xlsx").write_bytes(filled_in(book, typed))
        for done in worked_out(sorted(folder.glob("*.xlsx")), folder):
            (green if done.stem.endswith("-right") else amber).update(verdicts(done.read_bytes()).values())
    print(f"right numbers: {green['1']} green, {green.total() - green['1']} not")
    print(f"wrong numbers, off by {_OFF} units: {amber['0']} amber, {amber.total() - amber['0']} not")


def main() -> None:
    """Prints how many formulas were worked out, and how many are not what the engine finds."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--problems", type=int, default=200)
    options.add_argument("--judged", action="store_true")
    chosen = options.parse_args()
    if chosen.judged:
        judged()
        return
    keys, wrong, formulas, worst = _keys(chosen.problems), list[str](), 0, 0.0
    with tempfile.TemporaryDirectory() as temporary:
        folder, every = Path(temporary), list(keys)
        for start in range(0, len(every), _AT_ONCE):
            files = [folder / f"{name}.xlsx" for name in every[start : start + _AT_ONCE]]
            for file in files:
                file.write_bytes(without_values(workbook(keys[file.stem])))
            for file, done in zip(files, worked_out(files, folder), strict=True):
                found = by_name(done.read_bytes())
                for name, cell in cells(keys[file.stem]).items():
                    if not cell.formula:
                        continue
                    formulas += 1
                    try:
                        off = abs(float(found[name]) - cell.value) / max(1.0, abs(cell.value))
                    except (KeyError, ValueError):
                        off = float("inf")
                    worst = max(worst, off if off <= NEAR else 0.0)
                    if off > NEAR:
                        wrong.append(
                            f"{file.stem}: {name} {cell.formula} gives {found.get(name)}, the engine {cell.value}"
                        )
    print(f"{len(keys)} workbooks, {formulas} formulas, {len(wrong)} differ; the farthest of the others by {worst:.1e}")
    print(*wrong[:20], sep="\n")


if __name__ == "__main__":
    main()
