"""Pictures for slides and papers, as SVG in a file of its own: the network with its numbers, the curve of the loss."""

from __future__ import annotations

from typing import NamedTuple

from bptutor.browser.curve import curve_of, curve_svg
from bptutor.browser.network import VIEWS, network
from bptutor.engine.training import Training
from bptutor.errors import BptutorError, Where
from bptutor.language import _
from bptutor.render.web_page import html
from bptutor.solution.trace import Trace
from bptutor.worksheets.network_layout import drawing
from bptutor.worksheets.network_svg import MEASURES

LOSS = "loss"
KINDS = (*VIEWS, LOSS)
"""What there are pictures of."""


class Picture(NamedTuple):
    """A picture, and its size in pixels."""

    svg: str
    width: int
    height: int


def network_picture(trace: Trace, kind: str, sample: str = "") -> Picture:
    """The network with the numbers of a sample in the last step, `forward` or `backward`.

    Raises BptutorError where it is too large to be drawn clearly with its numbers.
    """
    steps = [q.step for q in trace.page.recipe]
    view = VIEWS[kind]
    drawn = drawing(network(trace, view, sample or ("1" if trace.problem.samples > 1 else ""), max(steps, default=0)))
    if drawn is None or not drawn.numbered:
        message = _("the network is too large to be drawn clearly with its numbers")
        raise BptutorError(
            message, Where(trace.problem.file), _("up to 8 units in a layer, with labels that are short")
        )
    svg = html("network.svg", drawn=drawn, alone=_style(), says=view.says, **MEASURES)
    return Picture(svg, round(drawn.width), round(drawn.height))


def loss_picture(training: Training) -> Picture:
    """The curve of the losses of a training."""
    curve = curve_of(training.losses)
    return Picture(curve_svg(curve, alone=html("curve.css")), curve.width, curve.height)


def _style() -> str:
    from markupsafe import Markup

    return Markup(html("network.css", **MEASURES))  # noqa: S704 (a template of ours, with numbers in it)
