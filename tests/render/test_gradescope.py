"""results.json as Gradescope's specification has it, and the zip of an autograder."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import sysconfig
import zipfile
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from bptutor import __version__
from bptutor.files.library import path_of
from bptutor.marking.report import Report
from bptutor.render.gradescope import gradescope_failure, gradescope_results
from bptutor.runs.autograder import autograder_zip
from tests.support.handmade import omitted_slope, report, right

MAZUR = right("mazur")
WHEEL = f"bptutor-{__version__}-py3-none-any.whl"
FORMATS = {"text", "html", "simple_format", "md", "ansi"}
VISIBLE = {"hidden", "after_due_date", "after_published", "visible"}
TOP = {
    "score": (int, float),
    "execution_time": (int, float),
    "output": str,
    "output_format": FORMATS,
    "test_output_format": FORMATS,
    "test_name_format": FORMATS,
    "visibility": VISIBLE,
    "stdout_visibility": VISIBLE,
    "extra_data": dict,
    "tests": list,
    "leaderboard": list,
}
TEST = {
    "score": (int, float),
    "max_score": (int, float),
    "status": {"passed", "failed"},
    "name": str,
    "name_format": FORMATS,
    "number": str,
    "output": str,
    "output_format": FORMATS,
    "tags": list,
    "visibility": VISIBLE,
    "extra_data": dict,
}


def valid(text: str) -> dict[str, Any]:
    """The results, after every rule of the specification has been checked."""
    assert "\r" not in text
    results: dict[str, Any] = json.loads(text)
    for record, fields in [(results, TOP), *((test, TEST) for test in results.get("tests", []))]:
        for key, value in record.items():
            kind = fields[key]
            assert value in kind if isinstance(kind, set) else isinstance(value, kind), key  # type: ignore[arg-type]
    assert "score" in results or all("score" in test for test in results["tests"])
    return results


def mixed(**about: Any) -> Report:
    typed = MAZUR | {"net1[2]": "0.39", "out1[1]": "0.6933", "loss": "abc", "delta1[1]": "0.0364"}
    del typed["new_w1[2,1]"]
    more: dict[str, dict[str, Any]] = {
        "net1[2]": {"verdict": "imprecise", "credit": Fraction(1, 3)},
        "delta1[1]": {"verdict": "misconception", "causes": (omitted_slope("mazur"),)},
    }
    return report("mazur", typed, more, **about)


def test_a_test_for_each_quantity_and_layer() -> None:
    results = valid(gradescope_results(mixed(student="s1")))
    tests = {test["name"].split()[0]: test for test in results["tests"]}
    assert list(tests)[:4] == ["net1", "out1", "net2", "out2"]
    assert sum(test["max_score"] for test in tests.values()) == 48
    assert results["score"] == 43.3333
    assert tests["net1"] | {"output": "", "extra_data": {}} == {
        "name": "net1 (Forward pass)",
        "score": 1.3333,
        "max_score": 2,
        "output": "",
        "visibility": "visible",
        "extra_data": {},
    }
    assert tests["net2"]["status"] == "passed"
    assert tests["net1"]["extra_data"]["marks"][1] == {
        "id": "net1[2]",
        "verdict": "imprecise",
        "credit": "1/3",
        "points": "1",
        "causes": [],
    }
    assert tests["delta1"]["extra_data"]["marks"][0]["causes"] == ["omit_hidden_slope"]
    assert "omit_hidden_slope" not in tests["delta1"]["output"] + results["output"]
    assert "cell    id" in tests["net1"]["output"]
    assert "≈ too few decimals" in tests["net1"]["output"]
    assert results["output"].startswith("Score: 43.33 of 48 points")
    assert "What went wrong: out_h1" in results["output"]


def test_nothing_is_given_away() -> None:
    found = mixed()
    secret = {mark.expected for mark in found.marks if mark.verdict not in ("right", "right_carried")}
    secret -= {mark.typed or "" for mark in found.marks}
    assert secret
    for level in range(5):
        assert [text for text in secret if text in gradescope_results(found, level=level)] == []
    assert all(text in gradescope_results(found, reveal=True) for text in secret)
    assert len(gradescope_results(found, level=4)) > len(gradescope_results(found, level=1))


def test_all_right_and_all_blank() -> None:
    everything = valid(gradescope_results(report("mazur", MAZUR)))
    assert everything["score"] == 48
    assert {test["status"] for test in everything["tests"]} == {"passed"}
    nothing = valid(gradescope_results(report("mazur", {})))
    assert nothing["score"] == 0
    assert {test["status"] for test in nothing["tests"]} == {"failed"}


def test_hostile_text_is_shown_in_one_line_and_not_obeyed() -> None:
    hostile = "\x1b[2J\u202e\r\n</pre><script>" + "9" * 1000
    results = valid(gradescope_results(report("mazur", {"net1[1]": hostile}, student=hostile, notes=[hostile])))
    shown = [results["output"], *(test["output"] for test in results["tests"])]
    assert not set("".join(shown)) & set("\x1b\u202e\r")
    assert max(len(line) for test in results["tests"] for line in test["output"].splitlines()) < 200
    assert {results["output_format"], results["test_output_format"]} == {"text"}
    valid(gradescope_failure(hostile))


def test_the_zip_is_what_gradescope_wants_and_always_the_same() -> None:
    data = autograder_zip(b"title: x\n", ["--hint=2"])
    assert data == autograder_zip(b"title: x\n", ["--hint=2"])
    archive = zipfile.ZipFile(io.BytesIO(data))
    assert archive.testzip() is None
    modes = {entry.filename: entry.external_attr >> 16 for entry in archive.infolist()}
    assert modes == {
        "setup.sh": 0o100755,
        "run_autograder": 0o100755,
        "problem.yaml": 0o100644,
        WHEEL: 0o100644,
    }
    assert archive.read("problem.yaml") == b"title: x\n"
    for name in ("setup.sh", "run_autograder"):
        text = archive.read(name)
        assert text.startswith(b"#!/usr/bin/env bash\n")
        assert b"\r" not in text
        assert subprocess.run(["bash", "-n"], input=text, check=False).returncode == 0
    assert b"--no-index --find-links . bptutor-*.whl" in archive.read("setup.sh")
    assert b"--hint=2" in archive.read("run_autograder")


def test_it_is_set_up_and_marks_where_there_is_no_index(tmp_path: Path) -> None:
    """As Gradescope does it, in a tree of its own; what bptutor needs stands beside it, and is not installed again."""
    problem = path_of("mazur").read_bytes()
    zipfile.ZipFile(io.BytesIO(autograder_zip(problem))).extractall(tmp_path / "source")
    (tmp_path / "submission").mkdir()
    (tmp_path / "submission" / "answers.txt").write_text("answers:\n  net_h1 = 0,3775\n", "utf-8")
    programs = os.pathsep.join([str(Path(sys.executable).parent), os.defpath])
    bare = {"PATH": programs, "HOME": str(tmp_path), "AUTOGRADER": str(tmp_path), "PIP_NO_INDEX": "1"}
    run = ["bash", str(tmp_path / "source" / "setup.sh")]
    done = subprocess.run(run, env=bare | {"PIP_NO_DEPS": "1"}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    run = ["bash", str(tmp_path / "source" / "run_autograder")]
    needs = {"PYTHONPATH": sysconfig.get_path("purelib")}
    assert subprocess.run(run, env=bare | needs, cwd=tmp_path, capture_output=True, check=False).returncode == 0
    results = valid((tmp_path / "results" / "results.json").read_text("utf-8"))
    assert results["score"] > 0
    assert results["output"].startswith("Score: ")
    (installed,) = tmp_path.glob("bptutor/lib/python3.*/site-packages/bptutor/__init__.py")
    assert installed.is_file()


@pytest.mark.parametrize(
    ("program", "score", "output"),
    [
        ("echo '{\"score\": 5}'", 5, ""),
        ("exit 3", 0, "The autograder could not run."),
        ("echo '{\"sco'; exit 1", 0, "The autograder could not run."),
        ("kill -9 $$", 0, "The autograder could not run."),
        (None, 0, "The autograder could not run."),
    ],
)
def test_whatever_happens_there_are_results(tmp_path: Path, program: str | None, score: int, output: str) -> None:
    zipfile.ZipFile(io.BytesIO(autograder_zip(b"", ["--imprecise=1/2"]))).extractall(tmp_path / "source")
    (tmp_path / "results").mkdir()
    (tmp_path / "results" / "results.json").write_text('{"score": 99}')
    if program:
        (tmp_path / "bptutor" / "bin").mkdir(parents=True)
        fake = tmp_path / "bptutor" / "bin" / "bptutor"
        fake.write_text(f"#!/usr/bin/env bash\n{program}\n")
        fake.chmod(0o755)
    environment = os.environ | {"AUTOGRADER": str(tmp_path)}
    run = ["bash", str(tmp_path / "source" / "run_autograder")]
    assert subprocess.run(run, env=environment, capture_output=True, check=False).returncode == 0
    results = valid((tmp_path / "results" / "results.json").read_text())
    assert results["score"] == score
    assert results.get("output", "").startswith(output)
