"""What a student is told in a file: all that `check` says, no number that was not found, and nothing obeyed."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bptutor.marking.report import FINE, Report
from bptutor.render.feedback import feedback
from bptutor.render.marks import LOOKS
from tests.support.handmade import omitted_slope, report, right
from tests.support.hostile_text import HOSTILE, read_html, read_markdown, runs_a_script

MAZUR = right("mazur")


def in_markdown(found: Report, **options: Any) -> str:
    text = feedback(found, ["md"], **options)["md"]
    return read_markdown(text, sum(line.startswith("|--") for line in text.splitlines()))


KINDS: dict[str, Callable[..., str]] = {
    "markdown": in_markdown,
    "html": lambda found, **options: read_html(feedback(found, ["html"], **options)["html"]),
}


def mixed(**about: Any) -> Report:
    """A sheet with every verdict."""
    typed = MAZUR | {"net1[2]": "0.39", "out1[1]": "0.6933", "net2[1]": "1.1459", "loss": "abc", "delta1[1]": "0.0364"}
    del typed["new_w1[2,1]"]
    more: dict[str, dict[str, Any]] = {
        "net1[1]": {"verdict": "right_carried"},
        "net1[2]": {"verdict": "imprecise"},
        "net2[1]": {"verdict": "follow_through", "judged_from": ("out1[1]",), "from_your_numbers": "1.1459"},
        "delta1[1]": {"verdict": "misconception", "causes": (omitted_slope("mazur"),)},
    }
    return report("mazur", typed, more, **about)


def hostile(text: str, **about: Any) -> Report:
    """A sheet in which everything that can be is this text."""
    labels = {"units": [["h1", "<b>|`h2`*"], ["o1", "o2"]]}
    keys = {"layers": [2, 2, 2], "inputs": [1, 2], "weights": [[[1, 2], [3, 4]]] * 2, "labels": labels}
    typed = {"net1[1]": text, "net1[2]": text, "out1[1]": "9"}
    more = {"net1[2]": {"note": text}}
    return report(keys | {"activation": "sigmoid"}, typed, more, student=text, notes=[text], **about)


@pytest.mark.parametrize("kind", KINDS)
def test_it_says_what_check_says(kind: str) -> None:
    text = KINDS[kind](mixed(notes=["A note on conventions."]), name="Ada", level=4)
    for part in (
        "Feedback for Ada",
        "43.5 of 48 points",
        "First cell that is not right: net_h2 (net1[2]).",
        "A note on conventions.",
        "→ follows from your out_h1",
        "✗ mistake: You left out the slope of the hidden units",
        "Blank: w3+",
        "What went wrong: out_h1 (out1[1])",
        "It does not follow from the numbers above it",
        "Hint 1",
        "How does out_h1 follow from your net_h1?",
        "Hint 4",
        "out_h1 = ",
    ):
        assert part in text
    for mark in mixed().marks:
        assert mark.verdict == "blank" or mark.label in text
    for verdict in ("right", "right_carried", "imprecise", "follow_through", "unreadable"):
        assert LOOKS[verdict].word in text


@pytest.mark.parametrize("kind", KINDS)
def test_hints_come_level_by_level(kind: str) -> None:
    lengths = [len(KINDS[kind](mixed(), level=level)) for level in range(5)]
    assert lengths == sorted(set(lengths))
    assert "Hint" not in KINDS[kind](mixed())
    assert "✗ mistake: You left out" not in KINDS[kind](mixed(), level=1)
    assert "omit_hidden_slope" not in KINDS[kind](mixed(), level=4, reveal=True)  # an id means nothing to a student
    assert "--hint" not in KINDS[kind](mixed())


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_right_is_told_only_where_it_may_be(kind: str) -> None:
    found = mixed()
    kept = {mark.typed for mark in found.marks}
    secret = [mark.expected for mark in found.marks if mark.verdict not in FINE and mark.expected not in kept]
    assert len(secret) == 6
    hidden, told = KINDS[kind](found, level=4), KINDS[kind](found, level=4, reveal=True)
    assert [value for value in secret if value in hidden] == []
    assert [value for value in secret if value not in told] == []


@pytest.mark.parametrize("kind", KINDS)
def test_sheets_that_are_right_or_empty(kind: str) -> None:
    whole = KINDS[kind](report("mazur", MAZUR), name="Ada")
    assert "Everything is right." in whole
    assert "What went wrong" not in whole
    empty = feedback(report("mazur", {}))["md"]
    assert "| cell |" not in empty
    assert "Where to go on" in empty
    assert "Where to go on" in read_html(feedback(report("mazur", {}), ["html"])["html"])


@pytest.mark.parametrize("reveal", [False, True])
@pytest.mark.parametrize("text", [*HOSTILE, "".join(HOSTILE)])
@pytest.mark.parametrize("kind", KINDS)
def test_what_strangers_wrote_is_shown_and_not_obeyed(kind: str, text: str, reveal: bool) -> None:
    shown = KINDS[kind](hostile(text), name=text, level=4, reveal=reveal)
    if text.isprintable():
        assert shown.count(" ".join(text[:90].split())) > 3


@pytest.mark.parametrize("kind", KINDS)
def test_long_text_is_cut(kind: str) -> None:
    text = KINDS[kind](report("mazur", MAZUR | {"net1[1]": "1x" * 500_000, "net1[2]": "9" * 100_000}), level=4)
    assert len(text) < 20_000


def test_what_went_wrong_comes_first_and_what_is_right_is_folded() -> None:
    said = (
        "Score: ",
        "What went wrong",
        "Points",
        "Numbers that are not right",
        "→ follows",
        "42 numbers are right",
        "✓ right",
    )
    for kind in KINDS:
        text = KINDS[kind](mixed())
        assert [text.index(part) for part in said] == sorted(text.index(part) for part in said)
    page = feedback(mixed(), ["html"])["html"]
    visible, folded = page.split("<details>")
    assert "✓" not in visible
    assert folded.count("✓ right") == 42
    assert "✗" not in folded
    assert "<details>" not in feedback(report("mazur", {"net1[1]": "9"}), ["html"])["html"]


@pytest.mark.parametrize("kind", KINDS)
def test_two_mistakes_that_were_made_together_are_both_named(kind: str) -> None:
    cause = omitted_slope("mazur")._replace(id="omit_hidden_slope+added_update", says="Both.")
    found = report("mazur", {"delta1[1]": "0.0364"}, {"delta1[1]": {"verdict": "misconception", "causes": (cause,)}})
    says = "✗ mistake: You left out the slope of the hidden units; You went the other way"
    assert says in " ".join(KINDS[kind](found, level=2).split())


def test_a_file_has_one_line_a_row() -> None:
    lines = [re.sub(r"\\\|", "", line).count("|") for line in feedback(mixed())["md"].splitlines() if line[:1] == "|"]
    assert sorted(set(lines)) == [4, 5]  # stages, cells
    assert lines.count(5) == 47 + 2 * 2  # a cell is blank


def test_a_browser_runs_nothing(tmp_path: Path) -> None:
    assert not runs_a_script(
        feedback(hostile("".join(HOSTILE)), ["html"], name="".join(HOSTILE), level=4)["html"], tmp_path
    )
