"""Options in the words of problem files."""

from __future__ import annotations

import pytest

from bptutor.errors import BptutorError, Where
from bptutor.files.option_text import activations, conventions, layers, loss
from bptutor.problem import Activation, Conventions


def test_layers() -> None:
    assert layers("2,3, 2") == layers("2-3-2") == layers("2;3;2") == (2, 3, 2)
    for text in ("2", "", "2,0", "2,x", "2.3"):
        with pytest.raises(BptutorError):
            layers(text)


def test_activations() -> None:
    assert activations("sigmoid") == (Activation("sigmoid"),)
    assert activations("leaky_relu:0.2, leaky_relu, softmax") == (
        Activation("leaky_relu", 0.2),
        Activation("leaky_relu", 0.01),
        Activation("softmax"),
    )
    for text in ("sigmod", "sigmoid:0.1", "leaky_relu:2", "leaky_relu:", ""):
        with pytest.raises(BptutorError):
            activations(text)


def test_losses() -> None:
    assert loss("cross_entropy") == "cross_entropy"
    with pytest.raises(BptutorError):
        loss("cross")


def test_conventions() -> None:
    assert conventions([]) == Conventions()
    read = conventions(["rounding=carry", "momentum = 0.5", "update_biases=false", "batch_size=~"])
    assert read == Conventions(rounding="carry", momentum=0.5, update_biases=False)


@pytest.mark.parametrize(
    ("setting", "message", "where"),
    [
        ("rounding", "found rounding, expected KEY=VALUE", "--convention"),
        ("rounding=cary", "found cary, expected one of display, carry", "--convention.rounding"),
        ("momentum=1", "found 1, expected a number from 0, below 1", "--convention.momentum"),
        ("round=carry", "unknown key round", "--convention.round"),
    ],
)
def test_what_is_no_convention(setting: str, message: str, where: str) -> None:
    with pytest.raises(BptutorError) as caught:
        conventions([setting])
    assert (caught.value.message, caught.value.where) == (message, Where("", None, where))


def test_the_hint() -> None:
    with pytest.raises(BptutorError, match="such as rounding=carry"):
        conventions(["carry"])
