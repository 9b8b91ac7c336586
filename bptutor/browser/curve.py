"""The loss of one step after another as a line."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

from bptutor.engine.decimals import show_one, significant
from bptutor.engine.quantities import Quantity
from bptutor.language import _
from bptutor.render.web_page import html
from bptutor.solution.trace import Trace

_WIDTH, _HEIGHT, _LEFT, _BELOW, _EDGE = 600, 200, 64, 30, 12
_SPAN = 100  # how many times the lowest the highest loss is before the scale is logarithmic


class Point(NamedTuple):
    """A loss in the drawing: where it stands, what is said of it, and the id of its number, "" for none."""

    x: float
    y: float
    says: str
    id: str


class Curve(NamedTuple):
    """A line with its highest and lowest value, and what is said of its scale."""

    width: int
    height: int
    left: int
    bottom: int
    points: tuple[Point, ...]
    high: str
    low: str
    axis: str


def curve_of(losses: Sequence[float], ids: Sequence[str] = ()) -> Curve:
    """The curve of losses, the first before any step; each leads to the number of an id, where there are ids."""
    high, low = max(losses), min(losses)
    logarithmic = low > 0 and high / low > _SPAN
    heights = [math.log(loss) if logarithmic else loss for loss in losses]
    top, span = max(heights), (max(heights) - min(heights)) or 1.0
    bottom = _HEIGHT - _BELOW
    across = (_WIDTH - _LEFT - _EDGE) / max(1, len(losses) - 1)
    show = significant(4)
    points = (
        Point(
            _LEFT + place * across,
            _EDGE + (top - height) / span * (bottom - _EDGE),
            _("loss after {n} steps: {value}").format(n=place, value=show_one(show, loss)),
            ids[place] if ids else "",
        )
        for place, (loss, height) in enumerate(zip(losses, heights, strict=True))
    )
    axis = _("steps taken: 0 to {n}").format(n=len(losses) - 1) + (_(", logarithmic scale") if logarithmic else "")
    return Curve(_WIDTH, _HEIGHT, _LEFT, bottom, tuple(points), show_one(show, high), show_one(show, low), axis)


def curve(trace: Trace, shown: Sequence[Quantity]) -> Curve | None:
    """The curve of the losses that stand on a page of several steps; None where there is only one."""
    losses = [q for q in shown if q.name == "loss" and q.step]
    together = [q for q in losses if not q.sample]
    losses = together or losses
    if len(losses) < 2:
        return None
    last = [q for q in shown if q.name == "loss_after"][-1:]
    return curve_of(
        [float(trace.values(q)) for q in (*losses, *last)], [trace.naming.id(q, ()) for q in (*losses, *last)]
    )


def curve_svg(drawn: Curve, **options: Any) -> str:
    """The curve as an element of a page, or `alone` as a file of its own."""
    return html("curve.svg", curve=drawn, **options)
