"""Every declared value of a convention has its row, is spoken of and changes some page."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bptutor.engine.conventions import CONVENTIONS, lacking
from bptutor.files.keys import CONVENTIONS as KEYS
from bptutor.files.library import load
from bptutor.problem import CHOICES, Conventions
from bptutor.render import headings
from bptutor.solution.trace import Trace

VALUES = {**CHOICES, "momentum": (0.0, 0.5), "batch_size": (None, 1)}
TINY: dict[str, Any] = {  # every convention matters, and the first net input, 0.125, lies between two decimals
    "layers": [2, 2, 1],
    "activation": ["linear", "sigmoid"],
    "learning_rate": 1,
    "samples": [{"inputs": [0.5, 1], "targets": [1]}, {"inputs": [1, 2], "targets": [0]}],
    "weights": [[[0.25, 0], [0.3, 0.4]], [[0.7], [0.9]]],
    "biases": [0, [0.2]],
    "decimals": 2,
    "steps": 2,
}


def _tiny(key: str, value: object) -> dict[str, Any]:
    if key == "at_zero":  # its first net input is 0
        jumps = {"layers": [2, 1], "activation": "step", "weights": [[[0.5, -0.25]]], "biases": [[0]]}
        return TINY | jumps | {"conventions": {key: value}}
    # [[…], […]] of one unit by senders, [[…, …]] by the unit that receives
    last = [[0.7], [0.9]] if (key, value) == ("weight_rows", "sending") else [[0.7, 0.9]]
    return TINY | {"weights": [TINY["weights"][0], last], "conventions": {key: value}}


def _page(key: str, value: object) -> str:
    return str([(cell.id, cell.text) for cell in Trace(load(_tiny(key, value))).cells()])


@pytest.mark.parametrize("key", Conventions._fields)
def test_every_declared_value_changes_some_page(key: str) -> None:
    pages: dict[str, object] = {}
    for value in VALUES[key]:
        page = _page(key, value)
        assert page not in pages, f"{key}: {value} makes the page of {key}: {pages[page]}"
        pages[page] = value


@pytest.mark.parametrize("key", [key for key in Conventions._fields if key != "weight_rows"])
def test_the_head_of_the_page_tells_every_declared_value(key: str) -> None:
    """But for the direction of rows: the page has a row for a receiving unit, however they were typed."""
    heads = [tuple(headings.conventions(load(_tiny(key, value)))) for value in VALUES[key]]
    assert len(set(heads)) == len(heads)


def test_the_schema_has_a_sentence_for_every_convention() -> None:
    assert [key for key, row in KEYS.items() if not row.says] == []


def test_what_has_no_row_is_named() -> None:
    assert lacking(CHOICES) == []
    assert lacking({**CHOICES, "delta": ("gradient", "descent", "ascent")}) == ["delta: ascent"]
    assert lacking({**CHOICES, "ties": ("half_up",)}) == ["ties: half_even"]
    assert {key for key, row in CONVENTIONS.items() if not row.values} == {"momentum", "batch_size"}


@pytest.mark.parametrize("key", CHOICES)
def test_a_misspelt_value_is_refused(key: str) -> None:
    problem = load(TINY | {"weights": [TINY["weights"][0], [[0.7, 0.9]]]})
    names, misspelt = ", ".join(map(str, CHOICES[key])), dict[str, Any]({key: "descend"})
    with pytest.raises(ValueError, match=f"found descend, expected one of {names}\nconventions.{key}"):
        replace(problem, conventions=problem.conventions._replace(**misspelt))


def test_a_misspelt_loss_is_refused() -> None:
    problem = load(TINY | {"weights": [TINY["weights"][0], [[0.7, 0.9]]]})
    with pytest.raises(
        ValueError, match=r"^found mse, expected one of half_squared_error, .*\nloss\nmean_squared_error$"
    ):
        replace(problem, loss="mse")  # type: ignore[arg-type]
