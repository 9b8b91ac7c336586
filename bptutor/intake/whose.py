"""Whose a hand-in is, as far as the names of files and folders tell.

What a learning platform made decides alone. Then comes the folder or the name that the roster knows, then what the
sheet says; a file name inside of a student's folder never names another student.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from bptutor.errors import BptutorError
from bptutor.intake.platforms import COMPANIONS, PLATFORMS, RECEIPTS, Platform, time_of
from bptutor.intake.submitters import Submitter, Submitters
from bptutor.language import _

LONGEST = 200  # letters of an id or a name
_LONGEST_PATH = 4096  # no system has longer ones
_COPY = re.compile(r" ?\([0-9]{1,3}\)$")  # what browsers add to a file that was downloaded before

# File names that say what is in a file, and not whose it is.
_SAYS_NOTHING = re.compile(
    r"(?:my[ _-]?)?(?:answers?|sheet|answer[ _-]?sheet|submission|solutions?|hand[ _-]?in|homework|exercise|assignment"
    r"|antworten|lösung(?:en)?|loesung(?:en)?|abgabe|réponses|reponses|respuestas|risposte|template|onlinetext)"
    r"[ ()0-9_-]*",
    re.IGNORECASE,
)


class Whose(NamedTuple):
    """What a path tells of a hand-in; `platform` is "" where no learning platform made its name.

    `guesses` are names that may be a student's, likeliest first, where no platform decides; of these `student` is the
    one to take where nobody knows better. `place` is the folder, or the platform's number, that hand-ins of one student
    have in common. `receipt`: a text that the platform wrote.
    """

    student: str = ""
    name: str = ""
    email: str = ""
    late: bool = False
    upload: float = 0
    platform: str = ""
    guesses: tuple[str, ...] = ()
    place: str = ""
    receipt: bool = False


class Layout:
    """How the hand-ins of one source are laid out: found from all their paths together, then asked for each.

    `within` is the name of the folder or archive itself, which platforms name too. `submitters` is what the platform
    says of whose they are; the texts at `receipts` say more of it.
    """

    def __init__(
        self,
        paths: Iterable[str],
        id_from: re.Pattern[str] | None = None,
        submitters: Submitters | None = None,
        within: str = "",
    ):
        self._paths = [path for path in paths if not COMPANIONS.fullmatch(path)]
        self._id_from, self._within, self.submitters = id_from, within, dict(submitters or {})
        self._made = {} if id_from else self._platforms()
        self._by_folder = self._folders()

    @property
    def receipts(self) -> dict[str, str]:
        """The texts that a platform wrote beside uploads, or in their place: how the names of these begin."""
        said = {path: match.groupdict() for path, (_platform, match) in self._made.items()}
        return {path: found["folder"] for path, found in said.items() if found.get("receipt")}

    def whose(self, path: str) -> list[Whose]:
        """Whose a hand-in is: one, or all members of a group that handed in together."""
        if self._id_from and len(path) <= _LONGEST_PATH and (match := self._id_from.search(path)):
            return self._people("id_from", match, path)
        if made := self._made.get(path):
            return self._people(*made, path)
        if known := self.submitters.get(path.rpartition("/")[2]):  # an export of documents, a file each
            return [Whose(*who[:3], upload=who.when, platform="gradescope", place=path) for who in known]
        return [self._unmade(path)]

    def companion(self, path: str) -> bool:
        """Whether a file is one that computers or the platform put beside the hand-ins."""
        if COMPANIONS.fullmatch(path):
            return True
        platforms = {platform.name for platform, _match in self._made.values()}
        return any(RECEIPTS[name].fullmatch(path) for name in platforms & RECEIPTS.keys())

    def _people(self, platform: Platform | str, match: re.Match[str], path: str) -> list[Whose]:
        found = match.groupdict("")
        name = platform if isinstance(platform, str) else platform.name
        people = self.submitters.get(found.get("folder", "")) or [_submitter(found)]
        upload = float(found.get("upload", "")[:15] or 0)
        if isinstance(platform, Platform) and found.get("date"):
            upload = time_of(platform, found["date"])
        # Attempts have places of their own; whose all of them are, a receipt knows better than a name of a file.
        student = people[0].student if found.get("date") else found.get("id")
        place = f"{name} {student}" if student else path
        late, receipt = bool(found.get("late")), bool(found.get("receipt"))
        return [
            Whose(student[:LONGEST], who[:LONGEST], email[:LONGEST], late, upload or when, name, (), place, receipt)
            for student, who, email, when in people
        ]

    def _platforms(self) -> dict[str, tuple[Platform, re.Match[str]]]:
        """The paths that a platform made: it named their outermost part that is not common to all."""
        found = {path: made for path in self._paths if (made := _outermost(path, self._within))}
        folders = Counter(path[: max(0, match.start() - _shift(path, match))] for path, (_p, match) in found.items())
        inside = [path for path in self._paths if "/" in path or path in found]
        # Beside other folders, a folder is a student's: what is named in it was named by a student.
        good = {before for before in folders if not before or all(path.startswith(before) for path in inside)}
        return {
            path: (platform, match)
            for path, (platform, match) in found.items()
            if path[: max(0, match.start() - _shift(path, match))] in good
        }

    def _folders(self) -> dict[str, bool]:
        """The folders around which hand-ins are laid, and whether each is a student's."""
        left = [_parts(path) for path in self._paths if path not in self._made and not self.companion(path)]
        self._depth = _common([_parts(path) for path in self._paths if not self.companion(path)])
        inner = defaultdict[str, list[str]](list)
        for parts in left:
            if len(parts) > self._depth + 1:
                inner["/".join(parts[: self._depth + 1])].append(_stem(parts[-1]))
        stems = Counter(stem for names in inner.values() for stem in set(names))
        shared = any(count > 1 for count in stems.values()) or any(map(_SAYS_NOTHING.fullmatch, stems))
        shared = shared or bool(self._made)  # beside folders of a platform, another one is a student's too
        single = len(inner) > 1 and all(len(names) == 1 for names in inner.values())
        return dict.fromkeys(inner, shared or single)

    def _unmade(self, path: str) -> Whose:
        *folders, file = _parts(path)
        stem, depth = _stem(file), self._depth
        outer = folders[depth:] or (folders[-1:] if _SAYS_NOTHING.fullmatch(stem) else [])
        place = "/".join(folders[: depth + 1]) if folders[depth:] else ""
        if place and self._by_folder.get(place):
            return Whose(outer[0][:LONGEST], guesses=tuple(outer), place=place)
        if _SAYS_NOTHING.fullmatch(stem):
            student = outer[-1] if outer else ""
            return Whose(student[:LONGEST], guesses=tuple(outer), place=place or path)
        return Whose(stem[:LONGEST], guesses=(*outer, stem), place="/".join((*folders, stem)))


