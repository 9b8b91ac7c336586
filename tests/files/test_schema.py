"""The JSON Schemas: valid, made of the same tables that read the files, and of one mind with the reader."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from bptutor.engine.activations import ACTIVATIONS
from bptutor.engine.losses import LOSSES
from bptutor.engine.optimizers import OPTIMIZERS
from bptutor.files import reader
from bptutor.files.keys import ANSWERS, ASKED, CONVENTIONS, LABELS, LINT, PROBLEM, SAMPLE, TABLES, schema
from bptutor.files.kinds import Keys
from bptutor.files.library import load, names, path_of

PROBLEMS = Draft202012Validator(schema("problem"))
ANSWER_SHEETS = Draft202012Validator(schema("answers"))
MAZUR = yaml.safe_load(path_of("mazur").read_text(encoding="utf-8"))
BAD = Path(__file__).parent.parent / "bad"

# What is wrong with these cannot be said by the schema: it lies between keys, in the way a number is written (a YAML
# loader has made something else of it before the schema is asked), or in the text of the file.
_BEYOND = """
activation-too-many anchor ask-given ask-given-cell ask-of-many-steps ask-unknown biases-flat-for-units
biases-too-many biases-too-many-for-units given-single binary-cross-entropy-targets byte-order-mark-inside
cross-entropy-samples cross-entropy-targets decimal-commas-in-a-list faults-in-a-wide-net given-forward-only
given-not-on-this-page given-parameter given-ragged given-second-step given-shape given-unknown given-without-biases
half-a-surrogate-pair inputs-too-many key-three-times key-twice key-twice-inside labels-of-biases
labels-of-other-cells labels-shape labels-twice labels-twice-default labels-twice-weights layers-huge merge-key
merge-key-at-the-top number-division-by-zero number-hexadecimal number-leading-zero number-long number-octal
number-time number-too-large number-underscore number-yaml-inf number-yaml-nan online-with-batch-size
output-with-targets points-not-asked points-of-stages
points-twice points-unknown samples-shapes samples-some-targets softmax-hidden
step-deeper step-deeper-without-loss step-in-samples step-with-another-loss tag-alone tag-float targets-too-many
weights-2x3-for-3x2 weights-3x2-for-2x3-sending weights-neither-way weights-one-matrix weights-ragged
weights-three-matrices weights-with-biases
"""
BEYOND = _BEYOND.split()


def loaded(path: Path) -> Any:
    """The file as another program would load it; None where it does not."""
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, RecursionError):
        return None


@pytest.mark.parametrize("of", TABLES)
def test_the_schema_is_one(of: str) -> None:
    Draft202012Validator.check_schema(schema(of))
    assert json.loads(json.dumps(schema(of), allow_nan=False)) == schema(of)
    assert schema(of)["$schema"] == "https://json-schema.org/draft/2020-12/schema"


@pytest.mark.parametrize("name", names())
def test_the_library_fits(name: str) -> None:
    PROBLEMS.validate(loaded(path_of(name)))


@pytest.mark.parametrize("name", sorted({path.stem for path in BAD.glob("*.yaml")}))
def test_bad_files_do_not(name: str) -> None:
    value = loaded(BAD / f"{name}.yaml")
    assert (value is not None and PROBLEMS.is_valid(value)) == (name in BEYOND)


def test_what_lies_beyond_the_schema_is_there() -> None:
    assert not [name for name in BEYOND if not (BAD / f"{name}.yaml").exists()]


def keys_of(part: dict[str, Any], keys: Keys) -> None:
    """The schema of a mapping has exactly these keys, each described, with its default and its need."""
    assert list(part["properties"]) == list(keys)
    assert part["additionalProperties"] is False
    assert part.get("required", []) == [name for name, key in keys.items() if key.required]
    for name, key in keys.items():
        assert part["properties"][name]["description"] == key.says
        assert part["properties"][name].get("default") == key.default


def test_keys() -> None:
    of_problem = schema("problem")
    keys_of(of_problem, PROBLEM)
    keys_of(of_problem["properties"]["conventions"], CONVENTIONS)
    keys_of(of_problem["properties"]["labels"], LABELS)
    keys_of(of_problem["properties"]["lint"], LINT)
    keys_of(of_problem["properties"]["samples"]["items"], SAMPLE)
    keys_of(schema("answers"), ANSWERS)


def nodes(part: Any) -> Iterator[dict[str, Any]]:
    if isinstance(part, dict):
        yield part
        for inner in part.values():
            yield from nodes(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from nodes(inner)


def test_defaults_fit() -> None:
    found = [part for part in nodes(schema("problem")) if "default" in part]
    numbers = sum(len(row.options) + bool(row.inside) for row in OPTIMIZERS.values())
    assert len(found) == 6 + numbers + sum(key.default is not None for key in CONVENTIONS.values())
    for part in found:
        Draft202012Validator(part).validate(part["default"])


def test_no_editor_offers_true_and_false_for_a_text_or_a_number() -> None:
    """Which it does wherever a type of the schema may be a boolean; a switch is a choice of two words."""
    for part in [*nodes(schema("problem")), *nodes(schema("answers"))]:
        assert "boolean" not in part.get("type", [])


def test_each_word_has_one_line() -> None:
    choices = [part for part in nodes(schema("problem")) if "enumDescriptions" in part]
    # loss, activation (one, and in a list), eight conventions, update rule, where ε stands (two), biases that decay
    assert len(choices) == 15
    for part in choices:
        assert len(part["enum"]) == len({*map(str, part["enum"])}) == len(part["enumDescriptions"])
    assert schema("problem")["properties"]["loss"]["enum"] == [*LOSSES]


def test_a_list_of_activations_comes_after_one() -> None:
    """Editors tell what the first kind misses of a word that is none: the words that there are."""
    assert schema("problem")["properties"]["activation"]["anyOf"][0]["enum"] == [*ACTIVATIONS]


def test_all_that_is_offered_for_ask_can_be_asked() -> None:
    ask = schema("problem")["properties"]["ask"]
    assert ask["examples"] == ask["items"]["examples"] == [*ASKED]
    for word in ASKED:
        assert load({**MAZUR, "optimizer": "adam", "weight_decay": {"l2": 0.01, "biases": True}, "ask": word}).ask == (
            word,
        )


GOOD = """
layers: [2, 1]
activation: sigmoid
inputs: [1, 2]
weights: [[[0.5, 0.6]]]
"""


@pytest.mark.parametrize(
    "more",
    [
        "inputs: [1e-3, .5]",
        "inputs: [+0.5, −0.5]",
        "inputs: ['0,75', 1/3]",
        "inputs: ['1.5e-3', −2/3]",
        "activation: [{leaky_relu: 1/4}]",
        "biases: [[0.1]]",
        "biases: [~]",
        "biases: [0.1]",
        "title: 2024",
        "notes: no",
        "conventions: {momentum: 0.9, batch_size: ~, update_biases: false}",
        "conventions: {}",
        "given: {out1: [~]}",
        "given: {'net1[1]': 0.5, grad_w1: [[~, 1]]}",
        "labels: {inputs: [1, no], units: [[θ]], weights: [[[w, v]]], biases: [~]}",
    ],
)
def test_what_the_reader_takes_fits(more: str) -> None:
    key = more.split(":")[0]
    text = "".join(line for line in GOOD.splitlines(keepends=True) if not line.startswith(f"{key}:")) + more
    reader.parse(text.encode(), "x.yaml")
    PROBLEMS.validate(yaml.safe_load(text))


@pytest.mark.parametrize(
    "text",
    [
        "answers: {net: {h1: 0.3775, o2: 1.2249}, delta2: [0.1385, -0.0381], 'new_w2[1,1]': 0.3589, w6+: ~}",
        "problem: ../problems/mazur.yaml\nstudent: 1234567\nanswers: {net1: ['0,75', ~, −0.5]}",
        "answers: {grad_w1: [[1, 2], [3, ~]], out1: abc}",
        "answers: {}",
    ],
)
def test_answers_fit(text: str) -> None:
    ANSWER_SHEETS.validate(yaml.safe_load(text))


@pytest.mark.parametrize("text", ["{}", "answers: [1, 2]", "answers: {a: {b: {c: 1}}}", "anwers: {a: 1}", "- 1"])
def test_other_answers_do_not(text: str) -> None:
    assert not ANSWER_SHEETS.is_valid(yaml.safe_load(text))
