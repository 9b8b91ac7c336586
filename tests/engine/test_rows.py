"""The rows of activations and losses tell the truth: each fact is compared with the functions themselves."""

from __future__ import annotations

from typing import Any, get_args

import numpy as np
import pytest

from bptutor import problem
from bptutor.engine.activations import ACTIVATIONS, Row, sigmoid_steepness
from bptutor.engine.losses import LOSSES
from bptutor.engine.losses import Row as Loss

FAR = np.linspace(-30, 30, 6001)  # 0 is among them
HAIR = 1e-7
rows = pytest.mark.parametrize("row", ACTIVATIONS.values(), ids=ACTIVATIONS)
losses = pytest.mark.parametrize("row", LOSSES.values(), ids=LOSSES)


def _outs(row: Row, nets: Any) -> Any:
    """The output of each net input, of a softmax beside one of 0."""
    leaks = (row.leak.usual,) if row.leak else ()
    if row.of_layer:
        return row.rule(np.stack([nets, np.zeros_like(nets)], axis=-1))[..., 0]
    return row.rule(nets, *leaks)


def _differences(row: Row, nets: Any) -> Any:
    """The slope at each net input, from the outputs."""
    return (_outs(row, nets + HAIR) - _outs(row, nets - HAIR)) / (2 * HAIR)


@rows
def test_the_range(row: Row) -> None:
    outs = _outs(row, FAR)
    ends = row.shape.low, row.shape.high
    assert np.all((row.shape.low <= outs) & (outs <= row.shape.high))
    for end, reached in zip(ends, (outs.min(), outs.max()), strict=True):
        assert abs(reached - end) < 1e-9 if np.isfinite(end) else abs(reached) > 0.2  # of a leaky ReLU, 0.3


@rows
def test_a_kink_is_where_the_slopes_of_both_sides_differ(row: Row) -> None:
    below, above = _differences(row, np.array([-2 * HAIR, 2 * HAIR]))
    jump = abs(float(_outs(row, np.array(HAIR)) - _outs(row, np.array(-HAIR)))) > 0.5
    assert row.shape.kink == (jump or abs(above - below) > 1e-3)


@rows
def test_what_dies_is_0_below_0_and_has_no_slope_there(row: Row) -> None:
    below = np.linspace(-30, -0.1, 100)
    off = np.all(_outs(row, below) == 0) and row.slope is not None
    assert row.shape.dies == bool(off)


@rows
def test_the_steepness_is_the_slope_over_the_steepest_slope(row: Row) -> None:
    slopes = _differences(row, FAR[(FAR % 1 > 0.1) & (FAR % 1 < 0.9)])
    if row.shape.steepness is None:
        assert len(np.unique(slopes.round(5))) <= 2  # straight lines
    else:
        outs = _outs(row, np.linspace(-6, 6, 121))
        slopes = _differences(row, np.linspace(-6, 6, 121))
        steepest = _differences(row, FAR).max()
        assert row.shape.steepness(outs) == pytest.approx(slopes / steepest, abs=1e-5)


@rows
def test_usual_targets_lie_in_the_range_and_apart(row: Row) -> None:
    low, high = row.usual_targets
    assert row.shape.low <= min(low) / 100 <= max(low) / 100 < min(high) / 100 <= max(high) / 100 <= row.shape.high


@rows
def test_wrong_formulas_are_wrong(row: Row) -> None:
    nets = np.array([-0.7, 0.4, 1.1])
    outs = row.rule(nets, *((row.leak.usual,) if row.leak else ()))
    for wrong in filter(None, (row.wrong.exponent, row.wrong.not_normalised)):
        assert not np.allclose(wrong(nets), outs)
    slope = row.slope
    for wrong in filter(None, (*row.wrong.partial_slopes, row.wrong.other_slope)):
        assert slope is not None
        named = {"out": outs, "net": nets, "ones": np.ones(3), "identity": np.eye(3), "leak": 0.1}
        operands = [named[name] for name in row.slope_of]
        assert not np.allclose(wrong(*operands), slope(*operands))


@losses
def test_the_error_is_the_derivative_of_the_loss(row: Loss) -> None:
    outs, targets = np.array([0.3, 0.6]), np.array([0.8, 0.1])
    operands = [{"out": outs, "targets": targets, "ones": np.ones(2)}[name] for name in row.error_of]
    if row.rule is None:
        assert row.error(*operands).tolist() == [1, 1]
        return
    if row.direct:  # a mistake that multiplies by the cancelled slope once more is told as times out · (1 − out)
        assert ACTIVATIONS[row.direct].shape.steepness is sigmoid_steepness
    slopes = (row.rule(outs + HAIR, targets) - row.rule(outs - HAIR, targets)) / (2 * HAIR)
    assert row.error(*operands) == pytest.approx(slopes, rel=1e-6)


@losses
def test_descent_is_told_by_another_rule_where_the_operands_cannot_change_places(row: Loss) -> None:
    values = {"out": np.array([0.3, 0.6]), "targets": np.array([0.8, 0.1]), "ones": np.ones(2)}
    a, *rest = (values[name] for name in row.error_of)
    down = row.falling(a, *rest) if row.falling else row.error(rest[0], a, *rest[1:])
    assert down == pytest.approx(-row.error(a, *rest))


@losses
def test_other_factors_and_logarithms(row: Loss) -> None:
    outs, targets = np.array([0.3, 0.6, 0.2]), np.array([0.8, 0.1, 0.5])
    for wrong in (*row.wrong.factors, *filter(None, [row.wrong.log10, row.wrong.log2])):
        assert row.rule is not None
        ratio = wrong(outs, targets) / row.rule(outs, targets)
        assert ratio == pytest.approx(ratio[0])
        assert ratio[0] != pytest.approx(1)
    for wrong in row.wrong.error_factors:
        ratio = wrong(outs, targets) / row.error(outs, targets)
        assert ratio == pytest.approx(ratio[0])
    with np.errstate(invalid="ignore"):
        logarithm = row.rule is not None and np.isnan(row.rule(np.array([-0.5, 0.5]), np.array([1.0, 0.0]))).any()
    assert bool(row.wrong.log10) == bool(row.wrong.log2) == bool(logarithm) == row.between_0_and_1


@losses
def test_usual_targets_fit(row: Loss) -> None:
    for outputs in (1, 2, 3):
        one_hot = np.eye(outputs)[:1]
        if row.domain is not None:
            assert row.domain.fits(one_hot)
            assert not row.domain.fits(one_hot - 2)
            assert row.domain.fits(np.full((1, outputs), 0.9)) != row.domain.one_hot
        for side in row.usual_targets or ():
            assert row.domain is None or row.domain.fits(np.array([[number / 100 for number in side]]))


def test_nothing_of_one_derivative_is_said_twice() -> None:
    """What people take for a formula is looked up by the formula, so each stands in one row."""
    for rules in ([row.rule for row in LOSSES.values()], [row.error for row in LOSSES.values()]):
        assert len(set(rules)) == len(rules)


def test_every_loss_that_a_problem_may_name_has_a_row() -> None:
    assert set(get_args(problem.Loss)) == LOSSES.keys()
