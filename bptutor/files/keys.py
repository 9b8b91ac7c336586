"""The keys of problem files, one row each: what they hold, what they mean, and their default.

Reading, unknown-key hints and `bptutor schema` all come from these tables.
"""

from __future__ import annotations

import json
from typing import Any

from bptutor.engine import conventions
from bptutor.engine.activations import ACTIVATIONS, Leak, usual_leak
from bptutor.engine.losses import LOSSES
from bptutor.engine.parts import STAGE
from bptutor.engine.quantities import KINDS
from bptutor.files import points
from bptutor.files.forms import digits, updates
from bptutor.files.kinds import (
    Key,
    Keys,
    Kind,
    blank_or,
    choice,
    either,
    listing,
    mapping,
    name,
    real,
    schema_of,
    text,
    truth,
    whole,
    words,
)
from bptutor.files.place import BAD, Place
from bptutor.files.reader import Mapping, Node
from bptutor.language import _
from bptutor.problem import Activation, Conventions

MAX_LAYERS = 1000

ASKED = tuple(dict.fromkeys(KINDS[name].word for name in STAGE))
"""The words of quantities that can be asked for."""

_NUMBER = real()
_NUMBERS = listing(_NUMBER, _("numbers"))
_MATRIX = listing(_NUMBERS, _("rows"))
_NAME = name()


def _activation(node: Node, place: Place) -> Any:
    if isinstance(node, Mapping):
        (word, item), *others = node.items.items() or [("", node)]
        if not others and word in ACTIVATIONS and ACTIVATIONS[word].from_zero:
            message = _("{name} has no number; what it gives at 0 is a convention").format(name=word)
            return place.report(node.line, message, "conventions: {at_zero: 1}")
        if others or word not in _LEAKS:
            return place.expected(node, _("a name, or {example}").format(example=_(" or ").join(_EXAMPLES)))
        leak = _LEAKS[word].read(item, place.at(word))
        return BAD if leak is BAD else Activation(word, leak)
    word = choice(*ACTIVATIONS).read(node, place)
    return BAD if word is BAD else Activation(word, usual_leak(word))


def _leak(leak: Leak) -> Kind:
    kind = real(leak.expected, lambda value: leak.low <= value <= leak.high, minimum=leak.low, maximum=leak.high)
    return kind._replace(schema={"description": leak.says} | kind.schema)


_EXAMPLES = [f"{{{name}: {row.leak.example}}}" for name, row in ACTIVATIONS.items() if row.leak]
_LEAKS = {name: _leak(row.leak) for name, row in ACTIVATIONS.items() if row.leak}
_ACTIVATION = Kind(
    _activation,
    {
        "anyOf": [
            choice(*ACTIVATIONS, says=(row.formula for row in ACTIVATIONS.values())).schema,
            {  # patterns: of keys with the same name as a word, editors make a mixture of both
                "type": "object",
                "patternProperties": {f"^{name}$": kind.schema for name, kind in _LEAKS.items()},
                "additionalProperties": False,
                "minProperties": 1,
                "maxProperties": 1,
            },
        ]
    },
)


def _given(node: Node, place: Place) -> Any:
    if not isinstance(node, Mapping):
        return place.expected(node, _("ids with their values, such as {example}").format(example="{out1: [0.6, 0.7]}"))
    values = {key: _GIVEN.read(item, place.at(key)) for key, item in node.items.items()}
    return BAD if any(value is BAD for value in values.values()) else values


def _cells(node: Node, place: Place) -> Any:
    if not isinstance(node, Mapping):
        return place.expected(node, _("cells with their numbers, such as {example}").format(example="{net1: [0.6, ~]}"))
    return node


_CELLS = listing(blank_or(_NUMBER), _("numbers"))
_GIVEN = either(listing(either(_CELLS, blank_or(_NUMBER)), _("numbers")), _NUMBER)
_DEFAULT = Conventions()._asdict()


_OTHER_KINDS = {
    "momentum": real(_("a number from 0, below 1"), lambda value: 0 <= value < 1, minimum=0, exclusiveMaximum=1),
    "batch_size": blank_or(whole(1, 1_000_000)),
    "at_zero": whole(0, 1),
}


def _convention(key: str) -> Key:
    row = conventions.CONVENTIONS[key]
    lines = [value.clause or value.says for value in row.values.values()]
    kind = truth(lines) if True in row.values else choice(*map(str, row.values), says=lines)
    return Key(_OTHER_KINDS.get(key, kind), row.sentence, default=_DEFAULT[key])


CONVENTIONS: Keys = {key: _convention(key) for key in Conventions._fields}

SAMPLE: Keys = {
    "inputs": Key(_NUMBERS, _("the inputs of this sample"), required=True, example="[0.05, 0.1]"),
    "targets": Key(_NUMBERS, _("its targets")),
}

LABELS: Keys = {
    "inputs": Key(listing(_NAME, _("names")), _("one name for each input")),
    "units": Key(
        listing(listing(_NAME, _("names")), _("lists of names")), _("one list for each layer, one name for each unit")
    ),
    "weights": Key(
        listing(listing(listing(_NAME, _("names")), _("rows")), _("matrices")),
        _("a matrix of names for each layer, in the shape of the weights"),
    ),
    "biases": Key(
        listing(blank_or(either(listing(_NAME, _("names")), _NAME)), _("names")),
        _("one entry for each layer: a list, or one name for a shared bias"),
    ),
}

