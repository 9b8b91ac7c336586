"""Grading a class from Python: files as the command takes them, or answers that are at hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal

from bptutor.api.students import Cells, Source, problem_of
from bptutor.classroom.spool import Keep
from bptutor.files.answers_file import sheet_of
from bptutor.intake.columns import load_columns
from bptutor.intake.entries import SHEETS, Search
from bptutor.intake.entry import LIMIT
from bptutor.intake.whose import id_pattern
from bptutor.marking.policy import Marking
from bptutor.problem import Problem
from bptutor.render.grades import PRESETS
from bptutor.runs.chunks import FeedbackOptions
from bptutor.runs.class_run import Outcome, Plan, run
from bptutor.runs.progress import Progress, unheard

HandIns = str | Path | Iterable[str | Path] | Mapping[Any, Cells]


def grade_class(
    problem: Source | Mapping[str, Problem],
    hand_ins: HandIns,
    *,
    out: str | Path | None = None,
    roster: str | Path | None = None,
    marking: Marking = Marking(),
    keep: Literal["newest", "first", "best"] = "newest",
    feedback: bool = True,
    hint: int = 0,
    reveal: bool = False,
    html: bool = False,
    canvas: str | Path | None = None,
    assignment: str = "",
    moodle: str | Path | None = None,
    brightspace: str | Path | None = None,
    blackboard: str | Path | None = None,
    columns: str | Path | Mapping[str, str] = "",
    glob: Iterable[str] = SHEETS,
    id_from: str = "",
    limit: float = 1,
    workers: int = 1,
    dask: str = "",
    force: bool = False,
    progress: Progress = unheard,
) -> Outcome:
    """Grades a class, as `bptutor grade` does; the arguments after `roster` are the options of that.

    `problem` can be a folder of variants too, or problems by the names of their variants. `hand_ins` are sheets,
    folders, archives and tables, or a mapping of students to their answers, said as in `check` or with the keys of a
    file (`answers`, `variant`); the rows of a table of pandas are `to_dict("index")`. What cannot be read is no error:
    its grade is not `readable`, and the notes say why. Only with `out` is anything written: that folder.

    The result has `grades` (one a student: `earned`, `possible`, `percent`, `parts`, `first_error`, `main_cause`, …),
    the `picture` of the class, which a notebook shows, and `remarks`, what report.md says. Raises BptutorError where a
    class cannot be graded at all.

    >>> import bptutor
    >>> sheets = {"s01": {"net1": [0.3775, 0.3925]}, "s02": {"net1": [0.3775, None]}, "s03": {"nett": 1}}
    >>> graded = bptutor.grade_class("mazur", sheets)
    >>> [(grade.id, str(grade.earned)) for grade in graded.grades if grade.readable]
    [('s01', '3'), ('s02', '3/2')]
    >>> dict(graded.remarks)
    {'unreadable': ['s03: nett is not a cell of this problem (line 1, answers.nett)']}
    """
    forms = ("md", "html") if html else ("md",)
    options = FeedbackOptions(forms, hint, reveal) if feedback and out is not None else None
    preset = columns if isinstance(columns, str) and columns in PRESETS else ""
    told = columns if isinstance(columns, Mapping) else {} if columns == preset else load_columns(columns)
    search = Search(tuple(glob), id_pattern(id_from) if id_from else None, int(limit * LIMIT), told)
    others = {"brightspace": _path(brightspace), "blackboard": _path(blackboard)}
    variants, sources = _variants(problem), tuple(_sources(hand_ins))
    with TemporaryDirectory() as scratch:
        folder = Path(scratch, "results") if out is None else Path(out)
        plan = Plan(variants, sources, folder, search, _path(roster), Keep(keep), remember=True)
        plan = plan._replace(feedback=options, marking=marking, workers=workers, dask=dask, force=force)
        plan = plan._replace(preset=preset, books={name: book for name, book in others.items() if book})
        return run(plan._replace(canvas=_path(canvas), assignment=assignment, moodle=_path(moodle)), progress)


def _variants(problem: Source | Mapping[str, Problem]) -> Any:
    """Variants by name, paths and names of the library as they are; a mapping with the keys of a file as a problem."""
    if isinstance(problem, Mapping) and not all(isinstance(one, Problem) for one in problem.values()):
        return problem_of(problem)
    return problem


def _sources(hand_ins: HandIns) -> Iterable[Any]:
    if isinstance(hand_ins, Mapping):
        return [{str(student): sheet_of(cells, str(student)) for student, cells in hand_ins.items()}]
    return [Path(hand_ins)] if isinstance(hand_ins, str | Path) else map(Path, hand_ins)


def _path(path: str | Path | None) -> Path | None:
    return None if path is None else Path(path)
