"""Drawn problems: the same for the same seed, everywhere; clean; and plain where they cannot be."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from bptutor.errors import BptutorError
from bptutor.files.library import load
from bptutor.files.problem_text import problem_text
from bptutor.problem import Activation, Conventions
from bptutor.setting.drawing import LEVELS, Wish, draw
from bptutor.setting.drawn_numbers import Draws
from bptutor.setting.lint import lint
from bptutor.setting.visibility import visibility
from bptutor.setting.wrong_sheets import looked_for
from tests.support.drawn_problems import RELU, SEEDS, SIGMOID, SOFTMAX, STORED, WISHES, text_of


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", WISHES)
def test_the_bytes_are_those_that_are_stored(name: str, seed: int) -> None:
    """Written on one machine with one numpy, compared on all others; see `python -m instruments.lint stored`."""
    assert text_of(name, seed).encode() == (STORED / f"{name}-{seed}.yaml").read_bytes()


def test_nothing_else_is_stored() -> None:
    assert {path.stem for path in STORED.iterdir()} == {f"{name}-{seed}" for name in WISHES for seed in SEEDS}


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(set(WISHES) - {"2-2-1", "focus", "shared-three-decimals"}))
def test_stored_problems_are_clean_and_every_mistake_shows(name: str) -> None:
    for seed in SEEDS:
        problem = load(STORED / f"{name}-{seed}.yaml")
        assert lint(problem, cures=False) == []
        shown = visibility(problem)
        assert set(shown) == {variant.misconception.id for variant in looked_for(problem)}
        assert all(one.cells and not one.unseen and not one.same_as for one in shown.values())


@pytest.mark.slow
def test_the_numbers_of_a_level() -> None:
    for level, row in LEVELS.items():
        problem = draw(Wish(level=level), 5).problem
        assert problem.layers == row.layers
        numbers = np.concatenate([*(w.ravel() for w in problem.weights), problem.inputs.ravel()])
        hundredths = np.rint(numbers * 100)
        assert np.array_equal(numbers, hundredths / 100)  # short decimals, to the last bit
        assert not (hundredths % row.step).any()
        assert (numbers < 0).any() == bool(row.negative)
        assert all(np.unique(np.abs(w)).size == w.size for w in problem.weights)


def test_whole_numbers_come_evenly_from_their_range() -> None:
    draws = Draws(3, LEVELS["exam"])
    counts = np.bincount([draws.below(7) for _n in range(7000)], minlength=7)
    assert counts.size == 7
    assert (abs(counts - 1000) < 150).all()


@pytest.mark.slow
def test_what_cannot_be_reached_is_said() -> None:
    assert draw(Wish(layers=(2, 2, 1)), 1).missing == ("single_output",)
    few = draw(Wish(layers=(2, 2, 2), decimals=2), 1)
    assert "few_figures" in few.missing
    assert "hidden_mistake:updated_weights_in_hidden_delta" in few.missing
    assert draw(Wish(layers=(2, 2, 1), show=("one_path",)), 1).missing == ("single_output", "hidden_mistake:one_path")


def test_mistakes_that_nobody_asked_for_may_hide() -> None:
    drawn = draw(Wish(layers=(2, 2, 2), decimals=3, activations=(RELU, SIGMOID), show=("flipped_error",)), 4)
    shown = visibility(drawn.problem)
    assert shown["flipped_error"].cells
    assert not [one for one in lint(drawn.problem, cures=False) if not one.allowed and one.mistakes]
    assert bool(drawn.problem.lint.allow) == ("flipped_error" in drawn.problem.lint.reason)


def test_like_another_problem() -> None:
    kept = ("layers", "activations", "conventions", "labels", "loss", "shared", "steps", "samples", "decimals")
    for name in ("mazur", "softmax-lab", "zhou-forward"):
        like, drawn = load(name), draw(Wish(like=load(name)), 2).problem
        for field in kept:
            assert getattr(drawn, field) == getattr(like, field), field
        assert not np.array_equal(drawn.weights[0], like.weights[0])
        assert drawn.notes == drawn.source == ""
        assert drawn.lint == type(like.lint)()
        assert problem_text(drawn) == problem_text(draw(Wish(like=like), 2).problem)
    assert draw(Wish(like=load("mazur"), decimals=6), 2).problem.decimals == 6


def test_like_a_problem_that_starts_in_the_middle() -> None:
    like = replace(load("mazur"), given={"out1": np.array([0.6, np.nan]), "net2": np.array([1.1, -1.2])})
    drawn = draw(Wish(like=like), 1).problem
    assert np.isnan(drawn.given["out1"]).tolist() == [False, True]
    assert drawn.given["net2"][1] < 0 < drawn.given["net2"][0] != 1.1


@pytest.mark.slow
def test_conventions_have_the_samples_and_steps_that_show_them() -> None:
    assert draw(Wish(conventions=Conventions(momentum=0.5)), 1).problem.steps == 2
    assert draw(Wish(conventions=Conventions(batch="online")), 1).problem.samples == 2
    assert draw(Wish(samples=3, layers=(2, 2, 2)), 1).problem.samples == 3


@pytest.mark.parametrize(
    ("wish", "says"),
    [
        (Wish(show=("one_pth",)), "one_pth"),
        (Wish(activations=(SIGMOID,) * 3), "found 3 values, expected 2 \\(one for each layer after the inputs\\)"),
        (Wish(activations=(SOFTMAX, SOFTMAX)), "hidden"),
        (Wish(activations=(Activation("step"),)), "single layer"),
        (Wish(activations=(Activation("tanh"),), loss="cross_entropy"), "between 0 and 1"),
    ],
)
def test_wishes_that_nothing_can_fulfil(wish: Wish, says: str) -> None:
    with pytest.raises(BptutorError, match=says):
        draw(wish, 1)
