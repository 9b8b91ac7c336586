"""A file is made where there is none, and never in the place of another that nobody spoke of."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bptutor.errors import BptutorError
from bptutor.files.new_file import write_new


def test_what_is_written_is_there(tmp_path: Path) -> None:
    write_new(tmp_path / "a", "δ\n", force=False)
    assert (tmp_path / "a").read_bytes() == "δ\n".encode()
    write_new(tmp_path / "a", b"\0", force=True)
    assert (tmp_path / "a").read_bytes() == b"\0"


def test_what_is_there_stays(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("mine")
    with pytest.raises(BptutorError) as caught:
        write_new(tmp_path / "a", "", force=False, beware=", and may have answers in it")
    assert caught.value.message == "the file already exists, and may have answers in it"
    assert caught.value.hint == "another name, or --force to overwrite it"
    assert (tmp_path / "a").read_text() == "mine"


@pytest.mark.parametrize("force", [False, True])
def test_a_folder_that_is_none(force: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(BptutorError) as caught:
        write_new("no/a.yaml", "", force=force)
    assert (caught.value.message, caught.value.hint) == ("there is no folder no", "make it first: mkdir -p no")
    with pytest.raises(BptutorError) as caught:
        write_new(tmp_path, "", force=True)
    assert caught.value.message == "the file cannot be written: Is a directory"


def test_what_breaks_off_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a").write_text("before")

    def full(*_arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(BptutorError, match="cannot be written: No space left"):
        write_new(tmp_path / "a", "after", force=True)
    assert [path.read_text() for path in tmp_path.iterdir()] == ["before"]


def test_a_disk_without_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def none(*_arguments: object) -> None:
        raise OSError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", none)
    write_new(tmp_path / "a", "b", force=False)
    assert [path.read_text() for path in tmp_path.iterdir()] == ["b"]


def test_a_file_is_as_open_as_the_user_has_it(tmp_path: Path) -> None:
    (tmp_path / "usual").touch()
    write_new(tmp_path / "a", "b", force=False)
    assert (tmp_path / "a").stat().st_mode == (tmp_path / "usual").stat().st_mode
    (tmp_path / "a").chmod(0o600)
    write_new(tmp_path / "a", "c", force=True)
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o600


def test_a_name_that_no_system_takes(tmp_path: Path) -> None:
    with pytest.raises(BptutorError, match="the file cannot be written: embedded null"):
        write_new(f"{tmp_path}/a\0b", "", force=True)
