"""The keys of update rules and of weight decay: `optimizer: {adam: {beta1: 0.9}}`, `weight_decay: {l1: 0.01}`."""

from __future__ import annotations

from typing import Any

from bptutor.engine.decay import DECAYS
from bptutor.engine.optimizers import OPTIMIZERS, Option
from bptutor.files.faults import brief
from bptutor.files.kinds import Key, Keys, Kind, choice, mapping, read_keys, real, schema_of, truth
from bptutor.files.place import BAD, Place
from bptutor.files.reader import Mapping, Node, Scalar
from bptutor.language import _
from bptutor.problem import Decay, Optimizer
from bptutor.words import is_unsupported, key_meant, plain, word_meant

_ELSEWHERE = {
    "adamw": "adam  # weight_decay: {decoupled: 0.01}",
    "momentum": "conventions: {momentum: 0.9}  # moving_average: m = β·m + (1 − β)·g",
}
"""What other tools call an update rule and is said in another way here."""


def _optimizer(node: Node, place: Place) -> Any:
    """A name, or a name with its numbers."""
    if isinstance(node, Scalar) and plain(node.text) not in _ELSEWHERE:
        word = _OPTIMIZER_NAME.read(node, place)
        return BAD if word is BAD else optimizer(word, {})
    word = next(iter(node.items), "") if isinstance(node, Mapping) and len(node.items) == 1 else ""
    if is_unsupported(word):
        return place.report(node.line, _("{key} is not supported").format(key=brief(word)))
    if not isinstance(node, Mapping) or word not in OPTIMIZERS or not OPTIMIZERS[word].options:
        example = "{adam: {beta1: 0.9}}"
        return place.expected(node, _("a name, or {example}").format(example=example), _meant(node))
    numbers = mapping(_OPTIMIZERS[word]).read(node.items[word], place.at(word))
    return BAD if numbers is BAD else optimizer(word, numbers)


def _meant(node: Node) -> str:
    """What to write for an update rule that is written as other tools do: `{name: adam, beta1: 0.9}`, `adamw`."""
    items = node.items if isinstance(node, Mapping) else {}
    named = {key: item.text for key, item in items.items() if isinstance(item, Scalar)}
    word = next((named.pop(key) for key in ("name", "type", "kind") if key in named), "")
    word = word or (node.text if isinstance(node, Scalar) else next(iter(items), ""))
    if plain(word) == "sgd" and "momentum" in str(node):
        word = "momentum"
    if plain(word) in _ELSEWHERE:
        return _ELSEWHERE[plain(word)]
    name = word_meant(word, OPTIMIZERS)
    options = OPTIMIZERS[name].options if name else {}
    numbers = {key_meant(key, options): value for key, value in named.items()}
    written = ", ".join(f"{key}: {value}" for key, value in numbers.items() if key)
    return f"{{{name}: {{{written}}}}}" if written else name


def optimizer(name: str, numbers: dict[str, Any]) -> Optimizer:
    """The update rule of a name, with the usual numbers where none are named."""
    named = dict(numbers)
    inside = named.pop("epsilon_inside", False)
    options = ((key, named.get(key, option.usual)) for key, option in OPTIMIZERS[name].options.items())
    return Optimizer(name, tuple(options), inside)


def _number(option: Option) -> Kind:
    if option.high == 1:
        says = _("a number from 0, below 1")
        return real(says, lambda value: 0 <= value < 1, minimum=0, exclusiveMaximum=1)
    return real(_("a number from 0"), lambda value: value >= 0, minimum=0)


_INSIDE = (_("√(v + ε)"), _("√v + ε"))
_BIASES = (_("biases decay too"), _("only weights decay"))


def _options(name: str) -> Keys:
    row = OPTIMIZERS[name]
    keys = {key: Key(_number(one), one.says, default=one.usual) for key, one in row.options.items()}
    inside = Key(truth(_INSIDE), _("whether ε is added under the root, √(v + ε)"), default=False)
    return keys | ({"epsilon_inside": inside} if row.inside else {})


_OPTIMIZERS = {name: _options(name) for name, row in OPTIMIZERS.items() if row.options}
_OPTIMIZER_NAME = choice(*OPTIMIZERS, says=[row.written() for row in OPTIMIZERS.values()])
OPTIMIZER = Kind(
    _optimizer,
    {
        "anyOf": [
            _OPTIMIZER_NAME.schema,
            *(
                {
                    "type": "object",
                    "properties": {name: schema_of(keys)},
                    "required": [name],
                    "additionalProperties": False,
                }
                for name, keys in _OPTIMIZERS.items()
            ),
        ]
    },
)


def _decay(node: Node, place: Place) -> Any:
    """A number, which is L2, or a kind with its number."""
    if isinstance(node, Scalar) and (kind := word_meant(node.text, DECAYS)):
        return place.expected(node, _("a number from 0"), f"{{{kind}: 0.01}}")
    if not isinstance(node, Mapping):
        rate = _RATE.read(node, place)
        return BAD if rate is BAD else Decay("l2", rate)
    found = read_keys(node, place, _DECAY)
    kinds = [kind for kind in DECAYS if kind in node.items]
    if not node.items.keys() <= _DECAY.keys():
        return BAD
    if len(kinds) != 1:
        return place.expected(node, _("one of {names}").format(names=", ".join(DECAYS)), "{l2: 0.01}")
    return Decay(kinds[0], found[kinds[0]], found.get("biases", False)) if kinds[0] in found else BAD


_RATE = real(_("a number from 0"), lambda value: value >= 0, minimum=0)
_DECAY: Keys = {
    **{kind: Key(_RATE, row.says) for kind, row in DECAYS.items()},
    "biases": Key(truth(_BIASES), _("whether biases decay too"), default=False),
}

DECAY = Kind(_decay, {"anyOf": [_RATE.schema, schema_of(_DECAY) | {"minProperties": 1}]})
