"""What a worker does: it reads some hand-ins and grades them together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, partial
from typing import NamedTuple

import numpy as np

from bptutor.answers import Answers
from bptutor.classroom.batch import Feedback, grade_numbers, grade_sheets, unreadable
from bptutor.classroom.result import Result
from bptutor.errors import BptutorError
from bptutor.files.typed.unread import unread
from bptutor.intake.archives import Archives
from bptutor.intake.columns import columns
from bptutor.intake.entry import Entry, HandIn
from bptutor.intake.hand_ins import no_variant, read, reason_of
from bptutor.intake.roster import Roster
from bptutor.intake.tables import Table, TableRow, hand_in_of, row_answers, row_numbers
from bptutor.intake.variants import variant_of
from bptutor.intake.whose import Whose
from bptutor.marking.policy import Marking
from bptutor.marking.report import Report
from bptutor.problem import Problem
from bptutor.runs.handed_in import AsRead, Stored, as_read, line_of


class FeedbackOptions(NamedTuple):
    """What feedback is written for students: in which of `render.feedback.FORMS`, and how much it says.

    `more` are forms that are not for the folder `feedback`.
    """

    forms: tuple[str, ...] = ("md",)
    level: int = 0
    reveal: bool = False
    more: tuple[str, ...] = ()

    def also(self, forms: tuple[str, ...]) -> FeedbackOptions:
        """The same, written in other forms too that are not put into the folder `feedback`."""
        return self._replace(more=tuple(form for form in forms if form not in self.forms))


class Job(NamedTuple):
    """What all hand-ins have in common; `feedback` is None where none is written.

    `names` knows names and addresses where there is no roster, and nothing else.
    """

    problems: Mapping[str, Problem]
    roster: Roster
    marking: Marking
    feedback: FeedbackOptions | None
    limit: int
    names: Roster = Roster(())

    def problem_for(self, who: Whose, variant: str, student: str) -> Problem | None:
        """The problem of a hand-in: of the variant that it names, else of that in the roster."""
        if "" in self.problems:
            return self.problems[""]
        found = self.roster.find(student, who.name, who.email)
        return variant_of(self.problems, variant, found.variant if found else "")

    def owner(self, entry: Entry, said: str) -> str:
        """Whose a hand-in is: as the platform says, else a folder or a name that the roster knows, else as it says."""
        if entry.platform or not self.roster.students:
            return entry.student or said
        known = (name for name in (*entry.guesses, said) if name and self.roster.find(name))
        return next(known, entry.student or said)

    def variant(self, problem: Problem) -> str:
        """The name of a problem's variant, however a hand-in writes it."""
        return next(name for name, each in self.problems.items() if each is problem)

    def known(self, about: HandIn) -> HandIn:
        """The hand-in, its student as the roster has them.

        An id that is somebody else's in the roster gets the name beside it, so that the two are not taken for one.
        """
        if not self.roster.students:
            found = self.names.find(about.id, about.name, about.email) if self.names.students else None
            return about._replace(name=found.name or about.name, email=found.email or about.email) if found else about
        found = self.roster.find(about.id, about.name, about.email)
        if found:
            name, email, variant = found.name or about.name, found.email or about.email, about.variant or found.variant
            return about._replace(id=found.id, name=name, email=email, variant=variant)
        if about.id and self.roster.find(about.id):
            return about._replace(id=f"{about.id} ({about.name})")
        return about

    @property
    def writer(self) -> Feedback | None:
        """What writes the feedback for a student."""
        options = self.feedback
        if not options:
            return None
        return Feedback(partial(_feedback, options), partial(_refusal, options), options.reveal)


class Rows(NamedTuple):
    """Some rows of a table."""

    table: Table
    rows: tuple[TableRow, ...]


Chunk = tuple[Entry, ...] | Rows | Stored


def graded(job: Job, chunk: Chunk) -> list[Result]:
    """The results of some hand-ins, in their order."""
    if isinstance(chunk, Stored):
        found = dict(_of_sheets(job, map(as_read, chunk.lines)))
    else:
        found = dict(_of_rows(job, *chunk) if isinstance(chunk, Rows) else _of_entries(job, chunk))
    return [found[place] for place in range(len(found))]


