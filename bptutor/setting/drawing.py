"""Draws problems worth solving: numbers are drawn until `lint` finds nothing, or as little as can be reached.

The same seed draws the same problem everywhere. The numbers come from whole numbers (see `numbers`), and whether they
are kept depends on comparisons that leave a hair of 1e-12, where the last bits of two libraries are 1e-16 apart: short
decimals that lie exactly on a bound fall on the same side of it, and what an exponential gives is never that near. What
has a kink, as ReLU has at 0, is drawn so that no number lies on it; units that jump know a 0 that is as near as that.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from math import inf
from typing import NamedTuple

import numpy as np

from bptutor.engine.arrays import NOISE
from bptutor.errors import BptutorError
from bptutor.language import _
from bptutor.marking.check import flat_page_for
from bptutor.problem import Allowed, Problem
from bptutor.setting.drawn_numbers import Draws, filled, learns_a_table
from bptutor.setting.lint import RULES, Finding, lint, refuse_long
from bptutor.setting.visibility import visibility
from bptutor.setting.wish import LEVELS, TENTHS, Wish, blank
from bptutor.setting.wrong_sheets import wrong_sheets

__all__ = ["LEVELS", "Drawn", "Wish", "draw"]

_MOST_DRAWN, _PATIENCE = 500, 15
_OF_MISTAKES = ("hidden_mistake", "same_mistakes")
_NEAR = 1e-9
_OF_ANY_NUMBERS = {"single_output"}  # what is found whatever the numbers are
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
    best: Drawn | None = None
    fewest, patience, empty = inf, _PATIENCE, blank(wish)
    refuse_long(empty)
    level = TENTHS if learns_a_table(empty) else LEVELS[wish.level]
    for problem, found in _candidates(empty, Draws(seed, level)):
        if found > fewest or _on_a_kink(problem):
            continue
        patience = _PATIENCE if found < fewest else patience - 1
        fewest, drawn = found, _looked_at(problem, wish)
        if best is None or len(drawn.missing) < len(best.missing):
            best, patience = drawn, _PATIENCE
        if _OF_ANY_NUMBERS.issuperset(best.missing) or not patience:
            break
    if best is None:
        message = _("no numbers were found with which this problem can be worked out")
        raise BptutorError(message, hint=_("a smaller net, or other activations"))
    return best


def _candidates(empty: Problem, draws: Draws) -> Iterator[tuple[Problem, int]]:
    """Problems that can be worked out, with how much the rules find that are quick because they look at no mistake."""
    for _attempt in range(_MOST_DRAWN):
        problem = filled(empty, draws)
        with suppress(BptutorError):
            yield problem, sum(1 + len(case.cells) for rule in _QUICK for case in rule.cases(problem, 1))


def _on_a_kink(problem: Problem) -> bool:
    """Whether a unit is just about to switch over, on the page or on that of a mistake: there the last bit decides.

    What is exactly 0 after an update is so because nothing came in, and not because short decimals cancel.
    """
    page = flat_page_for(problem)
    kinked = [q for q in page.order if q.layer and problem.activations[q.layer - 1].row.shape.kink]
    nets = [q for q in kinked if q.name in ("net", "net_after")]
    if not nets:
        return False
    sizes = np.abs(np.vstack([page.exact, wrong_sheets(page).exact]))
    near = sizes < _NEAR
    for quantity in nets:
        if problem.activations[quantity.layer - 1].row.from_zero:
            near[:, page.places[quantity]] &= sizes[:, page.places[quantity]] >= NOISE
        if quantity.name == "net_after" or quantity.step > 1:
            near[:, page.places[quantity]] &= sizes[:, page.places[quantity]] > 0
    return any(bool(near[:, page.places[quantity]].any()) for quantity in nets)


def _looked_at(problem: Problem, wish: Wish) -> Drawn:
    """What is missing, and the problem with leave for what nobody asked for."""
    found = lint(problem, cures=False)
    counts = [one for one in found if _counts(one, wish)]
    others = tuple(dict.fromkeys(one.mistakes[0] for one in found if one not in counts))
    missing = [":".join(filter(None, (one.id, "+".join(one.mistakes)))) for one in counts]
    seen = visibility(problem, wish.show) if wish.show else {}
    hidden = [f"hidden_mistake:{name}" for name in wish.show if name not in seen or not seen[name].cells]
    missing += [one for one in hidden if one not in missing]
    if others:
        reason = _("drawn to show {mistakes}").format(mistakes=", ".join(wish.show))
        problem = replace(problem, lint=Allowed(others, reason))
    return Drawn(problem, tuple(missing))


def _counts(found: Finding, wish: Wish) -> bool:
    """Whether a finding is against the wish; of mistakes that nobody asked for it is not."""
    return not (found.mistakes and wish.show) or bool({*found.mistakes} & {*wish.show})
