"""Numbers as people type them."""

from __future__ import annotations

import re
from fractions import Fraction

from bptutor.files.characters import lowered, plain

_LONGEST = 60
_INFINITE = float("inf")
_DECIMAL = re.compile(r"[+-]?(?:(?:0|[1-9][0-9]*)(?:\.([0-9]*))?|\.([0-9]+))(?:[eE]([+-]?[0-9]{1,4}))?")
_FRACTION = re.compile(r"[+-]?[1-9][0-9]*/[1-9][0-9]*|[+-]?0/[1-9][0-9]*")


def number(text: str) -> float | None:
    """The finite number that a text says, or None.

    `1e-3`, `.5`, `+0.5`, `−0.5` (U+2212), `0,75` and `1/3` are numbers;
    `010`, `1:30`, `1_000`, `nan` and `inf` are not.
    """
    read = _read(_plain(text))
    return None if read is None else read[0]


def typed_number(text: str) -> tuple[float, int | None] | None:
    """The finite number that a person means, and how many decimals it is written with; None where it says none.

    `0.50` has 2, `1.50e-2` has 4, `3e2` has −2; a fraction is exact, which is None. What word processors and keyboards
    of other countries add is looked past, as far as it can mean only one thing: `≈０．５`, `“0,50”`, `0.5 (rounded)`.
    """
    return _read(_plain(text)) or (_read(undressed(text)) if len(text) <= _LONGEST_TYPED else None)


def _read(text: str) -> tuple[float, int | None] | None:
    if len(text) > _LONGEST:
        return None
    if match := _DECIMAL.fullmatch(text):
        digits, more_digits, exponent = match.groups("")
        value = float(text)
        return None if abs(value) == _INFINITE else (value, len(digits or more_digits) - int(exponent or 0))
    if _FRACTION.fullmatch(text):
        above, below = text.split("/")
        return int(above) / int(below), None
    return None


_LONGEST_TYPED = 120
_ABOUT = r"(?:ca|c|approx|approximately|about|circa|etwa|rund|env|environ)\b\.?"
_BEFORE = re.compile(rf"(?:[=:≈≃≅≐∼~'\"*_$|\s]|{_ABOUT})+", re.I)
_WORDS = r"rounded|approx(?:imately)?|gerundet|ger|arrondie?|redondead[oa]|arrotondato|ca|dp|d\.p|s\.f"
_ASIDE = r"\((?=[^()]*[^\W\d_])(?![^()]*[0-9][.,][0-9])[^()]{0,40}\)"  # words, and no other number
_BEHIND = re.compile(rf"(?:[\s,;.…'\"*_$|]|{_ASIDE}|(?<=[\s.…])(?:{_WORDS})\b)+$", re.I)
_POWER = re.compile(r"\s*[x×✕⨯*·⋅∙•]\s*10\s*(?:\^|\*\*)\s*\(?\s*([+-]?\s*[0-9]{1,4})\s*\)?$", re.I)
_GROUPED = re.compile(r"([+-]?[0-9]+[.,](?:[0-9]{3} )+[0-9]{1,3})")
_RAISED_POINT = re.compile(r"(?<![0-9])0[·⋅∙•](?=[0-9])")


def undressed(text: str) -> str:
    """A typed number as a program writes it, without what stands around it; any other text as whatever it is.

    >>> [undressed(text) for text in ("≈ –０．５", "0.50 (rounded)", "4 x 10^-4", "0,377 5…", "- 0.5.")]
    ['-0.5', '0.50', '4e-4', '0.3775', '-0.5']
    """
    bare = plain(lowered(text)).strip()
    if before := _BEFORE.match(bare):
        bare = bare[before.end() :]
    bare = _BEHIND.sub("", bare)
    bare = _POWER.sub(lambda found: "e" + found[1].replace(" ", ""), bare)
    bare = _RAISED_POINT.sub("0.", bare)
    if _GROUPED.fullmatch(bare):
        bare = bare.replace(" ", "")
    return re.sub(r"^([+-])\s+", r"\1", bare).replace(",", ".")


def exact(text: str) -> Fraction | None:
    """The number that a text says, not rounded to a float; what a float cannot tell from 0 is 0."""
    value = number(text)
    return None if value is None else Fraction(_plain(text)) if value else Fraction(0)


def _plain(text: str) -> str:
    return text.strip().replace("\N{MINUS SIGN}", "-").replace(",", ".")
