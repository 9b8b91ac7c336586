"""The report of a sheet as text, data and HTML: whole, harmless, and without a number that was not found."""

from __future__ import annotations

import io
import json
import re
from fractions import Fraction
from typing import Any

import pytest
from rich.console import Console

import bptutor
from bptutor.classroom.grade import amount
from bptutor.marking.report import FINE, Cause, Report
from bptutor.render.html import report_html
from bptutor.render.marks import LOOKS, blanks, chosen, score
from bptutor.render.report import print_report
from bptutor.render.report_data import as_json, as_plain
from tests.support.handmade import omitted_slope, report, right

MAZUR = right("mazur")
HOSTILE = "\x1b[2J[red]</td><script>\u202e\t\n=1"


def screen(found: Report, width: int = 80, **options: Any) -> str:
    stream = io.StringIO()
    print_report(Console(file=stream, width=width, force_terminal=False, color_system=None), found, **options)
    return stream.getvalue()


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


def test_every_verdict_is_shown_in_symbols_and_words() -> None:
    text = screen(mixed(), 120, most=47)
    words = {verdict: f"{look.symbol} {look.word}" for verdict, look in LOOKS.items()}
    words |= {"wrong": "✗ does not follow", "misconception": "✗ a known mistake"}
    for mark in mixed().marks:
        line = next((line for line in text.splitlines() if f" {mark.id} " in line), "")
        assert mark.verdict == "blank" or words[mark.verdict] in line
    assert {mark.verdict for mark in mixed().marks} == set(LOOKS)
    assert "→ follows from your out_h1" in text
    assert "Blank: w3+" in text


@pytest.mark.parametrize(
    ("level", "reveal", "named"), [(0, False, False), (1, False, False), (2, False, True), (0, True, True)]
)
def test_mistakes_have_their_names_from_the_second_hint_on(level: int, reveal: bool, named: bool) -> None:
    text = screen(mixed(), 120, most=47, level=level, reveal=reveal)
    assert ("✗ mistake: omit_hidden_slope" in text) == named
    assert ("✗ a known mistake" in text) != named
    assert ("omit_hidden_slope" in text) == named


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"again": True}, "✗ again (counted less)"),
        ({"again": True, "credit": Fraction(1)}, "✗ again (counted once)"),
        ({"causes": (Cause("copy_slip", "", ""),)}, "✗ copied wrongly"),
        ({"causes": (Cause("copy_slip", "", ""),), "forgiven": True}, "✗ copied wrongly (forgiven)"),
        ({"causes": (Cause("copy_slip", "", ""), Cause("sign_slip", "", ""))}, "✗ a known mistake"),
        ({"verdict": "wrong", "note": "no working"}, "✗ wrong"),
    ],
)
def test_kinds_of_mistakes(fields: dict[str, Any], says: str) -> None:
    more = {"delta1[1]": {"verdict": "misconception", "causes": (omitted_slope("mazur"),)} | fields}
    line = next(line for line in screen(report("mazur", {"delta1[1]": "9"}, more)).splitlines() if "delta1[1] " in line)
    assert line.rstrip().endswith(says)


def test_of_two_mistakes_in_one_cell_both_have_their_names() -> None:
    more = {"delta1[1]": {"verdict": "misconception", "causes": (Cause("one_path+sign_slip", "A. B.", ""),)}}
    text = screen(report("mazur", {"delta1[1]": "9"}, more), level=2)
    assert "✗ mistake: one_path and sign_slip" in text
    assert "Two mistakes meet here: A. B." in text


@pytest.mark.parametrize("wanted", range(5))
def test_each_hint_has_its_title_and_nothing_is_said_twice(wanted: int) -> None:
    text = screen(mixed(), 1000, level=wanted)
    assert [f"Hint {n}\n" in text for n in range(1, 5)] == [n <= wanted for n in range(1, 5)]
    said = [line for line in text.splitlines() if line.strip() and "─" not in line]
    assert len(set(said)) == len(said)
    assert (f"--hint {wanted + 1}" in text) == (wanted < 4)


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        (
            {"net1[1]": "0.3775"},
            "Score: 1.5 of 1.5 points for the 1 cell that was filled in (100 %). Everything is right.",
        ),
        (
            {"net1[1]": "0.3775", "loss": "9"},
            (
                "Score: 1.5 of 2.17 points for the 2 cells that were filled in (69.23 %)."
                " First cell that is not right: E (loss)."
            ),
        ),
    ],
)
def test_of_a_sheet_without_its_blanks_the_score_says_how_many_cells_there_are(
    typed: dict[str, str], says: str
) -> None:
    found = bptutor.check("mazur", typed, bptutor.Marking(blanks="ignore"))
    assert score(found) == says
    assert "blank" not in screen(found, most=None).lower()


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        (MAZUR, "Score: 48 of 48 points (100 %). Everything is right."),
        ({}, "Score: 0 of 48 points (0 %). Nothing is wrong so far, 48 cells are blank."),
        (
            MAZUR | {"net1[1]": "9"},
            "Score: 47 of 48 points (97.92 %). First cell that is not right: net_h1 (net1[1]).",
        ),
    ],
)
def test_the_score_comes_first(typed: dict[str, str], says: str) -> None:
    found = report("mazur", typed, student="s1")
    assert score(found) == says
    assert screen(found, 200).startswith(says)


def test_points_are_exact() -> None:
    assert [amount(Fraction(n, 6)) for n in (0, 3, 6, 13)] == ["0", "0.5", "1", "2.17"]
    assert "43.5 of 48 points" in score(mixed())


