"""The folder of results is the old one or the new one, whatever stops a run."""

from __future__ import annotations

import os
import random
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from bptutor.cli.app import app
from bptutor.errors import BptutorError
from bptutor.intake.output_folder import OutputFolder
from bptutor.runs.chunks import Chunk
from bptutor.runs.listing import Listing
from tests.support.handmade import right

pytestmark = pytest.mark.slow

RIGHT = right("mazur")


def start(*arguments: object, **more: Any) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "bptutor", "grade", "mazur", *map(str, arguments)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        **more,
    )


def finish(process: subprocess.Popen[str]) -> str:
    said = process.communicate(timeout=120)[1]
    assert process.returncode == 0, said
    return said


def tree(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def class_of(folder: Path, students: int) -> Path:
    folder.mkdir()
    for number in range(students):
        cells = RIGHT | {"net1[1]": f"0.{number:03}"}
        text = "".join(f'  "{cell}": {value}\n' for cell, value in cells.items())
        (folder / f"s{number}.yaml").write_text(f"answers:\n{text}")
        os.utime(folder / f"s{number}.yaml", (1_000_000,) * 2)
    return folder


def put_back(out: Path) -> None:
    """Begins a run, which ends at once since the older results are there again."""
    with pytest.raises(BptutorError, match="already"), OutputFolder(out, ()).opened():
        pass


@pytest.mark.parametrize("workers", [1, 2])
def test_killed_at_any_moment(tmp_path: Path, workers: int) -> None:
    few, many, out = class_of(tmp_path / "few", 3), class_of(tmp_path / "many", 120), tmp_path / "out"
    arguments = (many, "-o", out, "--force", "--html", "--workers", workers)
    began = time.monotonic()
    finish(start(*arguments))
    length, new = time.monotonic() - began, tree(out)
    draw, seen = random.Random(workers), set()
    finish(start(few, "-o", out, "--force"))
    old = tree(out)
    for _ in range(3):
        process = start(*arguments)
        time.sleep(draw.uniform(0.2, 1.1) * length)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        if not out.exists():  # between two renames
            put_back(out)
        found = tree(out)
        assert found in (old, new)
        seen.add(found == new)
        if found == new:
            finish(start(few, "-o", out, "--force"))
            assert tree(out) == old
    finish(start(*arguments))
    assert tree(out) == new
    assert {path.name for path in tmp_path.iterdir()} == {"few", "many", "out"}


STOPPED = """
import os, sys
from pathlib import Path
from bptutor.intake import output_folder
last, out = int(sys.argv[1]), Path(sys.argv[2])
count = 0
def counted(function):
    def call(*arguments, **more):
        global count
        count += 1
        if count > last:
            os._exit(9)
        return function(*arguments, **more)
    return call
Path.rename, Path.mkdir = counted(Path.rename), counted(Path.mkdir)
output_folder.shutil.rmtree = counted(output_folder.shutil.rmtree)
with output_folder.OutputFolder(out, ("a",), force=True).opened() as folder:
    folder.write("a", "new")
"""


def test_stopped_between_any_two_steps(tmp_path: Path) -> None:
    out, between = tmp_path / "out", 0
    for last in range(12):
        with OutputFolder(out, ("a",), force=True).opened() as folder:
            folder.write("a", "old")
        done = subprocess.run([sys.executable, "-c", STOPPED, str(last), str(out)], timeout=60)
        if not out.exists():  # between two renames
            between += 1
            put_back(out)
        assert tree(out) in ({"a": b"old"}, {"a": b"new"})
        if done.returncode == 0:
            break
        assert done.returncode == 9
    else:
        pytest.fail("it never came to its end")
    assert between == 1
    with OutputFolder(out, ("a",), force=True).opened() as folder:
        folder.write("a", "newest")
    assert tree(tmp_path) == {"out/a": b"newest"}


def test_two_runs_at_the_same_time(tmp_path: Path) -> None:
    out = OutputFolder(tmp_path / "out", ())
    with out.opened():
        with pytest.raises(BptutorError, match="another run"), OutputFolder(tmp_path / "out", ()).opened():
            pass
        out.write("a", "1")
    assert tree(tmp_path) == {"out/a": b"1"}


def test_a_disk_that_is_full(tmp_path: Path) -> None:
    few, many, out = class_of(tmp_path / "few", 2), class_of(tmp_path / "many", 30), tmp_path / "out"
    finish(start(few, "-o", out, "--no-feedback"))
    old = tree(out)

    def little() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1500, 1500))

    process = start(many, "-o", out, "--force", preexec_fn=little, env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1"})
    said = process.communicate(timeout=60)[1]
    assert process.returncode == 2
    assert said.startswith("Error: the results cannot be written: File too large")
    assert "Traceback" not in said
    assert tree(out) == old
    assert {path.name for path in tmp_path.iterdir()} == {"few", "many", "out"}


def test_no_place_to_write(tmp_path: Path) -> None:
    few = class_of(tmp_path / "few", 1)
    for out, says in (("none/out", "no folder to put"), ("few/s0.yaml", "this is not a folder")):
        process = start(few, "-o", tmp_path / out, "--force")
        assert says in process.communicate(timeout=60)[1]
        assert process.returncode == 2


def graded(*arguments: object) -> str:
    result = CliRunner().invoke(app, ["grade", "mazur", *map(str, arguments)])
    if isinstance(result.exception, BptutorError):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.stdout


def test_a_folder_that_cannot_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, scandir = class_of(tmp_path / "in", 2), os.scandir
    (folder / "closed").mkdir()

    def refused(path: object) -> object:
        if str(path).endswith(closed):
            raise PermissionError(13, "Permission denied")
        return scandir(path)  # type: ignore[call-overload]

    closed = "closed"
    monkeypatch.setattr(os, "scandir", refused)
    graded(folder, "-o", tmp_path / "out")
    report = (tmp_path / "out" / "report.md").read_text()
    assert "closed/: the folder cannot be read: Permission denied" in report
    assert (tmp_path / "out" / "grades.csv").read_text().count("\n") == 4
    closed = "in"
    with pytest.raises(BptutorError, match="Permission denied"):
        graded(folder, "-o", tmp_path / "other")
    assert not (tmp_path / "other").exists()


def test_a_file_that_vanishes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, chunks = class_of(tmp_path / "in", 3), Listing.chunks

    def late(listing: Listing) -> Iterator[Chunk]:
        (folder / "s1.yaml").unlink()
        yield from chunks(listing)

    monkeypatch.setattr(Listing, "chunks", late)
    said = graded(folder, "-o", tmp_path / "out")
    assert "2 students graded; 1 hand-in could not be read" in said
    assert "the file is no longer there" in (tmp_path / "out" / "grades.csv").read_text()
