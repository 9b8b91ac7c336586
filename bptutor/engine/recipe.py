"""The worked solution as data: an ordered mapping from a quantity to the step that gives it.

`one_update` writes out a part of the page in its order: the forward pass, the loss, the backward pass and
the gradients of each sample, then what is combined, the steps, the new parameters and the loss after. Conventions
are edits of this (see `conventions`); the engine evaluates it on demand (see `evaluate`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any

from bptutor.engine import rules
from bptutor.engine.activations import ACTIVATIONS
from bptutor.engine.decay import DECAYS, both, penalty, shrunk_update
from bptutor.engine.losses import LOSSES, add_up, summed
from bptutor.engine.optimizers import OPTIMIZERS, under_root
from bptutor.engine.quantities import Quantity
from bptutor.engine.rules import N, Rule
from bptutor.engine.schedule import Parameters, goes_back, learns
from bptutor.language import _
from bptutor.problem import Decay, Problem


@dataclass(frozen=True, slots=True)
class Step:
    """How a quantity is found: a rule, its operands, the link of the chain rule, and whether the page shows it.

    What the rule gives is multiplied by the `factors`, its sign changes where it is `negated`, then the product of the
    two quantities of `momentum` is added: −η · ∂E/∂w + μ · Δw(previous) is

        Step(rules.descent, (gradient,), negated=True, factors=(learning_rate,), momentum=(momentum, previous))

    `sentence` takes the place of the rule's own where factor or sign have to be spoken of. `rests_on` is all that is
    needed, factors and momentum too; `fetch` takes the operands, as the arguments of the rule, out of a mapping of
    values, and `plain` says that there is nothing but the rule.
    """

    rule: Rule
    operands: tuple[Quantity, ...]
    because: str = ""
    shown: bool = True
    negated: bool = False
    factors: tuple[Quantity, ...] = ()
    momentum: tuple[Quantity, ...] = ()
    sentence: str = ""
    rests_on: tuple[Quantity, ...] = field(init=False, repr=False, compare=False)
    fetch: Callable[[Mapping[Quantity, Any]], tuple[Any, ...]] = field(init=False, repr=False, compare=False)
    plain: bool = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        # Made beforehand: looked up one by one, they would make the solution of a 2-2-2 network a quarter slower.
        object.__setattr__(
            self, "fetch", itemgetter(*self.operands) if len(self.operands) > 1 else _only(*self.operands)
        )
        object.__setattr__(self, "rests_on", self.factors + self.operands + self.momentum)
        object.__setattr__(self, "plain", not (self.negated or self.factors or self.momentum))

    def of(self, values: Mapping[Quantity, N]) -> N:
        """The quantity, in the arithmetic of the values of what it rests on."""
        found: N = self.rule(*self.fetch(values))
        return found if self.plain else self.finished(found, values)

    def finished(self, found: N, values: Mapping[Quantity, N]) -> N:
        """What the rule gave, with factors, sign and momentum."""
        if self.factors:
            factor = values[self.factors[0]]
            for other in self.factors[1:]:
                factor = factor * values[other]
            found = (-factor if self.negated else factor) * found
        elif self.negated:
            found = -found
        if self.momentum:
            momentum, previous = self.momentum
            found = found + values[momentum] * values[previous]
        return found

    @property
    def says(self) -> str:
        """What a student has to do, in a sentence or two."""
        sentence = self.sentence or self.rule.__doc__ or ""
        return f"{sentence} {_('Add the momentum times the previous step.')}" if self.momentum else sentence

    def does_as(self, other: Step) -> bool:
        """Whether the other step works out the same, whatever is said of the two."""
        mine, theirs = ((s.rule, s.operands, s.negated, s.factors, s.momentum) for s in (self, other))
        return mine == theirs


def _only(operand: Quantity) -> Callable[[Mapping[Quantity, Any]], tuple[Any, ...]]:
    return lambda values: (values[operand],)


Recipe = dict[Quantity, Step]


def one_update(
    problem: Problem, step: int, update: tuple[str, tuple[str, ...]], parameters: Parameters, last: Parameters
) -> tuple[Recipe, Parameters]:
    """The steps of one update in the default conventions, and where the parameters stand afterwards.

    `last` says where that stands which the update rule remembers of the update before.
    """
    together, samples = update
    page: dict[Quantity, Step] = {}
    for sample in samples:
        page |= _forward(problem, sample, step, parameters)
        if problem.targets is not None:
            page |= _loss(problem, sample, step)
            if len(samples) == 1:
                page |= _cost(problem, sample, step, parameters)
        if goes_back(problem):
            page |= _backward(problem, sample, step, parameters)
            page |= _gradients(problem, sample, step, parameters)
    if len(samples) > 1:
        page |= _combined(problem, together, samples, step, parameters)
    if not learns(problem):
        return page, parameters
    page |= _descent(problem, together, step, parameters, last)
    after = {key: Quantity(f"new_{key[0]}", key[1], together, step) for key in parameters}
    if problem.targets is not None:
        page |= _after(problem, update, step, after)
    return page, after


def _forward(problem: Problem, sample: str, step: int, parameters: Parameters, after: str = "") -> Recipe:
    page: dict[Quantity, Step] = {}
    incoming = Quantity("inputs", 0, sample)
    for layer in range(1, problem.depth + 1):
        net, out = (Quantity(name + after, layer, sample, step) for name in ("net", "out"))
        row, w = problem.activations[layer - 1].row, parameters["w", layer]
        if bias := parameters.get(("b", layer)):
            page[net] = Step(rules.weighted_sum, (w, incoming, bias), shown=not after)
        else:
            page[net] = Step(rules.weighted_sum_alone, (w, incoming), shown=not after)
        operands = (net, Quantity("leak", layer)) if row.leak else (net,)
        page[out] = Step(row.rule, operands, shown=not after)
        incoming = out
    return page


def _loss(problem: Problem, sample: str, step: int) -> Recipe:
    rule = LOSSES[problem.loss].rule
    if rule is None:
        return {}
    operands = (Quantity("out", problem.depth, sample, step), Quantity("targets", 0, sample))
    each, loss = Quantity("losses", 0, sample, step), Quantity("loss", 0, sample, step)
    if problem.layers[-1] == 1:  # one output: its loss is the loss
        return {each: Step(rule, operands, shown=False), loss: Step(summed(rule), operands)}
    return {each: Step(rule, operands), loss: Step(add_up, (each,))}


def _backward(problem: Problem, sample: str, step: int, parameters: Parameters) -> Recipe:
    page: dict[Quantity, Step] = {}
    for layer in range(problem.depth, 0, -1):
        activation, loss = problem.activations[layer - 1].name, LOSSES[problem.loss]
        row, outer = ACTIVATIONS[activation], layer == problem.depth
        direct = outer and (activation == loss.direct or row.slope is None)
        named = {
            name: Quantity(name, layer, sample, step) for name in ("net", "out", "error", "slope", "slopes", "delta")
        }
        named |= {name: Quantity(name, layer) for name in ("ones", "identity", "leak")}
        named["targets"] = Quantity("targets", 0, sample)
        slope = named["slopes" if row.of_layer else "slope"]
        if not outer:
            operands = (parameters["w", layer + 1], Quantity("delta", layer + 1, sample, step))
            page[named["error"]] = Step(rules.sum_back, operands, "∂E/∂out = Σ ∂E/∂net · ∂net/∂out")
        elif row.slope:
            page[named["error"]] = Step(loss.error, tuple(named[name] for name in loss.error_of), "∂E/∂out", not direct)
        if row.slope:
            page[slope] = Step(row.slope, tuple(named[name] for name in row.slope_of), "∂out/∂net", not direct)
        if direct:
            because = "∂E/∂net = o − t" if row.slope else "o − t"
            page[named["delta"]] = Step(rules.difference, (named["out"], named["targets"]), because)
        elif row.of_layer:
            because = "∂E/∂net = Σ ∂E/∂out · ∂out/∂net"
            page[named["delta"]] = Step(rules.error_through_slopes, (named["error"], slope), because)
        else:
            because = "∂E/∂net = ∂E/∂out · ∂out/∂net"
            page[named["delta"]] = Step(rules.error_times_slope, (named["error"], slope), because)
    operands = (parameters["w", 1], Quantity("delta", 1, sample, step))
    page[Quantity("error", 0, sample, step)] = Step(
        rules.sum_back, operands, "∂E/∂x = Σ ∂E/∂net · ∂net/∂x", shown=False
    )
    return page


def _gradients(problem: Problem, sample: str, step: int, parameters: Parameters) -> Recipe:
    page: dict[Quantity, Step] = {}
    for layer in range(1, problem.depth + 1):
        delta = Quantity("delta", layer, sample, step)
        incoming = Quantity("out", layer - 1, sample, step) if layer > 1 else Quantity("inputs", 0, sample)
        because = "∂E/∂w = ∂E/∂net · ∂net/∂w"
        page[Quantity("grad_w", layer, sample, step)] = Step(rules.weight_gradient, (delta, incoming), because)
        if ("b", layer) in parameters:
            rule = rules.shared_bias_gradient if problem.shared[layer - 1] else rules.bias_gradient
            page[Quantity("grad_b", layer, sample, step)] = Step(rule, (delta,), "∂E/∂b = ∂E/∂net · ∂net/∂b")
    return page


def _combined(problem: Problem, together: str, samples: tuple[str, ...], step: int, parameters: Parameters) -> Recipe:
    rule = rules.average if problem.conventions.batch == "mean" else rules.total

    def of(name: str, layer: int, because: str) -> dict[Quantity, Step]:
        operands = tuple(Quantity(name, layer, sample, step) for sample in samples)
        return {Quantity(name, layer, together, step): Step(rule, operands, because)}

    page: dict[Quantity, Step] = {}
    if problem.targets is not None and LOSSES[problem.loss].rule:
        page |= of("loss", 0, "")
        page |= _cost(problem, together, step, parameters)
    for name, layer in parameters if goes_back(problem) else ():
        page |= of(f"grad_{name}", layer, _("∂E/∂{name} of all samples").format(name=name))
    return page


def _cost(problem: Problem, together: str, step: int, parameters: Parameters) -> Recipe:
    """What large parameters cost, where that is a part of what is minimised, and the sum of both."""
    decay = problem.weight_decay
    if decay is None or not DECAYS[decay.kind].cost or not learns(problem) or not LOSSES[problem.loss].rule:
        return {}
    some = [key for key in parameters if decays(decay, key[0])]
    rule = penalty(decay.kind, tuple(2 if name == "w" else 1 for name, _layer in some))
    loss, extra, cost = (Quantity(name, 0, together, step) for name in ("loss", "penalty", "cost"))
    operands = (Quantity("decay"), *(parameters[key] for key in some))
    return {extra: Step(rule, operands, DECAYS[decay.kind].formula), cost: Step(both, (loss, extra), "C = E + R")}


def decays(decay: Decay | None, name: str) -> bool:
    """Whether parameters of a name decay: weights do, biases where the problem says so."""
    return decay is not None and (name == "w" or decay.biases)


def _descent(problem: Problem, together: str, step: int, parameters: Parameters, last: Parameters) -> Recipe:
    page: dict[Quantity, Step] = {}
    row, decay = OPTIMIZERS[problem.optimizer.name], problem.weight_decay
    rate = Quantity("learning_rate")
    for name, layer in parameters:
        gradient, change, new = (Quantity(f"{word}_{name}", layer, together, step) for word in ("grad", "step", "new"))
        old, shrinks, because = parameters[name, layer], False, f"Δ{name} = −η · ∂E/∂{name}"
        if decay and decays(decay, name):
            kind = DECAYS[decay.kind]
            shrinks = kind.gradient is None
            if kind.gradient:
                known, gradient = gradient, Quantity(f"cost_grad_{name}", layer, together, step)
                page[gradient] = Step(kind.gradient, (known, old, Quantity("decay")), kind.because.format(name))
                because = f"Δ{name} = −η · ∂C/∂{name}"
        if row.lines:
            page |= _lines(problem, gradient, last)
        else:
            page[change] = Step(rules.descent, (gradient,), because, negated=True, factors=(rate,))
        if shrinks:
            because = DECAYS["decoupled"].because.format(name)
            page[new] = Step(shrunk_update, (old, change, rate, Quantity("decay")), because)
        else:
            page[new] = Step(rules.update, (old, change), f"{name}+ = {name} + Δ{name}")
    return page


def _lines(problem: Problem, gradient: Quantity, last: Parameters) -> Recipe:
    """The lines of an update rule, from a gradient to the step."""
    page: dict[Quantity, Step] = {}
    row, name = OPTIMIZERS[problem.optimizer.name], gradient.name[-1]
    layer, tags = gradient.layer, (gradient.sample, gradient.step)

    def operand(word: str) -> Quantity:
        if word == "grad":
            return gradient
        if word.endswith("−"):
            return last.get((f"{word[:-1]}_{name}", layer), Quantity("nothing"))
        if word == "t":
            return Quantity("t", 0, *tags)
        return Quantity(word) if word in row.options else Quantity(f"{word}_{name}", layer, *tags)

    *on_the_way, end = row.lines
    for line in on_the_way:
        page[operand(line.word)] = Step(line.rule, tuple(map(operand, line.operands)), line.because)
    rule = row.inside if problem.optimizer.epsilon_inside and row.inside else end.rule
    because = (under_root(end.because) if rule is row.inside else end.because).format(name)
    factors = (Quantity("learning_rate"),)
    page[operand("step")] = Step(rule, tuple(map(operand, end.operands)), because, negated=True, factors=factors)
    return page


def _after(problem: Problem, update: tuple[str, tuple[str, ...]], step: int, parameters: Parameters) -> Recipe:
    together, samples = update
    rule = LOSSES[problem.loss].rule
    if rule is None:
        return {}
    page: dict[Quantity, Step] = {}
    losses = []
    for sample in samples:
        page |= _forward(problem, sample, step, parameters, "_after")
        loss = Quantity("loss_after", 0, sample, step)
        operands = (Quantity("out_after", problem.depth, sample, step), Quantity("targets", 0, sample))
        page[loss] = Step(summed(rule), operands, shown=len(samples) == 1)
        losses.append(loss)
    if len(samples) > 1:
        combine = rules.average if problem.conventions.batch == "mean" else rules.total
        page[Quantity("loss_after", 0, together, step)] = Step(combine, tuple(losses))
    return page
