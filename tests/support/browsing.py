"""A browser without a window that shows a page of ours, and what is right and accepted on that page by `check`."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from bptutor.answers import Answers, Typed
from bptutor.engine.decimals import fixed
from bptutor.files.numbers import typed_number
from bptutor.files.pdf import BROWSERS
from bptutor.marking.check import flat_page_for
from bptutor.marking.judge import judge
from bptutor.marking.policy import Marking
from bptutor.marking.sheets import sheets
from bptutor.marking.verdicts import VERDICTS
from bptutor.problem import Problem
from bptutor.solution.trace import Trace

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CHROMIUM = next(filter(None, map(shutil.which, BROWSERS)), None)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, or a skip that says what is not there."""
    if CHROMIUM is None:
        pytest.skip("no Chromium here to look at the page with")
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright, which drives the browser, is missing")
    with playwright.sync_playwright() as running:
        found = running.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield found
        found.close()


@contextmanager
def looking_at(browser: Browser, url: str, **options: Any) -> Iterator[Page]:
    """The page in a window of its own; it asked for nothing but itself, and nothing went wrong on it."""
    context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **options})
    page, wrong = context.new_page(), list[str]()
    page.on("console", lambda message: wrong.append(message.text))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("request", lambda asked: None if asked.url == url.partition("#")[0] else wrong.append(asked.url))
    page.goto(url)
    yield page
    context.close()
    assert wrong == []


def predictions(trace: Trace, seed: int, count: int) -> list[tuple[str, str]]:
    """Numbers as somebody types them, each with an id: right, off by some units, with more and fewer decimals."""
    draw, cells, asked = random.Random(seed), list(trace.cells()), trace.problem.decimals
    typed = []
    for _ in range(count):
        cell, decimals = draw.choice(cells), max(0, asked + draw.choice([-2, -1, 0, 0, 0, 1, 2, 3]))
        off = draw.choice([0, 0, 1, -1, 2, -2, 3, draw.uniform(-3, 3)]) * 10.0 ** -draw.choice([decimals, asked])
        typed.append((cell.id, f"{(cell.value + off) * draw.choice([1] * 19 + [-1]):.{decimals}f}"))
    return typed


def misjudged(seen: Page, trace: Trace, typed: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """What the page accepts and `check` does not, or the other way round."""
    found = seen.evaluate("all => all.map(([id, text]) => judge(byId.get(id), text)[0])", [*map(list, typed)])
    expected = accepted(trace.problem, typed)
    return [one for one, mine, theirs in zip(typed, found, expected, strict=True) if mine != theirs]


def changed_otherwise(seen: Page, trace: Trace, seed: int, count: int) -> list[tuple[str, float, str]]:
    """One weight after another becomes another: what the page then shows and Python does not; weight, value, number."""
    draw, problem, wrong = random.Random(seed), trace.problem, []
    for _ in range(count):
        layer = draw.randrange(problem.depth)
        weights = [matrix.copy() for matrix in problem.weights]
        at = tuple(draw.randrange(size) for size in weights[layer].shape)
        weights[layer][at] = value = round(draw.uniform(-2, 2), draw.randrange(4))
        name = f"w{layer + 1}[{at[0] + 1},{at[1] + 1}]"
        found = seen.evaluate(
            """([id, value]) => { changed.clear(); changed.set(byId.get(id), value); work(); draw();
               return Object.fromEntries(order.map(c => [N[c].id, textOf(c)])); }""",
            [name, value],
        )
        cells = Trace(replace(problem, weights=tuple(weights))).cells()
        wrong += [(name, value, cell.id) for cell in cells if found[cell.id] != cell.text.replace("-", "−")]
    return wrong


def accepted(problem: Problem, typed: Sequence[tuple[str, str]]) -> list[bool]:
    """Whether `check` accepts a text for the number of an id, on a sheet with the page's numbers above it alone."""
    trace, flat = Trace(problem), flat_page_for(problem)
    texts = fixed(problem.decimals, problem.conventions.ties)
    above, before = dict[str, Typed](), dict[str, dict[str, Typed]]()
    for cell in trace.cells():
        before[cell.id] = dict(above)
        (text,) = texts(np.array([cell.value]))
        above[cell.id] = Typed(text, float(text), problem.decimals)
    drawn, read = [], []
    for name, text in typed:
        number = typed_number(text)
        read.append(number is not None)
        drawn.append(Answers({**before[name], name: Typed(text, *(number or (0.0, 0)))}))
    verdicts = judge(sheets(flat, drawn), Marking()).verdict
    return [
        known and VERDICTS[verdicts[row, flat.numbers[name]]] in ("right", "right_carried")
        for row, ((name, _text), known) in enumerate(zip(typed, read, strict=True))
    ]
