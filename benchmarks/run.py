"""How fast bptutor is, as ratios against a baseline that runs beside it on the same machine at the same time.

    python benchmarks/run.py              all of them
    python benchmarks/run.py solve print  those whose name contains a word

Each pair is run in turn, A B A B …, and the median of the ratios of neighbours is printed, so that a machine which
slows down slows both. Nothing fails here: the last column is what we aim at.
"""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
import tempfile
import timeit
import tracemalloc
from collections.abc import Callable
from functools import partial
from itertools import count, pairwise
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import numpy as np

HERE = Path(__file__).parent
PROBLEMS = HERE.parent / "problems"


def compare(
    name: str, ours: Callable[[], object], baseline: Callable[[], object], aim: float, rounds: int = 15
) -> None:
    """Prints the median ratio of the times of two functions, run in turn."""
    ours(), baseline()
    ratios, times = [], []
    for _ in range(rounds):
        start = perf_counter()
        ours()
        middle = perf_counter()
        baseline()
        times.append(middle - start)
        ratios.append((middle - start) / (perf_counter() - middle))
    low, mid, high = min(ratios), median(ratios), max(ratios)
    print(f"{name:<44} {mid:5.2f} ×  ({low:.2f} to {high:.2f}; {median(times) * 1e3:9.3f} ms; aim: at most {aim} ×)")


def process(*arguments: str, status: int = 0, python: str = sys.executable) -> Callable[[], object]:
    """A whole process, its output thrown away; modules may keep their compiled form, as in any installation."""
    env = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}

    def run() -> None:
        done = subprocess.run([python, *arguments], stdout=subprocess.DEVNULL, env=env)
        assert done.returncode == status

    return run


def many(function: Callable[[], object], times: int) -> Callable[[], object]:
    """The function many times over."""
    return lambda: timeit.timeit(function, number=times)


def bench_command_solve() -> None:
    """The command against a script that loads the same file and prints as many cells with the same libraries."""
    problem = str(PROBLEMS / "mazur.yaml")
    shown = subprocess.run(
        [sys.executable, "-m", "bptutor", "solve", problem], check=True, capture_output=True, text=True
    )
    cells = sum(len(line.split("  ")) for line in shown.stdout.splitlines() if "  " in line)
    baseline = process(str(HERE / "ten_lines.py"), problem, "--cells", str(cells))
    compare("bptutor solve, whole process", process("-m", "bptutor", "solve", problem), baseline, 1.15, 25)


def bench_command_help() -> None:
    """The help against that of an app with two commands."""
    baseline = process(str(HERE / "two_commands.py"), "--help")
    compare("bptutor --help, whole process", process("-m", "bptutor", "--help"), baseline, 1.15, 25)


def random_problem(*layers: int) -> dict[str, Any]:
    """A problem with random numbers of four decimals, as the keys of a problem file."""
    rng = np.random.default_rng(1)
    pairs = list(pairwise(layers))
    return {
        "layers": list(layers),
        "activation": "sigmoid",
        "learning_rate": 0.5,
        "inputs": rng.random(layers[0]).round(4).tolist(),
        "targets": rng.random(layers[-1]).round(4).tolist(),
        "weights": [
            (rng.random((units, incoming)) / incoming - 0.5 / incoming).round(4).tolist() for incoming, units in pairs
        ],
        "biases": [rng.random(units).round(4).tolist() for _, units in pairs],
    }


def by_hand(problem: Any) -> Callable[[], object]:
    """The same arithmetic, every named value of a two-layer page, as one would write it in numpy."""
    (w1, w2), (b1, b2) = problem.weights, problem.biases
    x, t, rate = problem.inputs[0], problem.targets[0], problem.learning_rate

    def work() -> object:
        net1 = w1 @ x + b1
        out1 = 1 / (1 + np.exp(-net1))
        net2 = w2 @ out1 + b2
        out2 = 1 / (1 + np.exp(-net2))
        losses = 0.5 * (t - out2) ** 2
        loss = losses.sum()
        error2 = out2 - t
        slope2 = out2 * (1 - out2)
        delta2 = error2 * slope2
        error1 = w2.T @ delta2
        slope1 = out1 * (1 - out1)
        delta1 = error1 * slope1
        grad_w1, grad_b1 = np.outer(delta1, x), delta1
        grad_w2, grad_b2 = np.outer(delta2, out1), delta2
        step_w1, step_b1, step_w2, step_b2 = -rate * grad_w1, -rate * grad_b1, -rate * grad_w2, -rate * grad_b2
        new_w1, new_b1, new_w2, new_b2 = w1 + step_w1, b1 + step_b1, w2 + step_w2, b2 + step_b2
        hidden = 1 / (1 + np.exp(-(new_w1 @ x + new_b1)))
        out = 1 / (1 + np.exp(-(new_w2 @ hidden + new_b2)))
        return (0.5 * (t - out) ** 2).sum(), loss

    return work


