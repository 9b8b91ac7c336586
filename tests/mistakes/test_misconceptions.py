"""The table of misconceptions: what it has, what each does, and that none of them is right after all."""

from __future__ import annotations

import inspect
import math
import re
from collections.abc import Iterable
from functools import cache
from typing import Any

import numpy as np
import pytest

from bptutor.engine.decimals import full
from bptutor.engine.evaluate import NotFinite, Run, run
from bptutor.engine.interval import Interval
from bptutor.engine.notation import PYTHON
from bptutor.engine.page import page
from bptutor.engine.quantities import Quantity
from bptutor.engine.rules import Rule
from bptutor.engine.term import Term
from bptutor.files.library import load, names
from bptutor.mistakes import (
    wrong_rules,
    wrong_updates,
)
from bptutor.mistakes.exchanges import EXCHANGES
from bptutor.mistakes.variants import MISCONCEPTIONS, Variant, variants
from bptutor.problem import Problem
from bptutor.solution.trace import Trace
from tests.support.random_problems import Keys, random_problem

FUNCTIONS = {
    "exp": math.exp,
    "log": math.log,
    "log10": math.log10,
    "log2": math.log2,
    "tanh": math.tanh,
    "abs": abs,
    "max": max,
    "sqrt": math.sqrt,
}
NAMESPACE = {"__builtins__": {}, **FUNCTIONS}
ASKED_FOR = """omit_output_slope omit_hidden_slope slope_at_net slope_of_out partial_slope
updated_weights_in_hidden_delta raw_error_back one_path no_weight_in_hidden_delta transposed_weights
flipped_error added_update no_learning_rate learning_rate_twice increment_only weight_decay_update
loss_factor loss_for_error wrong_activation_in_gradient bias_not_updated bias_gradient_times_bias
shared_bias_one_delta bias_omitted bias_sign activation_skipped activation_twice exponent_sign
double_derivative log10 softmax_not_normalised batch_factor momentum_omitted"""
EXCHANGED = {misconception.id for misconception in EXCHANGES}
SEEDS = range(300)


@cache
def _random(seed: int) -> Problem:
    return load(random_problem(seed))


def _run(problem: Problem, variant: Variant | None = None) -> Run[Any]:
    written = page(problem)
    recipe = written.recipe | dict(variant.edit) if variant else written.recipe
    return run(recipe, written.given, answers=written.answers)


@cache
def _variants(seed: int) -> tuple[Variant, ...]:
    return variants(_random(seed))


@cache
def _right(seed: int) -> Run[Any]:
    return _run(_random(seed))


def _ids(problem: Problem) -> set[str]:
    return {variant.misconception.id for variant in variants(problem)}


# The table


def test_the_table_has_all_that_was_asked_for() -> None:
    ids = [misconception.id for misconception in MISCONCEPTIONS]
    assert len(set(ids)) == len(ids)
    assert set(ASKED_FOR.split()) <= set(ids)


def test_sentences_are_sentences_and_give_no_number_away() -> None:
    sentences = [text for misconception in MISCONCEPTIONS for text in (misconception.says, misconception.hint)]
    assert len(set(sentences)) == len(sentences)
    for text in sentences:
        assert re.fullmatch(r"[A-Z].{15,}[.?]", text), text
        assert not re.search(r"\d", text), text


@pytest.mark.slow
def test_every_misconception_can_be_made_in_some_problem() -> None:
    wanted, seen = {misconception.id for misconception in MISCONCEPTIONS}, set[str]()
    for seed in SEEDS:
        seen |= {variant.misconception.id for variant in _variants(seed)} if seen < wanted else set()
    assert seen == wanted


# The wrong rules, in every arithmetic


@cache
def _examples() -> dict[Rule, tuple[Any, ...]]:
    """Of each rule of every variant of the random problems, operands of a page."""
    found: dict[Rule, tuple[Any, ...]] = {}
    for seed in SEEDS:
        right = _right(seed)
        for variant in _variants(seed):
            for step in variant.edit.values():
                found.setdefault(step.rule, tuple(np.asarray(right[q], dtype=float) for q in step.operands))
    return found


