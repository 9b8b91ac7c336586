"""Pictures for slides: their numbers, their text, and what is said where one cannot be made."""

from __future__ import annotations

import builtins
import shutil
import sys
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree

import pytest

from bptutor.browser.picture import KINDS, Picture, loss_picture, network_picture
from bptutor.browser.png import png
from bptutor.engine.training import train
from bptutor.errors import BptutorError
from bptutor.files.library import load, names
from bptutor.problem import Problem
from bptutor.solution.trace import Trace
from tests.support.browsing import CHROMIUM

SIZE = 16, 20, 24  # where a PNG has its width and its height


def words(picture: Picture) -> list[str]:
    root = ElementTree.fromstring(picture.svg)
    return ["".join(text.itertext()) for text in root.iter("{http://www.w3.org/2000/svg}text")]


def test_forward_and_backward() -> None:
    """Mazur's numbers, which he has published."""
    forward = words(network_picture(Trace(load("mazur")), "forward"))
    assert {"w5 = 0.4", "net = 0.3775", "out = 0.7514", "t_o1 = 0.01"} <= {*forward}
    backward = words(network_picture(Trace(load("mazur")), "backward"))
    assert {"0.0822", "δ = 0.1385", "error = 0.0364", "−0.0227"} <= {*backward}
    assert not any("b" in word for word in backward)


@pytest.mark.parametrize("name", names())
def test_every_network_of_the_library_that_is_small_enough(name: str) -> None:
    trace = Trace(load(name))
    for kind in ("forward", "backward"):
        try:
            picture = network_picture(trace, kind)
        except BptutorError as error:
            assert "too large to be drawn" in str(error)  # noqa: PT017
        else:
            assert (picture.width, picture.height) < (700, 800)
            assert words(picture)


def test_of_a_sample_and_of_the_last_step() -> None:
    problem = load("people")
    net = Trace(problem)["net1@2"]
    assert f"net = {net[0]:.4f}".replace("-", "−") in words(network_picture(Trace(problem), "forward", "2"))
    after = Trace(load("mazur").repeated(3))
    assert f"out = {after['out2[1]#3']:.4f}" in words(network_picture(after, "forward"))


def test_the_loss_goes_down() -> None:
    picture = loss_picture(train(load("mazur"), 200))
    assert words(picture) == ["0.2984", "0.008319", "steps taken: 0 to 200"]
    (line,) = [path for path in ElementTree.fromstring(picture.svg) if path.get("class") == "loss"]
    heights = [float(point.split()[1]) for point in line.get("d", "")[1:].split(" ") if " " in point] or [
        float(y) for y in line.get("d", "")[1:].split()[1::2]
    ]
    assert len(heights) == 201
    assert heights == sorted(heights)


def test_labels_of_strangers_stay_text() -> None:
    keys = {
        "layers": [1, 1],
        "activation": "sigmoid",
        "inputs": [1],
        "weights": [[[0.5]]],
        "labels": {"inputs": ["<script>x"], "units": [["a&b"]], "weights": [[["</svg>"]]]},
    }
    assert {"<script>x", "a&b"} <= {*words(network_picture(Trace(load(keys)), "forward"))}


def large() -> Problem:
    return load({"layers": [9, 9], "activation": "tanh", "inputs": [1] * 9, "weights": [[[0.1] * 9] * 9]})


def test_a_network_that_is_too_large() -> None:
    with pytest.raises(BptutorError, match="too large to be drawn clearly"):
        network_picture(Trace(large()), "forward")


def size(picture: bytes) -> tuple[int, int]:
    start, middle, end = SIZE
    return int.from_bytes(picture[start:middle]), int.from_bytes(picture[middle:end])


def without_resvg(monkeypatch: pytest.MonkeyPatch) -> None:
    real: Callable[..., Any] = builtins.__import__

    def imported(name: str, *rest: Any) -> Any:
        if name == "resvg_py":
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.delitem(sys.modules, "resvg_py", raising=False)
    monkeypatch.setattr(builtins, "__import__", imported)


def test_png_by_the_library() -> None:
    pytest.importorskip("resvg_py", reason="the extra png is not installed")
    picture = network_picture(Trace(load("mazur")), "forward")
    assert size(png(*picture)) == (2 * picture.width, 2 * picture.height)


@pytest.mark.slow
@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here")
def test_png_by_a_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    without_resvg(monkeypatch)
    picture = network_picture(Trace(load("mazur")), "backward")
    assert size(png(*picture, find=shutil.which)) == (2 * picture.width, 2 * picture.height)


def test_neither_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    without_resvg(monkeypatch)
    with pytest.raises(BptutorError, match="neither is installed here") as told:
        png(*network_picture(Trace(load("mazur")), "forward"), find=lambda _name: None)
    assert "pip install 'bptutor[png]'" in told.value.hint


def test_the_kinds_are_those_of_the_option() -> None:
    from bptutor.cli.solve import Kind

    assert tuple(kind.value for kind in Kind) == KINDS
