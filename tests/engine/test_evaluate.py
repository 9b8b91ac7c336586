from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from bptutor.engine.decimals import rounded
from bptutor.engine.evaluate import NotFinite, run
from bptutor.engine.interval import Interval, interval
from bptutor.engine.page import Page, page
from bptutor.engine.quantities import Quantity
from bptutor.files.library import load, names
from tests.support.random_problems import Keys, random_problem

MAZUR = page(load("mazur"))
NET1, OUT1, NET2, OUT2 = (Quantity(name, layer) for layer in (1, 2) for name in ("net", "out"))


def _intervals(given: Any) -> dict[Quantity, Interval]:
    return {quantity: Interval(values, values) for quantity, values in given.items()}


def test_exact_values() -> None:
    values = run(MAZUR.recipe, MAZUR.given)
    assert values[NET1] == pytest.approx([0.3775, 0.3925])
    assert values[Quantity("loss")] == pytest.approx(0.29837110876)
    assert set(values.expected) == set(MAZUR.recipe)


def test_only_what_is_wanted_is_worked_out() -> None:
    values = run(MAZUR.recipe, MAZUR.given, wanted=[OUT1])
    assert set(values.expected) == {NET1, OUT1}
    assert values[Quantity("delta", 2)].shape == (2,)  # found when it is asked for
    assert set(values.expected) == {
        *(NET1, OUT1, NET2, OUT2),
        *(Quantity(name, 2) for name in ("error", "slope", "delta")),
    }
    assert not run(MAZUR.recipe, MAZUR.given, wanted=()).expected


def test_a_quantity_that_is_nowhere_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        run(MAZUR.recipe, MAZUR.given, wanted=[Quantity("net", 7)])


def test_settle_is_applied_to_each_named_value_and_not_to_the_given_ones() -> None:
    values = run(MAZUR.recipe, MAZUR.given, settle=lambda _quantity, value: rounded(2)(value))
    assert values[NET1].tolist() == [0.38, 0.39]
    assert values[OUT1].tolist() == [0.59, 0.6]  # sigmoid(0.38), sigmoid(0.39)
    assert values[NET2].tolist() == [1.11, 1.23]  # 0.4 · 0.59 + 0.45 · 0.6 + 0.6 = 1.106
    assert values[Quantity("inputs")].tolist() == [0.05, 0.1]


def test_answers_replace_what_later_steps_see_and_expected_keeps_the_value() -> None:
    exact = run(MAZUR.recipe, MAZUR.given)
    typed = {OUT1: (np.array([True, False]), np.array([0.9, np.nan]))}
    values = run(MAZUR.recipe, MAZUR.given, answers=typed)
    assert values[OUT1].tolist() == [0.9, exact[OUT1][1]]
    assert values.expected[OUT1].tolist() == exact[OUT1].tolist()
    assert values[NET2] == pytest.approx(np.array([0.4, 0.5]) * 0.9 + np.array([0.45, 0.55]) * exact[OUT1][1] + 0.6)
    assert values[NET1].tolist() == exact[NET1].tolist()


def test_an_answer_to_a_scalar() -> None:
    after = Quantity("loss_after")
    values = run(MAZUR.recipe, MAZUR.given, answers={after: (True, 7.0)}, wanted=[after])
    assert values[after] == 7
    assert values.expected[after] == pytest.approx(0.291027773694)


def test_answers_as_intervals_of_a_whole_class() -> None:
    given = _intervals(MAZUR.given)
    exact = run(MAZUR.recipe, MAZUR.given)
    typed = np.stack([exact[OUT1], [0.6, 0.6], [0.5, 0.7]])
    mask = np.array([[True, True], [True, False], [False, True]])
    values = run(MAZUR.recipe, given, answers={OUT1: (mask, Interval.around(typed, 5e-5))}, wanted=[NET2])
    assert values[NET2].shape == (3, 2)
    for row in range(3):
        alone = run(MAZUR.recipe, MAZUR.given, answers={OUT1: (mask[row], typed[row])}, wanted=[NET2])
        assert np.all(values[NET2][row].contains(alone[NET2]))


def test_values_that_leave_the_floats_are_named() -> None:
    keys: Keys = {"layers": [1, 1], "activation": "sigmoid", "inputs": [1000], "targets": [0], "weights": [[[1]]]}
    written = page(load(keys | {"loss": "binary_cross_entropy"}))
    with pytest.raises(NotFinite) as caught:
        run(written.recipe, written.given)
    assert caught.value.quantity.name in ("loss", "losses")
    written = page(load(keys | {"activation": "linear", "inputs": [1e200], "weights": [[[1e200]]]}))
    with pytest.raises(NotFinite) as caught:
        run(written.recipe, written.given)
    assert caught.value.quantity == NET1


def _carried_inside_bounds(written: Page, places: int, ties: str) -> None:
    carried = run(
        written.recipe,
        written.given,
        settle=lambda _quantity, value: rounded(places, ties)(value),
        answers=written.answers,
    )
    half = 0.5 * 10.0**-places

    def widened(_quantity: Quantity, value: Any) -> Interval:
        return Interval(interval(value).lo - half, interval(value).hi + half)

    bounds = run(written.recipe, _intervals(written.given), settle=widened, answers=written.answers)
    exact = run(written.recipe, written.given, answers=written.answers)
    for quantity in written.recipe:
        lo, hi = bounds[quantity].lo, bounds[quantity].hi
        slack = 1e-11 * np.maximum(1, np.abs(exact[quantity]))
        for value in (carried[quantity], exact[quantity]):
            assert np.all((lo - slack <= value) & (value <= hi + slack)), quantity


@pytest.mark.parametrize("name", names())
@pytest.mark.parametrize("ties", ["half_up", "half_even"])
def test_carried_rounding_of_a_library_problem_stays_inside_the_bounds(name: str, ties: str) -> None:
    problem = load(name)
    if problem.steps <= 2:  # bounds of a hundred steps hold nothing in
        _carried_inside_bounds(page(problem), max(3, problem.decimals), ties)


@pytest.mark.parametrize("seed", range(120))
def test_carried_rounding_stays_inside_the_bounds(seed: int) -> None:
    problem = load(random_problem(seed)).repeated(1)
    _carried_inside_bounds(page(problem), problem.decimals, "half_up")
