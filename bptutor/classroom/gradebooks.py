"""What is put into a gradebook that a teacher exported, whatever the platform: whose each row is, and its score.

A row belongs to a student by id, then by e-mail, then by name, and never by a guess.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

from bptutor.classroom.grade import Grade, decimal
from bptutor.intake.gradebooks import Gradebook

_NUMBER = re.compile(r"-?[0-9]+(?:([.,])[0-9]+)?")
_THOUSANDS = re.compile(r"-?[0-9]{1,3}(?:,[0-9]{3})+\.[0-9]+|-?[0-9]{1,3}(?:\.[0-9]{3})+,[0-9]+")
_BETWEEN = re.compile("[ \u00a0\u202f'’]")  # what French and Swiss numbers have between thousands
_PARTED = re.compile(rf"-?[0-9]{{1,3}}(?:{_BETWEEN.pattern}[0-9]{{3}})+(?:[.,][0-9]+)?")
_WHOLE = re.compile("[1-9][0-9]{0,2}(?:,[0-9]{3})+")  # nobody writes points with three decimals
_NEAR = Fraction(51, 10_000)  # half of the last of the two decimals to which platforms round what they take
_LONGEST = 20
_ACCENTS = frozenset(map(chr, range(0x300, 0x370)))
_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ı": "i", "æ": "ae", "œ": "oe"})


class BookRow(NamedTuple):
    """What a row of a gradebook says of its student; what it does not say is empty."""

    row: int
    ids: tuple[str, ...] = ()
    email: str = ""
    name: str = ""

    def __str__(self) -> str:
        known = next(filter(None, (*self.ids, self.email)), "")
        return f"{self.name} ({known})" if self.name and known else self.name or known


class Standing(NamedTuple):
    """A score that stood in a row before, what would be there now, and whether it is: a person's is kept."""

    entry: BookRow
    old: str
    new: str
    replaced: bool


class Filled(NamedTuple):
    """The texts to put at (row, column), and what a teacher must know of the others.

    `column` is the title of the column with the grades, `out_of` the points it was scaled to, None for points as they
    are; `feedback` the title of the column with the feedback, "" where there is none. `missing` are the students of
    the gradebook without a hand-in, `left` the hand-ins of nobody in it, `unread` those that could not be read: their
    cells stay as they were. `kept` are students whose cell is not a score, such as those who are excused, `locked`
    those whose grade cannot be changed, `standing` the scores and comments of a person's. `whose`
    has the grades by the numbers of participants.
    """

    cells: Mapping[tuple[int, int], str]
    column: str
    out_of: Fraction | None
    missing: list[BookRow]
    left: list[Grade]
    unread: list[Grade]
    kept: list[BookRow]
    feedback: str = ""
    locked: Sequence[BookRow] = ()
    standing: Sequence[Standing] = ()
    whose: Mapping[str, Grade] = {}


def cell(row: Sequence[str], column: int | None) -> str:
    """The text of a cell, without spaces around it; "" where the row has none."""
    return row[column].strip() if column is not None and column < len(row) else ""


def decimal_comma(export: Gradebook, texts: Iterable[str]) -> bool:
    """Whether the numbers have a comma: as those that are there, else as the locale that parts cells by semicolons."""
    marks = [found[1] for text in texts if (found := _NUMBER.fullmatch(text.strip())) and found[1]]
    return "," in marks if marks else export.delimiter == ";"


def points_of(text: str) -> Fraction | None:
    """The positive number that a cell says; None where it says none."""
    number = number_of(text.replace(",", "") if _WHOLE.fullmatch(text) else text)
    return number if number is not None and number > 0 else None


def number_of(text: str) -> Fraction | None:
    """The number that a cell says, `1,000.00` being a thousand; None where it says none."""
    if len(text) >= _LONGEST:
        return None
    if _PARTED.fullmatch(text):
        text = _BETWEEN.sub("", text)
    if _THOUSANDS.fullmatch(text):
        whole, _mark, part = text.rpartition(max(".,", key=text.rfind))
        return Fraction(f"{re.sub('[.,]', '', whole)}.{part}")
    return Fraction(text.replace(",", ".")) if _NUMBER.fullmatch(text) else None


def stands(old: str, new: str) -> bool:
    """Whether a score that is there already is another than the one to be put there, as far as platforms keep it."""
    before, after = number_of(old), number_of(new)
    return before is not None and after is not None and abs(before - after) > _NEAR


def score(grade: Grade, out_of: Fraction | None, *, comma: bool) -> str:
    """What was earned, as the gradebook writes its numbers."""
    text = decimal(grade.out_of(out_of))
    return text.replace(".", ",") if comma else text


class Matched(NamedTuple):
    """The grades that belong to rows, the rows without a grade, and the grades without a row."""

    grades: dict[int, Grade]
    rows: list[BookRow]
    left: list[Grade]


def match(grades: Sequence[Grade], entries: Sequence[BookRow]) -> Matched:
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


_Way = tuple[Callable[[Grade], list[str]], Callable[[BookRow], list[str]]]
_WAYS: tuple[_Way, ...] = (
    (lambda grade: _ids([grade.id]), lambda entry: _ids(entry.ids)),
    (lambda grade: _emails([grade.email, grade.id]), lambda entry: _emails([entry.email, *entry.ids])),
    (lambda grade: [plain_name(grade.name)], lambda entry: [plain_name(entry.name)]),
)
