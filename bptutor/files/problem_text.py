"""A problem as the YAML of a problem file that a person likes to read; reading it gives an equal problem."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import Any

import numpy as np

from bptutor.engine.activations import usual_leak
from bptutor.engine.decimals import typed
from bptutor.engine.default_labels import bias_names, default_labels
from bptutor.engine.naming import Naming
from bptutor.engine.optimizers import OPTIMIZERS
from bptutor.files.keys import PROBLEM
from bptutor.points import Charge, Points
from bptutor.problem import DEFAULT, Activation, Array, Conventions, Digits, Labels, Optimizer, Problem

_WIDTH = 100  # columns of a line
_PLAIN = re.compile(r"[A-Za-z](?:[A-Za-z0-9_.+@/()',-]| (?=[^ ]))*")
_IN_LIST = re.compile(r"[A-Za-z_][A-Za-z0-9_.+-]*")
_NO_TEXT = {"null", "true", "false", "yes", "no", "on", "off", "y", "n"}  # what YAML readers take for something else
_LINE = re.compile(r"[^\s#](?:[ \S]*\S)?|")


def problem_text(problem: Problem) -> str:
    """The file of a problem; what is as it is by default is left out."""
    return "".join(f"{line}\n" for key in PROBLEM for line in _WRITTEN[key](problem))


def _entry(key: str, value: Any) -> Iterator[str]:
    yield f"{key}: {value}"


def _text(key: str, value: str) -> Iterator[str]:
    lines = value.removesuffix("\n").split("\n")
    if len(lines) > 1 and value.endswith("\n") and all(map(_is_plain_line, lines)) and lines[0] and lines[-1]:
        yield f"{key}: |"
        yield from (f"  {line}" if line else "" for line in lines)
    elif value:
        yield from _entry(key, scalar(value))


def _is_plain_line(line: str) -> bool:
    return line.isprintable() and bool(_LINE.fullmatch(line))


def scalar(text: str, *, listed: bool = False) -> str:
    """A text in one line, as YAML reads it back, whatever is in it; `listed`: inside brackets."""
    if (_IN_LIST if listed else _PLAIN).fullmatch(text) and text.lower() not in _NO_TEXT:
        return text
    if text.isprintable():
        return f"'{text.replace(chr(39), chr(39) * 2)}'"
    escaped = (c if c.isprintable() and c not in '"\\' else f"\\U{ord(c):08x}" for c in text)
    return f'"{"".join(escaped)}"'


def _number(value: float) -> str:
    return "~" if np.isnan(value) else typed(np.array([value]))[0]


def _list(items: Iterable[str]) -> str:
    return f"[{', '.join(items)}]"


def _numbers(array: Array) -> str:
    """An array as nested lists."""
    return _list(map(_number, array.tolist()) if array.ndim == 1 else map(_numbers, array))


def _activation(activation: Activation) -> str:
    if activation.leak is None or activation.leak == usual_leak(activation.name):
        return activation.name
    return f"{{{activation.name}: {_number(activation.leak)}}}"


def _activations(problem: Problem) -> Iterator[str]:
    first, *rest = map(_activation, problem.activations)
    yield from _entry("activation", first if {first}.issuperset(rest) else _list([first, *rest]))


def _sample(problem: Problem, place: int, mark: str) -> list[str]:
    parts = [f"inputs{mark} {_numbers(problem.inputs[place])}"]
    if problem.targets is not None:
        parts.append(f"targets{mark} {_numbers(problem.targets[place])}")
    return parts


def _single(problem: Problem, key: str) -> Iterator[str]:
    if problem.samples == 1:
        yield from (line for line in _sample(problem, 0, ":") if line.startswith(key))


def _samples(problem: Problem) -> Iterator[str]:
    if problem.samples > 1:
        yield "samples:"
        yield from (f"  - {{{', '.join(_sample(problem, place, ':'))}}}" for place in range(problem.samples))


def _weights(problem: Problem) -> Iterator[str]:
    yield "weights:"
    for matrix in problem.weights:
        yield from _rows(list(map(_numbers, matrix if problem.conventions.weight_rows == "receiving" else matrix.T)))


def _rows(rows: list[str]) -> Iterator[str]:
    """The rows of a matrix, in one line if they fit."""
    line = f"  - {_list(rows)}"
    if len(line) <= _WIDTH:
        yield line
        return
    for place, row in enumerate(rows):
        start, end = "  - [" if not place else "     ", "]" if place == len(rows) - 1 else ","
        yield f"{start}{row}{end}"


def _biases(problem: Problem) -> Iterator[str]:
    if any(array is not None for array in problem.biases):
        yield from _entry("biases", _list(map(_bias, problem.biases, problem.shared)))


def _bias(array: Array | None, shared: bool) -> str:
    return "~" if array is None else _number(float(array[0])) if shared else _numbers(array)


def _conventions(problem: Problem) -> Iterator[str]:
    default = Conventions()._asdict()
    other = {key: value for key, value in problem.conventions._asdict().items() if value != default[key]}
    if other:
        yield "conventions:"
        yield from (f"  {key}: {_convention(value)}" for key, value in other.items())


def _convention(value: str | float | None) -> str:
    return value if isinstance(value, str) else str(value).lower() if isinstance(value, bool | None) else _real(value)


def _real(value: float) -> str:
    return str(value) if isinstance(value, int) else _number(value)


def _mapping(key: str, parts: Iterable[tuple[str, str]]) -> Iterator[str]:
    lines = [f"  {name}: {value}" for name, value in parts]
    if lines:
        yield f"{key}:"
        yield from lines


def _labels(problem: Problem) -> Iterator[str]:
    labels = problem.labels
    usual = default_labels(problem.layers, problem.biases, problem.shared)
    of_biases = bias_names(problem.biases, problem.shared, labels.units)  # which are called after the units
    usual = usual._replace(biases=tuple(map(tuple, of_biases)))
    biases = (
        "~" if not names else _name(names[0]) if one else _names(names)
        for names, one in zip(labels.biases, problem.shared, strict=True)
    )
    written = {name: _names(getattr(labels, name)) for name in Labels._fields} | {"biases": _list(biases)}
    other = [name for name in written if getattr(labels, name) != getattr(usual, name)]
    yield from _mapping("labels", ((name, written[name]) for name in other))


def _names(names: Any) -> str:
    return _name(names) if isinstance(names, str) else _list(map(_names, names))


def _name(name: str) -> str:
    return scalar(name, listed=True)


def _given(problem: Problem) -> Iterator[str]:
    naming = Naming(problem)
    lone = {key for key in problem.given if (found := naming.read(key)) and naming.lone(found[0])}
    yield from _mapping(
        "given",
        (
            (scalar(key, listed=True), _number(float(values.ravel()[0])) if key in lone else _numbers(values))
            for key, values in problem.given.items()
        ),
    )


def _optimizer(problem: Problem) -> Iterator[str]:
    own = problem.optimizer
    if own == Optimizer():
        return
    options = OPTIMIZERS[own.name].options
    other = [(key, _number(value)) for key, value in own.options if value != options[key].usual]
    other += [("epsilon_inside", "true")] if own.epsilon_inside else []
    yield from _entry("optimizer", f"{{{own.name}: {_inline(other)}}}" if other else own.name)


def _decay(problem: Problem) -> Iterator[str]:
    if decay := problem.weight_decay:
        biases = [("biases", "true")] if decay.biases else []
        yield from _entry("weight_decay", _inline([(decay.kind, _number(decay.rate)), *biases]))


def _decimals(problem: Problem) -> Iterator[str]:
    own = dict(problem.digits)
    usual = _digits(own.pop(DEFAULT, Digits(problem.decimals)))
    named = [(name, _digits(one)) for name, one in own.items()]
    yield from _entry("decimals", _inline([*named, (DEFAULT, usual)]) if named else usual)


def _digits(own: Digits) -> str:
    return f"{own.number} figures" if own.figures else str(own.number)


def _ask(problem: Problem) -> Iterator[str]:
    if problem.ask:
        yield from _entry("ask", _list(scalar(name, listed=True) for name in problem.ask))


def _points(problem: Problem) -> Iterator[str]:
    points = problem.points
    weights = [(scalar(key, listed=True), _fraction(worth)) for key, worth in points.weights.items()]
    plain = points == Points("cells", points.weights)
    if plain and points.weights:
        yield from _mapping("points", weights)
    elif points != Points():
        yield "points:"
        yield f"  scheme: {points.scheme}"
        if weights:
            yield f"  weights: {_inline(weights)}"
        for key, amount in (("total", points.total), ("round", points.round)):
            if amount is not None:
                yield f"  {key}: {_fraction(amount)}"
        if points.prices:
            yield f"  marks: {_inline((key, _fraction(price)) for key, price in points.prices.items())}"
        if points.accept:
            accepted = ((scalar(cell, listed=True), _list(map(_number, some))) for cell, some in points.accept.items())
            yield f"  accept: {_inline(accepted)}"
        if points.charge:
            yield "  charge:"
            yield from (f"    - {_inline(_charge(charge))}" for charge in points.charge)


def _charge(charge: Charge) -> Iterator[tuple[str, str]]:
    yield "cell", scalar(charge.cell, listed=True)
    yield "number", _number(charge.number)
    yield "points", _fraction(charge.points)
    yield "says", scalar(charge.says, listed=True)


def _inline(items: Iterable[tuple[str, str]]) -> str:
    return "{" + ", ".join(f"{key}: {value}" for key, value in items) + "}"


def _fraction(value: Fraction) -> str:
    text = _number(float(value))
    return text if "e" not in text and Fraction(text) == value else f"'{value}'"


def _allowed(problem: Problem) -> Iterator[str]:
    if problem.lint.allow:
        allow = _list(scalar(name, listed=True) for name in problem.lint.allow)
        yield from _mapping("lint", (("allow", allow), ("reason", scalar(problem.lint.reason))))


def _if_other(key: str, value: Any) -> Iterator[str]:
    if value != PROBLEM[key].default:
        yield from _entry(key, value)


_WRITTEN = {
    "title": lambda problem: _text("title", problem.title),
    "source": lambda problem: _text("source", problem.source),
    "notes": lambda problem: _text("notes", problem.notes),
    "layers": lambda problem: _entry("layers", _list(map(str, problem.layers))),
    "activation": _activations,
    "loss": lambda problem: (
        _if_other("loss", problem.loss) if problem.targets is None else _entry("loss", problem.loss)
    ),
    "learning_rate": lambda problem: (
        () if problem.learning_rate is None else _entry("learning_rate", _number(problem.learning_rate))
    ),
    "optimizer": _optimizer,
    "weight_decay": _decay,
    "inputs": lambda problem: _single(problem, "inputs"),
    "targets": lambda problem: _single(problem, "targets"),
    "samples": _samples,
    "weights": _weights,
    "biases": _biases,
    "decimals": _decimals,
    "conventions": _conventions,
    "steps": lambda problem: _if_other("steps", problem.steps),
    "given": _given,
    "labels": _labels,
    "ask": _ask,
    "points": _points,
    "lint": _allowed,
}
"""How each key of a problem file is written."""
