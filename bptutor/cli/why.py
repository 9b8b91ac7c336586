"""`bptutor why`: which mistakes, and which conventions, give a number."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from bptutor.cli import completion
from bptutor.cli.options import ProblemOrStdin
from bptutor.errors import BptutorError, Fault, Where
from bptutor.language import _

if TYPE_CHECKING:
    from bptutor.answers import Typed
    from bptutor.problem import Problem


def why(
    problem: ProblemOrStdin,
    numbers: Annotated[
        list[str],
        typer.Argument(
            metavar="CELL=VALUE",
            help=_("Numbers that were found, each for a cell by id or label."),
            autocompletion=completion.numbers,
        ),
    ],
    as_json: Annotated[bool, typer.Option("--json", help=_("JSON, all that gives each number."))] = False,
) -> None:
    """Look up which mistakes, and which conventions, give a number, and where to look to tell them apart.

    Of several numbers a later one is judged from the earlier ones.

    The exit status is 0 if every number is right, 1 if one is not, 2 if they cannot be looked up.

    Examples:  bptutor why mazur δ_o1=0.7414  ·  bptutor why mazur "delta2[1]=-0.1385" w5+=0.4411
    """
    from bptutor.files.library import load
    from bptutor.marking.why import why as look_up

    loaded = load(problem)
    found = look_up(loaded, _typed(loaded, numbers))
    if as_json:
        from bptutor.render.why import as_json as data

        sys.stdout.write(data(found))
    else:
        from bptutor.cli.messages import console
        from bptutor.render.why import print_why

        print_why(console(), found)
    raise typer.Exit(0 if found.all_right else 1)


def _typed(problem: Problem, texts: list[str]) -> dict[str, Typed]:
    """The numbers by the ids of their cells; raises one BptutorError with all that is wrong with them."""
    from bptutor.files.faults import brief

    result: dict[str, Typed] = {}
    faults, where = list[Fault](), Where(problem.file)
    for text in texts:
        read = _read(problem, text)
        if isinstance(read, Fault):
            faults.append(read)
        elif read[0] in result:
            message = _("{cell} appears twice").format(cell=brief(read[0]))
            faults.append(Fault(message, where, _("keep one of the two")))
        else:
            result[read[0]] = read[1]
    if faults:
        raise BptutorError.of(faults)
    return result


def _read(problem: Problem, text: str) -> tuple[str, Typed] | Fault:
    """The id of the cell and its number, or why there is none; a label may have an = of its own."""
    from bptutor.answers import Typed
    from bptutor.files.answer_names import LONGEST, names_of
    from bptutor.files.faults import brief
    from bptutor.files.numbers import typed_number

    known, where = names_of(problem), Where(problem.file)
    name, equals, value = (part.strip() for part in text.rpartition("="))
    if not equals:
        message = _("found {text}, expected a cell and its number").format(text=brief(text))
        return Fault(message, where, _("such as {example}").format(example="net1[1]=0.75"))
    cell = known.cell(name) if len(name) <= LONGEST else None
    if cell is None:
        if len(name) <= LONGEST and (group := known.group(name)):
            hint = ", ".join(known.naming.ids(group[0]).ravel()[:3])
            return Fault(_("{name} is a whole quantity, expected one cell").format(name=brief(name)), where, hint)
        hint = known.near(name) or _("`bptutor solve --plain` lists ids and labels")
        return Fault(_("{name} is not a cell of this problem").format(name=brief(name)), where, hint)
    if cell.given:
        message = _("{cell} is given by the exercise").format(cell=brief(name))
        return Fault(message, where, _("an id such as delta1[1], or a label such as w1+"))
    read = typed_number(value)
    if read is None:
        message = _("found {found} for {cell}, expected a number").format(found=brief(value), cell=brief(name))
        return Fault(message, where, _("numbers look like 0.75, -0.5, 1e-3 or 1/3"))
    return cell.id, Typed(value, *read)
