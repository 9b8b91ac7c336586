"""Numbers in another form than expected: a flat list for matrices, a column for a list, a batch for a sample."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice, pairwise
from typing import Any

from bptutor.errors import Fault
from bptutor.files.mending.draft import Cure, Draft
from bptutor.files.numbers import number
from bptutor.files.reader import Mapping, Node, Scalar, Sequence
from bptutor.language import _, plural

_MOST = 2000  # numbers that are brought into another form


def shape_cures(draft: Draft, fault: Fault) -> Iterator[Cure]:
    """What brings the numbers of a key into the form that is expected."""
    key = re.match(r"[^.\[]*", fault.where.key)[0]  # type: ignore[index]
    node, layers = draft.node(key), draft.layers()
    if node is None or key not in _FORMS or _is_long(draft, key):
        return
    for value, says, hint in _FORMS[key](node, layers):
        text = draft.with_value(key, value) if value else draft.text
        if text is not None and (text != draft.text or not value):
            yield _at(
                draft, key, fault, Cure(text, 0, 0, says, hint or f"{key}: {value}", form=() if value else (key,))
            )


def _at(draft: Draft, key: str, fault: Fault, cure: Cure) -> Cure:
    """The cure at the place of the fault, where it has one, else at the value of the key."""
    line, column = draft.spots[key].value
    if draft.in_line(fault) and fault.where.column:
        return cure._replace(line=fault.where.line or 1, column=_column(draft, fault))
    return cure._replace(line=line + 1, column=column + 1)


def _column(draft: Draft, fault: Fault) -> int:
    """The column of a fault in its line, which may be longer than what is shown of it."""
    spot = draft.spots.get(fault.where.key)
    return spot.value[1] + 1 if spot and spot.value[0] + 1 == fault.where.line else 1


def _is_long(draft: Draft, key: str) -> bool:
    spot = draft.spots.get(key)
    return spot is None or draft.text.count(",", spot.start, spot.end) > _MOST


Form = tuple[str, str, str]  # the value as it should stand there, what is wrong with it, what to try


def _numbers(node: Any) -> Iterator[str]:
    """The numbers of a node in their order, as they are typed."""
    if isinstance(node, Scalar):
        yield node.text
    elif isinstance(node, Sequence | Mapping):
        for item in node.items if isinstance(node, Sequence) else node.items.values():
            yield from _numbers(item)


def _depth(node: Node) -> int:
    items = node.items if isinstance(node, Sequence) else [*node.items.values()] if isinstance(node, Mapping) else []
    return 1 + max(map(_depth, items), default=0) if items else 0


def _list(items: Any) -> str:
    return f"[{', '.join(items)}]"


def _matrix(numbers: Iterator[str], rows: int, columns: int) -> str:
    return _list(_list(islice(numbers, columns)) for _row in range(rows))


def _weights(node: Node, layers: list[int]) -> Iterator[Form]:
    """One matrix a layer, a row for each receiving unit."""
    if not layers:
        return
    shapes = [(units, incoming) for incoming, units in pairwise(layers)]
    expected = _(", then ").join(_rows(r).format(rows=r, columns=c) for r, c in shapes)
    counted, depth = [*_numbers(node)], _depth(node)
    if len(counted) == sum(rows * columns for rows, columns in shapes):
        numbers = iter(counted)
        value = _list(_matrix(numbers, rows, columns) for rows, columns in shapes)
        if isinstance(node, Mapping):
            says = _("found names with weights, expected matrices: {expected}")
        elif depth == 1:
            says = _("found a flat list of weights, expected matrices: {expected}")
        else:
            says = _("found weights that are not one matrix for each layer, expected {expected}")
        if depth < 3 or isinstance(node, Mapping) or any(_depth(item) != 2 for item in getattr(node, "items", ())):
            yield value, says.format(expected=expected), ""
    elif depth < 3 or isinstance(node, Mapping):
        says = plural("found {n} weight, expected {expected}", "found {n} weights, expected {expected}", len(counted))
        says = says.format(n=len(counted), expected=expected)
        example = _list(_matrix(_zeros(), rows, columns) for rows, columns in shapes)
        yield "", says, f"weights: {example}"
    yield from _turned(node, shapes)


def _rows(rows: int) -> str:
    return plural("{rows} row of {columns}", "{rows} rows of {columns}", rows)


def _zeros() -> Iterator[str]:
    while True:
        yield "~"


def _turned(node: Node, shapes: list[tuple[int, int]]) -> Iterator[Form]:
    """Single matrices whose rows are those of the sending units, while others stand the right way round."""
    items = node.items if isinstance(node, Sequence) else []
    if len(items) != len(shapes) or _depth(node) != 3:
        return
    matrices = [[[*_numbers(row)] for row in item.items] if isinstance(item, Sequence) else [] for item in items]
    rows_are = _found(matrices)
    turned = [n for n, (found, shape) in enumerate(zip(rows_are, shapes, strict=True)) if found and found != shape]
    if not turned or any(rows_are[n] != shapes[n][::-1] for n in turned):
        return
    if all(n in turned or rows == columns for n, (rows, columns) in enumerate(shapes)) and len(turned) > 1:
        return  # the convention says so in one line
    value = _list(
        _list(map(_list, zip(*matrix, strict=True) if n in turned else matrix)) for n, matrix in enumerate(matrices)
    )
    says = _("found a matrix with a row for each sending unit, expected one for each receiving unit")
    alone = _list(map(_list, zip(*matrices[turned[0]], strict=True)))
    yield value, says, _turned_hint(alone, shapes, turned)


def _turned_hint(alone: str, shapes: list[tuple[int, int]], turned: list[int]) -> str:
    """The matrix the right way round; and where all may be turned, since the others are square, what says so."""
    if not all(n in turned or rows == columns for n, (rows, columns) in enumerate(shapes)) or len(shapes) == 1:
        return alone
    square = ", ".join(f"weights[{n}]" for n in range(1, len(shapes) + 1) if n - 1 not in turned)
    both = _("{alone}  if this matrix alone is turned\n     {all}  if all are: that turns {square} too")
    return both.format(alone=alone, all="conventions: {weight_rows: sending}", square=square)


def _found(matrices: list[list[list[str]]]) -> list[tuple[int, int] | None]:
    widths = [{len(row) for row in matrix} for matrix in matrices]
    return [(len(m), min(w)) if len(w) == 1 else None for m, w in zip(matrices, widths, strict=True)]


def sending_cures(draft: Draft, fault: Fault) -> Iterator[Cure]:
    """The convention that a row belongs to a sending unit, where that makes all matrices fit.

    It turns every matrix, the square ones too; where one of these is, `_turned` speaks of it.
    """
    node, layers = draft.node("weights"), draft.layers()
    if not re.match(r"weights\[\d+\]$", fault.where.key) or not isinstance(node, Sequence) or not layers:
        return
    if draft.node("conventions") is not None:
        return
    line = draft.in_line(fault) or 1
    hint = "conventions: {weight_rows: sending}"
    says = _("{message}: are the rows those of the sending units?").format(message=fault.message)
    text = draft.text.rstrip("\n") + "\nconventions: {weight_rows: sending}\n"
    yield Cure(text, line, fault.where.column or 1, says, hint, alone=True)


_NUMBERED = re.compile(r"(w|weights?|theta|θ|b|bias(?:es)?)_?\(?(\d+)\)?", re.IGNORECASE)


def numbered_cures(draft: Draft, fault: Fault) -> Iterator[Cure]:
    """`W1: [[…]]` and `W2: [[…]]`, `b1` and `b2`, as the weights and the biases of the layers."""
    root, match = draft.root, _NUMBERED.fullmatch(fault.where.key)
    if not match or not isinstance(root, Mapping) or fault.where.key not in root.items:
        return
    stem = match[1].lower()[0]
    alike = {key: found for key in root.items if (found := _NUMBERED.fullmatch(key)) and found[1].lower()[0] == stem}
    names = sorted(alike, key=lambda key: int(alike[key][2]))
    key = "biases" if stem == "b" else "weights"
    if key in root.items or len(names) > _MOST:
        return
    node: Node = Sequence([root.items[name] for name in names], 1)
    forms = [*_FORMS[key](node, draft.layers())]
    value = next((form[0] for form in forms if form[0]), "") or _written(node)
    form = next((form[2] for form in forms if not form[0]), "")
    text = draft.text
    for name in names[1:]:
        text = _without(text, name)
    spot = draft.spots[names[0]]
    if spot.key is None:
        return
    text = Draft(text).with_value(names[0], value) or text
    start = text.index(names[0], text.rindex("\n", 0, spot.start) + 1 if "\n" in text[: spot.start] else 0)
    text = text[:start] + key + text[start + len(names[0]) :]
    says = _("found {names}, expected the key {key}").format(names=", ".join(names[:6]), key=key)
    yield Cure(
        text,
        draft.in_line(fault) or 1,
        spot.key[1] + 1,
        says,
        form or f"{key}: {value}",
        form=(key, *names) if form else (),
    )


def _written(node: Node) -> str:
    """A node as it stands in one line."""
    if isinstance(node, Scalar):
        return node.text
    return _list(map(_written, node.items if isinstance(node, Sequence) else node.items.values()))


def _biases(node: Node, layers: list[int]) -> Iterator[Form]:
    """One entry a layer: a list for its units, or a number that they share."""
    units, counted = layers[1:], [*_numbers(node)]
    if units and len(counted) == sum(units) and _is_plain(counted):
        numbers = iter(counted)
        says = _("expected one entry for each layer: a list with one number for each unit")
        yield _list(_list(islice(numbers, n)) for n in units), says, ""
    if isinstance(node, Mapping) and len(counted) == len(units):
        yield _list(counted), _("found names with biases, expected a list with one entry for each layer"), ""
    if isinstance(node, Sequence) and units and _depth(node) == 1 and len(counted) not in (len(units), sum(units)):
        says = _("found {n} biases, expected one entry for each layer").format(n=len(counted))
        yield "", says, f"biases: {_list(_list(['~'] * n) for n in units)}"
    if isinstance(node, Scalar):
        one = _list([node.text] * max(len(units), 1))
        yield one, _("found one number, expected a list of biases with one entry for each layer"), ""


def _is_plain(counted: list[str]) -> bool:
    return all(re.fullmatch(r"[-+−.\d/eE]+", text) for text in counted)


def _inputs(node: Node, layers: list[int], key: str = "inputs", place: int = 0) -> Iterator[Form]:
    """One number an input, or a target: no column, no row in a row, no batch."""
    counted = [*_numbers(node)]
    if isinstance(node, Mapping):
        yield _list(counted), _("found names with {key}, expected a list of numbers").format(key=key), ""
    elif isinstance(node, Scalar):
        says = _("found {found}, expected a list of numbers").format(found=node.text[:40])
        tokens = [part for part in re.split(r"[\s,;]+", node.text.strip("()[]{} ")) if part]
        if len(tokens) > 1 and all(re.fullmatch(r"-[\d.]+", token) for token in tokens):
            items = _("{key}: {items}  if each - begins an item").format(key=key, items=_list(t[1:] for t in tokens))
            below = _("{key}: {items}  if they are below 0").format(key=key, items=_list(tokens))
            yield "", says, f"{items}\n     {below}"
        elif tokens and all(number(token) is not None for token in tokens):
            yield _list(tokens), says, ""
        if layers and layers[place] > 1 and number(node.text) is not None:
            yield "", says, f"{key}: {_list([node.text, *['~'] * (layers[place] - 1)])}"
    elif _depth(node) > 1:
        wanted = layers[place] if layers else len(counted)
        if len(counted) == wanted:
            says = _("found a matrix of {key}, expected a flat list of numbers").format(key=key)
            yield _list(counted), says, ""


def _targets(node: Node, layers: list[int]) -> Iterator[Form]:
    yield from _inputs(node, layers, "targets", -1)


def batch_cures(draft: Draft, fault: Fault) -> Iterator[Cure]:
    """A batch of inputs, one row a sample, as samples."""
    rows, targets = draft.node("inputs"), draft.node("targets")
    if not re.match("(inputs|targets)", fault.where.key) or not isinstance(rows, Sequence) or _depth(rows) != 2:
        return
    inputs = [[*_numbers(row)] for row in rows.items]
    wanted = [[*_numbers(row)] for row in targets.items] if isinstance(targets, Sequence) else []
    if len(wanted) == 1 and len(inputs) > 1:
        wanted = [[one] for one in wanted[0]]
    if wanted and len(wanted) != len(inputs):
        return
    parts = [
        f"{{inputs: {_list(row)}" + (f", targets: {_list(wanted[n])}" if wanted else "") + "}"
        for n, row in enumerate(inputs)
    ]
    text = draft.with_value("inputs", _list(parts))
    spot = draft.spots["inputs"]
    if text is None or spot.key is None:
        return
    start = draft.text.rindex("inputs", 0, spot.start)
    text = text[:start] + "samples" + text[start + len("inputs") :]
    if wanted:
        text = _without(text, "targets")
    hint = "samples:" + "".join(f"\n     - {part}" for part in parts[:4]) + ("\n     - …" if len(parts) > 4 else "")
    says = _("found {n} rows of inputs, expected one sample; several go under samples").format(n=len(inputs))
    yield _at(draft, "inputs", fault, Cure(text, 0, 0, says, hint))


def _without(text: str, key: str) -> str:
    """The text without a key, its lines kept."""
    draft = Draft(text)
    spot = draft.spots.get(key)
    if spot is None:
        return text
    start = text.rindex(key, 0, spot.start)
    return text[:start] + "\n" * text.count("\n", start, spot.end) + text[spot.end :]


def _layers(node: Node, _layers_known: list[int]) -> Iterator[Form]:
    """The unit counts, however they are written: 2-3-2, 2x3x2, 2 3 2, {inputs: 2, hidden: 3, outputs: 2}."""
    counts = [count for text in _numbers(node) for count in re.findall(r"\d+", text)]
    if len(counts) > 1 and not any("." in text for text in _numbers(node)):
        yield _list(counts), _("expected a list of unit counts"), ""


_FORMS = {"weights": _weights, "biases": _biases, "inputs": _inputs, "targets": _targets, "layers": _layers}
