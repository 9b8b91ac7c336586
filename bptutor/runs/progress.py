"""How a run says how far it is, without knowing whether anybody looks."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[int, int], None]
"""Hears how much is done, and of how much."""


def unheard(done: int, total: int) -> None:
    """Progress that nobody wants to hear of."""
    del done, total
