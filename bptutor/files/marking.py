"""What a problem file says of its marking: the cells that are asked for, and their points."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from bptutor.engine.naming import Naming
from bptutor.engine.page import page
from bptutor.engine.parts import WORDS, asked, named
from bptutor.engine.quantities import KINDS, cell_id, stem
from bptutor.errors import nearest
from bptutor.files.answer_names import LONGEST, names_of
from bptutor.files.contents import Contents
from bptutor.files.faults import brief
from bptutor.language import _
from bptutor.points import Charge, Points
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
        problem = replace(problem, points=points_of(contents, problem))
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


def points_of(contents: Contents, problem: Problem) -> Points:
    """How the page is marked, all names as ids."""
    values = contents["points"] or {}
    scheme, inner = values.get("scheme", "stages"), contents.typed("points", "weights")
    way: Path = ("points", "weights") if inner else ("points",)
    weights: dict[str, Fraction] = {}
    for key, value in values.get("weights", {}).items():
        name = _word(contents, problem, key, (*way, key)) if scheme == "stages" else _cells(contents, problem, key, way)
        if name in weights:
            message = _("{key} has its points twice").format(key=brief(key))
            contents.report((*way, key), message, _("keep one of the two"), at_key=True)
        elif name:
            weights[name] = value
    accept = dict[str, tuple[float, ...]]()
    for key, numbers in values.get("accept", {}).items():
        if name := _cell(contents, problem, key, ("points", "accept", key)):
            accept[name] = (*accept.get(name, ()), *(numbers if isinstance(numbers, list) else [numbers]))
    charges = list[Charge]()
    for place, charge in enumerate(values.get("charge", ()), 1):
        if name := _cell(contents, problem, charge["cell"], ("points", "charge", place, "cell")):
            charges.append(Charge(name, charge["number"], charge["points"], charge["says"]))
    return Points(
        scheme, weights, values.get("total"), values.get("round"), values.get("marks", {}), accept, tuple(charges)
    )


def _word(contents: Contents, problem: Problem, text: str, path: Path) -> str | None:
    """A word, or a word with its layer, of which this problem has a group."""
    recipe = page(problem).recipe
    known = {stem(quantity) for quantity in recipe} | {KINDS[quantity.name].word for quantity in recipe}
    if text in known:
        return text
    hint = nearest(text, known) or _("name a quantity, such as delta, or one in a layer, such as delta2")
    if named(problem, text):
        hint = _("scheme: cells gives points to single cells")
    contents.report(path, _("{key} is not a stage of this problem").format(key=brief(text)), hint, at_key=True)
    return None


def _cells(contents: Contents, problem: Problem, text: str, way: Path) -> str | None:
    """A word, a quantity or a cell that is asked for."""
    name = _name(contents, problem, text, (*way, text))
    if name and not any(asked(problem)[quantity][at].any() for quantity, at in named(problem, name)):
        message = _("{key} has points, and is not asked for").format(key=brief(text))
        contents.report((*way, text), message, _("name it in ask"), at_key=True)
        return None
    return name


def _cell(contents: Contents, problem: Problem, text: str, path: Path) -> str | None:
    """The id of a cell that is worked out."""
    name = _name(contents, problem, text, path)
    if name and (found := Naming(problem).read(name)) and found[1] is not None:
        return name
    if name:
        contents.report(path, _("{key} is not a single cell").format(key=brief(text)), _("such as new_w1[1,1], or w1+"))
    return None


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
