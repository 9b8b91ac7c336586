"""What a practice has shown, and what to draw for it."""

from __future__ import annotations

import pytest

from bptutor.mistakes.table import MISCONCEPTIONS
from bptutor.practice.drawn import drawn
from bptutor.practice.exercise import exercise
from bptutor.practice.history import harder, made, worth_practising
from bptutor.practice.narrowed import narrowed
from bptutor.setting.visibility import visibility

NAMES = [misconception.id for misconception in MISCONCEPTIONS]
HARDER = ("omit_hidden_slope", "transposed_weights", "shared_bias_one_delta", "log10", "momentum_omitted")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("level", "name"),
    [("easy", name) for name in NAMES[::5]] + [(level, name) for level in ("exam", "hard") for name in HARDER],
)
def test_every_mistake_can_be_focused_on(level: str, name: str) -> None:
    found = drawn(level, name, 1)
    assert not found.missing
    practised = narrowed(found.problem, found.cells)
    assert visibility(practised, (name,))[name].cells
    size = exercise(practised).size
    assert size <= {"easy": 24, "exam": 45, "hard": 60}[level]


def test_the_most_frequent_mistake_comes_first_and_slips_are_not_practised() -> None:
    found = made(["sign_slip", "sign_slip", "flipped_error", "wrong", "no-such", "omit_output_slope"])
    assert [(one.id, one.times) for one in found] == [
        ("sign_slip", 2),
        ("omit_output_slope", 1),
        ("flipped_error", 1),
        ("wrong", 1),
    ]
    worth = worth_practising(found)
    assert worth is not None
    assert worth.id == "omit_output_slope"
    assert worth_practising(made(["sign_slip", "imprecise"])) is None


def test_levels_go_up() -> None:
    assert [harder(level) for level in ("", "easy", "exam", "hard", "?")] == ["easy", "exam", "hard", "hard", "easy"]
