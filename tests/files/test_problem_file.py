"""Every key of a problem file has the effect that is documented."""

from typing import Any

import numpy as np
import pytest

from bptutor.errors import BptutorError, Fault
from bptutor.files.keys import CONVENTIONS, PROBLEM
from bptutor.files.library import load
from bptutor.files.problem_file import problem_of
from bptutor.files.reader import parse
from bptutor.problem import Activation, Conventions, Problem

TEXT = """\
title: A 2-2-2 network, one step
source: who published it, where
layers: [2, 2, 2]
activation: sigmoid
loss: half_squared_error
learning_rate: 0.5
inputs: [0.05, 0.10]
targets: [0.01, 0.99]
weights:
  - [[0.15, 0.20], [0.25, 0.30]]
  - [[0.40, 0.45], [0.50, 0.55]]
biases: [0.35, 0.60]
decimals: 4
"""


def problem(*changes: str, text: str = TEXT) -> Problem:
    """The problem of `text` with other lines for some keys; `-key` leaves a key out."""
    lines = text.splitlines()
    for change in changes:
        key = change.removeprefix("-").split(":")[0]
        kept, inside = [], False
        for line in lines:
            inside = line.startswith(f"{key}:") or (inside and line.startswith(" "))
            kept += [] if inside else [line]
        lines = kept if change.startswith("-") else [*kept, change]
    return problem_of(parse("\n".join(lines).encode(), "x.yaml"))


def faults(*changes: str, text: str = TEXT) -> list[str]:
    with pytest.raises(BptutorError) as caught:
        problem(*changes, text=text)
    return [fault.message for fault in caught.value.faults]


def plain(**changes: Any) -> Problem:
    """A mapping with few keys, as a problem."""
    keys = {"layers": [2, 1], "activation": "sigmoid", "inputs": [1, 2], "weights": [[[0.5, -0.25]]]}
    return load(keys | changes)


def test_all_plain_keys() -> None:
    found = problem("notes: |\n  two\n  lines")
    assert (found.title, found.source, found.notes) == (
        "A 2-2-2 network, one step",
        "who published it, where",
        "two\nlines",
    )
    assert found.layers == (2, 2, 2)
    assert found.activations == (Activation("sigmoid"),) * 2
    assert (found.loss, found.learning_rate, found.decimals, found.steps) == ("half_squared_error", 0.5, 4, 1)
    np.testing.assert_array_equal(found.inputs, [[0.05, 0.10]])
    np.testing.assert_array_equal(found.targets, [[0.01, 0.99]])
    np.testing.assert_array_equal(found.weights, [[[0.15, 0.20], [0.25, 0.30]], [[0.40, 0.45], [0.50, 0.55]]])
    np.testing.assert_array_equal(found.biases, [[0.35], [0.60]])
    assert found.shared == (True, True)
    assert found.file == "x.yaml"
    assert len(found.sha256) == 64


def test_defaults() -> None:
    found = plain()
    assert (found.title, found.source, found.notes) == ("", "", "")
    assert found.loss == PROBLEM["loss"].default == "half_squared_error"
    assert found.decimals == PROBLEM["decimals"].default == 4
    assert found.steps == PROBLEM["steps"].default == 1
    assert found.conventions == Conventions()
    assert {name: key.default for name, key in CONVENTIONS.items()} == Conventions()._asdict()
    assert (found.targets, found.learning_rate, found.given) == (None, None, {})
    assert (found.biases, found.shared) == ((None,), (False,))


def test_forward_pass_only() -> None:
    found = problem("-targets:", "-learning_rate:", "-loss:")
    assert (found.targets, found.learning_rate) == (None, None)


@pytest.mark.parametrize("key", ["title", "source", "notes", "loss", "learning_rate", "targets", "biases", "decimals"])
def test_what_may_be_left_out(key: str) -> None:
    assert problem(f"-{key}:").layers == (2, 2, 2)


