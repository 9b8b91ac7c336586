from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

import bptutor
from bptutor.engine.decimals import fixed, significant
from bptutor.engine.quantities import cell_id
from bptutor.errors import BptutorError
from bptutor.files.library import load, names
from bptutor.solution.trace import Cell, Trace
from tests.support.random_problems import Keys, random_problem

NETWORK: Keys = {
    "layers": [2, 2, 2],
    "activation": "sigmoid",
    "learning_rate": 0.5,
    "inputs": [0.05, 0.10],
    "targets": [0.01, 0.99],
    "weights": [[[0.15, 0.20], [0.25, 0.30]], [[0.40, 0.45], [0.50, 0.55]]],
    "biases": [0.35, 0.60],
}


def _ids(keys: Keys) -> list[str]:
    return [cell.id for cell in Trace(load(keys)).cells()]


def test_public_names() -> None:
    trace = bptutor.solve(bptutor.load("mazur"))
    assert isinstance(trace, Trace)
    assert trace["net_h1"] == pytest.approx(0.3775)
    assert not hasattr(bptutor, "nothing")


def test_arrays_cells_and_labels() -> None:
    trace = Trace(load("mazur"))
    assert trace["net1"] == pytest.approx([0.3775, 0.3925])
    assert trace["net1[2]"] == trace["net_h2"] == pytest.approx(0.3925)
    assert trace["w5+"] == trace["new_w2[1,1]"] == pytest.approx(0.358916479718)
    assert trace["∂E/∂w5"] == trace["dE/dw5"] == trace["grad_w2[1,1]"]
    assert trace["E"] == trace["loss"] == pytest.approx(0.29837110876)
    assert trace["E_o1"] == trace["loss[1]"]
    assert trace["w5"] == 0.4
    assert trace["inputs"].tolist() == [0.05, 0.1]


def test_what_stands_on_request_only() -> None:
    trace = Trace(load("mazur"))
    shown = {cell.id for cell in trace.cells()}
    assert not shown & {"error0[1]", "net_after1[1]", "out_after2[1]", "grad_b1", "new_b1"}
    assert trace["error0"] == pytest.approx(trace["delta1"] @ load("mazur").weights[0])
    assert trace["out_after2"].shape == (2,)
    assert trace["new_b1"] == 0.35


@pytest.mark.parametrize(
    "name", ["net3", "net1[3]", "nonsense", "", "net1[1]@2", "loss#2", "new_w1[1]", "net1[0]", "[1]"]
)
def test_what_is_not_here_is_a_key_error(name: str) -> None:
    with pytest.raises(KeyError):
        Trace(load("mazur"))[name]


def test_an_array_is_a_copy() -> None:
    trace = Trace(load("mazur"))
    trace["out1"][0] = 7
    assert trace["out1"][0] != 7


def _assert_found_again(trace: Trace, cells: list[Cell]) -> None:
    assert len({cell.id for cell in cells}) == len(cells)
    for cell in cells:
        assert trace[cell.id] == cell.value
        if trace.find(cell.label)[1] is not None:  # `grad_w1` is a label, and the id of all the gradients of layer 1
            assert trace[cell.label] == cell.value, cell.label
        assert "nan" not in cell.text
        assert not (cell.text.startswith("-") and float(cell.text) == 0)


@pytest.mark.parametrize("name", names())
def test_every_cell_is_found_again_by_id_and_by_label(name: str) -> None:
    trace = Trace(load(name))
    _assert_found_again(trace, list(trace.cells())[:400])


@pytest.mark.parametrize("seed", range(40))
def test_ids_and_labels_of_random_problems(seed: int) -> None:
    trace = Trace(load(random_problem(seed)))
    _assert_found_again(trace, list(trace.cells(trace.page.recipe)))


@pytest.mark.parametrize("seed", range(40))
def test_whole_quantities_are_found_by_id(seed: int) -> None:
    trace = Trace(load(random_problem(seed)))
    for quantity in trace.page.recipe:
        if quantity.name != "losses":  # `loss` is their sum
            assert np.array_equal(np.ravel(trace[cell_id(quantity, ())]), trace.values(quantity).ravel()), quantity


def test_a_label_that_is_also_the_id_of_a_whole_layer_can_be_explained() -> None:
    trace = Trace(load("mazur"))
    for cell in trace.cells():
        assert trace.explain(cell.label) == trace.explain(cell.id), cell.label


