"""Solving from Python: a trace that also shows itself in a notebook."""

from __future__ import annotations

from bptutor.problem import Problem
from bptutor.render.html import page_html
from bptutor.tutor.trace import Trace


class Solution(Trace):
    """A worked solution; in a notebook it shows itself as the tables of `bptutor solve`."""

    def _repr_html_(self) -> str:
        return page_html(self)


def solve(problem: Problem) -> Solution:
    """Works a problem out; raises BptutorError where a value is infinite or undefined."""
    return Solution(problem)