@pytest.mark.parametrize("key", ["layers", "activation", "inputs", "weights"])
def test_what_may_not_be_left_out(key: str) -> None:
    assert faults(f"-{key}:") == [f"the key {key} is missing"]


def test_the_order_of_keys_is_free() -> None:
    turned = yaml_blocks(TEXT)[::-1]
    found, straight = problem(text="".join(turned)), problem()
    assert (found.layers, found.labels) == (straight.layers, straight.labels)
    np.testing.assert_array_equal(found.weights, straight.weights)


def yaml_blocks(text: str) -> list[str]:
    """The keys of a text with their values."""
    blocks: list[str] = []
    for line in text.splitlines(keepends=True):
        if line.startswith(" "):
            blocks[-1] += line
        else:
            blocks.append(line)
    return blocks


# Activations


def test_one_activation_a_layer() -> None:
    assert problem("activation: [relu, linear]").activations == (Activation("relu"), Activation("linear"))


@pytest.mark.parametrize(
    ("typed", "leak"),
    [("leaky_relu", 0.01), ("{leaky_relu: 0.1}", 0.1), ("{leaky_relu: 1/4}", 0.25), ("{leaky_relu: 0}", 0)],
)
def test_leaky_relu(typed: str, leak: float) -> None:
    assert problem(f"activation: {typed}").activations == (Activation("leaky_relu", leak),) * 2
    assert problem(f"activation: [tanh, {typed}]").activations == (Activation("tanh"), Activation("leaky_relu", leak))


@pytest.mark.parametrize("name", ["sigmoid", "bipolar_sigmoid", "tanh", "relu", "leaky_relu", "linear"])
def test_activations_of_every_layer(name: str) -> None:
    assert {activation.name for activation in problem(f"activation: {name}").activations} == {name}


def test_softmax_belongs_to_the_output_layer() -> None:
    assert problem("activation: [sigmoid, softmax]").activations[1].name == "softmax"
    assert faults("activation: [softmax, sigmoid]") == ["softmax in a hidden layer is not supported"]


def test_step() -> None:
    assert problem("activation: step", "-targets:").activations == (Activation("step"),) * 2
    assert plain(activation="step", targets=[1], learning_rate=1).activations == (Activation("step"),)
    for activation in ("step", "[step, sigmoid]", "[sigmoid, step]"):
        (message,) = faults(f"activation: {activation}")
        assert message.startswith("a step has slope 0 everywhere")


# Weights and biases


def test_weight_rows_of_sending_units() -> None:
    text = "layers: [2, 3, 1]\nactivation: tanh\ninputs: [1, 2]\nweights: [[[1, 2, 3], [4, 5, 6]], [[7], [8], [9]]]\n"
    found = problem("conventions: {weight_rows: sending}", text=text)
    np.testing.assert_array_equal(found.weights[0], [[1, 4], [2, 5], [3, 6]])
    np.testing.assert_array_equal(found.weights[1], [[7, 8, 9]])
    assert all(matrix.flags.c_contiguous for matrix in found.weights)
    assert faults(text=text) == ["found 2 × 3, expected 3 × 2", "found 3 × 1, expected 1 × 3"]


def test_labels_of_weights_stand_by_receiving_unit_whatever_the_rows() -> None:
    text = "layers: [2, 3]\nactivation: tanh\ninputs: [1, 2]\nweights: [[[1, 2, 3], [4, 5, 6]]]\n"
    found = problem("conventions: {weight_rows: sending}", text=text)
    assert found.labels.weights == ((("w1", "w2"), ("w3", "w4"), ("w5", "w6")),)


def test_all_ways_to_write_biases() -> None:
    text = """\
layers: [1, 2, 2, 2]
activation: tanh
inputs: [1]
weights: [[[1], [2]], [[1, 2], [3, 4]], [[1, 2], [3, 4]]]
"""
    found = problem("biases: [[0.1, 0.2], 0.3, ~]", text=text)
    np.testing.assert_array_equal(found.biases[0], [0.1, 0.2])
    np.testing.assert_array_equal(found.biases[1], [0.3])
    assert found.biases[2] is None
    assert found.shared == (False, True, False)
    assert found.labels.biases == (("b_h1.1", "b_h1.2"), ("b2",), ())
    assert problem(text=text).biases == (None, None, None)
    assert problem("biases:\n  - null\n  - ~\n  -", text=text).biases == (None, None, None)


