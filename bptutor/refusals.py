"""What no problem can be, said once: for problem files, for drawn problems, and for problems made in Python.

Who asks knows where the parts stand: a reader of files adds file and line, `Problem(...)` the name of its field.

    [one.message for one in of_net(["softmax", "sigmoid"], "half_squared_error", goes_back=True)]
    # ["softmax in a hidden layer is not supported"]
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import chain, pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from bptutor.engine.activations import ACTIVATIONS
from bptutor.engine.decay import DECAYS
from bptutor.engine.losses import LOSSES
from bptutor.engine.optimizers import OPTIMIZERS
from bptutor.errors import Fault, Where
from bptutor.language import _, plural
from bptutor.words import word_meant

if TYPE_CHECKING:
    from bptutor.problem import Array, Conventions, Optimizer, Problem

Path = tuple[str | int, ...]
MOST_DECIMALS = 17  # with more, the digits are those of the float and not of the number
IN_0_TO_1 = _("a sigmoid or softmax output layer")
"""What to try where a loss needs outputs between 0 and 1."""


class Refusal(NamedTuple):
    """What cannot be: the way to the part (`("weights", 1)`, items counted from 1), what is wrong, what to try."""

    path: Path
    message: str
    hint: str = ""

    def fault(self, file: str = "") -> Fault:
        """The refusal as a fault of a problem that stands in no line."""
        key = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in self.path).removeprefix(".")
        return Fault(self.message, Where(file, None, key), self.hint)


Refusals = Iterator[Refusal]


def expected(path: Path, found: object, wanted: str, hint: str = "") -> Refusal:
    """Something else than expected."""
    return Refusal(path, _("found {found}, expected {expected}").format(found=found, expected=wanted), hint)


def other_count(path: Path, n: int, wanted: int, each: str, hint: str = "") -> Refusals:
    """As many values as there are layers, units, inputs; `each` says which: (one for each input)."""
    if n != wanted:
        found = plural("found {n} value", "found {n} values", n).format(n=n)
        message = _("{found}, expected {expected} ({each})").format(found=found, expected=wanted, each=each)
        yield Refusal(path, message, hint)


def other_shape(path: Path, found: tuple[int, ...], wanted: tuple[int, ...], hint: str = "") -> Refusals:
    """A matrix of the shape of its layers."""
    if found != wanted:
        yield expected(path, " × ".join(map(str, found)), " × ".join(map(str, wanted)), hint)


def other_word(path: Path, word: str, words: Collection[str]) -> Refusals:
    """A name that there is."""
    if word not in words:
        yield expected(path, word, _("one of {names}").format(names=", ".join(words)), word_meant(word, words))


def of_net(names: Sequence[str], loss: str, *, goes_back: bool) -> Refusals:
    """What the activations of the layers and the loss cannot be together; all names are known."""
    rows = [ACTIVATIONS[name] for name in names]
    if any(row.of_layer for row in rows[:-1]):
        message = _("softmax in a hidden layer is not supported")
        yield Refusal(("activation",), message, _("softmax belongs to the output layer"))
    if not goes_back or all(row.slope for row in rows):
        return
    if len(rows) > 1:
        message = _(
            "a step has slope 0 everywhere, so no error comes back through it: "
            "only a single layer can learn (perceptron rule)"
        )
        hint = _("leave out the targets for a forward pass, or take sigmoid units")
        yield Refusal(("activation",), message, hint)
    elif loss != "half_squared_error":
        yield Refusal(("loss",), _("the perceptron rule goes with half_squared_error"), _("leave out loss"))


def of_targets(loss: str, targets: Array | None, path: Path = ("targets",), *, targeted: bool = True) -> Refusals:
    """What targets (samples, outputs) cannot be with a loss; None where `targeted` ones could not be read."""
    row = LOSSES[loss]
    if targeted and row.rule is None:
        message = _("loss: output takes the derivative of the outputs, which needs no targets")
        yield Refusal(("loss",), message, _("leave out the targets, or name a loss"))
    if targets is not None and row.domain and not row.domain.fits(targets):
        yield Refusal(path, row.domain.says, row.domain.hint)


def of_conventions(conventions: Conventions, optimizer: Optimizer) -> Refusals:
    """What conventions cannot be together, or with an update rule."""
    if conventions.momentum and optimizer.name != "sgd":
        message = _("momentum goes with sgd, found {name}").format(name=optimizer.name)
        hint = _("leave out momentum; moving_average and adam have a β of their own")
        yield Refusal(("conventions", "momentum"), message, hint)
    if conventions.batch == "online" and conventions.batch_size is not None:
        path, hint = ("conventions", "batch_size"), _("leave out batch_size, or say batch: sum")
        yield Refusal(path, _("online is one update for each sample"), hint)


def may_leave_0_to_1(loss: str, activation: str) -> bool:
    """Whether a loss needs outputs between 0 and 1, and the activation of the outputs may give others."""
    shape = ACTIVATIONS[activation].shape
    return LOSSES[loss].between_0_and_1 and not (shape.low >= 0 and shape.high <= 1)


def of_problem(problem: Problem) -> Refusals:
    """What no problem can be, whoever made it; what is wrong with names and layers is told before the rest."""
    names = [activation.name for activation in problem.activations]
    first = [*_of_layers(problem.layers), *other_word(("loss",), problem.loss, LOSSES)]
    first += _of_choices(problem.conventions)
    first += other_word(("optimizer",), problem.optimizer.name, OPTIMIZERS)
    first += other_word(("weight_decay",), problem.weight_decay.kind, DECAYS) if problem.weight_decay else ()
    for place, name in enumerate(names, 1):
        first += other_word(("activation", place), name, ACTIVATIONS)
    yield from first
    if not first:
        yield from _of_activations(problem)
        yield from of_net(names, problem.loss, goes_back=problem.targets is not None or not LOSSES[problem.loss].rule)
        yield from of_conventions(problem.conventions, problem.optimizer)
        wrong = [*_of_parameters(problem), *_of_samples(problem)]
        yield from wrong or chain(_of_numbers(problem), _of_labels(problem))


def _of_choices(conventions: Conventions) -> Refusals:
    """Convention values that there are not."""
    from bptutor.problem import CHOICES

    for key, known in CHOICES.items():
        value = getattr(conventions, key)
        if value not in known:
            yield from other_word(("conventions", key), str(value), [*map(str, known)])


def _of_layers(layers: tuple[int, ...]) -> Refusals:
    if len(layers) < 2:
        found = _("a list of {n}").format(n=len(layers))
        yield expected(("layers",), found, _("a list of {what}, at least {n}").format(what=_("unit counts"), n=2))
    for place, units in enumerate(layers, 1):
        if units < 1:
            yield expected(("layers", place), units, _("a whole number from 1"))


def _of_activations(problem: Problem) -> Refusals:
    each = _("one for each layer after the inputs")
    yield from other_count(("activation",), len(problem.activations), len(problem.layers) - 1, each)
    for place, (name, value) in enumerate(problem.activations, 1):
        leak = ACTIVATIONS[name].leak
        if leak is None and value is not None:
            yield expected(("activation", place), value, _("no number beside {name}").format(name=name))
        if leak is not None and (value is None or not leak.low <= value <= leak.high):
            yield expected(("activation", place), value, leak.expected)


def _of_parameters(problem: Problem) -> Refusals:
    layers, depth = problem.layers, len(problem.layers) - 1
    each = _("one matrix for each layer after the inputs")
    yield from other_count(("weights",), len(problem.weights), depth, each)
    for place, (weights, shape) in enumerate(zip(problem.weights, pairwise(layers), strict=False), 1):
        yield from other_shape(("weights", place), weights.shape, shape[::-1])
    each = _("one for each layer after the inputs, ~ for none")
    yield from other_count(("biases",), len(problem.biases), depth, each)
    yield from other_count(("shared",), len(problem.shared), depth, _("one for each layer after the inputs"))
    for place, (bias, shared, units) in enumerate(zip(problem.biases, problem.shared, layers[1:], strict=False), 1):
        each = _("shared by the layer") if shared else _("one for each unit")
        if bias is not None:
            yield from other_count(("biases", place), bias.size, 1 if shared else units, each)


def _of_samples(problem: Problem) -> Refusals:
    inputs, targets = problem.inputs, problem.targets
    for key, array in (("inputs", inputs), ("targets", targets)):
        if array is not None and array.ndim != 2:
            yield expected((key,), " × ".join(map(str, array.shape)), _("rows of numbers, one for each sample"))
            return
    yield from other_count(("inputs",), inputs.shape[1], problem.layers[0], _("one for each input"))
    if targets is not None:
        yield from other_count(("targets",), targets.shape[1], problem.layers[-1], _("one for each output unit"))
        yield from other_count(("targets",), len(targets), len(inputs), _("one row for each sample"))
    if not len(inputs):
        yield expected(("inputs",), _("a list of {n}").format(n=0), _("at least one sample"))


def _of_numbers(problem: Problem) -> Refusals:
    arrays: dict[Path, Array | None] = {("inputs",): problem.inputs, ("targets",): problem.targets}
    arrays |= {("weights", place): array for place, array in enumerate(problem.weights, 1)}
    arrays |= {("biases", place): array for place, array in enumerate(problem.biases, 1)}
    for path, array in arrays.items():
        if array is not None and not np.isfinite(array).all():
            yield expected(path, array[~np.isfinite(array)][0], _("a number"))
    yield from of_targets(problem.loss, problem.targets, targeted=problem.targets is not None)
    rate = problem.learning_rate
    if rate is not None and not 0 < rate < np.inf:
        yield expected(("learning_rate",), f"{rate:g}", _("a number above 0"))
    yield from _of_update(problem)
    counts = [("decimals", problem.decimals, 0, MOST_DECIMALS), ("steps", problem.steps, 1, None)]
    counts += [(f"digits.{name}", own.number, int(own.figures), MOST_DECIMALS) for name, own in problem.digits.items()]
    for key, value, low, high in counts:
        if value < low or (high is not None and value > high):
            span = _("a whole number from {low}") if high is None else _("a whole number from {low} to {high}")
            yield expected((key,), value, span.format(low=low, high=high))


def _of_update(problem: Problem) -> Refusals:
    """Numbers of the update rule and of weight decay that there cannot be."""
    row = OPTIMIZERS[problem.optimizer.name]
    named = dict(problem.optimizer.options)
    if named.keys() != row.options.keys():
        yield expected(("optimizer",), ", ".join(named) or "nothing", ", ".join(row.options) or "nothing")
    for name, option in row.options.items():
        if not 0 <= named.get(name, option.usual) < option.high:
            wanted = _("a number from 0, below 1") if option.high == 1 else _("a number from 0")
            yield expected(("optimizer", name), f"{named[name]:g}", wanted)
    decay = problem.weight_decay
    if decay and not 0 <= decay.rate < np.inf:
        yield expected(("weight_decay",), f"{decay.rate:g}", _("a number from 0"))


def _of_labels(problem: Problem) -> Refusals:
    layers, labels = problem.layers, problem.labels
    sizes = [0 if bias is None else bias.size for bias in problem.biases]
    wanted = {
        "inputs": layers[0],
        "units": [*layers[1:]],
        "weights": [[incoming] * units for incoming, units in pairwise(layers)],
        "biases": sizes,
    }
    found = {
        "inputs": len(labels.inputs),
        "units": [*map(len, labels.units)],
        "weights": [[*map(len, rows)] for rows in labels.weights],
        "biases": [*map(len, labels.biases)],
    }
    for key, names in wanted.items():
        if found[key] != names:
            message = _("found {found} names, expected {expected}").format(found=found[key], expected=names)
            yield Refusal(("labels", key), message)
