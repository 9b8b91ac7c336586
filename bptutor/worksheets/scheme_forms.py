"""The marking scheme as text to put beside an exam: Markdown, or LaTeX to be put into an exam."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

from bptutor.language import _
from bptutor.render.data import Format

if TYPE_CHECKING:  # the command line reads the table below, and should not wait for what it may not need
    from bptutor.problem import Problem


class MarkingScheme:
    """The marking scheme of a problem."""

    def __init__(self, problem: Problem):
        from bptutor.worksheets.scheme import scheme

        self._problem, self.rows = problem, list(scheme(problem).texts())

    def __repr__(self) -> str:
        *_rest, (_all, _none, points, cells, *_costs) = self.rows
        return f"<MarkingScheme {self._problem.name}: {points} points for {cells} cells>"

    def __str__(self) -> str:
        return self.text()

    def _repr_html_(self) -> str:
        from bptutor.render.web_page import html
        from bptutor.worksheets.scheme import rules, scheme, title

        table, lines = scheme(self._problem), list(rules(self._problem))
        return html(
            "notebook_scheme.html",
            title=title(self._problem),
            table=table,
            rules=lines,
            few=table.rows,
            more=lambda _left: "",
        )

    def text(self, form: Literal["md", "latex"] = "md") -> str:
        """The scheme as Markdown or as LaTeX."""
        return "".join(FORMATS[form].write(self._problem))


def as_markdown(problem: Problem) -> Iterator[str]:
    """A heading, the table, and the price list."""
    from bptutor.render.harmless import markdown_table, markdown_text
    from bptutor.worksheets.scheme import rules, scheme, title

    table = scheme(problem)
    rows = (map(markdown_text, row) for row in table.texts())
    yield f"## {markdown_text(title(problem))}\n\n"
    yield from (f"{line}\n" for line in markdown_table(map(markdown_text, table.titles), rows, table.numeric))
    yield "\n"
    yield from (f"- {markdown_text(rule)}\n" for rule in rules(problem))


def as_latex(problem: Problem) -> Iterator[str]:
    """A table and a list that stand in any document with the package amsmath."""
    from bptutor.worksheets.latex import MISSING, lacks, latex_text
    from bptutor.worksheets.scheme import rules, scheme, title

    table = scheme(problem)
    lines = [
        rf"\noindent\textbf{{{latex_text(title(problem))}}}\par\medskip",
        rf"\begin{{tabular}}{{{''.join('r' if numeric else 'l' for numeric in table.numeric)}}}",
        " & ".join(map(latex_text, table.titles)) + r" \\ \hline",
        *(" & ".join(map(latex_text, row)) + r" \\" for row in table.texts()),
        r"\end{tabular}\par\medskip",
        r"\begin{itemize}",
        *(rf"\item {latex_text(rule)}" for rule in rules(problem)),
        r"\end{itemize}",
    ]
    text = "".join(f"{line}\n" for line in lines)
    yield f"{MISSING}\n" if lacks(text) else ""
    yield text


FORMATS = {
    "md": Format(as_markdown, _("Markdown.")),
    "latex": Format(as_latex, _("LaTeX, to be put into an exam.")),
}
"""All of them; adding one is a row here and its function."""
