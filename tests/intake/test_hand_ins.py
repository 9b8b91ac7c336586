"""Hand-ins from wherever platforms put them, and whatever strangers put there: a row each, and nothing else happens."""

import json
import os
import pickle
import struct
import sys
import tracemalloc
import zipfile
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from bptutor.answers import Answers, Typed
from bptutor.classroom.spool import Keep, Spool
from bptutor.errors import BptutorError
from bptutor.files.library import load
from bptutor.intake.archives import Archives
from bptutor.intake.entries import Search, entries
from bptutor.intake.entry import LIMIT, Entry
from bptutor.intake.hand_ins import ProblemFor, read
from bptutor.intake.roster import Roster
from bptutor.intake.variants import problems, variant_of
from bptutor.intake.whose import id_pattern, whose
from bptutor.marking.policy import Marking
from bptutor.problem import Problem
from bptutor.runs.chunks import Job, graded

MAZUR = load("mazur")
SHEET = "student: of-the-sheet\nanswers: {net_h1: 0.3775}\n"
READ = {"net1[1]": Typed("0.3775", 0.3775, 4, 2)}


def mazur(_variant: str, _student: str) -> Problem:
    return MAZUR


class Row(NamedTuple):
    """A hand-in and its answers."""

    student: str
    name: str
    source: str
    when: float
    answers: Answers | None
    reason: str = ""
    variant: str = ""
    email: str = ""
    late: bool = False


def row(entry: Entry, problem_for: ProblemFor = mazur, limit: int = LIMIT) -> Row:
    with Archives() as archives:
        one, answers = read(entry, problem_for, archives, limit)
    return Row(one.id, one.name, one.source, one.when, answers, one.reason, one.variant, one.email, one.late)


def all_of(*sources: Path, search: Search = Search()) -> list[Row]:
    return [row(entry, limit=search.limit) for entry in entries(sources, search)]


def said(*sources: Path, search: Search = Search()) -> dict[str, str]:
    """The reason of each hand-in, "" where it was read."""
    rows = all_of(*sources, search=search)
    for row in rows:
        assert (row.answers is None) == bool(row.reason)
        if row.answers:
            assert {cell: typed._replace(line=2) for cell, typed in row.answers.cells.items()} == READ
    return {row.source: row.reason for row in rows}


def put(path: Path, text: str = SHEET) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return path


def zipped(path: Path, *names: str, text: str = SHEET) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, text)
    return path


WHOSE = {
    "s1234567.yaml": ("s1234567", "", False),
    "deep/er/s1234567.yaml": ("s1234567", "", False),
    "Jane Doe_12345_assignsubmission_file_/answers.yaml": ("12345", "Jane Doe", False),
    "Jane Doe_12345_assignsubmission_file/answers.yaml": ("12345", "Jane Doe", False),
    "Jane Doe_12345_assignsubmission_file/inner/answers.yaml": ("12345", "Jane Doe", False),
    "Jane Doe_12345_assignsubmission_file_answers.yaml": ("12345", "Jane Doe", False),
    "hw/Jürgen Groß-Öttl_7_assignsubmission_file_/a_b_1_2_c.yaml": ("7", "Jürgen Groß-Öttl", False),
    "doejane_12345_67890_answers.yaml": ("12345", "doejane", False),
    "doejane_LATE_12345_67890_answers-1.yaml": ("12345", "doejane", True),
    "doejane_late_12345_67890_answers.yaml": ("12345", "doejane", True),
    "o_brienpat_12345_67890_my_answers_2.yaml": ("12345", "o_brienpat", False),
    "anon_a1B2c_67890_answers.yaml": ("a1B2c", "", False),
    "LATE_anon_12345_67890_answers.yaml": ("12345", "", True),
    "submission_12345/answers.yaml": ("submission_12345", "", False),
    "answers.yaml": ("", "", False),
    "Answers (1).yaml": ("", "", False),
    "s1/answers.yaml": ("s1", "", False),
    "s1/my_answers-2.yaml": ("s1", "", False),
    "answers-of-jane.yaml": ("answers-of-jane", "", False),
}


@pytest.mark.parametrize("path", WHOSE)
def test_file_names_of_platforms(path: str) -> None:
    (found,) = whose(path)
    assert (found.student, found.name, found.late) == WHOSE[path]


