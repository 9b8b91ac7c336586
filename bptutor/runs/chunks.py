"""What a worker does: it reads some hand-ins and grades them together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import NamedTuple

from bptutor.answers import Answers
from bptutor.classroom.batch import grade_numbers, grade_sheets, unreadable
from bptutor.classroom.result import Result, Student
from bptutor.errors import BptutorError
from bptutor.intake.entry import Entry
from bptutor.intake.grid import Grid, grid
from bptutor.intake.hand_ins import no_variant, read, reason_of
from bptutor.intake.roster import Roster
from bptutor.intake.table_text import Block
from bptutor.intake.tables import Table, columns
from bptutor.intake.typed_cells import Numbers
from bptutor.intake.variants import variant_of
from bptutor.intake.whose import Whose
from bptutor.language import _
from bptutor.marking.policy import Marking
from bptutor.marking.report import Report
from bptutor.problem import Problem


class Told(NamedTuple):
    """What feedback is written for students."""

    html: bool = False
    level: int = 0
    reveal: bool = False


class Job(NamedTuple):
    """What all hand-ins have in common; `told` is None where no feedback is written."""

    problems: Mapping[str, Problem]
    roster: Roster
    marking: Marking
    told: Told | None
    limit: int

    def problem_for(self, who: Whose, variant: str, student: str) -> Problem | None:
        """The problem of a hand-in: of the variant that it names, else of that in the roster."""
        if "" in self.problems:
            return self.problems[""]
        found = self.roster.find(student, who.name, who.email)
        return variant_of(self.problems, variant, found.variant if found else "")

    def variant(self, problem: Problem) -> str:
        """The name of a problem's variant, however a hand-in writes it."""
        return next(name for name, each in self.problems.items() if each is problem)

    def student(self, about: Student) -> Student:
        """The student as the roster has them.

        An id that is somebody else's in the roster gets the name beside it, so that the two are not taken for one.
        """
        if not self.roster.students:
            return about
        found = self.roster.find(about.id, about.name, about.email)
        if found:
            name, email, variant = found.name or about.name, found.email or about.email, about.variant or found.variant
            return about._replace(id=found.id, name=name, email=email, variant=variant)
        if about.id and self.roster.find(about.id):
            return about._replace(id=f"{about.id} ({about.name})")
        return about

    @property
    def feedback(self) -> Callable[[Report, Student], tuple[str, str]] | None:
        """What writes the feedback for a student."""
        return partial(_feedback, self.told) if self.told else None


class Rows(NamedTuple):
    """Some rows of a table."""

    table: Table
    block: Block


Chunk = tuple[Entry, ...] | Rows


def graded(job: Job, chunk: Chunk) -> list[Result]:
    """The results of some hand-ins, in their order."""
    found = dict(_of_rows(job, chunk) if isinstance(chunk, Rows) else _of_entries(job, chunk))
    return [found[place] for place in range(len(found))]


def _of_entries(job: Job, entries: Sequence[Entry]) -> Iterator[tuple[int, Result]]:
    handed = defaultdict[Problem, dict[int, tuple[Student, Answers]]](dict)
    for place, entry in enumerate(entries):
        who = Whose(entry.student, entry.name, entry.email)
        one = read(entry, partial(job.problem_for, who), job.limit)
        student = job.student(
            Student(one.student, one.name, one.email, one.variant, one.source, one.when, one.late, one.reason)
        )
        problem = None if one.answers is None else job.problem_for(who, one.variant, one.student)
        if problem and one.answers:
            handed[problem][place] = student._replace(variant=job.variant(problem)), one.answers
        else:
            yield place, unreadable(student)
    for problem, some in handed.items():
        yield from zip(some, grade_sheets(problem, [*some.values()], job.marking, job.feedback), strict=True)


def _of_rows(job: Job, rows: Rows) -> Iterator[tuple[int, Result]]:
    cells = grid(*rows)
    handed = defaultdict[Problem, dict[int, Student]](dict)
    for row, student in enumerate(_students(job, cells)):
        who = Whose(student.id, student.name, student.email)
        problem = None if student.reason else job.problem_for(who, student.variant, student.id)
        if problem:
            handed[problem][row] = student._replace(variant=job.variant(problem))
        else:
            yield row, unreadable(student._replace(reason=student.reason or no_variant(student.variant)))
    for problem, some in handed.items():
        yield from zip(some, _graded_rows(job, cells, problem, some), strict=True)


def _students(job: Job, cells: Grid) -> Iterator[Student]:
    """Whose the rows are; a later row of a student is a newer hand-in."""
    people = zip(*(cells.known(role) for role in ("id", "name", "email", "variant")), cells.lines.tolist(), strict=True)
    source = _("{file}, line {n}")
    for row, (student, name, email, variant, line) in enumerate(people):
        said, reason = source.format(file=cells.table.name, n=line), cells.faults.get(row, "")
        about = Student(student or email or name, name, email, variant, said, line, reason=reason)
        yield job.student(about)


def _graded_rows(job: Job, cells: Grid, problem: Problem, some: Mapping[int, Student]) -> list[Result]:
    try:
        known = columns(cells.table, problem)
    except BptutorError as error:  # the table has no cells of this variant
        return [unreadable(student._replace(reason=reason_of(error))) for student in some.values()]
    rows = list(some)
    typed = cells.numbers(known)
    if len(rows) < len(cells):
        value, decimals, odd = typed
        typed = Numbers(value[rows], decimals[rows], odd[rows])
    return grade_numbers(
        problem,
        [*some.values()],
        known.ids,
        typed,
        lambda row: cells.answers(rows[row], known),
        job.marking,
        job.feedback,
    )


def _feedback(told: Told, report: Report, student: Student) -> tuple[str, str]:
    from bptutor.render.feedback import feedback

    name = student.name or student.id
    return feedback(report, with_html=told.html, name=name, level=told.level, reveal=told.reveal)
