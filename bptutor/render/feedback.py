"""What a student is told of a sheet in a file of one's own, as Markdown and as a web page.

It is what `bptutor check` says, every cell with it, and no number that the student has not found: what went wrong
first, then the numbers, those that are right last. Mistakes are named in words, and ids of cells are left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

from bptutor.language import _, plural
from bptutor.marking.hints import Advice, to_explain
from bptutor.marking.report import FINE, Mark, Report
from bptutor.render import marks
from bptutor.render.columns import Table
from bptutor.render.harmless import markdown_table, markdown_text
from bptutor.render.web_page import html

_LONGEST = 100  # of what was typed: it can be of any length


class _Part(NamedTuple):
    """A table under its title; `folded` where few will want to see it."""

    title: str
    table: Table
    folded: bool = False


class _Said(NamedTuple):
    """All that is said, in this order: lines, titles with advice, tables, lines."""

    title: str
    above: list[str]
    advice: list[tuple[str, Advice]]
    tables: list[_Part]
    below: list[str]


def feedback(
    report: Report, forms: Iterable[str] = ("md",), *, name: str = "", level: int = 0, reveal: bool = False
) -> dict[str, str]:
    """The feedback in some of `FORMS`: what is said is worked out once for all of them.

    `level` says how many hints it has (0 to 4), `reveal` whether it tells what is right.
    """
    said = _said(report, name, level, reveal=reveal)
    return {form: FORMS[form](said) for form in forms}


def refusal(reasons: Iterable[str], forms: Iterable[str] = ("md",), *, name: str = "") -> dict[str, str]:
    """What is told where a hand-in could not be read, in some of `FORMS`: why, and how to write it."""
    title = _("Feedback for {student}").format(student=name) if name else _("Feedback")
    above = [_("Your answers could not be read, and are not marked."), *reasons]
    said = _Said(title, above, [], [], [_("Ask whether you may hand them in again.")])
    return {form: FORMS[form](said) for form in forms}


def _markdown(said: _Said) -> str:
    paragraphs = [f"# {markdown_text(said.title)}", *map(markdown_text, said.above)]
    for title, advice in said.advice:
        paragraphs.append(f"## {markdown_text(title)}")
        paragraphs += map(markdown_text, advice.sentences)
        paragraphs += ["\n".join(f"- {markdown_text(form)}" for form in _forms(advice))] if advice.forms else []
    for title, table, _folded in said.tables:
        paragraphs += [f"## {markdown_text(title)}", _markdown_table(table)]
    paragraphs += map(markdown_text, said.below)
    return "\n\n".join(paragraphs) + "\n"


def _html(said: _Said) -> str:
    return html("feedback.html", **said._asdict(), forms=_forms)


FORMS: Mapping[str, Callable[[_Said], str]] = {"md": _markdown, "html": _html}
"""The forms of feedback, by the endings of their files."""


def _said(report: Report, name: str, level: int, *, reveal: bool) -> _Said:
    about = to_explain(report)
    title = _("Feedback for {student}").format(student=name) if name else _("Feedback")
    problem = report.trace.problem.title
    return _Said(
        title,
        [*([problem] if problem else []), marks.score(report), *report.notes],
        marks.told(report, about and _shortened(about), level),
        list(_tables(report, level, reveal=reveal)),
        [line for line in (*marks.notes(report), "" if reveal else marks.blanks(report)) if line],
    )


def _tables(report: Report, level: int, *, reveal: bool) -> Iterator[_Part]:
    """The points, the numbers that are not right, and folded those that are."""
    if stages := marks.stages(report, named=reveal or level >= marks.NAMING):
        yield _Part(_("Points"), stages)
    shown = [_shortened(mark) for mark in marks.chosen(report, None, blanks=reveal)]
    right = [mark for mark in shown if mark.verdict in FINE]
    if others := [mark for mark in shown if mark.verdict not in FINE]:
        found = marks.table(report, others, reveal=reveal, level=level, short=True)
        yield _Part(_("Numbers that are not right"), found)
    if right:
        says = plural("{n} number is right", "{n} numbers are right", len(right)).format(n=len(right))
        yield _Part(says, marks.table(report, right, reveal=False, short=True), folded=True)


def _shortened(mark: Mark) -> Mark:
    """The mark, not too much of what was typed in it."""
    typed = mark.typed
    return mark._replace(typed=f"{typed[: _LONGEST - 1]}…") if typed and len(typed) > _LONGEST else mark


def _forms(advice: Advice) -> list[str]:
    return [f"{advice.label} = {form}" for form in advice.forms]


_cell = lru_cache(maxsize=20_000)(markdown_text)  # the sheets of a class have most texts in common


def _markdown_table(table: Table) -> str:
    rows = (map(_cell, texts) for texts in table.texts())
    return "\n".join(markdown_table(map(_cell, table.titles), rows, table.numeric))
