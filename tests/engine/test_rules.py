"""Every formula, in every arithmetic: floats, intervals, terms; and for a whole class at once."""

from __future__ import annotations

import ast
import inspect
import math
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import bptutor
from bptutor.engine import activations, decay, losses, optimizers, rules
from bptutor.engine.activations import ACTIVATIONS
from bptutor.engine.decimals import full
from bptutor.engine.interval import Interval
from bptutor.engine.losses import LOSSES, Domain
from bptutor.engine.notation import PYTHON
from bptutor.engine.page import page
from bptutor.engine.quantities import Quantity
from bptutor.engine.recipe import Step
from bptutor.engine.rules import Rule
from bptutor.engine.term import Term
from bptutor.files.library import load
from tests.support.random_problems import random_problem

NAMESPACE = {
    "__builtins__": {},
    "abs": abs,
    "exp": math.exp,
    "log": math.log,
    "log10": math.log10,
    "log2": math.log2,
    "tanh": math.tanh,
    "max": max,
    "sqrt": math.sqrt,
}
FACTORIES = {"summed", "says", "usual_leak", "penalty", "under_root"}
SHAPES: dict[str, tuple[int, ...]] = {  # an operand by its name; two units, three inputs
    "w": (2, 3),
    "x": (3,),
    "gradient": (2, 3),
    "parameter": (2, 3),
    "step": (2, 3),
    "learning_rate": (),
    "leak": (),
    "identity": (2, 2),
    **dict.fromkeys(("beta", "epsilon", "decay", "t"), ()),
    **dict.fromkeys(("before", "average", "numerator", "squares"), (2, 3)),
}
OTHER_SHAPES: dict[str, tuple[tuple[int, ...], ...]] = {
    "error_through_slopes": ((2,), (2, 2)),
    "total": ((2, 3),) * 3,
    "average": ((2, 3),) * 3,
    "falling_seed": ((2,),),
    **{f"{kind}_penalty": ((), (2, 3), (3, 2)) for kind in ("l2", "l1")},
}
CONSTANT = {"learning_rate", "leak", "identity", "ones", "beta", "epsilon", "decay", "t"}  # the same for a whole class


def _of_rows() -> Iterator[Callable[..., Any]]:
    """Every formula, right or wrong, that a row of an activation or a loss names."""
    rows: list[Any] = [*ACTIVATIONS.values(), *LOSSES.values()]
    for row in rows:
        for value in (*row, *row.wrong, *getattr(row, "shape", ())):
            parts = value if isinstance(value, tuple) and not isinstance(value, Domain) else [value]
            yield from filter(inspect.isfunction, parts)


ROW_RULES = tuple(_of_rows())


def _rules() -> dict[str, Callable[..., Any]]:
    found: dict[str, Any] = {
        name: rule
        for module in (rules, activations, losses, optimizers, decay)
        for name, rule in inspect.getmembers(module, inspect.isfunction)
        if rule.__module__ == module.__name__ and not name.startswith("_") and name not in FACTORIES
    }
    found |= {rule.__name__: rule for rule in ROW_RULES}
    found |= {f"summed_{name}": losses.summed(row.rule) for name, row in LOSSES.items() if row.rule}
    gradients = (rules.descent, rules.weight_gradient, rules.bias_gradient, rules.shared_bias_gradient)
    steps = [_stepped(rule, negated, 0) for rule in gradients for negated in (False, True)]
    found |= {step.__name__: step for step in steps}
    found |= {f"{kind}_penalty": decay.penalty(kind, (2, 2)) for kind, row in decay.DECAYS.items() if row.cost}
    return found | {
        f"{_stepped(rule, negated, 0).__name__}_with_momentum": _stepped(rule, negated, 2)
        for rule in gradients
        for negated in (False, True)
    }


def _stepped(rule: Rule, negated: bool, momentum: int) -> Rule:
    """What a step adds to its rule: a learning rate, a sign, `momentum` (2) operands; one function of all of them."""
    parameters = list(inspect.signature(rule).parameters)
    names = tuple(map(Quantity, ["learning_rate", *parameters, *["momentum", "previous"][:momentum]]))
    factors, operands, moving = names[:1], names[1 : 1 + len(parameters)], names[1 + len(parameters) :]
    step = Step(rule, operands, negated=negated, factors=factors, momentum=moving)

    def work_out(*values: Any) -> Any:
        return step.of(dict(zip(names, values, strict=True)))

    work_out.__name__ = f"{'minus_' * negated}rate_times_{rule.__name__}"
    work_out.__doc__ = step.says
    kind = inspect.Parameter.POSITIONAL_ONLY
    work_out.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [inspect.Parameter(name, kind) for name in names[: 1 + len(parameters)]]
    )
    return work_out


RULES = _rules()


def _names(name: str) -> list[str]:
    """The names of a rule's operands."""
    plain = RULES[name.removesuffix("_with_momentum").removeprefix("summed_")]
    return list(inspect.signature(plain).parameters)


def _shapes(name: str) -> list[tuple[int, ...]]:
    plain = name.removesuffix("_with_momentum")
    shapes = list(OTHER_SHAPES.get(plain) or [SHAPES.get(operand, (2,)) for operand in _names(name)])
    if plain != name:
        result = RULES[plain](*(np.ones(shape) for shape in shapes))
        shapes += [(), np.shape(result)]
    return shapes