def _of_sheets(job: Job, sheets: Iterable[AsRead]) -> Iterator[tuple[int, Result]]:
    """The results of hand-ins that were read: those that could not be first, then one problem after another."""
    handed = defaultdict[Problem, dict[int, tuple[HandIn, Answers]]](dict)
    for place, (hand_in, answers) in enumerate(sheets):
        if answers is None:
            yield place, _refused(job, hand_in)
        else:
            handed[job.problems[hand_in.variant]][place] = hand_in, answers
    for problem, some in handed.items():
        for place, result in zip(some, grade_sheets(problem, [*some.values()], job.marking, job.writer), strict=True):
            yield place, result._replace(typed=line_of(*some[place]))


def _of_entries(job: Job, entries: Sequence[Entry]) -> Iterator[tuple[int, Result]]:
    with Archives() as archives:
        yield from _of_sheets(job, [_read(job, entry, archives) for entry in entries])


def _read(job: Job, entry: Entry, archives: Archives) -> AsRead:
    who = Whose(entry.student, entry.name, entry.email)
    hand_in, answers = read(entry, partial(job.problem_for, who), archives, job.limit, job.owner)
    problem = answers and job.problem_for(who, hand_in.variant, hand_in.id)
    hand_in = job.known(hand_in)
    return AsRead(hand_in._replace(variant=job.variant(problem)), answers) if problem else AsRead(hand_in, None)


def _refused(job: Job, hand_in: HandIn) -> Result:
    return unreadable(hand_in, job.writer)._replace(typed=line_of(hand_in, None))


def _of_rows(job: Job, table: Table, rows: Sequence[TableRow]) -> Iterator[tuple[int, Result]]:
    handed = defaultdict[Problem, dict[int, HandIn]](dict)
    for place, row in enumerate(rows):
        hand_in = job.known(hand_in_of(table, row))
        who = Whose(hand_in.id, hand_in.name, hand_in.email)
        problem = None if hand_in.reason else job.problem_for(who, hand_in.variant, hand_in.id)
        if problem:
            handed[problem][place] = hand_in._replace(variant=job.variant(problem))
        else:
            hand_in = hand_in._replace(reason=hand_in.reason or no_variant(hand_in.variant))
            yield place, _refused(job, hand_in)
    for problem, some in handed.items():
        graded = _graded_rows(job, table, [rows[place] for place in some], problem, [*some.values()])
        yield from zip(some, graded, strict=True)


def _graded_rows(
    job: Job, table: Table, rows: Sequence[TableRow], problem: Problem, hand_ins: Sequence[HandIn]
) -> list[Result]:
    try:
        known = columns(table, problem)
    except BptutorError as error:  # the table has no cells of this variant
        return [_refused(job, hand_in._replace(reason=reason_of(error))) for hand_in in hand_ins]
    numbers = row_numbers(rows, known)

    @cache
    def answers(place: int) -> Answers:
        return row_answers(table, rows[place], known)

    told = [*hand_ins]
    for place in np.flatnonzero(numbers.unreadable.any(axis=1)).tolist():
        told[place] = told[place]._replace(unread=unread(answers(place)))
    results = grade_numbers(problem, told, known.ids, numbers, answers, job.marking, job.writer)
    return [result._replace(typed=line_of(result.hand_in, answers(place))) for place, result in enumerate(results)]


def _refusal(options: FeedbackOptions, hand_in: HandIn) -> Mapping[str, str]:
    from bptutor.render.feedback import refusal

    forms = (*options.forms, *options.more)
    return refusal(hand_in.unread or (hand_in.reason,), forms, name=hand_in.name or hand_in.id)


def _feedback(options: FeedbackOptions, report: Report, hand_in: HandIn) -> Mapping[str, str]:
    from bptutor.render.feedback import feedback

    name = hand_in.name or hand_in.id
    return feedback(report, (*options.forms, *options.more), name=name, level=options.level, reveal=options.reveal)
