"""What a problem is: the numbers and the conventions of one exercise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import PurePath
from typing import Literal, NamedTuple, get_args, get_origin, get_type_hints

import numpy as np
from numpy.typing import NDArray

from bptutor.engine.activations import ACTIVATIONS, Row
from bptutor.errors import BptutorError
from bptutor.points import Points
from bptutor.refusals import of_problem

Array = NDArray[np.float64]


class Conventions(NamedTuple):
    """What courses disagree about; the defaults are those of most textbooks."""

    weight_rows: Literal["receiving", "sending"] = "receiving"
    bias: Literal["added", "subtracted"] = "added"
    update_biases: bool = True
    at_zero: Literal[0, 1] = 0
    delta: Literal["gradient", "descent"] = "gradient"
    hidden_delta_weights: Literal["old", "updated"] = "old"
    momentum: float = 0.0
    batch: Literal["sum", "mean", "online"] = "sum"
    batch_size: int | None = None
    rounding: Literal["display", "carry"] = "display"
    ties: Literal["half_up", "half_even"] = "half_up"


CHOICES: Mapping[str, tuple[object, ...]] = {
    key: (True, False) if hint is bool else get_args(hint)
    for key, hint in get_type_hints(Conventions).items()
    if hint is bool or get_origin(hint) is Literal
}
"""The conventions that are one of a few values, with these; what each means stands in `engine.conventions`."""

Loss = Literal[
    "half_squared_error", "squared_error", "mean_squared_error", "binary_cross_entropy", "cross_entropy", "output"
]
"""What the outputs lose against the targets; each stands in `engine.losses`."""


class Activation(NamedTuple):
    """The activation of a layer; `leak` is the slope of a leaky ReLU below zero."""

    name: str
    leak: float | None = None

    @property
    def row(self) -> Row:
        """All that is known of the activation."""
        return ACTIVATIONS[self.name]


class Labels(NamedTuple):
    """What the page calls units and parameters: inputs; then a layer its units, its matrix of weights, its biases."""

    inputs: tuple[str, ...]
    units: tuple[tuple[str, ...], ...]
    weights: tuple[tuple[tuple[str, ...], ...], ...]
    biases: tuple[tuple[str, ...], ...]


class Optimizer(NamedTuple):
    """The update rule (a row of `engine.optimizers`), its numbers, and whether ε is added under the root."""

    name: str = "sgd"
    options: tuple[tuple[str, float], ...] = ()
    epsilon_inside: bool = False


class Decay(NamedTuple):
    """Weight decay: its kind (a row of `engine.decay`), λ (0 or more), and whether biases decay too."""

    kind: str
    rate: float
    biases: bool = False


class Digits(NamedTuple):
    """How many digits a number is written with: so many decimals, or so many significant figures."""

    number: int
    figures: bool = False


DEFAULT = "default"
"""What `Problem.digits` calls all quantities that it does not name."""


class Allowed(NamedTuple):
    """What `lint` finds in a problem and its author knows of: ids of rules or of mistakes, and why it is all right."""

    allow: tuple[str, ...] = ()
    reason: str = ""


@dataclass(frozen=True, eq=False)
class Problem:
    """One exercise; layers are counted from 1, the input is layer 0, so `weights[0]` leads into layer 1.

    Shapes: `inputs` (samples, inputs), `targets` (samples, outputs), `weights[l]` (units, incoming) with a row
    a receiving unit, `biases[l]` (units,), or (1,) where `shared[l]`, or None where the layer has no bias.
    `given` maps the id of a quantity (with all its tags) to its values, NaN where a value is not given.
    `decimals` are those of numbers for which `digits` says nothing: it maps words of quantities (`grad_w`, `grad` for
    both kinds), quantities (`delta2`) or `default` to theirs.
    `ask` (empty: the whole page) names words of quantities, quantities or cells; `points` says how it is marked.

    `load` makes one of the keys of a file. One that is a little different is a `replace` away:

    >>> import bptutor, dataclasses
    >>> mazur = bptutor.load("mazur")
    >>> mazur.weights[0].tolist(), mazur.learning_rate
    ([[0.15, 0.2], [0.25, 0.3]], 0.5)
    >>> faster = dataclasses.replace(mazur, learning_rate=1.0)
    >>> bptutor.solve(faster)["w5+"].__format__(".4f")
    '0.3178'

    Raises BptutorError, in the words of the file reader, for what no problem can be.
    """

    layers: tuple[int, ...]
    activations: tuple[Activation, ...]
    weights: tuple[Array, ...]
    biases: tuple[Array | None, ...]
    inputs: Array
    labels: Labels
    shared: tuple[bool, ...]
    targets: Array | None = None
    learning_rate: float | None = None
    loss: Loss = "half_squared_error"
    optimizer: Optimizer = field(default_factory=Optimizer)
    weight_decay: Decay | None = None
    decimals: int = 4
    conventions: Conventions = field(default_factory=Conventions)
    steps: int = 1
    given: Mapping[str, Array] = field(default_factory=dict)
    ask: tuple[str, ...] = ()
    digits: Mapping[str, Digits] = field(default_factory=dict)
    points: Points = field(default_factory=Points)
    lint: Allowed = field(default_factory=Allowed)
    title: str = ""
    source: str = ""
    notes: str = ""
    file: str = ""
    sha256: str = ""

    def __post_init__(self) -> None:
        for array in (*self.weights, *self.biases, self.inputs, self.targets, *self.given.values()):
            if array is not None:
                array.setflags(write=False)  # a page hands them out
        if faults := [refusal.fault(self.file) for refusal in of_problem(self)]:
            raise BptutorError.of(faults)

    def __repr__(self) -> str:
        names = [activation.name for activation in self.activations]
        parts = ["-".join(map(str, self.layers)), ", ".join(names[:1] if len({*names}) == 1 else names), self.loss]
        return f"<Problem {self.name}: {', '.join(parts)}>"

    @property
    def name(self) -> str:
        """What a line calls the problem: its file without folder and ending, else its title."""
        return PurePath(self.file).stem or self.title or "-".join(map(str, self.layers))

    @property
    def depth(self) -> int:
        """How many layers have weights."""
        return len(self.weights)

    @property
    def samples(self) -> int:
        """How many samples there are."""
        return len(self.inputs)

    def repeated(self, steps: int) -> Problem:
        """The same problem with another number of steps; what is given of others is left out."""
        given = {}
        for key, values in self.given.items():
            name, _mark, step = key.partition("#")
            if int(step or 1) <= steps:
                given[f"{name}#{step or 1}" if steps > 1 else name] = values
        return replace(self, steps=steps, given=given)
