"""What options of the command line say in the words of a problem file: layers, activations, conventions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from bptutor.errors import BptutorError, Where
from bptutor.files.faults import Faults, brief
from bptutor.files.keys import CONVENTIONS, PROBLEM
from bptutor.files.kinds import Kind, choice, mapping, whole
from bptutor.files.library import node_of
from bptutor.files.place import Place
from bptutor.files.reader import Mapping, Node, Scalar
from bptutor.language import _
from bptutor.problem import Activation, Conventions, Decay, Loss, Optimizer


def layers(text: str, name: str = "--layers") -> tuple[int, ...]:
    """The unit counts of `2-3-2`, `2,3,2`, `2x3x2` or `2 3 2`; raises BptutorError, which calls it `name`.

    >>> layers("2-3-2")
    (2, 3, 2)
    """
    bare = text.strip().removeprefix("[").removesuffix("]")
    return tuple(value("layers", [part.strip() for part in re.split(r"(?<=\d)\s*[-–,;x×> ]\s*", bare)], name))


def activations(text: str) -> tuple[Activation, ...]:
    """The activations of `sigmoid` or `leaky_relu:0.1,sigmoid`; raises BptutorError."""
    nodes = [{name: leak} if colon else name for name, colon, leak in (part.partition(":") for part in _parts(text))]
    return tuple(value("activation", nodes, "--activation"))


def loss(text: str) -> Loss:
    """The name of a loss; raises BptutorError."""
    name: Loss = value("loss", text, "--loss")
    return name


def optimizer(text: str) -> Optimizer:
    """The update rule of `adam` or `adam:beta1=0.8,beta2=0.9`; raises BptutorError."""
    name, colon, numbers = text.partition(":")
    found: Optimizer = value("optimizer", {name: _pairs(numbers)} if colon else name, "--optimizer")
    return found


def weight_decay(text: str) -> Decay:
    """The weight decay of `0.1`, `l1:0.1` or `l2:0.1,biases=true`; raises BptutorError."""
    kind, colon, rest = text.partition(":")
    found: Decay = value("weight_decay", _pairs(f"{kind}={rest}") if colon else kind, "--weight-decay")
    return found


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


def value(key: str, said: Any, name: str = "") -> Any:
    """What Python says for a key of a problem file, read as from there; raises BptutorError, which calls it `name`."""
    return _read(PROBLEM[key].kind, node_of(said), name or key)


def one_of(names: Iterable[str], said: str, name: str) -> str:
    """One of some words; raises BptutorError, which calls it `name`."""
    return str(_read(choice(*names), node_of(said), name))


def count(said: int, most: int, name: str) -> int:
    """A whole number from 0 to `most`; raises BptutorError, which calls it `name`."""
    return int(_read(whole(0, most), node_of(said), name))


def _pairs(text: str) -> dict[str, str]:
    """`beta1=0.8,beta2=0.9` as a mapping."""
    pairs = (part.partition("=") for part in _parts(text))
    return {key.strip(): number.strip() for key, _equals, number in pairs}


def _parts(text: str) -> Sequence[str]:
    return [part.strip() for part in text.split(",")]


def _read(kind: Kind, node: Node, option: str) -> Any:
    faults = Faults()
    value = kind.read(node, Place("", faults).at(option))
    if faults:  # an option has no lines
        raise BptutorError.of([fault._replace(where=fault.where._replace(line=None)) for fault in faults])
    return value
