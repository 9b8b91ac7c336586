"""The run of `bptutor worksheet`: sheets are made of problems, and written as one document or into a folder."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal, NamedTuple

from bptutor.errors import BptutorError, Fault, Where
from bptutor.files.new_file import write_new
from bptutor.files.pdf import pdf, programs
from bptutor.intake.output_folder import OutputFolder
from bptutor.intake.roster import Student, roster
from bptutor.intake.variants import problems, variant_of
from bptutor.language import _
from bptutor.problem import Problem
from bptutor.render.harmless import file_name
from bptutor.render.web_page import framed
from bptutor.runs.progress import Progress, unheard
from bptutor.solution.trace import Trace
from bptutor.worksheets.formats import FORMATS
from bptutor.worksheets.latex import lacks
from bptutor.worksheets.sheet import Worksheet, stages, worksheet

_SHEETS, _TOGETHER = "sheets", "all"
_BINARY = {".pdf": "pdf", ".xlsx": "xlsx"}
_ENDINGS = {ending: name for name, form in FORMATS.items() for ending in form.endings} | _BINARY


class Plan(NamedTuple):
    """What was asked for. `fade`: stages to fill in, or `all` for the series; a path that is None is not there.

    `lines` are left free for the working below a part with blanks; None: as many as it takes.
    """

    sources: tuple[str, ...]
    form: str | None = None
    output: Path | None = None
    fade: int | str | None = None
    key: bool = False
    everything: bool = False
    variants: bool = False
    roster: Path | None = None
    force: bool = False
    points: bool = False
    lines: int | None = None

    @property
    def series(self) -> bool:
        """Whether each sheet is to have one stage less than the one before."""
        return isinstance(self.fade, str)


class Worksheets(NamedTuple):
    """Sheets, one after another: `str` is their Markdown, a notebook shows them as they are printed."""

    sheets: tuple[Worksheet, ...]

    def __repr__(self) -> str:
        first = self.sheets[0]
        return f"<Worksheets {first.title}: {len(self.sheets)} with {len(first.parts)} parts>"

    def __str__(self) -> str:
        return self.text()

    def text(self, form: Literal["markdown", "html", "latex"] = "markdown") -> str:
        """The sheets in one of the formats markdown, html, latex."""
        return FORMATS[form].write(self.sheets)

    def write(self, output: str | Path, *, form: str | None = None, force: bool = False) -> None:
        """Writes a file, as its name ends (.md, .html, .tex, .pdf, .xlsx) or as `form` says.

        Raises BptutorError where that cannot be done, or where something is there and not to be forced.
        """
        path = Path(output)
        form, _folder = _target(Plan((), form, path))
        write_new(path, _document(form, self.sheets, path.parent), force=force)

    def _repr_html_(self) -> str:
        return framed(self.text("html"))


class Wanted(NamedTuple):
    """One problem to be printed: what its file is to be called, and what stands on it of variant and student."""

    name: str
    problem: Problem
    variant: str = ""
    student: str = ""
    student_id: str = ""


def run(plan: Plan, progress: Progress = unheard) -> bytes | None:
    """Writes what was asked for into a file or folder, or gives back the document where neither is named.

    Raises BptutorError where that cannot be done.
    """
    form, folder = _target(plan)
    wanted = _wanted(plan)
    sheets = dict[int, list[Worksheet]]()
    for place, one in enumerate(wanted):
        sheets[place] = list(_sheets(plan, one, progress if len(wanted) == 1 else unheard))
        if len(wanted) > 1:
            progress(place + 1, len(wanted))
    every = [sheet for some in sheets.values() for sheet in some]
    if folder:
        taken = set[str]()
        documents = [
            (file_name(name, taken), part)
            for place, one in enumerate(wanted)
            for name, part in _parts(plan, one, sheets[place])
        ]
        together = [] if form == "xlsx" else [("", every)]  # a workbook is one hand-in
        _write_folder(plan, folder, form, [*documents, *together], progress)
    elif plan.output:
        write_new(plan.output, _document(form, every, plan.output.parent), force=plan.force)
    else:
        return _document(form, every)
    return None


def _target(plan: Plan) -> tuple[str, Path | None]:
    """The format, and the folder to be written, None for a single document; raises BptutorError for a contradiction."""
    output = plan.output
    ending = output.suffix.lower() if output else ""
    named = _ENDINGS.get(ending)
    if output and (plan.variants or (plan.series and not named)):
        if named:
            message = _("--variants writes a folder, and {name} is the name of a file").format(name=output.name)
            raise BptutorError(message, hint=f"-o {output.stem} --format {named}")
        return plan.form or "markdown", output
    form = plan.form or named or ("markdown" if not output else "")
    if not form:
        expected = ", ".join([*(form.endings[0] for form in FORMATS.values()), ".pdf"])
        message = _("found -o {name}, expected a name that ends in {endings} or .xlsx").format(
            name=output, endings=expected
        )
        raise BptutorError(message, hint=_("or say which with --format"))
    if named and named != form:
        message = _("--format {form} and a file that ends in {ending} cannot go together")
        raise BptutorError(message.format(form=form, ending=ending), hint=_("leave out --format, or change the name"))
    if form in _BINARY.values() and not output:
        says = {"pdf": _("a PDF cannot be printed here"), "xlsx": _("a workbook is no text to print here")}
        raise BptutorError(says[form], hint=f"-o FILE.{form}")
    return form, None


def _wanted(plan: Plan) -> list[Wanted]:
    """The problems of all sources, or of each student of the roster; raises BptutorError for who has none."""
    found = list[Wanted]()
    for source in plan.sources:
        for name, problem in problems(source).items():
            stem = name or (Path(source).stem if source != "-" else "stdin")
            found.append(Wanted(stem, problem, stem if name or plan.variants else ""))
    if plan.roster is None:
        return found
    variants = {one.name: one.problem for one in found} if len(found) > 1 else {"": found[0].problem}
    handed, faults = list[Wanted](), list[Fault]()
    for student in roster(plan.roster).students:
        theirs = variant_of(variants, student.variant, student.id)
        if theirs is None:
            message = _("{id} has no variant here, found {variant}")
            says = message.format(id=student.id, variant=student.variant or _("none"))
            faults.append(Fault(says, Where(str(plan.roster)), ", ".join(list(variants)[:5])))
        else:
            handed.append(Wanted(student.id, theirs, student.variant, _name(student), student.id))
    if faults:
        raise BptutorError.of(faults)
    return handed


def _name(student: Student) -> str:
    return f"{student.name} ({student.id})" if student.name else student.id


def worksheets(problem: Problem, plan: Plan, student: str = "", variant: str = "") -> Worksheets:
    """The sheets of one problem, filled in as the plan says; raises BptutorError for more stages than it has."""
    return Worksheets(tuple(_sheets(plan, Wanted("", problem, variant, student))))


def _sheets(plan: Plan, wanted: Wanted, progress: Progress = unheard) -> Iterator[Worksheet]:
    """The sheets of a problem: one, or a series that begins with all stages filled in and ends with none."""
    trace = Trace(wanted.problem)
    most = len(stages(trace, everything=plan.everything))
    fills: Sequence[int] = range(most, -1, -1) if plan.series else [int(plan.fade or 0)]
    if not 0 <= fills[0] <= most:
        message = _("found --fade {n}, and the sheet has {most} stages").format(n=fills[0], most=most)
        raise BptutorError(
            message, Where(wanted.problem.file), _("a number from 0 to {most}, or all").format(most=most)
        )
    for done, filled in enumerate(fills):
        progress(done, len(fills))
        yield worksheet(
            trace,
            filled=filled,
            key=plan.key,
            everything=plan.everything,
            student=wanted.student,
            student_id=wanted.student_id,
            variant=wanted.variant,
            points=plan.points,
            lines=plan.lines,
        )


def _parts(plan: Plan, wanted: Wanted, sheets: Sequence[Worksheet]) -> Iterator[tuple[str, Sequence[Worksheet]]]:
    """The files of a problem: one, or one for each sheet of its series."""
    if plan.variants or len(sheets) == 1:
        yield wanted.name, sheets
    else:
        for number, sheet in enumerate(sheets, 1):
            yield f"{wanted.name}-{number:0{len(str(len(sheets)))}}", [sheet]


def _document(form: str, sheets: Sequence[Worksheet], folder: Path = Path()) -> bytes:
    """The bytes of sheets in a format; `folder` is where they will stand."""
    if form == "xlsx":
        return _workbook(sheets, folder)
    if form != "pdf":
        return FORMATS[form].write(sheets).encode()
    latex = FORMATS["latex"].write(sheets)
    return pdf(latex, FORMATS["html"].write(sheets), programs(), browser_first=lacks(latex))


def _workbook(sheets: Sequence[Worksheet], folder: Path) -> bytes:
    """The workbook of one sheet; raises BptutorError for several, since a workbook is one hand-in."""
    from bptutor.worksheets.workbook import workbook  # few worksheets need it

    if len(sheets) > 1:
        message = _("found {n} sheets, and a workbook has one").format(n=len(sheets))
        raise BptutorError(message, hint=_("-o FOLDER --format xlsx, with --variants or --fade all: a file each"))
    return workbook(sheets[0], folder)


def _write_folder(
    plan: Plan, path: Path, form: str, documents: Sequence[tuple[str, Sequence[Worksheet]]], progress: Progress
) -> None:
    """Each document into a file of its own; the one without a name has all sheets."""
    ending = next(ending for ending, name in _ENDINGS.items() if name == form)
    ours = (_SHEETS, *(f"{_TOGETHER}{ending}" for ending in _ENDINGS))
    with OutputFolder(path, ours, force=plan.force).opened() as folder:
        (folder.new / _SHEETS).mkdir()
        for number, (name, sheets) in enumerate(documents, 1):
            place = f"{_SHEETS}/{name}" if name else _TOGETHER
            folder.write(f"{place}{ending}", _document(form, sheets, path / _SHEETS))
            progress(number, len(documents))
