"""`bptutor lint`: exit statuses, JSON, folders, and what a file allows."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from bptutor.files.library import load, names, path_of
from bptutor.files.problem_text import problem_text
from bptutor.setting.lint import lint
from bptutor.setting.visibility import visibility

pytestmark = pytest.mark.slow

HOSTILE = "\x1b[31m[bold]=cmd|<script>"


def run(*arguments: str, folder: Path | None = None, stdin: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bptutor", *arguments],
        cwd=folder,
        capture_output=True,
        encoding="utf-8",
        input=stdin,
        timeout=120,
    )


def without_allowance(name: str) -> str:
    """The file of a library problem without its key lint."""
    lines = path_of(name).read_text("utf-8").splitlines(keepends=True)
    start = lines.index("lint:\n")
    return "".join(lines[:start] + lines[start + 3 :])


def test_clean() -> None:
    done = run("lint", "shared-2-3-2")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "shared-2-3-2: no findings; 31 of 31 mistakes show, each with numbers of its own\n"


def test_findings(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(without_allowance("mazur"), encoding="utf-8")
    done = run("lint", "mine.yaml", folder=tmp_path)
    assert done.returncode == 1
    parts = ("mine.yaml: 1 finding", "few_figures", "grad_w1[1,1]", "cure: 5 decimals show it", "29 of 29 mistakes")
    for part in parts:
        assert part in done.stdout
    assert "step_w1[2,2]" not in done.stdout
    assert "step_w1[2,2]" in run("lint", "mine.yaml", "--all", folder=tmp_path).stdout


def test_what_is_allowed_counts_for_strict_only() -> None:
    usual, strict = run("lint", "mazur"), run("lint", "mazur", "--strict")
    assert (usual.returncode, strict.returncode) == (0, 1)
    assert "allowed by the problem file: few_figures (The numbers are those of the source.)" in usual.stdout
    assert "cure: 5 decimals show it" in strict.stdout


def test_the_library_passes() -> None:
    done = run("lint", *names(), "--quiet")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_json() -> None:
    done = run("lint", "mazur", "macleod", "--json")
    data = json.loads(done.stdout)
    assert done.returncode == 0
    assert (data["format"], data["version"], data["strict"], data["clean"]) == ("bptutor/lint", 1, False, True)
    assert [one["name"] for one in data["problems"]] == ["mazur", "macleod"]
    first, problem = data["problems"][0], load("mazur")
    [found] = lint(problem)
    assert first["findings"] == [{**found._asdict(), "cells": list(found.cells), "mistakes": list(found.mistakes)}]
    assert first["sha256"] == problem.sha256
    assert first["allow"] == {"allow": ["few_figures"], "reason": problem.lint.reason}
    assert {one["id"]: one["cells"] for one in first["mistakes"]} == {
        name: list(one.cells) for name, one in visibility(problem).items()
    }
    strict = json.loads(run("lint", "mazur", "--json", "--strict").stdout)
    assert (strict["strict"], strict["clean"], strict["problems"][0]["clean"]) == (True, False, False)


def test_bad_files_are_told_after_the_others(tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text("layers: [2]\n", encoding="utf-8")
    done = run("lint", "bad.yaml", "nosuch.yaml", "shared-2-3-2", folder=tmp_path)
    assert done.returncode == 2
    assert "shared-2-3-2: no findings" in done.stdout
    assert "bad.yaml" in done.stderr
    assert "nosuch.yaml" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_folder_of_variants_and_standard_input(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.yaml").write_text(path_of("shared-2-3-2").read_text("utf-8"), encoding="utf-8")
    done = run("lint", str(tmp_path))
    assert done.returncode == 0
    assert done.stdout.endswith("2 problems, 0 with findings\n")
    piped = run("lint", "-", stdin=without_allowance("mazur"))
    assert piped.returncode == 1
    assert piped.stdout.startswith("-: 1 finding")


def test_options_that_do_not_go_together() -> None:
    done = run("lint", "mazur", "--json", "--quiet")
    assert done.returncode == 2
    assert "cannot go together" in done.stderr


def test_a_larger_tolerance() -> None:
    assert run("lint", "shared-2-3-2", "--ulps", "50").returncode == 1


def test_hostile_names_and_reasons(tmp_path: Path) -> None:
    text = problem_text(load("shared-2-3-2")) + 'lint: {allow: [tie], reason: "\\e[31m[bold]"}\n'
    (tmp_path / "a[bold]\x1b.yaml").write_text(text, encoding="utf-8")
    done = run("lint", "a[bold]\x1b.yaml", folder=tmp_path)
    assert done.returncode == 1  # the tie is not there
    assert "idle_allowance" in done.stdout
    assert "\x1b" not in done.stdout + done.stderr
    assert "a[bold]" in done.stdout


@pytest.mark.parametrize("name", ["hundred-steps"])
def test_of_a_long_problem_the_first_steps(name: str) -> None:
    assert "of 100 steps were looked at" in run("lint", name).stdout