@pytest.mark.slow
def test_every_rule_is_used_and_has_a_sentence() -> None:
    written = {
        rule
        for module in (wrong_rules, wrong_updates)
        for name, rule in inspect.getmembers(module, inspect.isfunction)
        if rule.__module__ == module.__name__ and not name.startswith("_") and name not in ("composed", "for_each")
    }
    assert written <= set(_examples())
    for rule in _examples():
        assert re.fullmatch(r"[A-Z].*\.", inspect.getdoc(rule) or ""), rule
        assert rule.__name__ != "rule"


def test_float_lies_inside_the_interval() -> None:
    for rule, operands in _examples().items():
        with np.errstate(all="ignore"):
            value = np.asarray(rule(*operands))
        for radius in (0.0, 1e-3):
            bounds = rule(*(Interval.around(operand, radius) for operand in operands))
            slack = 1e-12 * (1 + np.abs(value))
            assert bounds.shape == value.shape, rule
            assert np.all((bounds.lo - slack <= value) & (value <= bounds.hi + slack)), rule


def test_written_formula_evaluates_to_the_float() -> None:
    for rule, operands in _examples().items():
        texts = [np.reshape(np.array(full(operand.ravel()), dtype=object), operand.shape) for operand in operands]
        term = rule(*(Term.leaf(text, PYTHON) for text in texts))
        value = np.asarray(rule(*operands))
        assert term.shape == value.shape, rule
        for text, number in zip(np.ravel(term.texts), value.ravel(), strict=True):
            assert eval(text, NAMESPACE) == pytest.approx(number, rel=1e-9, abs=1e-12), (rule, text)


def test_students_beside_each_other_are_worked_out_as_one_by_one() -> None:
    """Any of the operands may have an axis of students, the others not."""
    draw = np.random.default_rng(1)
    for rule, operands in _examples().items():
        single = np.shape(rule(*operands))
        constant = [operand.ndim == 0 for operand in operands]
        for _attempt in range(4):
            many = draw.random(len(operands)) < 0.6
            students = [
                [
                    value * draw.uniform(0.8, 1.2) if varies and not fixed else value
                    for value, varies, fixed in zip(operands, many, constant, strict=True)
                ]
                for _student in range(3)
            ]
            stacks = [
                np.stack(column) if varies and not fixed else column[0]
                for column, varies, fixed in zip(zip(*students, strict=True), many, constant, strict=True)
            ]
            with np.errstate(all="ignore"):
                expected = np.stack([np.broadcast_to(rule(*student), single) for student in students])
                found = np.broadcast_to(rule(*stacks), expected.shape)
            assert found == pytest.approx(expected, rel=1e-12, abs=1e-15, nan_ok=True), rule


# What a misconception is


STEADY = {"sigmoid", "bipolar_sigmoid", "tanh", "linear"}


def _ends(problem: Problem, found: Run[Any]) -> Any:
    """What a page ends at: new parameters, what is remembered for the next, costs; all where nothing is learnt."""
    names = {"new_w", "new_b", "m_w", "m_b", "v_w", "v_b", "loss", "losses", "cost", "loss_after"}
    shown = page(problem).shown
    ends = [q for q in shown if q.name in names] if any(q.name == "new_w" for q in shown) else shown
    return _numbers(found, ends)


def _numbers(found: Run[Any], quantities: Iterable[Quantity]) -> Any:
    return np.concatenate([np.ravel(found[q]) for q in quantities])


def _same(a: Any, b: Any) -> bool:
    return bool(np.all(np.abs(a - b) <= 1e-12 + 1e-9 * np.abs(b)))


