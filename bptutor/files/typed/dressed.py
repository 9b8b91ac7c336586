"""Numbers without what people write around them: signs for about, quotes, dots, words in brackets."""

from __future__ import annotations

import re

from bptutor.files.typed.characters import lowered, plain

_ABOUT = r"(?:ca|c|approx|approximately|about|circa|etwa|rund|env|environ)\b\.?"
_BEFORE = re.compile(rf"(?:[=:≈≃≅≐∼~'\"`*_$|{{\s]|{_ABOUT})+", re.I)
_WORDS = r"rounded|approx(?:imately)?|gerundet|ger|arrondie?|redondead[oa]|arrotondato|ca|dp|d\.p|s\.f"
_ASIDE = r"\((?=[^()]*[^\W\d_])(?![^()]*[0-9][.,][0-9])[^()]{0,40}\)"  # words, and no other number
_BEHIND = re.compile(rf"(?:[\s,;.…'\"`*_$|}}]|{_ASIDE}|(?<=[\s.…])(?:{_WORDS})\b)+$", re.I)
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
