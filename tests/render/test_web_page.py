"""Templates: whatever is put into them is text, and what is missing is noticed."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from jinja2 import UndefinedError

import bptutor
from bptutor.render.web_page import html
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
