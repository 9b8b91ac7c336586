"""Solving and checking from Python: a trace and a report that also show themselves in a notebook."""

from __future__ import annotations

from bptutor.answers import Answers
from bptutor.marking.policy import Marking
from bptutor.marking.report import Report
from bptutor.problem import Problem
from bptutor.render.html import page_html, report_html
from bptutor.solution.trace import Trace


class Solution(Trace):
    """A worked solution; in a notebook it shows itself as the tables of `bptutor solve`."""

    def _repr_html_(self) -> str:
        return page_html(self)


def solve(problem: Problem) -> Solution:
    """Works a problem out; raises BptutorError where a value is infinite or undefined."""
    return Solution(problem)


class Checked(Report):
    """The marks of a sheet; in a notebook they show themselves as `bptutor check` does."""

    def _repr_html_(self) -> str:
        return report_html(self)


def check(problem: Problem, answers: Answers, marking: Marking = Marking()) -> Checked:
    """Marks a sheet of answers; raises BptutorError where the problem itself cannot be worked out."""
    from bptutor.marking.check import check as judge  # here, so that solving does not wait for the table of mistakes

    report = judge(problem, answers, marking)
    return Checked(report.trace, report.answers, report.marks, report.notes)