def whose(path: str, id_from: re.Pattern[str] | None = None, submitters: Submitters | None = None) -> list[Whose]:
    """Whose a hand-in is that comes alone."""
    return Layout([path], id_from, submitters).whose(path)


def _shift(path: str, match: re.Match[str]) -> int:
    """How many letters stand before the path in what was searched: the name of the folder or archive itself."""
    return len(match.string) - len(path)


def _outermost(path: str, within: str) -> tuple[Platform, re.Match[str]] | None:
    """The platform that made the first part of a path that any has made."""
    if len(path) > _LONGEST_PATH:
        return None
    whole = f"{within}/{path}" if within else path
    at = 0
    while at >= 0:
        for platform in PLATFORMS:
            if match := platform.pattern.match(whole, at):
                return platform, match
        at = whole.find("/", at) + 1 or -1
    return None


def turned(name: str) -> str:
    """A name with what stands behind its comma first: "Ada Abel" of "Abel, Ada"."""
    last, comma, first = name.partition(",")
    return f"{first.strip()} {last.strip()}" if comma else name


def _submitter(found: Mapping[str, str]) -> Submitter:
    name, student = found.get("name", "").strip(), found.get("id", "").strip()
    name = turned(name)
    # Moodle calls all alike where names are hidden, by the word of its language
    return Submitter(student, f"{name} {student}" if name.casefold() in _ANYBODY else name)


_ANYBODY = {"participant", "teilnehmer/in", "teilnehmer-in", "participante", "partecipante", "deelnemer"}


def _common(paths: Sequence[Sequence[str]]) -> int:
    """How many folders all paths have in common."""
    folders = [path[:-1] for path in paths]
    if len(folders) < _SEVERAL:
        return max(0, len(folders[0]) - 1) if folders else 0
    depth = 0
    while all(len(path) > depth for path in folders) and len({path[depth] for path in folders}) == 1:
        depth += 1
    return depth


_SEVERAL = 2


def _parts(path: str) -> list[str]:
    """The folders of a path and its file, none of them a way up."""
    *folders, file = path.split("/")
    return [*(name for name in folders if name not in ("", ".", "..")), file]


def _stem(file: str) -> str:
    stem = file
    while (parts := stem.rpartition("."))[0] and parts[2].lower() in _ENDINGS:
        stem = parts[0]
    stem = stem if stem != file else file.rpartition(".")[0] or file
    return _COPY.sub("", stem) or stem


_ENDINGS = {"yaml", "yml", "json", "txt", "text", "md", "zip", "html", "htm"}


def id_pattern(text: str) -> re.Pattern[str]:
    """The pattern of `--id-from`; raises BptutorError where it is none, or names no group `id`."""
    hint = _("such as {example}").format(example=r"--id-from '(?P<id>s\d+)'")
    try:
        pattern = re.compile(text)
    except re.error as error:
        message = _("{pattern} is not a regular expression: {reason}").format(pattern=text, reason=error)
        raise BptutorError(message, hint=hint) from None
    if "id" not in pattern.groupindex:
        raise BptutorError(_("{pattern} does not say where the id is").format(pattern=text), hint=hint)
    return pattern