@pytest.mark.parametrize("path", ["onlinetext_/onlinetext.html", "onlinetext/a.html", "onlinetext_onlinetext.html"])
def test_a_text_typed_into_moodle_is_a_hand_in(path: str, tmp_path: Path) -> None:
    text = f"<p>{SHEET.replace(chr(10), '<br />')}</p>"
    archive = zipped(tmp_path / "class.zip", f"Jane Doe_12345_assignsubmission_{path}", text=text)
    (found,) = all_of(archive)
    assert (found.student, found.name, found.reason) == ("12345", "Jane Doe", "")
    assert found.answers
    assert found.answers.cells == READ


@pytest.mark.parametrize("path", WHOSE)
def test_a_zip_and_the_same_unpacked_are_the_same(path: str, tmp_path: Path) -> None:
    archive, (student, name, late) = zipped(tmp_path / "class.zip", path), WHOSE[path]
    put(tmp_path / "class" / path)
    for source in (archive, tmp_path / "class"):
        (row,) = all_of(source)
        assert row.answers
        assert row == (student or "of-the-sheet", name, path, row.when, row.answers, "", "", "", late)
    assert os.listdir(tmp_path) == ["class.zip", "class"] or os.listdir(tmp_path) == ["class", "class.zip"]


def test_an_id_from_a_pattern_of_ones_own(tmp_path: Path) -> None:
    put(tmp_path / "group 3 - Jane (s77).yaml")
    put(tmp_path / "other.yaml")
    search = Search(id_from=id_pattern(r"(?P<name>\w+) \((?P<id>s\d+)\)"))
    assert [(row.student, row.name) for row in all_of(tmp_path, search=search)] == [("s77", "Jane"), ("other", "")]


def test_patterns_that_are_none() -> None:
    with pytest.raises(BptutorError) as caught:
        id_pattern("(?P<id>")
    assert str(caught.value) == (
        "(?P<id> is not a regular expression: missing ), unterminated subpattern at position 0\n"
        r"such as --id-from '(?P<id>s\d+)'"
    )
    with pytest.raises(BptutorError) as caught:
        id_pattern(r"s\d+")
    assert str(caught.value) == r"s\d+ does not say where the id is" + "\n" + r"such as --id-from '(?P<id>s\d+)'"


METADATA = """\
---
submission_11:
  :submitters:
  - :name: Jane Doe
    :sid: '0042'
    :email: jane@example.org
  - :name: Max
    :sid:
    :email: max@example.org
  :created_at: 2024-01-01 10:00:00.000000000 Z
  :score: 0.0
submission_12:
  :submitters: []
"""


@pytest.mark.parametrize("packed", [False, True])
def test_gradescope_says_who_submitted(packed: bool, tmp_path: Path) -> None:
    names = ["x/submission_11/a.yaml", "x/submission_12/a.yaml"]
    folder, archive = tmp_path / "export", tmp_path / "export.zip"
    for name in names:
        put(folder / name)
    put(folder / "x" / "submission_metadata.yml", METADATA)
    zipped(archive, *names)
    with zipfile.ZipFile(archive, "a") as more:
        more.writestr("x/submission_metadata.yml", METADATA)
    rows = all_of(archive if packed else folder)
    assert [(row.student, row.name, row.email, row.source) for row in rows] == [
        ("0042", "Jane Doe", "jane@example.org", "x/submission_11/a.yaml"),
        ("max@example.org", "Max", "max@example.org", "x/submission_11/a.yaml"),
        ("submission_12", "", "", "x/submission_12/a.yaml"),
    ]
    assert [row.when for row in rows][:2] == [datetime(2024, 1, 1, 10, tzinfo=UTC).timestamp()] * 2
    put(folder / "x" / "submission_metadata.yml", "x: &a [*a]")
    told = list[str]()
    assert [entry.student for entry in entries([folder], passed=told.append)] == ["submission_11", "submission_12"]
    assert [line.partition(":")[0] for line in told] == ["x/submission_metadata.yml"]
    assert "anchors and aliases are not read" in told[0]


