"""Whose a hand-in is, as far as the names of files and folders tell: what learning platforms make of them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from bptutor.errors import BptutorError
from bptutor.files.place import is_null
from bptutor.files.reader import Mapping as Keys
from bptutor.files.reader import Node, Scalar, parse
from bptutor.files.reader import Sequence as Items
from bptutor.language import _

METADATA = "submission_metadata.yml"
"""The file of a Gradescope export that says whose its folders are."""

LONGEST = 200  # letters of an id or a name

# How the platforms name what students upload; a path is searched for each in turn.
PLATFORMS = {
    # mod/assign/classes/downloader.php: the name without "_", the participant's number (that of the grading
    # worksheet), the plugin; a folder, which up to Moodle 4.0 ends in "_", or the beginning of the file's name.
    "moodle": re.compile(r"(?:^|/)(?P<name>[^/_]+)_(?P<id>[0-9]+)_assignsubmission_(?:file|onlinetext)(?:_|/)"),
    # lib/content_zipper.rb: "anon" and a random id where names are hidden, the number of the upload, the file's name.
    "canvas, anonymous": re.compile(
        r"(?:^|/)(?:(?P<late>LATE)_)?anon_(?P<id>\w+?)_(?P<upload>[0-9]+)_[^/]+$", re.IGNORECASE
    ),
    # lib/content_zipper.rb: lastnamefirstname, LATE where it was, the user's number (the ID of the gradebook), the
    # number of the upload, the file's name.
    "canvas": re.compile(
        r"(?:^|/)(?P<name>\w+?)(?:_(?P<late>LATE))?_(?P<id>[0-9]+)_(?P<upload>[0-9]+)_[^/]+$", re.IGNORECASE
    ),
    # "Download submissions": a folder a submission; submission_metadata.yml beside them says whose it is.
    "gradescope": re.compile(r"(?:^|/)(?P<folder>submission_(?P<id>[0-9]+))/"),
}

# File names that say what is in a file, and not whose it is.
_SAYS_NOTHING = re.compile(
    r"(?:my[ _-]?)?(?:answers?|sheet|answer[ _-]?sheet|submission|solutions?|hand[ _-]?in|homework|exercise|assignment"
    r"|antworten|lösung(?:en)?|loesung(?:en)?|abgabe|réponses|reponses|respuestas|risposte|template)[ ()0-9_-]*",
    re.IGNORECASE,
)


class Whose(NamedTuple):
    """What a path tells of a hand-in; `platform` is "" where no learning platform made its name."""

    student: str = ""
    name: str = ""
    email: str = ""
    late: bool = False
    upload: int = 0
    platform: str = ""


class Submitter(NamedTuple):
    """A student as the metadata of an export name them."""

    student: str
    name: str = ""
    email: str = ""


Submitters = Mapping[str, Sequence[Submitter]]
"""Who submitted what is in a folder."""


def whose(path: str, id_from: re.Pattern[str] | None = None, submitters: Submitters | None = None) -> list[Whose]:
    """Whose a hand-in is: one, or all members of a group that handed in together.

    `path` has `/` between its parts. A file name of no platform is the student's id, unless it says only what is in
    the file: then the folder around it is, and where there is none, `student` is "".
    """
    for platform, pattern in {"id_from": id_from}.items() if id_from else PLATFORMS.items():
        if pattern and (match := pattern.search(path)):
            found = match.groupdict("")
            known = (submitters or {}).get(found.get("folder", ""))
            people = known or [Submitter(found.get("id", ""), found.get("name", "").strip())]
            late, upload = bool(found.get("late")), int(found.get("upload", "")[:15] or 0)
            return [
                Whose(student[:LONGEST], name[:LONGEST], email[:LONGEST], late, upload, platform)
                for student, name, email in people
            ]
    *folders, file = path.split("/")
    stem = file.rpartition(".")[0] or file
    if _SAYS_NOTHING.fullmatch(stem):
        stem = folders[-1] if folders else ""
    return [Whose(stem[:LONGEST])]


def id_pattern(text: str) -> re.Pattern[str]:
    """The pattern of `--id-from`; raises BptutorError where it is none, or names no group `id`."""
    hint = _("such as {example}").format(example=r"--id-from '(?P<id>s\d+)'")
    try:
        pattern = re.compile(text)
    except re.error as error:
        message = _("{pattern} is no regular expression: {reason}").format(pattern=text, reason=error)
        raise BptutorError(message, hint=hint) from None
    if "id" not in pattern.groupindex:
        raise BptutorError(_("{pattern} does not say where the id is").format(pattern=text), hint=hint)
    return pattern


def submitters(data: bytes) -> Submitters:
    """Who submitted what is in each folder of an export, as its metadata say.

    Those that they do not tell are absent, all if they cannot be read.
    """
    try:
        root = parse(data, METADATA).root
    except BptutorError:
        return {}
    folders = root.items if isinstance(root, Keys) else {}
    listed = {folder: _member(node, ":submitters") for folder, node in folders.items()}
    return {folder: people for folder, node in listed.items() if (people := _people(node))}


def _people(node: Node | None) -> list[Submitter]:
    items = node.items if isinstance(node, Items) else []
    people = [
        Submitter(_text(item, ":sid") or _text(item, ":email"), _text(item, ":name"), _text(item, ":email"))
        for item in items
    ]
    return [person for person in people if person.student]


def _member(node: Node, key: str) -> Node | None:
    return node.items.get(key) if isinstance(node, Keys) else None


def _text(node: Node, key: str) -> str:
    value = _member(node, key)
    return value.text.strip() if isinstance(value, Scalar) and not is_null(value) else ""
