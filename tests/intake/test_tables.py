"""Tables with a row a student: however a program exports them, the same cells; and the same numbers as one by one."""

import csv
import io
import math
import re
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from bptutor.answers import Answers, Typed
from bptutor.errors import BptutorError
from bptutor.files.library import load
from bptutor.files.numbers import typed_number
from bptutor.files.typed.characters import plain
from bptutor.intake.columns import Columns, columns
from bptutor.intake.entry import HandIn
from bptutor.intake.headings import roles
from bptutor.intake.tables import (
    EXACT,
    Table,
    TableRow,
    hand_in_of,
    open_table,
    row_answers,
    row_numbers,
    table_rows,
)

MAZUR = load("mazur")


def table(path: Path, data: str | bytes) -> Table:
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return open_table(path)


class Row(NamedTuple):
    """A row as a hand-in; `answers` is None for what cannot be read."""

    hand_in: HandIn
    answers: Answers | None


def rows(path: Path, data: str | bytes) -> list[Row]:
    opened = table(path, data)
    known = columns(opened, MAZUR)
    return [
        Row(hand_in_of(opened, row), None if row.fault else row_answers(opened, row, known))
        for row in table_rows(opened)
    ]


def values(row: Row) -> dict[str, float | None]:
    assert row.answers, row.hand_in.reason
    return {cell: typed.value for cell, typed in row.answers.cells.items()}


# Numbers, all at once.


def check_numbers(texts: list[str]) -> None:
    known = Columns(("net1[1]",), (0,), ())
    read = row_numbers([TableRow(1, [text]) for text in texts], known)
    for place, text in enumerate(texts):
        bare = plain(text).strip()
        one, is_blank = typed_number(text), bare in ("~", "null", "Null", "NULL") or not bare.strip(" \t\n-.?_/…")
        value, decimals, unreadable = (array[place, 0] for array in read)
        assert unreadable == (one is None and not is_blank), text
        if one is None:
            assert math.isnan(value), text
        else:
            assert (float(value).hex(), decimals) == (one[0].hex(), EXACT if one[1] is None else one[1]), text


DIGITS = st.text("0123456789", max_size=18)
PLAIN = st.builds(
    "{}{}{}{}".format, st.sampled_from(["", "-", "+", "−", " "]), DIGITS, st.sampled_from(["", ".", ","]), DIGITS
)


@pytest.mark.slow
@settings(max_examples=2000)
@given(st.lists(PLAIN | st.text(max_size=6) | st.text("-+.,0123456789eE/ ~", max_size=20), max_size=8))
@example(
    ["-0.0", "-0", "0.", "-.5", ".", "-", "+", "", "010", "00", "0", "-00.1", "0.50", "1.2.3", "1,5", "5e-324", "1e400"]
)
@example(
    ["999999999", "9999999999", "123456789012345", "1234567890123456", "0.1234567890123", "-99999.99999", "0" * 70]
)
@example(
    [" 0.5", "0.5 ", "  0.5", " ", "~", " ~ ", "null", "NULL", "1/3", "-1/3", "1 /3", "1e-3", "3e2", "nan", "\x00", "٣"]
)
def test_numbers_are_read_as_one_by_one(texts: list[str]) -> None:
    check_numbers(texts)


@pytest.mark.slow
@settings(max_examples=500)
@given(
    st.lists(
        st.decimals(-(10**7), 10**7, allow_nan=False, places=6).map("{:f}".format) | st.floats().map(str), max_size=50
    )
)
def test_decimals_are_read_as_one_by_one(texts: list[str]) -> None:
    check_numbers(texts)


def test_every_short_text_is_read_as_typed() -> None:
    letters = "-+.,012 "
    check_numbers([a + b + c + d for a in letters for b in letters for c in letters for d in letters])


# Rows and cells.

CELL = st.text('ab1.,;"\t\n é−=\x1f\x00', max_size=5)


@pytest.mark.slow
@settings(max_examples=1500)
@given(
    st.lists(st.lists(CELL, min_size=3, max_size=3), max_size=6),
    st.sampled_from(",;\t"),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
)
def test_what_the_csv_module_writes_is_read(
    tmp_path_factory: pytest.TempPathFactory, written: list[list[str]], delimiter: str, newline: str, quoting: Any
) -> None:
    # A line inside of a cell that has as many values as the header is taken for a row behind a quote that does not end.
    assume(not any(line.count(delimiter) > 1 for row in written for cell in row for line in cell.split("\n")[1:-1]))
    text = io.StringIO()
    out = csv.writer(text, delimiter=delimiter, lineterminator=newline, quoting=quoting)
    out.writerow(["a", "b", "c"])
    out.writerows(written)
    opened = table(tmp_path_factory.mktemp("t") / "x.csv", text.getvalue())
    found = list(table_rows(opened))
    assert [row.cells for row in found] == [row for row in written if any(row)]
    assert not any(row.fault for row in found)
    lines, beginning = text.getvalue().split("\n"), re.compile(r'"?')
    for row in found:
        line = beginning.sub("", lines[row.line - 1], 1)
        assert line.startswith(row.cells[0].partition("\n")[0].partition('"')[0])