def test_what_is_wrong_is_shown_first_where_rows_are_left_out() -> None:
    found = mixed()
    bad = [mark for mark in found.marks if mark.verdict not in (*FINE, "blank")]
    assert chosen(found, len(bad), blanks=False) == bad
    shown = chosen(found, len(bad) + 2, blanks=True)
    assert shown == [mark for mark in found.marks if mark in shown]
    assert {mark.verdict for mark in shown} >= {mark.verdict for mark in bad}
    assert "… 42 more rows: --all shows them" in screen(found, most=5)
    assert "more row" not in screen(found, most=None)
    assert "· blank" in screen(found, most=None)


def test_blanks_are_told_by_quantity() -> None:
    typed = {name: text for name, text in MAZUR.items() if not name.startswith("grad") and name != "new_w2[1,1]"}
    assert blanks(report("mazur", typed)) == "Blank: grad_w1, grad_w2, w5+"
    assert blanks(report("mazur", MAZUR)) == ""


@pytest.mark.parametrize("width", [40, 80, 120, 100_000])
@pytest.mark.parametrize("reveal", [False, True])
def test_nothing_is_cut(width: int, reveal: bool) -> None:
    text = screen(mixed(), width, reveal=reveal, level=4, most=None)
    assert max(map(len, text.splitlines())) <= width
    if width >= 80:
        for mark in mixed().marks:
            assert all(part in text for part in (mark.id, mark.label, mark.typed or ""))
    assert "…" not in text


def test_expected_values_only_with_reveal() -> None:
    found = mixed()
    hidden = [mark.expected for mark in found.marks if mark.verdict not in FINE]
    kept = {mark.typed for mark in found.marks}
    secret = [text for text in hidden if text not in kept]
    assert len(secret) == 6
    outputs = [screen(found, level=4, most=None), "".join(as_plain(found)), "".join(as_json(found)), html(found)]
    assert [text for text in secret for output in outputs if text in output] == []
    outputs = [
        screen(found, reveal=True, most=None),
        "".join(as_plain(found, reveal=True)),
        "".join(as_json(found, reveal=True)),
    ]
    assert [text for text in secret for output in outputs if text not in output] == []


def html(found: Report) -> str:
    return report_html(found)


def test_plain_is_one_cell_a_line_whatever_was_typed() -> None:
    found = report("mazur", MAZUR | {"net1[1]": HOSTILE})
    lines = "".join(as_plain(found)).splitlines()
    assert len(lines) == 48
    assert {line.count("\t") for line in lines} == {5}
    assert lines[1] == "net1[2]\tnet_h2\tright\t1\t1\t0.3925"
    assert {line.count("\t") for line in "".join(as_plain(found, reveal=True)).splitlines()} == {6}


def test_json_is_the_report() -> None:
    assert json.loads("".join(as_json(mixed(), reveal=True))) == json.loads(json.dumps(mixed().as_dict(reveal=True)))


def test_what_strangers_wrote_is_shown_and_not_obeyed() -> None:
    labels = {"units": [["h1", "<b>h2"], ["o1", "o2"]]}
    keys = {"layers": [2, 2, 2], "inputs": [1, 2], "weights": [[[1, 2], [3, 4]]] * 2, "labels": labels}
    found = report(
        keys | {"activation": "sigmoid"}, {"net1[2]": HOSTILE, "out1[1]": "9"}, student=HOSTILE, notes=[HOSTILE]
    )
    for text in (screen(found, level=4), html(found), "".join(as_plain(found))):
        assert not re.search(r"[\x00-\x09\x0b-\x1f\u202e]", text.replace("\t", "") if text.count("\t") > 5 else text)
    assert "[red]" in screen(found)
    assert "<script" not in html(found)
    assert "<b>h2" not in html(found)


def test_a_notebook_shows_the_score_the_cells_and_what_went_wrong() -> None:
    text = html(mixed(notes=["A sentence on conventions."]))
    for part in (
        "43.5 of 48 points",
        "A sentence on conventions.",
        "✗ does not follow",
        "Blank: w3+",
        "What went wrong: out_h1",
    ):
        assert part in text


def test_ties_are_told_as_such() -> None:
    causes = (Cause("added_update", "Went up.", ""), Cause("flipped_error", "Flipped.", ""))
    more = {"new_w1[1,1]": {"verdict": "misconception", "causes": causes}}
    text = screen(report("mazur", MAZUR | {"new_w1[1,1]": "0.1502"}, more), 120, level=2)
    assert "✗ mistake: added_update or flipped_error" in text
    assert "Either: Went up.\nOr: Flipped." in text
    assert "More than one known mistake leads there." in text


def test_what_is_only_suggested_is_told_as_such_and_by_the_second_hint() -> None:
    causes = (Cause("sign_slip", "The sign is wrong.", "Which sign?"), Cause("a+b", "You did a. You did b.", ""))
    found = report("mazur", {"delta1[1]": "9"}, {"delta1[1]": {"verdict": "wrong", "might_be": causes, "equally": 0}})
    assert "sign" not in screen(found, level=1)
    text = screen(found, level=2)
    assert (
        "It might be that the sign is wrong.\nOr it might be that two mistakes meet here: You did a. You did b." in text
    )
    assert "sign_slip" not in text
    (mark,) = (mark for mark in found.as_dict()["marks"] if mark["id"] == "delta1[1]")
    assert mark["causes"] == []
    assert [one["id"] for one in mark["might_be"]] == ["sign_slip", "a", "b"]
