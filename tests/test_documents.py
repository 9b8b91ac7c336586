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
from tests.support.documents import DOCUMENTS, FILES, complaints, document, played
from tests.support.reference import commands, options_of

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
    assert len(SESSIONS) >= 20
    assert {"mine.yaml", "exam.yaml", "typo.yaml"} <= FILES.keys()


def test_a_file_is_the_same_on_every_page() -> None:
    for found in DOCUMENTS.values():
        for name, text in found.files.items():
            assert _numbers(text) == _numbers(FILES[name]), (found.name, name)


def _numbers(text: str) -> list[str]:
    """A file without its first lines of comments."""
    return [line for line in text.splitlines() if not line.startswith("#")]


@pytest.mark.slow
@pytest.mark.parametrize("number", range(3))
def test_the_commands_behind_the_three_doors(number: int, tmp_path: Path) -> None:
    """What a newcomer types first works as it stands there, one after the other."""
    doors = re.findall(r"```sh\n(bptutor .*?)```", README.text, re.DOTALL)
    assert len(doors) == 3
    typed = re.findall(r"^(.*?) *(?:#.*)?$", doors[number].rstrip(), re.MULTILINE)
    assert len(typed) == 3
    folder = README.room(tmp_path)
    for command in typed:
        shown = played(f"$ {command}", folder)
        assert len(shown.splitlines()) > 1 or "-o" in command, command
        assert "Error: " not in shown, shown


def test_the_readme_is_read_in_a_minute() -> None:
    assert len(README.text.splitlines()) <= 130


@pytest.mark.parametrize("name", [name for name, found in DOCUMENTS.items() if found.python])
def test_python(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(DOCUMENTS[name].room(tmp_path))
    assert not complaints(DOCUMENTS[name])


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_file_that_is_named_is_there(name: str) -> None:
    """As it stands, or inside the package, as architecture.md calls its rooms; and each link leads somewhere."""
    for mentioned in MENTIONED.findall(DOCUMENTS[name].text):
        if mentioned.endswith("/") and DOCUMENTS[name].sessions:
            continue  # a folder that the session makes
        assert any((room / mentioned).exists() for room in (ROOT, ROOT / "bptutor", ROOT / "examples")), mentioned
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


def test_every_command_and_option_is_on_a_page() -> None:
    """On one that a person wrote: the reference, which the code writes, has them anyway (`tests/test_reference.py`)."""
    pages = "".join(found.text for name, found in DOCUMENTS.items() if not name.startswith("docs/reference/"))
    assert all(f"bptutor {name}" in pages for name in commands())
    options = [names for command in commands().values() for names in options_of(command) if "--help" not in names]
    assert ["--decimals", "-d"] in options
    said = set(re.findall(r"(?<![\w-])--?[a-z][a-z-]*", pages))
    assert [names for names in options if said.isdisjoint(names)] == []


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
