"""Pages at the widths of phones and screens, in a headless Chromium: no letter is lost, and no number is torn apart."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

import bptutor
from bptutor.classroom.people import People, Person, Refused, Row
from bptutor.files.library import load
from bptutor.render.class_page import class_html
from bptutor.render.feedback import feedback, refusal
from bptutor.solution.trace import Trace
from bptutor.worksheets.html import worksheets_html
from bptutor.worksheets.sheet import worksheet
from tests.render.test_class_page import picture
from tests.render.test_feedback import mixed
from tests.support.browser import faults
from tests.support.handmade import report, right

pytestmark = pytest.mark.slow

LONG = "Wolfeschlegelsteinhausenbergerdorffwelchevoralternwarengewissenhaftschaferswessenschafe"
UNITS = ["a-hidden-unit/one", "second_hidden_unit", "h3"]
WIDE = {
    "title": "Thirty of each",
    "layers": [30, 30, 30],
    "activation": "sigmoid",
    "learning_rate": 0.5,
    "inputs": [0.125] * 30,
    "targets": [1] * 30,
    "weights": [[[0.125] * 30] * 30] * 2,
    "ask": ["net", "delta"],
}
NAMED = {
    "title": "Two samples, two steps, units with long names",
    "layers": [2, 3, 1],
    "activation": ["tanh", "sigmoid"],
    "learning_rate": 0.5,
    "samples": [{"inputs": [0.05, -0.1], "targets": [1]}, {"inputs": [1.25, 12345.6789], "targets": [0]}],
    "steps": 2,
    "weights": [[[0.1, -0.2], [0.4, 0.3], [12345.678901, -0.00012]], [[0.7, -0.5, 0.25]]],
    "biases": [[0.1, -0.1, 0.3], 0.2],
    "labels": {"units": [UNITS, ["o1"]]},
    "decimals": 8,
}


def told(problem: Any, typed: Mapping[str, str], level: int = 0) -> str:
    return feedback(report(problem, typed), ["html"], name="Ada", level=level)["html"]


def marked(problem: Any, wrong: Mapping[str, str]) -> str:
    """What is told of a whole sheet, with these numbers in the place of the right ones."""
    found = bptutor.check(load(problem), {**right(problem), **wrong})
    return feedback(found, ["html"], name=LONG, level=4, reveal=True)["html"]


def students() -> People:
    whole, short = Person("s0", LONG, "feedback/s0.html"), Person("s3", "Dmitri Ivanov", "feedback/s3.html")
    some = {"s0": whole, "s3": short, "s150": Person("s150", "Björn Åkesson-Ångström", "feedback/s150.html")}
    why = "this is a PDF; a text file is needed, as `bptutor template` writes it; 0123456789abcdef" * 2
    absent = tuple(Person(f"x{n:07}", f"Student {n}") for n in range(27))
    rows = tuple(Row(one, 97.46, "new_w1[2,1]") for one in some.values())
    return People(some, rows, (Refused(short, why),), absent, 27, 1, 1, ("report.md", "grades.csv"))


def papers(problem: Any) -> str:
    trace = Trace(load(problem))
    return worksheets_html([worksheet(trace, student=LONG), worksheet(trace, filled=3), worksheet(trace, key=True)])


PAGES: dict[str, Callable[[], str]] = {
    "class": lambda: class_html(picture(), "A class with everything", students()),
    "feedback, full marks": lambda: told("mazur", right("mazur")),
    "feedback, blank": lambda: told("mazur", {}),
    "feedback, one mistake": lambda: marked("mazur", {"delta2[1]": "0.7414"}),
    "feedback, every verdict": lambda: feedback(mixed(), ["html"], name=LONG, level=4, reveal=True)["html"],
    "feedback, unreadable": lambda: refusal([f"line 3: {LONG}{LONG} is no number"], ["html"], name="Zoë")["html"],
    "feedback, long numbers": lambda: told("mazur", right("mazur") | {"net1[1]": "9" * 3000, "out1[1]": "x" * 99}),
    "feedback, two samples and steps": lambda: marked(NAMED, {"net1[1]@1#1": "0.5", "delta2[1]@2#2": "-0.12345678"}),
    "feedback, a wide network": lambda: told(WIDE, {"net1[1]": "0.5", "net1[30]": "0.7312"}, level=3),
    "worksheet, mazur": lambda: papers("mazur"),
    "worksheet, two samples and steps": lambda: papers(NAMED),
    "worksheet, softmax": lambda: papers("relu-softmax"),
    "worksheet, a wide network": lambda: worksheets_html([worksheet(Trace(load(WIDE)))]),
}
"""Pages by what is on them."""


def test_nothing_overflows_overlaps_or_is_torn_apart(tmp_path: Path) -> None:
    assert faults({name: page() for name, page in PAGES.items()}, tmp_path) == {}


BROKEN = {
    "the page is": ("feedback, every verdict", "table { width: 60rem !important; }"),
    "a number or id on two lines": ("feedback, every verdict", ".whole { white-space: normal; } td { width: 1rem; }"),
    "narrower than a word": ("class", ".drawn td { width: 2rem; max-width: 2rem; overflow-wrap: anywhere; }"),
    "cut off": ("worksheet, mazur", "td { max-width: 1rem; overflow: hidden; white-space: nowrap; }"),
    "overlap": ("class", "h2 { margin-bottom: -2.5rem; }"),
    "too small to read": ("class", "td { font-size: 5px; }"),
    "outside": ("class", "h1 { margin-left: -3rem; }"),
}  # fmt: skip
"""What is found where a style is spoilt, the page, and how it is spoilt."""


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """The faults of spoilt pages, by the name of the fault and the width."""
    spoilt = {fault: PAGES[name]().replace("</style>", f"{style}</style>") for fault, (name, style) in BROKEN.items()}
    return faults(spoilt, tmp_path_factory.mktemp("spoilt"), (320, 900))


@pytest.mark.parametrize("fault", BROKEN)
def test_a_spoilt_style_is_found(found: dict[str, list[str]], fault: str) -> None:
    said = [line for width in (320, 900) for line in found.get(f"{fault} at {width}", [])]
    assert any(fault in line for line in said), said
