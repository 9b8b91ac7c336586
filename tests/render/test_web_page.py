"""Templates: whatever is put into them is text, and what is missing is noticed."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from jinja2 import UndefinedError

import bptutor
from bptutor.render.web_page import html, opened, whole
from tests.support.hostile_text import HOSTILE, SCRIPT

TEMPLATES = [path for path in Path(bptutor.__file__).parent.rglob("templates/*") if path.is_file()]


@pytest.mark.parametrize("kind", [str, np.str_])
def test_text_is_escaped_whatever_type_of_text_it_is(kind: type[str]) -> None:
    shown = html("gradebook.html", lines=[kind(text) for text in HOSTILE if text.isprintable()] + [kind("\x1b[0m\n")])
    assert not re.search(r"<(?!br>)|[\x00-\x1f]", shown)
    assert html("gradebook.html", lines=[SCRIPT]).startswith("&lt;script&gt;")


def test_a_name_that_nobody_gave_is_an_error() -> None:
    with pytest.raises(UndefinedError):
        html("feedback.html", title="")


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_no_template_lets_text_through_unescaped(template: Path) -> None:
    assert not re.search(r"\|\s*safe|autoescape|Markup", template.read_text("utf-8"))


def test_a_cell_has_the_head_of_its_column_with_it_unless_it_is_a_name() -> None:
    assert opened((False, True, False), ("cell", '"typed"', "")) == [
        "<td>",
        '<td class="number" data-head="&#34;typed&#34;">',
        "<td>",
    ]
    assert opened((True,), ("x1",)) == ['<td class="number" data-head="x1">']


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("your ∂E/∂w5, w5+ <b>", 'your <span class="whole">∂E/∂w5</span>, w5+ &lt;b&gt;'),
        ("a/b and/or well-known", "a/b and/or well-known"),
        ("Mazur's 2-2-2 network", 'Mazur&#39;s <span class="whole">2-2-2</span> network'),
        (f"to {'x' * 25}", f'to <span class="long">{"x" * 25}</span>'),
        ("w1·x1 = 0.15·0.05", "w1·<wbr>x1 = 0.15·<wbr>0.05"),
        ("97.5 %", "97.5\u00a0%"),
        ("", ""),
    ],
)
def test_what_stays_in_one_line_and_what_may_break(text: str, written: str) -> None:
    assert str(whole(text)) == written