@pytest.mark.slow
@settings(max_examples=1500)
@given(st.text('ab1,"\n', max_size=30), st.integers(1, 3))
@example('a,"b\nc,d\n', 2)
@example('a"b,c\n', 2)
@example('""",\n"",""\n', 2)
@example('"a"b,c\n', 2)
def test_any_text_is_read_as_the_csv_module_reads_it(
    tmp_path_factory: pytest.TempPathFactory, text: str, width: int
) -> None:
    header = ",".join("abc"[:width])
    opened = table(tmp_path_factory.mktemp("t") / "x.csv", f"{header}\n{text}")
    found = list(table_rows(opened))
    padded = [[*row, "", "", ""][:width] for row in csv.reader(io.StringIO(text)) if any(row)]
    # Behind a quote that does not end rows are read that the csv module takes into one cell.
    assert [row.cells for row in found] == padded or any(row.fault for row in found)


def test_a_table_of_many_short_rows(tmp_path: Path) -> None:
    text = "id,name\n" + "a\n" * 50_000 + '"b\n' * 2 + "".join(f"{i}\n" for i in range(20_000))
    found = list(table_rows(table(tmp_path / "x.csv", text)))
    assert len(found) == 70_001
    assert (found[-1].cells[0], found[-1].line) == ("19999", 70_003)


# Whatever programs export.

HEADER = ["Student ID", "Name", "net_h1", "net1[2]", "new_w2[1,1]"]
ROWS = [["s1", "Jürgen Groß", "0.3775", "−0.5", "1/3"], ["s2", 'Doe, "J"', "", "abc", "0.50"]]


def export(delimiter: str, comma: bool, newline: str = "\r\n", quoting: Any = csv.QUOTE_MINIMAL) -> str:
    text = io.StringIO()
    out = csv.writer(text, delimiter=delimiter, lineterminator=newline, quoting=quoting)
    out.writerow(HEADER)
    out.writerows([[*row[:2], *(cell.replace(".", ",") if comma else cell for cell in row[2:])] for row in ROWS])
    return text.getvalue()


EXPORTS = {
    "comma": export(",", comma=False).encode(),
    "comma, decimal commas quoted": export(",", comma=True).encode(),
    "semicolon": export(";", comma=True).encode(),
    "tab": export("\t", comma=True, newline="\n").encode(),
    "all quoted": export(",", comma=False, quoting=csv.QUOTE_ALL).encode(),
    "byte order mark": export(";", comma=True).encode("utf-8-sig"),
    "UTF-16": export("\t", comma=True).encode("utf-16"),
    "UTF-16, big": b"\xfe\xff" + export("\t", comma=True).encode("utf-16-be"),
    "Excel of Windows": export(";", comma=True).replace("−", "-").encode("cp1252"),
    "Excel of old Macs": export(";", comma=True, newline="\r").encode(),
    "Excel naming its delimiter": ("sep=;\r\n" + export(";", comma=True)).encode(),
    "no end of the last line": export(",", comma=False).rstrip().encode(),
    "empty lines": ("\n\n" + export(",", comma=False, newline="\n\n") + ",,,,\n\n").encode(),
}


@pytest.mark.parametrize("how", EXPORTS)
def test_exports(how: str, tmp_path: Path) -> None:
    first, second = rows(tmp_path / "class.csv", EXPORTS[how])
    assert first.hand_in[:2] == ("s1", "Jürgen Groß")
    assert second.hand_in[:2] == ("s2", 'Doe, "J"')
    assert values(first) == {"net1[1]": 0.3775, "net1[2]": -0.5, "new_w2[1,1]": 1 / 3}
    assert second.answers
    line = int(second.hand_in.source.rpartition(" ")[2])
    typed = second.answers.cells["new_w2[1,1]"]
    assert second.answers.cells == {"net1[2]": Typed("abc", None, None, line), "new_w2[1,1]": typed}
    assert typed[1:] == (0.5, 2, line)


def test_a_form_has_other_columns_too(tmp_path: Path) -> None:
    header = "Zeitstempel,E-Mail-Adresse,Vorname,Nachname,net_h1,Kommentar,i1,Variante\n"
    text = header + "1.1.2025,a@b.de,Jane,Doe,0.5,schön,1,B\n"
    opened = table(tmp_path / "form.csv", text)
    assert columns(opened, MAZUR) == (("net1[1]",), (4,), ("Zeitstempel", "Kommentar", "i1"))
    (row,) = rows(tmp_path / "form.csv", text)
    assert row.hand_in == ("a@b.de", "Jane Doe", "a@b.de", "B", "form.csv, line 2", 2.0, False, "", (), "")


def test_the_columns_of_gradebooks() -> None:
    assert roles(["Student", "ID", "SIS User ID", "SIS Login ID", "Section"]) == {"id": 1, "name": 0}
    assert roles(["Student", "net1"]) == {"id": 0}
    assert roles(["Nom", "Prénom", "Adresse e-mail", "Numéro d’étudiant"]) == {
        "first": 1,
        "last": 0,
        "email": 2,
        "id": 3,
    }
    assert roles(["First name", "Last name", "ID number", "Email address"]) == {
        "first": 0,
        "last": 1,
        "id": 2,
        "email": 3,
    }
    assert roles(["E-MAIL", " Full_Name ", "Matrikel-Nr.", "id", "id"]) == {"email": 0, "name": 1, "id": 3}
    assert roles(["", "x"]) == {}


