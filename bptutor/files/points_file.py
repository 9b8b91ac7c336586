"""Points in a file of their own, as a teacher keeps them beside a problem."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from bptutor.errors import BptutorError, Where
from bptutor.files.contents import Contents
from bptutor.files.faults import Faults, brief
from bptutor.files.keys import PROBLEM
from bptutor.files.marking import points_of
from bptutor.files.place import Place, found
from bptutor.files.reader import Document, Mapping, read
from bptutor.language import _
from bptutor.problem import Problem


def points_document(path: Path) -> Document:
    """The file, the key `points` of a problem file or what stands under it; BptutorError where it is neither."""
    return as_points(read(path))


def as_points(document: Document) -> Document:
    """The same of a file that was read."""
    root, faults = document.root, Faults(document.faults)
    if not isinstance(root, Mapping):
        message = _("found {found}, expected points: keys such as {keys}").format(
            found=found(root), keys="scheme, weights, total"
        )
        raise BptutorError(message, Where(document.name, root.line), _("such as {example}").format(example="total: 20"))
    if "points" not in root.items:
        return document._replace(root=Mapping({"points": root}, {"points": root.line}, root.line))
    for key in root.items.keys() - {"points"}:
        place = Place(document.name, faults).at(key)
        place.report(root.lines[key], _("unknown key {key}").format(key=brief(key)), _("only points belong here"))
    faults.settle()
    return document


def with_points(problem: Problem, document: Document) -> Problem:
    """The problem, marked as the file says; raises BptutorError with all that is wrong there."""
    assert isinstance(document.root, Mapping)
    place = Place(document.name, Faults(document.faults))
    contents = Contents(document.root, place, {"points": PROBLEM["points"]})
    place.faults.settle()
    points = points_of(contents, problem)
    place.faults.settle()
    return replace(problem, points=points)
