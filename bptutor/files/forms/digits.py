"""The key of the digits that are asked for: `decimals: 4`, `decimals: {out: 3, grad: 4 figures, default: 4}`."""

from __future__ import annotations

import re
from typing import Any

from bptutor.engine.parts import FAMILIES, WORDS
from bptutor.files.faults import brief
from bptutor.files.kinds import Kind, whole
from bptutor.files.place import BAD, Place
from bptutor.files.reader import Mapping, Node, Scalar
from bptutor.language import _
from bptutor.problem import DEFAULT, Digits
from bptutor.words import key_meant


def _decimals(node: Node, place: Place) -> Any:
    """A number of digits for all, or for quantities by name; `default` for those that are not named."""
    if not isinstance(node, Mapping):
        own = _digits(node, place)
        return own if own is BAD else {DEFAULT: own}
    found = {}
    for key, item in node.items.items():
        inner, word = place.at(key), key.rstrip("0123456789")
        if word not in _DIGITS_OF or (word == DEFAULT and word != key):
            hint = key_meant(word, _DIGITS_OF) or _("known are {keys}").format(keys=", ".join(_DIGITS_OF))
            inner.report(node.lines[key], _("unknown key {key}").format(key=brief(key)), hint, at_key=True)
        elif (value := _digits(item, inner)) is not BAD:
            found[key] = value
    return found


def _digits(node: Node, place: Place) -> Any:
    """`4` decimals, or `3 figures`."""
    if isinstance(node, Scalar) and (match := _FIGURES.fullmatch(node.text.strip())):
        return Digits(int(match[1]), figures=True)
    return BAD if (value := _DECIMALS.read(node, place)) is BAD else Digits(value)


_DECIMALS = whole(0, 15)
_FIGURES = re.compile(r"0*([1-9]|1[0-5]) +(?:s\.?f\.?|sig\.? figs?|(?:significant +)?figures?|significant +digits?)")
_DIGITS_OF = (DEFAULT, *sorted(FAMILIES), *WORDS[WORDS.index("net") :])
_SOME_DIGITS = {"anyOf": [_DECIMALS.schema, {"type": "string", "pattern": "^(?:[1-9]|1[0-5]) figures?$"}]}
_WORD_DIGITS = f"^(?:{DEFAULT}|(?:{'|'.join(word for word in _DIGITS_OF if word != DEFAULT)})[0-9]*)$"
KIND = Kind(
    _decimals,
    {
        "anyOf": [
            *_SOME_DIGITS["anyOf"],
            {"type": "object", "patternProperties": {_WORD_DIGITS: _SOME_DIGITS}, "additionalProperties": False},
        ]
    },
)
