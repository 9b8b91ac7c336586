"""An exercise on paper, as records that any medium can write: what is given, and tables to fill in.

A stage is what one thinks of as one step, a quantity of a layer: all nets of layer 1, say, or its gradients. Stages
that are filled in stand there with their working; a key is a sheet with all of them filled in.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence, Set
from fractions import Fraction
from itertools import chain, groupby
from typing import NamedTuple

from bptutor.classroom.grade import amount
from bptutor.engine.notation import PAGE
from bptutor.engine.parts import STAGE, asked
from bptutor.engine.quantities import Quantity, cell_id
from bptutor.engine.schedule import by_rows
from bptutor.language import _, plural
from bptutor.marking.scheme import worth
from bptutor.points import Points
from bptutor.render import headings
from bptutor.render.tables import where
from bptutor.solution.trace import Trace
from bptutor.worksheets.network import Network, network_of, on_paper
from bptutor.worksheets.tables import Grid, answers, learning, samples, weights

_MOST = 600
"""Cells that a sheet has unless all are asked for: about ten pages."""

MOST_LINES = 12
"""Lines below a part, unless as many as are wanted are named: a third of a page."""

Stage = tuple[Quantity, ...]


class WorkedSteps(NamedTuple):
    """How a quantity is found: its rule in words, and for each cell its label and what it equals, form by form."""

    rule: str
    cells: tuple[tuple[str, tuple[str, ...]], ...]


class Part(NamedTuple):
    """A part of the page with its heading, what its cells are worth, the tables, and the working of what is filled.

    `lines` are left free below for the working of what is not.
    """

    title: str
    points: tuple[str, ...]
    grids: tuple[Grid, ...]
    workings: tuple[WorkedSteps, ...]
    lines: int


class Worksheet(NamedTuple):
    """One sheet. `lines` say what is to be done; `worth` is what all of it earns, "" where that is not declared.

    `samples` and `weights` are the given numbers as tables, for where the network is not drawn with them; `drawn` says
    whether the numbers of the samples have a place in a drawing at all. `notes` are for those who know the solution.
    What a workbook makes of it: the page, the quantities that the sheet has and those of them that are filled in, the
    id of the student and the variant.
    """

    title: str
    source: str
    key: bool
    student: str
    lines: tuple[str, ...]
    worth: str
    network: Network
    samples: tuple[Grid, ...]
    weights: tuple[Grid, ...]
    drawn: bool
    parts: tuple[Part, ...]
    notes: tuple[str, ...]
    trace: Trace
    quantities: tuple[Quantity, ...]
    known: frozenset[Quantity]
    student_id: str
    variant: str

    def given(self, *, numbered: bool, clear: bool = True) -> tuple[Grid, ...]:
        """The tables of given numbers that are needed beside a drawing that has them, or has them not."""
        beside_samples = () if numbered and self.drawn else self.samples
        return beside_samples if numbered and clear else (*beside_samples, *self.weights)


def stages(trace: Trace, *, everything: bool = False) -> list[Stage]:
    """The stages of a sheet, in the order of the page; of long pages only the beginning, unless all is wanted."""
    masks, found, cells = asked(trace.problem), dict[tuple[str, int, str, int], list[Quantity]](), 0
    for quantity, mask in masks.items():
        if mask.any():
            cells += int(mask.sum())
            if cells > _MOST and found and not everything:
                break
            name = re.sub("_[wb]$", "", quantity.name)
            found.setdefault((name, quantity.layer, quantity.sample, quantity.step), []).append(quantity)
    return [tuple(quantities) for quantities in found.values()]


def worksheet(
    trace: Trace,
    *,
    filled: int = 0,
    key: bool = False,
    everything: bool = False,
    student: str = "",
    student_id: str = "",
    variant: str = "",
    points: bool = False,
    lines: int | None = None,
) -> Worksheet:
    """The sheet of a problem with the first stages filled in (0 to all of them), or its key; whose it is, if known.

    It says what its stages are worth with `points`, and where the problem itself says it. `lines` are left free for the
    working below each part that has a blank; without it, one for each blank, at most `MOST_LINES`.
    """
    problem, all_stages = trace.problem, stages(trace, everything=everything)
    points, quantities = points or problem.points != Points(), tuple(chain(*all_stages))
    known = frozenset(chain(*(all_stages if key else all_stages[:filled])))
    title = " ".join(problem.title.split()) or _("Exercise")
    return Worksheet(
        _("Solution: {title}").format(title=title) if key else title,
        problem.source,
        key,
        student,
        tuple(_lines(trace, all_stages, 0 if key else filled, variant)),
        _number(sum(sum(value.flat) for value in worth(problem).values())) if points else "",
        network_of(problem),
        () if by_rows(problem) else samples(problem),
        weights(problem),
        problem.samples == 1,
        tuple(_parts(trace, quantities, known, lines, points=points)),
        tuple(_paragraphs(problem.notes)) if key else (),
        trace,
        quantities,
        known,
        student_id,
        variant,
    )


def _paragraphs(text: str) -> list[str]:
    return [" ".join(part.split()) for part in re.split(r"\n\s*\n", text) if part.strip()]


def _lines(trace: Trace, all_stages: Sequence[Stage], filled: int, variant: str) -> list[str]:
    """The variant, the network, the conventions in words, how many decimals, and how much of the page the sheet has."""
    problem, masks = trace.problem, asked(trace.problem)
    lines = [
        *([_("Variant: {name}").format(name=variant)] if variant else []),
        _("Network: {network}").format(network=headings.network(problem)),
        "; ".join(headings.formulas(problem)),
        _("Conventions: {list}").format(list="; ".join(headings.conventions(problem))),
        *legend(trace, {quantity for stage in all_stages for quantity in stage}),
        _("Write numbers with {digits}.").format(digits=headings.digits(problem)),
    ]
    if started := headings.starting_values(trace):
        lines.append(_("Given in the middle: {values}").format(values=", ".join(started)))
    cells = [int(masks[quantity].sum()) for stage in all_stages for quantity in stage]
    if sum(cells) < (everything := sum(int(mask.sum()) for mask in masks.values())):
        says = _("This sheet is the beginning: the first {n} of {all} numbers of the page.")
        lines.append(says.format(n=sum(cells), all=everything))
    if filled:
        says = plural(
            "The first stage of {all} is filled in ({last}).",
            "The first {n} of {all} stages are filled in (up to {last}).",
            filled,
        )
        lines.append(says.format(n=filled, all=len(all_stages), last=stage_name(all_stages[filled - 1])))
    return lines


_MEANINGS = {
    "error": (_("error"), _("how E depends on the output of a unit")),
    "slope": (_("slope"), _("how the output of a unit depends on its net input")),
    "slopes": (_("slope"), _("how the output of a unit depends on a net input")),
    "delta": (_("delta"), _("how E depends on the net input of a unit")),
}


def legend(trace: Trace, quantities: set[Quantity]) -> list[str]:
    """What the words of the tables mean, but not how to work it out; nothing where all of them are plain."""
    meanings = dict[str, str]()
    for quantity, step in trace.page.recipe.items():
        if quantity in quantities and quantity.name in _MEANINGS:
            word, says = _MEANINGS[quantity.name]
            symbol = step.because.partition(" = ")[0]  # with the sign that the convention gives it
            meanings.setdefault(word, _("{word}: {meaning}, {symbol}").format(word=word, meaning=says, symbol=symbol))
    return ["; ".join(meanings.values())] if meanings else []


def stage_name(stage: Stage) -> str:
    """What a stage is called: `net1`, `grad_w2`."""
    return cell_id(stage[0], ())


def _parts(
    trace: Trace, quantities: Sequence[Quantity], known: Set[Quantity], lines: int | None, *, points: bool
) -> list[Part]:
    if by_rows(trace.problem):
        grids = learning(trace, quantities, known)
        return [_part(trace, _("Learning, a row a sample"), quantities, grids, known, lines, points=points)]
    parts = []
    for (step, sample, stage), group in groupby(quantities, key=lambda q: (q.step, q.sample, STAGE[q.name])):
        here, place = list(group), where(step, sample)
        title, grids = f"{stage} ({place})" if place else stage, tuple(answers(trace, here, known))
        parts.append(_part(trace, title, here, grids, known, lines, points=points))
    return parts


def _part(
    trace: Trace,
    title: str,
    here: Sequence[Quantity],
    grids: tuple[Grid, ...],
    known: Set[Quantity],
    lines: int | None,
    *,
    points: bool,
) -> Part:
    blanks = sum(row.count(None) for grid in grids for row in grid.rows)
    return Part(
        title,
        tuple(_worth(trace, here)) if points else (),
        grids,
        tuple(_working(trace, quantity) for quantity in here if quantity in known),
        min(blanks, MOST_LINES) if lines is None or not blanks else lines,
    )


def _worth(trace: Trace, quantities: Sequence[Quantity]) -> list[str]:
    """What each quantity is worth, or its cells, in a phrase if it is the same for all; the title says of which row."""
    phrases, problem, groups = dict[str, None](), trace.problem, defaultdict[tuple[str, str], Fraction](Fraction)
    for quantity in quantities:
        value, mask, bare = worth(problem)[quantity], asked(problem)[quantity], quantity.at("", 0)
        if problem.points.scheme == "stages":
            groups[cell_id(quantity, ()), cell_id(bare, ())] += sum(value.flat)
            continue
        each = {
            trace.naming.label(bare, index): value[index or (0,) * value.ndim]
            for index in trace.naming.indices(quantity)
            if mask[index or (0,) * mask.ndim].all()
        }
        if len(set(each.values())) == 1 and len(each) > 1:
            says = _("{quantity}: {points} each").format(quantity=cell_id(bare, ()), points="{points}")
            phrases[says.format(points=_points(next(iter(each.values()))))] = None
        else:
            phrases |= dict.fromkeys(f"{label}: {_points(value)}" for label, value in each.items())
    return [*(phrases | dict.fromkeys(f"{name}: {_points(points)}" for (_id, name), points in groups.items()))]


def _points(value: Fraction) -> str:
    return plural("{n} point", "{n} points", 1 if value == 1 else 2).format(n=_number(value))


def _number(value: Fraction | int) -> str:
    return amount(Fraction(value))


def _working(trace: Trace, quantity: Quantity) -> WorkedSteps:
    """The rule of a quantity, and for each cell asked for its formula, the same with numbers, and the result."""
    explainer, values, mask = trace.explainer(PAGE), trace.values(quantity), asked(trace.problem)[quantity]
    rule, cells = "", list[tuple[str, tuple[str, ...]]]()
    for index in trace.naming.indices(quantity):
        at = index or (0,) * values.ndim
        if mask[at].all():
            why = explainer.explain(quantity, index)
            result = on_paper(trace.show(quantity)(values[at].reshape(1))[0])
            rule = f"{cell_id(quantity, ())}: {why.rule}" + (f" [{why.because}]" if why.because else "")
            cells.append(
                (trace.naming.label(quantity, index), (*dict.fromkeys((why.formula, why.substituted, result)),))
            )
    return WorkedSteps(rule, tuple(cells))