def refusal(path: Path, data: str | bytes) -> str:
    with pytest.raises(BptutorError) as caught:
        rows(path, data)
    return str(caught.value)


REFUSED = {
    "": """\
the table is empty
x.csv
its first row has to name the columns: id, and cells such as net1[2]""",
    "id,name\na,b\n": """\
no column is a cell of this problem, found id, name
x.csv, line 1
such as net1[2] or its label; put quotes around a heading that has the sign between columns""",
    "\nid,net_h1,net1[1],net_h2,net_h1\na,1,2,3,4\n": """\
net1[1] appears twice, first in column 2
x.csv, line 2, column 3
keep one of the two

net1[1] appears twice, first in column 2
x.csv, line 2, column 5
keep one of the two""",
    "id,new_w2[1,1]\na,1\n": """\
no column is a cell of this problem, found id, new_w2[1, 1]
x.csv, line 1
such as net1[2] or its label; put quotes around a heading that has the sign between columns""",
    "\ufeff\n\n": """\
the table is empty
x.csv
its first row has to name the columns: id, and cells such as net1[2]""",
}


@pytest.mark.parametrize("text", REFUSED)
def test_tables_that_are_none(text: str, tmp_path: Path) -> None:
    assert refusal(tmp_path / "x.csv", text) == REFUSED[text]


def test_a_table_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(BptutorError, match="the file cannot be read: No such file or directory"):
        open_table(tmp_path / "x.csv")


def reasons(path: Path, data: str | bytes) -> dict[str, str]:
    return {row.hand_in.id: row.hand_in.reason for row in rows(path, data)}


def test_rows_that_cannot_be_read(tmp_path: Path) -> None:
    path, endless = tmp_path / "x.csv", "a quoted cell does not end: is a quote missing?"
    good = "".join(f"s{i},0.5,0.6\n" for i in range(3))
    assert reasons(path, f"id,net_h1,net_h2\n{good}a,0,5,0,6\nb,1\nc,1,2,,\n") == {
        **dict.fromkeys(["s0", "s1", "s2", "b", "c"], ""),
        "a": "the row has 5 values, the header has 3",
    }
    assert reasons(path, f'id,net_h1,net_h2\n{good}a,"1,2\n') == {"s0": "", "s1": "", "s2": "", "a": endless}
    long = "x" * 200_000
    assert reasons(path, f"id,net_h1,net_h2\na,{long},1\n{good}") == {"": endless, "s0": "", "s1": "", "s2": ""}
    assert reasons(path, f"id,net_h1,net_h2\n{good}a,1,{',' * 2_000_000}\nb,1,2\n") == {
        **dict.fromkeys(["s0", "s1", "s2", "b"], ""),
        "a": "the file is too large: more than 1 MiB",
    }


def test_hostile_cells_are_only_text(tmp_path: Path) -> None:
    text = 'id,name,net_h1,net_h2\n=cmd|x,<script>,"=1+1",\x1b[2J\n../../a,"a\nb",@SUM(1),-1\n' + "n" * 5000 + ",,1,2\n"
    first, second, third = rows(tmp_path / "x.csv", text)
    assert first.hand_in[:2] == ("=cmd|x", "<script>")
    assert values(first) == {"net1[1]": None, "net1[2]": None}
    assert (*second.hand_in[:2], values(second)) == ("../../a", "a\nb", {"net1[1]": None, "net1[2]": -1})
    assert third.hand_in.id == "n" * 200


@settings(max_examples=300)
@given(st.binary(max_size=60) | st.text('id,net_h1";\n\r\t0.5é', max_size=60).map(str.encode))
def test_any_bytes_are_rows_or_refused(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.mktemp("t") / "x.csv"
    for row in rows(path, b"id,net_h1\n" + data):
        assert (row.answers is None) == bool(row.hand_in.reason)


def test_numbers_are_what_the_sheets_of_rows_say(tmp_path: Path) -> None:
    text = "id,net_h1,net_h2,E\n" + "".join(f"s{i},{i / 7:.4f},{'' if i % 3 else 'x'},1/{i + 1}\n" for i in range(3000))
    opened = table(tmp_path / "x.csv", text)
    known, found = columns(opened, MAZUR), list(table_rows(opened))
    read = row_numbers(found, known)
    assert read.value.shape == (3000, 3)
    for place, row in enumerate(found):
        sheet = row_answers(opened, row, known)
        for column, cell in enumerate(known.ids):
            typed = sheet.cells.get(cell)
            assert read.unreadable[place, column] == (typed is not None and typed.value is None)
            if typed and typed.value is not None:
                assert read.value[place, column] == typed.value
                assert read.decimals[place, column] == (EXACT if typed.decimals is None else typed.decimals)
