"""The run of `bptutor grade`: everything is read, graded, sorted by student, and written into one folder."""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from bptutor.classroom.batch import usual_page
from bptutor.classroom.books import BOOKS, fill_book
from bptutor.classroom.canvas import fill_canvas
from bptutor.classroom.grade import Grade
from bptutor.classroom.gradebooks import Filled
from bptutor.classroom.moodle import fill_moodle, members_of
from bptutor.classroom.people import People
from bptutor.classroom.picture import Picture, Tally
from bptutor.classroom.spool import Keep, Kept, Spool
from bptutor.classroom.sums import places
from bptutor.files.points_file import with_points
from bptutor.files.reader import Document
from bptutor.intake.entries import Search
from bptutor.intake.entry import HandIn
from bptutor.intake.gradebooks import Gradebook, load_gradebook
from bptutor.intake.output_folder import OutputFolder
from bptutor.intake.roster import Roster, roster
from bptutor.intake.variants import Source, problems, variant_of
from bptutor.marking.check import asked_cells
from bptutor.marking.flat_page import FlatPage
from bptutor.marking.policy import Marking
from bptutor.mistakes.table import MISCONCEPTIONS
from bptutor.problem import Problem
from bptutor.render.class_page import class_html
from bptutor.render.class_words import class_json, class_markdown
from bptutor.render.grades import PRESETS, feedback_zip, gradebook_feedback, head, preset_head, preset_row, row
from bptutor.render.harmless import file_name
from bptutor.render.web_page import framed
from bptutor.runs import handed_in
from bptutor.runs.changes import CHANGES
from bptutor.runs.chunks import Chunk, FeedbackOptions, Job
from bptutor.runs.listing import HandedIn, Listing, kilobytes, listing, nothing_in
from bptutor.runs.participants import Participants
from bptutor.runs.progress import Progress, unheard
from bptutor.runs.register import Register
from bptutor.runs.remarks import Remarks
from bptutor.runs.workers import graders
from bptutor.solution.trace import Trace

RESULTS = (
    "grades.csv", "class.json", "class.md", "class.html", "report.md", "feedback", "canvas.csv", "moodle.csv",
    "moodle-feedback.zip", *(book.file for book in BOOKS.values()), handed_in.NAME, CHANGES,
)  # fmt: skip


_PATIENCE = 50_000  # things made before unused cycles are looked for: of hundreds of thousands, none are


class Plan(NamedTuple):
    """What a teacher asked for; a path that is None is not there.

    `books` has other gradebooks by the names in `BOOKS`, `preset` says as which of `PRESETS` grades.csv is written, ""
    for our own columns. A source can be a mapping of students to their sheets. `points` takes the place of those of
    the problem. `remember`: grades and remarks are wanted in memory too.
    """

    problem: Source
    sources: tuple[Path | HandedIn, ...]
    out: Path
    search: Search = Search()
    roster: Path | None = None
    keep: Keep = Keep.newest
    canvas: Path | None = None
    assignment: str = ""
    moodle: Path | None = None
    feedback: FeedbackOptions | None = FeedbackOptions()
    marking: Marking = Marking()
    points: Document | None = None
    workers: int = 1
    dask: str = ""
    force: bool = False
    remember: bool = False
    preset: str = ""
    books: Mapping[str, Path] = {}


class Gradebooks(NamedTuple):
    """The gradebooks to fill: their exports, and how."""

    canvas: Gradebook | None
    moodle: Gradebook | None
    assignment: str
    words: Callable[[Grade], str] = gradebook_feedback
    force: bool = False
    others: Mapping[str, Gradebook] = {}

    def __bool__(self) -> bool:
        return bool(self.canvas or self.moodle or self.others)

    def fill(self, grades: Sequence[Grade]) -> Iterator[tuple[str, Gradebook, Filled]]:
        """Fills them; raises BptutorError for a file that is no gradebook."""
        if self.canvas:
            yield "canvas", self.canvas, fill_canvas(self.canvas, grades, self.assignment, force=self.force)
        if self.moodle:
            yield "moodle", self.moodle, fill_moodle(self.moodle, grades, self.words, force=self.force)
        for name, export in self.others.items():
            yield name, export, fill_book(export, grades, BOOKS[name], self.assignment, force=self.force)


class Outcome(NamedTuple):
    """What came of a run: the picture of the class, who the students are, the lines of each part of report.md.

    `grades` (one a student) and `remarks` (by the part of report.md, such as `late` or `absent`) are there where they
    were to be remembered.
    """

    picture: Picture
    people: People
    counts: Mapping[str, int]
    title: str
    grades: tuple[Grade, ...] = ()
    remarks: Mapping[str, Sequence[str]] = {}

    def __repr__(self) -> str:
        picture = self.picture
        mean = f", mean {picture.spread.mean:g} %" if picture.spread else ""
        return f"<Outcome {self.title}: {picture.graded} graded{mean}, {picture.unreadable} unreadable>"

    def as_dict(self) -> dict[str, Any]:
        """The picture as plain data, the format `bptutor/class` version 1."""
        return self.picture.as_dict()

    def _repr_html_(self) -> str:
        return framed(class_html(self.picture, self.title, self.people, linked=False))


