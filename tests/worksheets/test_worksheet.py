"""Worksheets: exactly the cells that are asked for, in the order of the page, in every format."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any

import pytest

from bptutor.engine.parts import asked
from bptutor.errors import BptutorError
from bptutor.files.library import load, names
from bptutor.problem import Problem
from bptutor.solution.trace import Trace
from bptutor.worksheets.formats import FORMATS
from bptutor.worksheets.html import worksheets_html
from bptutor.worksheets.latex import latex_text
from bptutor.worksheets.markdown import worksheets_markdown
from bptutor.worksheets.network import on_paper
from bptutor.worksheets.powers import pieces
from bptutor.worksheets.sheet import Worksheet, stages, worksheet
from bptutor.worksheets.tables import Grid
from bptutor.worksheets.tex import worksheets_latex
from tests.support.hostile_text import HOSTILE, read_html, read_markdown, runs_a_script
from tests.support.random_problems import random_problem

MORE_HTML = "div|i|b|line|g|sup"
MORE_MARKDOWN = "hr|pre|code|strong"
SMALL: dict[str, Any] = {
    "title": "small",
    "layers": [2, 2, 1],
    "activation": "sigmoid",
    "learning_rate": 0.5,
    "inputs": [1, 0.5],
    "targets": [1],
    "weights": [[[0.1, -0.2], [0.4, 0.3]], [[0.7, -0.5]]],
    "biases": [[0.1, -0.1], 0.2],
}


def sheet_of(problem: Any, **options: Any) -> Worksheet:
    return worksheet(Trace(load(problem)), **options)


def grids(sheet: Worksheet) -> list[Grid]:
    return [grid for part in sheet.parts for grid in part.grids]


def blanks(sheet: Worksheet) -> int:
    return sum(text is None for grid in grids(sheet) for row in grid.rows for text in row)


def asked_cells(problem: Problem) -> int:
    return sum(int(mask.sum()) for mask in asked(problem).values())


class Tables(HTMLParser):
    """The tables of a page as rows of texts, what stands outside of them, and the tags that are open."""

    def __init__(self) -> None:
        super().__init__()
        self.tables, self.outside, self.open = list[list[list[str]]](), list[str](), list[str]()

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        if tag not in ("meta", "br", "wbr", "rect", "line"):
            self.open.append(tag)
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in ("td", "th"):
            self.tables[-1][-1].append("")

    def handle_endtag(self, tag: str) -> None:
        if tag not in ("rect", "line"):
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "td" in self.open or "th" in self.open:
            self.tables[-1][-1][-1] += data
        else:
            self.outside.append(data)


def tables_of(page: str) -> Tables:
    found = Tables()
    found.feed(page)
    assert found.open == []
    return found


@pytest.mark.parametrize("name", names())
def test_every_library_problem_in_every_format(name: str) -> None:
    trace = Trace(load(name))
    blank, key = worksheet(trace), worksheet(trace, key=True)
    cells = asked_cells(trace.problem)
    assert blanks(blank) == cells if cells < 600 else 500 < blanks(blank) <= 600
    assert blanks(key) == 0
    page = tables_of(worksheets_html([blank, key]))
    assert sum(text == "" for table in page.tables for row in table for text in row) == blanks(blank)
    read_html(worksheets_html([blank, key]), MORE_HTML)
    drawn = "```" in worksheets_markdown([blank])
    count = len(grids(blank)) + len(blank.given(numbered=drawn))
    text = read_markdown(worksheets_markdown([blank]), count, MORE_MARKDOWN)
    assert len(re.findall(r"(?<!_)_{8}(?!_)", text)) == blanks(blank)
    source = worksheets_latex([blank, key])
    assert source.isascii()
    assert source.count("{") - source.count(r"\{") == source.count("}") - source.count(r"\}")
    assert len(re.findall(r"\\begin\{(?:tabular|longtable)\}", source)) == source.count(
        r"\end{tabular}"
    ) + source.count(r"\end{longtable}")


@pytest.mark.parametrize("name", ["mazur", "nnfs", "macleod", "habr-momentum", "softmax-lab"])
def test_no_number_is_given_away(name: str) -> None:
    trace = Trace(load(name))
    sheet = worksheet(trace)
    given = {text for group in (sheet.samples, sheet.weights) for g in group for row in g.rows for text in row}
    found = {on_paper(cell.text) for cell in trace.cells() if len(cell.text.rstrip("0")) > 4} - given
    page = tables_of(worksheets_html([sheet._replace(source="")]))
    texts = [*page.outside, *(text for table in page.tables for row in table for text in row)]
    source = re.sub(
        r"\(-?[\d.]+,-?[\d.]+\)|[\d.]+bp|rotate=[\d.-]+", "", worksheets_latex([sheet]).replace(r"\ensuremath{-}", "−")
    )
    for text in (worksheets_markdown([sheet]), " ".join(texts), source):
        assert not found & set(re.findall(r"−?\d+\.\d+", text))


@pytest.mark.parametrize("seed", range(25))
def test_random_problems(seed: int) -> None:
    problem = load(random_problem(seed))
    trace = Trace(problem)
    sheet, key = (worksheet(trace, key=key, everything=True) for key in (False, True))
    every = [quantity for stage in stages(trace, everything=True) for quantity in stage]
    assert blanks(sheet) == asked_cells(problem)
    shown = [text for grid in grids(key) for row in grid.rows for text in row[1:]]
    for cell in trace.cells(every):
        assert on_paper(cell.text) in shown, cell.id
    results = [forms[-1] for part in key.parts for working in part.workings for _label, forms in working.cells]
    assert results == [on_paper(cell.text) for cell in trace.cells(every)]


def test_fading_fills_one_stage_after_another() -> None:
    trace = Trace(load("mazur"))
    every = stages(trace)
    assert [stage[0] for stage in every][:6] == ["net1", "out1", "net2", "out2", "losses", "loss"]
    left = [blanks(worksheet(trace, filled=n)) for n in range(len(every) + 1)]
    sizes = [sum(int(asked(trace.problem)[quantity].sum()) for quantity in stage) for stage in every]
    assert [one - two for one, two in pairwise(left)] == sizes
    assert left[-1] == 0
    three = worksheet(trace, filled=3)
    assert "The first 3 of 19 stages are filled in (up to net2)." in three.lines
    net = next(grid for grid in grids(three) if grid.head == ("unit", "net", "out"))
    assert net.rows[0] == ("h1", "0.3775", "0.5933")
    assert [working.rule.partition(":")[0] for part in three.parts for working in part.workings] == [
        "net1",
        "out1",
        "net2",
    ]


def test_weights_and_biases_are_one_stage() -> None:
    assert ("grad_w1", "grad_b1") in stages(Trace(load(SMALL)))


def test_the_key_has_every_formula_and_its_numbers() -> None:
    key = sheet_of("mazur", key=True)
    text = worksheets_markdown([key])
    assert "net_h1 = w1·i1 + w2·i2 + b1\n       = 0.15·0.05 + 0.2·0.1 + 0.35\n       = 0.3775" in text
    assert text.startswith("# Solution: Mazur's 2-2-2 network")
    assert "Do not trust the figures" in text  # the notes, which only the key has
    assert "Do not trust" not in worksheets_markdown([sheet_of("mazur")])
    assert "Name:" not in text


def test_only_what_the_problem_asks() -> None:
    sheet = sheet_of(SMALL | {"ask": ["net1[2]", "delta", "new_w1[2,1]", "error0"]})
    assert [(grid.title, grid.head, grid.rows) for grid in grids(sheet)] == [
        ("layer 1", ("unit", "net"), (("h2", None),)),
        ("layer 2", ("unit", "delta"), (("o1", None),)),
        ("layer 1", ("unit", "delta"), (("h1", None), ("h2", None))),
        ("inputs", ("unit", "error"), (("x1", None), ("x2", None))),
        ("layer 1", ("weight", "from → to", "old", "new"), (("w3", "x1 → h2", "0.4", None),)),
    ]


def test_what_is_not_asked_is_a_dash_and_what_is_given_a_number() -> None:
    sheet = sheet_of(SMALL | {"ask": ["net1[1]", "out1"], "given": {"out1": [0.25, None]}})
    (grid,) = grids(sheet)
    assert grid.rows == (("h1", None, "0.25"), ("h2", "–", None))
    assert "Given in the middle: out_h1 = 0.25" in sheet.lines


def test_points_where_they_are_declared() -> None:
    sheet = sheet_of(SMALL | {"ask": ["net", "loss"], "points": {"net1": 2, "net1[2]": "1/2", "loss": 3}})
    assert [part.points for part in sheet.parts] == [
        ("net_h1: 2 points", "net_h2: 0.5 points", "net_o1: 1 point"),
        ("E: 3 points",),
    ]
    assert sheet.worth == "6.5"
    assert "Points: ________ / 6.5" in worksheets_markdown([sheet])
    even = sheet_of(SMALL | {"ask": ["net1"], "points": {"net": 2}})
    assert [part.points for part in even.parts] == [("net1: 2 points each",)]
    plain = sheet_of(SMALL)
    assert (plain.worth, plain.parts[0].points) == ("", ())


def test_points_of_stages_where_they_are_wanted() -> None:
    sheet = sheet_of(SMALL | {"ask": ["net", "loss"], "points": {"weights": {"loss": "5/2"}, "total": 29}})
    assert [part.points for part in sheet.parts] == [("net1: 12 points", "net2: 12 points"), ("loss: 5 points",)]
    assert sheet.worth == "29"
    trace = Trace(load(SMALL | {"ask": ["net", "loss"]}))
    assert worksheet(trace, points=True).worth == "14"
    assert worksheet(trace).worth == ""


def test_decimals_and_conventions_in_words() -> None:
    sheet = sheet_of(SMALL | {"decimals": 1, "conventions": {"bias": "subtracted", "rounding": "carry"}})
    assert "Write numbers with 1 decimal." in sheet.lines
    assert any("threshold" in line and "the rounded one is used" in line for line in sheet.lines)
    assert ("b_h1", "−1 → h1", "0.1") in [row[:3] for grid in grids(sheet) for row in grid.rows]


def test_old_weights_of_later_steps_are_not_given_away() -> None:
    heads = [grid.head for grid in grids(sheet_of(SMALL | {"steps": 2})) if grid.head[0] == "weight"]
    assert [("old" in head) for head in heads] == [True, True, False, False]


def test_long_pages_are_cut_and_say_so() -> None:
    trace = Trace(load("hundred-steps"))
    some, every = worksheet(trace), worksheet(trace, everything=True)
    (says,) = [line for line in some.lines if line.startswith("This sheet is the beginning")]
    assert says == f"This sheet is the beginning: the first {blanks(some)} of 3500 numbers of the page."
    assert blanks(every) == 3500
    assert not [line for line in every.lines if "beginning" in line]


def test_tables_are_as_wide_as_a_page() -> None:
    wide = SMALL | {"inputs": [0.123456789012345, -0.123456789012345], "decimals": 15}
    sheet = sheet_of(wide)
    pieces = [grid for grid in grids(sheet) if grid.head[0] == "weight" and grid.title == "layer 1"]
    assert [grid.head for grid in pieces] == [
        ("weight", "from → to", "old", "gradient", "step"),
        ("weight", "from → to", "new"),
    ]
    assert blanks(sheet) == asked_cells(load(wide))


def test_a_network_too_large_to_draw_has_its_numbers_in_tables() -> None:
    keys = {
        "layers": [12, 2],
        "activation": "linear",
        "inputs": [n / 8 for n in range(12)],
        "weights": [[[n / 16 for n in range(12)], [-n / 32 for n in range(12)]]],
    }
    sheet = sheet_of(keys)
    for form in FORMATS.values():
        text = form.write([sheet])
        assert "The network is not drawn here" in text.replace("{,}", ",")
        assert all(f"{n / 16:g}" in text and f"{n / 32:g}" in text and f"{n / 8:g}" in text for n in range(1, 12))


def test_several_samples_stand_in_a_table() -> None:
    sheet = sheet_of("deepml")
    page = tables_of(worksheets_html([sheet]))
    assert page.tables[0] == [
        ["sample", "x1", "x2", "t_o1"],
        ["1", "1", "2", "1"],
        ["2", "2", "1", "0"],
        ["3", "−1", "−2", "0"],
    ]
    assert "Forward pass (step 1, sample 2)" in page.outside


def test_whose_sheet_it_is() -> None:
    sheet = sheet_of(SMALL, student="Zoë *K* (s1)", variant="B_2")
    assert "Name: Zoë \\*K\\* (s1)" in worksheets_markdown([sheet])
    assert "Variant: B\\_2" in worksheets_markdown([sheet])
    assert r"Name: Zo\"{e} *K* (s1)" in worksheets_latex([sheet])
    assert "Zoë *K* (s1)" in read_html(worksheets_html([sheet]), MORE_HTML)


TITLE = r"\input{/etc/passwd} <script>"


def test_the_title_of_the_issue_is_text() -> None:
    sheet = sheet_of(SMALL | {"title": TITLE})
    assert f"<h1>{TITLE.replace('<', '&lt;').replace('>', '&gt;')}</h1>" in worksheets_html([sheet])
    assert TITLE in read_html(worksheets_html([sheet]), MORE_HTML)
    assert TITLE in read_markdown(worksheets_markdown([sheet]), len(grids(sheet)), MORE_MARKDOWN)
    assert r"\textbackslash{}input\{/etc/passwd\} \textless{}script\textgreater{}" in worksheets_latex([sheet])


@pytest.mark.parametrize(
    "text", [*HOSTILE, TITLE, "```\n# x", "````", r"\end{document}", "%", "$x$", "^^5cinput", "中文 Ж 🙂"]
)
def test_strangers_text_is_shown_as_text(text: str) -> None:
    keys = SMALL | {"title": text, "source": text, "notes": f"{text}\n\n{text}"}
    sheets = [sheet_of(keys, student=text, variant=text, key=key) for key in (False, True)]
    read_html(worksheets_html(sheets), MORE_HTML)
    count = sum(len(grids(sheet)) for sheet in sheets)
    read_markdown(worksheets_markdown(sheets), count, MORE_MARKDOWN)
    source = worksheets_latex(sheets)
    assert source.isascii()
    assert re.fullmatch(r"[\x20-\x7e\n]*", source)
    assert latex_text(text) in source


LABELS = {
    "inputs": ["```", "<script>"],
    "units": [["a|b", "\\input{x}"], ["</svg>"]],
    "weights": [[["$w$", "%"], ["^^M", "&amp;"]], [["*x*", "_x_"]]],
    "biases": [["{", "}"], "~"],
}


def test_strangers_labels_are_shown_as_text() -> None:
    sheets = [sheet_of(SMALL | {"labels": LABELS}, key=key) for key in (False, True)]
    text = read_html(worksheets_html(sheets), MORE_HTML)
    assert all(label in text for label in ("```", "<script>", "a|b", "\\input{x}", "</svg>"))
    count = sum(len(grids(sheet)) for sheet in sheets)
    text = read_markdown(worksheets_markdown(sheets), count, MORE_MARKDOWN)
    assert "net_a|b = $w$·```" in text
    assert r"\input" not in worksheets_latex(sheets)


def test_no_script_runs_in_a_browser(tmp_path: Any) -> None:
    keys = SMALL | {"title": " ".join(HOSTILE[:3]), "source": HOSTILE[2], "labels": LABELS}
    assert not runs_a_script(worksheets_html([sheet_of(keys, student=HOSTILE[0])]), tmp_path)


def test_a_page_that_cannot_be_worked_out_is_an_error() -> None:
    with pytest.raises(BptutorError):
        sheet_of(
            SMALL | {"activation": "linear", "inputs": [1e300, 1e300], "weights": [[[1e300, 1], [1, 1]], [[1, 1]]]}
        )


def test_the_words_of_the_tables_are_explained_with_the_signs_of_the_convention() -> None:
    says = "error: how E depends on the output of a unit, {0}∂E/∂out; slope: how the output of a unit depends on its"
    says += " net input, ∂out/∂net; delta: how E depends on the net input of a unit, {0}∂E/∂net"
    assert says.format("") in sheet_of(SMALL).lines
    assert says.format("−") in sheet_of(SMALL | {"conventions": {"delta": "descent"}}).lines
    plain = sheet_of(SMALL | {"ask": ["net", "new_w"]})
    assert not any("how E depends" in line for line in plain.lines)


def test_there_is_room_for_the_working_of_what_is_blank() -> None:
    blank = sheet_of(SMALL)
    assert [part.lines for part in blank.parts] == [6, 1, 9, 12, 1]
    assert [part.lines for part in sheet_of(SMALL, filled=2).parts] == [2, 1, 9, 12, 1]
    assert {part.lines for part in sheet_of(SMALL, key=True).parts} == {0}
    assert {part.lines for part in sheet_of(SMALL, key=True, lines=5).parts} == {0}
    assert {part.lines for part in sheet_of(SMALL, lines=5).parts} == {5}
    assert "Working" not in worksheets_markdown([sheet_of(SMALL, lines=0)])
    page, source, text = (write([blank]) for write in (worksheets_html, worksheets_latex, worksheets_markdown))
    assert page.count('<div class="room">') == source.count("Working:") == text.count("Working:") == 5
    assert page.count("<i></i>") == 2 + 29  # name and date
    assert re.findall(r"\\ruled\{(\d+)\}", source) == ["6", "1", "9", "12", "1"]
    assert len(re.findall("^_{72}", text, re.MULTILINE)) == 29


def test_exponents_are_raised_where_the_medium_can() -> None:
    key = sheet_of(SMALL, key=True)
    page, source, text = (write([key]) for write in (worksheets_html, worksheets_latex, worksheets_markdown))
    assert "1/(1 + e<sup>−net</sup>)" in page
    assert "1/(1 + e<sup>−net_h1</sup>)" in page
    assert "e^" not in page
    assert r"1/(1 + e\textsuperscript{\ensuremath{-}net\_h1})" in source
    assert r"\textasciicircum" not in source
    assert "1/(1 + e^(−net_h1))" in text
    softmax = sheet_of(SMALL | {"activation": ["sigmoid", "softmax"], "loss": "cross_entropy"})
    assert "e<sup>net_k</sup> / Σ e<sup>net_j</sup>" in worksheets_html([softmax])
    raised = r"\textsuperscript{net\_%s}"
    assert rf"e{raised % 'k'} / \ensuremath{{\Sigma}} e{raised % 'j'}" in worksheets_latex([softmax])


@pytest.mark.parametrize(
    ("formula", "raised"),
    [
        ("e^(−(0.1·1 + 0.2))", ["−(0.1·1 + 0.2)"]),
        ("(e^net1)^2 and the^x", ["net1"]),
        ("e^(a + (b", []),
        ("e^", []),
        ("", []),
        ("  ", []),
        (" a  b ", []),
    ],
)
def test_what_is_raised(formula: str, raised: list[str]) -> None:
    assert [piece.text for piece in pieces(formula) if piece.raised] == raised
    if not raised:
        assert "".join("".join(piece[:3]) for piece in pieces(formula)) == formula


def test_what_is_learnt_sample_by_sample_is_one_table() -> None:
    sheet = sheet_of("and-perceptron", points=True)
    (part,) = sheet.parts
    (table,) = part.grids
    assert table.head == ("step", "sample", "x1", "x2", "t_Y", "out_Y", "δ_Y", "w1+", "w2+")
    assert [row[:5] for row in table.rows[2:5]] == [
        ("1", "3", "1", "0", "0"),
        ("1", "4", "1", "1", "1"),
        ("2", "1", "0", "0", "0"),
    ]
    assert {row[5:] for row in table.rows} == {(None,) * 4}
    assert part.points == ("out1: 0.3 points", "delta1: 0.2 points", "new_w1: 0.35 points")
    (filled,) = sheet_of("and-perceptron", key=True).parts[0].grids
    assert filled.rows[2][5:] == ("1", "−1", "0.2", "−0.1")