@cache
def _wrong_pages() -> list[tuple[int, Variant, Run[Any] | None]]:
    """All variants of all random problems and their pages; None where a page leaves the floats."""
    pages: list[tuple[int, Variant, Run[Any] | None]] = []
    for seed in SEEDS[::4]:  # all of them take two minutes
        for variant in _variants(seed):
            try:
                pages.append((seed, variant, _run(_random(seed), variant)))
            except NotFinite:
                pages.append((seed, variant, None))
    return pages


@pytest.mark.slow
def test_every_variant_can_be_worked_out_and_nearly_all_show() -> None:
    """What does not show is of ReLUs that are all on or all off, and the like; what leaves the floats, a logarithm."""
    finite = [(seed, variant, found) for seed, variant, found in _wrong_pages() if found]
    assert len(_wrong_pages()) > 8000
    assert len(finite) > 0.98 * len(_wrong_pages())
    everything = {seed: page(_random(seed)).shown for seed in SEEDS}
    right = {seed: _numbers(_right(seed), shown) for seed, shown in everything.items()}
    hidden = [
        one.misconception.id for seed, one, found in finite if _same(_numbers(found, everything[seed]), right[seed])
    ]
    alike = sum(name in EXCHANGED for name in hidden)  # two numbers that are equal, as the slopes of two ReLUs
    # Of 74 mistakes more depend on numbers that may be alike (one path with a weight of 0, a rate that is the same).
    assert len(hidden) - alike < 0.03 * len(finite)
    assert alike < 0.12 * sum(one.misconception.id in EXCHANGED for _seed, one, _found in finite)


@pytest.mark.slow
def test_a_misconception_ends_at_other_numbers_than_the_problem() -> None:
    """But where ReLUs are all on or off, where a softmax adds up to 1, and where a difference is its own size.

    Tanh and a straight line are the same where the net input is small enough for all digits that are written.
    Where a loss does not ask for two outputs, it is all the same that they were exchanged.
    """
    for seed, variant, found in _wrong_pages():
        problem = _random(seed)
        steady = {activation.name for activation in problem.activations} <= STEADY and problem.loss != "output"
        if found and steady and variant.misconception.id not in {"loss_for_error", "other_activation", *EXCHANGED}:
            assert not _same(_ends(problem, found), _ends(problem, _right(seed))), (seed, variant.misconception.id)


def test_no_step_of_a_variant_is_the_page_s_own() -> None:
    for seed in SEEDS:
        recipe = page(_random(seed)).recipe
        for variant in _variants(seed):
            assert variant.edit
            for q, step in variant.edit.items():
                assert not step.does_as(recipe[q])


@pytest.mark.parametrize(
    ("keys", "none_of"),
    [
        ({"activation": ["sigmoid", "linear"]}, "omit_output_slope raw_error_back"),
        ({"activation": "linear"}, "omit_hidden_slope activation_skipped activation_twice slope_at_net slope_of_out"),
        ({"activation": "relu"}, "activation_twice partial_slope exponent_sign"),
        ({"learning_rate": 1}, "no_learning_rate learning_rate_twice"),
        ({"biases": []}, "bias_omitted bias_sign bias_not_updated bias_gradient_times_bias"),
        ({"conventions": {"update_biases": False}}, "bias_not_updated bias_gradient_times_bias shared_bias_one_delta"),
        ({"conventions": {"hidden_delta_weights": "updated"}}, "updated_weights_in_hidden_delta"),
        ({"loss": "binary_cross_entropy"}, "omit_output_slope"),
        ({"loss": "output"}, "flipped_error loss_factor loss_for_error"),
        ({}, "double_derivative log10 softmax_not_normalised batch_factor momentum_omitted shared_bias_one_delta"),
    ],
)
def test_what_is_no_mistake_in_a_problem(keys: Keys, none_of: str) -> None:
    keys = {key: value for key, value in (TWO_TWO_TWO | keys).items() if value != []}
    if keys.get("loss") == "output":
        del keys["targets"]
    assert not _ids(load(keys)) & set(none_of.split())


