"""Sheets read line by line are what the YAML parser makes of them."""

from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from bptutor.cli.app import app
from bptutor.errors import BptutorError
from bptutor.files.reader import Document, parse
from bptutor.intake.plain_sheets import _root, read_text

SHEETS = sorted(Path(__file__).parent.parent.glob("*/*.yaml"))


def parsed(data: bytes) -> Document | str:
    try:
        return parse(data, "x")
    except BptutorError as error:
        return str(error)


def read(data: bytes) -> Document | str:
    try:
        return read_text(data, "x")
    except BptutorError as error:
        return str(error)


@pytest.mark.parametrize("path", SHEETS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_file_of_the_tests(path: Path) -> None:
    assert read(path.read_bytes()) == parsed(path.read_bytes())


@pytest.mark.parametrize("problem", ["mazur", "habr-momentum", "nnfs", "shared-2-3-2"])
def test_a_template_that_is_filled_in(problem: str) -> None:
    text = CliRunner().invoke(app, ["template", problem]).stdout.replace(": ~", ": -0.1234")
    for data in (text.encode(), text.replace("\n", "\r\n").encode(), text.rstrip().encode()):
        assert _root(data) == parse(data, "x").root


LINES = [
    *[
        "answers:",
        "answers: # now",
        "answers: {}",
        "student: Jane Doe",
        "student: s1",
        "student: ~",
        "problem: a/b-c.yaml",
    ],
    *["  net1[1]: 0.5", "  net1[1]: 0.6", "  net1: [1, ~, -.5]", "  net1: { h1: 1, h2: −0.5 }", "  w5+: +1e-3", "  E:"],
    *[
        "    h1: 1",
        " h1: 1",
        "h1: 1",
        "  new_w2[1,1]: 1/3",
        "  - 1",
        "- 1",
        "  net: {h1: 1, h1: 2}",
        "  a: ...",
        "  b: ---",
    ],
    *[
        "# a comment: [",
        "  # δ·x",
        "",
        "  ",
        "\t",
        "  x: 'quoted'",
        "  y: 1 # one",
        "  y: 1#one",
        "  z: a: b",
        "---",
        "...",
    ],
    *[
        "  two words: 1",
        "  text: two words",
        "  more",
        "  <<: 1",
        "  d: -",
        "  e: -x",
        "  f: {a: , b: 1}",
        "  g: [1,2]",
        "  δ: 1",
    ],
    *[
        "  h: {a:1}",
        "  i: 1:30",
        "  j: %a",
        "  k: !!int 1",
        "  l: &a 1",
        "  m: *a",
        "  n: |",
        "  o: [[1, 2], [3]]",
        "null: 1",
    ],
    *[
        "  \u2028p: 1",
        "# \x85q: 1",
        "  r: \xa0",
        "  s: 0,75",
        "  t: [0,75]",
        "  u: {a: 0,75}",
        "  ~: 1",
        "  1: 2",
        "  v:1",
    ],
    *["  net1[1]@2-3#4: 1", "  a@1: 2", "  a#1: 3", "  c @1: 1", "  w5+@1: 2", "  b #1: 1"],
]


@settings(max_examples=1000)
@given(st.lists(st.sampled_from(LINES), max_size=8), st.sampled_from(["\n", "\r\n"]), st.booleans())
def test_any_lines(lines: list[str], newline: str, ends: bool) -> None:
    data = (newline.join(lines) + newline * ends).encode()
    assert read(data) == parsed(data)


@settings(max_examples=1000)
@given(st.text("ab1: -#,[]{}~.\n'\"\u2028\xa0−+/é\r\t", max_size=40))
@example("a: \xa0")
@example("a: b\n\nc: 1\n b: 2")
def test_any_text(text: str) -> None:
    for data in (text.encode(), f"answers:\n  a: {text}".encode(), f"answers:\n  {text}: 1\nb: 2".encode()):
        assert read(data) == parsed(data)


def test_many_lines_are_read_this_way() -> None:
    data = b"student: s1\nanswers:\n" + b"".join(b"  net1[%d]: 0.1234\n" % i for i in range(1000))
    assert _root(data) == parse(data, "x").root
    assert _root(data * 4) is None  # keys twice
    assert _root(b"answers:\n" + b"?" * 60_000) is None
