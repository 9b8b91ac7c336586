"""bptutor: backpropagation by hand, step by step.

    import bptutor
    trace = bptutor.solve(bptutor.load("mazur"))
    trace["net_h1"]          # 0.3775
    trace["new_w2"]          # an array
    trace.explain("w5+")     # the formula, the numbers, the link of the chain rule

Names are imported when they are first used, so that `bptutor --help` does not wait for numpy.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bptutor.answers import Answers
    from bptutor.errors import BptutorError
    from bptutor.files.answers_file import load_answers
    from bptutor.files.library import load
    from bptutor.notebook import Solution, check, solve
    from bptutor.problem import Problem

__version__ = "0.1.0"
__all__ = ["Answers", "BptutorError", "Problem", "Solution", "check", "load", "load_answers", "solve"]

_HOMES = {
    "Answers": "bptutor.answers",
    "BptutorError": "bptutor.errors",
    "Problem": "bptutor.problem",
    "Solution": "bptutor.notebook",
    "check": "bptutor.notebook",
    "load": "bptutor.files.library",
    "load_answers": "bptutor.files.answers_file",
    "solve": "bptutor.notebook",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'bptutor' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
