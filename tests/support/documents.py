"""README and docs/: the sessions and the Python in them, run as they stand there.

A file that a session needs is the yaml block after a line that names it in backticks and ends with a colon, on any
page. What is typed into a command comes through a pipe from `printf`. A practice follows those before it. Times of day
stand for any. The Python of a document is run from the top to the bottom, in one room: a block with `>>>` as a doctest,
any other as it is. Code that is only shown stands in a block of another name: `py`, `diff`.
"""

from __future__ import annotations

import doctest
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from shutil import copytree
from typing import Any, NamedTuple

from tests.support import ROOT

_TIME = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d")
_FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


class Document(NamedTuple):
    """A text of the project, and what can be run in it."""

    path: Path
    text: str
    files: dict[str, str]
    sessions: list[str]
    python: list[str]

    @property
    def name(self) -> str:
        return self.path.relative_to(ROOT).as_posix()

    def room(self, folder: Path) -> Path:
        """The folder, filled with what the sessions need."""
        for name, text in (FILES | self.files).items():
            (folder / name).write_text(text, encoding="utf-8")
        copytree(ROOT / "examples", folder / "examples")
        copytree(ROOT / "examples" / "class", folder / "class")
        copytree(ROOT / "examples" / "platforms", folder / "platforms")
        return folder


def document(path: Path) -> Document:
    """A document of the project."""
    text = path.read_text(encoding="utf-8")
    files = dict(re.findall(r"`([\w.]+\.yaml)`:\n\n```yaml\n(.*?)```", text, re.DOTALL))
    sessions = re.findall(r"```console\n(.*?)```", text, re.DOTALL)
    return Document(path, text, files, sessions, re.findall(r"```python\n(.*?)```", text, re.DOTALL))


def _texts() -> list[Path]:
    return [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]


DOCUMENTS = {found.name: found for found in map(document, _texts())}
FILES = {name: text for found in DOCUMENTS.values() for name, text in found.files.items()}
"""The files of all pages: what one page has shown, the next one works with."""


def played(session: str, folder: Path) -> str:
    """A session as it goes here."""
    commands = [line for line in session.splitlines() if line.startswith("$ ")]
    return "\n".join(f"{command}\n{_run(command[2:], folder)}" for command in commands)


def _run(command: str, folder: Path) -> str:
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
    assert "Traceback (most recent call last)" not in done.stdout, done.stdout  # not even with BPTUTOR_UPDATE
    said = _TIME.sub("2026-05-04 18:30", done.stdout)
    return "".join(f"{line.rstrip()}\n" for line in said.splitlines())


def complaints(found: Document) -> str:
    """What the Python of a document says that does not stand there; empty where all is true."""
    names: dict[str, Any] = {}
    said = list[str]()
    for block in found.python:
        if ">>>" in block:
            test = doctest.DocTestParser().get_doctest(block, names, found.name, found.name, 0)
            doctest.DocTestRunner(optionflags=_FLAGS).run(test, out=said.append, clear_globs=False)
            names = test.globs
        else:
            exec(compile(block, found.name, "exec"), names)
    return "".join(said)
