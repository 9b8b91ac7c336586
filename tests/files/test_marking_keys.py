"""What a problem file says of its marking: names become words and ids, points stay exact."""

from fractions import Fraction
from typing import Any

import pytest

from bptutor.engine.parts import asked, points
from bptutor.files.library import load
from bptutor.points import Points
from bptutor.problem import Problem

KEYS: dict[str, Any] = {
    "layers": [2, 2, 2],
    "activation": "sigmoid",
    "learning_rate": 0.5,
    "inputs": [1, 0],
    "targets": [1, 0],
    "weights": [[[0.1, 0.2], [0.3, 0.4]], [[0.5, 0.6], [0.7, 0.8]]],
    "biases": [0.1, [0.2, 0.3]],
}


def problem(**keys: Any) -> Problem:
    return load(KEYS | keys)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        *((name, name) for name in ("net", "delta", "error0", "loss", "delta2", "new_b1", "net1[2]", "loss_after")),
        ("w5+", "new_w2[1,1]"),
        ("new_w2[1, 2]", "new_w2[1,2]"),
        ("δ_h1", "delta1[1]"),
        ("delta_h1", "delta1[1]"),
        ("b1+", "new_b1"),
        ("E_o2", "loss[2]"),
        ("E", "E"),  # the total alone; `loss` would be its parts as well
    ],
)
def test_names(typed: str, name: str) -> None:
    assert problem(ask=[typed]).ask == problem(ask=typed).ask == (name,)
    assert problem(ask=typed, points={typed: 3}).points == Points("cells", {name: Fraction(3)})


def test_nothing_said() -> None:
    assert problem().ask == ()
    assert problem().points == Points()


def test_a_name_said_twice_is_asked_once() -> None:
    assert problem(ask=["w5+", "delta", "new_w2[1,1]"]).ask == ("new_w2[1,1]", "delta")


@pytest.mark.parametrize(
    ("typed", "value"), [(2, 2), ("0.1", Fraction(1, 10)), ("1/3", Fraction(1, 3)), (0, 0), ("1e-400", 0), ("2,5", 2.5)]
)
def test_points_are_exact(typed: Any, value: Any) -> None:
    assert problem(points={"delta": typed}).points.weights == {"delta": value}


def test_the_total_loss_alone() -> None:
    only = problem(ask=["E"])
    assert [q for q, cells in asked(only).items() if cells.any()] == ["loss"]
    worth = points(problem(points={"E": 5}))
    by_name = {q: cells.ravel().tolist() for q, cells in worth.items() if q.name in ("loss", "losses")}
    assert by_name == {"losses": [1, 1], "loss": [5]}


def test_a_repeated_problem_keeps_what_is_asked() -> None:
    repeated = problem(ask=["delta2", "net1[1]"]).repeated(2)
    assert [q for q, cells in asked(repeated).items() if cells.any()] == ["net1#1", "delta2#1", "net1#2", "delta2#2"]
