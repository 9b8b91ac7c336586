"""Whether the decimals that are shown leave numbers enough figures to go on with."""

from __future__ import annotations

import numpy as np

from bptutor.language import plural
from bptutor.solution.digits import digits_of, settled
from bptutor.solution.trace import Trace

_FEWEST = 2  # figures that a number keeps, so that a product of it is worth something
_MOST = 15  # decimals that a problem can have


def few_figures(trace: Trace) -> str:
    """The line that says how many numbers show fewer than two figures, and which -d shows them; "" for none.

    A number that is exact with fewer, such as 0.05 or 0, is none of them.
    """
    count, needed = 0, -1
    for quantity in trace.page.shown:
        values = np.ravel(np.asarray(trace.values(quantity), dtype=float))
        own = digits_of(trace.problem, quantity)
        if own.figures:
            continue
        shown = settled(own, trace.problem.conventions.ties)(values)
        few = (np.abs(shown) < 10.0 ** (_FEWEST - 1 - own.number)) & (np.abs(shown - values) > 1e-12 * np.abs(values))
        count += int(few.sum())
        if few.any():
            least = float(np.abs(values[few]).min())
            needed = max(needed, own.number, min(_FEWEST - 1 - int(np.floor(np.log10(least))), _MOST))
    if needed <= trace.problem.decimals:
        return ""
    line = plural(
        "{n} number shows fewer than {least} figures: -d {more} shows it",
        "{n} numbers show fewer than {least} figures: -d {more} shows them",
        count,
    )
    return line.format(n=count, least=_FEWEST, more=needed)
