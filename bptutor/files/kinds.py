"""The kinds of values a key can have: each reads a node, reports what is wrong with it, and knows its JSON Schema."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from collections.abc import Mapping as Table
from itertools import chain
from typing import Any, NamedTuple

import yaml

from bptutor.files.faults import brief
from bptutor.files.numbers import number
from bptutor.files.place import BAD, Place, is_null
from bptutor.files.reader import Mapping, Node, Scalar, Sequence
from bptutor.language import _
from bptutor.words import HOMES, is_unsupported, key_meant, plain, word_meant

Schema = dict[str, Any]


_MANY = 5  # keys that are not shown in one line


_NUMBERS = _("numbers look like 0.5, -2, 1e-3 or 1/3")


class Kind(NamedTuple):
    """What a value must be: how to read it, and its JSON Schema."""

    read: Callable[[Node, Place], Any]
    schema: Schema


class Key(NamedTuple):
    """One key of a file: the kind of its value, a sentence about it, and what it looks like, for who forgot it."""

    kind: Kind
    says: str
    required: bool = False
    default: Any = None
    example: str = ""


Keys = Table[str, Key]


def text(longest: int = 20_000) -> Kind:
    """Any text up to a length."""

    def read(node: Node, place: Place) -> Any:
        if not isinstance(node, Scalar) or is_null(node):
            return place.expected(node, _("a text"))
        if len(node.text) > longest:
            return place.report(node.line, _("the text is longer than {n} characters").format(n=longest))
        return node.text

    others = {"not": {"type": ["string", "number", *_NO_TEXT]}}
    return Kind(read, {"anyOf": [{"type": ["string", "number"], "maxLength": longest}, others]})


_NO_TEXT = ("array", "object", "null")
"""What is left may be `true`, or `no` for some loaders; where a schema says so, editors offer `true` and `false`."""


# Without what ids are made of, and what cannot be typed or turns the direction of writing.
_NAME = r"^[^\s@#\[\]‹›\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+$"
_LONGEST_NAME = 40


def name() -> Kind:
    """The name of a unit or a parameter."""
    word = text(_LONGEST_NAME)

    def read(node: Node, place: Place) -> Any:
        value = word.read(node, place)
        if value is not BAD and not re.search(_NAME, value):
            return place.expected(node, _("a name without spaces and without @ # [ ] ‹ ›"))
        return value

    return Kind(read, {"not": {"type": [*_NO_TEXT]}, "maxLength": _LONGEST_NAME, "pattern": _NAME})


def words(*names: str) -> Kind:
    """A text for which an editor offers some words."""
    return Kind(text(100).read, {"type": "string", "maxLength": 100, "examples": list(names)})


def real(expected: str = "", allows: Callable[[float], bool] | None = None, **bounds: Any) -> Kind:
    """A finite number for which `allows` holds; `bounds` are its JSON Schema."""

    def read(node: Node, place: Place) -> Any:
        value = number(node.text) if isinstance(node, Scalar) else None
        if value is None or (allows and not allows(value)):
            return place.expected(node, expected or _("a number"), "" if value is not None else _NUMBERS)
        return value

    says = _("expected {what}; {form}").format(what=expected or _("a number"), form=_NUMBERS)
    messages = {"patternErrorMessage": says, "errorMessage": says}
    return Kind(read, {"type": ["number", "string"], "pattern": _REAL, **messages, **bounds})


_REAL = "^[-+−]?[0-9.,]+([eE][-+]?[0-9]+|/[0-9]+)?$"


def whole(low: int, high: int) -> Kind:
    """A whole number between two bounds, both allowed."""

    def read(node: Node, place: Place) -> Any:
        value = number(node.text) if isinstance(node, Scalar) else None
        if value is None or value != int(value) or not low <= value <= high:
            return place.expected(node, _("a whole number from {low} to {high}").format(low=low, high=high))
        return int(value)

    return Kind(read, {"type": "integer", "minimum": low, "maximum": high})


def truth(says: Iterable[str]) -> Kind:
    """`true` or `false`, and no other way to say it; `says` has a line about each."""

    def read(node: Node, place: Place) -> Any:
        values = {"true": True, "false": False}
        if not isinstance(node, Scalar) or node.text not in values:
            return place.expected(node, _("true or false"))
        return values[node.text]

    return Kind(read, {"enum": [True, False], "enumDescriptions": list(says)})


def choice(*names: str, says: Iterable[str] = ()) -> Kind:
    """One of some words; `says` has a line about each, which editors show."""

    def read(node: Node, place: Place) -> Any:
        if not isinstance(node, Scalar) or node.text not in names:
            expected = _("one of {names}").format(names=", ".join(names))
            if isinstance(node, Scalar) and is_unsupported(node.text):
                message = _("{word} is not supported, expected {names}")
                return place.report(node.line, message.format(word=brief(node.text), names=expected))
            return place.expected(node, expected, word_meant(node.text, names) if isinstance(node, Scalar) else "")
        return node.text

    lines = list(says)
    return Kind(read, {"enum": list(names)} | ({"enumDescriptions": lines} if any(lines) else {}))


def blank_or(kind: Kind) -> Kind:
    """The kind, or `~`, which reads as None."""
    return Kind(
        lambda node, place: None if is_null(node) else kind.read(node, place),
        _one_of(kind.schema, {"type": "null"}),
    )


def either(listed: Kind, single: Kind) -> Kind:
    """A list where the value is a list, else the single kind."""
    return Kind(
        lambda node, place: (listed if isinstance(node, Sequence) else single).read(node, place),
        _one_of(single.schema, listed.schema),
    )


def _one_of(*schemas: Schema) -> Schema:
    """The schema of either of some kinds.

    It is a single one where each keyword speaks of one type only: editors then say what is wrong with the value that
    they see, and not which other type it might have had.
    """
    keywords = [word for schema in schemas for word in schema if word != "type"]
    apart = all("type" in schema for schema in schemas) and len({*keywords}) == len(keywords)
    if not apart or not _ANY_TYPE.isdisjoint(keywords):
        return {"anyOf": [option for schema in schemas for option in schema.get("anyOf", [schema])]}
    listed = ([schema["type"]] if isinstance(schema["type"], str) else schema["type"] for schema in schemas)
    types = list(chain.from_iterable(listed))
    both = {name: word for schema in schemas for name, word in schema.items() if name != "errorMessage"}
    return both | {"type": types}


_ANY_TYPE = {"enum", "anyOf", "not"}
"""Keywords that speak of a value of any type."""


def listing(kind: Kind, of: str, shortest: int = 1, longest: int | None = None) -> Kind:
    """A list; `of` says of what, for messages."""

    def read(node: Node, place: Place) -> Any:
        if not isinstance(node, Sequence):
            return place.expected(node, _("a list of {what}").format(what=of), _("write it in square brackets"))
        if len(node.items) < shortest:
            return place.expected(node, _("a list of {what}, at least {n}").format(what=of, n=shortest))
        if longest is not None and len(node.items) > longest:
            return place.expected(node, _("a list of {what}, at most {n}").format(what=of, n=longest))
        values = [kind.read(item, place.at(i)) for i, item in enumerate(node.items, 1)]
        return BAD if BAD in values else values

    most = {} if longest is None else {"maxItems": longest}
    return Kind(read, {"type": "array", "items": kind.schema, "minItems": shortest, **most})


def mapping(keys: Keys) -> Kind:
    """A mapping with a table of keys; absent keys are absent in the result, unknown ones are faults."""

    def read(node: Node, place: Place) -> Any:
        if not isinstance(node, Mapping):
            form = f"{{{', '.join(f'{key}: …' for key in keys)}}}" if len(keys) < _MANY else ""
            return place.expected(node, _("keys: {keys}").format(keys=", ".join(keys)), form)
        return read_keys(node, place, keys)

    return Kind(read, schema_of(keys))


def read_keys(node: Mapping, place: Place, keys: Keys) -> dict[str, Any]:
    """The values of a mapping's keys; one that is absent or faulty is absent here, and its fault is reported."""
    values: dict[str, Any] = {}
    for name, item in node.items.items():
        inner = place.at(name)
        if name not in keys and is_unsupported(name):
            inner.report(node.lines[name], _("{key} is not supported").format(key=brief(name)), at_key=True)
        elif name not in keys:
            message = _("unknown key {key}").format(key=brief(name))
            inner.report(node.lines[name], message, _instead(name, node, keys), at_key=True)
        elif (value := keys[name].kind.read(item, inner)) is not BAD:
            values[name] = value
    for name, key in keys.items():
        if key.required and name not in node.lines:
            missing(place, node, name, key)
    return values