def test_what_is_searched_for(tmp_path: Path) -> None:
    for name in (
        "b.yaml",
        "a.YML",
        "c.txt",
        ".d.yaml",
        "e/f.yaml",
        "__MACOSX/._g.yaml",
        "J_1_assignsubmission_file_/h.pdf",
    ):
        put(tmp_path / "class" / name)
    put(tmp_path / "class" / "j.json", json.dumps({"answers": {"net_h1": "0.3775"}}))
    named_pdf = {"J_1_assignsubmission_file_/h.pdf": ""}  # what is in it is a sheet
    everything = {"a.YML": "", "b.yaml": "", "c.txt": "", "j.json": "", **named_pdf, "e/f.yaml": ""}
    assert said(tmp_path / "class") == everything
    assert said(tmp_path / "class", search=Search(("c*",))) == {"c.txt": "", **named_pdf}
    passed = list[str]()
    list(entries([tmp_path / "class"], Search(("c*",)), passed.append))
    assert passed == [".d.yaml", "a.YML", "b.yaml", "j.json", "e/f.yaml"]
    assert said(tmp_path / "class" / "c.txt") == {"c.txt": ""}


def test_json_lines_keep_the_text_of_numbers(tmp_path: Path) -> None:
    lines = [
        '{"student": "s1", "variant": 3, "answers": {"net": {"h1": 0.50, "h2": 1e-3}, "delta2": [1.0, null]}}',
        "",
        '{"student": 7, "answers": {"net_h1": NaN, "net_h2": "0,75", "E": 3E2, "w1+": true}}',
        '{"answers": {"net_h1": 1, "net_h1": 2}}',
        '{"answers": {"net_h1": "\\ud800"}}',
        "[" * 100_000,
        '{"a": ' * 40 + "1" + "}" * 40,
        '{"answers": {"net_h9": 1}} ',
        '{"answers": {}} x',
        "\ufeff",
        '{"answers": ' + " " * 2000 + "{}}",
        "[1]",
    ]
    source = tmp_path / "class.jsonl"
    source.write_bytes("\r\n".join(lines).encode() + b"\n\xff")
    rows = all_of(source, search=Search(limit=1024))
    assert [(row.student, row.variant) for row in rows[:2]] == [("s1", "3"), ("7", "")]
    assert rows[0].answers
    assert rows[0].answers.cells == {
        "net1[1]": Typed("0.50", 0.5, 2, 1),
        "net1[2]": Typed("1e-3", 0.001, 3, 1),
        "delta2[1]": Typed("1.0", 1, 1, 1),
    }
    assert rows[1].answers
    assert rows[1].answers.cells == {
        "net1[1]": Typed("NaN", None, None, 3),
        "net1[2]": Typed("0,75", 0.75, 2, 3),
        "loss": Typed("3E2", 300, -2, 3),
        "new_w1[1,1]": Typed("true", None, None, 3),
    }
    deep = "this is not JSON: brackets and indentation go more than 32 levels deep"
    assert {row.source: row.reason for row in rows[2:]} == {
        "class.jsonl, line 4": "this is not JSON: the key net_h1 appears twice (line 4)",
        "class.jsonl, line 5": "this is not JSON: it is not UTF-8 text (line 5)",
        "class.jsonl, line 6": "the file is too large: more than 1 KiB",
        "class.jsonl, line 7": f"{deep} (line 7)",
        "class.jsonl, line 8": "net_h9 is not a cell of this problem (line 8, answers.net_h9)",
        "class.jsonl, line 9": "this is not JSON: Extra data (line 9)",
        "class.jsonl, line 10": "this is not JSON: Expecting value (line 10)",
        "class.jsonl, line 11": "the file is too large: more than 1 KiB",
        "class.jsonl, line 12": (
            "found a list of 1, expected an answer sheet: the key answers, and cells below it (line 12)"
        ),
        "class.jsonl, line 13": "this is not JSON: it is not UTF-8 text (line 13)",
    }
    (row,) = all_of(put(tmp_path / "deep.json", "[" * 100_000))
    assert row.reason == f"{deep} (line 1)"


