"""What options of the command line say in the words of a problem file: layers, activations, conventions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from bptutor.errors import BptutorError, Where
from bptutor.files.faults import Faults, brief
from bptutor.files.keys import CONVENTIONS, PROBLEM
from bptutor.files.kinds import Kind, mapping
from bptutor.files.library import node_of
from bptutor.files.place import Place
from bptutor.files.reader import Mapping, Node, Scalar
from bptutor.language import _
from bptutor.problem import Activation, Conventions, Loss


def layers(text: str) -> tuple[int, ...]:
    """The unit counts of `2,3,2`; raises BptutorError."""
    return tuple(_read(PROBLEM["layers"].kind, node_of(_parts(text)), "--layers"))


def activations(text: str) -> tuple[Activation, ...]:
    """The activations of `sigmoid` or `leaky_relu:0.1,sigmoid`; raises BptutorError."""
    nodes = [{name: leak} if colon else name for name, colon, leak in (part.partition(":") for part in _parts(text))]
    return tuple(_read(PROBLEM["activation"].kind, node_of(nodes), "--activation"))


def loss(text: str) -> Loss:
    """The name of a loss; raises BptutorError."""
    name: Loss = _read(PROBLEM["loss"].kind, node_of(text), "--loss")
    return name


def conventions(settings: Iterable[str]) -> Conventions:
    """The conventions of `rounding=carry` and the like; raises BptutorError for what problem files do not know."""
    items = dict[str, Node]()
    for setting in settings:
        key, equals, value = (part.strip() for part in setting.partition("="))
        if not equals:
            message = _("found {found}, expected KEY=VALUE").format(found=brief(setting))
            raise BptutorError(message, Where(key="--convention"), _("such as rounding=carry"))
        items[key] = Scalar(value, 0)
    node = Mapping(items, dict.fromkeys(items, 0), 0)
    return Conventions(**_read(mapping(CONVENTIONS), node, "--convention"))


def _parts(text: str) -> Sequence[str]:
    return [part.strip() for part in text.split(",")]


def _read(kind: Kind, node: Node, option: str) -> Any:
    faults = Faults()
    value = kind.read(node, Place("", faults).at(option))
    if faults:  # an option has no lines
        raise BptutorError.of([fault._replace(where=fault.where._replace(line=None)) for fault in faults])
    return value
