"""What people mistype: each file of tests/mistyped beside its message, which has the line, the spot, and a cure.

With BPTUTOR_UPDATE=1 the messages are written anew. A cure is held against the file: who types what the message says
has a problem that can be solved.
"""

from __future__ import annotations

import os
import random
import re
from pathlib import Path
from string import ascii_letters

import pytest

from bptutor.cli.messages import print_error
from bptutor.errors import BptutorError, Where, excerpt, spotted
from bptutor.files.library import load
from bptutor.files.mending.lines import ROWS, Row
from bptutor.files.mending.trial import cured
from bptutor.files.mending.values import meant
from bptutor.files.problem_file import problem_of
from bptutor.files.reader import parse
from tests.support.bad_files import faults, in_a_folder

MISTYPED = Path(__file__).parent.parent / "mistyped"
NAMES = sorted(path.stem for path in MISTYPED.glob("*.yaml"))

# The hint has a whole value in the place of several lines, speaks of other lines too, or shows the form alone.
_NOT_A_LINE = """
bullets comment-no-space dashes-without-space equals-everywhere fence full-width-colons-everywhere
full-width-colons-two-lines inline-item inputs-batch inputs-equals-numpy missing-inputs no-dashes no-space-everywhere
square-and-column tabs targets-number twice two-keys weights-flat-layer weights-flat-six weights-matrices-named
weights-named weights-one-name weights-one-turned weights-rows-block weights-sending weights-top-W1-W2
weights-w1-w2-numbers more-cost more-hidden more-biases-scalar-list more-weights-dict-in-list more-inputs-newline-col
more-inputs-dash-col more-json-brace
"""
NOT_A_LINE = {*_NOT_A_LINE.split()}


MENDED_TWICE = {"inputs-equals-numpy", "more-cost", "more-hidden"}
"""A line with two mistakes: the second is told of the line with the first one mended."""


@pytest.fixture(autouse=True)
def _in_the_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    in_a_folder(MISTYPED, monkeypatch)


@pytest.mark.parametrize("name", NAMES)
def test_message(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    print_error(faults(name))
    said, path = capsys.readouterr().err, MISTYPED / f"{name}.txt"
    if os.environ.get("BPTUTOR_UPDATE"):
        path.write_text(said, encoding="utf-8")
    assert said == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", sorted({*NAMES} - {"missing-inputs", *MENDED_TWICE}))
def test_the_line_and_the_spot_are_shown(name: str) -> None:
    lines = Path(f"{name}.yaml").read_text(encoding="utf-8").splitlines()
    for fault in faults(name).faults:
        where = fault.where
        assert where.line
        assert where.column
        assert fault.hint
        assert not fault.message.startswith("this is not YAML")
        shown = where.text.strip("…")
        assert shown.strip() in lines[where.line - 1].replace("\t", " ")


def test_who_types_the_cures_has_a_problem(tmp_path: Path) -> None:
    """Each hint in the place of its line, where it is a line, gives a file that loads."""
    cured = tmp_path / "cured.yaml"
    for name in sorted({*NAMES} - NOT_A_LINE):
        lines = Path(f"{name}.yaml").read_text(encoding="utf-8").splitlines()
        for fault in faults(name).faults:
            assert fault.where.line
            place = fault.where.line - 1
            depth, _sep, line = re.sub(r"^(\d) spaces before it: ", r"\1|", fault.hint).rpartition("|")
            indent = " " * int(depth) if depth else re.match(r"[ \xa0]*", lines[place])[0]  # type: ignore[index]
            lines[place] = indent.replace("\xa0", " ") * (not line.startswith("inputs")) + line
        cured.write_text("\n".join(lines) + "\n", encoding="utf-8")
        load(cured)


def test_a_batch_becomes_samples(tmp_path: Path) -> None:
    (fault,) = faults("inputs-batch").faults
    text = Path("inputs-batch.yaml").read_text(encoding="utf-8")
    kept = [line for line in text.splitlines() if not line.startswith(("inputs", "targets"))]
    (tmp_path / "cured.yaml").write_text("\n".join([*kept, *fault.hint.splitlines()]), encoding="utf-8")
    assert load(tmp_path / "cured.yaml").samples == 2


def test_a_square_matrix_is_not_turned_in_silence() -> None:
    """`conventions: {weight_rows: sending}` would load, and turn the first matrix as well: that is said."""
    (fault,) = faults("square-and-column").faults
    alone, everything = fault.hint.splitlines()
    assert alone.startswith("[[0.3, 0.9]]")
    assert everything.strip().endswith("that turns weights[1] too")


def test_a_cure_that_does_not_work_is_not_told(tmp_path: Path) -> None:
    text = Path("key-lr.yaml").read_text(encoding="utf-8")
    (tmp_path / "both.yaml").write_text(text + "learning_rate: 0.1\n", encoding="utf-8")
    with pytest.raises(BptutorError) as caught:
        load(tmp_path / "both.yaml")
    (fault,) = caught.value.faults
    assert (fault.message, fault.hint) == ("unknown key lr", "learning_rate is there already")


@pytest.mark.parametrize("row", ROWS, ids=[str(place) for place in range(len(ROWS))])
def test_every_row_says_what_is_wrong_and_where(row: Row) -> None:
    assert row.says
    assert "at" in row.pattern.groupindex


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("O.5", "0.5"), ("l.5", "1.5"), ("０．５", "0.5"), ("½", "0.5"), ("1½", "1.5"), ("50 %", "0.5"),
        ("2 * 10**3", "2e3"), ("1_000", "1000"), ("1 000.5", "1000.5"), ("≈0.5", "0.5"), ("lr=0.5", "0.5"),
        ("5×10^-1", "5e-1"), ("0.5.", "0.5"),
        ("0.5;", "0.5"), ("0.5 # x", "0.5"), ("0.5//x", "0.5"), ("0.5f", "0.5"), ("(0.5)", "0.5"), ("- 0.5", "-0.5"),
        ("0. 5", "0.5"), ("0..5", "0.5"), ("007", "7"), ("--1", "-1"), ("+-1", "-1"),
    ],
)  # fmt: skip
def test_numbers_that_are_meant(typed: str, number: str) -> None:
    assert number in [new for new, _says in meant(typed)]


