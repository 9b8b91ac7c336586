"""The reverse look-up: what was done is among what it names, and the cells it points to tell its answers apart."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import numpy as np
import pytest

from bptutor.answers import Typed
from bptutor.engine.conventions import Edit
from bptutor.engine.decimals import rounded
from bptutor.engine.evaluate import NotFinite, run
from bptutor.engine.quantities import Quantity
from bptutor.errors import BptutorError
from bptutor.files.library import load
from bptutor.files.numbers import typed_number
from bptutor.marking.apart import alike, telling
from bptutor.marking.check import flat_page_for
from bptutor.marking.flat_page import flat_page
from bptutor.marking.other_conventions import alternatives
from bptutor.marking.why import Why, why
from bptutor.mistakes.slips import SLIP_IDS
from bptutor.mistakes.variants import variants
from bptutor.problem import Array, Problem
from bptutor.solution.digits import rounding
from bptutor.solution.trace import Trace
from tests.support.random_problems import exam_problem

PROBLEMS = ("mazur", "shared-2-3-2", "softmax-lab", "relu-bce")
VISIBLE = 20  # units in the last place


def look_up(problem: Problem, **numbers: str) -> Why:
    return found_for(problem, {Trace(problem).naming.id(*find(problem, cell)): t for cell, t in numbers.items()})


def find(problem: Problem, name: str) -> tuple[Quantity, tuple[int, ...]]:
    quantity, index = Trace(problem).find(name)
    return quantity, index or ()


def found_for(problem: Problem, numbers: dict[str, str]) -> Why:
    return why(problem, {cell: Typed(text, *(typed_number(text) or (None, None))) for cell, text in numbers.items()})


def names(found: Why, place: int = 0) -> list[str]:
    return [explanation.id for explanation in found.numbers[place].explanations]


def committed(problem: Problem, edit: Edit, *, carry: bool) -> Array | None:
    """The page of a student who makes a mistake throughout; None where a number leaves the floats."""
    row = flat_page(problem)
    settle = rounding(problem) if carry else None
    page = row.trace.page
    try:
        found = run({**page.recipe, **edit}, page.given, settle=settle, answers=page.answers, wanted=row.order)
    except NotFinite:
        return None
    return np.concatenate([np.broadcast_to(found[q], row.shape(q)).ravel() for q in row.order])


def first_visible(problem: Problem, page: Array) -> tuple[str, str] | None:
    """The first cell of a page that is visibly not the right one, and what stands there."""
    row = flat_page(problem)
    off = np.abs(page - row.truth) > VISIBLE * 10.0**-problem.decimals
    places = np.flatnonzero(off & row.shown & ~row.given)
    return (row.ids[places[0]], row.write(page)[places[0]]) if places.size else None


@pytest.mark.slow
@pytest.mark.parametrize("carry", [False, True], ids=["exact", "carried"])
@pytest.mark.parametrize("name", PROBLEMS)
def test_a_mistake_made_throughout_is_named_from_its_first_number(name: str, carry: bool) -> None:
    problem, seen = load(name), 0
    for misconception, edit, *_rest in variants(problem)[carry::2]:  # half of them so, and half of them so
        page = committed(problem, edit, carry=carry)
        cell = None if page is None else first_visible(problem, page)
        if cell and float(cell[1]):
            assert misconception.id in names(found_for(problem, dict([cell]))), (misconception.id, cell)
            seen += 1
    assert seen > 5


@pytest.mark.parametrize("name", PROBLEMS)
def test_another_convention_is_named(name: str) -> None:
    problem = load(name)
    row = flat_page_for(problem)
    for other, theirs in alternatives(row):
        if other.turned:
            continue
        page = np.where(np.isnan(theirs), row.truth, theirs)
        cell = first_visible(problem, page)
        if cell:
            says = {e.says for e in found_for(problem, dict([cell])).numbers[0].explanations if e.convention}
            assert other.says in says, (other.says, cell)


def test_conventions_have_the_line_that_declares_them() -> None:
    mazur = load("mazur")
    assert "delta: descent" in names(look_up(mazur, δ_o1="-0.1385"))
    assert "loss: squared_error" in names(look_up(mazur, E="0.5967"))
    assert "bias: subtracted" in names(look_up(mazur, net_h1="-0.3225"))


@pytest.mark.parametrize("name", [*PROBLEMS, "macleod", "nnfs", "zhou-forward"])
def test_right_numbers_are_called_right(name: str) -> None:
    problem = load(name)
    row = flat_page(problem)
    cells = {cell.id: cell for cell in Trace(problem).cells()}
    together = found_for(problem, {name: cell.text for name, cell in cells.items()})
    assert together.all_right
    assert together.look_at == together.candidates == ()
    for name, cell in list(cells.items())[:: max(1, len(cells) // 12)]:
        shorter = rounded(problem.decimals - 1)(np.array([cell.value]))[0]
        few = f"{shorter:.{max(problem.decimals - 1, 0)}f}"
        old = float(row.old[row.numbers[name]])  # with few digits, nobody can tell whether it was left as it was
        for text in (cell.text, few) if float(few) not in (0, old) else (cell.text,):
            assert found_for(problem, {name: text}).all_right, (name, text)


def test_a_number_that_nothing_gives() -> None:
    (number,) = look_up(load("mazur"), E="5.4321").numbers
    assert (number.right, number.explanations, number.equally) == (False, (), 0)


def test_where_a_mistake_is_made_and_what_it_writes_there() -> None:
    found = look_up(load("mazur"), **{"w1+": "0.1491"})
    made = {e.id: (e.first_cell, e.formula) for e in found.numbers[0].explanations}
    assert made["omit_hidden_slope"] == ("delta1[1]", "error_h1")
    assert made["error_for_delta_in_gradient"] == ("grad_w1[1,1]", "error_h1·i1")
    assert "omit_output_slope" not in made  # its 0.1491 is 0.14909: nobody who rounds honestly gets there


def test_two_numbers_narrow_it_down() -> None:
    mazur = load("mazur")
    alone = look_up(mazur, **{"w1+": "0.1491"})
    assert alone.numbers[0].equally == 0  # one number proves too little for a name
    assert alone.look_at
    told = look_up(mazur, **{"w1+": "0.1491", "δ_h1": "0.0364", "error_h1": "0.0364"})
    delta = next(number for number in told.numbers if number.id == "delta1[1]")
    assert (delta.equally, delta.explanations[0].id) == (1, "omit_hidden_slope")


def test_what_gives_both_numbers_comes_first() -> None:
    found = look_up(load("mazur"), δ_o1="-0.1385", δ_o2="0.0381")
    for number in found.numbers:
        first = number.explanations[: number.equally]
        assert {e.id for e in first} <= {"flipped_error", "delta: descent"}
        assert {"flipped_error", "delta: descent"} == {e.id for e in number.explanations[:2]}
        assert "sign_slip" in {e.id for e in number.explanations[2:]}


def test_a_later_number_is_judged_from_an_earlier_one() -> None:
    found = look_up(load("mazur"), **{"δ_o1": "0.7414", "∂E/∂w5": "0.44", "∂E/∂w6": "0.0827"})
    assert [number.right for number in found.numbers] == [False, False, True]
    assert [number.follows_from for number in found.numbers] == [(), ("delta2[1]",), ()]
    assert names(found) == ["omit_output_slope"]
    assert names(found, 1) == []


def test_a_short_right_number_is_right_whatever_stands_beside_it() -> None:
    found = look_up(load("mazur"), E="12.3", δ_o1="3", δ_o2="4", out_h1="0.6")
    assert {number.id: number.right for number in found.numbers}["out1[1]"]


def _cases() -> Iterator[tuple[Problem, str, str]]:
    draw = np.random.default_rng(5)
    for seed in range(30):
        try:
            problem = load(exam_problem(seed, 4))
            Trace(problem)
        except BptutorError:
            continue
        ways = variants(problem)
        for place in draw.integers(len(ways), size=2) if ways else ():
            page = committed(problem, ways[place].edit, carry=True)
            if page is not None and (cell := first_visible(problem, page)):
                yield problem, *cell


@pytest.mark.slow
def test_the_cells_to_look_at_tell_the_candidates_apart() -> None:
    told = 0
    for problem, cell, text in _cases():
        found = found_for(problem, {cell: text})
        assert len(found.look_at) <= 3
        row = flat_page(problem)
        shown = {row.ids[place] for place in np.flatnonzero(row.shown & ~row.given)}
        for look in found.look_at:
            assert look.id in shown - {cell}
            assert tuple(look.values) == found.candidates
            assert len({value for value in look.values.values() if value}) > 1
        assert [row.numbers[look.id] for look in found.look_at] == sorted(
            row.numbers[look.id] for look in found.look_at
        )
        for pair in combinations(found.candidates, 2):
            one, other = ([look.values[name] for look in found.look_at] for name in pair)
            unlike = any(a and b and a != b for a, b in zip(one, other, strict=True))
            assert unlike != (pair in found.alike) or len(found.look_at) == 3 or "" in [*one, *other], (cell, pair)
            told += unlike
    assert told > 20


def test_slips_of_one_number_leave_the_same_page() -> None:
    found = look_up(load("mazur"), δ_o2="0.0381")
    slips = [name for name in found.candidates if name in SLIP_IDS]
    pairs = {frozenset(pair) for pair in found.alike}
    assert all(frozenset(pair) in pairs for pair in combinations(slips, 2))


def test_a_plain_difference_is_better_than_a_small_one_and_an_early_one_than_a_late_one() -> None:
    pages = np.array([[1.0, 1.0, 1.0, 1.0], [1.01, 2.0, 2.0, 1.0], [1.01, 2.0, 3.0, np.nan]])
    everywhere, pairs, unit = np.ones(4, dtype=bool), [(0, 1), (0, 2), (1, 2)], np.full(4, 0.01)
    assert telling(pages, pairs, everywhere, unit) == [2]
    assert telling(pages, [(0, 1), (0, 2)], everywhere, unit) == [1]
    assert telling(pages, [(0, 1)], np.array([True, False, False, True]), unit) == [0]
    assert telling(pages, [(1, 2)], np.array([True, True, False, True]), unit) == []
    assert alike(pages, pairs, np.array([True, True, False, True]), unit) == [(1, 2)]


def test_the_data_is_what_scripts_rely_on() -> None:
    data = look_up(load("mazur"), E="0.5967").as_dict()
    assert (data["format"], data["version"], data["problem"]["file"]) == ("bptutor/why", 1, "mazur")
    (cell,) = data["cells"]
    assert list(cell) == ["id", "label", "typed", "right", "follows_from", "causes", "conventions"]
    assert [list(cause) for cause in cell["causes"]] == [["id", "says", "first_cell"]]
    assert [list(given) for given in cell["conventions"]] == [["id", "says"]]
    (look,) = data["look_at"]
    assert set(look["values"]) == {cell["causes"][0]["id"], cell["conventions"][0]["id"]}