def _operands(name: str, seed: int = 0) -> list[Any]:
    """Operands between 0 and 1, where every formula is at home; some of each sign where it may be so."""
    draw = np.random.default_rng(seed)
    values = [draw.uniform(0.05, 0.95, shape) for shape in _shapes(name)]
    signed = not {"out", "identity", "squares", "beta"} & set(_names(name))
    return [value - 0.5 * signed for value in values]


def _evaluated(term: Term) -> Any:
    return np.vectorize(lambda text: float(eval(text, NAMESPACE)), otypes=[float])(term.texts)


@pytest.mark.parametrize("name", RULES)
def test_float_lies_inside_the_interval(name: str) -> None:
    operands = _operands(name)
    value = RULES[name](*operands)
    for radius in (0.0, 1e-3):
        bounds = RULES[name](*(Interval.around(operand, radius) for operand in operands))
        assert bounds.shape == np.shape(value)
        assert np.all((bounds.lo - 1e-14 <= value) & (value <= bounds.hi + 1e-14))
        assert radius or np.all(bounds.hi - bounds.lo <= 1e-14)
    for seed in range(20):  # any operands inside give a result inside
        moved = [operand + np.random.default_rng(seed).uniform(-1e-3, 1e-3, np.shape(operand)) for operand in operands]
        value = RULES[name](*moved)
        assert np.all((bounds.lo - 1e-14 <= value) & (value <= bounds.hi + 1e-14))


@pytest.mark.parametrize("name", RULES)
def test_written_formula_evaluates_to_the_float(name: str) -> None:
    operands = _operands(name)
    texts = [np.reshape(np.array(full(np.ravel(operand)), dtype=object), np.shape(operand)) for operand in operands]
    term = RULES[name](*(Term.leaf(text, PYTHON) for text in texts))
    assert term.shape == np.shape(RULES[name](*operands))
    assert _evaluated(term) == pytest.approx(RULES[name](*operands), rel=1e-12, abs=1e-15)


@pytest.mark.parametrize("name", RULES)
def test_a_stack_of_students_is_worked_out_as_one_by_one(name: str) -> None:
    students = [_operands(name, seed) for seed in range(5)]
    fixed = [operand in CONSTANT for operand in _names(name)] + [True, False]  # then momentum, previous step
    fixed = fixed if len(_names(name)) + 2 == len(students[0]) else [operand in CONSTANT for operand in _names(name)]
    if len(fixed) < len(students[0]):  # total(*parts)
        fixed = [False] * len(students[0])
    for student in students:
        for place, is_fixed in enumerate(fixed):
            if is_fixed:
                student[place] = students[0][place]
    stacks = [
        operands[0] if is_fixed else np.stack(operands)
        for operands, is_fixed in zip(zip(*students, strict=True), fixed, strict=True)
    ]
    expected = np.stack([np.broadcast_to(RULES[name](*student), _result(name)) for student in students])
    assert np.broadcast_to(RULES[name](*stacks), expected.shape) == pytest.approx(expected, rel=1e-14)
    bounds = RULES[name](*(Interval(stack, stack) for stack in stacks))
    assert np.broadcast_to(bounds.lo, expected.shape) == pytest.approx(expected, rel=1e-12)


def _result(name: str) -> tuple[int, ...]:
    return np.shape(RULES[name](*_operands(name)))


def test_every_rule_has_a_sentence() -> None:
    for name, rule in RULES.items():
        assert (inspect.getdoc(rule) or "").strip().endswith("."), name


def _literals() -> set[str]:
    """All texts that stand in the package as `_("…")`, which is what tools for translators collect."""
    found = set()
    for path in Path(bptutor.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "_":
                found |= {str(arg.value) for arg in node.args if isinstance(arg, ast.Constant)}
    return found


def test_every_sentence_of_a_page_can_be_translated() -> None:
    """Each is a text that stands in the code, or two of them, one after the other."""
    steps = [step for seed in range(300) for step in page(load(random_problem(seed))).recipe.values()]
    literals = _literals()
    plain = {name: rule.__doc__ for name, rule in RULES.items() if not re.search("summed|rate_times", name)}
    assert {name: says for name, says in plain.items() if says not in literals} == {}
    ends = [" Add the momentum times the previous step.", " Add up over the outputs."]
    assert {end.strip() for end in ends} <= literals
    for says in {step.says for step in steps}:
        assert says.removesuffix(ends[0]).removesuffix(ends[1]) in literals


def test_every_rule_that_a_page_uses_is_tested() -> None:
    tested = {rule.__name__ for rule in RULES.values()}
    used = {step.rule.__name__ for seed in range(300) for step in page(load(random_problem(seed))).recipe.values()}
    assert used <= tested
    assert set(ROW_RULES) <= set(RULES.values())


def test_composed_rules_are_made_once() -> None:
    assert losses.summed(losses.squared_error) is losses.summed(losses.squared_error)


def test_saturated_units_do_not_overflow() -> None:
    net = np.array([-1000.0, 0.0, 1000.0])
    with np.errstate(over="raise"):
        assert activations.sigmoid(net).tolist() == [0, 0.5, 1]
        assert activations.bipolar_sigmoid(net).tolist() == [-1, 0, 1]
        assert activations.softmax(net).tolist() == [0, 0, 1]
