"""An input: the words of a command line, the files in its folder, and what is typed; kept in a folder of its own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import NamedTuple

_COMMAND, _TYPED = "COMMAND.json", "TYPED"


class Case(NamedTuple):
    """What a target is given; `files` are named as the words have them, `typed` is standard input."""

    target: str
    words: tuple[str, ...] = ()
    files: tuple[tuple[str, bytes], ...] = ()
    typed: bytes = b""

    @property
    def size(self) -> int:
        """How long it is, so that the shortest of several that show the same can be told."""
        return sum(map(len, self.words)) + sum(len(data) for _name, data in self.files) + len(self.typed)

    def save(self, folder: Path) -> None:
        """Writes it down, to be run again."""
        self.lay_out(folder)
        (folder / _COMMAND).write_text(json.dumps([self.target, *self.words]))
        (folder / _TYPED).write_bytes(self.typed)

    @classmethod
    def load(cls, folder: Path) -> Case:
        """What was written down."""
        target, *words = json.loads((folder / _COMMAND).read_text())
        found = [path for path in sorted(folder.rglob("*")) if path.is_file() and path.name not in (_COMMAND, _TYPED)]
        files = tuple((str(path.relative_to(folder)), path.read_bytes()) for path in found)
        return cls(target, tuple(words), files, (folder / _TYPED).read_bytes())

    def lay_out(self, folder: Path) -> None:
        """Makes its files in a folder."""
        for name, data in self.files:
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
