"""Whatever the bytes are: a problem, or a BptutorError with places; nothing else comes out of reading."""

import contextlib

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bptutor.errors import BptutorError
from bptutor.files.library import load, names, path_of
from bptutor.files.problem_file import read_problem
from bptutor.problem import Problem

LIBRARY = [path_of(name).read_bytes() for name in names()]
FULL = b"""\
title: all keys
layers: [2, 2, 2]
activation: [{leaky_relu: 0.1}, softmax]
loss: cross_entropy
learning_rate: 0.5
samples:
  - {inputs: [1, 2], targets: [1, 0]}
  - {inputs: [3, 4], targets: [1/2, 0.5]}
weights:
  - [[0.15, 0.20], [0.25, 0.30]]
  - [[0.40, 0.45], [0.50, 0.55]]
biases: [[0.35, 1e-3], 0.6]
decimals: 3
conventions: {weight_rows: sending, bias: added, update_biases: true, delta: descent, momentum: 0.5, batch: mean,
  batch_size: 2, rounding: carry, ties: half_even, hidden_delta_weights: old}
steps: 2
given: {out1@1: [0.6, ~], 'net2[1]@2': 1, out_a@1: 3}
labels: {inputs: [p, q], units: [[a, b], [c, d]], weights: [[[1, 2], [3, 4]], [[5, 6], [7, 8]]], biases: [[r, s], t]}
"""
SIGNS = [b"[", b"]", b"{", b"}", b":", b": ", b"- ", b"?", b"&a ", b"*a", b"!!int ", b"<<: ", b"~", b"''", b'"', b"|\n"]
WORDS = [
    b"\n",
    b"\n  ",
    b"\t",
    b"#",
    b"%",
    b"\0",
    b"\xff",
    b"\xc3\xa9",
    b"0",
    b"-1",
    b"1e400",
    b"nan",
    b"no",
    b"9" * 70,
]
KEYS = [
    b"layers: ",
    b"inputs: ",
    b"samples: ",
    b"given: ",
    b"labels: ",
    b"[2, 2]",
    b"[[1]]",
    b"steps: 2\n",
    b"@1",
    b"#2",
]
CHANGES = st.lists(
    st.tuples(
        st.floats(0, 1, exclude_max=True),  # where
        st.integers(0, 12),  # how many bytes go
        st.sampled_from(SIGNS + WORDS + KEYS) | st.binary(max_size=4),  # what comes
    ),
    max_size=4,
)


def read(data: bytes) -> Problem | None:
    """Reads and asserts that faults have messages in one line, and lines that are in the file."""
    with contextlib.suppress(BptutorError):
        try:
            return read_problem(data, "x.yaml")  # which tries cures on what is wrong
        except BptutorError as error:
            for message, (file, line, key, column, text), hint in error.faults:
                assert message.strip()
                assert not set("\n\r") & set(message + key)
                assert hint.replace("\n", "").isprintable() or not set("\r\x1b") & set(hint)
                assert file == "x.yaml"
                assert text.isprintable() or not set("\n\r\t\x1b") & set(text)
                assert column is None or 1 <= column <= len(text) + 1
                assert line is None or 1 <= line <= len(data.decode(errors="replace").splitlines()) + 1
            raise
    return None


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.binary(max_size=60) | st.lists(st.sampled_from(SIGNS + WORDS + KEYS), max_size=12).map(b"".join))
def test_any_bytes(data: bytes) -> None:
    assert read(data) is None  # no problem is that short


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from([FULL, FULL, *LIBRARY]), CHANGES)
def test_changed_problems(data: bytes, changes: list[tuple[float, int, bytes]]) -> None:
    for place, gone, come in changes:
        start = int(place * len(data))
        data = data[:start] + come + data[start + gone :]
    read(data)


def test_the_full_one_is_a_problem() -> None:
    problem = read(FULL)
    assert problem
    assert list(problem.given) == ["out1@1#1", "net2@2#1"]


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.binary(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
ALL_KEYS = [
    "layers",
    "activation",
    "inputs",
    "targets",
    "samples",
    "weights",
    "biases",
    "given",
    "labels",
    "conventions",
]


@pytest.mark.slow
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from([*ALL_KEYS, "steps", "decimals", "loss", "title"]), VALUES)
def test_any_value_of_a_key(key: str, value: object) -> None:
    full = {"layers": [2, 1], "activation": "sigmoid", "inputs": [1, 2], "weights": [[[0.5, -0.25]]]}
    with contextlib.suppress(BptutorError):
        load(full | {key: value})
