"""bptutor: backpropagation by hand, step by step.

    import bptutor
    trace = bptutor.solve("mazur")
    trace["net_h1"]          # 0.3775
    trace["new_w2"]          # an array
    trace.explain("w5+")     # the formula, the numbers, the link of the chain rule

    bptutor.check("mazur", {"net_h1": 0.3775})

Names are imported when they are first used, so that `bptutor --help` does not wait for numpy.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bptutor.api import (
        Answers,
        BptutorError,
        Explanation,
        Mark,
        Marking,
        Problem,
        Report,
        Solution,
        Trace,
        load,
        load_answers,
    )
    from bptutor.api.classes import grade_class
    from bptutor.api.students import check, show, solve, template, why
    from bptutor.api.teachers import draw, lint, marks, worksheet
    from bptutor.points import Points

__version__ = "0.1.0"
__all__ = [
    "Answers",
    "BptutorError",
    "Explanation",
    "Mark",
    "Marking",
    "Points",
    "Problem",
    "Report",
    "Solution",
    "Trace",
    "check",
    "draw",
    "grade_class",
    "lint",
    "load",
    "load_answers",
    "marks",
    "show",
    "solve",
    "template",
    "why",
    "worksheet",
]

_HOMES = dict.fromkeys(("check", "show", "solve", "template", "why"), "bptutor.api.students")
_HOMES |= dict.fromkeys(("draw", "lint", "marks", "worksheet"), "bptutor.api.teachers")
_HOMES |= {"grade_class": "bptutor.api.classes", "Points": "bptutor.points"}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module 'bptutor' has no attribute {name!r}")
    return getattr(import_module(_HOMES.get(name, "bptutor.api")), name)


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
