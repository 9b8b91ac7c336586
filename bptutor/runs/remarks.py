"""`report.md`: what a teacher must know of a run beside the grades, every hand-in and student by name."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TextIO

from bptutor.classroom.grade import Grade, decimal
from bptutor.classroom.gradebooks import Filled, plain_name
from bptutor.classroom.result import Result
from bptutor.intake.entry import HandIn
from bptutor.language import _, plural
from bptutor.render.harmless import markdown_text

_FEW = 3  # reasons of a hand-in that are listed

TITLES = {
    "conflict": _("Several hand-ins claim the same student: decide whose they are"),
    "unreadable": _("Hand-ins that could not be read"),
    "unread": _("Cells and lines that could not be read; the rest of these hand-ins is marked"),
    "nobody": _("Hand-ins that do not say whose they are"),
    "superseded": _("Hand-ins set aside, because there is another of the same student"),
    "late": _("Late hand-ins"),
    "variant": _("Hand-ins of another variant than the roster says"),
    "unknown": _("Hand-ins of students who are not in the roster"),
    "absent": _("Students of the roster without a hand-in"),
    "canvas": _("Canvas"),
    "moodle": _("Moodle"),
    "brightspace": _("Brightspace"),
    "blackboard": _("Blackboard"),
    "passed": _("Files that were passed over, and not read"),
    "ignored": _("Columns that are no cell of the problem"),
}


class Remarks:
    """Lines under the titles, kept in files of a folder until they are put together.

    `counts` says how many there are under each, `remembered` has them where they are wanted. Those of the roster who
    are `absent`, and those of a gradebook who are `missing`, handed nothing in; `strangers` did, and are in neither.
    """

    def __init__(self, folder: Path, *, remember: bool = False):
        self._folder, self._files, self._remember = folder, dict[str, TextIO](), remember
        self.counts, self.remembered = Counter[str](), defaultdict[str, list[str]](list)
        self.absent, self.missing, self.strangers = set[str](), set[str](), set[str]()

    def add(self, section: str, *parts: str) -> None:
        """Adds a line: what it is about, and what is to be said of it."""
        self.counts[section] += 1
        if section not in self._files:
            self._files[section] = (self._folder / f"{section}.md").open("w+", encoding="utf-8")
        self._files[section].write(f"- {': '.join(filter(None, map(markdown_text, parts)))}\n")
        if self._remember:
            self.remembered[section].append(": ".join(filter(None, parts)))

    def result(self, result: Result, superseded: Sequence[Result]) -> None:
        """What is to be said of the hand-ins of a student."""
        hand_in, work = result[:2]
        if not work.grade.readable:
            self.add("unreadable", whose(hand_in), hand_in.source, "; ".join(work.grade.notes))
        elif not hand_in.id:
            self.add("nobody", hand_in.source)
        if work.grade.readable and hand_in.unread:
            first, more = "; ".join(hand_in.unread[:_FEW]), len(hand_in.unread) - _FEW
            also = plural("; and {n} more", "; and {n} more", more).format(n=more) if more > 0 else ""
            self.add("unread", whose(hand_in), hand_in.source, first + also)
        if hand_in.late:
            self.add("late", whose(hand_in), hand_in.source)
        for other in superseded:
            why = "" if other.work.grade.readable else "; ".join(other.work.grade.notes)
            counts = _("{superseded}; {kept} counts").format(superseded=other.hand_in.source, kept=hand_in.source)
            elsewhere = other.hand_in.place != hand_in.place and other.hand_in.place and hand_in.place
            self.add("conflict" if elsewhere else "superseded", whose(hand_in), counts, why)

    def variant(self, hand_in: HandIn, given: str) -> None:
        """Says that a hand-in was marked by the variant that it names, though the roster gives the student another."""
        says = _("marked as variant {variant}, which it names; the roster says {given}")
        self.add("variant", whose(hand_in), hand_in.source, says.format(variant=hand_in.variant, given=given))

    def roster(self, section: str, grade: Grade, source: str = "") -> None:
        """What is to be said of a student whom the roster or the hand-ins do not have."""
        (self.absent if section == "absent" else self.strangers).add(plain_name(grade.name) or grade.id)
        self.add(section, whose(grade), source)

    def gradebook(self, section: str, filled: Filled) -> None:
        """What is to be said of a gradebook that was filled."""
        points = "" if filled.out_of is None else _("out of {points}").format(points=decimal(filled.out_of))
        columns = ", ".join(filter(None, (filled.column, filled.feedback)))
        self.add(section, _("filled"), columns, points)
        if section == "moodle":
            self.add(section, _("the next run needs a fresh worksheet: Moodle accepts each only once"))
        self.missing |= {plain_name(entry.name) or str(entry) for entry in filled.missing}
        self.strangers |= {plain_name(grade.name) or grade.id for grade in filled.left}
        for entry in filled.missing:
            self.add(section, _("in the gradebook, without a hand-in"), str(entry))
        for grade in filled.left:
            self.add(section, _("graded, but not in the gradebook"), whose(grade))
        for grade in filled.unread:
            self.add(section, _("left as it was, the hand-in could not be read"), whose(grade))
        for entry in filled.locked:
            self.add(section, _("left as it was, the grade is locked"), str(entry))
        for entry, old, new, replaced in filled.standing:
            message = _("{old} becomes {new}") if replaced else _("{old} would become {new}: kept, --force replaces it")
            self.add(section, str(entry), message.format(old=old, new=new))
        for entry in filled.kept:
            self.add(section, _("left as it was, it is not a score"), str(entry))

    def ignored(self, table: str, headings: Iterable[str]) -> None:
        """Says which columns of a table mean nothing."""
        for heading in headings:
            self.add("ignored", table, heading)

    def lines(self) -> Iterator[str]:
        """The page, after which nothing can be added."""
        yield "# " + _("What to look at") + "\n"
        for section, title in TITLES.items():
            if file := self._files.get(section):
                yield f"\n## {title}\n\n"
                with file:
                    file.seek(0)
                    yield from file
        if not self._files:
            yield "\n" + _("Nothing: every hand-in was read, and counts.") + "\n"


def whose(one: Grade | HandIn) -> str:
    """A student, as a teacher knows them."""
    return f"{one.id} ({one.name})" if one.name and one.name != one.id else one.id
