"""Classes made up from random numbers: who believes in what, who slips where, and who copies from whom."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from types import MappingProxyType

import numpy as np

from bptutor.classroom.grade import Grade
from bptutor.classroom.picture import Tally
from bptutor.classroom.result import Result, Work, WrongNumber
from bptutor.files.library import load
from bptutor.intake.entry import HandIn
from bptutor.marking.verdicts import VERDICTS
from bptutor.solution.trace import Trace

CELLS = [(cell.id, cell.label) for cell in Trace(load("mazur")).cells()]
PLACES = {name: place for place, (name, _label) in enumerate(CELLS)}

Numbers = Mapping[str, tuple[float, tuple[str, ...]]]
"""The wrong numbers of a sheet by the ids of their cells, each with the mistakes that explain it."""

RIGHT: Numbers = MappingProxyType({})
NONE: Mapping[str, str] = MappingProxyType({})


def result(name: str, wrong: Numbers = RIGHT, *, variant: str = "", more: Mapping[str, str] = NONE) -> Result:
    """A sheet with these wrong numbers, and in some cells other verdicts; everything else is right."""
    verdicts = bytearray(len(CELLS))
    for cell, verdict in more.items():
        verdicts[PLACES[cell]] = VERDICTS.index(verdict)
    for cell, (_number, causes) in wrong.items():
        verdicts[PLACES[cell]] = VERDICTS.index("misconception" if causes else "wrong")
    odd = tuple(WrongNumber(PLACES[cell], number, causes) for cell, (number, causes) in wrong.items())
    good = sum(verdict < 2 for verdict in verdicts)
    grade = Grade("", earned=Fraction(good), possible=Fraction(len(CELLS)))
    return Result(HandIn(name, variant=variant, source=f"{name}.yaml"), Work(grade, bytes(verdicts), odd))


def plain(one: Result) -> tuple[object, ...]:
    """All that a result says."""
    return one.hand_in, one.work.grade, one.work.verdicts, one.work.wrong, one.feedback


def tallied(results: Iterable[Result]) -> Tally:
    """The tally of a class."""
    tally = Tally()
    for one in results:
        tally.add(one)
    return tally


def _number(draw: np.random.Generator, bound: float = 1.0) -> float:
    return round(float(draw.uniform(-bound, bound)), 4)


def honest_class(draw: np.random.Generator, students: int = 200, *, unknown: float = 0.03) -> list[Numbers]:
    """What goes wrong in a class in which nobody copies.

    Mistakes with a name go wrong in many cells, with the same number for everybody. A part `unknown` of the class has
    a rule wrong that has no name, and so the same number in all cells of a kind. Everyone slips now and then, and some
    slips are easier than others: half of them give one of three numbers of their cell.
    """
    names = [name for name, _label in CELLS]
    easy = {name: [_number(draw) for _n in range(3)] for name in names}
    rules: list[tuple[float, Numbers]] = []
    for kind in ("omit_output_slope", "flipped_error", "raw_error_back", "added_update", "bias_not_updated"):
        cells = draw.choice(names, 6, replace=False).tolist()
        rules.append((draw.uniform(0.02, 0.2), {cell: (_number(draw), (kind,)) for cell in cells}))
    kinds = ("delta", "grad_w", "new_w", "net", "out")
    rules += [(unknown, {name: (_number(draw), ()) for name in names if name.startswith(kind)}) for kind in kinds]
    sheets: list[Numbers] = []
    for _student in range(students):
        sheet: dict[str, tuple[float, tuple[str, ...]]] = {}
        for share, numbers in rules:
            if draw.random() < share:
                sheet |= numbers
        for name in draw.choice(names, draw.poisson(1.5), replace=False).tolist():
            number = easy[name][draw.integers(3)] if draw.random() < 0.5 else _number(draw)
            sheet[name] = (number, ())
        sheets.append(sheet)
    return sheets


def copied(draw: np.random.Generator, *, slips: int = 5) -> Numbers:
    """A sheet with wrong numbers of its own in different kinds of cells."""
    cells = ["net1[1]", "out2[1]", "slope1[2]", "delta2[1]", "grad_w1[1,2]", "new_w2[2,1]", "loss[1]", "error1[1]"]
    return {name: (_number(draw), ()) for name in draw.choice(cells, slips, replace=False).tolist()}
