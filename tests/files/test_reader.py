"""The reader: what it takes, where it says things stand, and its limits, with libyaml and without."""

import io
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bptutor.errors import BptutorError, Fault, Where
from bptutor.files import faults, reader
from bptutor.files.reader import Mapping, Node, Scalar, Sequence, parse, read

PARSERS = [yaml.SafeLoader, *filter(None, [getattr(yaml, "CSafeLoader", None)])]


@pytest.fixture(autouse=True, params=PARSERS, ids=lambda parser: parser.__name__)
def _parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "Parser", request.param)


def root(text: str) -> Node:
    return parse(text.encode(), "x.yaml").root


def fault(data: str | bytes) -> Fault:
    with pytest.raises(BptutorError) as caught:
        parse(data.encode() if isinstance(data, str) else data, "x.yaml")
    (only,) = caught.value.faults
    return bare(only)


def bare(fault: Fault) -> Fault:
    """The fault without its line and the spot in it, which test_mending looks at."""
    return fault._replace(where=fault.where._replace(column=None, text=""))


@pytest.mark.parametrize(
    "text", ["0.50", "010", "1:30", "no", "1e-3", "1_000", "0x10", "2024-01-01", ".5", "−0.5", "="]
)
def test_a_scalar_stays_as_typed(text: str) -> None:
    assert root(f"- {text}") == Sequence([Scalar(text, 1)], 1)


def test_quotes_and_blocks_are_not_plain() -> None:
    text = "- 'a'\n- \"b\"\n- |\n  c\n- >\n  d\n- e\n-\n- ''\n"
    expected = [("a", 1, False), ("b", 2, False), ("c\n", 3, False), ("d\n", 5, False), ("e", 7, True)]
    assert root(text) == Sequence([Scalar(*item) for item in [*expected, ("", 8, True), ("", 9, False)]], 1)


def test_lines_of_keys_and_values() -> None:
    text = "# a comment\n\na: 1\nb:\n  - x\n  -\n    - y\nc: {d: 2,\n  e: 3}\n"
    assert root(text) == Mapping(
        {
            "a": Scalar("1", 3),
            "b": Sequence([Scalar("x", 5), Sequence([Scalar("y", 7)], 7)], 5),
            "c": Mapping({"d": Scalar("2", 8), "e": Scalar("3", 9)}, {"d": 8, "e": 9}, 8),
        },
        {"a": 3, "b": 4, "c": 8},
        3,
    )


@pytest.mark.parametrize("start", ["\ufeff", "---\n", "%YAML 1.1\n---\n", "# comment\n---\n", "\r\n"])
def test_what_may_stand_before_a_document(start: str) -> None:
    assert isinstance(root(f"{start}a: 1\n"), Mapping)


@pytest.mark.parametrize("end", ["", "\n", "\r\n", "\n...\n", "\n# comment", "\n\n\n"])
def test_what_may_stand_after_a_document(end: str) -> None:
    assert isinstance(root(f"a: 1{end}"), Mapping)


def test_the_document_keeps_its_bytes_and_its_name() -> None:
    document = parse(b"\xef\xbb\xbfa: \xce\xb4", "x.yaml")
    assert (document.name, document.data) == ("x.yaml", b"\xef\xbb\xbfa: \xce\xb4")
    assert document.root == Mapping({"a": Scalar("δ", 1)}, {"a": 1}, 1)


def test_a_value_whose_key_is_refused_is_not_kept() -> None:
    document = parse(b"a: 1\n<<: {b: 2}\na: [3, {a: 4}]\nc: 5\n", "x.yaml")
    assert document.root == Mapping({"a": Scalar("1", 1), "c": Scalar("5", 4)}, {"a": 1, "c": 4}, 1)
    assert [bare(fault).where for fault in document.faults] == [Where("x.yaml", 2), Where("x.yaml", 3, "a")]


def test_a_quoted_merge_key_is_a_key() -> None:
    assert root("'<<': 1") == Mapping({"<<": Scalar("1", 1, plain=True)}, {"<<": 1}, 1)


