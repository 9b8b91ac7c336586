"""A thousand random problems against two oracles that share no code with the package.

`Sheet` works a whole problem out with loops over Python floats: every cell of the page, in every convention.
`deviation` compares with a numpy forward pass of its own, differentiated by central differences.
"""

from __future__ import annotations

from collections import Counter

import pytest

from bptutor.engine.activations import ACTIVATIONS
from bptutor.engine.decay import DECAYS
from bptutor.engine.losses import LOSSES
from bptutor.engine.optimizers import OPTIMIZERS
from bptutor.files.library import load
from bptutor.problem import Conventions
from bptutor.solution.trace import Trace
from tests.support.central_differences import deviation
from tests.support.loops import Sheet
from tests.support.problem_keys import activations_of, before_given, quantity_of, samples_of
from tests.support.random_problems import DIGITS_OF, VALUES, differentiable, random_problem, smooth

PROBLEMS = 1000
CHUNK = 50
CHUNKS = range(0, PROBLEMS, CHUNK)


@pytest.mark.parametrize("first", CHUNKS)
def test_every_cell_equals_a_loop_over_floats(first: int) -> None:
    for seed in range(first, first + CHUNK):
        keys = random_problem(seed)
        trace, expected = Trace(load(keys)), Sheet(keys).asked
        found = {cell.id: cell.value for cell in trace.cells(trace.page.recipe)}
        assert found.keys() <= expected.keys(), seed
        assert {*map(quantity_of, expected.keys() - found.keys())} <= before_given(keys), seed
        for cell, value in found.items():
            deviation = abs(value - expected[cell]) / max(1.0, abs(expected[cell]))
            assert deviation < 1e-12, (seed, cell, value, expected[cell])


@pytest.mark.parametrize("first", CHUNKS)
def test_gradients_equal_central_differences(first: int) -> None:
    for seed in range(first, first + CHUNK):
        keys = smooth(random_problem(seed))
        if differentiable(keys):
            assert deviation(keys) < 1e-6, seed


def test_the_random_problems_cover_everything() -> None:
    problems = [random_problem(seed) for seed in range(PROBLEMS)]
    losses = Counter(keys.get("loss", "half_squared_error") for keys in problems)
    activations = Counter(name for keys in problems for name, _leak in activations_of(keys))
    assert set(losses) == set(LOSSES)
    assert set(activations) == set(ACTIVATIONS)
    seen = {(key, value) for keys in problems for key, value in keys["conventions"].items() if key in VALUES}
    assert seen == {(key, value) for key, values in VALUES.items() for value in values}
    assert set(VALUES) | {"momentum", "batch_size"} == set(Conventions._fields)
    assert any("momentum" in keys["conventions"] for keys in problems)
    assert any(1 < keys["conventions"].get("batch_size", 0) < len(samples_of(keys)) for keys in problems)
    assert {len(samples_of(keys)) for keys in problems} == {1, 2, 3, 4}
    assert {len(keys["layers"]) for keys in problems} == {2, 3, 4, 5}
    assert {keys["steps"] for keys in problems} == {1, 2, 3}
    assert sum(map(differentiable, problems)) > 0.85 * PROBLEMS
    perceptrons = [keys for keys in problems if "targets" in samples_of(keys)[0]]
    assert {"step", "sign"} <= {str(keys["activation"]) for keys in perceptrons}
    assert {name for keys in problems for name in keys.get("optimizer", {})} | {"sgd"} == set(OPTIMIZERS)
    assert {kind for keys in problems for kind in keys.get("weight_decay", {})} == {*DECAYS, "biases"}
    kinds = {type(bias) for keys in problems for bias in keys.get("biases", [])}
    assert kinds == {type(None), float, list}
    assert any("biases" not in keys for keys in problems)
    named = [keys["decimals"] for keys in problems if isinstance(keys["decimals"], dict)]
    assert {name for decimals in named for name in decimals} == {*DIGITS_OF, "default"}
    assert {type(digits) for decimals in named for digits in decimals.values()} == {int, str}
    given = {quantity_of(key) for keys in problems for key in keys.get("given", {})}
    assert {key[-2:] for key in given if key.startswith("grad_w")} == {"#2", "#3"}
    assert any(key.startswith("out") for key in given)
    assert any(name.get("epsilon_inside") for keys in problems for name in keys.get("optimizer", {}).values())
