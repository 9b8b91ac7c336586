"""The page as it is written: its policy, its size, whole without scripts, and deaf to what strangers write."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from dataclasses import replace
from hashlib import sha256
from html.parser import HTMLParser

import numpy as np
import pytest

from bptutor.browser.page import page
from bptutor.browser.spots import MOST
from bptutor.files.library import load, names
from bptutor.problem import Problem
from bptutor.solution.trace import Trace

HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(2)>\"'--><!--{{7*7}}</style>"


class Read(HTMLParser):
    """The tags of a page with their attributes, and what stands in scripts and styles."""

    def __init__(self, text: str):
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.inside: dict[str, list[str]] = {"script": [], "style": []}
        self.words: list[str] = []
        self._at = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._at = tag

    def handle_endtag(self, tag: str) -> None:
        self._at = ""

    def handle_data(self, data: str) -> None:
        if self._at in self.inside:
            self.inside[self._at].append(data)
        else:
            self.words.append(data)


def hostile() -> Problem:
    keys = {
        "title": HOSTILE,
        "source": HOSTILE,
        "notes": HOSTILE,
        "layers": [1, 2, 1],
        "activation": "sigmoid",
        "inputs": [0.5],
        "targets": [1],
        "weights": [[[0.1], [0.2]], [[0.3, 0.4]]],
        "learning_rate": 0.5,
        "labels": {
            "inputs": ["<b>x"],
            "units": [["</math><script>alert(3)</script>", "a&b"], ["<o>"]],
            "weights": [[["w&amp;"], ["\"'>"]], [["${alert(4)}", "`v`"]]],
        },
    }
    return load(keys)


@pytest.mark.parametrize("name", names())
def test_every_number_of_the_library_stands_on_its_page_without_scripts(name: str) -> None:
    trace = Trace(load(name))
    text = page(trace)
    read = Read(text)
    ids = {attributes.get("id") for tag, attributes in read.tags if tag == "p"}
    cells = list(trace.cells())
    if sum(1 for _cell in cells) <= MOST // 2:
        assert {cell.id for cell in cells} <= ids
        for cell in cells:
            number = cell.text.replace("-", "−")
            assert re.search(rf"<p id={re.escape(cell.id)}>.*<output> = {re.escape(number)}</output></p>", text), cell


def test_a_long_page_says_what_is_left_out() -> None:
    text = page(Trace(load("mazur").repeated(40)))
    assert "numbers more, which are left out here" in text
    assert len(text.encode()) < 1_000_000


def test_the_page_of_mazur_is_small() -> None:
    assert len(page(Trace(load("mazur"))).encode()) <= 60 * 1024


@pytest.mark.parametrize("problem", [load("mazur"), load("softmax-lab"), hostile()], ids=lambda one: one.name)
def test_only_what_is_in_the_page_may_run(problem: Problem) -> None:
    read = Read(page(Trace(problem)))
    (policy,) = [a["content"] for tag, a in read.tags if tag == "meta" and "http-equiv" in a]
    hashes = [f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'" for text in read.inside["script"][1:]]
    (style,) = read.inside["style"]
    assert policy == (
        f"default-src 'none'; style-src 'sha256-{b64encode(sha256(style.encode()).digest()).decode()}'; "
        f"script-src {' '.join(hashes)}; base-uri 'none'; form-action 'none'"
    )
    assert [tag for tag, _ in read.tags].count("script") == 3
    for tag, attributes in read.tags:
        assert tag not in ("img", "link", "iframe", "object", "embed", "base")
        assert not any(name.startswith("on") or name in ("src", "style", "action") for name in attributes), tag
        assert (attributes.get("href") or "#").startswith("#")


def test_what_strangers_write_stands_there_as_text() -> None:
    problem = hostile()
    text = page(Trace(problem))
    read = Read(text)
    assert " ".join(HOSTILE.split()) in "".join(read.words)
    assert "alert(3)" not in "".join(read.inside["script"])
    assert "${alert" not in "".join(read.inside["script"])
    json.loads(read.inside["script"][0])


def test_a_softmax_that_has_a_slope_for_each_pair_of_units() -> None:
    """Its labels have two units in them; a page of it could not be written."""
    keys = {
        "layers": [1, 2],
        "activation": "softmax",
        "loss": "squared_error",
        "inputs": [1],
        "targets": [1, 0],
        "weights": [[[0.1], [0.2]]],
        "learning_rate": 0.5,
    }
    assert "<p id=slope1[1,2]>" in page(Trace(load(keys)))


def test_what_is_given_in_the_middle_stands_with_the_exercise() -> None:
    problem = load("mazur")
    text = page(Trace(replace(problem, given={"out1": np.array([0.6, 0.7])})))
    assert "<small>out_h1</small> <a href=#out1[1] id=out1[1]>0.6</a>" in text
    assert "<p id=out1[1]>" not in text


def test_practice_is_a_switch() -> None:
    trace = Trace(load("mazur"))
    checked = ["checked" in a for tag, a in Read(page(trace)).tags if a.get("id") == "predict"]
    assert checked == [False]
    checked = ["checked" in a for tag, a in Read(page(trace, practice=True)).tags if a.get("id") == "predict"]
    assert checked == [True]


def test_a_problem_that_only_goes_forward_or_starts_in_the_middle() -> None:
    problem = replace(load("mazur"), targets=None, learning_rate=None)
    assert "Backward pass" not in page(Trace(problem))
