"""The picture of a class as data, Markdown, web page and summary: all of it, the key first, and nothing obeyed."""

from __future__ import annotations

import io
import json
import re
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from bptutor.classroom.grade import Grade
from bptutor.classroom.people import People, Person, Refused, Row
from bptutor.classroom.picture import Picture, Tally
from bptutor.classroom.result import Result, Work
from bptutor.intake.entry import HandIn
from bptutor.render import class_words
from bptutor.render.class_page import class_html
from bptutor.render.class_summary import print_summary
from bptutor.render.class_words import class_json, class_markdown, number, percent
from tests.support.hostile_text import HOSTILE, IMAGE, SCRIPT, SVG, read_html, read_markdown, runs_a_script
from tests.support.simulated_class import CELLS, copied, honest_class, result, tallied

NASTY = "".join(HOSTILE)


def picture(name: str = "s{}", variant: str = "", cells: list[tuple[str, str]] = CELLS) -> Picture:
    """A class with everything: misconceptions, a suspect key, a pair, hand-ins that could not be read."""
    draw = np.random.default_rng(0)
    sheets = honest_class(draw)
    sheets[3] = sheets[150] = copied(draw)
    sheets = [{**sheet, "loss": (0.4321, ())} if n % 3 else sheet for n, sheet in enumerate(sheets)]
    results = [result(name.format(n), sheet, variant=variant) for n, sheet in enumerate(sheets)]
    slip = result(name.format("slip"), {"net1[1]": (0.5, ("sign_slip",))}, variant=variant)
    broken = Result(HandIn("b"), Work(Grade("", readable=False)))
    return tallied([*results, slip, broken]).picture(cells)


def people(text: str = "") -> People:
    """Some students, all of their texts ending in this."""
    known = {name: Person(name, f"{name} Doe{text}", f"feedback/{name}.html") for name in ("s0", "s3", "s150", "b")}
    return People(
        known,
        (Row(known["s0"], 97.5, "loss"), Row(Person(f"s1{text}"), 100)),
        (Refused(known["b"], f"a scan{text}"),),
        (Person("s999", f"Nobody{text}"),),
        of_roster=1,
        files=("report.md", "grades.csv"),
    )


def summary(found: Picture, width: int = 100) -> str:
    stream = io.StringIO()
    console = Console(file=stream, width=width, force_terminal=False, color_system=None)
    print_summary(console, found, f"out{NASTY}", People(of_roster=2, of_gradebook=1, strangers=1))
    return stream.getvalue()


def test_json_is_the_picture() -> None:
    assert json.loads(class_json(picture())) == picture().as_dict()


def test_what_is_given_for_wrong_numbers_and_what_counts_in_part_is_said() -> None:
    either: dict[str, tuple[float, tuple[str, ...]]] = {"new_w1[1,1]": (0.3, ("added_update", "flipped_error"))}
    work = replace(result("a", either).work, followed=Fraction(6), once=Fraction(3))
    found = tallied([result("a")._replace(work=work), result("b")]).picture(CELLS)
    for text in (read_html(class_html(found, "")), read_markdown(class_markdown(found, ""), 3)):
        assert "Of 100 points, 6.25 on average are for numbers that follow" in text
        assert "and 3.12 for mistakes that were made again and are counted once" in text
        assert "of two as half a student" in text
        assert "0.5" in text
    whole = tallied([result("a", {"loss": (0.3, ("log10",))})]).picture(CELLS)
    assert "half a student" not in class_markdown(whole, "")


@pytest.mark.parametrize("kind", ["markdown", "html"])
def test_everything_is_said_and_the_key_comes_first(kind: str) -> None:
    found = picture()
    assert found.unusual
    assert len(found.pairs) == 1
    text = (
        read_html(class_html(found, "A title"))
        if kind == "html"
        else read_markdown(class_markdown(found, "A title"), 6)
    )
    says = (
        "A title",
        "Look at the key first",
        "0.4321",
        "of 201",
        "201 students graded",
        "1 hand-in could not be read",
        "mean ",
        "90–100 %",
        "flipped_error",
        "You swapped output and target",
        "sign_slip",
        "w8+",
        "s3, s150",
        "not proof of anything",
    )
    places = [text.find(part) for part in says]
    assert -1 not in places
    assert places[:5] == sorted(places[:5])


