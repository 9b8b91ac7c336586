"""Whose the folders of a Gradescope export are: its file `submission_metadata.yml`."""

from __future__ import annotations

from bptutor.errors import BptutorError
from bptutor.files.place import is_null
from bptutor.files.reader import Mapping, Node, Scalar, Sequence, parse
from bptutor.intake.whose import Submitter, Submitters

METADATA = "submission_metadata.yml"


def submitters(data: bytes) -> Submitters:
    """Who submitted what is in each folder; those that the file does not tell are absent, all if it cannot be read."""
    try:
        root = parse(data, METADATA).root
    except BptutorError:
        return {}
    folders = root.items if isinstance(root, Mapping) else {}
    listed = {folder: _member(node, ":submitters") for folder, node in folders.items()}
    return {folder: people for folder, node in listed.items() if (people := _people(node))}


def _people(node: Node | None) -> list[Submitter]:
    items = node.items if isinstance(node, Sequence) else []
    people = [
        Submitter(_text(item, ":sid") or _text(item, ":email"), _text(item, ":name"), _text(item, ":email"))
        for item in items
    ]
    return [person for person in people if person.student]


def _member(node: Node, key: str) -> Node | None:
    return node.items.get(key) if isinstance(node, Mapping) else None


def _text(node: Node, key: str) -> str:
    value = _member(node, key)
    return value.text.strip() if isinstance(value, Scalar) and not is_null(value) else ""
