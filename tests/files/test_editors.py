"""What an editor with a YAML language server makes of the schemas: only where the server is installed."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from bptutor.engine.activations import ACTIVATIONS
from bptutor.engine.losses import LOSSES
from bptutor.files.keys import ANSWERS, ASKED, CONVENTIONS, PROBLEM, schema, schema_line
from tests.support.language_server import COMMAND, LanguageServer

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not shutil.which(COMMAND), reason=f"no {COMMAND} here (npm install -g {COMMAND})"),
]

TOP = f"{schema_line('problem')}\n"
SHEET = f"{schema_line('answers')}\n"
GOOD = f"{TOP}layers: [2, 1]\nactivation: sigmoid\ninputs: [1, 2]\nweights: [[[0.5, 0.6]]]\n"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LanguageServer]:
    folder: Path = tmp_path_factory.mktemp("editor")
    for of in ("problem", "answers"):
        (folder / f"{of}.schema.json").write_text(json.dumps(schema(of)), encoding="utf-8")
    with LanguageServer(folder) as running:
        yield running


def test_the_keys_with_what_they_are(server: LanguageServer) -> None:
    offers = server.offers(f"{TOP}|")
    assert {key: offers[key] for key in PROBLEM} == {key: row.says for key, row in PROBLEM.items()}
    offers = server.offers(f"{SHEET}|")
    assert {key: offers[key] for key in ANSWERS} == {key: row.says for key, row in ANSWERS.items()}


@pytest.mark.parametrize("place", ["ask: |", "ask: [|]", "ask: [net, |]", "ask:\n  - |"])
def test_words_of_quantities_are_offered_for_what_is_asked(server: LanguageServer, place: str) -> None:
    assert {*server.offers(GOOD + place)} == {*ASKED}


@pytest.mark.parametrize(
    "place", ["title: |", "source: |", "notes: |", "labels:\n  inputs: [|]", "lint:\n  allow: [|]"]
)
def test_no_true_and_false_for_a_text(server: LanguageServer, place: str) -> None:
    assert server.offers(GOOD + place) == {}


def test_each_loss_and_activation_with_its_formula(server: LanguageServer) -> None:
    assert server.offers(f"{GOOD}loss: |") == {name: row.formula for name, row in LOSSES.items()}
    formulas = {name: row.formula for name, row in ACTIVATIONS.items()}
    assert server.offers(f"{TOP}activation: |") == formulas
    assert server.offers(f"{TOP}activation:\n  - |") == formulas
    assert all(row.formula[:4] in server.says(f"{GOOD}lo|ss: output") for row in LOSSES.values())


def test_the_values_of_a_convention_each_with_what_it_does(server: LanguageServer) -> None:
    assert {*server.offers(f"{GOOD}conventions:\n  |")} == {*CONVENTIONS}
    found = server.offers(f"{GOOD}conventions:\n  update_biases: |")
    assert found == {"true": "biases are trained", "false": "biases keep their values"}


def test_words_of_quantities_in_a_sheet(server: LanguageServer) -> None:
    assert {*server.offers(f"{SHEET}answers:\n  |")} == {*ASKED}


@pytest.mark.parametrize(
    ("text", "line", "part"),
    [
        (GOOD.replace("sigmoid", "sigmod"), 3, '"sigmoid", "bipolar_sigmoid", "tanh"'),
        (GOOD.replace("sigmoid", "[sigmod]"), 3, '"sigmoid", "bipolar_sigmoid", "tanh"'),
        (f"{GOOD}loss: mse", 6, '"half_squared_error", "squared_error"'),
        (f"{GOOD}lr: 0.5", 6, "lr is not allowed"),
        (f"{GOOD}learning_rate: a half", 6, "expected a number above 0; numbers look like 0.5"),
        (f"{GOOD}targets: [~]", 6, "expected a number"),  # as `bptutor init` leaves it
        (f"{GOOD}samples: [{{inputs: [1, 2]}}]", 4, "inputs is not allowed"),
        (f"{SHEET}answers: [1, 2]", 2, "object"),
    ],
)
def test_what_is_wrong_is_told(server: LanguageServer, text: str, line: int, part: str) -> None:
    assert [part in message for where, message in server.complaints(text) if where == line] == [True]


def test_nothing_is_wrong_with_what_is_right(server: LanguageServer) -> None:
    assert server.complaints(GOOD) == []
    assert server.complaints(f"{GOOD}ask: [delta, new_w1, w2+]\npoints: {{delta: 2}}\nbiases: [~]\ntitle: 12") == []
    assert server.complaints(f"{SHEET}problem: ~\nanswers: {{net: {{h1: ~}}, w5+: 0.3, delta2: [1, ~]}}") == []
