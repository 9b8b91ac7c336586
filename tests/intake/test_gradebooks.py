"""Gradebooks that teachers export: read as the csv module reads them, written back byte for byte."""

from __future__ import annotations

import csv
import io
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bptutor.errors import BptutorError
from bptutor.intake import gradebooks
from bptutor.intake.gradebooks import gradebook_of, load_gradebook

CELLS = st.text(st.sampled_from('ab",;\n\r =é\t'), max_size=6)


@given(
    st.lists(st.lists(CELLS, min_size=1, max_size=4), min_size=1, max_size=5),
    st.sampled_from(["\n", "\r\n"]),
    st.booleans(),
)
def test_reads_what_csv_reads_and_writes_the_same_bytes(rows: list[list[str]], end: str, all_quoted: bool) -> None:
    stream = io.StringIO(newline="")
    quoting: Any = csv.QUOTE_ALL if all_quoted else csv.QUOTE_MINIMAL
    csv.writer(stream, lineterminator=end, quoting=quoting).writerows([["a,b", "c", "d"], ["1", "2", "3"], *rows])
    data = stream.getvalue().encode()
    for bom in (b"", b"\xef\xbb\xbf"):
        book = gradebook_of(bom + data, "x.csv")
        assert book.filled({}) == bom + data
        if book.delimiter == ",":
            assert book.rows == [row or [""] for row in csv.reader(io.StringIO(stream.getvalue(), newline=""))]


@given(st.text(st.sampled_from('ab",;\n\r'), min_size=1).filter(str.strip))
def test_any_text_comes_back_or_is_refused(text: str) -> None:
    try:
        book = gradebook_of(text.encode(), "x.csv")
    except BptutorError:
        assert '"' in text
        return
    assert book.filled({}) == text.encode()


def test_only_the_filled_cells_change() -> None:
    data = b'Name;"Grade" ;x\r\n"a"";b";  07 ;"q"\r\nc;"";\n\n'
    book = gradebook_of(data, "x.csv")
    assert book.delimiter == ";"
    found = book.filled({(1, 1): "5,5", (2, 1): 'a"b', (2, 2): "x;y"})
    assert found == b'Name;"Grade" ;x\r\n"a"";b";5,5;"q"\r\nc;"a""b";"x;y"\n\n'


def test_a_short_row_is_made_as_long_as_the_titles() -> None:
    assert gradebook_of(b"a,b,c\nx\ny,z,1\n", "x.csv").filled({(1, 2): "5"}) == b"a,b,c\nx,,5\ny,z,1\n"


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("a,b\n1,2\n", ","),
        ("a;b\n1;2\n", ";"),
        ("a\tb\n", "\t"),
        ('"a,b";c;"d,e"\n', ";"),
        ("a;b,c\n1,5;2,5\n", ";"),
        ("a\n", ","),
        ("\n\n  \n\na;b\n", ";"),
    ],
)
def test_the_delimiter_is_found(text: str, delimiter: str) -> None:
    assert gradebook_of(text.encode(), "x.csv").delimiter == delimiter


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "the file is empty"),
        (b"\xef\xbb\xbf \n", "the file is empty"),
        (b"a,b\nM\xfcller,1\n", "byte 0xfc is not UTF-8 text"),
        (b'a,b\n"x,1\ny,2\n', "a quotation mark opens here and is never closed"),
    ],
)
def test_what_cannot_be_read(data: bytes, says: str) -> None:
    with pytest.raises(BptutorError) as error:
        gradebook_of(data, "x.csv")
    assert error.value.message == says
    assert error.value.where.file == "x.csv"
    assert error.value.where.line in (None, 2)


def test_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(b"a,b\n1,2\n")
    assert load_gradebook(path).rows == [["a", "b"], ["1", "2"]]
    monkeypatch.setattr(gradebooks, "MAX_BYTES", 5)
    for name in (path, tmp_path, tmp_path / "none", "a\0b"):
        with pytest.raises(BptutorError):
            load_gradebook(name)


def test_long_files_are_quick() -> None:
    start = time.perf_counter()
    for text in ('"a""' * 100_000, ',"' * 99_999, '"' * 200_000, "a,b\n" * 100_000, '"a\n' * 100_001):
        with suppress(BptutorError):
            gradebook_of(text.encode(), "x.csv")
    assert time.perf_counter() - start < 60