def test_a_key_of_a_nul_is_kept_like_any_other() -> None:
    assert root('"\\0": 1') == Mapping({"\0": Scalar("1", 1)}, {"\0": 1}, 1)


@pytest.mark.parametrize("data", ["", "\n\n", "# comment\n", "---\n", "--- # comment\n...\n", "\ufeff"])
def test_empty(data: str) -> None:
    assert fault(data).message == "the file is empty"


@pytest.mark.parametrize("text", ["''", "~", "abc", "|\n"])
def test_a_text_alone_is_a_document(text: str) -> None:
    assert isinstance(root(text), Scalar)


def test_depth() -> None:
    most = reader.MAX_DEPTH
    assert isinstance(root("[" * most + "]" * most), Sequence)
    message = "brackets and indentation go more than 32 levels deep"
    assert fault("\n" + "[" * (most + 1) + "]" * (most + 1)) == Fault(message, Where("x.yaml", 2))


def test_number_of_values(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "MAX_NODES", 10)
    assert isinstance(root("a: [1, 2, 3]\nb: {c: 5}"), Mapping)  # keys and collections count as well
    expected = Fault("the file has more than 10 values", Where("x.yaml", 2))
    assert fault("a: [1, 2, 3, 4]\nb: {c: 5}") == expected
    assert fault("[1, 2, 3, 4, 5, 6, 7, 8, 9,\n10]") == expected
    assert fault("[1, 2, 3, 4, 5, 6, 7, 8, 9,\n[]]") == expected


@pytest.mark.slow
def test_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "large.yaml"
    path.write_bytes(b"a: 1\n#" + b"x" * (reader.MAX_BYTES - 6))
    assert isinstance(read("large.yaml").root, Mapping)
    path.write_bytes(b"a: 1\n#" + b"x" * (reader.MAX_BYTES - 5))
    with pytest.raises(BptutorError) as caught:
        read("large.yaml")
    assert caught.value.message == "the file is too large: more than 4 MiB"
    assert caught.value.where == Where("large.yaml")


def test_number_of_faults() -> None:
    most = faults.MAX_FAULTS
    document = parse(b"a: 1\n" * (most + 1), "x.yaml")
    assert len(document.faults) == most
    with pytest.raises(BptutorError) as caught:
        parse(b"a: 1\n" * (most + 2), "x.yaml")
    assert len(caught.value.faults) == most + 1
    assert caught.value.faults[-1].message == "more than 100 faults; these are the first"


@pytest.mark.parametrize("code", [0, 7, 8, 0xB, 0x1B, 0x7F, 0x80, 0x9F, 0xFEFF, 0xFFFE, 0xFFFF])
def test_control_characters(code: int) -> None:
    hint = "save the file as UTF-8 text"
    message = f"the control character U+{code:04X} is no text"
    assert fault(f"ä: é\nb: 'a{chr(code)}b'\nc") == Fault(message, Where("x.yaml", 2), hint)


@pytest.mark.parametrize("text", ["é", "δ", "−", "×", "漢字", "😀", "\x85", "\xa0", "\u2028", "e\u0301"])
def test_other_characters(text: str) -> None:
    assert isinstance(root(f"a: '{text}b'"), Mapping)


@pytest.mark.parametrize(("byte", "at"), [(b"\xff", 3), (b"\xc3", 3), (b"\xed\xa0\x80", 3), (b"\xf5\x80\x80\x80", 3)])
def test_bytes_that_are_no_text(byte: bytes, at: int) -> None:
    message = f"byte 0x{byte[0]:02x} is not UTF-8 text"
    assert fault(b"a: 1\nb: 2\nc: " + byte + b" x\n") == Fault(message, Where("x.yaml", at), "save the file as UTF-8")


@pytest.mark.parametrize("data", [b"PK\x03\x04", b"PK\x03\x04\x14\x00\x08\x08\xbb\xfd[Content_Types].xml"])
def test_a_workbook_is_no_text(data: bytes) -> None:
    message, hint = (
        "this is an archive or a workbook, expected a text file",
        "bptutor check takes a workbook that was filled in",
    )
    assert fault(data) == Fault(message, Where("x.yaml"), hint)


