"""Who handed in what, as a platform itself writes it beside the hand-ins: metadata, and receipts."""

from __future__ import annotations

import calendar
import re
import time
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from bptutor.files.encodings import decoded
from bptutor.files.place import is_null
from bptutor.files.reader import Mapping as Keys
from bptutor.files.reader import Node, Scalar, parse
from bptutor.files.reader import Sequence as Items

METADATA = "submission_metadata.yml"
"""The file of a Gradescope export that says whose its folders are."""


class Submitter(NamedTuple):
    """A student as a platform names them; `when` is the time of the submission in seconds, 0 where none is told."""

    student: str
    name: str = ""
    email: str = ""
    when: float = 0.0


Submitters = Mapping[str, Sequence[Submitter]]
"""Who submitted what is in a folder, or has a name that begins so."""


def submitters(data: bytes) -> Submitters:
    """Who submitted what is in each folder of a Gradescope export, or each document of it, as its metadata say.

    Those that they do not tell are absent. Raises BptutorError where they cannot be read.
    """
    root = parse(data, METADATA).root
    listed = root.items if isinstance(root, Keys) else {}
    return {folder: people for folder, node in listed.items() if (people := _people(node))}


def _people(submission: Node) -> list[Submitter]:
    listed = _member(submission, ":submitters")
    try:
        when = float(calendar.timegm(time.strptime(_text(submission, ":created_at")[:19], "%Y-%m-%d %H:%M:%S")))
    except ValueError:
        when = 0.0
    people = [
        Submitter(_text(item, ":sid") or _text(item, ":email"), _text(item, ":name"), _text(item, ":email"), when)
        for item in (listed.items if isinstance(listed, Items) else [])
    ]
    return [person for person in people if person.student]


def _member(node: Node, key: str) -> Node | None:
    return node.items.get(key) if isinstance(node, Keys) else None


def _text(node: Node, key: str) -> str:
    value = _member(node, key)
    return value.text.strip() if isinstance(value, Scalar) and not is_null(value) else ""


_NAMED = re.compile(r"\s*Name: (?P<name>.*?) ?\((?P<id>[^()\r\n]+)\)\s*[\r\n]")


def of_receipt(folder: str, data: bytes) -> Submitters:
    r"""Who made the attempt whose files begin with `folder`, as the text that Blackboard puts beside them says.

    A name of a file does not tell where the assignment ends and a user name with `_` begins; none where the text says
    another user than the files.

    >>> of_receipt("HW 3_s_eck_attempt_2025-03-03-09-00-12", b"Name: Sam Eck (s_eck)\n")
    {'HW 3_s_eck_attempt_2025-03-03-09-00-12': [Submitter(student='s_eck', name='Sam Eck', email='', when=0.0)]}
    """
    found = _NAMED.match(decoded(data))
    if not found or f"_{found['id']}_attempt_" not in folder:
        return {}
    return {folder: [Submitter(found["id"], found["name"].strip())]}