def test_one_output_has_one_path_and_no_mirrored_weight() -> None:
    keys = TWO_TWO_TWO | {"layers": [2, 2, 1], "weights": [[[0.1, 0.2], [0.3, 0.5]], [[0.6, 0.8]]], "targets": [1]}
    found = variants(load(keys | {"biases": [[0.1, 0.2], [0.3]]}))
    assert "one_path" not in {variant.misconception.id for variant in found}
    [forward] = [variant.edit for variant in found if variant.misconception.id == "transposed_weights"]
    assert {q.name for q in forward} == {"net", "net_after"}


def test_a_page_that_starts_in_the_middle_has_the_mistakes_of_what_is_left() -> None:
    problem = load(TWO_TWO_TWO | {"given": {"out1": [0.6, 0.7], "out2": [0.5, 0.4]}})
    ids = _ids(problem)
    assert {"omit_output_slope", "slope_of_out", "wrong_activation_in_gradient", "one_path"} <= ids
    assert "slope_at_net" not in ids
    for variant in variants(problem):
        assert not {"net1", "net2", "out1", "out2"} & {*variant.edit}
        assert not {"net1", "net2"} & {operand for step in variant.edit.values() for operand in step.rests_on}
        _run(problem, variant)


@pytest.mark.parametrize("name", names())
def test_every_problem_of_the_library_can_be_got_wrong(name: str) -> None:
    problem = load(name)
    assert variants(problem)
    assert variants(problem) is variants(problem)


# What is written down


@pytest.mark.parametrize(
    ("mistake", "cell", "formula"),
    [
        ("omit_output_slope", "delta2[1]", "error_o1"),
        ("updated_weights_in_hidden_delta", "error1[1]", "δ_o1*w5+ + δ_o2*w7+"),
        ("raw_error_back", "error1[1]", "error_o1*w5 + error_o2*w7"),
        ("flipped_error", "error2[1]", "t_o1 - out_o1"),
        ("added_update", "step_w2[1,1]", "η*∂E/∂w5"),
        ("slope_at_net", "slope1[2]", "net_h2*(1 - net_h2)"),
        ("slope_of_out", "slope1[2]", "1/(1 + exp(-out_h2))*(1 - 1/(1 + exp(-out_h2)))"),
        ("bias_not_updated", "new_b1[1]", "b_h1"),
        ("bias_gradient_times_bias", "grad_b1[1]", "δ_h1*b_h1"),
        ("loss_factor", "loss[1]", "(t_o1 - out_o1)**2"),
        ("loss_factor/1", "error2[1]", "2*(out_o1 - t_o1)"),
        ("loss_factor/2", "error2[1]", "0.5*(out_o1 - t_o1)"),
        ("transposed_weights", "error1[1]", "w5*δ_o1 + w6*δ_o2"),
        ("transposed_weights/1", "net2[1]", "out_h1*w5 + out_h2*w7 + b_o1"),
        ("wrong_activation_in_gradient", "grad_w2[1,2]", "δ_o1*out_o1"),
        ("wrong_activation_in_gradient/1", "grad_w2[1,2]", "δ_o1*net_h2"),
        ("wrong_activation_in_gradient/2", "grad_w2[1,2]", "δ_o1*x2"),
        ("loss_for_error", "error2[2]", "(out_o2 - t_o2)**2"),
        ("loss_for_error/1", "error2[2]", "abs(out_o2 - t_o2)"),
        ("loss_for_error/2", "error2[2]", "E"),
        ("loss_for_error/3", "error2[2]", "E_o2"),
        ("no_learning_rate", "step_w1[1,1]", "-∂E/∂w1"),
        ("learning_rate_twice", "step_w1[1,1]", "-η*η*∂E/∂w1"),
        ("learning_rate_twice/1", "new_w1[1,1]", "w1 + η*Δw1"),
        ("increment_only", "new_w1[1,1]", "Δw1"),
        ("increment_only/1", "new_w1[1,1]", "-Δw1"),
        ("weight_decay_update", "step_w1[1,1]", "-η*w1"),
        ("one_path/1", "error1[1]", "δ_o2*w7"),
        ("omit_hidden_slope", "delta1[1]", "error_h1"),
        ("bias_omitted", "net1[1]", "w1*x1 + w2*x2"),
        ("bias_sign", "net1[1]", "w1*x1 + w2*x2 - b_h1"),
        ("activation_skipped", "out1[1]", "net_h1"),
        ("activation_twice", "out1[1]", "1/(1 + exp(-1/(1 + exp(-net_h1))))"),
        ("partial_slope", "slope1[1]", "out_h1"),
        ("partial_slope/1", "slope1[1]", "1 - out_h1"),
        ("other_slope", "slope1[1]", "1 - out_h1**2"),
        ("no_weight_in_hidden_delta", "error1[1]", "δ_o1 + δ_o2"),
        ("exponent_sign", "out1[1]", "1/(1 + exp(net_h1))"),
    ],
)
def test_a_wrong_formula_is_written_as_a_person_writes_it(mistake: str, cell: str, formula: str) -> None:
    assert _formula(TWO_TWO_TWO, mistake, cell) == formula