def test_a_list_of_one_bias_is_not_shared() -> None:
    found = plain(biases=[[0.5]])
    assert (found.shared, found.labels.biases) == ((False,), (("b_o1",),))
    found = plain(biases=[0.5])
    assert (found.shared, found.labels.biases) == ((True,), (("b1",),))


# Samples


def test_several_samples() -> None:
    lines = "samples:\n  - {inputs: [1, 2], targets: [0, 1]}\n  - inputs: [3, 4]\n    targets: [1, 0]"
    found = problem("-inputs:", "-targets:", lines)
    assert found.samples == 2
    np.testing.assert_array_equal(found.inputs, [[1, 2], [3, 4]])
    np.testing.assert_array_equal(found.targets, [[0, 1], [1, 0]])


def test_samples_without_targets() -> None:
    found = problem("-inputs:", "-targets:", "samples: [{inputs: [1, 2]}, {inputs: [3, 4]}]")
    assert (found.samples, found.targets) == (2, None)


def test_a_sample_alone() -> None:
    found = problem("-inputs:", "-targets:", "samples: [{inputs: [1, 2], targets: [3, 4]}]")
    np.testing.assert_array_equal(found.inputs, [[1, 2]])


# Losses


@pytest.mark.parametrize("loss", ["half_squared_error", "squared_error", "mean_squared_error", "binary_cross_entropy"])
def test_losses(loss: str) -> None:
    assert problem(f"loss: {loss}").loss == loss


@pytest.mark.parametrize("targets", ["[0, 1]", "[0.25, 0.75]", "[1/3, 2/3]", "[0.5, 0.5000000000001]"])
def test_cross_entropy_takes_distributions(targets: str) -> None:
    assert problem("activation: [tanh, softmax]", "loss: cross_entropy", f"targets: {targets}").loss == "cross_entropy"


@pytest.mark.parametrize("targets", ["[1, 1]", "[0, 0]", "[-0.5, 1.5]", "[0.5, 0.4999]"])
def test_cross_entropy_takes_nothing_else(targets: str) -> None:
    assert faults("activation: [tanh, softmax]", "loss: cross_entropy", f"targets: {targets}") == [
        "cross-entropy needs targets that are a distribution: none negative, sum 1"
    ]


@pytest.mark.parametrize("targets", ["[-0.1, 1]", "[0, 1.5]"])
def test_binary_cross_entropy_takes_targets_from_0_to_1(targets: str) -> None:
    assert problem("loss: binary_cross_entropy", "targets: [0, 1]").targets is not None
    assert faults("loss: binary_cross_entropy", f"targets: {targets}") == [
        "binary cross-entropy needs targets from 0 to 1"
    ]


def test_the_loss_of_no_loss() -> None:
    assert problem("loss: output", "-targets:").loss == "output"
    assert faults("loss: output") == ["loss: output takes the derivative of the outputs, which needs no targets"]


# Bounds


@pytest.mark.parametrize("decimals", [0, 1, 15])
def test_decimals(decimals: int) -> None:
    assert problem(f"decimals: {decimals}").decimals == decimals


@pytest.mark.parametrize("decimals", ["-1", "16", "2.5", "four", "~", "[4]", "1e3"])
def test_decimals_out_of_bounds(decimals: str) -> None:
    (message,) = faults(f"decimals: {decimals}")
    assert message.endswith("expected a whole number from 0 to 15")


@pytest.mark.parametrize("steps", [1, 2, 1_000_000])
def test_steps(steps: int) -> None:
    assert problem(f"steps: {steps}").steps == steps