@pytest.mark.parametrize("typed", ["abc", "0.5", "1:30", "0x10", "1+1", "nan", "", "0.5 0.6", "10" * 60])
def test_no_number_is_meant(typed: str) -> None:
    assert not [*meant(typed)]


@pytest.mark.parametrize(
    ("line", "column", "shown", "caret"),
    [
        ("learning_rate：0.5", 14, "learning_rate：0.5", 13),
        ("标题：二", 3, "标题：二", 4),
        ("\ta: 1", 1, " a: 1", 0),
        ("e\u0301：", 3, "e\u0301：", 1),
        ("a" * 200 + "X" + "b" * 200, 201, "…" + "a" * 39 + "X" + "b" * 32 + "…", 40),
        ("\x1b[31mred", 1, "·[31mred", 0),
    ],
)
def test_the_caret_stands_under_the_spot(line: str, column: int, shown: str, caret: int) -> None:
    assert excerpt(spotted(Where("x.yaml", 1), line, column)) == [f"    {shown}".rstrip(), f"    {' ' * caret}^"]


@pytest.mark.parametrize("length", [1, 71, 72, 73, 150, 289, 1000, 100_000])
def test_in_a_line_of_any_length_the_caret_stands_under_the_spot(length: int) -> None:
    line = "".join(random.Random(length).choices(ascii_letters, k=length))
    for column in {1, min(2, length), length // 2 + 1, max(1, length - 30), length}:
        found = spotted(Where("x.yaml", 1), line, column)
        assert found.column
        assert found.text[found.column - 1] == line[column - 1]
        assert found.text.strip("…") in line
        assert len(found.text.strip("…")) == min(length, 72)
        assert (found.text.startswith("…"), found.text.endswith("…")) == (
            not line.startswith(found.text.strip("…")),
            not line.endswith(found.text.strip("…")),
        )


def test_cures_are_tried_no_longer_than_a_person_waits() -> None:
    """A list that was typed a hundred times into a row of weights took half a minute."""
    row = ", ".join(["[0.2, -0.55]"] * 500)
    text = f"layers: [2, 2, 2]\nactivation: sigmoid\ninputs: [1, 1]\nweights:\n  - [[1, 1], [1, 1]]\n  - [{row}\n"
    read = list[int]()

    def attempt(draft: str) -> BptutorError | None:
        read.append(len(draft))
        try:
            problem_of(parse(draft.encode(), "x.yaml"))
        except BptutorError as error:
            return error
        return None

    wrong = attempt(text)
    assert wrong
    cured(wrong, text, attempt)
    assert 100_000 < sum(read) < 250_000


@pytest.mark.parametrize("key", ["inputs[x", "a.b[", "[", "weights[", "x.y.z[1"])
def test_a_key_with_brackets_of_its_own_holds_nothing_up(key: str, tmp_path: Path) -> None:
    """What such a key is in is looked for from the inside out, and that ends."""
    text = Path("key-lr.yaml").read_text(encoding="utf-8")
    (tmp_path / "odd.yaml").write_text(f'{text}"{key}":\n  - 1\n  - x\n', encoding="utf-8")
    with pytest.raises(BptutorError, match="unknown key"):
        load(tmp_path / "odd.yaml")
