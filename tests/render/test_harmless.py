"""Text of strangers in spreadsheets, Markdown and file names: shown as it is, and never obeyed."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from bptutor.render.harmless import csv_text, file_name, markdown_text

NASTY = st.text(
    st.sampled_from("=+-@＝＋－＠\t\r\n;,'\" ab0.5\u3000\u202e\x1b<>*_`[]()!#|~&$\\/:~wCON\ud800é"), max_size=30
)


FORMULAS = "=1|+x|-x|@x|-1/3|-| =1|\u3000=1|\xa0=1|\t=1|\r=1|\n=1|'=1|\" =1|-inf|＝1|＋1x|－1|＠x|－|-1+1|+1 =2|-1_000"


@pytest.mark.parametrize("text", [*FORMULAS.split("|"), "=cmd|' /C calc'!A0", '=HYPERLINK("http://x")'])
def test_a_spreadsheet_sees_no_formula(text: str) -> None:
    assert re.match(r"(?:\\x[0-9a-f]{2}|\n)?'", csv_text(text))
    assert csv_text(text).endswith(text.lstrip("\t\r\n"))


@pytest.mark.parametrize(
    "text", ["-0.5", "+0.5", "-.5", "-0,5", "1e-3", "-1E+05", " -3 ", "12", "0.50", "−0.5", "w5+", "a-b"]
)
def test_numbers_and_words_stay(text: str) -> None:
    assert csv_text(text) == text


def test_nor_where_other_settings_would_begin_a_cell() -> None:
    assert csv_text("a;=1") == "a;'=1"
    assert csv_text("a;-1;+x") == "a;-1;'+x"
    assert csv_text("max(0, -x)") == "max(0, -x)"


@given(NASTY)
def test_no_cell_is_a_formula_however_the_file_is_split(text: str) -> None:
    for part in re.split(r"[;\t\r\n]", csv_text(text)):
        bare = part.strip().lstrip("\"'").strip()
        number = re.fullmatch(r"[+-]?([0-9]+[.,]?[0-9]*|[.,][0-9]+)([eE][+-]?[0-9]+)?", part.strip())
        assert number or "'" in part[: len(part) - len(bare)] or not bare.startswith(tuple("=+-@＝＋－＠"))
    csv_text(text).encode()


def test_long_text_is_quick() -> None:
    for text in (" " * 10**6 + "x", ";" * 10**6, "\n " * 10**6, "-1" * 10**6, "\\" * 10**6):
        csv_text(text)
        markdown_text(text)


MARKUP = """# head|- item|+ item|* item|1. item|1) item|12.|> quote|---|***|===|~~~|```|    code|`code`|*a* _b_ **c**
[a](http://b)|![a](b)|<b>x</b>|<script>|&lt;|~~a~~|http://a.b|www.a.b|a\\|\\*|[^1]|$x$|<!-- x|<http://a.b>""".replace(
    "\n", "|"
)


@pytest.mark.parametrize("text", [*MARKUP.split("|"), "a|b", "a\n\n# b", "a\n---", "a  \nb"])
@pytest.mark.parametrize("preset", ["commonmark", "js-default"])
def test_markdown_shows_the_text_itself(text: str, preset: str) -> None:
    tokens = MarkdownIt(preset).parse(markdown_text(text))
    assert [token.type for token in tokens] == ["paragraph_open", "inline", "paragraph_close"]
    children = tokens[1].children or []
    assert {child.type for child in children} <= {"text", "text_special"}
    assert "".join(child.content for child in children) == " ".join(text.split())


@given(NASTY)
def test_no_markdown_in_any_text(text: str) -> None:
    shown = markdown_text(text)
    shown.encode()
    row = f"| a |\n|---|\n| {shown} |\n"
    html = MarkdownIt("js-default").render(row)
    assert html.count("<td>") == 1
    assert set(re.findall(r"<(\w+)", html)) <= {"table", "thead", "tbody", "tr", "th", "td"}
    tags = {token.type for token in MarkdownIt("commonmark").parse(shown)}
    assert tags <= {"paragraph_open", "inline", "paragraph_close"}
    assert "\x1b" not in shown
    assert "\u202e" not in shown


@given(NASTY | st.text())
def test_a_file_name_is_a_name_and_nothing_else(text: str) -> None:
    name = file_name(text)
    assert 0 < len(name.encode()) <= 120
    assert not re.search(r'[/\\:*?"<>|]|\.\.', name)
    assert not name.startswith((".", "-", "~", " "))
    assert not name.endswith((".", " "))
    assert not re.fullmatch(r"(?i)(con|prn|aux|nul|(com|lpt)[0-9¹²³]) *(\..*)?", name)
    assert not {unicodedata.category(char) for char in name} & {"Cc", "Cf", "Cs", "Zl", "Zp"}


@pytest.mark.parametrize("text", ["s1234567", "Anna Muster", "a.b@c.de", "müller", "学生1", "x_1-2"])
def test_an_ordinary_id_is_its_own_name(text: str) -> None:
    assert file_name(text) == text


@given(st.lists(NASTY, unique=True))
def test_no_two_ids_share_a_file(texts: list[str]) -> None:
    assert len({file_name(text) for text in texts}) == len(texts)
    taken: set[str] = set()
    names = [unicodedata.normalize("NFD", file_name(text, taken).casefold()) for text in texts]
    assert len(set(names)) == len(texts)


@pytest.mark.parametrize(
    "texts",
    [
        ["Anna", "anna", "ANNA"],
        ["é", "e\u0301", "É"],
        ["a/b", "a\\b", "a_b", file_name("a/b")],
        ["con", "CON", "con.txt", file_name("con"), file_name(file_name("con"))],
        ["..", ".", "", " ", "...", "../..", "/etc/passwd", "C:\\x", "\\\\host\\x"],
        ["x" * 300, "x" * 301, "é" * 60, "é" * 61],
        ["a", "a.", "a ", "a\0", "\u202ea"],
    ],
)
def test_hostile_ids_do_not_collide(texts: list[str]) -> None:
    taken: set[str] = set()
    names = [file_name(text, taken) for text in texts]
    assert len({name.casefold() for name in names}) == len(texts)
    assert taken == {name.casefold() for name in names}
