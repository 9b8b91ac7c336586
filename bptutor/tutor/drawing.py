"""Draws problems worth solving: numbers are drawn until `lint` finds nothing, or as little as can be reached.

The same seed draws the same problem everywhere. The numbers come from whole numbers (see `numbers`), and whether they
are kept depends on comparisons that leave a hair of 1e-12, where the last bits of two libraries are 1e-16 apart: short
decimals that lie exactly on a bound fall on the same side of it, and what an exponential gives is never that near.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from math import inf
from typing import NamedTuple

from bptutor.errors import BptutorError
from bptutor.language import _
from bptutor.problem import Allowed, Problem
from bptutor.tutor.lint import RULES, Finding, lint
from bptutor.tutor.numbers import Draws, filled
from bptutor.tutor.visibility import visibility
from bptutor.tutor.wish import LEVELS, Wish, blank

__all__ = ["LEVELS", "Drawn", "Wish", "draw"]

_MOST_DRAWN, _ENOUGH, _PATIENCE = 600, 40, 20
_OF_MISTAKES = ("hidden_mistake", "same_mistakes")
_QUICK = tuple(rule for rule in RULES if rule.id not in _OF_MISTAKES)


class Drawn(NamedTuple):
    """A drawn problem, and what could not be reached.

    `missing` has ids of lint rules, those of mistakes followed by whom they are about: `hidden_mistake:one_path`.
    """

    problem: Problem
    missing: tuple[str, ...]


def draw(wish: Wish, seed: int) -> Drawn:
    """The problem of a seed; the same wish and seed give the same one.

    Raises BptutorError for a wish that no problem can fulfil.
    """
    empty = blank(wish)
    best: Drawn | None = None
    always, fewest, patience = {rule.id for rule in RULES}, inf, _PATIENCE
    for place, (problem, found) in enumerate(_candidates(empty, Draws(seed, LEVELS[wish.level]))):
        always &= found.keys()  # with any numbers
        settled = best is not None and always.issuperset(best.missing)
        if sum(found.values()) <= fewest and not settled:
            fewest, patience = sum(found.values()), patience - 1
            drawn = _looked_at(problem, wish)
            if best is None or len(drawn.missing) < len(best.missing):
                best, patience = drawn, _PATIENCE
        if best and (not best.missing or not patience or (settled and place > _ENOUGH)):
            break
    if best is None:
        message = _("no numbers were found with which this problem can be worked out")
        raise BptutorError(message, hint=_("a smaller net, or other activations"))
    return best


def _candidates(empty: Problem, draws: Draws) -> Iterator[tuple[Problem, dict[str, int]]]:
    """Problems that can be worked out, with how much each rule finds that is quick because it looks at no mistake."""
    for _attempt in range(_MOST_DRAWN):
        problem = filled(empty, draws)
        with suppress(BptutorError):
            found = {rule.id: sum(1 + len(case.cells) for case in rule.cases(problem, 1)) for rule in _QUICK}
            yield problem, {name: count for name, count in found.items() if count}


def _looked_at(problem: Problem, wish: Wish) -> Drawn:
    """What is missing, and the problem with leave for what nobody asked for."""
    found = lint(problem, cures=False)
    counts = [one for one in found if _counts(one, wish)]
    known = wish.like.lint if wish.like else Allowed()
    kept = tuple(name for name in known.allow if any(name in (one.id, *one.mistakes) for one in found))
    others = tuple(dict.fromkeys(one.mistakes[0] for one in found if one not in counts and not one.allowed))
    reason = "; ".join(filter(None, [known.reason if kept else "", _drawn_for(wish) if others else ""]))
    missing = [*_names(one for one in counts if not {one.id, *one.mistakes} & {*kept})]
    missing += [f"hidden_mistake:{name}" for name in wish.show if name not in visibility(problem)]
    return Drawn(replace(problem, lint=Allowed((*kept, *others), reason)), tuple(missing))


def _counts(found: Finding, wish: Wish) -> bool:
    """Whether a finding is against the wish; of mistakes that nobody asked for it is not."""
    if found.id == "idle_allowance":
        return False
    return not (found.mistakes and wish.show) or bool({*found.mistakes} & {*wish.show})


def _names(found: Iterator[Finding]) -> Iterator[str]:
    for one in found:
        yield f"{one.id}:{'+'.join(one.mistakes)}" if one.mistakes else one.id


def _drawn_for(wish: Wish) -> str:
    return _("drawn to show {mistakes}").format(mistakes=", ".join(wish.show))
