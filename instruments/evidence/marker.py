"""bptutor as these programs see it: problems go in as mappings, sheets as texts, and verdicts come out.

All that is known of bptutor stands in this file: `load`, `check` and `why`, and the batch of a class, which gives the
same verdicts faster.
"""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

from exercise import Exercise
from pen import TEN, Sheet, text

import bptutor
from bptutor.answers import Answers, Typed

FULL = frozenset(("right", "right_carried", "follow_through"))
SLIPS = frozenset(("sign_slip", "decimal_point", "digits_swapped", "dropped_term", "other_cell", "copy_slip"))


class Said(NamedTuple):
    """What was said of a cell: the ids that explain it equally well lead; `full`, `some`: what credit it gets."""

    verdict: str
    leads: tuple[str, ...] = ()
    note: str = ""
    full: bool = True
    some: bool = True

    @property
    def named(self) -> bool:
        """Whether a cause is given."""
        return bool(self.leads)


def problem_of(ex: Exercise):
    """The exercise as bptutor's problem."""
    return bptutor.load(ex.mapping())


def answers_of(sheet: Sheet) -> Answers:
    """A sheet as bptutor's answers."""
    return Answers({name: Typed(text(n, d), n / TEN[d], d) for name, (n, d) in sheet.items()})


def leading(causes, equally) -> tuple[str, ...]:
    """The ids of the causes that lead."""
    return tuple(dict.fromkeys(name for cause in causes[:equally] for name in cause.ids))


def checked(problem, answers: Answers, marking=None) -> dict[str, Said]:
    """What `bptutor.check` says of each cell that was answered, in the order of the page."""
    report = bptutor.check(problem, answers, *([marking] if marking else []))
    found = {}
    for mark in report.marks:
        if mark.typed is not None:
            full, some = mark.credit == mark.points, mark.credit > 0
            found[mark.id] = Said(mark.verdict, leading(mark.causes, mark.equally), mark.note, full, some)
    return found


def checked_batch(problem, sheets: list[Sheet], *, fall_back: bool = True) -> list[dict[str, Said]]:
    """The same for many sheets of one problem at once, without notes; `fall_back` asks `check` about odd credits."""
    from bptutor.classroom.batch import grade_sheets, usual_page
    from bptutor.intake.entry import HandIn
    from bptutor.marking.policy import Marking
    from bptutor.marking.verdicts import VERDICTS

    ids = usual_page(problem).ids
    handed = [(HandIn(str(k)), answers_of(sheet)) for k, sheet in enumerate(sheets)]
    found = []
    for sheet, result in zip(sheets, grade_sheets(problem, handed, Marking()), strict=True):
        causes = {
            ids[odd.cell]: tuple(dict.fromkeys(part for name in odd.causes for part in name.split("+")))
            for odd in result.work.wrong
        }
        said, credit = {}, Fraction()
        for name, place in zip(ids, result.work.verdicts, strict=True):
            if name in sheet:
                verdict = VERDICTS[place]
                leads = causes.get(name, ()) if verdict == "misconception" else ()
                full = verdict in FULL
                said[name] = Said(verdict, leads, "", full, full or verdict == "imprecise")
                credit += Fraction(full) or Fraction(verdict == "imprecise", 2)
        if (
            fall_back and credit != result.work.grade.earned
        ):  # what is charged once, or other points: the verdict does not say it
            said = checked(problem, answers_of(sheet))
        found.append(said)
    return found


def first_wrong(said: dict[str, Said]) -> str | None:
    """The first cell of the page that is not right: what `check` leads with."""
    return next((name for name, one in said.items() if one.verdict not in ("right", "right_carried")), None)


def looked_up(problem, name: str, n: int, digits: int) -> tuple[bool, tuple[str, ...], int]:
    """What `why` says of one number: whether it is right, the ids that explain it, how many of them equally well."""
    from bptutor.marking.why import why

    (number,) = why(problem, {name: Typed(text(n, digits), n / TEN[digits], digits)}).numbers
    return number.right, tuple(one.id for one in number.explanations), number.equally


def graded(problem, sheets: dict[str, Sheet]) -> dict[str, object]:
    """What comes of each student's sheet, as bptutor keeps it for the picture of a class."""
    from bptutor.classroom.batch import grade_sheets
    from bptutor.intake.entry import HandIn
    from bptutor.marking.policy import Marking

    handed = [(HandIn(name, source=name), answers_of(sheet)) for name, sheet in sheets.items()]
    return dict(zip(sheets, grade_sheets(problem, handed, Marking()), strict=True))


def groups_of_class(problem, results) -> list[set[str]]:
    """The groups of students whose sheets the picture of a class calls alike; pairs that hang together are a group."""
    from bptutor.classroom.batch import usual_page
    from bptutor.classroom.picture import Tally

    tally = Tally()
    for result in results:
        tally.add(result)
    picture = tally.picture([cell[:2] for cell in usual_page(problem).cells])
    found: list[set[str]] = [set(group.ids) for group in getattr(picture, "groups", ())]
    for one in (set(pair.ids) for pair in picture.pairs):
        touching = [group for group in found if group & one]
        found = [group for group in found if not group & one] + [one.union(*touching)]
    return found
