"""Grading a class again under other points, from what was kept of its hand-ins."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from bptutor.classroom.spool import Keep, Spool
from bptutor.files.points_file import as_points
from bptutor.files.reader import Document, parse
from bptutor.intake.gradebooks import Gradebook, gradebook_of
from bptutor.intake.output_folder import OutputFolder
from bptutor.intake.roster import Roster, Student
from bptutor.marking.policy import Marking
from bptutor.runs import handed_in
from bptutor.runs.changes import CHANGES, Change, changes, changes_csv, grades_in
from bptutor.runs.chunks import FeedbackOptions, Job
from bptutor.runs.class_run import RESULTS, Gradebooks, Outcome, Plan, Writer, about_of, grade_all, patience, remarked
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
        feedback=about["feedback"] and FeedbackOptions(tuple(about["feedback"][0]), *about["feedback"][1:]),
        assignment=about["assignment"],
    )
    folder = OutputFolder(plan.out, RESULTS, force=plan.force or plan.out.resolve() == graded.resolve())
    with patience(), folder.opened():
        roster = Roster(Student(*one) for one in about["roster"])
        job = Job(remarked(given, plan.points), roster, plan.marking, plan.feedback, about["limit"])
        books = Gradebooks(_gradebook(about["canvas"]), _gradebook(about["moodle"]), plan.assignment)
        ignored = {name: tuple(headings) for name, headings in about["ignored"].items()}
        found = Listing((store,), len(store), ignored, plan.search)
        spool = Spool(folder.scratch / "results", plan.keep)
        grade_all(job, found, spool, plan, folder, about_of(given, plan, job, books, found), progress)
        outcome = Writer(folder, job, found, remember=plan.remember).write(spool, books)
        changed = changes(before, grades_in(folder.new))
        folder.write(CHANGES, changes_csv(changed))
    return outcome, changed


def _points(file: Mapping[str, str] | None) -> Document | None:
    if file is None:
        return None
    name, data = handed_in.unpacked(file)
    return as_points(parse(data, name))


def _gradebook(file: Mapping[str, str] | None) -> Gradebook | None:
    if file is None:
        return None
    name, data = handed_in.unpacked(file)
    return gradebook_of(data, name)
