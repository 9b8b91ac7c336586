"""The picture of a class in words and rows, whatever the medium; what a teacher must look at first comes first."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from bptutor.classroom.cells import Cell, CellCounts
from bptutor.classroom.people import People
from bptutor.classroom.picture import Mistake, Picture
from bptutor.classroom.scores import BINS
from bptutor.classroom.suspicions import Group, Unusual
from bptutor.language import _, plural
from bptutor.marking.hints import listed
from bptutor.render.harmless import markdown_table, markdown_text
from bptutor.render.marks import LOOKS

FEW_CELLS = 400
"""Cells that are shown, those that the fewest have right; class.json has all."""

FEW_IDS = 30
"""Students, or numbers, of a row that are named."""

_FEW_ROWS = 100
_PLAIN_BELOW = 1e15
_TINY = 1e-9  # an expected number below which nobody asks how small it is


_IN_PART = _("Where several mistakes fit a sheet equally well, each counts in part: one of two as half a student.")


class Part(NamedTuple):
    """A part of the picture: what it means, and a table. `bars` has a share of the class for each row, or nothing."""

    title: str
    says: tuple[str, ...]
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    bars: tuple[float, ...] = ()


def class_json(picture: Picture) -> str:
    """The picture as data, `bptutor/class` version 1."""
    return json.dumps(picture.as_dict(), indent=1) + "\n"


def heading(title: str) -> str:
    """What stands above the picture of a class: the title of the exercise, where it has one."""
    return title if title.strip() else _("The class")


def class_markdown(picture: Picture, title: str, people: People = People()) -> str:
    """The picture as Markdown; the list of all students is left to `grades.csv`."""
    suspect, *others = (
        key_is_suspect(picture),
        unread(people),
        absent(people),
        scores(picture),
        stages(picture),
        *mistakes(picture, people),
        cells(picture),
        groups(picture, people),
    )
    paragraphs = [f"# {markdown_text(heading(title))}", *([_markdown(suspect)] if suspect.rows else [])]
    paragraphs += map(markdown_text, said(picture, people))
    paragraphs += [_markdown(part) for part in others if part.rows]
    return "\n\n".join(paragraphs) + "\n"


def _markdown(part: Part) -> str:
    rows = (map(markdown_text, row) for row in part.rows)
    lines = markdown_table(map(markdown_text, part.head), rows, [False] * len(part.head))
    return "\n\n".join([f"## {markdown_text(part.title)}", *map(markdown_text, part.says), "\n".join(lines)])


def counted(picture: Picture) -> str:
    """How many were graded, and what they earned."""
    said = [plural("{n} student graded", "{n} students graded", picture.graded).format(n=picture.graded)]
    if picture.unreadable:
        message = plural("{n} hand-in could not be read", "{n} hand-ins could not be read", picture.unreadable)
        said.append(message.format(n=picture.unreadable))
    if spread := picture.spread:
        message = _("mean {mean:g} %, median {median:g} %, quartiles {first:g} % and {third:g} %, deviation {d:g} %")
        first, median, third = spread.quartiles
        said.append(message.format(mean=spread.mean, median=median, first=first, third=third, d=spread.deviation))
    return "; ".join(said) + "."


def said(picture: Picture, people: People) -> tuple[str, ...]:
    """What is said before the tables: who was graded, how much of the score was given though something was wrong."""
    lines = [counted(picture), *matched(people)]
    if any(picture.gained):
        message = _(
            "Of 100 points, {follows:g} on average are for numbers that follow from the student's own wrong ones, and"
            " {once:g} for mistakes that were made again and are counted once."
        )
        lines.append(message.format(follows=picture.gained.follow_through, once=picture.gained.counted_once))
    return *lines, *picture.notes


def matched(people: People) -> Iterator[str]:
    """How many are missing, and how many nobody expected."""
    if n := people.of_roster:
        yield plural("{n} of the roster handed nothing in.", "{n} of the roster handed nothing in.", n).format(n=n)
    if n := people.of_gradebook:
        yield plural("{n} of the gradebook handed nothing in.", "{n} of the gradebook handed nothing in.", n).format(
            n=n
        )
    if n := people.strangers:
        message = plural(
            "{n} student handed something in, and is not in the roster or a gradebook.",
            "{n} students handed something in, and are not in the roster or a gradebook.",
            n,
        )
        yield message.format(n=n)


def unread(people: People) -> Part:
    """Who handed in what could not be read."""
    rows = tuple((str(one.person), one.why) for one in people.unreadable)
    return Part(_("Could not be read, and are not graded"), (), (_("student"), _("why")), rows)


def absent(people: People) -> Part:
    """Who of the roster handed nothing in."""
    return Part(_("Handed nothing in"), (), (_("student"),), tuple((str(one),) for one in people.absent))


def students(picture: Picture, people: People) -> Part:
    """Everyone who was graded, and the first cell that is not right by its label."""
    labels = {cell.cell.id: cell.cell.label for cell in picture.cells}
    rows = tuple(
        (str(one.person), f"{one.percent:g} %", labels.get(one.first_error, one.first_error)) for one in people.graded
    )
    left = picture.graded - len(rows)
    message = plural("{n} more stands in grades.csv.", "{n} more stand in grades.csv.", left)
    head = (_("student"), _("score"), _("first cell that is not right"))
    return Part(_("Students"), (message.format(n=left),) if left > 0 else (), head, rows)


def named(cell: Cell) -> str:
    """A cell by its label and its id."""
    return f"{cell.label} ({cell.id})"


def number(value: float) -> str:
    """A number as a person writes it."""
    return np.format_float_positional(value, trim="-") if abs(value) < _PLAIN_BELOW else repr(value)


def key_is_suspect(picture: Picture) -> Part:
    """The numbers that most of the class share though they are not right."""
    return Part(
        _("Look at the key first"),
        (
            _(
                "At least half of those who answered share these numbers, and they are not right: the key, the problem"
                " or its conventions may not be what the class was given."
            ),
        ),
        (_("cell"), _("number"), _("students"), _("variant"), _("would be explained by")),
        tuple(
            (named(found.cell), number(found.number), shared_by(found), found.variant, ", ".join(found.causes))
            for found in picture.unusual[:_FEW_ROWS]
        ),
    )


def shared_by(found: Unusual) -> str:
    """How many share a number."""
    return _("{n} of {all}").format(n=found.students, all=found.answered)


def scores(picture: Picture) -> Part:
    """The histogram of the scores."""
    width = 100 // BINS
    rows = tuple((f"{k * width}–{(k + 1) * width} %", str(n)) for k, n in enumerate(picture.bins))
    most = max(picture.bins, default=0) or 1
    return Part(_("Scores"), (), (_("percent"), _("students")), rows, tuple(n / most for n in picture.bins))


def stages(picture: Picture) -> Part:
    """What part of the points of each stage the class earned."""
    rows = tuple((stage.title, f"{stage.percent:g} %") for stage in picture.stages)
    bars = tuple(stage.percent / 100 for stage in picture.stages)
    return Part(_("Stages"), (), (_("stage"), _("earned")), rows, bars)


def mistakes(picture: Picture, people: People) -> Iterator[Part]:
    """Misconceptions, and apart from them slips of the pen."""
    head = (_("mistake"), _("students"), _("what they are told"), _("who"))
    for title, found in ((_("Misconceptions"), picture.misconceptions), (_("Slips"), picture.slips)):
        rows = tuple((mistake.id, f"{mistake.students:g}", mistake.says, _who(mistake, people)) for mistake in found)
        shared = any(mistake.students != mistake.makers for mistake in found)
        yield Part(
            title,
            (_IN_PART,) if shared else (),
            head,
            rows,
            tuple(mistake.students / max(1, picture.graded) for mistake in found),
        )


def _who(mistake: Mistake, people: People) -> str:
    """Those who made a mistake, or one that fits their sheets as well."""
    return ", ".join(str(people.of(name)) for name in mistake.ids[:FEW_IDS]) + and_more(mistake)


def and_more(mistake: Mistake) -> str:
    """How many made a mistake beside those who are named; "" for none."""
    more = mistake.makers - len(mistake.ids[:FEW_IDS])
    return plural(" and {n} more", " and {n} more", more).format(n=more) if more else ""


def cells(picture: Picture) -> Part:
    """A row a cell: the part of the class that has each verdict."""
    looks = [look.word for look in LOOKS.values()]
    rows = ((named(cell.cell), *(percent(cell.share(verdict)) for verdict in LOOKS)) for cell in shown(picture))
    left = len(picture.cells) - FEW_CELLS
    message = plural("{n} easier cell is left out.", "{n} easier cells are left out.", left)
    return Part(_("Cells"), (message.format(n=left),) if left > 0 else (), (_("cell"), *looks), tuple(rows))


def shown(picture: Picture) -> Sequence[CellCounts]:
    """The cells to show, in the order of the page."""
    found = picture.cells
    if len(found) <= FEW_CELLS:
        return found
    ranked = sorted(range(len(found)), key=lambda place: found[place].right)
    return [found[place] for place in sorted(ranked[:FEW_CELLS])]


def percent(share: float) -> str:
    """A share of the class; what is there is not shown as nothing, nor what is missing as all."""
    whole = round(100 * share)
    return "<1 %" if share and not whole else ">99 %" if share < 1 and whole == 100 else f"{whole} %"


def groups(picture: Picture, people: People) -> Part:
    """Groups of sheets that share wrong numbers."""
    return Part(
        _("Sheets that share wrong numbers"),
        (
            _(
                "For a person to look at, not proof of anything: these sheets share wrong numbers that no known"
                " mistake explains. Who learnt together, or from the same notes, may have made the same mistakes."
            ),
            _(
                "The expected number says how many such groups a class like this would have even if nobody copied:"
                " by chance, or because some learnt from the same notes, in which two or three rules are wrong."
            ),
        ),
        (_("sheets"), _("variant"), _("expected"), _("shared numbers"), _("shared mistakes")),
        tuple(
            (
                ", ".join(str(people.of(name)) for name in group.ids),
                group.variant,
                f"{group.chance:.1g}" if group.chance > _TINY else f"<{_TINY:g}",
                listed([f"{named(found.cell)} = {number(found.number)}" for found in group.numbers], FEW_IDS),
                ", ".join(group.causes),
            )
            for group in listed_groups(picture)
        ),
    )


def listed_groups(picture: Picture) -> Sequence[Group]:
    """The groups that have a row."""
    return picture.groups[:_FEW_ROWS]
