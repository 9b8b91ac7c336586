"""What stands in a problem file: the values that could be read, and a way to say what is wrong with them together."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bptutor.files.keys import PROBLEM
from bptutor.files.kinds import Keys, read_keys
from bptutor.files.place import Place
from bptutor.files.reader import Mapping, Node, Sequence
from bptutor.refusals import Path, Refusal, other_count


class Contents:
    """The values of the keys of a problem file; one whose fault is already reported is absent."""

    def __init__(self, root: Mapping, place: Place, keys: Keys = PROBLEM):
        self.root, self.place, self._keys = root, place, keys
        self.values = read_keys(root, place, keys)

    def __getitem__(self, key: str) -> Any:
        """The value of a key, or its default."""
        return self.values.get(key, self._keys[key].default)

    def typed(self, *path: str | int) -> bool:
        """Whether something stands at a place of the file, right or wrong."""
        node: Node | None = self.root
        for part in path:
            node = node.items.get(str(part)) if isinstance(node, Mapping) else _item(node, part)
        return node is not None

    def faulty(self, *path: str) -> bool:
        """Whether something stands there that could not be read."""
        values: Any = self.values
        for part in path:
            if part not in values:
                return self.typed(*path)
            values = values[part]
        return False

    def line(self, path: Path) -> int:
        """The line of a place: that of the key, or of the item of a list."""
        node: Any = self.root
        line = self.root.line
        for part in path:
            line = node.items[part - 1].line if isinstance(part, int) else node.lines[part]
            node = node.items[part - 1 if isinstance(part, int) else part]
        return line

    def report(self, path: Path, message: str, hint: str = "", *, at_key: bool = False) -> None:
        """Reports a fault of what stands at a place, or of its key."""
        place = self.place
        for part in path:
            place = place.at(part)
        place.report(self.line(path), message, hint, at_key=at_key)

    def refuse(self, refusals: Iterable[Refusal]) -> bool:
        """Reports what cannot be; returns whether there was any of it."""
        refused = [*refusals]
        for refusal in refused:
            self.report(*refusal)
        return bool(refused)

    def counts(self, path: Path, n: int, expected: int, each: str, hint: str = "") -> bool:
        """Whether there are as many values as expected; reports it if not."""
        return not self.refuse(other_count(path, n, expected, each, hint))


def _item(node: Node | None, part: str | int) -> Node | None:
    return node.items[part - 1] if isinstance(node, Sequence) and isinstance(part, int) else None
