"""Workbooks worked out by LibreOffice, against the engine: every formula of the library and of random problems.

    python -m instruments.workbooks [--problems 200]

Takes some minutes, and needs LibreOffice (soffice).
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from bptutor.errors import BptutorError
from bptutor.files.library import load, names
from bptutor.solution.trace import Trace
from bptutor.worksheets.sheet import Worksheet, worksheet
from bptutor.worksheets.workbook import workbook
from tests.support.formulas import NEAR
from tests.support.random_problems import random_problem
from tests.support.spreadsheets import by_name, cells, without_values, worked_out

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


def main() -> None:
    """Prints how many formulas were worked out, and how many are not what the engine finds."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--problems", type=int, default=200)
    keys, wrong, formulas, worst = _keys(options.parse_args().problems), list[str](), 0, 0.0
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
