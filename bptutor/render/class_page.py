"""The picture of a class as a web page in one file, its charts drawn in it (`templates/class.html`)."""

from __future__ import annotations

from itertools import groupby
from typing import NamedTuple

from bptutor.classroom.cells import CellCounts
from bptutor.classroom.people import People
from bptutor.classroom.picture import Picture
from bptutor.language import _
from bptutor.render import class_words as words
from bptutor.render.marks import LOOKS
from bptutor.render.web_page import html


class _Piece(NamedTuple):
    """A verdict in the bar of a cell, in percent of the class."""

    verdict: str
    x: float
    width: float
    says: str


def class_html(picture: Picture, title: str, people: People = People(), *, linked: bool = True) -> str:
    """The whole page; all text of strangers is escaped.

    `linked`: with links to the other results, which are beside it.
    """
    found = picture.misconceptions, picture.slips
    return html(
        "class.html",
        title=words.heading(title),
        suspect=words.key_is_suspect(picture),
        said=words.said(picture, people),
        people=people,
        linked=linked,
        unread=words.unread(people),
        absent=words.absent(people),
        charts=[words.scores(picture), words.stages(picture)] if picture.graded else [],
        mistakes=list(zip(words.mistakes(picture, people), found, strict=True)),
        first=lambda mistake: [people.of(name) for name in mistake.ids[: words.FEW_IDS]],
        more=words.and_more,
        students=words.students(picture, people),
        graded=[[row.person] for row in people.graded],
        unfold=_("Show them"),
        about_cells=words.cells(picture),
        looks=LOOKS,
        groups=groupby(words.shown(picture), lambda counts: counts.cell.quantity),
        pieces=_pieces,
        percent=words.percent,
        alike=words.groups(picture, people),
        groups_of=[[people.of(name) for name in group.ids] for group in words.listed_groups(picture)],
    )


def _pieces(counts: CellCounts) -> list[_Piece]:
    """The verdicts that somebody has, one behind the other."""
    pieces, x = list[_Piece](), 0.0
    for verdict, look in LOOKS.items():
        if share := counts.share(verdict):
            pieces.append(_Piece(verdict, x, 100 * share, f"{look.word}: {words.percent(share)}"))
            x += 100 * share
    return pieces
