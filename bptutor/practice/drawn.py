"""Problems drawn to be practised: short ones, and for a mistake the part of the page on which it shows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from bptutor.engine.naming import Naming
from bptutor.engine.page import page
from bptutor.engine.parts import WORDS, asked, word
from bptutor.engine.quantities import Quantity, cell_id
from bptutor.mistakes.decays import DECAYS
from bptutor.mistakes.optimizers import OPTIMIZERS
from bptutor.mistakes.thresholds import THRESHOLDS
from bptutor.practice.narrowed import narrowed
from bptutor.problem import Activation, Conventions, Decay, Optimizer, Problem
from bptutor.setting.drawing import draw
from bptutor.setting.visibility import visibility
from bptutor.setting.wish import Wish


class Level(NamedTuple):
    """What is drawn where no mistake is named: the net, and the words of what is asked for."""

    layers: tuple[int, ...]
    ask: tuple[str, ...]


_PAGE = ("net", "out", "delta", "new_w")
_ON_THE_WAY = ("cost_grad_w", "m_w", "v_w", "m_hat_w", "v_hat_w")
"""Of an update rule that has them: nobody should work out five numbers on scratch paper for one that is asked for."""
LEVELS = {
    "easy": Level((2, 2, 1), _PAGE),
    "exam": Level((2, 3, 2), (*_PAGE, "new_b")),
    "hard": Level((3, 3, 2, 2), (*_PAGE, "new_b")),
}
"""15, 32 and 47 numbers."""

_SOFTMAX = Wish(layers=(2, 2, 2), activations=(Activation("sigmoid"), Activation("softmax")), loss="cross_entropy")
_RELU = Wish(  # thresholds, so that a unit may be off though all numbers are positive
    layers=(2, 3, 2),
    activations=(Activation("relu"), Activation("sigmoid")),
    conventions=Conventions(bias="subtracted"),
)
_SQUARE = Wish(layers=(2, 2, 2))
_SAMPLES = Wish(conventions=Conventions(batch="mean"))
_ADAM = Wish(
    layers=(2, 1), bias="none", optimizer=Optimizer("adam", (("beta1", 0.8), ("beta2", 0.9), ("epsilon", 1e-8)))
)
_LARGE_EPSILON = Optimizer("adagrad", (("epsilon", 0.1),))
_L2 = Wish(layers=(2, 2, 1), weight_decay=Decay("l2", 0.1))
_PERCEPTRON = Wish(layers=(2, 1), activations=(Activation("step"),), conventions=Conventions(batch="online"), steps=1)
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
    **{misconception.id: _ADAM for misconception in OPTIMIZERS},
    "epsilon_elsewhere": _ADAM._replace(optimizer=_LARGE_EPSILON),
    **{misconception.id: _L2 for misconception in DECAYS},
    **{misconception.id: _PERCEPTRON for misconception in THRESHOLDS},
}
"""What is wished for where the usual net has no room for a mistake."""


_HARMLESS = "single_output"  # what lint says of any net with one output, which is what makes it short


class Drawn(NamedTuple):
    """A drawn problem, the ids of the quantities to practise (() for all that it asks for), and what is missing.

    `missing` is as in `bptutor.setting.drawing.Drawn`.
    """

    problem: Problem
    cells: tuple[str, ...]
    missing: tuple[str, ...]


def drawn(level: str, focus: str, seed: int) -> Drawn:
    """The problem of a seed at a level; with a mistake, one on which that shows, and where.

    Raises BptutorError for a mistake that there is not.
    """
    problem, missing = draw(wish_for(level, focus), seed)
    missing = tuple(name for name in missing if focus in name and name != _HARMLESS)
    if focus:
        return Drawn(problem, next(_showing(problem, focus), ()), missing)
    # The whole page shows more mistakes than what is asked for, so that numbers for it are found sooner.
    return Drawn(replace(problem, ask=LEVELS[level].ask), (), missing)


def wish_for(level: str, focus: str = "") -> Wish:
    """What to draw at a level, so that a mistake shows if one is named."""
    if not focus:
        return Wish(level=level, layers=LEVELS[level].layers)
    return _OTHER_NETS.get(focus, Wish())._replace(level=level, show=(focus,))


def _showing(problem: Problem, focus: str) -> Iterator[tuple[str, ...]]:
    """Parts of the page to ask for, the shortest first, on which a mistake shows when what is above is given.

    First the quantities in which it shows, of those that people write down. Then all from the first of these on, and
    from ever earlier ones, since a mistake may need numbers that show nothing of it.
    """
    order = [quantity for quantity in page(problem).recipe if asked(problem)[quantity].any()]
    shows = _shown_in(problem, focus, order)
    for words in ((*_PAGE, *_ON_THE_WAY), (*_PAGE, *_ON_THE_WAY, "new_b"), WORDS):
        written = [quantity for quantity in order if word(quantity) in words]
        few = [quantity for quantity in written if quantity in shows]
        first = written.index(few[0]) if few else -1
        for quantities in (few, *(written[start:] for start in range(first, -1, -1))):
            ids = tuple(dict.fromkeys(cell_id(quantity, ()) for quantity in quantities))
            if ids and _shown_in(narrowed(problem, ids), focus, quantities):
                yield ids


def _shown_in(problem: Problem, focus: str, among: list[Quantity]) -> list[Quantity]:
    """Those quantities in which a mistake shows."""
    seen = visibility(problem, (focus,)).get(focus)
    cells, naming = set(seen.cells) if seen else set[str](), Naming(problem)
    return [quantity for quantity in among if not cells.isdisjoint(naming.ids(quantity).ravel().tolist())]
