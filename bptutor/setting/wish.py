"""What a drawn problem should be like: its net, its conventions, its level, and the mistakes that must show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from difflib import get_close_matches
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from bptutor.engine.default_labels import default_labels
from bptutor.engine.losses import LOSSES
from bptutor.engine.optimizers import OPTIMIZERS
from bptutor.errors import BptutorError
from bptutor.language import _
from bptutor.mistakes.table import MISCONCEPTIONS
from bptutor.problem import Activation, Allowed, Array, Conventions, Decay, Digits, Loss, Optimizer, Problem
from bptutor.refusals import IN_0_TO_1, may_leave_0_to_1


class Level(NamedTuple):
    """How hard the numbers are.

    `layers`: the usual ones. The numbers are multiples of `step` hundredths, and `negative` of 6 are below 0.
    """

    layers: tuple[int, ...]
    step: int
    negative: int


LEVELS = {
    "easy": Level((2, 2, 2), 10, 0),
    "exam": Level((2, 3, 2), 5, 2),
    "hard": Level((3, 3, 2, 2), 1, 3),
}

BIASES = ("unit", "shared", "none")


TENTHS = Level((2, 1), 10, 2)
"""The numbers of units that jump, whatever the level: with these a net input of exactly 0 comes up."""


class Wish(NamedTuple):
    """What is wished for; the defaults are an exam problem.

    `layers`: the unit counts, () for those of the level. `activations`: one for all layers after the inputs, or one for
    each. `bias`: one a `unit`, one `shared` by a layer, or `none`. `decimals` 0 to 15. `level`: a key of `LEVELS`.
    `show`: ids of the mistakes that must show and be told apart, () for all that can be made. `samples` and `steps`: 0
    for as many as the conventions, or the memory of the optimizer, need to be seen. `like`: a problem to draw new
    numbers for; of the others only `decimals` (None: as there), `level`, `show` and `title` then count.
    """

    layers: tuple[int, ...] = ()
    activations: tuple[Activation, ...] = (Activation("sigmoid"),)
    loss: Loss = "half_squared_error"
    bias: str = "unit"
    conventions: Conventions = Conventions()
    optimizer: Optimizer = Optimizer()
    weight_decay: Decay | None = None
    decimals: int | None = None
    level: str = "exam"
    show: tuple[str, ...] = ()
    samples: int = 0
    steps: int = 0
    like: Problem | None = None
    title: str = ""


_DECIMALS, _MOST_WEIGHTS, _ROWS = 4, 500, 4
_SQUARES = {"v": Digits(4, figures=True), "v_hat": Digits(4, figures=True)}
"""Squares of gradients are so small that few decimals leave nothing of them."""


def blank(wish: Wish) -> Problem:
    """The problem that is wished for, its parameters and inputs 1; raises BptutorError for what there cannot be."""
    _check_mistakes(wish.show)
    if wish.like is not None:
        like = wish.like
        decimals = like.decimals if wish.decimals is None else wish.decimals
        title = wish.title or _other(like.title)
        like = replace(like, decimals=decimals, digits=like.digits if wish.decimals is None else {})
        return replace(like, title=title, notes="", source="", lint=Allowed(), file="", sha256="")
    layers = wish.layers or LEVELS[wish.level].layers
    activations = wish.activations * (len(layers) - 1) if len(wish.activations) == 1 else wish.activations
    _check_net(layers)
    shared = [wish.bias == "shared"] * (len(layers) - 1)
    biases = [_bias(wish.bias, units) for units in layers[1:]]
    jumps = all(activation.row.from_zero for activation in activations)
    samples = wish.samples or (_ROWS if jumps else 2 if _combines(wish.conventions) else 1)
    ones = np.ones((samples, layers[0])), np.repeat(np.eye(1, layers[-1]), samples, axis=0)  # fit any loss
    inputs, targets = _and(samples, layers[0], layers[-1], activations[-1]) if jumps else ones
    remembered = set(OPTIMIZERS[wish.optimizer.name].remembers)
    problem = Problem(
        layers=layers,
        activations=activations,
        weights=tuple(np.ones((units, incoming)) for incoming, units in pairwise(layers)),
        biases=tuple(biases),
        inputs=inputs,
        targets=targets if wish.loss not in LOSSES or LOSSES[wish.loss].rule else None,
        labels=default_labels(layers, biases, shared),
        shared=tuple(shared),
        learning_rate=1.0,
        loss=wish.loss,
        decimals=_DECIMALS if wish.decimals is None else wish.decimals,
        digits=_SQUARES if wish.decimals is None and remembered & _SQUARES.keys() else {},
        conventions=wish.conventions,
        optimizer=wish.optimizer,
        weight_decay=wish.weight_decay,
        steps=wish.steps or (2 if wish.conventions.momentum or remembered or jumps else 1),
        title=wish.title or _title(layers),
    )
    _check_outputs(problem)
    return problem


def _other(title: str) -> str:
    return _("{title}, with other numbers").format(title=title) if title else ""


def _title(layers: Sequence[int]) -> str:
    return _("A {layers} network").format(layers="-".join(map(str, layers)))


def _bias(kind: str, units: int) -> Array | None:
    return None if kind == "none" else np.ones(1 if kind == "shared" else units)


def _and(samples: int, inputs: int, outputs: int, activation: Activation) -> tuple[Array, Array]:
    """The table that units that jump learn: all that inputs of 0 and 1 can be, from 0, …, 0 on, and their AND."""
    rows = (np.arange(samples)[:, None] >> np.arange(inputs)[::-1]) & 1
    low, high = activation.row.shape[:2]
    targets = np.where(rows.all(axis=1), high, low)
    return rows.astype(float), np.repeat(targets[:, None], outputs, axis=1)


def _combines(conventions: Conventions) -> bool:
    """Whether a convention says what becomes of several samples."""
    return conventions.batch != "sum" or conventions.batch_size is not None


def _check_mistakes(names: Sequence[str]) -> None:
    known = [misconception.id for misconception in MISCONCEPTIONS]
    for name in names:
        if name not in known:
            near = get_close_matches(name, known, 1)
            hint = _("did you mean {name}?").format(name=near[0]) if near else _("known: {names}")
            message = _("there is no mistake with the name {name}").format(name=name)
            raise BptutorError(message, hint=hint.format(names=", ".join(known)))


def _check_net(layers: Sequence[int]) -> None:
    """What a drawn problem cannot be, although a file can."""
    size = sum(incoming * units for incoming, units in pairwise(layers))
    if size > _MOST_WEIGHTS:
        message = _("found a net of {size} weights, expected at most {limit}").format(size=size, limit=_MOST_WEIGHTS)
        raise BptutorError(message, hint=_("nobody works out more of them by hand"))


def _check_outputs(problem: Problem) -> None:
    loss, activation = problem.loss, problem.activations[-1].name
    if may_leave_0_to_1(loss, activation):
        message = _("{loss} needs outputs between 0 and 1, which {activation} does not give")
        raise BptutorError(message.format(loss=loss, activation=activation), hint=IN_0_TO_1)
