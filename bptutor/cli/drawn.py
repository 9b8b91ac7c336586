"""What `bptutor new` writes: one problem, or a folder with one for each student, the key, and the roster."""

from __future__ import annotations

import secrets
import sys
from collections.abc import Collection, Iterable
from pathlib import Path

from bptutor.errors import BptutorError, Where
from bptutor.files.new_file import write_new
from bptutor.files.output_folder import OutputFolder
from bptutor.files.problem_file import problem_of
from bptutor.files.problem_text import problem_text
from bptutor.files.reader import parse
from bptutor.files.roster import Student, roster
from bptutor.language import _, plural
from bptutor.problem import Problem
from bptutor.render.harmless import file_name
from bptutor.render.printable import printable
from bptutor.render.roster import roster_csv
from bptutor.render.sheet import sheet
from bptutor.tutor.drawing import Wish, draw
from bptutor.tutor.drawn_class import draw_class
from bptutor.tutor.lint import RULES
from bptutor.tutor.trace import Trace

KEYS, ROSTER = "keys", "roster.csv"
_LARGEST_SEED = 1_000_000


def one_file(wish: Wish, seed: int | None, output: str | None, *, force: bool) -> bool:
    """Writes one problem, on stdout where no file is named; whether all that was wished for is reached."""
    chosen = _seed(seed)
    drawn = draw(wish, chosen)
    text = _file(drawn.problem)
    _tell_seed(seed, chosen)
    if output is None:
        sys.stdout.write(text)
    else:
        write_new(output, text, force=force)
    _tell_missing(drawn.missing)
    return not drawn.missing


def whole_class(
    wish: Wish, seed: int | None, count: int | None, table: Path | None, folder: Path, *, force: bool
) -> bool:
    """Writes a problem and a key for each student, and the roster; whether all that was wished for is reached."""
    students = list(roster(table).students) if table else _numbered(count or 0)
    if table and count not in (None, len(students)):
        found = plural("found {n} student", "found {n} students", len(students)).format(n=len(students))
        message = _("{found} in the roster, expected {count}").format(found=found, count=count)
        raise BptutorError(message, Where(str(table)), _("leave out --variants: the roster says how many there are"))
    taken = set[str]()
    stems = [file_name(student.id if table else f"variant-{student.id}", taken) for student in students]
    missing, chosen = dict[str, None](), _seed(seed)
    with OutputFolder(folder, _ours(folder), force=force).opened() as out:
        (out.new / KEYS).mkdir()
        for stem, drawn in zip(stems, draw_class(wish, chosen, [student.id for student in students]), strict=True):
            missing |= dict.fromkeys(drawn.missing)
            out.write(f"{stem}.yaml", _file(drawn.problem))
            out.write(f"{KEYS}/{stem}.yaml", _key(drawn.problem, stem))
        if table:
            out.write(ROSTER, roster_csv(students, stems))
    _tell_seed(seed, chosen)
    _tell_missing(missing)
    _tell(_class_written(len(students), folder, with_roster=bool(table)))
    return not missing


def _numbered(count: int) -> list[Student]:
    return [Student(f"{n:0{len(str(count))}}") for n in range(1, count + 1)]


def _file(problem: Problem) -> str:
    """The text of a problem file, which can be read: raises BptutorError where a title, say, is too long for one."""
    text = problem_text(problem)
    problem_of(parse(text.encode(), _("the new problem")))
    return text


def _key(problem: Problem, stem: str) -> str:
    """The sheet of a problem with all that is right filled in."""
    return "".join(sheet(Trace(problem), f"../{stem}.yaml", filled=True))


def _ours(folder: Path) -> Collection[str]:
    """What an older run has written there: the problems that have a key beside them."""
    return {KEYS, ROSTER, *(path.name for path in (folder / KEYS).glob("*.yaml"))}


def _class_written(count: int, folder: Path, *, with_roster: bool) -> str:
    problems = plural("{n} problem in {folder}", "{n} problems in {folder}", count).format(n=count, folder=folder)
    keys = _("their keys in {folder}").format(folder=folder / KEYS)
    whose = _("whose is which in {file}").format(file=folder / ROSTER)
    return "; ".join([problems, keys, *([whose] if with_roster else [])])


def _seed(seed: int | None) -> int:
    """The seed, or any other."""
    return secrets.randbelow(_LARGEST_SEED) if seed is None else seed


def _tell_seed(seed: int | None, chosen: int) -> None:
    """Says a seed that nobody gave, so that what came of it can be drawn again."""
    if seed is None:
        _tell(f"--seed {chosen}")


def _tell_missing(missing: Iterable[str]) -> None:
    """What could not be reached, in words."""
    says = {rule.id: rule.looks_for for rule in RULES}
    for name in missing:
        _tell(_("not reached: {name} ({says})").format(name=name, says=says[name.partition(":")[0]]))


def _tell(line: str) -> None:
    sys.stderr.write(f"{printable(line)}\n")
