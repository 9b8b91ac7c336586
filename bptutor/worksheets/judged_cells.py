"""How a workbook tells right from wrong though no right number stands in it.

For each cell it has fingerprints of the numbers that `check` takes for right, in units of the last decimal. What is
typed gets its fingerprint by a formula, and is right where that is one of them. Nobody can read a number off; who
tries all numbers by program finds it, as in every workbook that judges by itself.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

_PRIME = 999_983
"""Its square has 12 digits, which spreadsheets multiply and divide without an error; a wrong number passes one time in
a few hundred thousand."""

_LARGEST = "1E+13"


def fingerprints(units: Sequence[int], salt: str) -> list[int]:
    """The fingerprints of numbers in units of the last decimal, sorted, so that their order says nothing."""
    return sorted({(unit + _shift(salt)) % _PRIME * ((unit + _shift(salt)) % _PRIME) % _PRIME for unit in units})


def _shift(salt: str) -> int:
    return int.from_bytes(hashlib.sha256(salt.encode()).digest()[:8]) % _PRIME


def judging(name: str, decimals: int, salt: str, among: str) -> str:
    """The formula that is 1 where the number of that name is right, 0 where it is not, and "" where nothing stands.

    `among` is the range of its fingerprints.
    """
    typed = f"{name}*1E+{decimals}"
    found = f"MOD(MOD(ROUND({typed},0)+{_shift(salt)},{_PRIME})^2,{_PRIME})"
    known = f"IF(ABS({typed})<{_LARGEST},IF(ISNUMBER(MATCH({found},{among},0)),1,0),0)"
    return f'=IF(ISBLANK({name}),"",IF(ISNUMBER({name}),{known},0))'
