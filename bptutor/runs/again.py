"""Grading a class again under other points, from what was kept of its hand-ins."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bptutor.classroom.spool import Keep
from bptutor.files.points_file import as_points
from bptutor.files.reader import Document, parse
from bptutor.intake.gradebooks import gradebook_of
from bptutor.intake.output_folder import OutputFolder
from bptutor.intake.roster import Roster, Student
from bptutor.marking.policy import Marking
from bptutor.runs import handed_in
from bptutor.runs.changes import CHANGES, Change, changes, changes_csv, grades_in
from bptutor.runs.chunks import FeedbackOptions
from bptutor.runs.class_run import (
    RESULTS,
    Outcome,
    Plan,
    Writer,
    grade_all,
    gradebooks,
    job_of,
    patience,
    remarked,
)
from bptutor.runs.listing import Listing
from bptutor.runs.progress import Progress, unheard


def run_again(plan: Plan, graded: Path, progress: Progress = unheard) -> tuple[Outcome, list[Change]]:
    """Grades a class again that was graded into a folder before: the points of the plan, and its marking, if any.

    All else is as it was then. Also gives the students whose marks change. Raises BptutorError where that cannot be.
    """
    store = handed_in.Store(graded)
    about, before = store.about, grades_in(graded)
    given = {name: handed_in.problem_of(data) for name, data in about["problems"].items()}
    plan = plan._replace(
        points=plan.points or _points(about["points"]),
        marking=handed_in.marking_of(about["marking"]) if plan.marking == Marking() else plan.marking,
        keep=Keep(about["keep"]),
        feedback=_feedback(about["feedback"]),
        assignment=about["assignment"],
        preset=about["preset"],
    )
    folder = OutputFolder(plan.out, RESULTS, force=plan.force or plan.out.resolve() == graded.resolve())
    with patience(), folder.opened():
        students = Roster(Student(*one) for one in about["roster"])
        exports = {name: gradebook_of(*handed_in.unpacked(file)[::-1]) for name, file in about["books"].items()}
        books = gradebooks(plan, given, exports.pop("canvas", None), exports.pop("moodle", None), exports)
        job = job_of(plan, remarked(given, plan.points), students, books)._replace(limit=about["limit"])
        ignored = {name: tuple(headings) for name, headings in about["ignored"].items()}
        found = Listing((store,), len(store), ignored, plan.search, tuple(about["passed"]))
        spool = grade_all(given, plan, job, books, found, folder, progress)
        outcome = Writer(folder, job, found, remember=plan.remember, preset=plan.preset).write(spool, books)
        changed = changes(before, grades_in(folder.new))
        folder.write(CHANGES, changes_csv(changed))
    return outcome, changed


def _points(file: Mapping[str, str] | None) -> Document | None:
    if file is None:
        return None
    name, data = handed_in.unpacked(file)
    return as_points(parse(data, name))


def _feedback(options: Sequence[Any] | None) -> FeedbackOptions | None:
    if options is None:
        return None
    forms, *rest = options
    return FeedbackOptions(tuple(forms), *rest)
