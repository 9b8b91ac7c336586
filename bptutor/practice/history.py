"""What a practice has shown: the mistakes that were made, and which of them is worth practising next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from bptutor.language import _
from bptutor.mistakes.slips import DROPPED_TERM, SLIPS
from bptutor.mistakes.table import MISCONCEPTIONS
from bptutor.practice.exercise import GOOD, Exercise, State
from bptutor.problem import Activation, Conventions
from bptutor.setting.wish import LEVELS, Wish

_SAYS = {
    **{mistake.id: mistake.says for mistake in MISCONCEPTIONS},
    **{slip.id: slip.says for slip in SLIPS},
    DROPPED_TERM.id: DROPPED_TERM.says,
    "imprecise": _("The number has too few decimals."),
    "wrong": _("No known mistake explains the number."),
}
_PRIOR = {name: place for place, name in enumerate(_SAYS)}


class Made(NamedTuple):
    """A kind of mistake, and how often it was made."""

    id: str
    says: str
    times: int


def made(ids: Iterable[str]) -> list[Made]:
    """The kinds of mistakes, the most frequent first; ids that are no kind are left out."""
    counts = Counter(name for name in ids if name in _SAYS)
    return [Made(name, _SAYS[name], counts[name]) for name in sorted(counts, key=lambda n: (-counts[n], _PRIOR[n]))]


def worth_practising(mistakes: Iterable[Made]) -> Made | None:
    """The first mistake of backpropagation, as a slip of the pen can be made anywhere; None where there is none."""
    known = {mistake.id for mistake in MISCONCEPTIONS}
    return next((one for one in mistakes if one.id in known), None)


EASIEST, *_HARDER = LEVELS


def harder(level: str) -> str:
    """The level after this one, or the last; the first after one that is not known."""
    names = [*LEVELS, _HARDER[-1]]
    return names[names.index(level) + 1] if level in LEVELS else EASIEST


def at_first_try(exercise: Exercise, state: State) -> int:
    """How many cells were found without a wrong try, a hint or a look at the value."""
    done = [state.of(item) for item in exercise.items]
    return sum(work.share == 1 and work.verdicts[-1] in GOOD for work in done)


_SOFTMAX = Wish(layers=(2, 2, 2), activations=(Activation("sigmoid"), Activation("softmax")), loss="cross_entropy")
_RELU = Wish(  # thresholds, so that a unit may be off though all numbers are positive
    layers=(2, 3, 2),
    activations=(Activation("relu"), Activation("sigmoid")),
    conventions=Conventions(bias="subtracted"),
)
_SQUARE = Wish(layers=(2, 2, 2))
_SAMPLES = Wish(conventions=Conventions(batch="mean"))
_OTHER_NETS = {
    "transposed_weights": _SQUARE,
    "broadcast_product": _SQUARE,
    "gradient_transposed": _SQUARE,
    "slope_of_another_layer": _SQUARE,
    "own_incoming_weights": _SQUARE,
    "shared_bias_one_delta": Wish(bias="shared"),
    "double_derivative": Wish(loss="binary_cross_entropy"),
    "log10": Wish(loss="binary_cross_entropy"),
    "calculator_degrees": Wish(activations=(Activation("tanh"),)),
    "log2": Wish(loss="binary_cross_entropy"),
    "error_for_delta": Wish(loss="binary_cross_entropy"),
    "softmax_not_normalised": _SOFTMAX,
    "softmax_only_true_class": _SOFTMAX,
    "relu_of_absolute": _RELU,
    "relu_slope_always_one": _RELU,
    "relu_slope_is_output": _RELU,
    "relu_slope_flipped": _RELU,
    "batch_factor": _SAMPLES,
    "last_sample_only": _SAMPLES,
    "batch_divided_twice": _SAMPLES,
    "momentum_omitted": Wish(layers=(2, 2, 1), conventions=Conventions(momentum=0.5)),
}
"""What is wished for where the usual net has no room for a mistake."""


def wish_for(level: str, focus: str = "") -> Wish:
    """What to draw at a level, so that a mistake shows if one is named."""
    wish = _OTHER_NETS.get(focus, Wish())
    return wish._replace(level=level, show=(focus,) if focus else ())