def test_variants(tmp_path: Path) -> None:
    folder = tmp_path / "problems"
    for name in ("A", "B"):
        put(folder / f"{name}.yaml", "layers: [1, 1]\nactivation: linear\ninputs: [1]\nweights: [[[1]]]\n")
    variants = problems(folder)
    assert list(variants) == ["A", "B"]
    assert list(problems("mazur")) == [""]
    for name, line in {"a": "variant: ' b '", "b": "variant: C", "c": "", "d": "variant: [1]"}.items():
        put(tmp_path / "class" / f"{name}.yaml", f"{line}\nanswers: {{net1: 1}}\n")
    rows = [
        row(entry, lambda variant, student: variant_of(variants, variant, "A" * (student == "d")))
        for entry in entries([tmp_path / "class"])
    ]
    assert [(row.variant, row.reason) for row in rows] == [
        ("b", ""),
        ("C", "there is no variant C"),
        ("", "the hand-in does not say which variant it answers"),
        ("", ""),  # [1] is no name of a variant: that of the roster counts, and it is told
    ]
    assert variant_of(problems("mazur"), "whatever") is not None
    put(folder / "C.yaml", "layers: 1")
    put(folder / "D.yml", "x")
    with pytest.raises(BptutorError) as caught:
        problems(folder)
    assert {Path(fault.where.file).name for fault in caught.value.faults} == {"C.yaml", "D.yml"}
    with pytest.raises(BptutorError) as caught:
        problems(tmp_path)
    assert (caught.value.message, caught.value.hint) == (
        "there is no problem in this folder",
        "a problem, or a folder with one file for each variant",
    )


def kept(folder: Path, entries: Iterable[Entry], keep: Keep = Keep.newest) -> tuple[list[str], list[str]]:
    """The sources of the hand-ins that count, and of those that they supersede, in order."""
    job = Job({"": MAZUR}, Roster(()), Marking(), None, LIMIT)
    spool = Spool(folder / "spool", keep)
    spool.add(graded(job, tuple(entries)))
    found = list(spool)
    others = [other.hand_in.source for one in found for other in one.superseded]
    return [one.result.hand_in.source for one in found], others


def test_the_newest_of_a_student_counts(tmp_path: Path) -> None:
    put(tmp_path / "sheet.yaml")
    some: list[Any] = [("a", 1), ("b", 5), ("a", 3), ("a", 2), ("b", 9, "broken"), ("c", 1, "x")]
    handed = [
        Entry(f"{student}{when}", str(tmp_path / "sheet.yaml"), student, when=when, reason="".join(reason))
        for student, when, *reason in some
    ]
    assert kept(tmp_path, handed) == (["a3", "b5", "c1"], ["a1", "a2", "b9"])
    assert kept(tmp_path, handed, Keep.first) == (["a1", "b5", "c1"], ["a3", "a2", "b9"])
    nobody = [Entry(source, "", when=1, reason="x") for source in ("x", "y")]
    assert kept(tmp_path, nobody) == (["x", "y"], [])
    same = [handed[0]._replace(source=source) for source in ("x", "y")]
    assert kept(tmp_path, same) == (["y"], ["x"])


def test_canvas_counts_uploads(tmp_path: Path) -> None:
    """The times in its zip are those of the zipping."""
    source = zipped(tmp_path / "c.zip", "doejane_1_900_answers-1.yaml", "doejane_1_80_answers.yaml")
    assert kept(tmp_path, entries([source])) == (["doejane_1_900_answers-1.yaml"], ["doejane_1_80_answers.yaml"])


def test_entries_can_be_sent_to_another_process(tmp_path: Path) -> None:
    sources = [
        zipped(tmp_path / "c.zip", "s1.yaml"),
        put(tmp_path / "s2.yaml"),
        put(tmp_path / "x.jsonl", '{"answers": {}}'),
    ]
    for entry in entries(sources):
        assert row(pickle.loads(pickle.dumps(entry))).answers


def test_sources_that_cannot_be_listed(tmp_path: Path) -> None:
    for source in (tmp_path / "none.yaml", tmp_path / "none.zip", tmp_path / "none.jsonl", tmp_path / "none"):
        with pytest.raises(BptutorError) as caught:
            all_of(source)
        reason = str(caught.value).splitlines()[0]
        assert reason in ("this cannot be read: No such file or directory", "there is no such file")


