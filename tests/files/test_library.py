"""The library, and all that `load` takes."""

import io
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from bptutor.errors import BptutorError, Where
from bptutor.files import library, reader
from bptutor.files.library import FOLDER, load, names, path_of
from bptutor.problem import Problem

NAMES = sorted(path.stem for path in FOLDER.glob("*.yaml"))


def same(a: Problem, b: Problem, *, but: frozenset[str] = frozenset()) -> None:
    """Both problems are equal, but for the fields named."""
    for field in Problem.__dataclass_fields__:
        if field not in but:
            np.testing.assert_equal(getattr(a, field), getattr(b, field), err_msg=field)


def test_names() -> None:
    assert names() == NAMES
    assert {"mazur", "people", "hike"} <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_every_problem_loads(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    problem = load(name)
    assert problem.title
    assert problem.source
    assert problem.notes
    assert problem.file == name
    monkeypatch.setattr(reader, "Parser", yaml.SafeLoader)
    same(load(name), problem)


@pytest.mark.parametrize("name", NAMES)
def test_a_problem_as_a_mapping(name: str) -> None:
    text = path_of(name).read_text(encoding="utf-8")
    same(load(yaml.safe_load(text)), load(name), but=frozenset({"file", "sha256"}))


def test_by_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.yaml").write_bytes(path_of("mazur").read_bytes())
    for source in ("mine.yaml", Path("mine.yaml"), "./mine.yaml"):
        same(load(source), load("mazur"), but=frozenset({"file"}))
    assert load("mine.yaml").file == "mine.yaml"


def test_a_file_goes_before_a_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mazur").write_bytes(path_of("people").read_bytes())
    assert load("mazur").samples == 4
    assert load(path_of("mazur")).samples == 1


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    class Stdin:
        buffer = io.BytesIO(path_of("mazur").read_bytes())

    monkeypatch.setattr(sys, "stdin", Stdin)
    problem = load("-")
    assert problem.file == "standard input"
    same(problem, load("mazur"), but=frozenset({"file"}))


@pytest.mark.parametrize(("typed", "meant"), [("mazurr", "mazur"), ("Mazur", "mazur"), ("han_kamber", "han-kamber")])
def test_the_nearest_name(typed: str, meant: str) -> None:
    for action in (load, path_of):
        with pytest.raises(BptutorError) as caught:
            action(typed)
        assert meant in caught.value.hint


def test_no_name_is_near() -> None:
    with pytest.raises(BptutorError) as caught:
        load("qqqq.yaml")
    assert caught.value.faults == (("there is no such file", Where("qqqq.yaml"), "check the name and the folder"),)
    with pytest.raises(BptutorError) as caught:
        path_of("qqqq")
    message, hint = "there is no problem qqqq in the library", "`bptutor problems` lists them"
    assert caught.value.faults == ((message, Where(), hint),)


@pytest.mark.parametrize("name", ["../problems/mazur", "mazur.yaml", "", ".", "*", "a\0b", "x" * 5000])
def test_path_of_takes_names_only(name: str) -> None:
    with pytest.raises(BptutorError):
        path_of(name)


@pytest.mark.parametrize("name", ["a\0b", "x" * 5000, "x" * 5000 + "/y", "\ud800", "\ud800/mazur"])
def test_odd_names(name: str) -> None:
    with pytest.raises(BptutorError):
        load(name)


def small(**changes: Any) -> dict[str, Any]:
    keys = {"layers": [2, 1], "activation": "sigmoid", "inputs": [1, 2], "weights": [[[0.5, -0.25]]]}
    return keys | changes


def test_a_mapping_of_arrays() -> None:
    rng = np.random.default_rng(1)
    weights: list[Any] = [rng.normal(size=(3, 2)), rng.normal(size=(2, 3)).astype(np.float32)]
    problem = load(
        {
            "layers": np.array([2, 3, 2]),
            "activation": ("tanh", {"leaky_relu": np.float64(0.2)}),
            "learning_rate": np.float32(0.5),
            "samples": [{"inputs": row, "targets": row[::-1]} for row in np.eye(2, dtype=int)],
            "weights": weights,
            "biases": [weights[0][:, 0], np.float64(0.1)],
            "decimals": np.int64(3),
            "conventions": {"update_biases": np.True_, "batch_size": None, "batch": np.str_("mean")},
            "labels": {"inputs": np.array(["a", "b"])},
        }
    )
    assert problem.layers == (2, 3, 2)
    np.testing.assert_array_equal(problem.weights[0], weights[0])
    np.testing.assert_array_equal(problem.weights[1], weights[1])
    np.testing.assert_array_equal(problem.biases[0], weights[0][:, 0])
    np.testing.assert_array_equal(problem.targets, [[0, 1], [1, 0]])
    assert problem.shared == (False, True)
    assert problem.activations[1].leak == 0.2
    assert (problem.decimals, problem.learning_rate) == (3, 0.5)
    assert problem.labels.inputs == ("a", "b")


def test_numbers_of_other_kinds() -> None:
    problem = load(small(inputs=[Fraction(1, 4), "1/2"], learning_rate=1))
    assert problem.inputs.tolist() == [[0.25, 0.5]]
    assert problem.learning_rate == 1


def test_ones_and_zeros_are_no_truth() -> None:
    assert load(small(inputs=[1, 0], biases=[1])).inputs.tolist() == [[1, 0]]
    with pytest.raises(BptutorError, match="found 1, expected true or false"):
        load(small(conventions={"update_biases": 1}))
    with pytest.raises(BptutorError, match="found true, expected a number"):
        load(small(inputs=[True, 0]))


def test_faults_of_a_mapping() -> None:
    with pytest.raises(BptutorError) as caught:
        load(small(inputs=[np.nan, np.inf], weights=np.ones((1, 1, 3)), activaton="relu"))
    assert [(fault.message, fault.where.file, fault.where.key) for fault in caught.value.faults] == [
        ("found nan, expected a number", "this mapping", "inputs[1]"),
        ("found inf, expected a number", "this mapping", "inputs[2]"),
        ("unknown key activaton", "this mapping", "activaton"),
        ("found 1 × 3, expected 1 × 2", "this mapping", "weights[1]"),
    ]


def test_what_tells_two_mappings_apart() -> None:
    wide = small(layers=[2000, 1], inputs=np.zeros(2000), weights=np.zeros((1, 1, 2000)))
    other = wide | {"inputs": np.arange(2000) == 1000}
    other["inputs"] = np.where(other["inputs"], 1.0, 0.0)
    assert load(wide).sha256 == load(dict(wide)).sha256 != load(other).sha256


def test_the_folder_of_an_installation() -> None:
    assert FOLDER.is_dir()
    assert library.FOLDER.name == "problems"