def run(plan: Plan, progress: Progress = unheard) -> Outcome:
    """Grades a class; raises BptutorError where that cannot be begun, or not be written."""
    folder = OutputFolder(plan.out, RESULTS, force=plan.force)
    with patience(), folder.opened():
        given = problems(plan.problem)
        for problem in given.values():
            Trace(problem)
        moodle, others = _gradebook(plan.moodle), {name: load_gradebook(path) for name, path in plan.books.items()}
        books = gradebooks(plan, given, _gradebook(plan.canvas), moodle, others)
        list(books.fill([]))  # what is wrong with them is said now
        who = Participants(members_of(moodle) if moodle else ())
        job = job_of(plan, remarked(given, plan.points), _roster(plan.roster), books)._replace(names=who.names)
        gaps = plan.marking.blanks == "ignore"
        found = listing(plan.sources, plan.search, given, folder.path, who.entries, gaps=gaps)
        spool = grade_all(given, plan, job, books, found, folder, progress)
        if not spool:
            raise nothing_in(plan.sources[0])
        return Writer(folder, job, found, remember=plan.remember, preset=plan.preset).write(spool, books)


def gradebooks(
    plan: Plan,
    variants: Mapping[str, Problem],
    canvas: Gradebook | None,
    moodle: Gradebook | None,
    others: Mapping[str, Gradebook],
) -> Gradebooks:
    """The gradebooks to fill, with what they say of a student."""
    return Gradebooks(canvas, moodle, plan.assignment, partial(_words, variants), plan.force, others)


def job_of(plan: Plan, variants: Mapping[str, Problem], students: Roster, books: Gradebooks) -> Job:
    """What all hand-ins have in common."""
    options = plan.feedback and plan.feedback.also(("html",) if books.moodle else ())
    return Job(variants, students, plan.marking, options, plan.search.limit)


def _words(variants: Mapping[str, Problem], grade: Grade) -> str:
    """What stands beside a grade in Moodle: cells by their labels, mistakes in the sentences that students read."""
    problem = variants.get(grade.variant) or next(iter(variants.values()))
    labels = {cell[0]: cell[1] for cell in usual_page(problem).cells}
    says = {mistake.id: mistake.says for mistake in MISCONCEPTIONS}
    return gradebook_feedback(grade, labels, says)


def _about(given: Mapping[str, Problem], plan: Plan, job: Job, books: Gradebooks, found: Listing) -> str:
    """The first line of what was handed in: all that is needed to grade it again."""
    exports = {"canvas": books.canvas, "moodle": books.moodle, **books.others}
    return handed_in.head(
        problems={name: handed_in.problem_as_data(problem) for name, problem in given.items()},
        points=plan.points and handed_in.packed(plan.points.name, plan.points.data),
        roster=[list(student) for student in job.roster.students],
        marking=handed_in.marking_as_data(plan.marking),
        feedback=plan.feedback and list(plan.feedback),
        keep=plan.keep.value,
        limit=job.limit,
        books={name: handed_in.packed(book.name, book.filled({})) for name, book in exports.items() if book},
        assignment=plan.assignment,
        preset=plan.preset,
        ignored={name: list(headings) for name, headings in found.ignored.items()},
        passed=list(found.passed),
    )


def remarked(given: Mapping[str, Problem], points: Document | None) -> Mapping[str, Problem]:
    """The problems with the points of a file, if there is one; raises BptutorError for what one of them has not."""
    return {name: with_points(problem, points) for name, problem in given.items()} if points else given


@contextmanager
def patience() -> Iterator[None]:
    """Looks for unused cycles less often, and afterwards as before."""
    before = gc.get_threshold()
    gc.set_threshold(_PATIENCE)
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _roster(path: Path | None) -> Roster:
    return roster(path) if path else Roster(())


def _gradebook(path: Path | None) -> Gradebook | None:
    return load_gradebook(path) if path else None


def grade_all(
    given: Mapping[str, Problem],
    plan: Plan,
    job: Job,
    books: Gradebooks,
    found: Listing,
    folder: OutputFolder,
    progress: Progress,
) -> Spool:
    """The results of everything; what was handed in is kept beside them. `given` are the problems as they were."""
    spool = Spool(folder.scratch / "results", plan.keep)
    sizes, done = list[float](), 0.0

    def noted() -> Iterator[Chunk]:
        for chunk in found.chunks():
            sizes.append(kilobytes(chunk))
            yield chunk

    with graders(job, plan.workers, plan.dask) as grade, handed_in.writer(folder.new / handed_in.NAME) as file:
        file.write(_about(given, plan, job, books, found))
        for number, results in enumerate(grade(noted())):
            file.writelines(result.typed for result in results)
            spool.add(results)
            done += sizes[number]
            progress(int(done), found.size)
    return spool