def link(path: Path, target: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        path.symlink_to(target)
    except OSError:
        pytest.skip("no symbolic links here")


def test_a_folder_of_attacks(tmp_path: Path) -> None:
    folder, secret = tmp_path / "class", put(tmp_path / "secret.yaml")
    put(folder / "good.yaml")
    link(folder / "link.yaml", secret)
    link(folder / "loop", folder)
    link(folder / "gone.yaml", tmp_path / "nowhere")
    put(folder / "large.yaml", SHEET + "#" * (1024 * 1024))
    put(folder / "bomb.yaml", "a: &a [1]\nb: *a\n")
    put(folder / "brackets.yaml", "[" * 100_000)
    put(folder / "elsewhere.yaml", f"problem: {secret}\n{SHEET}")
    put(folder / "two.yaml", "answers:\n  {net_h1: 0.3775, net_h3: 1, net_h4: 2}")
    (folder / "binary.yaml").write_bytes(bytes(range(256)))
    if hasattr(os, "mkfifo"):
        os.mkfifo(folder / "pipe.yaml")
    expected = {
        "good.yaml": "",
        "elsewhere.yaml": "",
        "link.yaml": "a symbolic link is not followed",
        "loop": "a symbolic link is not followed",
        "gone.yaml": "a symbolic link is not followed",
        "large.yaml": "the file is too large: more than 1 MiB",
        "bomb.yaml": "anchors and aliases are not read, found &a (line 1)",
        "brackets.yaml": "brackets and indentation go more than 32 levels deep (line 1)",
        "two.yaml": "",  # the other lines are told
        "binary.yaml": "this is a file that is no text; a text file is needed, as `bptutor template` writes it",
        **({"pipe.yaml": "this is no file"} if hasattr(os, "mkfifo") else {}),
    }
    assert said(folder) == expected


def test_a_link_that_is_named_is_meant(tmp_path: Path) -> None:
    link(tmp_path / "links" / "named.yaml", put(tmp_path / "s1.yaml"))
    assert said(tmp_path / "links" / "named.yaml") == {"named.yaml": ""}
    link(tmp_path / "class", tmp_path / "links")
    assert said(tmp_path / "class") == {"named.yaml": "a symbolic link is not followed"}


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_what_changes_while_the_run_goes_on(tmp_path: Path) -> None:
    paths = {name: put(tmp_path / "class" / f"{name}.yaml") for name in ("folder", "gone", "link", "pipe")}
    listed = list(entries([tmp_path / "class"]))
    for path in paths.values():
        path.unlink()
    paths["folder"].mkdir()
    os.mkfifo(paths["pipe"])
    paths["link"].symlink_to(put(tmp_path / "secret.yaml"))
    assert [row(entry).reason for entry in listed] == [
        "this is no file",
        "the file is no longer there",
        "the file cannot be read: Too many levels of symbolic links",
        "this is no file",
    ]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_what_may_not_be_read(tmp_path: Path) -> None:
    put(tmp_path / "class" / "closed.yaml").chmod(0)
    put(tmp_path / "class" / "inner" / "s1.yaml").parent.chmod(0)
    assert said(tmp_path / "class") == {
        "closed.yaml": "the file cannot be read: Permission denied",
        "inner/": "the folder cannot be read: Permission denied",
    }
    (tmp_path / "class" / "inner").chmod(0o700)


@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse such names")
def test_names_that_are_no_text(tmp_path: Path) -> None:
    for name in (b"\xff\xfe.yaml", b"\x1b[2J.yaml", b"=cmd|'x'!A1.yaml", b"a\nb.yaml", b"x" * 250 + b".yaml"):
        Path(os.fsdecode(bytes(tmp_path / "class") + b"/" + name)).parent.mkdir(exist_ok=True)
        Path(os.fsdecode(bytes(tmp_path / "class") + b"/" + name)).write_text(SHEET)
    rows = all_of(tmp_path / "class")
    assert [row.student for row in rows] == ["\x1b[2J", "=cmd|'x'!A1", "a\nb", "x" * 200, "\ufffd\ufffd"]
    for row in rows:
        row.source.encode()


def info(name: str, **changes: int) -> zipfile.ZipInfo:
    made = zipfile.ZipInfo(name)
    made.create_system = 3
    for key, value in changes.items():
        setattr(made, key, value)
    return made


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_an_archive_of_attacks(tmp_path: Path) -> None:
    source = tmp_path / "class" / "attack.zip"
    source.parent.mkdir()
    inner = zipped(tmp_path / "inner.zip", "x.yaml").read_bytes()
    with zipfile.ZipFile(source, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in (
            "good.yaml",
            "../up.yaml",
            "/root.yaml",
            "C:\\c.yaml",
            "..\\back.yaml",
            "a/../b.yaml",
            "con.yaml",
            "nul/x.yaml",
        ):
            archive.writestr(name, SHEET)
        archive.writestr("Com1 .yaml", SHEET)
        archive.writestr(info("link.yaml", external_attr=0o120777 << 16), "/etc/passwd")
        archive.writestr(info("device.yaml", external_attr=0o020666 << 16), "")
        archive.writestr(info("lzma.yaml", compress_type=zipfile.ZIP_LZMA), SHEET)
        archive.writestr("bomb.yaml", bytes(50_000_000))
        archive.writestr("J_1_assignsubmission_file_/nested.zip", inner)
        archive.writestr("nested.zip", inner)
        archive.writestr("stored.yaml", SHEET, zipfile.ZIP_STORED)
        archive.writestr("folder/", "")
    assert said(source) == {
        "good.yaml": "",
        "stored.yaml": "",
        "../up.yaml": "its path leads out of the archive",
        "../back.yaml": "its path leads out of the archive",
        "/root.yaml": "its path leads out of the archive",
        "C:/c.yaml": "its path leads out of the archive",
        "a/../b.yaml": "its path leads out of the archive",
        "con.yaml": "its name is that of a device",
        "nul/x.yaml": "its name is that of a device",
        "Com1 .yaml": "its name is that of a device",
        "link.yaml": "a symbolic link is not followed",
        "device.yaml": "this is no file",
        "lzma.yaml": "the file is packed in a way that is not read",
        "bomb.yaml": "the file is too large: more than 1 MiB",
        "J_1_assignsubmission_file_/nested.zip": "",  # an archive with one sheet in it is that sheet
        "nested.zip": "",
    }
    assert os.listdir(source.parent) == ["attack.zip"]


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_the_first_of_two_members_of_a_name_counts(tmp_path: Path) -> None:
    first, second = all_of(zipped(tmp_path / "c.zip", "a.yaml", "a.yaml"))
    assert (first.reason, second.reason) == ("", "the archive already has a file with this name")


def patched(path: Path, changes: Callable[[bytearray], None]) -> Path:
    data = bytearray(path.read_bytes())
    changes(data)
    path.write_bytes(data)
    return path


LOCAL, CENTRAL = b"PK\3\4", b"PK\1\2"


def lies(data: bytearray) -> None:
    """Says in both headers that the member unpacks to 40 bytes."""
    for mark, place in ((LOCAL, 22), (CENTRAL, 24)):
        at = data.index(mark) + place
        data[at : at + 4] = (40).to_bytes(4, "little")


def locks(data: bytearray) -> None:
    data[data.index(CENTRAL) + 8] |= 1


def moves(data: bytearray) -> None:
    at = data.index(CENTRAL) + 42
    data[at : at + 4] = (7).to_bytes(4, "little")


def moves_out(data: bytearray) -> None:
    at = data.index(CENTRAL) + 20
    data[at : at + 4] = (2**31).to_bytes(4, "little")  # packed into 2 GiB


def damages(data: bytearray) -> None:
    at = data.index(b"s1.yaml") + len("s1.yaml")
    data[at : at + 10] = b"\xff" * 10


def ends_name(data: bytearray) -> None:
    at = data.rindex(b"s1.yaml")
    data[at : at + 7] = b"s1.yam\0"


DAMAGED: dict[Callable[[bytearray], None], str] = {
    lies: "the file is too large: more than 1 MiB",
    locks: "the file is encrypted",
    moves: "the archive is damaged here: Bad magic number for file header",
    damages: "the archive is damaged here: Error -3 while decompressing data: invalid block type",
}


@pytest.mark.parametrize("change", DAMAGED)
def test_members_that_are_not_what_they_say(change: Callable[[bytearray], None], tmp_path: Path) -> None:
    source = zipped(tmp_path / "c.zip", "s1.yaml", text="#" * 20_000_000 if change is lies else SHEET)
    assert said(patched(source, change)) == {"s1.yaml": DAMAGED[change]}


def test_members_of_a_bomb_are_not_unpacked(tmp_path: Path) -> None:
    """3,000 members of a megabyte of zeros fit into 3 MB; reading them took over two minutes."""
    assert said(zipped(tmp_path / "c.zip", "s1.yaml", text="0" * 1_000_000)) == {
        "s1.yaml": "the file is packed to less than a hundredth of its size, as no sheet is"
    }


def test_members_whose_names_or_sizes_are_odd(tmp_path: Path) -> None:
    assert said(patched(zipped(tmp_path / "a.zip", "s1.yaml"), moves_out)) == {"s1.yaml": ""}
    source = patched(zipped(tmp_path / "b.zip", "s1.yaml"), ends_name)
    assert said(source, search=Search(("*",))) == {"s1.yam": "its name has a NUL character"}


def test_archives_that_are_none(tmp_path: Path) -> None:
    whole = zipped(tmp_path / "whole.zip", *(f"s{i}.yaml" for i in range(50))).read_bytes()
    for data in (b"", b"PK", b"x" * 1000, whole[:-30], whole[: len(whole) // 2], whole[:-4], SHEET.encode()):
        (tmp_path / "broken.zip").write_bytes(data)
        with pytest.raises(BptutorError) as caught:
            all_of(tmp_path / "broken.zip")
        message, *_place, hint = str(caught.value).splitlines()
        assert message.startswith("this zip archive cannot be read: ")
        assert hint == "download it again, or unpack it and name the folder"
    for cut in range(0, len(whole), 97):  # whatever is missing in the middle
        (tmp_path / "broken.zip").write_bytes(whole[:cut] + whole[cut + 40 :])
        with suppress(BptutorError):
            all_of(tmp_path / "broken.zip")


def test_names_that_are_too_long_are_rows_of_their_own(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for number in range(20):
            archive.writestr("a_" + "1_" * 31_990 + str(number), SHEET)
    found = said(tmp_path / "a.zip")
    assert len(found) == 20
    assert set(found.values()) == {"its name is too long"}


def test_records_that_overlap_are_refused(tmp_path: Path) -> None:
    source = zipped(tmp_path / "one.zip", "a.yaml", text="0" * 1_000_000)
    data = source.read_bytes()
    begin, end = data.index(b"PK\1\2"), data.rindex(b"PK\5\6")
    record = data[begin:end]
    records = b"".join(record[:46] + b"%06d" % number for number in range(20_000))
    tail = struct.pack("<4sHHHHIIH", b"PK\5\6", 0, 0, 20_000, 20_000, len(records), begin, 0)
    (tmp_path / "many.zip").write_bytes(data[:begin] + records + tail)
    with pytest.raises(BptutorError, match="its members overlap"):
        list(entries([tmp_path / "many.zip"]))


def test_an_archive_of_too_many_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = zipped(tmp_path / "c.zip", *(f"s{i}.yaml" for i in range(11)))
    monkeypatch.setattr("bptutor.intake.archives.MAX_MEMBERS", 10)
    with pytest.raises(BptutorError, match="the archive has 11 files, expected at most 10"):
        all_of(source)
    monkeypatch.setattr("bptutor.intake.archives._MAX_LIST", 100)
    with pytest.raises(BptutorError, match="this zip archive cannot be read: its list of members is too long"):
        all_of(source)


def test_any_damage_of_an_archive_is_told(tmp_path: Path) -> None:
    whole = bytearray(zipped(tmp_path / "c.zip", "s1.yaml", "s2.yaml").read_bytes())
    for place in range(len(whole)):
        for value in (0, 255, whole[place] ^ 1):
            changed = whole.copy()
            changed[place] = value
            (tmp_path / "x.zip").write_bytes(changed)
            with suppress(BptutorError):
                assert all(row.reason or row.answers for row in all_of(tmp_path / "x.zip", search=Search(("*",))))


def test_a_file_of_one_gigabyte_is_not_read(tmp_path: Path) -> None:
    for name, size in {"a.yaml": 2**30, "a.json": 2**30, "a.jsonl": 2**25}.items():  # the last is searched for its end
        with open(tmp_path / name, "wb") as file:
            file.truncate(size)
    tracemalloc.start()
    rows = [row for name in ("a.yaml", "a.json", "a.jsonl") for row in all_of(tmp_path / name)]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [row.reason for row in rows] == ["the file is too large: more than 1 MiB"] * 3
    assert peak < 20 * 2**20
