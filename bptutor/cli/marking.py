"""The options that say how strict the marks are and what students are told, for all commands that give marks."""

from __future__ import annotations

import re
from enum import StrEnum
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple, get_type_hints

import typer

from bptutor.cli.options import in_place_of
from bptutor.errors import BptutorError
from bptutor.language import _

if TYPE_CHECKING:
    from bptutor.files.reader import Document
    from bptutor.marking.policy import Marking
    from bptutor.problem import Problem

_MARKS, TOLD = _("Marks"), _("Feedback for the students")
_PART = re.compile(r"\d{0,9}[.,]?\d{1,9}|\d{1,9}/0*[1-9]\d{0,8}", re.ASCII)


class Charge(StrEnum):
    """How often a mistake that is made throughout costs points."""

    once = "once"
    each = "each"


class Blanks(StrEnum):
    """What is made of cells that are left blank."""

    counted = "count"
    ignored = "ignore"


Ulps = Annotated[
    int, typer.Option("--ulps", min=0, rich_help_panel=_MARKS, help=_("Units in the last place that are forgiven."))
]
PointsFile = Annotated[
    Path | None,
    typer.Option(
        "--points",
        metavar="FILE",
        rich_help_panel=_MARKS,
        help=_("Points and prices from this file, instead of the problem's own."),
    ),
]
Imprecise = Annotated[
    str | None,
    typer.Option(
        "--imprecise",
        metavar="PART",
        rich_help_panel=_MARKS,
        help=_("What a right number with too few decimals keeps: 0 to 1, as 0.5 or 1/2."),
    ),
]
FollowThrough = Annotated[
    str | None,
    typer.Option(
        "--follow-through",
        metavar="PART",
        rich_help_panel=_MARKS,
        help=_("What a number that follows from one's own wrong ones keeps: 0 to 1."),
    ),
]
Charged = Annotated[
    Charge | None,
    typer.Option(
        "--charge",
        rich_help_panel=_MARKS,
        help=_("Where a mistake is made again, charge nothing (once) or as much again (each)."),
    ),
]
AcceptConventions = Annotated[
    bool,
    typer.Option(
        "--accept-conventions",
        rich_help_panel=_MARKS,
        help=_("Give credit to a sheet that is right in another convention."),
    ),
]
BlankCells = Annotated[
    Blanks,
    typer.Option("--blanks", rich_help_panel=_MARKS, help=_("Count blank cells, or mark only what was filled in.")),
]
Forgive = Annotated[
    list[str] | None,
    typer.Option(
        "--forgive",
        metavar="MISTAKE",
        rich_help_panel=_MARKS,
        help=_("A mistake or slip that costs nothing where it is named, by its id: copy_slip; may be repeated."),
    ),
]

Hints = Annotated[
    int,
    typer.Option("--hint", min=0, max=4, rich_help_panel=TOLD, help=_("Hints about the first wrong cell; 0: none.")),
]
Reveal = Annotated[bool, typer.Option("--reveal", rich_help_panel=TOLD, help=_("Show students what is right."))]


class MarkingOptions(NamedTuple):
    """The options that say how strict the marks are, as they were typed."""

    ulps: Ulps = 0
    imprecise: Imprecise = None
    follow_through: FollowThrough = None
    charge: Charged = None
    accept_conventions: AcceptConventions = False
    blanks: BlankCells = Blanks.counted
    forgive: Forgive = None
    points: PointsFile = None

    def marking(self) -> Marking:
        """What they say; raises BptutorError for a part that is none, or a mistake that there is not."""
        from bptutor.marking.forgiven import known_ids
        from bptutor.marking.policy import Marking

        return Marking(
            self.ulps,
            part("--imprecise", self.imprecise),
            part("--follow-through", self.follow_through),
            None if self.charge is None else self.charge.value,
            self.accept_conventions,
            self.blanks.value,
            known_ids(frozenset(self.forgive or ())),
        )

    def of(self, problem: Problem) -> Problem:
        """The problem with the points of the file, if there is one; raises BptutorError for what it has not."""
        document = self.document()
        if document is None:
            return problem
        from bptutor.files.points_file import with_points

        return with_points(problem, document)

    def document(self) -> Document | None:
        """The file with points, if there is one; raises BptutorError for one that cannot be read."""
        if self.points is None:
            return None
        from bptutor.files.points_file import points_document

        return points_document(self.points)


with_marking = in_place_of(
    "strict",
    {
        name: (annotation, MarkingOptions._field_defaults[name])
        for name, annotation in get_type_hints(MarkingOptions, include_extras=True).items()
    },
    lambda given: MarkingOptions(**given),
)
"""Gives a command these options, with their defaults, in the place of its parameter `strict`: a `MarkingOptions`."""


def part(option: str, text: str | None) -> Fraction | None:
    """A part from 0 to 1, exactly; None where nothing was said."""
    if text is None:
        return None
    if _PART.fullmatch(text) and (found := Fraction(text.replace(",", "."))) <= 1:
        return found
    message = _("found {option} {text}, expected a fraction from 0 to 1").format(option=option, text=text)
    raise BptutorError(message, hint=_("0.5, or 1/2"))
