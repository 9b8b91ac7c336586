"""What a problem file says of its marking: the cells that are asked for, and their points."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from bptutor.engine.naming import Naming
from bptutor.engine.page import page
from bptutor.engine.parts import WORDS, asked, named
from bptutor.engine.quantities import KINDS, cell_id
from bptutor.files.answer_names import LONGEST, names_of
from bptutor.files.contents import Contents
from bptutor.files.faults import brief
from bptutor.language import _
from bptutor.problem import Problem
from bptutor.refusals import Path

_MOST_PASSES = 20_000  # samples times steps; nobody works out more of them by hand


def marked(contents: Contents, problem: Problem) -> Problem:
    """The problem with what is asked for and its points, all names turned into words or ids; faults are reported."""
    keys = [key for key in ("ask", "points") if contents.typed(key)]
    if keys and problem.samples * problem.steps > _MOST_PASSES:
        message = _("{n} passes are too many to choose cells from").format(n=problem.samples * problem.steps)
        contents.report((keys[0],), message, _("leave out {key}, or have fewer steps").format(key=keys[0]))
    elif keys:
        names = _asked(contents, problem)
        problem = replace(problem, ask=() if contents.place.faults else names)
        problem = replace(problem, points=_points(contents, problem))
    contents.place.faults.settle()
    return problem


def _asked(contents: Contents, problem: Problem) -> tuple[str, ...]:
    names = contents["ask"] or []
    paths: dict[Path, str] = {("ask", i): name for i, name in enumerate(names, 1)}
    read = [
        _name(contents, problem, name, path)
        for path, name in ({("ask",): names} if isinstance(names, str) else paths).items()
    ]
    return tuple(dict.fromkeys(filter(None, read)))


def _points(contents: Contents, problem: Problem) -> dict[str, Fraction]:
    worth: dict[str, Fraction] = {}
    for key, value in (contents["points"] or {}).items():
        path = ("points", key)
        name = _name(contents, problem, key, path)
        if name in worth:
            contents.report(
                path, _("{key} has its points twice").format(key=brief(key)), _("keep one of the two"), at_key=True
            )
        elif name and not any(asked(problem)[quantity][at].any() for quantity, at in named(problem, name)):
            message = _("{key} has points, and is not asked for").format(key=brief(key))
            contents.report(path, message, _("name it in ask"), at_key=True)
        elif name:
            worth[name] = value
    return worth


def _name(contents: Contents, problem: Problem, text: str, path: Path) -> str | None:
    """A word, or the id of a quantity or a cell; reports what is nothing that this problem asks for."""
    if len(text) <= LONGEST and (places := named(problem, text)):
        given = page(problem).answers
        if not all(quantity in given and given[quantity][0][at].all() for quantity, at in places):
            return _id(problem, text)
    names, key = names_of(problem), brief(text)
    cell = names.cell(text) if len(text) <= LONGEST else None
    if cell or (len(text) <= LONGEST and names.group(text)):
        contents.report(
            path, _("{key} is given by the exercise").format(key=key), _("name what is to be worked out"), at_key=True
        )
    else:
        hint = names.near(text) or _("such as delta2, or net2[1]")
        contents.report(path, _("{key} is nothing that this problem works out").format(key=key), hint, at_key=True)
    return None


def _id(problem: Problem, text: str) -> str:
    """The id that a label stands for; a label stays where its id would be a word."""
    found = None if text in WORDS else Naming(problem).read(text)
    if found is None:
        return text
    quantity, index = found
    name = Naming(problem).id(quantity, index) if index is not None else cell_id(quantity, ())
    return text if name in {kind.word for kind in KINDS.values()} else name
