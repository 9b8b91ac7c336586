"""A problem for each student: equally hard, with keys that are right, and with every mistake named by `check`."""

from __future__ import annotations

from pathlib import Path

import pytest

from bptutor.errors import BptutorError
from bptutor.files.library import load
from bptutor.files.problem_text import problem_text
from bptutor.marking.check import check
from bptutor.setting import drawn_class as module
from bptutor.setting.drawing import Drawn, Wish
from bptutor.setting.drawn_class import draw_class, own_seed, properties
from tests.support.brute_force import BruteForce
from tests.support.drawn_problems import key_of, named

NAMES = ["s1", "s2", "Ärger", "=cmd", "\ud800"]


@pytest.mark.slow
def test_all_are_equally_hard_and_none_is_the_same() -> None:
    drawn = list(draw_class(Wish(), 3, NAMES))
    assert len({properties(one.problem) for one in drawn}) == 1
    assert properties(drawn[0].problem).findings == ()
    assert len({problem_text(one.problem) for one in drawn}) == len(NAMES)


@pytest.mark.slow
def test_who_else_is_in_the_class_makes_no_difference() -> None:
    alone = [problem_text(one.problem) for one in draw_class(Wish(), 3, ["s2"])]
    assert alone == [problem_text(one.problem) for one in draw_class(Wish(), 3, NAMES)][1:2]


def test_seeds_of_students() -> None:
    assert own_seed(3, "s1") == 12222549959851821379  # the same everywhere
    assert len({own_seed(seed, name, n) for seed in (1, 2) for name in NAMES for n in (0, 1)}) == 4 * len(NAMES)


@pytest.mark.parametrize("wish", [Wish(), Wish(layers=(2, 2, 2), bias="shared")])
def test_keys_are_right_and_every_mistake_is_named(wish: Wish, tmp_path: Path) -> None:
    for drawn in draw_class(wish, 8, ["a", "b"]):
        report = check(drawn.problem, key_of(drawn.problem, tmp_path))
        assert report.all_right
        assert report.earned == report.possible
        said = list(named(drawn.problem, BruteForce(drawn.problem)))
        assert len(said) > 100
        assert all(one.named for one in said)
        # The size of an error in its place has one sign wrong: a slip of the pen says no less, and is more usual.
        assert {(one.mistake, one.leading) for one in said if not one.leads} <= {("loss_for_error", ("sign_slip",))}


def test_where_no_problem_is_as_hard_as_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    count = iter(range(10_000))
    monkeypatch.setattr(module, "properties", lambda _problem: next(count))
    monkeypatch.setattr(module, "draw", lambda _wish, _seed: Drawn(load("mazur"), ()))
    with pytest.raises(BptutorError, match="no equally hard problem was found for s2"):
        list(draw_class(Wish(show=("one_path",)), 3, ["s1", "s2"]))