def bench_solve() -> None:
    """Solving in process against numpy by hand."""
    import bptutor

    for layers, times, aim in (((2, 2, 2), 500, 3.0), ((784, 128, 10), 20, 1.2)):
        problem = bptutor.load(random_problem(*layers))
        name = f"solve(problem), {'-'.join(map(str, layers))}"
        compare(name, many(partial(bptutor.solve, problem), times), many(by_hand(problem), times), aim)


def sheet_with_a_mistake(problem: Any) -> Any:
    """A sheet with all cells of the page, in which the slope of the outputs is left out and nothing else is wrong."""
    from dataclasses import replace

    from bptutor.answers import Answers, Typed
    from bptutor.engine.evaluate import run
    from bptutor.mistakes.variants import variants
    from bptutor.solution.trace import Trace

    trace = Trace(replace(problem))
    (edit,) = [v.edit for v in variants(problem) if v.misconception.id == "omit_output_slope"]
    values = run({**trace.page.recipe, **edit}, trace.page.given)
    cells = {}
    for cell in trace.cells():
        value = np.asarray(values[cell.quantity])[cell.at or (0,) * np.ndim(values[cell.quantity])]
        text = f"{value:.{problem.decimals}f}"
        cells[cell.id] = Typed(text, float(text), problem.decimals)
    return Answers(cells)


def bench_check() -> None:
    """Marking a sheet against solving its problem, in process and as whole commands."""
    import bptutor
    from bptutor.marking.check import check

    def marks(problem: Any, answers: Any) -> Any:
        return check(problem, answers).as_dict()

    for name in ("mazur", "shared-2-3-2"):
        problem = bptutor.load(name)
        wrong = sheet_with_a_mistake(problem)
        solving = many(partial(bptutor.solve, problem), 200)
        compare(f"check, {name}, a mistake made twice", many(partial(check, problem, wrong), 200), solving, 40)
        marking = many(partial(marks, problem, wrong), 200)
        compare("  and all its marks written out", marking, solving, 40)
    mazur = str(PROBLEMS / "mazur.yaml")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sheet.yaml"
        typed = sheet_with_a_mistake(bptutor.load("mazur")).cells
        path.write_text("answers:\n" + "".join(f"  {name}: {cell.text}\n" for name, cell in typed.items()))
        ours = process("-m", "bptutor", "check", "--answers", str(path), mazur, status=1)
        compare("bptutor check, whole process", ours, process("-m", "bptutor", "solve", mazur), 1.3, 25)


ASKED = ("net", "out", "error", "delta", "grad_w", "new_w")


def class_sheets(problem: Any, students: int) -> tuple[list[str], list[list[str]]]:
    """The ids of cells, and what each student of a class typed there, "" for a blank.

    60 % are honest, 30 % have a slip or a mistake made throughout, 10 % are half blank or broken. Everybody rounds what
    they write down as it comes, one line with as many decimals as are asked, another with up to three more.
    """
    from bptutor.engine.evaluate import run
    from bptutor.mistakes.variants import variants
    from bptutor.solution.trace import Trace

    trace, draw, decimals = Trace(problem), np.random.default_rng(3), problem.decimals
    cells = [cell for cell in trace.cells() if cell.quantity.name in ASKED]
    kinds, edits = draw.random(students), [variant.edit for variant in variants(problem)]
    believes = np.where((kinds >= 0.75) & (kinds < 0.9), draw.integers(len(edits), size=students), -1)
    values = np.empty((students, len(cells)))
    for which in np.unique(believes).tolist():
        those = np.flatnonzero(believes == which)

        def settle(value: Any, count: int = len(those)) -> Any:
            alone = np.shape(value)[:1] != (count,)  # a wrong rule may need nothing that differs between students
            scale = 10.0 ** (decimals + draw.integers(4, size=1 if alone else count))
            scale = scale.reshape(-1, *[1] * (np.ndim(value) - 1)) if np.ndim(value) else scale[0]
            return np.floor(value * scale + 0.5) / scale

        given = dict(trace.page.given)
        for quantity in [quantity for quantity in given if quantity.name == "inputs"]:  # all else follows
            given[quantity] = np.broadcast_to(given[quantity], (len(those), *np.shape(given[quantity])))
        recipe = trace.page.recipe | (edits[which] if which >= 0 else {})
        found = run(recipe, given, settle=settle, wanted=[cell.quantity for cell in cells])
        for column, cell in enumerate(cells):
            at: Any = (..., *cell.at)
            values[those, column] = np.asarray(found[cell.quantity])[at]
    sheets = [[f"{value:.{decimals}f}" for value in row] for row in values.tolist()]
    for kind, sheet in zip(kinds.tolist(), sheets, strict=True):
        if 0.6 <= kind < 0.75:
            sheet[draw.integers(len(cells))] = f"{draw.normal():.4f}"
        elif 0.9 <= kind < 0.97:
            sheet[:] = [text if draw.random() < 0.5 else "" for text in sheet]
        elif kind >= 0.97:
            sheet[:] = ["abc"] * len(cells)
    return [cell.id for cell in cells], sheets


