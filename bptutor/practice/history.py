"""What a practice has shown: the mistakes that were made, and which of them is worth practising next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from bptutor.language import _
from bptutor.mistakes.slips import DROPPED_TERM, SLIPS
from bptutor.mistakes.table import MISCONCEPTIONS
from bptutor.practice.exercise import GOOD, Exercise, State
from bptutor.setting.wish import LEVELS

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
