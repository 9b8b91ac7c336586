"""What `bptutor new` writes: one problem, or a folder with one for each student, the key, and the roster."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import NamedTuple

from bptutor.errors import BptutorError, Where
from bptutor.files.keys import schema_line
from bptutor.files.new_file import write_new
from bptutor.files.problem_file import problem_of
from bptutor.files.problem_text import problem_text
from bptutor.files.reader import parse
from bptutor.intake.output_folder import OutputFolder
from bptutor.intake.roster import Student, roster
from bptutor.language import _, plural
from bptutor.problem import Problem
from bptutor.render.grades import roster_csv
from bptutor.render.harmless import file_name
from bptutor.render.sheet import sheet
from bptutor.runs.progress import Progress, unheard
from bptutor.setting.drawing import Wish, draw
from bptutor.setting.drawn_class import draw_class
from bptutor.setting.lint import RULES
from bptutor.solution.trace import Trace

KEYS, ROSTER = "keys", "roster.csv"
_LARGEST_SEED = 1_000_000


class NewProblems(NamedTuple):
    """What came of drawing: the problems, the seed, the ids of what could not be reached, the text of a single file."""

    problems: tuple[Problem, ...]
    seed: int
    missing: tuple[str, ...]
    text: str = ""

    def __repr__(self) -> str:
        missing = ", ".join(self.missing) or "nothing"
        return f"<NewProblems {', '.join(one.name for one in self.problems[:3])}: seed {self.seed}, missing {missing}>"

    @property
    def problem(self) -> Problem:
        """The problem, or the first of several."""
        return self.problems[0]

    def not_reached(self) -> Iterator[str]:
        """What could not be reached, in words."""
        says = {rule.id: rule.looks_for for rule in RULES}
        for name in self.missing:
            yield _("not reached: {name} ({says})").format(name=name, says=says[name.partition(":")[0]])


def one_problem(wish: Wish, seed: int | None, output: str | Path | None = None, *, force: bool = False) -> NewProblems:
    """Draws one problem and writes it, where a file is named; raises BptutorError where that cannot be done."""
    chosen = _seed(seed)
    drawn = draw(wish, chosen)
    text = _file(drawn.problem)
    if output is not None:
        write_new(output, text, force=force)
    return NewProblems((drawn.problem,), chosen, tuple(drawn.missing), text)


def whole_class(
    wish: Wish,
    seed: int | None,
    count: int | None,
    table: Path | None,
    folder: Path,
    *,
    force: bool,
    progress: Progress = unheard,
) -> NewProblems:
    """Writes a problem and a key for each student, and the roster; raises BptutorError where that cannot be done."""
    students = list(roster(table).students) if table else _numbered(count or 0)
    if table and count not in (None, len(students)):
        found = plural("found {n} student", "found {n} students", len(students)).format(n=len(students))
        message = _("{found} in the roster, expected {count}").format(found=found, count=count)
        raise BptutorError(message, Where(str(table)), _("leave out --variants: the roster says how many there are"))
    taken = set[str]()
    stems = [file_name(student.id if table else f"variant-{student.id}", taken) for student in students]
    missing, problems, chosen = dict[str, None](), list[Problem](), _seed(seed)
    with OutputFolder(folder, _ours(folder), force=force).opened() as out:
        (out.new / KEYS).mkdir()
        for stem, drawn in zip(stems, draw_class(wish, chosen, [student.id for student in students]), strict=True):
            missing |= dict.fromkeys(drawn.missing)
            problems.append(drawn.problem)
            out.write(f"{stem}.yaml", _file(drawn.problem))
            out.write(f"{KEYS}/{stem}.yaml", _key(drawn.problem, stem))
            progress(len(problems), len(stems))
        if table:
            out.write(ROSTER, roster_csv(students, stems))
    return NewProblems(tuple(problems), chosen, tuple(missing))


def _numbered(count: int) -> list[Student]:
    return [Student(f"{n:0{len(str(count))}}") for n in range(1, count + 1)]


def _file(problem: Problem) -> str:
    """The text of a problem file, which can be read: raises BptutorError where a title, say, is too long for one."""
    text = f"{schema_line('problem')}\n{problem_text(problem)}"
    problem_of(parse(text.encode(), _("the new problem")))
    return text


def _key(problem: Problem, stem: str) -> str:
    """The sheet of a problem with all that is right filled in."""
    return "".join(sheet(Trace(problem), f"../{stem}.yaml", filled=True))


def _ours(folder: Path) -> Collection[str]:
    """What an older run has written there: the problems that have a key beside them."""
    return {KEYS, ROSTER, *(path.name for path in (folder / KEYS).glob("*.yaml"))}


def _seed(seed: int | None) -> int:
    """The seed, or any other."""
    return secrets.randbelow(_LARGEST_SEED) if seed is None else seed