def peak_memory(*arguments: str) -> float:
    """The most memory that a process takes, in MiB."""
    running = subprocess.Popen([sys.executable, *arguments], stdout=subprocess.DEVNULL)
    return os.wait4(running.pid, 0)[2].ru_maxrss / 1024


SHEETS, ROWS = (300, 2_000), (300, 20_000, 100_000)
"""The classes that are graded: so many YAML hand-ins, so many rows of a table."""


def make_class(folder: Path) -> None:
    """Writes a problem, and the largest class as tables and sheets, its beginning as smaller ones: `2000`, `20000.csv`.

    The problem asks for what stands in the tables: a cell that has no column is refused.
    """
    import csv

    import bptutor

    text = (PROBLEMS / "shared-2-3-2.yaml").read_text(encoding="utf-8")
    (folder / "problem.yaml").write_text(f"{text}ask: [{', '.join(ASKED)}]\n", encoding="utf-8")
    names, sheets = class_sheets(bptutor.load(folder / "problem.yaml"), max(ROWS))
    for size in SHEETS:
        (folder / str(size)).mkdir()
        for n, sheet in enumerate(sheets[:size]):
            lines = (f"  {cell}: {text}\n" for cell, text in zip(names, sheet, strict=True) if text)
            (folder / str(size) / f"s{n:05}.yaml").write_text(f"student: s{n:05}\nanswers:\n{''.join(lines)}")
    for size in ROWS:
        with (folder / f"{size}.csv").open("w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["id", *names])
            writer.writerows([f"s{n:06}", *sheet] for n, sheet in enumerate(sheets[:size]))


def bench_grade() -> None:
    """Grading a class against loading its files: YAML hand-ins, and the rows of a table.

    `BASELINE=/path/to/python` names another installation: a class of 300 is graded by both.
    """
    import multiprocessing

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        here = ("-m", "bptutor", "grade", str(folder / "problem.yaml"))
        # In a process of its own: a process that is begun counts what this one holds as its own memory.
        making = multiprocessing.get_context("spawn").Process(target=make_class, args=(folder,))
        making.start()
        making.join()
        made = count()

        def graded(source: str, *more: str, python: str = sys.executable) -> Callable[[], object]:
            """Grades into a new folder each time."""
            return lambda: process(
                *here, str(folder / source), *more, "-o", str(folder / f"out{next(made)}"), python=python
            )()

        if baseline := os.environ.get("BASELINE"):
            for source in ("300", "300.csv"):
                before = graded(source, python=baseline)
                compare(f"grade {source}, against the baseline", graded(source), before, 1.0, 9)
        loading, reading = (
            process(str(HERE / script), str(folder / source))
            for script, source in (("load_all.py", "2000"), ("read_table.py", "20000.csv"))
        )
        compare("grade 2,000 YAML hand-ins, no feedback", graded("2000", "--no-feedback"), loading, 1.5, 5)
        compare("grade 2,000 YAML hand-ins", graded("2000"), loading, 4.0, 5)
        compare("grade 20,000 CSV rows, no feedback", graded("20000.csv", "--no-feedback"), reading, 30.0, 3)
        one, two = graded("2000"), graded("2000", "--workers", "2")
        compare("  one worker against two", one, two, 1.6, 3)
        memory = peak_memory(*here, str(folder / "100000.csv"), "--no-feedback", "-o", str(folder / "out"))
        print(f"  peak memory: {memory:.0f} MiB for 100,000 rows (aim: at most 500)")


def bench_exam() -> None:
    """Looking a problem over, and drawing one that is clean, against marking a whole sheet."""
    import bptutor
    from bptutor.marking.check import check
    from bptutor.setting.drawing import Wish, draw
    from bptutor.setting.lint import lint

    problem = bptutor.load("shared-2-3-2")
    sheet = sheet_with_a_mistake(problem)
    marking = many(lambda: check(problem, sheet).as_dict(), 20)
    fresh = (bptutor.load(random_problem(2, 3, 2)) for _ in range(10**9))  # what was looked over once is remembered
    compare("20 × lint of 2-3-2, no cures", many(lambda: lint(next(fresh), cures=False), 20), marking, 12.0, 5)
    seeds = iter(range(10**9))
    compare(
        "20 × new of 2-3-2, level exam", many(lambda: draw(Wish(layers=(2, 3, 2)), next(seeds)), 20), marking, 30.0, 5
    )


def bench_print() -> None:
    """Printing every cell of a 784-30-10 net against rich printing as many, and the memory of both."""
    from rich.console import Console
    from rich.table import Table

    import bptutor
    from bptutor.engine.parts import Choice
    from bptutor.render.tables import sections
    from bptutor.render.terminal import print_sections

    trace = bptutor.solve(bptutor.load(random_problem(784, 30, 10)))
    screen = io.StringIO()
    print_sections(Console(file=screen, width=120), sections(trace, Choice()), None)
    lines = [line for line in screen.getvalue().splitlines() if " → " in line]
    columns = len(lines[0].replace(" → ", "→").split())

    def ours(width: int = 120) -> None:
        with open(os.devnull, "w") as nowhere:
            print_sections(Console(file=nowhere, width=width), sections(trace, Choice()), None)

    def rich_alone() -> None:
        with open(os.devnull, "w") as nowhere:
            table = Table(*(f"column {i}" for i in range(columns)))
            for _ in lines:
                table.add_row(*["0.1234"] * columns)
            Console(file=nowhere, width=120).print(table)

    compare(f"every cell of 784-30-10 ({len(lines) * columns} in rows)", ours, rich_alone, 1.2, 3)
    for units in (15, 30, 60):
        trace = bptutor.solve(bptutor.load(random_problem(784, units, 10)))
        tracemalloc.start()
        ours()
        print(f"  peak memory of printing 784-{units}-10: {tracemalloc.get_traced_memory()[1] / 2**20:.1f} MiB")
        tracemalloc.stop()


def bench_read() -> None:
    """Reading a large problem against yaml.load on the same file."""
    import yaml

    from bptutor.files.library import load

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "large.yaml"
        path.write_text(yaml.safe_dump(random_problem(784, 128, 10), default_flow_style=None))
        compare("load, 784-128-10", lambda: load(path), lambda: yaml.load(path.read_bytes(), yaml.CSafeLoader), 2.0, 3)


def bench_sheet() -> None:
    """Reading a filled answer sheet, the ten thousandth of a class, against yaml.load on the same text."""
    import yaml

    import bptutor
    from bptutor.files.answers_file import answers_of
    from bptutor.files.reader import parse
    from bptutor.render.sheet import sheet

    trace = bptutor.solve(bptutor.load("shared-2-3-2"))
    texts = iter([cell.text for cell in trace.cells()])
    blank = "".join(sheet(trace, "shared-2-3-2"))
    head, _, cells = blank.partition("\nanswers:\n")
    lines = [line for line in cells.splitlines() if line.strip() and "#" not in line]
    filled = f"{head}\nanswers:\n" + re.sub("~", lambda _: next(texts), "\n".join(lines)) + "\n"
    data = filled.encode()
    name = f"answers_of(parse(…)), {len(answers_of(parse(data, 'x'), trace.problem).cells)} cells"
    baseline = many(lambda: yaml.load(filled, yaml.CSafeLoader), 100)
    compare(name, many(lambda: answers_of(parse(data, "x"), trace.problem), 100), baseline, 0.8)


BENCHES = [
    bench_command_solve,
    bench_command_help,
    bench_solve,
    bench_check,
    bench_grade,
    bench_exam,
    bench_print,
    bench_read,
    bench_sheet,
]

if __name__ == "__main__":
    wanted = sys.argv[1:]
    for bench in BENCHES:
        if not wanted or any(word in bench.__name__ for word in wanted):
            bench()