def test_students_are_named_and_linked_to_what_they_were_told() -> None:
    page, text = class_html(picture(), "", people()), class_markdown(picture(), "", people())
    for part in (
        '<a href="report.md">report.md</a>, <a href="grades.csv">grades.csv</a>',
        "1 of the roster handed nothing in.",
        '<a href="feedback/b.html">b Doe (b)</a>: a scan',
        "Nobody (s999)",
        '<a href="feedback/s3.html">s3 Doe (s3)</a>, <a href="feedback/s150.html">s150 Doe (s150)</a>',
        '<a href="feedback/s0.html">s0 Doe (s0)</a></td><td class="number" data-head="score">97.5\u00a0%</td>',
        "199 more stand in grades.csv.",
    ):
        assert part in page
    assert page.index("s0 Doe (s0)</a></td>") < page.index('data-head="first cell that is not right">E</td>')
    for part in ("| b Doe (b) | a scan |", "| Nobody (s999) |", "s3 Doe (s3), s150 Doe (s150)"):
        assert part in text
    assert "<a " not in class_html(picture(), "", people(), linked=False)
    assert "<details>" not in class_html(picture(), "")


def test_every_cell_has_a_bar_of_all_its_verdicts() -> None:
    page = class_html(picture(), "").replace("\u00a0", " ")
    for counts in picture().cells:
        row = next(line for line in page.splitlines() if f'"faint">{counts.cell.id}<' in line)
        widths = [float(width) for width in re.findall(r'<rect class="\w+" x="[0-9.]+" width="([0-9.]+)"', row)]
        assert sum(widths) == pytest.approx(100, abs=0.01)
        assert f"right: {percent(counts.share('right'))}" in row
    assert page.count("<caption>") == len({counts.cell.quantity for counts in picture().cells})


def test_what_strangers_wrote_is_shown_and_not_obeyed() -> None:
    cells = [(name, f"{label}{NASTY}") for name, label in CELLS]
    found = picture(f"{NASTY.replace('{', '')}{{}}", NASTY, cells)
    whole = people(NASTY)
    assert f"{SCRIPT}{IMAGE}" in read_html(class_html(found, NASTY, whole), "p|a")
    assert SCRIPT in read_markdown(class_markdown(found, NASTY, whole), 8)
    assert not re.search(r"[\x00-\x09\x0b-\x1f\u202e]", summary(found))
    assert "\ud800" not in summary(found)
    class_json(found).encode()


@pytest.mark.slow
def test_a_browser_runs_nothing(tmp_path: Path) -> None:
    cells = [(name, f"{label}{NASTY}") for name, label in CELLS]
    found = picture(f"{NASTY.replace('{', '')}{{}}", NASTY, cells)
    for count, bad in enumerate((SCRIPT, SVG)):
        (tmp_path / str(count)).mkdir()
        assert runs_a_script(f"<!DOCTYPE html><html><body>{bad}</body></html>", tmp_path / str(count))
    assert not runs_a_script(class_html(found, NASTY, people(NASTY)), tmp_path)


def test_an_empty_class_has_pages_too() -> None:
    found = Tally().picture(CELLS)
    assert "0 students graded" in read_html(class_html(found, "none"))
    assert "0 students graded" in class_markdown(found, "none")
    assert "0 students graded" in summary(found)


@pytest.mark.parametrize("title", ["", " "])
def test_the_pages_of_an_exercise_without_a_title_have_a_heading(title: str) -> None:
    assert class_markdown(picture(), title).startswith("# The class\n")
    assert "<h1>The class</h1>" in class_html(picture(), title)
    assert "<title>The class</title>" in class_html(picture(), title)


def test_the_summary_says_what_matters() -> None:
    lines = summary(picture()).splitlines()
    assert lines[0] == "Look at the key first"
    text = "\n".join(lines)
    for part in (
        "E (loss) = 0.4321: 1",
        "1 hand-in could not be read",
        "2 of the roster handed nothing in.",
        "1 of the gradebook handed nothing in.",
        "1 student handed something in, and is not in the roster or a gradebook.",
        "flipped_error",
        "█",
        "1 group of",
    ):
        assert part in text
    assert text.index("Commonest misconceptions") < text.index("Files: out")
    assert len(re.findall(r"^  [a-z]+_[a-z_]+ ", text, re.MULTILINE)) == 3
    assert "[31m" not in text


@pytest.mark.parametrize("width", [40, 80, 1_000_000])
def test_the_summary_fits(width: int) -> None:
    assert max(map(len, summary(picture(), width).splitlines())) <= max(width, 80)


def test_of_very_many_cells_the_hardest_are_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(class_words, "FEW_CELLS", 5)
    found = picture()
    shown = class_words.shown(found)
    assert [cell for cell in found.cells if cell in shown] == shown
    assert max(cell.right for cell in shown) <= sorted(cell.right for cell in found.cells)[4]
    assert "43 easier cells are left out." in class_markdown(found, "")


def test_shares_and_numbers_are_written_as_persons_do() -> None:
    assert [percent(share) for share in (0, 0.001, 0.254, 0.999, 1)] == ["0 %", "<1 %", "25 %", ">99 %", "100 %"]
    assert [number(value) for value in (0.5, -2.0, 1e-7, 1e300)] == ["0.5", "-2", "0.0000001", "1e+300"]
