"""The head of the page: what the network is, what is given, and the conventions in words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from bptutor.engine.activations import ACTIVATIONS
from bptutor.engine.conventions import CONVENTIONS
from bptutor.engine.decay import DECAYS
from bptutor.engine.decimals import typed
from bptutor.engine.losses import LOSSES
from bptutor.engine.optimizers import OPTIMIZERS
from bptutor.engine.quantities import KINDS, Quantity
from bptutor.engine.schedule import goes_back, learns
from bptutor.language import _, plural
from bptutor.problem import DEFAULT, Activation, Array, Digits, Optimizer, Problem
from bptutor.render.columns import Column, Section, Table, words
from bptutor.render.parameters import Parameters
from bptutor.solution.trace import Trace

_SCREEN, _SPACE = 66, 3  # columns of a screen beside the names of the units, and what stands between two of them
_WIDEST, _TALLEST = 8, 20  # a weight matrix up to this size is shown as one


def network(problem: Problem) -> str:
    """The network in one line: size, activations, loss, learning rate."""
    parts = ["-".join(map(str, problem.layers)), _activations(problem.activations)]
    if goes_back(problem):
        parts.append(f"E = {LOSSES[problem.loss].formula} ({problem.loss})")
    if goes_back(problem) and problem.weight_decay:
        decay = problem.weight_decay
        parts.append(f"{DECAYS[decay.kind].formula} (λ = {decay.rate:g})")
    if learns(problem) and problem.optimizer.name != "sgd":
        parts.append(_optimizer(problem.optimizer))
    if problem.learning_rate is not None:
        parts.append(f"η = {typed(np.array([problem.learning_rate]))[0]}")
    return " · ".join(parts)


def _activations(activations: tuple[Activation, ...]) -> str:
    names = [name if leak is None else f"{name} (a = {leak:g})" for name, leak in activations]
    return names[0] if len(set(names)) == 1 else ", ".join(names)


def _optimizer(own: Optimizer) -> str:
    numbers = ", ".join(f"{KINDS[name].label} = {value:g}" for name, value in own.options)
    return f"{own.name} ({numbers})"


def formulas(problem: Problem) -> Iterator[str]:
    """What each activation of the problem computes, and how parameters are updated where that is not by sgd."""
    for name in dict.fromkeys(activation.name for activation in problem.activations):
        yield f"{name}: out = {ACTIVATIONS[name].written(problem.conventions.at_zero)}"
    own = problem.optimizer
    if learns(problem) and own.name != "sgd":
        yield f"{own.name}: {OPTIMIZERS[own.name].written(inside=own.epsilon_inside)}"


def conventions(problem: Problem) -> Iterator[str]:
    """The declared conventions, a clause each; what does not matter to this problem is left out."""
    for key, row in CONVENTIONS.items():
        value = row.values.get(getattr(problem.conventions, key))
        clause = row.frame(problem, value.clause if value else "") if row.matters(problem) else row.otherwise
        if clause:
            yield clause


def digits(problem: Problem) -> str:
    """With how many digits numbers are asked for: `4 decimals (out: 3; delta: 3 figures)`."""
    own = dict(problem.digits)
    usual = _digits(own.pop(DEFAULT, Digits(problem.decimals)))
    others = "; ".join(f"{name}: {_digits(one) if one.figures else one.number}" for name, one in own.items())
    return f"{usual} ({others})" if others else usual


def _digits(own: Digits) -> str:
    if own.figures:
        return plural("{n} figure", "{n} figures", own.number).format(n=own.number)
    return plural("{n} decimal", "{n} decimals", own.number).format(n=own.number)


def given(trace: Trace) -> Section:
    """The numbers that the exercise gives: samples, and a matrix of weights a layer where it is small enough."""
    problem = trace.problem
    tables = [*_samples(problem), *_matrices(trace)]
    return Section(_("Given"), tables)


def _samples(problem: Problem) -> Iterator[Table]:
    names = [*problem.labels.inputs]
    values = problem.inputs
    if problem.targets is not None:
        names += [f"t_{unit}" for unit in problem.labels.units[-1]]
        values = np.hstack([values, problem.targets])
    if _shows_samples(problem):
        rows = [str(i + 1) for i in range(len(values))]
        head = (words(_("sample"), rows),) if len(rows) > 1 else ()
        yield Table("", (*head, *_typed_columns(names, values)), len(rows))
    else:
        titles = [_("value")] if len(values) == 1 else [_("sample {n}").format(n=i + 1) for i in range(len(values))]
        yield Table("", (words(_("given"), names), *_typed_columns(titles, values.T)), len(names))


def _matrices(trace: Trace) -> Iterator[Table]:
    problem = trace.problem
    for layer, (weights, bias) in enumerate(zip(problem.weights, problem.biases, strict=True), 1):
        if not _shows(weights):
            quantities = [Quantity(kind, layer) for kind in ("w", "b") if kind == "w" or bias is not None]
            rows = Parameters(trace, layer, [q.name for q in quantities])
            title = _("weights into layer {n}").format(n=layer)
            yield rows.table([rows.column(_("value"), quantities)])._replace(title=title)
            continue
        units = len(weights)
        names, values = list(trace.naming.units(layer - 1)), weights
        called = np.array(problem.labels.weights[layer - 1], dtype=object).reshape(weights.shape)
        if bias is not None:
            names.append(_("threshold") if problem.conventions.bias == "subtracted" else _("bias"))
            values = np.hstack([weights, np.broadcast_to(bias[:, None], (units, 1))])
            own = np.array(problem.labels.biases[layer - 1], dtype=object)[:, None]
            called = np.hstack([called, np.broadcast_to(own, (units, 1))])
        labels = trace.naming.units(layer)
        head = words(_("to \\ from"), labels)
        columns = [*_named_columns(names, called, values)]
        if sum(column.width + _SPACE for column in columns) > _SCREEN:
            columns = [*_typed_columns(names, values)]
        yield Table(_("weights into layer {n}").format(n=layer), (head, *columns), units)


def _shows(weights: Array) -> bool:
    units, incoming = weights.shape
    return bool(incoming <= _WIDEST and units <= _TALLEST)


def _shows_samples(problem: Problem) -> bool:
    return problem.layers[0] + problem.layers[-1] <= _WIDEST * 2


def _named_columns(names: list[str], called: Any, values: Array) -> Iterator[Column]:
    """Columns of parameters, each number with what it is called before it: w1  0.15."""
    for name, labels, column in zip(names, called.T, values.T, strict=True):
        texts, widest = typed(column), max(map(len, labels))
        wide = max(map(len, texts))
        yield words(name, [f"{a:<{widest}}  {b:>{wide}}" for a, b in zip(labels, texts, strict=True)], numeric=True)


def _typed_columns(names: list[str], values: Array) -> Iterator[Column]:
    for name, column in zip(names, values.T, strict=True):
        yield words(name, typed(column), numeric=True)


def starting_values(trace: Trace) -> list[str]:
    """What the exercise gives in the middle, as `out_h1 = 0.6`."""
    named = []
    for key, values in trace.problem.given.items():
        quantity, _index = trace.find(key)
        labels = trace.naming.labels(quantity).ravel()
        known = [(label, value) for label, value in zip(labels, values.ravel(), strict=True) if not np.isnan(value)]
        named += [f"{label} = {typed(np.array([value]))[0]}" for label, value in known]
    return named
