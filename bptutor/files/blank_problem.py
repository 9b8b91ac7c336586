"""A problem file to fill in: every key that an exercise needs, with what belongs there, and ~ for each number."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from bptutor.engine.default_labels import numbered, unit_names, weight_names
from bptutor.errors import BptutorError, Where
from bptutor.files.keys import PROBLEM, schema_line
from bptutor.language import _

_MOST = 2000  # weights that somebody types by hand


def blank_problem(layers: Sequence[int]) -> str:
    """The text of the file for a net of these unit counts; raises BptutorError for more than anybody types."""
    if sum(one * other for one, other in pairwise(layers)) > _MOST:
        message = _("found a net of more than {most} weights, which is too many to type").format(most=_MOST)
        raise BptutorError(message, Where(key="LAYERS"), _("fewer units"))
    return "".join(f"{line}\n" for line in _lines(layers))


def _lines(layers: Sequence[int]) -> Iterator[str]:
    inputs, units = numbered("x", layers[0]), unit_names(layers[1:])
    yield schema_line("problem")
    yield _("# Type the numbers of your exercise in the place of each ~, then:  bptutor solve FILE")
    yield f"title: {_('My exercise')}"
    yield f"layers: {_listed(map(str, layers))}  # {PROBLEM['layers'].says}"
    yield f"activation: sigmoid  # {_('tanh, relu, linear, softmax, …; a list: one for each layer')}"
    others = _("squared_error without the ½, cross_entropy, …")
    yield f"loss: half_squared_error  # ½Σ(t − o)²; {others}"
    yield "learning_rate: ~  # η"
    yield f"inputs: {_blanks(layers[0])}  # {', '.join(inputs)}"
    yield f"targets: {_blanks(layers[-1])}  # {_('what is wanted of')} {', '.join(units[-1])}"
    yield f"weights:  # {PROBLEM['weights'].says}"
    for into, before, names in zip(units, [inputs, *units], weight_names(layers), strict=False):
        yield from _matrix(into, before, names)
    yield f"biases:  # {_('for each layer a list, or one number if it is shared; no biases: take these lines out')}"
    for into in units:
        yield f"  - {_blanks(len(into))}  # {_('of')} {', '.join(into)}"
    yield f"decimals: 4  # {PROBLEM['decimals'].says}"
    yield _("# conventions: {rounding: carry}  # if your course differs: bias, delta, momentum, batch, …")


def _matrix(into: list[str], before: list[str], names: list[list[str]]) -> Iterator[str]:
    """The rows of a matrix, each with the names of its weights beside it."""
    for place, (unit, row) in enumerate(zip(into, names, strict=True)):
        start, end = "  - [" if not place else "     ", "]" if place == len(into) - 1 else ","
        routes = ", ".join(f"{name}: {source} → {unit}" for name, source in zip(row, before, strict=True))
        yield f"{start}{_blanks(len(row))}{end}  # {routes}"


def _blanks(count: int) -> str:
    return _listed(["~"] * count)


def _listed(items: Iterable[str]) -> str:
    return f"[{', '.join(items)}]"
