"""The marking scheme of a problem as tables to put beside an exam, whatever the medium."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from bptutor.classroom.grade import amount
from bptutor.engine.quantities import Quantity, cell_id, stem
from bptutor.language import _
from bptutor.marking.check import flat_page_for
from bptutor.marking.policy import Marking
from bptutor.marking.scale import Scale, scale
from bptutor.marking.stages import stage_of
from bptutor.problem import Problem
from bptutor.render.columns import Table, words

_PERCENT = 100


def title(problem: Problem) -> str:
    """What stands above the scheme."""
    return _("Points: {title}").format(title=" ".join(problem.title.split()) or problem.name)


def points_of(problem: Problem) -> dict[str, Fraction]:
    """The points of each quantity, by its id."""
    used, found = _scale(problem), dict[str, int]()
    for quantity, cell in _cells(problem):
        if used.worth[cell]:
            name = cell_id(quantity, ())
            found[name] = found.get(name, 0) + int(used.worth[cell])
    return {name: used.points(value) for name, value in found.items()}


def scheme(problem: Problem) -> Table:
    """A row a quantity: its stage, its points, its cells, and what mistakes there cost, each with what follows free."""
    used = _scale(problem)
    each: dict[str, list[tuple[Quantity, int]]] = {}
    for quantity, cell in _cells(problem):
        if used.worth[cell]:
            each.setdefault(stem(quantity), []).append((quantity, cell))
    rows = [_row(problem, used, name, cells) for name, cells in each.items()]
    total, count = used.points(sum(used.worth.tolist())), sum(map(len, each.values()))
    rows.append((_("all"), "", amount(total), str(count), *[""] * 3))
    heads = (
        _("stage"),
        _("quantity"),
        _("points"),
        _("cells"),
        _("slip"),
        _("mistake"),
        _("unnamed"),
    )
    columns = zip(heads, zip(*rows, strict=True), strict=True)
    return Table(
        "", tuple(words(head, texts, numeric=place > 1) for place, (head, texts) in enumerate(columns)), len(rows)
    )


def _row(problem: Problem, used: Scale, name: str, cells: list[tuple[Quantity, int]]) -> tuple[str, ...]:
    (quantity, first), of = cells[0], [cell for _quantity, cell in cells]
    same = [cell for cell in of if used.group[cell] == used.group[first]] or of
    worth, own = (int(sum(array[cell] for cell in same)) for array in (used.worth, used.own))
    unknown = own + (worth - own) * used.prices.unknown
    return (
        stage_of(quantity, problem).title,
        name,
        amount(used.points(int(sum(used.worth[cell] for cell in of)))),
        str(len(of)),
        amount(used.points(int(used.own[first]))),
        amount(used.points(own)) if problem.points.scheme == "stages" else amount(used.points(int(used.own[first]))),
        amount(Fraction(unknown) / used.whole),
    )


def rules(problem: Problem) -> Iterator[str]:
    """The price list in sentences."""
    prices, points = _scale(problem).prices, problem.points
    yield _("What is lost: by a slip in one number, by a mistake with a name, by a wrong rule that nobody can name.")
    yield _("What follows from a wrong number keeps {part} of its points.").format(part=_part(prices.follow_through))
    if points.scheme == "stages":
        yield _("A mistake costs the points of the quantity whose step it is, at all cells of the group that show it.")
        yield _("Made again in another group it costs {part} of that.").format(part=_part(prices.repeat))
        yield _("A number that was copied wrongly costs {part} of a slip.").format(part=_part(prices.copy))
        yield _("A blank keeps {part} where later numbers rest on it.").format(part=_part(prices.implied))
    else:
        yield _("A mistake that is made throughout costs one cell, and {part} of each further one.").format(
            part=_part(prices.repeat)
        )
    yield _("A right number with too few decimals loses {part}.").format(part=_part(prices.precision))
    if points.round is not None:
        yield _("The score is rounded to a multiple of {n}.").format(n=amount(points.round))


def _part(price: Fraction) -> str:
    return _("nothing") if not price else _("all") if price == 1 else f"{amount(_PERCENT * price)} %"


def _scale(problem: Problem) -> Scale:
    return scale(flat_page_for(problem), Marking())


def _cells(problem: Problem) -> Iterator[tuple[Quantity, int]]:
    return ((quantity, n) for n, (_id, _label, quantity, _at) in enumerate(flat_page_for(problem).cells))