@pytest.mark.parametrize("coding", ["utf-16-le", "utf-16-be"])
def test_two_bytes_a_letter(coding: str) -> None:
    found = fault("\ufeffa: 1\n".encode(coding))
    message = "the file is UTF-16, expected UTF-8"
    assert found == Fault(message, Where("x.yaml", 1), "save the file as UTF-8")


def test_half_a_surrogate_pair() -> None:
    found = fault('b: 1\na: "\\ud83d"')
    if reader.Parser is yaml.SafeLoader:  # libyaml refuses it by itself
        hint = "type the character itself"
        assert found == Fault("half a surrogate pair is not a character", Where("x.yaml", 2), hint)
    assert found.where.line == 2


@pytest.mark.parametrize("text", ["&a 1", "&a [1]", "&a {b: 1}", "[1, &a 2]", "{a: &b 1}", "&a a: 1"])
def test_anchors(text: str) -> None:
    message = f"anchors and aliases are not read, found {'&b' if '&b' in text else '&a'}"
    assert fault(f"\n{text}\n") == Fault(message, Where("x.yaml", 2), "write the values out")


@pytest.mark.parametrize("text", ["*a", "[1, *a]", "{b: *a}", "*a : 1"])
def test_aliases(text: str) -> None:
    assert fault(text).message == "anchors and aliases are not read, found *a"


@pytest.mark.parametrize("text", ["!!str 1", "!!int '1'", "! 1", "!x 1", "!<x> 1", "! [1]", "! {a: 1}", "{a: !!null }"])
def test_tags(text: str) -> None:
    assert fault(f"- {text}\n").message.startswith("tags are not read, found ")


def test_tag_directives() -> None:
    assert fault("%YAML 1.1\n%TAG ! x\n---\na: 1").where == Where("x.yaml", 2)
    assert isinstance(root("a: '%TAG'\nb: |\n  %TAG\n"), Mapping)


@pytest.mark.parametrize(
    "text", ["[1, 2", "{a: 1", "'a", '"a', "a: b: c", "a: [1]]", "- 1\nb: 2", "\t- 1", "@a", "%", "a: `b`"]
)
def test_syntax(text: str) -> None:
    found = fault(f"\n{text}\n")
    assert found.message.startswith("this is not YAML: ")
    assert found.where.line in (2, 3, 4)
    assert found.hint == "look at brackets, quotes, colons and indentation here and just before"


class _Stdin:
    def __init__(self, data: bytes):
        self.buffer = io.BytesIO(data)


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", _Stdin(b"a: 1"))
    document = read("-")
    assert (document.name, document.data) == ("standard input", b"a: 1")


@pytest.mark.parametrize("path", ["", "missing.yaml", "folder/missing.yaml", Path("missing.yaml"), "a\0b", "x" * 5000])
def test_unreadable(path: str | Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(BptutorError) as caught:
        read(path)
    known = path in ("", "missing.yaml", "folder/missing.yaml", Path("missing.yaml"))
    assert caught.value.message.startswith("there is no such file" if known else "the file cannot be read: ")
    assert caught.value.where == Where(str(path))


def test_folder(tmp_path: Path) -> None:
    with pytest.raises(BptutorError, match="this is a folder, expected a file"):
        read(tmp_path)


PLAIN = st.from_regex(r"[a-z0-9.+_-]{0,6}", fullmatch=True).filter(lambda text: text not in ("---", "...", "<<"))
VALUES = st.recursive(
    st.text("abc δ😀:#[]{},&*!|>'\"%@`\\\n\t0123", max_size=12) | PLAIN,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(PLAIN, inner, max_size=4),
    max_leaves=12,
)


def values(node: Node) -> Any:
    """The tree without its lines."""
    if isinstance(node, Mapping):
        assert list(node.items) == list(node.lines)
        return {key: values(item) for key, item in node.items.items()}
    return [values(item) for item in node.items] if isinstance(node, Sequence) else node.text


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(VALUES, st.booleans())
def test_what_is_written_is_read(value: Any, flow: bool) -> None:
    text = yaml.safe_dump(value, default_flow_style=flow, allow_unicode=True, sort_keys=False)
    assert values(root(text)) == value
