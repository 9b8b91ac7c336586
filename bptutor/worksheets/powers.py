"""Powers of e in a formula, for media that set what is above it higher: e^(−net) is e and, above it, −net."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_POWER = re.compile(r"(?<!\w)e\^(?:\(((?:[^()]|\([^()]*\))*)\)|([−-]?\w+))")


class Piece(NamedTuple):
    """A piece of a formula, and whether it is an exponent; `before` and `after` are the spaces around it."""

    before: str
    text: str
    after: str
    raised: bool


def pieces(formula: str) -> Iterator[Piece]:
    """The formula in pieces.

    >>> [(piece.text, piece.raised) for piece in pieces("1/(1 + e^(−net_h1))")]
    [('1/(1 + e', False), ('−net_h1', True), (')', False)]
    """
    at = 0
    for found in _POWER.finditer(formula):
        yield _piece(f"{formula[at : found.start()]}e", raised=False)
        yield _piece(found[1] or found[2], raised=True)
        at = found.end()
    yield _piece(formula[at:], raised=False)


def _piece(text: str, *, raised: bool) -> Piece:
    bare = text.strip(" ")
    before, _bare, after = text.partition(bare) if bare else (text, "", "")
    return Piece(before, bare, after, raised)