def _instead(name: str, node: Mapping, keys: Keys) -> str:
    """What to write for an unknown key: its name here unless that is there already, or where it belongs."""
    meant = key_meant(name, keys)
    if meant and meant not in node.lines:
        return meant
    there = _("{key} is there already").format(key=meant) if meant else ""
    return HOMES.get(plain(name)) or there or _("known: {keys}").format(keys=", ".join(keys))


def missing(place: Place, node: Mapping, name: str, key: Key) -> None:
    """Reports that a key is not there; at the first level that is in no line."""
    hint = f"{name}: {key.example}  # {key.says}" if key.example else key.says
    line = node.line if place.key else None
    place.at(name).report(line, _("the key {key} is missing").format(key=name), hint)


def schema_of(keys: Keys) -> Schema:
    """The JSON Schema of a mapping with these keys."""
    properties: Schema = {}
    for name, key in keys.items():
        properties[name] = {"description": key.says} | key.kind.schema
        if key.example and "[[" not in key.example and "enum" not in key.kind.schema:  # editors flatten deeper lists
            properties[name]["examples"] = [yaml.safe_load(key.example)]
        if key.default is not None:
            properties[name]["default"] = key.default
    schema: Schema = {"type": "object", "additionalProperties": False, "properties": properties}
    if required := [name for name, key in keys.items() if key.required]:
        schema["required"] = required
    return schema
