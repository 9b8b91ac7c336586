"""Worksheets as the source of a LaTeX document, for any engine; packages that every distribution has."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bptutor.language import _
from bptutor.worksheets.latex import MISSING, latex_text
from bptutor.worksheets.network import legend, not_drawn
from bptutor.worksheets.network_layout import drawing
from bptutor.worksheets.network_tikz import network_tikz
from bptutor.worksheets.powers import pieces
from bptutor.worksheets.sheet import Part, WorkedSteps, Worksheet
from bptutor.worksheets.tables import Grid

_HEAD = rf"""\documentclass[a4paper,11pt]{{article}}
\usepackage[margin=15mm,bottom=22mm,footskip=12mm]{{geometry}}
\usepackage{{longtable,array,multicol,tikz}}
{MISSING}
\newcommand{{\ruled}}[1]{{\nopagebreak
\foreach \n in {{1,...,#1}}{{\rule{{0pt}}{{6.5mm}}{{\color{{gray}}\hrulefill}}\par}}}}
\setlength{{\premulticols}}{{200pt}}\setlength{{\parindent}}{{0pt}}\setlength{{\parskip}}{{4pt}}\setlength{{\LTleft}}{{0pt}}\setlength{{\LTpre}}{{4pt}}
\setlength{{\LTpost}}{{4pt}}\sloppy\raggedright\pagestyle{{plain}}\renewcommand{{\arraystretch}}{{1.5}}
\begin{{document}}
"""
_END = r"\\ \hline"
_TOGETHER = 25  # rows of a table that are not torn apart


def worksheets_latex(sheets: Sequence[Worksheet]) -> str:
    """The source of the document; all text of strangers is escaped."""
    return _HEAD + "\n\n\\clearpage\n\n".join("\n\n".join(_sheet(sheet)) for sheet in sheets) + "\n\\end{document}\n"


def _sheet(sheet: Worksheet) -> Iterator[str]:
    yield rf"{{\Large\bfseries {latex_text(sheet.title)}\par}}\setcounter{{page}}{{1}}"
    if not sheet.key or sheet.student:
        yield _name_line(sheet)
    if sheet.source:
        yield rf"{{\small {latex_text(sheet.source)}\par}}"
    yield from (rf"$\bullet$ {_powers(line)}" for line in sheet.lines)
    drawn = drawing(sheet.network)
    numbered = drawn is not None and drawn.numbered
    if drawn is None:
        yield latex_text(not_drawn())
    else:
        under = rf"\\[4pt]{{\small {latex_text(legend(sheet.network))}}}" if numbered else ""
        yield rf"\begin{{center}}{network_tikz(drawn)}{under}\end{{center}}"
    for grid in sheet.given(numbered=numbered, clear=drawn is not None and drawn.clear):
        yield _grid(grid)
    for part in sheet.parts:
        yield from _part(part)
    if sheet.notes:
        yield _heading(_("Notes"))
        yield from map(latex_text, sheet.notes)


def _name_line(sheet: Worksheet) -> str:
    parts = [
        rf"{latex_text(_('Name:'))} " + (latex_text(sheet.student) + r"\hfill" if sheet.student else r"\hrulefill")
    ]
    parts.append(rf"{latex_text(_('Date:'))} \makebox[3cm]{{\hrulefill}}")
    if sheet.worth:
        parts.append(rf"{latex_text(_('Points:'))} \makebox[1.5cm]{{\hrulefill}} / {latex_text(sheet.worth)}")
    fields = r"\quad ".join(parts)
    return rf"\vspace{{6pt}}\parbox{{\textwidth}}{{{fields}}}\vspace{{4pt}}"


def _heading(title: str) -> str:
    return rf"\pagebreak[1]\vspace{{8pt}}{{\large\bfseries {latex_text(title)}\par}}\nopagebreak"


def _part(part: Part) -> Iterator[str]:
    yield _heading(part.title)
    if part.points:
        yield latex_text("; ".join(part.points)) + r"\nopagebreak"
    yield from map(_grid, part.grids)
    if part.lines:
        yield latex_text(_("Working:")) + rf"\par\ruled{{{part.lines}}}"
    if part.workings:
        yield r"\begin{multicols}{2}\raggedcolumns"
        yield from map(_working, part.workings)
        yield r"\end{multicols}"


def _grid(grid: Grid) -> str:
    """The table; one that is not long stays on one page, its title with it."""
    kind = "tabular" if len(grid.rows) <= _TOGETHER else "longtable"
    numbers = (rf">{{\raggedleft\arraybackslash}}p{{{_width(grid, n)}}}" for n in range(len(grid.head)))
    columns = "|".join(width if numeric else "l" for width, numeric in zip(numbers, grid.numeric, strict=True))
    title = rf"\multicolumn{{{len(grid.head)}}}{{@{{}}l}}{{\bfseries {latex_text(grid.title)}}}\\" if grid.title else ""
    lines = [rf"{{\small\begin{{{kind}}}{{|{columns}|}}", title + r"\hline", f"{_head(grid)} {_END}"]
    lines += (" & ".join(latex_text(text or "") for text in row) + f" {_END}" for row in grid.rows)
    return "\n".join([*lines, rf"\end{{{kind}}}\par}}"])


def _head(grid: Grid) -> str:
    sides = ("|l|" if not column else "l|" for column in range(len(grid.head)))
    return " & ".join(
        rf"\multicolumn{{1}}{{{side}}}{{\bfseries {latex_text(text)}}}"
        for side, text in zip(sides, grid.head, strict=True)
    )


def _width(grid: Grid, column: int) -> str:
    """The width of a column of numbers: room for what is there, and to write in where there is something to write."""
    texts = [row[column] for row in grid.rows]
    longest = max(len(grid.head[column]), *(grid.room if text is None else len(text) for text in texts))
    return f"{max(1.9 if None in texts else 0.7, 0.19 * longest + 0.2):.1f}cm"


def _powers(formula: str) -> str:
    written = list[str]()
    for before, piece, after, raised in pieces(formula):
        text = latex_text(piece)
        written += [before, rf"\textsuperscript{{{text}}}" if raised else text, after]
    return "".join(written)


def _working(working: WorkedSteps) -> str:
    """The rule and the cells; no cell is torn apart, and the rule stays with the first one."""
    rule, boxes = rf"{_powers(working.rule)}\par\vspace{{3pt}}", list[str]()
    for label, (first, *forms) in working.cells:
        more = "".join(rf"\par\hangindent=3em\hspace*{{2em}}= {_powers(form)}" for form in forms)
        cell = rf"\hangindent=3em\hspace*{{1em}}\textbf{{{latex_text(label)}}} = {_powers(first)}{more}"
        boxes.append(rf"\begin{{minipage}}{{\linewidth}}\raggedright {rule}{cell}\end{{minipage}}\par\vspace{{3pt}}")
        rule = ""
    return "\n".join(boxes)
