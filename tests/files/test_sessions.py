"""Sessions of practice as files: written a line at a time, and read however they were damaged."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bptutor.errors import BptutorError
from bptutor.files.session_log import Log, all_sessions, folder, newest_unfinished
from bptutor.files.sessions import (
    MOST_BYTES,
    MOST_LETTERS,
    VERSION,
    Line,
    Session,
    Setting,
    opening,
    read_session,
    record,
)
from tests.support.practising import SMALL

SETTING = Setting(SMALL, "small.yaml", "cell", "2026-05-04T18:30:00+02:00")
LINE = Line("0.1", 1.5, Fraction(1, 2), Fraction(9), 1, 9, ("flipped_error",))
PATH = Path("x.jsonl")


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("BPTUTOR_DATA", str(tmp_path / "data"))
    return tmp_path / "data"


def written(*lines: Line, setting: Setting = SETTING) -> bytes:
    return (opening(setting) + "".join(map(record, lines))).encode()


def kept(*lines: Line) -> None:
    log = Log.begun(SETTING)
    for line in lines:
        log.add(line)
    log.close()


def only_file() -> Path:
    (path,) = folder().iterdir()
    return path


def test_what_is_written_is_read() -> None:
    session = read_session(PATH, written(LINE, LINE._replace(text="δ\x1b", finished=True)))
    assert session.setting == SETTING
    assert session.lines == (LINE, LINE._replace(text="δ\x1b", finished=True))
    assert session.damage == ()
    assert session.finished


def test_files_are_private_and_on_the_disk_at_once(data: Path) -> None:
    log = Log.begun(SETTING)
    log.add(LINE)
    path = only_file()
    assert read_session(path, path.read_bytes()).lines == (LINE,)
    if os.name == "posix":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(folder().stat().st_mode) == 0o700
    log.close()


def test_each_line_reaches_the_disk_before_it_is_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    synced = list[int]()
    monkeypatch.setattr(os, "fsync", synced.append)
    kept(LINE, LINE)
    assert len(synced) == 3


@pytest.mark.parametrize("cut", [1, 5, 40])
def test_a_broken_last_line_is_dropped_and_written_over(cut: int) -> None:
    kept(LINE, LINE)
    path = only_file()
    path.write_bytes(path.read_bytes()[:-cut])
    session, log, faults = newest_unfinished()
    assert (session.lines, session.damage, faults) == ((LINE,), (), [])
    log.add(LINE._replace(text="0.2"))
    log.close()
    assert [line.text for line in read_session(path, path.read_bytes()).lines] == ["0.1", "0.2"]


def test_the_newest_unfinished_session_is_the_one() -> None:
    kept(LINE)
    kept(LINE._replace(text="0.2"))
    kept(LINE._replace(finished=True))
    session, log, _faults = newest_unfinished()
    log.close()
    assert session.lines[0].text == "0.2"


@pytest.mark.skipif(os.name != "posix", reason="files are locked on POSIX systems only")
def test_a_session_that_is_open_elsewhere_is_left_alone() -> None:
    log = Log.begun(SETTING)
    code = "from bptutor.files.session_log import newest_unfinished; newest_unfinished()"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8")
    assert "there is no session to go on with" in done.stderr
    log.close()


def test_there_may_be_none(data: Path) -> None:
    with pytest.raises(BptutorError) as caught:
        newest_unfinished()
    assert str(caught.value) == "there is no session to go on with\n`bptutor practice` begins one"
    assert list(all_sessions()) == []
    assert not data.exists()


def test_other_files_are_not_looked_at() -> None:
    kept(LINE)
    (folder() / "notes.txt").write_text("mine")
    assert len(list(all_sessions())) == 1


def test_a_damaged_line_is_said_and_left_out() -> None:
    data = written(LINE) + b"{broken\n" + record(LINE).encode() + b"[]\n\xff\n"
    session = read_session(PATH, data)
    assert len(session.lines) == 2
    assert session.damage == ("lines 3, 5, 6 cannot be read and are left out",)


BAD_LINES = [
    {"text": 1}, {"text": "x" * (MOST_LETTERS + 1)}, {"text": "\ud800"}, {"seconds": -1}, {"seconds": "1"},
    {"seconds": 10**400}, {"seconds": True}, {"earned": "1/0"}, {"earned": "-1"}, {"earned": 1}, {"possible": "9" * 99},
    {"done": -1}, {"done": 1.5}, {"done": True}, {"asked": 10**30}, {"mistakes": "x"}, {"mistakes": ["\x1b"]},
    {"mistakes": [{}]}, {"finished": 1}, {"finished": None},
]  # fmt: skip


@pytest.mark.parametrize("change", BAD_LINES, ids=str)
def test_nothing_of_a_line_is_believed(change: dict[str, object]) -> None:
    value = json.loads(record(LINE)) | change
    session = read_session(PATH, written() + json.dumps(value).encode() + b"\n")
    assert session.lines == ()
    assert len(session.damage) == 1


BAD_SETTINGS = [
    {"format": "x"}, {"version": 0}, {"version": True},
    {"cells": "net1"}, {"cells": ["\x1b"]}, {"cells": None}, {"problem": None}, {"name": 3}, {"by": "layer"},
    {"by": []}, {"started": "now"}, {"started": "\x1b[2J"}, {"seed": "1"}, {"seed": 1.0}, {"problem": "\ud800"},
    {"level": {}},
]  # fmt: skip


@pytest.mark.parametrize("change", BAD_SETTINGS, ids=str)
def test_nothing_of_the_first_line_is_believed(change: dict[str, object]) -> None:
    value = json.loads(opening(SETTING)) | change
    with pytest.raises(BptutorError, match="this practice session cannot be read"):
        read_session(PATH, json.dumps(value).encode() + b"\n")


def test_a_session_of_the_first_version_is_read() -> None:
    value = json.loads(opening(SETTING)) | {"version": 1}
    del value["cells"]
    assert read_session(PATH, json.dumps(value).encode() + b"\n" + record(LINE).encode()).setting == SETTING


def test_a_session_of_a_newer_version_is_refused_in_a_sentence() -> None:
    value = json.loads(opening(SETTING)) | {"version": VERSION + 1}
    with pytest.raises(BptutorError) as refused:
        read_session(PATH, json.dumps(value).encode() + b"\n")
    message = "this session was begun with a newer bptutor, which keeps more than this one can read"
    assert (refused.value.message, refused.value.hint) == (message, "the newer one with --resume")


def test_the_part_that_is_practised_is_kept() -> None:
    setting = SETTING._replace(cells=("delta1@2-4#3", "loss"))
    assert read_session(PATH, written(LINE, setting=setting)).setting == setting


@pytest.mark.parametrize(
    "data", [b"", b"\n", b"{", b"null\n", b"[" * 200_000 + b"\n", b"9" * 10_000 + b"\n", b"\x00\xff\n"], ids=len
)
def test_what_is_no_session_is_said(data: bytes) -> None:
    with pytest.raises(BptutorError) as caught:
        read_session(PATH, data)
    assert caught.value.message == "this practice session cannot be read"
    assert caught.value.hint == "remove the file if it is of no use"


def test_a_session_without_end_is_read_in_part(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bptutor.files.sessions._MOST_LINES", 2)
    session = read_session(PATH, written(LINE) + record(LINE).encode() * 2)
    assert (len(session.lines), session.damage) == (2, ("only the first 2 lines are read",))


@given(st.data())
def test_any_damage_is_survived(data: st.DataObject) -> None:
    text = bytearray(written(LINE, LINE, LINE._replace(finished=True)))
    for _change in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(text)))
        text[at : at + data.draw(st.integers(0, 60))] = data.draw(st.binary(max_size=5))
    try:
        session = read_session(PATH, bytes(text))
    except BptutorError:
        return
    assert isinstance(session, Session)
    assert session.size <= len(text) + 1
    assert bytes(text[: session.size]).endswith(b"\n")


def test_a_file_that_is_too_large_or_no_file_is_said() -> None:
    kept(LINE)
    path = only_file()
    os.truncate(path, MOST_BYTES + 1)
    (folder() / "20260101T000000000000-00000000.jsonl").mkdir()
    said = [str(found) for found in all_sessions() if isinstance(found, BptutorError)]
    assert len(said) == 2
    with pytest.raises(BptutorError) as caught:
        newest_unfinished()
    assert [fault.message for fault in caught.value.faults][1].startswith("the file is too large")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes here")
def test_a_pipe_in_the_folder_does_not_hang() -> None:
    kept(LINE._replace(finished=True))
    os.mkfifo(folder() / "20990101T000000000000-00000000.jsonl")
    assert any(isinstance(found, Session) for found in all_sessions())
    with pytest.raises(BptutorError, match="no session to go on with"):
        newest_unfinished()


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    kept(LINE)
    target = tmp_path / "elsewhere"
    only_file().rename(target)
    before = target.read_bytes()
    (folder() / "20990101T000000000000-00000000.jsonl").symlink_to(target)
    with pytest.raises(BptutorError, match="no session to go on with"):
        newest_unfinished()
    assert target.read_bytes() == before


def test_without_the_variable_it_is_the_folder_of_the_users_data(monkeypatch: pytest.MonkeyPatch) -> None:
    from platformdirs import user_data_path

    monkeypatch.delenv("BPTUTOR_DATA")
    assert folder() == user_data_path("bptutor", appauthor=False) / "practice"
