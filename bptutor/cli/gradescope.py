"""`bptutor gradescope-zip` builds an autograder, `bptutor gradescope-results` is what it runs."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from bptutor.cli import marking as marks
from bptutor.cli.messages import say_written
from bptutor.cli.options import Force, ProblemFile
from bptutor.errors import BptutorError, place
from bptutor.files.new_file import write_new
from bptutor.language import _


@marks.with_marking
def gradescope_zip(
    problem: ProblemFile,
    *,
    output: Annotated[str, typer.Option("--output", "-o", metavar="FILE", help=_("The zip file to write."))],
    force: Force = False,
    hints: marks.Hints = 0,
    reveal: marks.Reveal = False,
    strict: marks.MarkingOptions,
) -> None:
    """Build the zip of an autograder for Gradescope: it marks each sheet as it is handed in.

    Example:  bptutor gradescope-zip mazur --hint 2 -o autograder.zip
    """
    from bptutor.runs.autograder import autograder_zip

    how = strict.marking()
    said = {"--imprecise": how.imprecise, "--follow-through": how.follow_through, "--charge": how.charge}
    options = [f"--hint={hints}", f"--ulps={how.ulps}"]
    options += [f"{option}={value}" for option, value in said.items() if value is not None]
    options += [f"--blanks={how.blanks}", *(f"--forgive={name}" for name in strict.forgive or ())]
    options += [name for name, on in {"--reveal": reveal, "--accept-conventions": how.accept_conventions}.items() if on]
    data = autograder_zip(_problem_file(problem, strict), options)
    write_new(output, data, force=force)
    say_written(output, _("upload it as the autograder of a programming assignment in Gradescope"))


@marks.with_marking
def gradescope_results(
    problem: ProblemFile,
    submission: Annotated[str, typer.Argument(metavar="FOLDER", help=_("The folder that the student handed in."))],
    *,
    hints: marks.Hints = 0,
    reveal: marks.Reveal = False,
    strict: marks.MarkingOptions,
) -> None:
    """Print the results.json of a hand-in; one that cannot be marked earns 0 points and is told why.

    Example:  bptutor gradescope-results mazur submission > results.json
    """
    from bptutor.files.answers_file import answers_of
    from bptutor.files.library import load
    from bptutor.intake.hand_ins import sheet_in
    from bptutor.marking.check import check
    from bptutor.render import gradescope

    how = strict.marking()
    loaded = strict.of(load(problem))  # what is wrong with it is not for the student
    try:
        report = check(loaded, answers_of(sheet_in(submission), loaded), how)
    except BptutorError as error:
        sys.stdout.write(gradescope.gradescope_failure(_told(error)))
    else:
        sys.stdout.write(gradescope.gradescope_results(report, level=hints, reveal=reveal))


def _told(error: BptutorError) -> str:
    """The faults as a student reads them: files by their names in what was handed in."""
    lines = [_("Your answers could not be read.")]
    for fault in error.faults:
        file = fault.where.file and Path(fault.where.file).name
        lines += filter(None, (fault.message, place(fault.where._replace(file=file)), fault.hint))
    return "\n".join(lines)


def _problem_file(problem: str, strict: marks.MarkingOptions) -> bytes:
    """The file of a problem that can be read and worked out: as it is, or with other points."""
    from bptutor.files.library import load, names, path_of
    from bptutor.files.problem_text import problem_text
    from bptutor.solution.trace import Trace

    if problem == "-":
        raise BptutorError(_("the problem cannot be standard input here"), hint=_("name a file"))
    loaded = load(problem)
    Trace(loaded)
    if strict.points:
        return problem_text(strict.of(loaded)).encode()
    path = Path(problem)
    return (path_of(problem) if problem in names() and not path.is_file() else path).read_bytes()