@pytest.mark.parametrize("rate", ["0.5", "1e-3", "1/3", "0,5", "1000"])
def test_learning_rate(rate: str) -> None:
    assert problem(f"learning_rate: {rate}").learning_rate is not None


@pytest.mark.parametrize("rate", ["0", "-0.5", "~", "fast"])
def test_learning_rate_out_of_bounds(rate: str) -> None:
    (message,) = faults(f"learning_rate: {rate}")
    assert message.endswith("expected a number above 0")


# Conventions


@pytest.mark.parametrize(
    ("key", "typed", "value"),
    [
        ("weight_rows", "sending", "sending"),
        ("bias", "subtracted", "subtracted"),
        ("update_biases", "false", False),
        ("update_biases", "true", True),
        ("delta", "descent", "descent"),
        ("hidden_delta_weights", "updated", "updated"),
        ("momentum", "0.9", 0.9),
        ("momentum", "0", 0),
        ("batch", "mean", "mean"),
        ("batch", "online", "online"),
        ("batch_size", "2", 2),
        ("batch_size", "~", None),
        ("rounding", "carry", "carry"),
        ("ties", "half_even", "half_even"),
    ],
)
def test_conventions(key: str, typed: str, value: Any) -> None:
    found = problem(f"conventions: {{{key}: {typed}}}").conventions
    assert found == Conventions()._replace(**{key: value})


def test_every_convention_is_read() -> None:
    assert set(CONVENTIONS) == set(Conventions._fields)


@pytest.mark.parametrize("value", ["1", "-0.1", "2"])
def test_momentum_out_of_bounds(value: str) -> None:
    assert faults(f"conventions: {{momentum: {value}}}") == [f"found {value}, expected a number from 0, below 1"]


def test_online_has_no_batch_size() -> None:
    assert faults("conventions: {batch: online, batch_size: 1}") == ["online is one update for each sample"]
    assert problem("conventions: {batch: online, batch_size: ~}").conventions.batch == "online"


# Labels


def test_default_labels() -> None:
    found = problem("biases: [[0.1, 0.2], [0.3, 0.4]]").labels
    assert found.inputs == ("x1", "x2")
    assert found.units == (("h1", "h2"), ("o1", "o2"))
    assert found.weights == ((("w1", "w2"), ("w3", "w4")), (("w5", "w6"), ("w7", "w8")))
    assert found.biases == (("b_h1", "b_h2"), ("b_o1", "b_o2"))


def test_default_labels_of_several_hidden_layers() -> None:
    weights = [np.ones((3, 1)), np.ones((2, 3)), np.ones((1, 2))]
    found = plain(layers=[1, 3, 2, 1], inputs=[1], weights=weights, biases=[[1, 2, 3], 1, ["0,5"]]).labels
    assert found.inputs == ("x1",)
    assert found.units == (("h1.1", "h1.2", "h1.3"), ("h2.1", "h2.2"), ("o1",))
    assert found.weights == ((("w1",), ("w2",), ("w3",)), (("w4", "w5", "w6"), ("w7", "w8", "w9")), (("w10", "w11"),))
    assert found.biases == (("b_h1.1", "b_h1.2", "b_h1.3"), ("b2",), ("b_o1",))


def test_default_labels_of_a_single_layer() -> None:
    found = plain(biases=[[0.5]]).labels
    assert (found.inputs, found.units, found.weights) == (("x1", "x2"), (("o1",),), ((("w1", "w2"),),))


def test_labels() -> None:
    found = problem(
        "labels: {inputs: [i1, i2], units: [[a, b], [y, z]], weights: [[[p1, p2], [p3, p4]], [[q1, q2], [q3, q4]]], "
        "biases: [b1, b2]}"
    ).labels
    assert found.inputs == ("i1", "i2")
    assert found.units == (("a", "b"), ("y", "z"))
    assert found.weights == ((("p1", "p2"), ("p3", "p4")), (("q1", "q2"), ("q3", "q4")))
    assert found.biases == (("b1",), ("b2",))


