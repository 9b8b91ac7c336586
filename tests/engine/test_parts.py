"""What is asked of a page, and what it is worth."""

from dataclasses import replace
from fractions import Fraction

import pytest

from bptutor.engine.naming import Naming
from bptutor.engine.page import page
from bptutor.engine.parts import asked, named, points
from bptutor.engine.quantities import Quantity
from bptutor.files.library import load, names
from bptutor.points import Points
from bptutor.problem import Problem
from bptutor.solution.trace import Trace
from tests.support.random_problems import random_problem


def _each(weights: dict[str, Fraction]) -> Points:
    """Points of single cells."""
    return Points("cells", weights)


def cells_asked(problem: Problem) -> list[str]:
    naming = Naming(problem)
    return [naming.id(q, i) for q, cells in asked(problem).items() for i in naming.indices(q) if cells[i].all()]


@pytest.mark.parametrize("name", names())
def test_without_a_word_all_of_the_page_is_asked(name: str) -> None:
    problem = replace(load(name), ask=())
    assert cells_asked(problem) == [cell.id for cell in Trace(problem).cells()]


@pytest.mark.parametrize("seed", range(20))
def test_every_quantity_has_its_shape(seed: int) -> None:
    problem = load(random_problem(seed))
    naming = Naming(problem)
    for arrays in (asked(problem), points(problem)):
        assert list(arrays) == list(page(problem).recipe)
        assert all(cells.shape == naming.shape(q) for q, cells in arrays.items())
    assert all((points(problem)[q] == cells).all() for q, cells in asked(problem).items())


def test_given_in_the_middle_is_never_asked() -> None:
    problem = load("mazur")
    started = load(
        {
            "layers": [2, 2, 2],
            "activation": "sigmoid",
            "inputs": [1, 2],
            "weights": [w.tolist() for w in problem.weights],
            "given": {"out1": [0.6, None]},
            "ask": ["out"],
        }
    )
    assert cells_asked(started) == ["out1[2]", "out2[1]", "out2[2]"]
    assert points(started)[asked_quantity(started, "out1")].tolist() == [0, 1]


def asked_quantity(problem: Problem, name: str) -> Quantity:
    ((quantity, _at),) = named(problem, name)
    return quantity


def test_hidden_cells_can_be_asked() -> None:
    problem = replace(load("mazur"), ask=("error0", "out_after2[1]"))
    assert cells_asked(problem) == ["error0[1]", "error0[2]", "out_after2[1]"]


def test_the_most_special_name_decides() -> None:
    two, three, four, five = map(Fraction, (2, 3, 4, 5))
    problem = replace(
        load("people"), points=_each({"delta2[1]@3": five, "delta2[1]": four, "delta2": three, "delta": two})
    )
    worth = {str(q): cells.tolist() for q, cells in points(problem).items() if q.name == "delta" and q.sample in "23"}
    assert worth == {"delta1@2": [2, 2], "delta2@2": [4], "delta1@3": [2, 2], "delta2@3": [5]}
    tagged = replace(load("people"), points=_each({"delta2@3": five, "delta2": four}))
    assert [cells.tolist() for q, cells in points(tagged).items() if q.name == "delta" and q.layer == 2] == [
        [4],
        [4],
        [5],
        [4],
    ]


def test_what_is_not_asked_earns_nothing() -> None:
    problem = replace(load("mazur"), ask=("delta2[1]",), points=_each({"delta": Fraction(1, 2), "net": Fraction(3)}))
    assert sum(sum(cells.ravel()) for cells in points(problem).values()) == Fraction(1, 2)


def test_names_without_tags_are_those_of_every_sample_unless_there_is_one_without() -> None:
    batch = load("nnfs")
    assert named(batch, "grad_w1") == [(quantity, ...) for quantity in page(batch).recipe if quantity == "grad_w1"]
    assert [quantity.sample for quantity, _at in named(batch, "net1[2]")] == ["1", "2", "3"]
    assert [at for _quantity, at in named(batch, "net1[2]")] == [(1,)] * 3
    assert named(batch, "net9") == named(batch, "w1") == named(batch, "nonsense") == []
