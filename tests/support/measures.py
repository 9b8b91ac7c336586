"""How fairly sheets are marked: what issue 3 calls fairness, slips, diagnosis and gifts, one seed at a time.

`instruments/marking.py` runs them at length and prints what they find, the tests run some of them.
"""

from __future__ import annotations

import traceback
from collections import Counter
from collections.abc import Callable, Container, Iterable
from functools import partial
from multiprocessing import Pool
from typing import Any, NamedTuple

from bptutor.engine.page import page
from bptutor.marking.check import check
from bptutor.marking.report import FINE, Mark
from bptutor.mistakes.variants import Variant, variants
from bptutor.problem import Problem
from bptutor.solution.trace import Trace
from tests.support.students import MODES, Texts, answers, honest, rounded, some_problem
from tests.support.wrong_students import MISCONCEPTIONS, gifts, misled, slip


class Found(NamedTuple):
    """What one sheet showed: whom it came from, its counts, and a line for each exception."""

    kind: str
    counts: Counter[str]
    exceptions: list[str]


def _line(seed: int, mark: Mark, why: str) -> str:
    causes = "/".join(cause.id for cause in mark.causes[: mark.equally])
    return (
        f"seed {seed} {mark.id}: typed {mark.typed}, expected {mark.expected}, from your numbers "
        f"{mark.from_your_numbers}, {mark.verdict} {mark.credit}/{mark.points} {causes}| {why}"
    )


def _marked(problem: Problem, texts: Texts) -> dict[str, Mark]:
    marks = {mark.id: mark for mark in check(problem, answers(texts)).marks}
    assert set(texts) <= set(marks)
    return marks


# 1. Fairness


def fairness(seed: int, *, blanks: bool = False, fewer: int = 0) -> list[Found]:
    """One honest student: every cell below full credit is an exception.

    With fewer decimals than asked a number may be called imprecise; then, and where the working is blank, a 0 or an
    unchanged parameter may be wrong.
    """
    sheet = honest(seed, blanks=blanks, fewer=fewer)
    if sheet is None:
        return []
    problem, hand, texts = sheet
    marks = _marked(problem, texts)
    counts = Counter({"cells": len(texts)})
    exceptions = []
    for mark in marks.values():
        if mark.id not in texts:
            assert mark.verdict == "blank"
            continue
        counts[mark.verdict] += 1
        rough = fewer and mark.verdict == "imprecise"
        excused = rough or ((fewer or blanks) and _says_nothing(problem, mark))
        if mark.credit < mark.points and not excused:
            exceptions.append(_line(seed, mark, str(hand)))
    return [Found(str(hand), counts, exceptions)]


def _says_nothing(problem: Problem, mark: Mark) -> bool:
    old = {"new_w": problem.weights, "new_b": problem.biases}.get(mark.quantity.name)
    before = old[mark.quantity.layer - 1] if old else None
    number = float(mark.typed or 0)
    return not number or (before is not None and number == before[mark.at or 0])


# 2. One slip costs one cell


def slips(seed: int) -> list[Found]:
    """One slip: an exception is a sheet on which any other cell loses credit, or its own does not.

    Sheets on which the slip made something 0, or left it at its old value, are of a kind of their own.
    """
    made = slip(seed)
    if made is None:
        return []
    marks = _marked(made.problem, made.texts)
    lost = [cell for cell in made.texts if marks[cell].credit < marks[cell].points]
    kind = f"{made.kind}, nothing left to do after it" if made.trivial else made.kind
    slipped = f"{kind}: {made.cell} {made.honest[made.cell]} → {made.texts[made.cell]}"
    exceptions = []
    if made.cell not in lost:
        exceptions.append(_line(seed, marks[made.cell], f"{slipped}, costs nothing"))
    elif len(lost) > 1:
        first = next(cell for cell in lost if cell != made.cell)
        exceptions.append(_line(seed, marks[first], f"{slipped}, {len(lost) - 1} more cells lose credit"))
    return [Found(kind, Counter({"cells": len(made.texts), "costs one cell": not exceptions}), exceptions)]


# 3. Diagnosis

HIDDEN_BY_ROUNDING = 15  # units in the last place


def diagnosis(seed: int, wanted: Iterable[str] = MISCONCEPTIONS) -> list[Found]:
    """Every misconception of the wanted ones that the problem of the seed shows, committed throughout."""
    problem = some_problem(seed, decimals=4)
    if problem is None:
        return []
    recipe, wanted = page(problem).recipe, set(wanted)
    right = misled(problem, recipe)
    found = []
    for variant in variants(problem) if right else ():
        if variant.misconception.id in wanted:
            texts = misled(problem, {**recipe, **variant.edit})
            if texts and max(_apart(texts, right)) > HIDDEN_BY_ROUNDING:  # type: ignore[arg-type]
                found.append(_diagnosed(seed, problem, variant, texts))
    return found


