"""What is said about folders of results, gradebooks and submissions that cannot be taken, word for word."""

from __future__ import annotations

from pathlib import Path

import pytest

from bptutor.errors import BptutorError
from bptutor.intake import gradebooks
from bptutor.intake.gradebooks import gradebook_of, load_gradebook
from bptutor.intake.hand_ins import sheet_in
from bptutor.intake.output_folder import OutputFolder


def said(error: pytest.ExceptionInfo[BptutorError]) -> tuple[str, str]:
    return error.value.message, error.value.hint


def opened(path: Path, *, force: bool = False) -> tuple[str, str]:
    with pytest.raises(BptutorError) as error, OutputFolder(path, ["grades.csv"], force=force).opened():
        pytest.fail("nothing stood in the way")
    return said(error)


def test_a_folder_of_results(tmp_path: Path) -> None:
    assert opened(tmp_path / "no" / "out") == (
        "there is no folder to put the results in",
        "make the folder around it",
    )
    out = tmp_path / "out"
    out.mkdir()
    assert opened(out) == ("something with this name already exists", "another name, or --force to replace it")
    (out / "thesis.tex").touch()
    assert opened(out, force=True) == (
        "the folder has more than results: thesis.tex",
        "only a folder of results is replaced; choose another name",
    )
    (tmp_path / "file").touch()
    assert opened(tmp_path / "file", force=True) == ("this is not a folder", "another name")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "out"]


def test_a_second_run(tmp_path: Path) -> None:
    with OutputFolder(tmp_path / "out", ["grades.csv"]).opened():
        assert opened(tmp_path / "out") == (
            "another run is writing there at this moment",
            "wait for it, or choose another name",
        )


def test_a_disk_that_is_full(tmp_path: Path) -> None:
    with pytest.raises(BptutorError) as error, OutputFolder(tmp_path / "out", ["grades.csv"]).opened():
        raise OSError(28, "No space left on device")
    assert said(error) == (
        "the results cannot be written: No space left on device",
        "nothing was changed; is there room, and may you write there?",
    )
    assert list(tmp_path.iterdir()) == []


def test_gradebooks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gradebooks, "MAX_BYTES", 10)
    (tmp_path / "book.csv").write_text("Student,ID\n" * 9)
    with pytest.raises(BptutorError) as error:
        load_gradebook(tmp_path / "book.csv")
    assert error.value.hint == "expected a gradebook exported as CSV"
    for data, hint in {
        b"Student,ID\n\xff": "export the gradebook again, and do not save it in between",
        b" \n": "export the gradebook again",
        b'Student,"ID\n': "export the gradebook again",
    }.items():
        with pytest.raises(BptutorError) as error:
            gradebook_of(data, "book.csv")
        assert error.value.hint == hint


def test_submissions(tmp_path: Path) -> None:
    with pytest.raises(BptutorError) as error:
        sheet_in(tmp_path)
    assert said(error) == ("no sheet of answers was handed in", "one file, as `bptutor template` writes it")
    for name in ("a.yaml", "b.yml"):
        (tmp_path / name).touch()
    with pytest.raises(BptutorError) as error:
        sheet_in(tmp_path)
    assert said(error) == (
        "2 sheets of answers were handed in, expected one: a.yaml, b.yml",
        "hand in only the last of them",
    )
