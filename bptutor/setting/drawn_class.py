"""A problem for each student of a class, all of them equally hard."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from bptutor.errors import BptutorError
from bptutor.language import _
from bptutor.problem import Problem
from bptutor.setting.drawing import Drawn, Wish, draw
from bptutor.setting.lint import lint
from bptutor.setting.visibility import visibility

_MOST_TRIED = 40


class Properties(NamedTuple):
    """What `lint` says of a problem whatever its numbers are: what is found, which mistakes show, which look alike."""

    findings: tuple[str, ...]
    shown: tuple[str, ...]
    alike: tuple[tuple[str, tuple[str, ...]], ...]


def properties(problem: Problem) -> Properties:
    """The linted properties of a problem."""
    shown = visibility(problem)
    return Properties(
        tuple(dict.fromkeys(":".join((one.id, *one.mistakes)) for one in lint(problem, cures=False))),
        tuple(name for name, one in shown.items() if not one.unseen),
        tuple((name, one.same_as) for name, one in shown.items() if one.same_as),
    )


def draw_class(wish: Wish, seed: int, names: Sequence[str]) -> Iterator[Drawn]:
    """A problem for each name, all with the same linted properties as the first.

    It depends on the seed and the name alone, but where it has to be drawn again to be as hard as the first. Raises
    BptutorError where there is no such problem for somebody.
    """
    same: Properties | None = None
    for name in names:
        for attempt in range(_MOST_TRIED):
            drawn = draw(wish, own_seed(seed, name, attempt))
            found = properties(drawn.problem)
            if same is None or found == same:
                same = found
                break
        else:
            message = _("no equally hard problem was found for {name}").format(name=name)
            raise BptutorError(message, hint=_("another seed, more decimals, or fewer mistakes to show"))
        yield drawn


def own_seed(seed: int, name: str, attempt: int = 0) -> int:
    """The seed of one student: a whole number that anybody can work out again."""
    text = f"{seed}\n{attempt}\n{name}".encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.sha256(text).digest()[:8], "big")