def _apart(one: Texts, other: Texts, cells: Iterable[str] | None = None) -> list[float]:
    return [abs(float(one[cell]) - float(other[cell])) * 1e4 for cell in (one if cells is None else cells)]


def _diagnosed(seed: int, problem: Problem, variant: Variant, texts: Texts) -> Found:
    marks = _marked(problem, texts)
    affected = [mark for mark in marks.values() if mark.verdict not in FINE]
    kind = variant.misconception.id
    counts = Counter({"sheets": 1, "named": 0, "alone": 0, "tied with the same numbers": 0})
    if not affected:
        return Found(kind, counts, [f"seed {seed} {kind}: no cell is wrong"])
    first = affected[0]
    named, leading = {cause.id for cause in first.causes}, first.causes[: first.equally]
    counts["named"] = kind in named
    others = [cause for cause in leading if cause.id != kind]
    if kind in {cause.id for cause in leading}:
        if not others:
            counts["alone"] = 1
        else:
            same = [_gives_the_same(problem, cause, texts, affected) for cause in others]
            counts["tied with the same numbers"] = all(same)
    if not counts["alone"] + counts["tied with the same numbers"]:
        leads = kind in {cause.id for cause in leading}
        why = "tied with other numbers" if leads else "named, not leading" if counts["named"] else "not named"
        return Found(kind, counts, [_line(seed, first, f"{kind}: {why} among {sorted(named)}")])
    return Found(kind, counts, [])


def _gives_the_same(problem: Problem, cause: Any, texts: Texts, affected: list[Mark]) -> bool:
    """Whether the cause makes the same sheet; a slip of the pen does where only one cell is not what follows."""
    if cause.edit is None:
        return sum(mark.verdict not in (*FINE, "follow_through") for mark in affected) == 1
    other = misled(problem, {**page(problem).recipe, **cause.edit})
    return other is not None and max(_apart(texts, other, (mark.id for mark in affected))) <= 1


# 4. No gifts

CHANCE = ("one constant", "random numbers")
IDLE = (
    "zeros",
    "old weights, the rest blank",
    "old weights, the rest right",
    "old weights, the rest zero",
    "deltas 0, the rest consistent",
)
GIFTS = (*IDLE, *CHANCE)


def no_gifts(seed: int, kinds: Container[str] = GIFTS) -> list[Found]:
    """Sheets without working: credit for a cell that is not right is an exception; guesses have some by chance."""
    found = []
    for gift in gifts(seed):
        if gift.kind not in kinds:
            continue
        marks, trace = _marked(gift.problem, gift.texts), Trace(gift.problem)
        decimals, guessed = gift.problem.decimals, gift.kind in CHANCE
        exceptions, cut = [], 0
        for cell, text in gift.texts.items():
            truth, number = float(trace[cell]), float(text)
            if not marks[cell].credit or text == gift.honest[cell] or number in _on_paper(truth, decimals):
                continue
            empty = not guessed and (not number or cell.startswith("new_"))  # what no tolerance may accept
            if empty and number == float(rounded(truth, decimals, "cut off")):
                cut += 1  # the same sheet as that of a student who cuts off
            elif empty or abs(number - truth) > 1.5 * 10.0**-decimals:
                exceptions.append(_line(seed, marks[cell], gift.kind))
        counts = Counter({"sheets": 1, "cells": len(gift.texts), "not right, yet credited": len(exceptions)})
        found.append(Found(gift.kind, counts + Counter({"credited if cut off": cut}), exceptions))
    return found


def _on_paper(truth: float, decimals: int) -> set[float]:
    return {float(rounded(truth, decimals, mode)) for mode in MODES if mode != "cut off"}


# All of them


def measured(measure: Callable[[int], list[Found]], seeds: Iterable[int], processes: int = 1) -> list[Found]:
    """What all seeds show, in their order."""
    if processes == 1:
        return [found for seed in seeds for found in _safely(measure, seed)]
    with Pool(processes) as pool:
        return [found for part in pool.imap(partial(_safely, measure), seeds, chunksize=20) for found in part]


def _safely(measure: Callable[[int], list[Found]], seed: int) -> list[Found]:
    try:
        return measure(seed)
    except Exception as error:
        at = traceback.extract_tb(error.__traceback__)[-1]
        return [Found("crash", Counter(), [f"seed {seed}: {error!r} at {at.filename}:{at.lineno}"])]


def summed(found: Iterable[Found]) -> dict[str, Counter[str]]:
    """The counts of each kind."""
    totals: dict[str, Counter[str]] = {}
    for one in found:
        totals.setdefault(one.kind, Counter()).update(one.counts)
        totals[one.kind].update({"sheets": 0 if "sheets" in one.counts else 1, "exceptions": len(one.exceptions)})
    return dict(sorted(totals.items()))
