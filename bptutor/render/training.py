"""Repeated steps on the screen: the loss of the steps, a chart of it, and the parameters at the end."""

from __future__ import annotations

import math

import numpy as np
from rich.console import Console
from rich.text import Text

from bptutor.engine.decimals import Show, show_one, significant
from bptutor.engine.training import Training
from bptutor.language import _, plural
from bptutor.render.columns import FEW, Section, Table, numbers, words
from bptutor.render.parameters import start_and_end
from bptutor.render.terminal import print_heading, print_notes, print_section
from bptutor.solution.trace import Trace
from bptutor.solution.verify import Verification

_ROWS = 16  # of the table of losses
_HEIGHT = 8  # of the chart
_EIGHTHS = " ▁▂▃▄▅▆▇█"


def print_training(
    console: Console,
    trace: Trace,
    training: Training,
    *,
    show: Show | None = None,
    until: float | None = None,
    most: int | None = FEW,
) -> None:
    """Everything about a training; `trace` is of the problem that it started from."""
    figures = show or significant(max(4, trace.problem.decimals), trace.problem.conventions.ties)
    print_heading(console, trace, most)
    losses = training.losses[:-1] or training.losses
    if any(q.name == "loss" for q in trace.page.recipe):
        console.print()
        steps = _picked(len(losses))
        texts = [str(step) for step in steps]
        columns = (
            words(_("step"), texts),
            numbers(_("loss"), figures, np.array([losses[step - 1] for step in steps])),
        )
        print_section(
            console, Section(_("Loss of each step, before it changes anything"), [Table("", columns, len(steps))]), None
        )
        console.print()
        for line in chart(training.losses, min(console.width, 80) - 14):
            console.print(Text(line))
        console.print()
        console.print(Text(outcome(training, show_one(figures, training.losses[-1]), until)))
    console.print()
    print_section(console, Section(_("Parameters"), start_and_end(trace, training.parameters)), most)
    print_notes(console, trace)


def outcome(training: Training, loss: str, until: float | None) -> str:
    """How the training ended, in a sentence."""
    steps = plural("{n} step", "{n} steps", training.steps).format(n=training.steps)
    message = _("After {steps} the loss is {loss}").format(steps=steps, loss=loss)
    if until is None:
        return f"{message}."
    below = training.losses[-1] < until
    end = _("below {until}") if below else _("not below {until}")
    return f"{message}, {end.format(until=f'{until:g}')}."


def _picked(count: int) -> list[int]:
    """Steps worth a row, denser at the start, the last one always among them."""
    if count <= _ROWS:
        return list(range(1, count + 1))
    return sorted({round(step) for step in np.geomspace(1, count, _ROWS)})


def chart(losses: list[float], width: int) -> list[str]:
    """The curve of the losses as lines of text, on a logarithmic scale where they span more than a factor of 100."""
    width = max(10, min(width, len(losses)))
    values = [losses[round(i * (len(losses) - 1) / max(1, width - 1))] for i in range(width)]
    low, high = min(values), max(values)
    logarithmic = low > 0 and high / low > 100
    if logarithmic:
        values = [math.log(value) for value in values]
    base, span = min(values), (max(values) - min(values)) or 1.0
    heights = [1 + (value - base) / span * (_HEIGHT * 8 - 1) for value in values]
    lines = []
    for row in range(_HEIGHT - 1, -1, -1):
        scale = f"{high:.4g}" if row == _HEIGHT - 1 else f"{low:.4g}" if row == 0 else ""
        bars = "".join(_EIGHTHS[max(0, min(8, round(height - 8 * row)))] for height in heights)
        lines.append(f"{scale:>10} ┤{bars}".rstrip())
    axis = _("steps taken: 0 to {n}").format(n=len(losses) - 1) + (_(", logarithmic scale") if logarithmic else "")
    return [*lines, f"{'':>10} └ {axis}"]


def conclusion(trace: Trace, verified: Verification) -> str:
    """The largest deviation, and why it may be large on purpose."""
    message = _("Largest deviation of a gradient from its central difference: {size} of the largest gradient.").format(
        size=f"{verified.largest:.1e}"
    )
    say = trace.problem.conventions
    if say.hidden_delta_weights == "updated" and trace.problem.depth > 1:
        return message + " " + _("This problem takes hidden deltas through updated weights, which is not the gradient.")
    if say.rounding == "carry":
        return message + " " + _("This problem carries rounded values, so its gradients are rounded.")
    return message
