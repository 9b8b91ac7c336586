"""Answer sheets as JSON: the same nodes as from YAML, numbers with the text that was typed."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

from bptutor.errors import BptutorError, Where
from bptutor.files.faults import Faults, brief
from bptutor.files.reader import MAX_DEPTH, Document, Mapping, Node, Scalar, Sequence
from bptutor.intake.entry import Entry, Line
from bptutor.intake.folders import too_large
from bptutor.language import _


class _Number(str):
    """A number of a JSON text, as it stands there."""

    __slots__ = ()


def lines(path: str, name: str, limit: int) -> Iterator[Entry]:
    """The hand-ins of a file with one JSON object a line; raises OSError."""
    with open(path, "rb") as file:
        number = offset = 0
        while data := file.readline(limit + 2):
            number, size, reason = number + 1, len(data), ""
            while not data.endswith(b"\n") and (more := file.readline(limit)):
                data, size, reason = more, size + len(more), too_large(limit)
            source = _("{file}, line {n}").format(file=name, n=number)
            if reason or data.strip():
                part = Line(offset, size, number)
                yield Entry(source, path, when=float(number), reason=reason, part=part)
            offset += size


def parse_json(data: bytes, name: str, line: int = 1) -> Document:
    """One JSON text, as if all of it stood in one line; raises BptutorError for what is none."""
    try:
        value = json.loads(
            data.decode("utf-8-sig").rstrip(),
            parse_float=_Number,
            parse_int=_Number,
            parse_constant=_Number,
            object_pairs_hook=_once,
        )
        root = _node(value, line)
    except RecursionError:
        reason = _("brackets and indentation go more than {limit} levels deep").format(limit=MAX_DEPTH)
    except UnicodeError:
        reason = _("it is not UTF-8 text")
    except json.JSONDecodeError as error:
        reason, line = error.msg, line + error.lineno - 1
    except ValueError as error:
        reason = str(error)
    else:
        return Document(name, b"", root, Faults())
    raise BptutorError(_("this is not JSON: {problem}").format(problem=brief(reason, 120)), Where(name, line)) from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    table = dict(pairs)
    if len(table) < len(pairs):
        twice, _times = Counter(key for key, _value in pairs).most_common(1)[0]
        raise ValueError(_("the key {key} appears twice").format(key=brief(twice)))
    return table


def _node(value: Any, line: int, depth: int = 0) -> Node:
    """A value as the YAML reader would have read it."""
    if depth > MAX_DEPTH:
        raise RecursionError
    if isinstance(value, dict):
        for key in value:
            key.encode()  # half a surrogate pair cannot be written anywhere
        items = {key: _node(item, line, depth + 1) for key, item in value.items()}
        return Mapping(items, dict.fromkeys(items, line), line)
    if isinstance(value, list):
        return Sequence([_node(item, line, depth + 1) for item in value], line)
    if isinstance(value, str):
        value.encode()
        return Scalar(str(value), line, plain=isinstance(value, _Number))
    return Scalar({None: "~", True: "true", False: "false"}[value], line)