class Writer:
    """Writes the results of a class, student by student."""

    def __init__(self, folder: OutputFolder, job: Job, found: Listing, *, remember: bool = False, preset: str = ""):
        self.folder, self.job, self.found, self.remember = folder, job, found, remember
        self.tally, self.remarks = Tally(), Remarks(folder.scratch, remember=remember)
        self.known, self.there = {student.id: student.variant for student in job.roster.students}, set[str]()
        self.variants, self.names = Counter[str](), set[str]()
        self.preset, self.pages, self.register = PRESETS.get(preset), dict[tuple[str, str], Path](), Register()

    def write(self, spool: Spool, books: Gradebooks) -> Outcome:
        """Writes everything."""
        grades, title = list[Grade](), next(iter(self.job.problems.values())).title
        parts = list(dict.fromkeys(part for problem in self.job.problems.values() for part in self._parts(problem)))
        if self.job.feedback:
            (self.folder.new / "feedback").mkdir()
        with self.folder.text("grades.csv") as file:
            file.write(preset_head(self.preset) if self.preset else head(parts))
            for kept in spool:
                grade = kept.result.grade
                file.write(preset_row(grade, self.preset, title) if self.preset else row(grade, parts))
                self._student(kept)
                self.remarks.result(kept.result, kept.superseded)
                if books or self.remember:
                    grades.append(grade)
        self._absent()
        for name in self.found.passed:
            self.remarks.add("passed", name)
        for name, headings in self.found.ignored.items():
            self.remarks.ignored(name, headings)
        for platform, export, filled in books.fill(grades):
            name = BOOKS[platform].file if platform in BOOKS else f"{platform}.csv"
            self.folder.write(name, export.filled(filled.cells))
            self.remarks.gradebook(platform, filled)
            if platform == "moodle" and self.job.feedback:
                pages = {number: self.pages.get(("html", grade.id)) for number, grade in filled.whose.items()}
                self.folder.write("moodle-feedback.zip", feedback_zip(pages))
        page, people = self._usual(), self._people()
        picture = self._picture(page, people)
        with self.folder.text("report.md") as file:
            file.writelines(self.remarks.lines())
        remarks, title = self.remarks, page.problem.title or page.problem.name
        remembered = tuple(grades) if self.remember else ()
        return Outcome(picture, people, remarks.counts, title, remembered, remarks.remembered)

    def _parts(self, problem: Problem) -> tuple[str, ...]:
        page = usual_page(problem)
        return places(page, page).stages

    def _student(self, kept: Kept) -> None:
        hand_in, work = kept.result.hand_in, kept.result.work
        self.tally.add(kept.result)
        self.variants[hand_in.variant] += work.grade.readable
        if hand_in.id in self.known:
            self.there.add(hand_in.id)
            if work.grade.readable:
                self._compare(hand_in)
        elif hand_in.id and self.known:
            self.remarks.roster("unknown", kept.result.grade, hand_in.source)
        told = dict[str, Path]()
        if kept.feedback and self.job.feedback:
            name = file_name(hand_in.id or hand_in.source, self.names)
            for ending, file in kept.feedback.items():
                if ending in self.job.feedback.forms:
                    told[ending] = self.folder.new / "feedback" / f"{name}.{ending}"
                    file.rename(told[ending])
                self.pages[ending, hand_in.id] = told.get(ending, file)
        self.register.handed_in(kept.result, told)

    def _compare(self, hand_in: HandIn) -> None:
        """Says where a hand-in is of another variant than the student was given."""
        problems, given = self.job.problems, self.known[hand_in.id]
        theirs = variant_of(problems, given)
        if theirs and theirs is not problems[hand_in.variant]:
            self.remarks.variant(hand_in, given)

    def _absent(self) -> None:
        for student in self.job.roster.students:
            if student.id not in self.there:
                self.remarks.roster("absent", Grade(*student))
                self.register.absent(student)

    def _people(self) -> People:
        said = self.remarks
        return self.register.people(
            of_roster=len(said.absent),
            of_gradebook=len(said.missing - said.absent),
            strangers=len(said.strangers),
            files=("report.md", "grades.csv"),
        )

    def _usual(self) -> FlatPage:
        """The page of the variant that most have, whose cells the picture counts."""
        problems = self.job.problems
        return usual_page(problems[max(problems, key=lambda name: (self.variants[name], name))])

    def _picture(self, page: FlatPage, people: People) -> Picture:
        picture = self.tally.picture([cell[:2] for cell in page.cells], asked_cells(page).tolist())
        for name, text in _PAGES.items():
            self.folder.write(name, text(picture, page.problem.title, people))
        return picture


_PAGES: dict[str, Callable[[Picture, str, People], str]] = {
    "class.json": lambda picture, _title, _people: class_json(picture),
    "class.md": class_markdown,
    "class.html": class_html,
}