def test_some_labels() -> None:
    found = problem("labels: {units: [[H1, H2], [y1, y2]]}", "biases: [[0.1, 0.2], 0.3]").labels
    assert found.inputs == ("x1", "x2")
    assert found.biases == (("b_H1", "b_H2"), ("b2",))


@pytest.mark.parametrize("typed", ["[[p, q], r]", "[[p, q], [r]]"])
def test_labels_of_mixed_biases(typed: str) -> None:
    found = problem("biases: [[0.1, 0.2], 0.3]", f"labels: {{biases: {typed}}}").labels
    assert found.biases == (("p", "q"), ("r",))


def test_labels_where_a_layer_has_no_biases() -> None:
    found = problem("biases: [~, [0.3, 0.4]]", "labels: {biases: [~, [r, s]]}").labels
    assert found.biases == ((), ("r", "s"))


@pytest.mark.parametrize(
    "name", ["θ", "δ1", "w5+", "x_1", "1", "0.5", "no", "=cmd|'/c'!A1", "<b>", "x'", "😀", "\\input", "x:"]
)
def test_names(name: str) -> None:
    assert plain(labels={"inputs": [name, "other"]}).labels.inputs == (name, "other")


@pytest.mark.parametrize(
    "name", ["", "a b", "a\tb", "a\u00a0b", "x@1", "x#1", "x[1]", "‹x›", "\x1b[31m", "a\x00", "a\x9b"]
)
def test_no_names(name: str) -> None:
    with pytest.raises(BptutorError, match="expected a name without spaces and without"):
        plain(labels={"inputs": [name, "other"]})


def test_an_input_and_a_weight_may_not_share_a_label() -> None:
    with pytest.raises(BptutorError, match="the label w1 already means inputs"):
        plain(labels={"inputs": ["w1", "w2"]})


# Given values


def test_given_wholly() -> None:
    found = problem("given: {out1: [0.6, 0.7], out2: [0.5, 0.4], loss: 0.25, grad_w1: [[1, 2], [3, 4]]}").given
    assert list(found) == ["out1", "out2", "loss", "grad_w1"]
    np.testing.assert_array_equal(found["out1"], [0.6, 0.7])
    np.testing.assert_array_equal(found["loss"], 0.25)
    np.testing.assert_array_equal(found["grad_w1"], [[1, 2], [3, 4]])


def test_given_in_part() -> None:
    found = problem("given: {out1: [~, 0.7], grad_w2: [[1, ~], [~, ~]]}").given
    np.testing.assert_array_equal(found["out1"], [np.nan, 0.7])
    np.testing.assert_array_equal(found["grad_w2"], [[1, np.nan], [np.nan, np.nan]])


def test_given_by_cell_and_by_label() -> None:
    found = problem("given: {'out1[2]': 0.7, out_h1: 0.6, 'grad_w2[1,2]': 3, δ_o2: 0.1, grad_b1: 2, E: 9}").given
    np.testing.assert_array_equal(found["out1"], [0.6, 0.7])
    np.testing.assert_array_equal(found["grad_w2"], [[np.nan, 3], [np.nan, np.nan]])
    np.testing.assert_array_equal(found["delta2"], [np.nan, 0.1])
    np.testing.assert_array_equal(found["grad_b1"], [2])
    np.testing.assert_array_equal(found["loss"], 9)


def test_given_by_a_label_of_the_file() -> None:
    found = problem("labels: {units: [[H1, H2], [y1, y2]]}", "given: {net_H2: 1, out_y1: 0.5}").given
    np.testing.assert_array_equal(found["net1"], [np.nan, 1])
    np.testing.assert_array_equal(found["out2"], [0.5, np.nan])


def test_given_by_label_without_biases() -> None:
    found = problem("-biases:", "given: {out_h1: 0.6}").given
    np.testing.assert_array_equal(found["out1"], [0.6, np.nan])


