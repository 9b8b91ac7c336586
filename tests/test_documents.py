"""README and docs/ are true: every session and all Python in them are run and compared, every file named is there.

With BPTUTOR_UPDATE=1 the sessions are written anew.
"""

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.support import ROOT
from tests.support.documents import DOCUMENTS, complaints, document, played

README = DOCUMENTS["README.md"]
SESSIONS = [(name, number) for name, found in DOCUMENTS.items() for number in range(len(found.sessions))]
MENTIONED = re.compile(r"`((?:[\w.-]+/)*[\w.-]+\.(?:py|toml|txt|yml)|(?:[\w.-]+/)+)`")
"""What a text in backticks has of a file or a folder of the project: `engine/rules.py`, `tests/golden/`."""


def practised(session: str) -> bool:
    return "bptutor practice" in session


@pytest.mark.slow
@pytest.mark.parametrize(("name", "number"), SESSIONS)
def test_session(name: str, number: int, tmp_path: Path) -> None:
    found, folder = DOCUMENTS[name], DOCUMENTS[name].room(tmp_path)
    expected = found.sessions[number]
    for before in filter(practised, found.sessions[:number] if practised(expected) else []):
        played(before, folder)
    shown = played(expected, folder)
    if os.environ.get("BPTUTOR_UPDATE"):
        text = document(found.path).text.replace(f"```console\n{expected}```", f"```console\n{shown}```")
        found.path.write_text(text, encoding="utf-8")
    else:
        assert shown == expected


def test_there_are_sessions_and_files() -> None:
    assert len(README.sessions) >= 5
    assert {"mine.yaml", "typo.yaml"} <= README.files.keys()


@pytest.mark.parametrize("name", [name for name, found in DOCUMENTS.items() if found.python])
def test_python(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(DOCUMENTS[name].room(tmp_path))
    assert not complaints(DOCUMENTS[name])


@pytest.mark.parametrize("name", [name for name in DOCUMENTS if name != "README.md"])
def test_every_file_that_is_named_is_there(name: str) -> None:
    """As it stands, or inside the package, as architecture.md calls its rooms."""
    for mentioned in MENTIONED.findall(DOCUMENTS[name].text):
        assert any((room / mentioned).exists() for room in (ROOT, ROOT / "bptutor")), mentioned
    for link in re.findall(r"\]\((?!https?:)([^)#]+)", DOCUMENTS[name].text):
        assert (DOCUMENTS[name].path.parent / link).exists(), link


@pytest.mark.slow
def test_python_example(tmp_path: Path) -> None:
    (example,) = README.python
    done = subprocess.run(
        [sys.executable, "-c", example], cwd=tmp_path, capture_output=True, encoding="utf-8", check=True
    )
    first, second, third = done.stdout.splitlines()
    assert float(first) == pytest.approx(0.3775, abs=1e-12)
    assert "0.138" in second
    assert third in example


def test_every_command_and_option_is_in_the_readme() -> None:
    from bptutor.cli.commands import _HOMES, _made

    assert all(f"bptutor {name}" in README.text for name in _HOMES)
    options = [option for parameter in _made("solve").params for option in parameter.opts]
    assert "--decimals" in options
    assert [option for option in options if option.startswith("--") and option not in README.text] == []


def test_ci_runs_the_command_of_the_readme() -> None:
    assert "grep -m 1 -- '-m pytest' README.md" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    (line,) = [line for line in README.text.splitlines() if "-m pytest" in line]
    assert line.startswith("python3 -m venv")


def test_the_lowest_versions_are_those_that_are_allowed() -> None:
    """`.ci/lowest.txt` pins what pyproject.toml allows at least."""
    allowed = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    lines = (ROOT / ".ci" / "lowest.txt").read_text(encoding="utf-8").splitlines()
    pinned = dict(line.split("==") for line in lines if line[0] != "#")
    for name, lowest in (requirement.split(">=") for requirement in allowed):
        assert (pinned[name] + ".").startswith(f"{lowest}."), name
    assert len(pinned) == len(allowed)
