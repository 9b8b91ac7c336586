"""Sheets as people type them: all 48 numbers right, each sheet in a way that a keyboard or a program makes of it."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from bptutor.answers import Answers
from bptutor.errors import BptutorError
from bptutor.files.answers_file import answers_of, load_answers, sheet_in_text
from bptutor.files.library import load
from bptutor.files.numbers import typed_number
from bptutor.files.reader import parse
from bptutor.files.typed.unread import unread
from bptutor.marking.check import check
from bptutor.points import Points
from bptutor.render.sheet import sheet
from bptutor.solution.trace import Trace

MAZUR = replace(load("mazur"), points=Points("cells"))  # a number is a point
RIGHT = {cell.id: cell.text for cell in Trace(MAZUR).cells()}
LABELS = {cell.id: cell.label for cell in Trace(MAZUR).cells()}


def _template() -> str:
    """The template of the exercise with all numbers filled in, in groups, without its comments."""
    known = load_answers({"answers": {}}, MAZUR)
    assert not known.cells
    texts = iter(RIGHT.values())
    filled = (
        line if line.startswith("student") else re.sub("~", lambda _blank: next(texts), line)
        for line in "".join(sheet(Trace(MAZUR), "mazur")).splitlines()
        if not line.lstrip().startswith("#")
    )
    return "\n".join(filled) + "\n"


GROUPS = _template()
SINGLE = "problem: mazur\nstudent: Ann\nanswers:\n" + "".join(f"  {LABELS[i]}: {n}\n" for i, n in RIGHT.items())


def typed(text: str | bytes) -> Answers:
    data = text if isinstance(text, bytes) else text.encode()
    return answers_of(sheet_in_text(data, "x.yaml"), MAZUR)


def numbers(change: Callable[[str], str], text: str = GROUPS) -> str:
    """A sheet with each number written otherwise."""
    return re.sub(r"-?[0-9]+\.[0-9]+", lambda found: change(found[0]), text)


def as_digits(zero: str, text: str) -> str:
    return "".join(chr(ord(zero) + int(char)) if char.isdigit() else char for char in text)


WAYS: dict[str, str | bytes] = {
    "as the template has it": GROUPS,
    "a cell a line": SINGLE,
    "full-width digits": numbers(lambda n: as_digits("０", n)),
    "full-width digits, point and minus": numbers(lambda n: as_digits("０", n).replace(".", "．").replace("-", "－")),
    "Arabic-Indic digits": numbers(lambda n: as_digits("٠", n).replace(".", "٫")),
    "Persian digits": numbers(lambda n: as_digits("۰", n)),
    "Devanagari digits": numbers(lambda n: as_digits("०", n)),
    "full-width colon": GROUPS.replace(":", "："),
    "full-width colon, no space": SINGLE.replace(": ", "："),
    "full-width comma": GROUPS.replace(", ", "，"),
    "ideographic comma": GROUPS.replace(", ", "、"),
    "ideographic full stop in numbers": numbers(lambda n: n.replace(".", "。")),
    "en dash": GROUPS.replace("-0", "–0"),
    "em dash": GROUPS.replace("-0", "—0"),
    "figure dash and hyphen": GROUPS.replace("-0.02", "‒0.02").replace("-0", "‐0"),
    "a space behind the minus": GROUPS.replace("-0", "- 0"),
    "no-break spaces": GROUPS.replace(": ", ":\u00a0").replace(", ", ",\u00a0"),
    "no-break spaces in the indent": GROUPS.replace("\n  ", "\n\u00a0\u00a0"),
    "no-break spaces at the ends": GROUPS.replace("\n", "\u00a0\n"),
    "ideographic spaces": GROUPS.replace("\n  ", "\n\u3000").replace(": ", ":\u3000"),
    "narrow spaces": GROUPS.replace(": ", ":\u202f"),
    "zero-width space first": "\u200b" + GROUPS,
    "zero-width spaces in numbers": numbers(lambda n: n + "\u200b"),
    "a joiner in keys": SINGLE.replace("net_", "net\u2060_"),
    "marks of direction": numbers(lambda n: f"\u200e{n}\u200f"),
    "a soft hyphen": SINGLE.replace("slope_", "slope\u00ad_"),
    "tabs as indent": GROUPS.replace("\n  ", "\n\t"),
    "one tab among spaces": GROUPS.replace("\n  E:", "\n\tE:"),
    "tabs between": SINGLE.replace(": ", "\t"),
    "smart quotes": numbers(lambda n: f"“{n}”"),
    "German quotes": numbers(lambda n: f"„{n}“"),
    "single smart quotes": numbers(lambda n: f"‘{n}’"),
    "guillemets": numbers(lambda n: f"«{n}»"),
    "smart quotes round keys": SINGLE.replace("  net_h1:", "  “net_h1”:"),
    "almost equal": numbers(lambda n: f"≈{n}"),
    "almost equal and a space": numbers(lambda n: f"≈ {n}"),
    "a tilde": numbers(lambda n: f"~{n}"),
    "ca.": numbers(lambda n: f"ca. {n}"),
    "a full stop": numbers(lambda n: f"{n}."),
    "dots": numbers(lambda n: f"{n}..."),
    "an ellipsis": numbers(lambda n: f"{n}…"),
    "(rounded)": numbers(lambda n: f"{n} (rounded)"),
    "(4 d.p.)": numbers(lambda n: f"{n} (4 d.p.)", SINGLE),
    "= for :": SINGLE.replace(": ", " = "),
    "= without spaces": SINGLE.replace(": ", "="),
    "= in braces": GROUPS.replace("1: 0", "1=0").replace("2: 0", "2=0"),
    "= before a number": numbers(lambda n: f"= {n}"),
    ":=": SINGLE.replace(": ", " := "),
    "no space after :": SINGLE.replace(": ", ":"),
    "no space in braces": GROUPS.replace(": 0", ":0").replace(": -", ":-"),
    "; at the end": SINGLE.replace("\n", ";\n").replace("answers:;", "answers:").replace("Ann;", "Ann"),
    ", at the end": SINGLE.replace("\n", ",\n").replace("answers:,", "answers:"),
    "; between cells": GROUPS.replace(", ", "; "),
    "bullets": SINGLE.replace("\n  ", "\n• "),
    "dashes as bullets": SINGLE.replace("\n  ", "\n- "),
    "dashes as bullets, indented": SINGLE.replace("\n  ", "\n  - "),
    "stars as bullets": SINGLE.replace("\n  ", "\n* "),
    "numbered lines": "".join(f"{n}. {line.strip()}\n" for n, line in enumerate(SINGLE.splitlines()[3:], 1)),
    "a code fence": f"```yaml\n{GROUPS}```\n",
    "a fence of tildes": f"~~~\n{GROUPS}~~~\n",
    "capital keys": GROUPS.replace("answers", "Answers").replace("problem", "Problem").replace("net1", "Net1"),
    "all capitals": re.sub(
        "^(  )(net|out|loss|error|slope|delta|grad|step|new)", lambda m: m[0].upper(), GROUPS, flags=re.M
    ),
    "capital members": GROUPS.replace("{h1", "{H1").replace(" h2", " H2"),
    "without answers:": SINGLE.replace("answers:\n", ""),
    "without answers: and indent": SINGLE.replace("answers:\n", "").replace("\n  ", "\n"),
    "answers:, and no indent": SINGLE.replace("\n  ", "\n"),
    "answer:": GROUPS.replace("answers:", "answer:"),
    "decimal commas": numbers(lambda n: n.replace(".", ",")),
    "decimal commas, cell a line": numbers(lambda n: n.replace(".", ","), SINGLE),
    "decimal commas and semicolons": numbers(lambda n: n.replace(".", ",")).replace("  ", " ").replace(", ", "; "),
    "a name with a colon": GROUPS.replace("student: ~", "student: Group 3: Ann"),
    "a name with an apostrophe": GROUPS.replace("student: ~", "student: 'Ann O'Neil'"),
    "a name that begins with @": GROUPS.replace("student: ~", "student: @ann"),
    "UTF-16 of Notepad": GROUPS.encode("utf-16"),
    "UTF-16, big first": b"\xfe\xff" + GROUPS.encode("utf-16-be"),
    "UTF-16 without a mark": GROUPS.encode("utf-16-le"),
    "Windows-1252": GROUPS.replace("student: ~", "student: Jörg – Müßig").encode("cp1252"),
    "Windows-1252 dashes": GROUPS.replace("-0", "–0").encode("cp1252"),
    "GB 18030": numbers(lambda n: as_digits("０", n), GROUPS).replace(":", "：").encode("gb18030"),
    "GB 18030 names": GROUPS.replace("student: ~", "student: 王小明").encode("gb18030"),
    "Shift JIS": GROUPS.replace("student: ~", "student: 山田").replace(": 0", "：0").encode("shift_jis"),
    "CR alone": GROUPS.replace("\n", "\r").replace("\r  E", "\r\tE"),
    "line separators": GROUPS.replace("\n", "\u2028").replace(": 0", "：0"),
    "subscripts": SINGLE.replace("net_h1", "net_h₁").replace("out_h2", "out_h₂"),
    "another delta": SINGLE.replace("Δw", "∆w"),
    "products of powers": GROUPS.replace("0.0009", "9 x 10^-4")
    .replace("0.0005", "5·10⁻⁴")
    .replace("0.0010", "10*10^-4"),
    "a table": "".join(f"| {LABELS[name]} | {text} |\n" for name, text in RIGHT.items()),
    "a table of Markdown": "| cell | value |\n|---|---:|\n"
    + "".join(f"| {LABELS[i]} | {n} |\n" for i, n in RIGHT.items()),
    "arrows": SINGLE.replace(": 0", " → 0").replace(": -", " → -").replace(": 1", " → 1"),
    "bold keys": re.sub(r"^  (\S+):", r"**\1**:", SINGLE, flags=re.M),
    "a quotation": "\n".join(f"> {line}" for line in SINGLE.splitlines()),
    "cells below their group": re.sub(r"\{(.*)\}", lambda m: "\n    " + m[1].replace(", ", "\n    "), GROUPS),
    "below their group, by tabs": re.sub(r"\{(.*)\}", lambda m: "\n\t\t" + m[1].replace(", ", "\n\t\t"), GROUPS),
    "below their group, not indented": re.sub(
        r"\{(.*)\}", lambda m: "\n  " + m[1].replace(", ", "\n  "), GROUPS
    ).replace(":\n", "：\n"),
    "all cells in one line": ", ".join(f"{LABELS[i]}: {n}" for i, n in RIGHT.items()),
    "all cells in one line, parted by spaces": "   ".join(f"{LABELS[i]} = {n}" for i, n in RIGHT.items()),
    "rows of a table": "".join(f"{i};{n.replace('.', ',')}\n" for i, n in RIGHT.items()),
    "columns": "".join(f"{i}   {n}\n" for i, n in RIGHT.items()),
    "round brackets for lists": GROUPS.replace("net1: {h1: 0.3775, h2: 0.3925}", "net1: (0.3775, 0.3925)"),
    "braces for lists": GROUPS.replace("net1: {h1: 0.3775, h2: 0.3925}", "net1: {0.3775, 0.3925}"),
    "boxes to tick": SINGLE.replace("\n  ", "\n- [ ] "),
    "numbers in circles": SINGLE.replace("\n  ", "\n① "),
    "code": re.sub(r": (\S+)$", r": `\1`", SINGLE, flags=re.M),
    "double arrows": SINGLE.replace(": ", " => "),
    "a brace forgotten": GROUPS.replace("{", "", 1),
    "a brace too many": GROUPS.replace("}", "}}", 1),
    "a Mac": GROUPS.replace("-0", "–0").encode("mac_roman"),
    "groups without braces": GROUPS.replace("{", "").replace("}", ""),
    "an open brace": GROUPS.replace("}", "", 1),
    "names of LaTeX": re.sub(r"^  ([a-z]+)_(..):", r"  $\1_{\2}$ =", SINGLE, flags=re.M),
    "names of functions": re.sub(r"^  (net|out)_(..):", r"  \1(\2):", SINGLE, flags=re.M),
    "a heading of one's own": GROUPS.replace("answers:", "My answers:"),
    "a heading in German": SINGLE.replace("answers:", "Antworten:"),
    "Windows-1253": SINGLE.replace("∂", "d").encode("cp1253"),
    "UTF-32": GROUPS.encode("utf-32"),
    "JSON of a phone": "{“answers”: {" + ", ".join(f"“{LABELS[i]}”: “{n}”" for i, n in RIGHT.items()) + "}}",
}


@pytest.mark.parametrize("way", WAYS)
def test_a_right_sheet_gets_full_marks_however_it_is_typed(way: str) -> None:
    answers = typed(WAYS[way])
    report = check(MAZUR, answers)
    assert report.all_right, [(mark.id, mark.typed) for mark in report.marks if mark.verdict != "right"]


def test_the_student_stays_as_typed() -> None:
    said = {way: typed(WAYS[way]).student for way in WAYS if "name" in way or "1252" in way}
    assert said["a name with a colon"] == "Group 3: Ann"
    assert said["a name with an apostrophe"] == "Ann O'Neil"
    assert said["a name that begins with @"] == "@ann"
    assert said["Windows-1252"] == "Jörg – Müßig"
    assert said["GB 18030 names"] == "王小明"


NO_NUMBER = "cannot be read as a number; try: 0.75, -0.5, 1e-3 or 1/3"

PARTLY: dict[str, tuple[str, int, str]] = {
    "a percentage": (GROUPS.replace("0.3775", "37.75 %"), 47, "Line 5, net_h1: “37.75 %” cannot be read as a number"),
    "plus or minus": (GROUPS.replace("0.3775", "±0.3775"), 47, "Line 5, net_h1: “±0.3775” cannot be read as a number"),
    "two numbers": (GROUPS.replace("0.3775", "0.3775 or 0.38"), 47, "Line 5, net_h1: “0.3775 or 0.38” cannot be"),
    "n/a": (GROUPS.replace("0.3775", "n/a"), 47, f"Line 5, net_h1: “n/a” {NO_NUMBER}"),
    "an unknown name": (SINGLE.replace("net_h1", "nett_h1"), 47, "Line 4, nett_h1: nett_h1 is not a cell"),
    "a line of words": (SINGLE + "  here I was not sure\n", 48, "Line 52: this line cannot be read: here I was"),
    "a line of nothing else": (SINGLE.replace("net_h1: 0.3775", "???!"), 47, "Line 4: this line cannot be read: ???!"),
    "a minus, or a dash": (SINGLE.replace("net_h1: ", "net_h1 - "), 47, "Line 4: this line cannot be read: net_h1 - 0"),
    "a bell": (GROUPS.replace("0.3775", "0.3775\x07"), 47, "Line 5, net_h1: “0.3775\x07” cannot be read as a number"),
    "a number twice": (
        SINGLE + "  net_h1: 0.4\n",
        48,
        "Line 52, net_h1: the key net_h1 appears twice, first in line 4",
    ),
    "an anchor": (GROUPS.replace("  E: ", "  E: &a "), 47, "Line 11, E: “&a 0.2984” cannot be read as a number"),
    "a list that is short": (GROUPS + "  net1: [0.3775]\n", 48, "Line 28, net1: the key net1 appears twice"),
    "a head that is none": (GROUPS.replace("student: ~", "student: [a, b]"), 48, "Line 2, student: found a list of 2"),
}
"""Sheets of which one cell or line cannot be read: what they earn, and what is told."""


@pytest.mark.parametrize("way", PARTLY)
def test_what_cannot_be_read_is_told_and_the_rest_is_marked(way: str) -> None:
    text, earned, says = PARTLY[way]
    answers = typed(text)
    assert check(MAZUR, answers).earned == earned
    (said,) = unread(answers, LABELS)
    assert said.startswith(says)


def test_what_a_cell_is_left_blank_with() -> None:
    for blank in ("-", "--", "–", "—", "?", "??", "…", "...", "____", "/", "~", ""):
        answers = typed(f"answers:\n  net_h1: {blank}\n  net_h2: 0.3925\n  out: {{h1: {blank}, h2: 0.5969}}\n")
        assert list(answers.cells) == ["net1[2]", "out1[2]"], blank
        assert not answers.unread, blank


def test_a_number_that_means_two_things_is_not_guessed() -> None:
    for text in ("1 000", "1,000.5", "0.1 0.2", "(1)", "1:30", "010", "1..2", "3 x", "x3", "0.5%", "½ or so", "10^-4"):
        assert typed_number(text) is None, text


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=60) | st.text(alphabet="net_h1: =[]{}-,.;0123\n\t'\"“：#|", max_size=200))
def test_whatever_is_typed_is_read_or_told(text: str) -> None:
    with suppress(BptutorError):
        answers = typed(text)
        assert all(typed.value is None or abs(typed.value) < float("inf") for typed in answers.cells.values())


KINDS = st.one_of(
    st.sampled_from(list(RIGHT.values())),
    st.floats(allow_nan=False, allow_infinity=False),
    st.integers(-(10**6), 10**6),
    st.none(),
    st.sampled_from(
        ["0,3775", "≈ 0.5", "–0.5", "1/3", "abc", "", "a: b", "x # y", "~", "- 1", "'", '"', "1e-3", "[1]", "{a"]
    ),
    st.text(max_size=30),
)
STYLES = st.fixed_dictionaries(
    {
        "default_flow_style": st.sampled_from([True, False, None]),
        "default_style": st.sampled_from([None, "'", '"', "|", ">"]),
        "indent": st.integers(1, 9),
        "width": st.sampled_from([10, 40, 80, 1000]),
        "allow_unicode": st.booleans(),
        "line_break": st.sampled_from(["\n", "\r\n", "\r"]),
        "explicit_start": st.booleans(),
        "explicit_end": st.booleans(),
        "sort_keys": st.booleans(),
        "canonical": st.sampled_from([False, False, False, True]),
        "version": st.sampled_from([None, None, (1, 1)]),
    }
)


@st.composite
def sheets_of_yaml(draw: st.DrawFn) -> dict[str, Any]:
    """A sheet as a program has it: single cells, groups, arrays."""
    cells: dict[str, Any] = {}
    for name in draw(st.lists(st.sampled_from(list(RIGHT)), max_size=6, unique=True)):
        cells[draw(st.sampled_from([name, LABELS[name]]))] = draw(KINDS)
    if draw(st.booleans()):
        cells["net"] = {owner: draw(KINDS) for owner in ("h1", "h2", "o1")}
    if draw(st.booleans()):
        cells["delta2"] = [draw(KINDS), draw(KINDS)]
    if draw(st.booleans()):
        cells["new_w2"] = [[draw(KINDS), draw(KINDS)], [draw(KINDS), draw(KINDS)]]
    return {"student": draw(st.text(max_size=200)), "problem": "mazur", "answers": cells}


def _as_before(data: bytes) -> Answers | None:
    """The sheet as the YAML reader alone has it; None where it has a fault."""
    try:
        answers = answers_of(parse(data, "x.yaml")._replace(data=b""), MAZUR)
    except BptutorError:
        return None
    return None if answers.unread else answers


@settings(max_examples=int(os.environ.get("MANY_SHEETS", "100")), deadline=None)
@given(sheets_of_yaml(), STYLES)
def test_what_pyyaml_writes_is_read_as_before(sheet: dict[str, Any], style: dict[str, Any]) -> None:
    """A sheet of PyYAML's own making, in any of its styles; MANY_SHEETS=10000 tries so many."""
    text = yaml.dump(sheet, Dumper=yaml.SafeDumper, **style)
    before = _as_before(text.encode())
    for encoding in ("utf-8", "utf-16") if before else ():
        assert typed(text.encode(encoding)) == before