def test_given_belongs_to_the_first_step() -> None:
    for typed in ("out1", "'out1#1'"):
        found = problem("steps: 3", f"given: {{{typed}: [0.6, 0.7]}}").given
        assert list(found) == ["out1#1"]
    assert faults("steps: 3", "given: {'out1#2': [0.6, 0.7]}") == [
        "of later steps only gradients can be given, as grad_w1#2"
    ]


def test_given_of_a_sample() -> None:
    samples = "samples: [{inputs: [1, 2], targets: [0, 1]}, {inputs: [3, 4], targets: [1, 0]}]"
    found = problem("-inputs:", "-targets:", samples, "given: {out1@2: [0.6, 0.7]}").given
    assert list(found) == ["out1@2"]
    assert faults("-inputs:", "-targets:", samples, "given: {out1@3: [0.6, 0.7]}") == [
        "out1@3 is nothing that this problem works out"
    ]


@pytest.mark.parametrize(
    "key",
    ["w1", "inputs", "learning_rate", "out3", "net1[3]", "grad_b3", "delta2@2", "x1", "", "ones1"],
)
def test_what_cannot_be_given(key: str) -> None:
    (message,) = faults(f"given: {{'{key}': 1}}")
    assert message.endswith("is nothing that this problem works out")


def test_an_endless_id() -> None:
    with pytest.raises(BptutorError, match=r"net9+… is nothing that"):
        plain(given={"net" + "9" * 5000: 1}, biases=[1])


def test_given_of_a_backward_pass_that_is_not() -> None:
    assert faults("-targets:", "given: {delta2: [1, 2]}") == ["delta2 is nothing that this problem works out"]


def test_given_takes_no_time_in_many_steps() -> None:
    assert list(problem("steps: 1000000", "given: {out1: [0.6, 0.7]}").given) == ["out1#1"]


# Faults


def test_all_faults_together_in_the_order_of_lines() -> None:
    text = """\
layers: [2, 2, 2]
activation: [softmax, sigmiod]
learning_rat: 0.5
inputs: [0.05]
targets: [0.01, 0.99, 0.5]
weights:
  - [[0.15, 0.20], [0.25]]
  - [[0.40, 0.45]]
biases: [0.35]
decimals: 40
conventions: {batch: online, batch_size: 3, ties: up}
given: {out1: [x]}
labels: {inputs: [a b, c]}
"""
    with pytest.raises(BptutorError) as caught:
        problem(text=text)
    assert [(fault.where.line, fault.where.key) for fault in caught.value.faults] == [
        (2, "activation[2]"),
        (3, "learning_rat"),
        (4, "inputs"),
        (5, "targets"),
        (7, "weights[1]"),
        (8, "weights[2]"),
        (9, "biases"),
        (10, "decimals"),
        (11, "conventions.ties"),
        (11, "conventions.batch_size"),
        (12, "given.out1[1]"),
        (13, "labels.inputs[1]"),
    ]
    assert caught.value.message == caught.value.message == caught.value.faults[0].message
    assert all(fault.where.file == "x.yaml" for fault in caught.value.faults)


def test_a_fault_brings_no_others_with_it() -> None:
    assert faults("biases: [0.35, x]", "labels: {biases: [b1, b2]}") == ["found x, expected a number"]
    assert faults("layers: [2, x, 2]") == ["found x, expected a whole number from 1 to 1000000"]
    assert faults("activation: [relu]", "labels: {inputs: [a, b]}") == [
        "found 1 value, expected 2 (one for each layer after the inputs)"
    ]
    assert faults("targets: [0.5, x]", "loss: cross_entropy") == ["found x, expected a number"]


def test_the_same_document_twice() -> None:
    document = parse(TEXT.encode() + b"decimals: 3\n", "x.yaml")
    for _time in range(2):
        with pytest.raises(BptutorError) as caught:
            problem_of(document)
        assert len(caught.value.faults) == 1
        assert isinstance(caught.value.faults[0], Fault)
