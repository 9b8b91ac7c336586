"""What a notebook shows of records whose floors know nothing of HTML: put on them here, where both are known."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from bptutor.errors import BptutorError
from bptutor.marking.report import Report
from bptutor.problem import Problem
from bptutor.solution.explain import Explanation
from bptutor.solution.trace import Trace

if TYPE_CHECKING:
    from bptutor.marking.why import Why
    from bptutor.runs.new_run import NewProblems
    from bptutor.setting.lint import Linted

Record = TypeVar("Record")
Html = Callable[[Record], str | None]


def shows(record: type[Record]) -> Callable[[Html[Record]], Html[Record]]:
    """Makes a function what notebooks ask a record for."""

    def attach(html: Html[Record]) -> Html[Record]:
        setattr(record, "_repr_html_", html)  # noqa: B010, no attribute that the class itself knows of
        return html

    return attach


# What writes HTML is loaded when a notebook asks for it: solving in a loop does not wait for that.


@shows(Problem)
def problem_html(problem: Problem) -> str | None:
    """What is given; nothing, so that a notebook shows the short line, where the problem cannot be worked out."""
    from bptutor.render import html

    try:
        return html.problem_html(Trace(problem))
    except BptutorError:
        return None


@shows(Trace)
def trace_html(trace: Trace) -> str:
    """The tables of `bptutor solve`."""
    from bptutor.render.html import page_html

    return page_html(trace)


@shows(Explanation)
def explanation_html(why: Explanation) -> str:
    """The formula, with names and with numbers."""
    from bptutor.render import html

    return html.explanation_html(why)


@shows(Report)
def report_html(report: Report) -> str:
    """What `bptutor check` says."""
    from bptutor.render import html

    return html.report_html(report)


def drawn_html(drawn: NewProblems) -> str | None:
    """What the problem, or the first of several, gives."""
    return problem_html(drawn.problem)


def why_html(why: Why) -> str:
    """What `bptutor why` says."""
    from bptutor.render.terminal import printed_html
    from bptutor.render.why import print_why

    return printed_html(lambda console: print_why(console, why))


def linted_html(linted: Linted) -> str:
    """What `bptutor lint` says."""
    from bptutor.render.lint import print_lint
    from bptutor.render.terminal import printed_html

    return printed_html(lambda console: print_lint(console, linted))
