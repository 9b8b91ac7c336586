"""What came of checking gradients against central differences, in a sentence."""

from __future__ import annotations

from bptutor.language import _
from bptutor.tutor.trace import Trace
from bptutor.tutor.verify import Verification


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
