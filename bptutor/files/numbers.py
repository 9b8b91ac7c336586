"""Numbers as people type them."""

from __future__ import annotations

import re

_LONGEST = 60
_DECIMAL = re.compile(r"[+-]?(?:(?:0|[1-9][0-9]*)(?:[.,][0-9]*)?|[.,][0-9]+)(?:[eE][+-]?[0-9]{1,4})?")
_FRACTION = re.compile(r"[+-]?[1-9][0-9]*/[1-9][0-9]*|[+-]?0/[1-9][0-9]*")


def number(text: str) -> float | None:
    """The finite number that a text says, or None.

    `1e-3`, `.5`, `+0.5`, `−0.5` (U+2212), `0,75` and `1/3` are numbers;
    `010`, `1:30`, `1_000`, `nan` and `inf` are not.
    """
    plain = text.strip().replace("\N{MINUS SIGN}", "-")
    if len(plain) > _LONGEST:
        return None
    if _DECIMAL.fullmatch(plain):
        value = float(plain.replace(",", "."))
        return value if abs(value) != float("inf") else None
    if _FRACTION.fullmatch(plain):
        above, below = plain.split("/")
        return int(above) / int(below)
    return None
