"""The picture of a class as a web page in one file, its charts drawn in it (`templates/class.html`)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import NamedTuple

from bptutor.classroom.cells import CellCounts
from bptutor.classroom.picture import Picture
from bptutor.render import class_words as words
from bptutor.render.class_words import Part
from bptutor.render.marks import LOOKS
from bptutor.render.web_page import html

_WIDTH, _HEIGHT, _ABOVE, _BELOW = 600, 140, 18, 20  # of the histogram, and the room for its numbers


class _Column(NamedTuple):
    """A column of the histogram, in pixels from the upper left corner."""

    x: float
    top: float
    width: float
    height: float
    name: str
    students: str


class _Piece(NamedTuple):
    """A verdict in the bar of a cell, in percent of the class."""

    verdict: str
    x: float
    width: float
    says: str


def class_html(picture: Picture, title: str) -> str:
    """The whole page; all text of strangers is escaped."""
    scores = words.scores(picture)
    return html(
        "class.html",
        title=words.heading(title),
        suspect=words.key_is_suspect(picture),
        said=words.said(picture),
        scores=scores,
        columns=list(_columns(scores)) if picture.graded else [],
        size=(_WIDTH, _HEIGHT),
        mistakes=[words.stages(picture), *words.mistakes(picture)],
        about_cells=words.cells(picture),
        looks=LOOKS,
        groups=groupby(words.shown(picture), lambda counts: counts.cell.quantity),
        pieces=_pieces,
        percent=words.percent,
        alike=words.groups(picture),
    )


def _columns(scores: Part) -> Iterator[_Column]:
    width = _WIDTH / len(scores.rows)
    for place, ((name, students), share) in enumerate(zip(scores.rows, scores.bars, strict=True)):
        height = share * (_HEIGHT - _ABOVE - _BELOW)
        yield _Column(place * width, _HEIGHT - _BELOW - height, width, height, name, students)


def _pieces(counts: CellCounts) -> list[_Piece]:
    """The verdicts that somebody has, one behind the other."""
    pieces, x = list[_Piece](), 0.0
    for verdict, look in LOOKS.items():
        if share := counts.share(verdict):
            pieces.append(_Piece(verdict, x, 100 * share, f"{look.word}: {words.percent(share)}"))
            x += 100 * share
    return pieces
