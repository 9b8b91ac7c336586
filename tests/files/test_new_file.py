"""A file is made where there is none, and never in the place of another that nobody spoke of."""

from __future__ import annotations

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
    assert caught.value.message == "the file is there already, and may have answers in it"
    assert caught.value.hint == "another name, or --force to write over it"
    assert (tmp_path / "a").read_text() == "mine"


@pytest.mark.parametrize(("name", "reason"), [("no/a", "No such file or directory"), ("", "Is a directory")])
def test_what_cannot_be_written(name: str, reason: str, tmp_path: Path) -> None:
    with pytest.raises(BptutorError) as caught:
        write_new(tmp_path / name, "", force=True)
    assert caught.value.message == f"the file cannot be written: {reason}"


def test_a_name_that_no_system_takes(tmp_path: Path) -> None:
    with pytest.raises(BptutorError, match="the file cannot be written: embedded null"):
        write_new(f"{tmp_path}/a\0b", "", force=True)