LINT: Keys = {
    "allow": Key(listing(_NAME, _("ids")), _("ids of rules of `lint`, or of mistakes with a name"), required=True),
    "reason": Key(text(1000), _("why it is all right here"), required=True),
}

PROBLEM: Keys = {
    "title": Key(text(300), _("what the problem is called")),
    "source": Key(text(1000), _("who published it, where")),
    "notes": Key(text(), _("whatever a reader should know")),
    "layers": Key(
        listing(whole(1, 1_000_000), _("unit counts"), 2, MAX_LAYERS),
        _("units: inputs, hidden …, outputs"),
        required=True,
        example="[2, 3, 2]",
    ),
    "activation": Key(
        either(listing(_ACTIVATION, _("activations")), _ACTIVATION),
        _("the activation, or one per layer"),
        required=True,
        example="sigmoid",
    ),
    "loss": Key(
        choice(*LOSSES, says=(row.formula for row in LOSSES.values())),
        _("what the outputs lose against the targets"),
        default="half_squared_error",
    ),
    "learning_rate": Key(
        real(_("a number above 0"), lambda value: value > 0, exclusiveMinimum=0),
        _("η; leave it out for gradients only"),
        example="0.5",
    ),
    "optimizer": Key(
        updates.OPTIMIZER, _("what is made of the gradients; a name, or {adam: {beta1: 0.9}}"), default="sgd"
    ),
    "weight_decay": Key(
        updates.DECAY,
        _("λ of large parameters: a number for L2, or {l1: 0.01}, {decoupled: 0.01, biases: true}"),
    ),
    "inputs": Key(_NUMBERS, _("one number for each input"), example="[0.05, 0.1]"),
    "targets": Key(_NUMBERS, _("one number for each output; leave them out for a forward pass only")),
    "samples": Key(listing(mapping(SAMPLE), _("samples")), _("several samples, instead of inputs and targets")),
    "weights": Key(
        listing(_MATRIX, _("matrices")),
        _("one matrix for each layer, one row for each receiving unit"),
        required=True,
        example="[[[0.1, 0.2], [0.3, 0.4]], [[0.5, 0.6]]]",
    ),
    "biases": Key(
        listing(blank_or(either(_NUMBERS, _NUMBER)), _("biases")),
        _("one entry for each layer: a list, one number shared by the layer, or ~ for none"),
    ),
    "decimals": Key(
        digits.KIND,
        _("decimals that are asked for, or {out: 3, grad: 4 figures, default: 4}"),
        default=4,
    ),
    "conventions": Key(mapping(CONVENTIONS), _("what courses disagree about")),
    "steps": Key(whole(1, 1_000_000), _("how many times the pass is repeated"), default=1),
    "given": Key(
        Kind(_given, {"type": "object", "additionalProperties": _GIVEN.schema}),
        _("values that the exercise gives instead of asking for them"),
    ),
    "labels": Key(mapping(LABELS), _("what the page calls inputs, units, weights and biases")),
    "ask": Key(
        either(listing(words(*ASKED), _("names")), words(*ASKED)),
        _("what is asked for: words such as delta, quantities such as delta2, or cells; leave it out for all"),
    ),
    "points": Key(
        points.KIND,
        _("how the page is marked; names with their points, such as {delta: 2}, are those of single cells"),
    ),
    "lint": Key(mapping(LINT), _("what `bptutor lint` finds here and is known to the author")),
}

_CELL = {"$ref": "#/$defs/answer"}
_TYPED = {"type": ["number", "string", "null"]}
_ANSWER = {
    "anyOf": [
        _TYPED,
        {"type": "array", "items": {"anyOf": [_TYPED, {"type": "array", "items": _TYPED}]}},
        {"type": "object", "additionalProperties": _TYPED},
    ]
}

ANSWERS: Keys = {
    "problem": Key(blank_or(text(1000)), _("the problem, a file beside this one or a name of the library")),
    "student": Key(blank_or(text(300)), _("who worked this out")),
    "variant": Key(blank_or(text(100)), _("which of several problems")),
    "answers": Key(
        blank_or(
            Kind(_cells, {"type": "object", "properties": dict.fromkeys(ASKED, _CELL), "additionalProperties": _CELL})
        ),
        _("numbers as typed: a single cell, an array, or labels grouped by quantity; ~ is blank"),
        required=True,
    ),
}

TABLES = {"problem": PROBLEM, "answers": ANSWERS}


def schema_text(of: str) -> str:
    """The file of a schema."""
    return f"{json.dumps(schema(of), indent=2, ensure_ascii=False)}\n"


def schema_line(of: str) -> str:
    """The first line of a file that bptutor writes, by which editors find the schema that stands beside it.

    >>> schema_line("answers")
    '# yaml-language-server: $schema=answers.schema.json'
    """
    return f"# yaml-language-server: $schema={schema_file(of)}"


def schema_file(of: str) -> str:
    """How the file of a schema is called."""
    return f"{of}.schema.json"


def schema(of: str) -> dict[str, Any]:
    """The JSON Schema of `problem` or `answers` files."""
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": f"bptutor {of} file"}
    return head | schema_of(TABLES[of]) | _MORE[of]


_MORE: dict[str, dict[str, Any]] = {
    "problem": {
        "if": {"required": ["samples"]},
        "then": {"properties": {"inputs": False}},
        "else": {"required": ["inputs"]},
    },
    "answers": {"$defs": {"answer": _ANSWER}},
}
"""What a schema says beside its keys."""
