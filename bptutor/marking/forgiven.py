"""Which mistakes a marker can forgive: whatever can be named on a sheet."""

from __future__ import annotations

from functools import lru_cache

from bptutor.errors import BptutorError, nearest
from bptutor.language import _
from bptutor.marking.factors import OTHER_FACTOR, OTHER_RATE
from bptutor.mistakes.slips import SLIP_IDS
from bptutor.mistakes.table import MISCONCEPTIONS

NAMES = (*(mistake.id for mistake in MISCONCEPTIONS), *sorted(SLIP_IDS), OTHER_FACTOR, OTHER_RATE)
"""The ids of all mistakes and slips."""


@lru_cache(maxsize=16)
def known_ids(ids: frozenset[str]) -> frozenset[str]:
    """The ids themselves; BptutorError for one that no mistake has, with the nearest that there is.

    >>> known_ids(frozenset({"copy_slip"}))
    frozenset({'copy_slip'})
    """
    for name in sorted(ids - set(NAMES)):
        message = _("{name} is not a mistake that can be forgiven").format(name=name)
        raise BptutorError(message, hint=nearest(name, NAMES) or _("bptutor check --json shows the ids of mistakes"))
    return ids
