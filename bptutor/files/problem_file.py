"""From the text of a problem file to a `Problem`, with all that is wrong with it reported together."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from itertools import pairwise
from typing import Any

from bptutor import refusals
from bptutor.engine.losses import LOSSES
from bptutor.engine.naming import Naming
from bptutor.engine.quantities import Quantity
from bptutor.engine.schedule import start
from bptutor.errors import BptutorError, Where
from bptutor.files.blanks import gather_blanks
from bptutor.files.contents import Contents
from bptutor.files.faults import Faults
from bptutor.files.forms.updates import optimizer
from bptutor.files.given import given_values
from bptutor.files.keys import PROBLEM
from bptutor.files.labels import labels
from bptutor.files.marking import marked
from bptutor.files.parameters import biases, weights
from bptutor.files.place import Place, found
from bptutor.files.reader import MAX_NODES, Document, Mapping, OneText, Scalar, parse
from bptutor.files.samples import Samples, samples
from bptutor.language import _
from bptutor.problem import DEFAULT, Activation, Allowed, Array, Conventions, Digits, Optimizer, Problem


def read_problem(data: bytes, name: str) -> Problem:
    """The problem of a file; raises one BptutorError with all its faults, each with a cure that was tried.

    `name` is what messages call the file.
    """
    try:
        return problem_of(parse(data, name))
    except BptutorError as error:
        raise _cured(error, data, name) from None


def _cured(error: BptutorError, data: bytes, name: str) -> BptutorError:
    from bptutor.files.mending.trial import cured  # a file without faults does not need it

    def attempt(text: str) -> BptutorError | None:
        try:
            problem_of(parse(text.encode(), name))
        except BptutorError as other:
            return other
        return None

    try:
        return cured(error, data.decode("utf-8-sig"), attempt)
    except UnicodeError:
        return error


def problem_of(document: Document) -> Problem:
    """The problem that a document describes; raises one BptutorError with all its faults."""
    root, name = document.root, document.name
    if not isinstance(root, Mapping):
        message = _("found {found}, expected a problem: keys such as layers, activation, weights")
        hint = _("`bptutor problems show mazur` prints an example")
        kind = OneText if isinstance(root, Scalar) else BptutorError
        raise kind(message.format(found=found(root)), Where(name, root.line), hint)
    if "answers" in root.items and "layers" not in root.items:
        message, hint = _("this is an answer sheet, expected a problem"), _("bptutor check {name}").format(name=name)
        raise BptutorError(message, Where(name, root.lines["answers"]), hint)
    contents = Contents(root, Place(name, Faults(document.faults)))
    gather_blanks(contents.place.faults, [] if contents.typed("labels") else contents["layers"] or [])
    problem = _problem(contents, hashlib.sha256(document.data).hexdigest())
    if contents.typed("labels"):
        _check_labels(contents, problem)
    node = root.items.get("given")
    if isinstance(node, Mapping):
        place = contents.place.at("given")
        problem = replace(problem, given=given_values(problem, contents["given"], node.lines, place))
        place.faults.settle()
    return marked(contents, problem)


def _problem(contents: Contents, sha256: str) -> Problem:
    """The problem without its given values, which need the others to be sound."""
    layers = _layers(contents)
    data = samples(contents, layers)
    conventions = Conventions(**(contents["conventions"] or {}))
    activations = _activations(contents, layers)
    _refuse(contents, conventions, activations, data)
    matrices, parts, names = list[Array](), None, None
    if layers:
        if not contents.faulty("conventions", "weight_rows"):
            matrices = weights(contents, layers, conventions.weight_rows)
        parts = biases(contents, layers)
        names = labels(contents, layers, parts)
    contents.place.faults.settle()
    assert data.inputs is not None
    assert parts is not None
    assert names is not None
    return Problem(
        layers=tuple(layers),
        activations=tuple(activations),
        weights=tuple(matrices),
        biases=tuple(parts.arrays),
        inputs=data.inputs,
        targets=data.targets,
        labels=names,
        shared=tuple(parts.shared),
        learning_rate=contents["learning_rate"],
        loss=contents["loss"],
        optimizer=_chosen(contents["optimizer"]),
        weight_decay=contents["weight_decay"],
        conventions=conventions,
        steps=contents["steps"],
        title=contents["title"] or "",
        source=contents["source"] or "",
        notes=contents["notes"] or "",
        lint=_allowed(contents),
        file=contents.place.file,
        sha256=sha256,
        **_digits(contents["decimals"]),
    )


def _chosen(found: Optimizer | str) -> Optimizer:
    """The update rule of the file; its default is a name."""
    return optimizer(found, {}) if isinstance(found, str) else found


def _digits(named: dict[str, Digits] | int) -> dict[str, Any]:
    """The decimals of a problem, and the digits of what it names."""
    if isinstance(named, int):
        return {"decimals": named}
    usual = named.get(DEFAULT, Digits(PROBLEM["decimals"].default))
    return {
        "decimals": usual.number,
        "digits": {name: own for name, own in named.items() if name != DEFAULT or usual.figures},
    }


def _allowed(contents: Contents) -> Allowed:
    known = contents["lint"] or {}
    return Allowed(tuple(dict.fromkeys(known.get("allow", ()))), known.get("reason", ""))


def _layers(contents: Contents) -> list[int]:
    """The unit counts; empty where they could not be read, or are of a net that no file can hold."""
    layers: list[int] = contents["layers"] or []
    size = sum(units * incoming for incoming, units in pairwise(layers))
    if size > MAX_NODES:
        message = _("found a net of {size} weights, expected at most {limit}").format(size=size, limit=MAX_NODES)
        contents.report(("layers",), message)
        return []
    return layers


def _activations(contents: Contents, layers: list[int]) -> list[Activation]:
    value, depth = contents["activation"], len(layers) - 1
    if not isinstance(value, list):
        return [value] * depth if value else []
    if layers:
        contents.counts(("activation",), len(value), depth, _("one for each layer after the inputs"))
    return value


def _refuse(contents: Contents, conventions: Conventions, activations: list[Activation], data: Samples) -> None:
    """Reports what cannot be together; what is wrong with a part alone is reported already."""
    loss, names = contents["loss"], [activation.name for activation in activations]
    contents.refuse(refusals.of_conventions(conventions, _chosen(contents["optimizer"])))
    contents.refuse(refusals.of_net(names, loss, goes_back=data.targeted or LOSSES[loss].rule is None))
    contents.refuse(refusals.of_targets(loss, data.targets, data.targets_path, targeted=data.targeted))


_MOST_LABELS = 10_000  # more of them nobody types


def _check_labels(contents: Contents, problem: Problem) -> None:
    """Whether each label means its own cell, and no other, wherever a user types it."""
    naming = Naming(problem)
    quantities = [Quantity("inputs"), Quantity("loss"), Quantity("loss_after"), *start(problem).values()]
    for layer in range(1, problem.depth + 1):
        quantities += [Quantity(name, layer) for name in ("net", "out", "error", "slope", "delta")]
    for quantity in quantities[:_MOST_LABELS]:
        for index in naming.indices(quantity)[:_MOST_LABELS]:
            label = naming.label(quantity, index)
            read = naming.read(label)
            if read is not None and read != (quantity, index):
                other = naming.id(read[0], read[1] or ())
                message = _("the label {name} already means {other}").format(name=label, other=other)
                contents.report(("labels",), message, _("another name"))
    contents.place.faults.settle()
