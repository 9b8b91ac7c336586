"""Which row of a gradebook belongs to which student: by id, then by e-mail, then by name, and never by a guess."""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from bptutor.classroom.grade import Grade

_ACCENTS = frozenset(map(chr, range(0x300, 0x370)))
_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ı": "i", "æ": "ae", "œ": "oe"})


class Entry(NamedTuple):
    """What a row of a gradebook says of its student; what it does not say is empty."""

    row: int
    ids: tuple[str, ...] = ()
    email: str = ""
    name: str = ""

    def __str__(self) -> str:
        known = next(filter(None, (*self.ids, self.email)), "")
        return f"{self.name} ({known})" if self.name and known else self.name or known


class Matched(NamedTuple):
    """The grades that belong to rows, the rows without a grade, and the grades without a row."""

    grades: dict[int, Grade]
    rows: list[Entry]
    left: list[Grade]


def match(grades: Sequence[Grade], entries: Sequence[Entry]) -> Matched:
    """Gives each row its grade, where one id, e-mail or name belongs to one row and to one grade alone."""
    found: dict[int, int] = {}  # the place of the grade of a row
    for of_grade, of_entry in _WAYS:
        used = set(found.values())
        rows = _owners((entry.row, of_entry(entry)) for entry in entries)
        places = _owners((place, of_grade(grade)) for place, grade in enumerate(grades))
        pairs = {(rows[key], places[key]) for key in rows.keys() & places.keys()}
        pairs = {(row, place) for row, place in pairs if row not in found and place not in used}
        claims = Counter(end for row, place in pairs for end in (("row", row), ("grade", place)))
        found |= {row: place for row, place in pairs if claims["row", row] == claims["grade", place] == 1}
    used = set(found.values())
    return Matched(
        {row: grades[place] for row, place in sorted(found.items())},
        [entry for entry in entries if entry.row not in found],
        [grade for place, grade in enumerate(grades) if place not in used],
    )


def _owners(keys_of: Iterable[tuple[int, Iterable[str]]]) -> dict[str, int]:
    """Whose each key is; one that several have tells nobody apart."""
    owners = defaultdict(set)
    for owner, keys in keys_of:
        for key in filter(None, keys):
            owners[key].add(owner)
    return {key: owner for key, (owner, *others) in owners.items() if not others}


def _ids(texts: Iterable[str]) -> list[str]:
    return [text.strip().casefold() for text in texts]


def _emails(texts: Iterable[str]) -> list[str]:
    return [text for text in _ids(texts) if "@" in text]


def plain_name(name: str) -> str:
    """A name without what people write in different ways: accents, capitals, signs, spaces, the last name first."""
    last, comma, first = name.partition(",")
    letters = unicodedata.normalize("NFKD", f"{first} {last}" if comma else name).casefold().translate(_LETTERS)
    return "".join(char for char in letters if unicodedata.category(char)[0] in "LMN" and char not in _ACCENTS)


_Way = tuple[Callable[[Grade], list[str]], Callable[[Entry], list[str]]]
_WAYS: tuple[_Way, ...] = (
    (lambda grade: _ids([grade.id]), lambda entry: _ids(entry.ids)),
    (lambda grade: _emails([grade.email, grade.id]), lambda entry: _emails([entry.email, *entry.ids])),
    (lambda grade: [plain_name(grade.name)], lambda entry: [plain_name(entry.name)]),
)
