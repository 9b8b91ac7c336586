"""How well `bptutor practice` does, measured at length.

    python -m instruments.practice perfect|misled|killed|all [--count 20] [--seed 1]

`perfect`: students without a mistake on drawn problems must get everything. `misled`: students who make a mistake
throughout, on problems drawn for it; at their first wrong cell it must be among what is named, or what
`?` suggests. `killed`: sessions that are killed after some answers; no answer that was judged may be lost. Exceptions
are printed.
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter

from bptutor.engine.conventions import Edit
from bptutor.files.problem_file import problem_of
from bptutor.files.problem_text import problem_text
from bptutor.files.reader import parse
from bptutor.mistakes.variants import MISCONCEPTIONS, variants
from bptutor.practice.asking import step
from bptutor.practice.drawn import LEVELS, drawn
from bptutor.practice.exercise import State, score
from bptutor.practice.narrowed import narrowed
from bptutor.problem import Problem
from bptutor.solution.trace import Trace
from tests.support.practising import SMALL, SMALL_ANSWERS, asked
from tests.support.wrong_students import misled


def _drawn(level: str, focus: str, seed: int) -> Problem:
    """What a drawn session asks for: the problem as a session keeps it, as text, and the part to practise."""
    problem, cells, _missing = drawn(level, focus, seed)
    kept = problem_of(parse(problem_text(problem).encode(), "drawn"))
    return narrowed(kept, cells) if cells else kept


def perfect(count: int, first: int) -> None:
    """Everything right, at every level, by cell and by stage."""
    sessions, bad, began = 0, 0, time.perf_counter()
    for seed in range(first, first + count):
        for level in LEVELS:
            problem = _drawn(level, "", seed)
            right = {cell.id: cell.text for cell in Trace(problem).cells()}
            for by in ("cell", "stage"):
                exercise, state = asked(problem, by), State()
                for question in exercise.questions:
                    state, _told = step(exercise, state, " ".join(right[item.id] for item in question))
                sessions += 1
                if score(exercise, state).percent != 100 or not state.finished:
                    bad += 1
                    print("  ", level, seed, by, score(exercise, state), state.mistakes)
    print(f"perfect: {sessions} sessions, {bad} without all points, {time.perf_counter() - began:.1f} s")


def _first_wrong(problem: Problem, name: str) -> str:
    """What is said of the first wrong cell of one who makes the mistake.

    `led`, `named`, `suggested` (by the hint, as one number alone carries no name), `not named` or `not wrong`.
    """
    edits = [variant.edit for variant in variants(problem) if variant.misconception.id == name]
    outcomes = (_said(problem, name, edit) for edit in edits)  # of several ways the first that spoils what is asked
    return next((outcome for outcome in outcomes if outcome != "not wrong"), "not wrong")


def _said(problem: Problem, name: str, edit: Edit) -> str:
    """The same of one way in which the mistake can be made."""
    texts = misled(problem, {**_recipe(problem), **edit})
    if texts is None:
        return "cannot be worked out"
    exercise, state = asked(problem), State()
    for (item,) in exercise.questions:
        state, told = step(exercise, state, texts[item.id])
        for answered in told.answered:
            mark = answered.mark
            if mark.verdict == "misconception":
                causes = [cause.id for cause in mark.causes]
                return "led" if name in causes[: mark.equally] else "named" if name in causes else "not named"
            if mark.verdict == "wrong":
                return "suggested" if any(name in cause.ids for cause in mark.might_be) else "not named"
        state, _told = step(exercise, state, "") if not state.of(item).done else (state, None)
    return "not wrong"


def _recipe(problem: Problem) -> dict:  # type: ignore[type-arg]
    return dict(Trace(problem).page.recipe)


def misled_students(count: int, first: int) -> None:
    """Every mistake with a name, on problems drawn for it."""
    found, began = Counter[str](), time.perf_counter()
    for misconception in MISCONCEPTIONS:
        for seed in range(first, first + count):
            problem = _drawn("easy", misconception.id, seed)
            outcome = _first_wrong(problem, misconception.id)
            found[outcome] += 1
            if outcome not in ("led", "named", "suggested"):
                print("  ", misconception.id, seed, outcome)
    total = sum(found.values())
    print(f"misled: {total} students, " + ", ".join(f"{n} {name}" for name, n in found.items()), end="")
    print(f", {time.perf_counter() - began:.1f} s")


def killed(count: int, first: int) -> None:
    """Sessions that are killed after some answers, at once or a moment later, and resumed."""
    lost, dice = 0, random.Random(first)
    for number in range(count):
        with tempfile.TemporaryDirectory() as folder:
            env = {**os.environ, "BPTUTOR_DATA": folder, "PYTHONUTF8": "1"}
            with open(os.path.join(folder, "small.yaml"), "w", encoding="utf-8") as file:
                file.write(SMALL)
            command = [sys.executable, "-m", "bptutor", "practice"]
            process = subprocess.Popen(
                [*command, file.name], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=env, encoding="utf-8"
            )
            assert process.stdin
            assert process.stdout
            judged = dice.randrange(1, len(SMALL_ANSWERS))
            for answer in SMALL_ANSWERS[:judged]:
                process.stdin.write(f"{answer}\n")
                process.stdin.flush()
                while "✓" not in process.stdout.readline():
                    pass
            process.stdin.write(f"{SMALL_ANSWERS[judged]}\n")  # perhaps it is kept, perhaps not
            process.stdin.flush()
            time.sleep(dice.random() * 0.03)
            process.kill()
            process.wait()
            done = subprocess.run([*command, "--resume"], input="", capture_output=True, env=env, encoding="utf-8")
            kept = any(f"Going on: {n} of 9 done," in done.stdout for n in (judged, judged + 1))
            kept |= "there is no session to go on with" in done.stderr and judged + 1 == len(SMALL_ANSWERS)
            if not kept:
                lost += 1
                print("  ", number, judged, done.stdout[-300:], done.stderr)
    print(f"killed: {count} sessions, {lost} that lost an answer")


MEASURES = {"perfect": perfect, "misled": misled_students, "killed": killed}


def main() -> None:
    """What the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=[*MEASURES, "all"])
    parser.add_argument("--count", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    for name, measure in MEASURES.items():
        if chosen.what in (name, "all"):
            measure(chosen.count, chosen.seed)


if __name__ == "__main__":
    main()
