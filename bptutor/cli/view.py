"""What `bptutor solve` shows of a problem: the page, parts of it, explanations, the course of many steps."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from bptutor.cli.messages import console, say_written
from bptutor.cli.progress import counted, progress
from bptutor.errors import BptutorError, Fault, NoSuchCell, Where
from bptutor.language import _

if TYPE_CHECKING:
    from pathlib import Path

    from bptutor.engine.decimals import Show
    from bptutor.engine.parts import Choice
    from bptutor.engine.quantities import Index, Quantity
    from bptutor.problem import Problem
    from bptutor.solution.trace import Trace


class View(NamedTuple):
    """What the options ask for."""

    formats: list[str]
    explain: bool
    only: str | None
    layer: str | None
    samples: str | None
    everything: bool
    verify: bool
    figures: int | None
    notes: bool

    @property
    def asks_for_cells(self) -> bool:
        """Whether cells are wanted, and not the course of several steps."""
        return any((self.formats, self.explain, self.only, self.layer, self.samples, self.everything, self.verify))

    @property
    def most(self) -> int | None:
        """How many rows a table may show; None is all."""
        from bptutor.render.columns import FEW

        return None if self.everything else FEW


def show(problem: Problem, view: View) -> None:
    """The page, or the parts of it that are asked for, in the form that is asked for."""
    from bptutor.engine.parts import chosen
    from bptutor.render.choose import choice_of

    trace = _trace(problem, view)
    choice = choice_of(trace, view.only, view.layer, view.samples)
    if view.formats:
        from bptutor.render.data import FORMATS

        quantities = chosen(trace.page.recipe, choice)
        _write(FORMATS[view.formats[0]].write(trace, quantities, explain=view.explain), trace.count(quantities))
    elif view.explain:
        from bptutor.render.explanations import print_explanations
        from bptutor.render.terminal import print_heading

        screen = console()
        print_heading(screen, trace, view.most)
        print_explanations(screen, trace, chosen(trace.page.recipe, choice), view.most)
    else:
        _print_page(trace, choice, view)


def _print_page(trace: Trace, choice: Choice, view: View) -> None:
    from bptutor.engine.schedule import by_rows
    from bptutor.render.tables import sections
    from bptutor.render.terminal import print_heading, print_sections

    screen, differences, closing = console(), None, ""
    if view.verify:
        from bptutor.render.training import conclusion
        from bptutor.solution.verify import gradients, verify

        with progress(_("Central differences"), trace.count(gradients(trace))) as tell:
            verified = verify(trace, tell)
        differences, closing = verified.differences, conclusion(trace, verified)
    whole = choice == type(choice)()
    if whole:
        print_heading(screen, trace, view.most)
        screen.print()
    parts = list(sections(trace, choice, differences))
    if whole and by_rows(trace.problem) and not (view.everything or view.verify):
        parts = parts[:1]  # the table has it all
    rows = sum(min(table.rows, view.most or table.rows) for part in parts for table in part.tables)
    with progress(_("Rows"), rows, beside_output=True) as tell:
        print_sections(screen, counted(parts, tell), view.most)
    if closing:
        screen.print(f"\n{closing}", markup=False)
    if whole:
        _print_end(trace, view)


def _print_end(trace: Trace, view: View) -> None:
    """What stands below the page: whether its numbers have figures enough, and the notes, or where they are."""
    from bptutor.render.figures import few_figures
    from bptutor.render.terminal import print_notes

    screen, lines = console(), []
    if view.figures is None and (line := few_figures(trace)):
        lines.append(line)
    if trace.problem.notes and not view.notes:
        lines.append(_("Notes on the exercise and its source: --notes"))
    if lines:
        screen.print("\n" + "\n".join(lines), markup=False, style="dim")
    if view.notes:
        print_notes(screen, trace)


def explain_cells(problem: Problem, view: View, names: list[str]) -> None:
    """Each of the cells with everything that it rests on."""
    from bptutor.render.explanations import print_everything_below

    trace, screen = _trace(problem, view), console()
    found = [_cell(trace, name) for name in names]
    if faults := [cell for cell in found if isinstance(cell, Fault)]:
        raise BptutorError.of(faults)
    print_everything_below(screen, trace, [cell for cell in found if not isinstance(cell, Fault)])


def _cell(trace: Trace, name: str) -> tuple[Quantity, Index] | Fault:
    """The cell that a user names, or why it cannot be explained."""
    try:
        return trace.worked_out(name)
    except NoSuchCell as error:
        return Fault(error.message, Where(trace.problem.file), error.hint or _("--plain lists ids and labels"))


def train_and_show(problem: Problem, view: View, until: float | None, steps: int) -> None:
    """The losses of many steps, a chart, and the parameters at the end."""
    from bptutor.engine.evaluate import NotFinite
    from bptutor.engine.losses import LOSSES
    from bptutor.engine.schedule import learns
    from bptutor.engine.training import train
    from bptutor.render.training import print_training
    from bptutor.solution.trace import Trace, carried

    where = Where(problem.file)
    if not learns(problem):
        raise BptutorError(_("repeated steps need targets and a learning rate"), where, _("add them to the problem"))
    if until is not None and LOSSES[problem.loss].rule is None:
        raise BptutorError(_("--until waits for a loss, and loss: output is none"), where, _("--steps N"))
    shown = _figures(problem, view)
    try:
        with progress(_("Steps"), steps) as tell:
            training = train(problem, steps, until=until, settle=carried(problem, shown), progress=tell)
    except NotFinite as error:
        message = _("a value of {quantity} becomes infinite or undefined on the way").format(
            quantity=error.quantity.name
        )
        raise BptutorError(message, where, _("fewer steps, or a smaller learning rate")) from None
    print_training(console(), Trace(problem.repeated(1), show=shown), training, show=shown, until=until, most=view.most)


class Files(NamedTuple):
    """What is written to be looked at, and how; None where it is not asked for."""

    html: Path | None
    svg: Path | None
    png: Path | None
    picture: str | None
    practice: bool
    force: bool

    @property
    def paths(self) -> list[Path]:
        """The files."""
        return [path for path in (self.html, self.svg, self.png) if path]


def write_files(problem: Problem, view: View, files: Files) -> None:
    """The page to step through and the pictures that are asked for, each in its file."""
    from bptutor.render.choose import choice_of
    from bptutor.runs.shown import write_page, write_pictures

    trace = _trace(problem, view)
    samples = choice_of(trace, None, None, view.samples).samples
    if files.html:
        write_page(trace, files.html, figures=view.figures, practice=files.practice, force=files.force)
    if files.svg or files.png:
        sample = min(samples, key=int) if samples else ""
        write_pictures(trace, files.picture or "forward", files.svg, files.png, sample=sample, force=files.force)
    for path in files.paths:
        say_written(str(path))


def _trace(problem: Problem, view: View) -> Trace:
    from bptutor.solution.trace import Trace

    return Trace(problem, show=_figures(problem, view))


def _figures(problem: Problem, view: View) -> Show | None:
    from bptutor.engine.decimals import significant

    return None if view.figures is None else significant(view.figures, problem.conventions.ties)


def _write(texts: Iterable[str], cells: int) -> None:
    """Writes one text a cell."""
    with progress(_("Cells"), cells, beside_output=True) as tell:
        for place, text in enumerate(texts):
            sys.stdout.write(text)
            tell(place)
    sys.stdout.flush()
