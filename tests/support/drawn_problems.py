"""What `new` draws: the wishes whose files are stored, and how well drawn problems tell mistakes from each other."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from bptutor.answers import Answers
from bptutor.engine.naming import Naming
from bptutor.files.answers_file import answers_of, read_sheet
from bptutor.files.library import load
from bptutor.files.problem_text import problem_text
from bptutor.marking.check import check
from bptutor.marking.report import FINE, Report
from bptutor.problem import Activation, Conventions, Problem
from bptutor.render.sheet import sheet
from bptutor.setting.drawing import Wish, draw
from bptutor.setting.visibility import visibility
from bptutor.solution.trace import Trace
from tests.support import TESTS
from tests.support.brute_force import BruteForce
from tests.support.students import answers, rounded

STORED = TESTS / "drawn"
SIGMOID, TANH, RELU, SOFTMAX = (Activation(name) for name in ("sigmoid", "tanh", "relu", "softmax"))

WISHES: dict[str, Wish] = {
    "exam": Wish(),
    "easy": Wish(level="easy"),
    "hard": Wish(level="hard"),
    "2-2-1": Wish(layers=(2, 2, 1)),
    "shared-three-decimals": Wish(bias="shared", decimals=3),
    "relu": Wish(activations=(RELU, SIGMOID), bias="none"),
    "tanh-descent": Wish(activations=(TANH,), conventions=Conventions(delta="descent", bias="subtracted")),
    "softmax": Wish(layers=(2, 2, 3), activations=(SIGMOID, SOFTMAX), loss="cross_entropy"),
    "cross-entropy": Wish(loss="binary_cross_entropy", conventions=Conventions(rounding="carry")),
    "momentum": Wish(layers=(2, 2, 2), conventions=Conventions(momentum=0.9)),
    "mean-of-samples": Wish(layers=(2, 2, 2), conventions=Conventions(batch="mean", weight_rows="sending")),
    "focus": Wish(show=("one_path", "omit_hidden_slope")),
    "like-mazur": Wish(like=load("mazur")),
}
SEEDS = (1, 20261125)


def text_of(name: str, seed: int) -> str:
    """The file that a wish and a seed give."""
    return problem_text(draw(WISHES[name], seed).problem)


class Named(NamedTuple):
    """Whether `check` names a mistake as a cause of the first wrong number, as a leading one, and alone; which lead."""

    mistake: str
    named: bool
    leads: bool
    alone: bool
    leading: tuple[str, ...]


def key_of(problem: Problem, folder: Path) -> Answers:
    """The key of a problem as the teacher gets it, written to a file and read as a hand-in is."""
    path = folder / "key.yaml"
    path.write_text("".join(sheet(Trace(problem), "", filled=True)), encoding="utf-8")
    return answers_of(read_sheet(str(path)), problem)


def named(problem: Problem, brute: BruteForce) -> Iterator[Named]:
    """Every mistake that shows, in every way that it can be made and worked out, on a sheet handed in to `check`."""
    naming, shown = Naming(problem), visibility(problem)
    for variant, pair in zip(brute.variants, brute.wrong, strict=True):
        mistake = variant.misconception.id
        for digits in pair if shown[mistake].cells else ():
            texts = {
                naming.id(q, at if naming.shape(q) else ()): f"{rounded(value, problem.decimals, 'half up'):f}"
                for (q, at), value in digits.items()
                if value is not None
            }
            yield _named(mistake, check(problem, answers(texts)))


def _named(mistake: str, report: Report) -> Named:
    wrong = [mark for mark in report.marks if mark.verdict not in FINE and mark.verdict != "blank"]
    causes = wrong[0].causes if wrong else ()
    leading = tuple(cause.id for cause in causes[: wrong[0].equally]) if wrong else ()
    everywhere = {cause.id for cause in causes}
    return Named(mistake, mistake in everywhere, mistake in leading, leading == (mistake,), leading)