@pytest.mark.parametrize("seed", range(40))
def test_the_page_works_every_value_out_before_it_is_used(seed: int) -> None:
    """With the hidden deltas by the old weights; by the updated ones they stand before what they wait for."""
    keys = random_problem(seed)
    keys["conventions"]["hidden_delta_weights"] = "old"
    written = Trace(load(keys)).page
    seen = set(written.given)
    for quantity, step in written.recipe.items():
        assert set(step.rests_on) <= seen, quantity
        seen.add(quantity)


def test_what_is_given_is_not_asked_for_and_what_served_it_alone_vanishes() -> None:
    ids = _ids(NETWORK | {"given": {"out1": [0.6, 0.7]}})
    assert not [cell for cell in ids if cell.startswith(("net1", "out1"))]
    assert [cell for cell in ids if cell.startswith(("net2", "slope1", "delta1", "new_w1"))]
    ids = _ids(NETWORK | {"given": {"delta2": [0.1, -0.2]}})
    assert not [cell for cell in ids if cell.startswith(("error2", "slope2", "delta2"))]
    assert {"net2[1]", "out2[1]", "loss", "error1[1]"} <= set(ids)  # the loss still needs the outputs
    trace = Trace(load(NETWORK | {"given": {"delta2": [0.1, -0.2]}}))
    assert trace["error1[1]"] == pytest.approx(0.1 * 0.4 - 0.2 * 0.5)


def test_given_outputs_of_a_forward_pass_leave_nothing_before_them() -> None:
    keys = {key: value for key, value in NETWORK.items() if key not in ("targets", "learning_rate")}
    assert _ids(keys | {"given": {"out1": [0.6, 0.7]}}) == ["net2[1]", "net2[2]", "out2[1]", "out2[2]"]


@pytest.mark.parametrize("given", [{"out1": [0.6, None]}, {"out1[1]": 0.6}, {"out_h1": 0.6}])
def test_a_value_given_in_part(given: dict[str, Any]) -> None:
    trace, plain = Trace(load(NETWORK | {"given": given})), Trace(load(NETWORK))
    ids = [cell.id for cell in trace.cells()]
    assert "out1[1]" not in ids
    assert {"out1[2]", "net1[1]", "net1[2]"} <= set(ids)
    assert trace["out1"].tolist() == [0.6, plain["out1[2]"]]
    assert trace["net2[1]"] == pytest.approx(0.4 * 0.6 + 0.45 * plain["out1[2]"] + 0.6)
    quantity, _whole = trace.find("out1")
    assert [trace.is_given(quantity, (k,)) for k in (0, 1)] == [True, False]


def test_given_values_of_one_sample_and_one_step() -> None:
    samples = [{"inputs": [0.05, 0.1], "targets": [0.01, 0.99]}, {"inputs": [0.2, 0.3], "targets": [1, 0]}]
    keys = {key: value for key, value in NETWORK.items() if key not in ("inputs", "targets")}
    trace = Trace(load(keys | {"samples": samples, "steps": 2, "given": {"out1@2#1": [0.6, 0.7]}}))
    assert trace["out1@2#1"].tolist() == [0.6, 0.7]
    ids = {cell.id for cell in trace.cells()}
    assert "out1[1]@2#1" not in ids
    assert {"out1[1]@1#1", "out1[1]@2#2"} <= ids


def test_carried_rounding_goes_on_with_the_rounded_value() -> None:
    carry = NETWORK | {"decimals": 2, "conventions": {"rounding": "carry"}}
    trace = Trace(load(carry))
    assert trace["out1"].tolist() == [0.59, 0.6]
    assert trace["net2"].tolist() == [1.11, 1.23]
    other = Trace(load(carry), show=significant(1))
    assert other["out1"].tolist() == [0.6, 0.6]
    assert all(cell.value == float(cell.text) for cell in other.cells())


def test_numbers_are_written_by_show() -> None:
    texts = {cell.id: cell.text for cell in Trace(load("mazur"), show=fixed(9)).cells()}
    assert texts["new_w2[1,1]"] == "0.358916480"
    assert {cell.id: cell.text for cell in Trace(load("mazur")).cells()}["new_w2[1,1]"] == "0.3589"


def test_ties_as_declared() -> None:
    keys = NETWORK | {"decimals": 3}
    assert next(cell.text for cell in Trace(load(keys)).cells() if cell.id == "net1[2]") == "0.393"
    keys |= {"conventions": {"ties": "half_even"}}
    assert next(cell.text for cell in Trace(load(keys)).cells() if cell.id == "net1[2]") == "0.392"


