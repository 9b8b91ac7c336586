"""The characters of what people type, made plain: what Word, phones and keyboards put in the place of ASCII."""

from __future__ import annotations

import re
import unicodedata

_SPACES = "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
_NOTHING = "\u00ad\u061c\u180e\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2061\u2062\u2063\u2064\u2066\u2067\u2068\u2069\ufeff\ufe0e\ufe0f"  # noqa: E501
_INSTEAD = {
    " ": _SPACES,
    "": _NOTHING,
    "-": "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d\u2796\u207b",
    '"': "“”„‟«»″＂〝〞",
    "'": "‘’‚‛′＇`´",
    ":": "：﹕∶︰",
    ",": "，、﹐،",
    ".": "．。﹒٫｡",
    ";": "；﹔؛",
    "=": "＝﹦≔⩵",
    "/": "⁄∕／",
    "Δ": "∆",
}
_TABLE = {ord(char): plain for plain, chars in _INSTEAD.items() for char in chars}
_TABLE |= {full: chr(full - 0xFEE0) for full in range(0xFF01, 0xFF5F) if full not in _TABLE}
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")
_RAISED = re.compile("[⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺]+")


def plain(text: str) -> str:
    """The text in ASCII as far as its characters can mean only one thing; what is ASCII stays as it is.

    Spaces of any width are spaces, digits of any script are digits, dashes are a minus; what has no width is left out.

    >>> plain("δ_o1：–０．５")
    'δ_o1:-0.5'
    """
    if text.isascii():
        return text
    return "".join(map(_digit, text.translate(_TABLE)))


def _digit(char: str) -> str:
    value = unicodedata.decimal(char, None) if char > "\x7f" else None
    return char if value is None else str(value)


def lowered(text: str) -> str:
    """The text with raised digits and signs in their line, behind a `^`: `10⁻⁴` is `10^-4`."""
    return text if text.isascii() else _RAISED.sub(lambda found: "^" + found[0].translate(_SUPERSCRIPTS), text)


_MARKUP = re.compile(r"[${}\\]|\\(?:math(?:rm|it)|text)\b")


def spellings(key: str) -> list[str]:
    """What may be meant by the key of a cell beside what stands there, likeliest first.

    >>> spellings("Loss after")
    ['Loss_after', 'Lossafter', 'loss after', 'loss_after', 'lossafter']
    """
    text = " ".join(unicodedata.normalize("NFKC", plain(key)).split()).strip("*`\"' ")
    bare = _MARKUP.sub("", text.replace("(", "_").replace(")", ""))  # net(h1), $net_{h1}$
    spaced = [*dict.fromkeys((text, text.replace(" ", "_"), text.replace(" ", ""), bare))]
    folded = [each.lower() for each in spaced]
    first = [each[:1].upper() + each[1:] for each in folded]
    return [each for each in dict.fromkeys((*spaced, *folded, *first)) if each and each != key]
