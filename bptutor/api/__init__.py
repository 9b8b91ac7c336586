"""What Python users import from `bptutor`: a function for what a command does, and the records that it gives back.

In: a problem, or whatever `load` takes; plain mappings of numbers as answers.
Out: records that say in one line what they are, show themselves in a notebook, and have `as_dict()` where a command has
`--json`. `students.py` is for one sheet, `teachers.py` for a problem that is set, `classes.py` for hand-ins, and
`shown.py` says what a notebook shows.

    import bptutor

    bptutor.check("mazur", {"net_h1": 0.3775}).percent
"""

from bptutor.answers import Answers
from bptutor.api import shown
from bptutor.errors import BptutorError
from bptutor.files.answers_file import load_answers
from bptutor.files.library import load
from bptutor.marking.policy import Marking
from bptutor.marking.report import Mark, Report
from bptutor.problem import Problem
from bptutor.solution.explain import Explanation
from bptutor.solution.trace import Trace

Solution = Trace
"""What `solve` gave back when only that showed itself in a notebook."""

__all__ = [
    "Answers",
    "BptutorError",
    "Explanation",
    "Mark",
    "Marking",
    "Problem",
    "Report",
    "Solution",
    "Trace",
    "load",
    "load_answers",
    "shown",
]
