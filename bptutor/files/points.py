"""The key `points`: how a page is marked; read from a problem file, or from a file of its own."""

from __future__ import annotations

from typing import Any

from bptutor.files.kinds import Key, Keys, Kind, Schema, choice, either, listing, mapping, read_keys, real, text
from bptutor.files.numbers import exact
from bptutor.files.place import BAD, Place
from bptutor.files.reader import Mapping, Node
from bptutor.language import _
from bptutor.points import SCHEMES, Prices

_MOST = 1_000_000


def _exact(kind: Kind) -> Kind:
    """The kind, its number as the fraction that was typed."""

    def read(node: Node, place: Place) -> Any:
        return BAD if kind.read(node, place) is BAD else exact(getattr(node, "text", ""))

    return Kind(read, kind.schema)


def _named(kind: Kind, example: str, shape: str) -> Kind:
    """A mapping from names to values of a kind."""

    def read(node: Node, place: Place) -> Any:
        if not isinstance(node, Mapping):
            return place.expected(node, shape.format(example=example))
        values = {key: kind.read(item, place.at(key)) for key, item in node.items.items()}
        return BAD if any(value is BAD for value in values.values()) else values

    return Kind(read, {"type": "object", "additionalProperties": kind.schema})


_AMOUNT = _exact(
    real(
        _("a number from 0 to {most}").format(most=_MOST),
        lambda value: 0 <= value <= _MOST,
        minimum=0,
        maximum=_MOST,
    )
)
_ABOVE_0 = _exact(
    real(
        _("a number above 0, at most {most}").format(most=_MOST),
        lambda value: 0 < value <= _MOST,
        exclusiveMinimum=0,
        maximum=_MOST,
    )
)
_PART = _exact(real(_("a part from 0 to 1"), lambda value: 0 <= value <= 1, minimum=0, maximum=1))
_WEIGHTS = _named(_AMOUNT, "{delta: 2}", _("names with their points, such as {example}"))
_NUMBERS = either(listing(real(), _("numbers")), real())
_ACCEPTED = _named(_NUMBERS, "{w5+: 0.3588}", _("cells with numbers, such as {example}"))

_SAYS = {
    "repeat": _("what a mistake costs where it is made again, as a part of what it cost before"),
    "unknown": _("what a wrong rule that nobody can name costs of the points that were inherited"),
    "implied": _("what a blank keeps that later numbers rest on"),
    "copy": _("what a number costs that was copied wrongly"),
    "precision": _("what too few decimals cost"),
    "follow_through": _("what a number keeps that follows from wrong ones"),
}
PRICES: Keys = {key: Key(_PART, _SAYS[key]) for key in Prices._fields}

CHARGE: Keys = {
    "cell": Key(text(100), _("the cell, by its id or label"), required=True),
    "number": Key(real(), _("the wrong number"), required=True),
    "points": Key(_AMOUNT, _("what it costs, in points of the score"), required=True),
    "says": Key(text(300), _("what the student reads"), required=True),
}

POINTS: Keys = {
    "scheme": Key(choice(*SCHEMES), _("what points belong to: stages of the page, or single cells"), default="stages"),
    "weights": Key(_WEIGHTS, _("what differs from the table: points of a word, of a word in a layer, or of a cell")),
    "total": Key(_ABOVE_0, _("what the whole page is worth")),
    "round": Key(_ABOVE_0, _("the score is rounded to a multiple of this, halves up")),
    "marks": Key(mapping(PRICES), _("prices, parts from 0 to 1")),
    "accept": Key(_ACCEPTED, _("numbers that count as right as well, by cell")),
    "charge": Key(listing(mapping(CHARGE), _("prices")), _("wrong numbers that have a price of their own")),
}


def _read(node: Node, place: Place) -> Any:
    if isinstance(node, Mapping) and not POINTS.keys().isdisjoint(node.items):
        faults = len(place.faults)
        values = read_keys(node, place, POINTS)
        return values if len(place.faults) == faults else BAD
    weights = _WEIGHTS.read(node, place)
    return BAD if weights is BAD else {"scheme": "cells", "weights": weights}


def _schema() -> Schema:
    """Both forms in one, so that an editor offers the keys: where there is any of them, there are no others."""
    ours = {"anyOf": [{"required": [key]} for key in POINTS]}
    no_others = {"propertyNames": {"enum": [*POINTS]}}
    return mapping(POINTS).schema | {"additionalProperties": _AMOUNT.schema, "if": ours, "then": no_others}


KIND = Kind(_read, _schema())
"""The value of `points`: names with their points, which is the scheme `cells`, or the keys of `POINTS`."""