@pytest.mark.parametrize(
    ("keys", "mistake", "cell", "formula"),
    [
        ({"conventions": {"delta": "descent"}}, "added_update", "step_w2[1,1]", "-η*δ_o1*out_h1"),
        ({"conventions": {"delta": "descent"}}, "no_learning_rate", "step_w2[1,1]", "δ_o1*out_h1"),
        ({"conventions": {"delta": "descent"}}, "wrong_activation_in_gradient", "step_w2[1,1]", "η*δ_o1*out_o1"),
        ({"conventions": {"delta": "descent"}}, "flipped_error", "error2[1]", "out_o1 - t_o1"),
        ({"biases": [0.1, 0.2]}, "shared_bias_one_delta/1", "grad_b2", "δ_o2"),
        ({"biases": [0.1, 0.2]}, "bias_gradient_times_bias", "grad_b2", "(δ_o1 + δ_o2)*b2"),
        ({"loss": "binary_cross_entropy"}, "double_derivative", "delta2[1]", "(out_o1 - t_o1)*out_o1*(1 - out_o1)"),
        ({"loss": "binary_cross_entropy"}, "log10", "loss[1]", "-(t_o1*log10(out_o1) + (1 - t_o1)*log10(1 - out_o1))"),
        ({"activation": ["tanh", "softmax"]}, "softmax_not_normalised", "out2[1]", "exp(net_o1)"),
        ({"activation": ["tanh", "softmax"]}, "partial_slope/2", "delta2[1]", "error_o1*out_o1*(1 - out_o1)"),
        ({"activation": "bipolar_sigmoid"}, "partial_slope", "slope1[1]", "(1 + out_h1)*(1 - out_h1)"),
    ],
)
def test_a_wrong_formula_under_other_conventions(keys: Keys, mistake: str, cell: str, formula: str) -> None:
    assert _formula(TWO_TWO_TWO | keys, mistake, cell) == formula


def _formula(keys: Keys, mistake: str, cell: str) -> str:
    trace = Trace(load(keys))
    which, _slash, place = mistake.partition("/")
    edit = [variant.edit for variant in variants(trace.problem) if variant.misconception.id == which][int(place or 0)]
    quantity, index = trace.find(cell)
    step = edit[quantity]
    terms = {operand: Term.leaf(trace.naming.labels(operand), PYTHON) for operand in step.rests_on}
    texts = np.asarray(step.of(terms).texts)
    return str(texts[index or (0,) * texts.ndim])


TWO_TWO_TWO: Keys = {
    "layers": [2, 2, 2],
    "activation": "sigmoid",
    "learning_rate": 0.5,
    "inputs": [0.4, -0.7],
    "targets": [0.2, 0.9],
    "weights": [[[0.15, 0.2], [0.25, 0.3]], [[0.4, 0.45], [0.5, 0.55]]],
    "biases": [[0.1, 0.2], [0.3, 0.4]],
}
