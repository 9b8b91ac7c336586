"""What is written to be looked at: the page of a problem for a browser, pictures for slides."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from bptutor.engine.evaluate import NotFinite
from bptutor.engine.losses import LOSSES
from bptutor.engine.schedule import learns
from bptutor.engine.training import Training, train
from bptutor.errors import BptutorError, Where
from bptutor.files.new_file import write_new
from bptutor.language import _
from bptutor.render.web_page import framed
from bptutor.solution.trace import Trace, carried


class WebPage(NamedTuple):
    """The page of a problem; `html` is its text, `write` makes a file of it, a notebook shows it in a frame."""

    trace: Trace
    practice: bool = False

    def html(self) -> str:
        """The page, in one file."""
        from bptutor.browser.page import page

        return page(self.trace, practice=self.practice)

    def write(self, path: str | Path, *, force: bool = False) -> None:
        """Writes the page; raises BptutorError where that cannot be done, or a file is there and not to be forced."""
        write_page(self.trace, Path(path), practice=self.practice, force=force)

    def __repr__(self) -> str:
        return repr(self.trace).replace("<Trace", "<WebPage")

    def _repr_html_(self) -> str:
        return framed(self.html(), scripts=True)


def write_page(trace: Trace, path: Path, *, figures: int | None = None, practice: bool = False, force: bool) -> None:
    """Writes the page to step through; raises BptutorError where it cannot be written."""
    from bptutor.browser.page import page

    write_new(path, page(trace, figures=figures, practice=practice), force=force)


def write_pictures(
    trace: Trace, kind: str, svg: Path | None, png: Path | None, *, sample: str = "", force: bool
) -> None:
    """Writes a picture as SVG, as PNG or both; raises BptutorError where it cannot be made."""
    from bptutor.browser.picture import LOSS, loss_picture, network_picture

    picture = loss_picture(_training(trace)) if kind == LOSS else network_picture(trace, kind, sample)
    if svg:
        write_new(svg, picture.svg, force=force)
    if png:
        from bptutor.browser.png import png as made

        write_new(png, made(*picture), force=force)


def _training(trace: Trace) -> Training:
    """The losses of the steps that the problem takes."""
    problem, where = trace.problem, Where(trace.problem.file)
    if not learns(problem) or LOSSES[problem.loss].rule is None:
        raise BptutorError(_("the curve of the loss needs targets, a learning rate and a loss"), where)
    try:
        return train(problem, problem.steps, settle=carried(problem))
    except NotFinite as error:
        raise trace.not_finite(error.quantity) from None
