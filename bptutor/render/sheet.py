"""An answer sheet in YAML, in the order of the page: every cell that is asked for, blank or with the right number."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from itertools import groupby
from typing import Any

from bptutor.classroom.grade import amount
from bptutor.engine.decimals import show_one
from bptutor.engine.notation import PAGE
from bptutor.engine.parts import STAGE, Choice, asked, chosen
from bptutor.engine.quantities import Index, Quantity, cell_id, tag
from bptutor.engine.schedule import by_rows, rows
from bptutor.files.answer_names import names_of
from bptutor.files.keys import schema_line
from bptutor.language import _, plural
from bptutor.problem import Problem
from bptutor.render.grades import csv_line
from bptutor.render.harmless import printable
from bptutor.render.headings import digits
from bptutor.render.tables import given, places, where
from bptutor.solution.explain import Explainer
from bptutor.solution.trace import Trace

_WIDTH = 110  # columns of a line
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_.+@-]*(?:#[0-9]+)?")
_NO_TEXT = {"null", "true", "false", "yes", "no", "on", "off", "y", "n"}  # what YAML readers take for something else


def sheet(
    trace: Trace,
    name: str,
    choice: Choice = Choice(),
    *,
    filled: bool = False,
    points: Mapping[str, Fraction] | None = None,
    formulas: bool | None = None,
) -> Iterator[str]:
    """The lines of a sheet for the problem called `name`; without words, the choice is of what the problem asks.

    `filled`: with the right numbers, which makes it a key. `points`: what quantities are worth, by their ids.
    `formulas`: with the formula of each group above it; None: unless the problem says what it asks, as an exam does.
    """
    shows = (filled or not trace.problem.ask) if formulas is None else formulas
    wanted = _wanted(trace, choice)
    yield f"{schema_line('answers')}\n"
    if title := " ".join(trace.problem.title.split()):
        yield f"# {printable(title)}\n"
    says = _("The key: numbers with {digits}.") if filled else _("Numbers with {digits}; ~ is a blank.")
    yield f"# {says.format(digits=digits(trace.problem))}\n"
    yield f"problem: {quoted(name) if name else '~'}\nstudent: ~\nanswers:\n"
    explainer, keys, left = trace.explainer(PAGE), set[str](), dict(points or {})

    def said(quantity: Quantity) -> tuple[str, str]:
        formula = _formula(trace, explainer, quantity, wanted[quantity][0]) if shows else ""
        return formula, _worth(left.pop(cell_id(quantity, ()), None))

    if choice == Choice() and by_rows(trace.problem) and _rows_are_alike(trace.problem, wanted, left):
        yield from _table(trace, wanted, said, filled=filled)
        return
    for (step, sample, stage), group in groupby(wanted, key=lambda q: (q.step, q.sample, STAGE[q.name])):
        place = where(step, sample)
        yield f"\n  # {stage} ({place})\n" if place else f"\n  # {stage}\n"
        for quantity in group:
            if text := "".join(said(quantity)).strip():
                yield f"  # {text}\n"
            yield from _entry(trace, quantity, wanted[quantity], keys, filled=filled)


def _rows_are_alike(problem: Problem, wanted: Mapping[Quantity, list[Index]], points: Mapping[str, Fraction]) -> bool:
    """Whether each row of such a page asks for the same, and gives as much for it; else a table leaves cells out."""
    asks: dict[tuple[str, int], list[Any]] = {tags: [] for tags in rows(problem)}
    for quantity, indices in wanted.items():
        asked_here = quantity.at("", 0), indices, points.get(cell_id(quantity, ()))
        asks[quantity.sample, quantity.step].append(asked_here)
    first, *others = asks.values()
    return all(row == first for row in others)


def _table(
    trace: Trace, wanted: dict[Quantity, list[Index]], said: Callable[[Quantity], tuple[str, str]], *, filled: bool
) -> Iterator[str]:
    """All cells of a single layer that learns after each sample, in a table with a row a sample."""
    order = rows(trace.problem)
    first = [q for q in wanted if (q.sample, q.step) == order[0]]
    for quantity in first:
        formula, worth = said(quantity)
        formula = formula.replace(tag(quantity), "").replace(f"@{quantity.sample}", "")
        if formula or worth:
            yield f"  # {formula or cell_id(quantity.at('', 0), ())}{worth}\n"
    before = [*places(trace), *given(trace)]
    columns = [column.texts(slice(None)) for column in before]
    heads, cells = [column.title for column in before], [(q, index) for q in first for index in wanted[q]]
    heads += [trace.naming.label(Quantity(q.name, q.layer), index) for q, index in cells]
    yield f"  table:\n    - [{', '.join(map(quoted, heads))}]\n"
    for place, tags in enumerate(order):
        row = [column[place] for column in columns]
        for quantity, index in cells:
            here = quantity.at(*tags)
            value = trace.values(here)[index or (0,) * trace.values(here).ndim]
            row.append(show_one(trace.show(here), float(value)) if filled else "~")
        yield f"    - [{', '.join(row)}]\n"


def _worth(worth: Fraction | None) -> str:
    if worth is None:
        return ""
    return "   " + plural("({n} point)", "({n} points)", 1 if worth == 1 else 2).format(n=amount(worth))


def header_row(trace: Trace, choice: Choice = Choice()) -> Iterator[str]:
    """The first row of a table in which each student has a row, as a line of CSV."""
    yield csv_line(["id", "name", *_titles(trace, choice)])


def question_titles(trace: Trace, choice: Choice = Choice()) -> Iterator[str]:
    """The titles of the questions of a form, a line each: what `grade` finds again in its table."""
    return (f"{title}\n" for title in _titles(trace, choice))


def _titles(trace: Trace, choice: Choice) -> Iterator[str]:
    """The labels of all cells that are asked for; ids in the place of those that a spreadsheet may spoil."""
    for quantity, indices in _wanted(trace, choice).items():
        for index in indices:
            label = trace.naming.label(quantity, index)
            yield printable(label if label.isascii() else trace.naming.id(quantity, index))


def _wanted(trace: Trace, choice: Choice) -> dict[Quantity, list[Index]]:
    """The cells that the sheet has a place for: what the problem asks, or all of the quantities that are named."""
    here, masks = trace.page, asked(trace.problem)
    quantities = chosen(here.recipe, choice) if choice.words is not None else filter(choice.has, here.recipe)
    cells = {
        quantity: [
            index
            for index in trace.naming.indices(quantity)
            if not trace.is_given(quantity, index) and (choice.words is not None or masks[quantity][index].all())
        ]
        for quantity in quantities
    }
    return {quantity: indices for quantity, indices in cells.items() if indices}


def _formula(trace: Trace, explainer: Explainer, quantity: Quantity, index: Index) -> str:
    """How one of the cells is found, with names; where that would be too long, the rule in words."""
    why = explainer.explain(quantity, index)
    formula = printable(f"{trace.naming.label(quantity, index)} = {why.formula}")
    return formula if len(formula) <= _WIDTH - len("  # ") else why.rule.partition("\n")[0]


def _entry(trace: Trace, quantity: Quantity, indices: list[Index], keys: set[str], *, filled: bool) -> Iterator[str]:
    """The key of a quantity and a place for each of its cells, in one line if it fits; long rows begin new lines."""
    key, naming = cell_id(quantity, ()), trace.naming
    number = dict(zip(naming.indices(quantity), trace.show(quantity)(trace.values(quantity).ravel()), strict=True))
    if naming.lone(quantity):
        name = naming.label(quantity, ()) if key in keys else key
        yield f"  {quoted(name)}: {number[()] if filled else '~'}\n"
        return
    keys.add(key)
    blanks = [
        f"{quoted(_member(trace, key, quantity, index))}: {number[index] if filled else '~'}" for index in indices
    ]
    line = f"  {quoted(key)}: {{{', '.join(blanks)}}}\n"
    if len(line) <= _WIDTH:
        yield line
        return
    yield f"  {quoted(key)}: {{\n"
    rows = groupby(zip(indices, blanks, strict=True), key=lambda pair: pair[0][:-1])
    lines = [line for _row, row in rows for line in _lines([blank for _index, blank in row])]
    yield ",\n".join(f"    {line}" for line in lines) + "}\n"


def _lines(blanks: list[str]) -> Iterator[str]:
    """The blanks of a row, as many to a line as it holds."""
    line, *rest = blanks
    for blank in rest:
        if len(line) + len(blank) > _WIDTH - len("    , ,"):
            yield line
            line = blank
        else:
            line += f", {blank}"
    yield line


def _member(trace: Trace, key: str, quantity: Quantity, index: Index) -> str:
    """What a cell is called within its group: its unit or parameter, where that is enough, else its id."""
    owner, cell = trace.naming.owner(quantity, index), trace.naming.id(quantity, index)
    named = names_of(trace.problem).member(key, owner)
    return owner if named and named.id == cell else cell


def quoted(text: str) -> str:
    """A text as YAML reads it back, whatever is in it."""
    if _PLAIN.fullmatch(text) and text.lower() not in _NO_TEXT:
        return text
    if text.isprintable():
        return f"'{text.replace(chr(39), chr(39) * 2)}'"
    escaped = (c if c.isprintable() and c not in '"\\' else f"\\U{ord(c):08x}" for c in text)
    return f'"{"".join(escaped)}"'