def test_as_dict_is_plain_data() -> None:
    record = Trace(load("deepml")).as_dict()
    assert json.loads(json.dumps(record, allow_nan=False)) == record
    assert (record["format"], record["version"], record["decimals"]) == ("bptutor/trace", 1, 4)
    assert set(record["problem"]) == {"title", "file", "sha256"}
    cells = {cell["id"]: cell for cell in record["cells"]}
    new = cells["new_w1[1,2]#2"]
    assert (new["quantity"], new["layer"], new["unit"], new["from"]) == ("new_w", 1, 1, 2)
    assert (new["sample"], new["step"], new["text"]) == (None, 2, "-0.1425")
    assert (cells["net1[1]@3#1"]["sample"], cells["net1[1]@3#1"]["step"]) == (3, 1)
    assert (cells["loss#1"]["layer"], cells["loss#1"]["unit"]) == (None, None)
    assert " ".join(new) == ("id label quantity layer unit from sample step value text formula substituted because")


def test_a_value_that_leaves_the_floats_is_an_error_that_names_the_cell() -> None:
    keys = NETWORK | {
        "loss": "binary_cross_entropy",
        "inputs": [5000, 5000],
        "weights": [[[9, 9], [9, 9]], [[90, 90]] * 2],
    }
    with pytest.raises(BptutorError, match="loss") as caught:
        Trace(load(keys))
    assert caught.value.hint


def test_every_library_problem_is_solved_with_finite_values() -> None:
    for name in names():
        trace = Trace(load(name))
        assert all(np.isfinite(trace.values(quantity)).all() for quantity in trace.page.recipe), name


def test_hundreds_of_layers_are_worked_out_without_deep_recursion() -> None:
    weights = [[[1]]] * 400
    deep = {"layers": [1] * 401, "activation": "linear", "inputs": [1], "targets": [0], "weights": weights}
    trace = Trace(load({**deep, "learning_rate": 0.001}))
    assert trace["out400"] == pytest.approx([1.0])
    assert trace["grad_w1"] == pytest.approx(1.0)
    assert trace["loss_after"] < trace["loss"]
    assert len(trace.explainer().all_below(trace.find("loss_after")[0], ())) == 400 * 10 + 1


@pytest.mark.parametrize("name", ["net" + "9" * 5000, "net1[" + "9" * 5000 + "]", "slope_o1_", "δ_", "", "@1", "w5+#"])
def test_names_of_nothing_are_key_errors(name: str) -> None:
    with pytest.raises(KeyError):
        Trace(load("mazur")).find(name)


def test_slopes_of_a_softmax_have_labels_of_two_units() -> None:
    trace = Trace(
        load({"layers": [1, 2], "activation": "softmax", "inputs": [1], "targets": [1, 0], "weights": [[[1], [2]]]})
    )
    assert trace["slope_o1_o2"] == trace["slope1[1,2]"] == pytest.approx(-trace["out_o1"] * trace["out_o2"])


@pytest.mark.parametrize(
    ("activation", "loss", "targets", "weights"),
    [
        ("sigmoid", "binary_cross_entropy", [1], [[40]]),
        ("sigmoid", "binary_cross_entropy", [0], [[-1000]]),
        ("softmax", "cross_entropy", [1, 0], [[1000], [-1000]]),
    ],
)
def test_a_cross_entropy_of_0_is_0(activation: str, loss: str, targets: list[int], weights: list[list[int]]) -> None:
    """0 · ln 0 is 0 here, so a saturated output on the right side loses nothing."""
    net: Keys = {"layers": [1, len(targets)], "activation": activation, "loss": loss, "targets": targets}
    trace = Trace(load({**net, "inputs": [1], "weights": [weights], "learning_rate": 1}))
    assert trace["loss"] == trace["loss_after"] == 0
    assert not np.any(trace["delta1"])


def test_a_cross_entropy_of_outputs_that_are_no_probabilities_is_refused() -> None:
    net: Keys = {"layers": [1, 2], "activation": "linear", "loss": "cross_entropy", "targets": [1, 0]}
    with pytest.raises(BptutorError, match=r"cross_entropy needs outputs between 0 and 1, found out1\[1\] = 5.0000"):
        Trace(load({**net, "inputs": [1], "weights": [[[5], [0.5]]]}))


def test_the_gradient_of_a_threshold_under_descent_says_that_two_signs_cancel() -> None:
    why = Trace(load("negnevitsky")).explain("grad_b2[1]")
    assert "the two signs cancel" in why.rule
