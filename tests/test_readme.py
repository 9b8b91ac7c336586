"""The README is true: every session in it is executed and compared, line by line.

A file that a session needs is the yaml block after a line that names it in backticks and ends with a colon. What is
typed into a command comes through a pipe from `printf`. A practice follows those before it. Times of day stand for any.
With BPTUTOR_UPDATE=1 the sessions are written anew.
"""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
TEXT = README.read_text(encoding="utf-8")
FILES = dict(re.findall(r"`([\w.]+\.yaml)`:\n\n```yaml\n(.*?)```", TEXT, re.DOTALL))
SESSIONS = re.findall(r"```console\n(.*?)```", TEXT, re.DOTALL)


TIME = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d")


def run(command: str, folder: Path) -> str:
    before, _pipe, command = command.rpartition(" | ")
    printf, *texts = shlex.split(before) or ["printf", ""]
    assert (printf, len(texts)) == ("printf", 1)
    program, *arguments = shlex.split(command)
    assert program == "bptutor"
    done = subprocess.run(
        [sys.executable, "-m", "bptutor", *arguments],
        cwd=folder,
        input=texts[0].replace(r"\n", "\n"),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        env={**os.environ, "PYTHONUTF8": "1", "BPTUTOR_DATA": str(folder / "data")},
    )
    said = TIME.sub("2026-05-04 18:30", done.stdout)
    return "".join(f"{line.rstrip()}\n" for line in said.splitlines())


def played(session: str, folder: Path) -> str:
    commands = [line for line in session.splitlines() if line.startswith("$ ")]
    return "\n".join(f"{command}\n{run(command[2:], folder)}" for command in commands)


def practised(session: str) -> bool:
    return "bptutor practice" in session


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    copytree(ROOT / "examples" / "class", tmp_path / "class")
    return tmp_path


@pytest.mark.parametrize("number", range(len(SESSIONS)))
def test_session(number: int, folder: Path) -> None:
    for before in filter(practised, SESSIONS[:number] if practised(SESSIONS[number]) else []):
        played(before, folder)
    expected, found = SESSIONS[number], played(SESSIONS[number], folder)
    if os.environ.get("BPTUTOR_UPDATE"):
        README.write_text(
            README.read_text(encoding="utf-8").replace(f"```console\n{expected}```", f"```console\n{found}```"),
            encoding="utf-8",
        )
    else:
        assert found == expected


def test_there_are_sessions_and_files() -> None:
    assert len(SESSIONS) >= 5
    assert {"mine.yaml", "typo.yaml"} <= FILES.keys()


def test_python_example(tmp_path: Path) -> None:
    (example,) = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)
    done = subprocess.run(
        [sys.executable, "-c", example], cwd=tmp_path, capture_output=True, encoding="utf-8", check=True
    )
    first, second, third = done.stdout.splitlines()
    assert float(first) == pytest.approx(0.3775, abs=1e-12)
    assert "0.138" in second
    assert third in example


def test_every_command_and_option_is_in_the_readme() -> None:
    from typer.main import get_command

    from bptutor.cli.app import app

    command: Any = get_command(app)
    for name, sub in command.commands.items():
        assert f"bptutor {name}" in TEXT
        for parameter in sub.params if name == "solve" else []:
            for option in parameter.opts:
                assert not option.startswith("--") or option in TEXT, option


def test_ci_runs_the_command_of_the_readme() -> None:
    assert "grep -m 1 -- '-m pytest' README.md" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    (line,) = [line for line in TEXT.splitlines() if "-m pytest" in line]
    assert line.startswith("python3 -m venv")
