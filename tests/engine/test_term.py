from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bptutor.engine.interval import FORMS as INTERVAL_FORMS
from bptutor.engine.interval import SUMS
from bptutor.engine.notation import PAGE, PYTHON
from bptutor.engine.term import FORMS, Term

FUNCTIONS = {
    "exp": math.exp,
    "log": math.log,
    "log10": math.log10,
    "tanh": math.tanh,
    "abs": abs,
    "max": max,
    "sqrt": math.sqrt,
}
NAMESPACE = {"__builtins__": {}, **FUNCTIONS}
DIGITS = st.sampled_from(["0.5", "-0.25", "2", "-3", "1.75", "-1e-05", "0.0", "12.5"])
OPERATIONS: dict[str, Any] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": np.divide,
    "negative": np.negative,
    "square": np.square,
    "exp": lambda a: np.exp(np.tanh(a)),
    "tanh": np.tanh,
    "log": lambda a: np.log(1 + np.square(a)),
    "log10": lambda a: np.log10(1 + np.square(a)),
    "abs": np.absolute,
    "max": np.maximum,
    "step": lambda a: np.heaviside(a, 0),
    "step from 0": lambda a: np.heaviside(a, 1),
    "sign": np.sign,
    "sqrt": lambda a: np.sqrt(1 + np.square(a)),
    "1 -": lambda a: 1 - a,
    "/ 2": lambda a: a / 2,
}
TWO = {"+", "-", "*", "/", "max"}

Tree = Any  # digits, or an operation with its operands
TREES: st.SearchStrategy[Tree] = st.recursive(
    DIGITS,
    lambda inner: st.one_of(
        st.tuples(st.sampled_from(sorted(TWO)), inner, inner),
        st.tuples(st.sampled_from(sorted(set(OPERATIONS) - TWO)), inner),
    ),
    max_leaves=12,
)


def _value(tree: Tree, leaf: Any) -> Any:
    """The tree worked out on leaves of any arithmetic."""
    if isinstance(tree, str):
        return leaf(tree)
    name, *operands = tree
    return OPERATIONS[name](*(_value(operand, leaf) for operand in operands))


@given(TREES)
def test_the_python_text_evaluates_to_the_value(tree: Tree) -> None:
    with np.errstate(all="ignore"):
        expected = float(_value(tree, lambda digits: np.float64(digits)))
    (text,) = _value(tree, lambda digits: Term.leaf([digits], PYTHON)).texts
    try:
        found = eval(text, NAMESPACE)
    except (ZeroDivisionError, OverflowError):
        assert not math.isfinite(expected) or abs(expected) < 1e-9 or "/" in text
        return
    if math.isfinite(expected):
        assert found == pytest.approx(expected, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize(
    ("tree", "python", "page"),
    [
        (("-", "a", ("+", "b", "c")), "a - (b + c)", "a − (b + c)"),
        (("-", "a", "-2"), "a - (-2)", "a − (−2)"),
        (("*", "-2", "a"), "(-2)*a", "(−2)·a"),
        (("+", "-2", "a"), "-2 + a", "−2 + a"),
        (("square", ("-", "a", "b")), "(a - b)**2", "(a − b)²"),
        (("square", "-2"), "(-2)**2", "(−2)²"),
        (("negative", ("square", "a")), "-a**2", "−a²"),
        (("square", ("negative", "a")), "(-a)**2", "(−a)²"),
        (("-", "a", ("negative", "b")), "a - (-b)", "a − (−b)"),
        (("/", "a", ("negative", "b")), "a/(-b)", "a/(−b)"),
        (("negative", ("*", "a", "b")), "-a*b", "−a·b"),
        (("negative", ("+", "a", "b")), "-(a + b)", "−(a + b)"),
        (("/", "a", ("*", "b", "c")), "a/(b*c)", "a/(b·c)"),
        (("/", ("/", "a", "b"), "c"), "a/b/c", "a/b/c"),
        (("*", ("1 -", "a"), "a"), "(1 - a)*a", "(1 − a)·a"),
        (("max", "a", "0"), "max(a, 0)", "max(a, 0)"),
        (("step", "a"), "1 if a > 0 else 0", "1 if a > 0 else 0"),
        (("*", ("step", "a"), "b"), "(1 if a > 0 else 0)*b", "(1 if a > 0 else 0)·b"),
        (("tanh", "-1"), "tanh(-1)", "tanh(−1)"),
    ],
)
def test_brackets_only_where_they_are_needed(tree: Tree, python: str, page: str) -> None:
    assert _value(tree, lambda text: Term.leaf([text], PYTHON)).texts.tolist() == [python]
    assert _value(tree, lambda text: Term.leaf([text], PAGE)).texts.tolist() == [page]


def test_functions_on_the_page() -> None:
    a = Term.leaf(["a"], PAGE)
    assert np.exp(-a).texts.tolist() == ["e^(−a)"]
    assert np.log(a).texts.tolist() == ["ln(a)"]
    assert np.log10(a).texts.tolist() == ["log₁₀(a)"]
    assert np.absolute(a - 1).texts.tolist() == ["|a − 1|"]


def test_products_of_matrices_are_written_as_sums() -> None:
    w, x = Term.leaf([["w1", "w2"], ["w3", "-4"]], PYTHON), Term.leaf(["x1", "x2"], PYTHON)
    assert np.matvec(w, x).texts.tolist() == ["w1*x1 + w2*x2", "w3*x1 + (-4)*x2"]
    assert np.vecmat(x, w).texts.tolist() == ["x1*w1 + x2*w3", "x1*w2 + x2*(-4)"]
    assert (np.matvec(w, x) + x).texts[0] == "w1*x1 + w2*x2 + x1"
    assert np.add.reduce(w, axis=-1).texts.tolist() == ["w1 + w2", "w3 + (-4)"]
    assert np.add.reduce(w, axis=0, keepdims=True).texts.tolist() == [["w1 + w3", "w2 + (-4)"]]


def test_shape_and_index() -> None:
    w = Term.leaf([["a", "b", "c"]], PYTHON)
    assert (w.shape, w.ndim) == ((1, 3), 2)
    assert w[0].texts.tolist() == ["a", "b", "c"]
    assert Term.leaf("a", PYTHON).shape == ()
    assert Term.leaf("a", PYTHON)[..., None][..., [0, 0]].texts.tolist() == ["a", "a"]


@pytest.mark.parametrize("ufunc", [np.sin, np.arctan, np.floor, np.cbrt, np.power, np.greater, np.minimum])
def test_an_unknown_ufunc_fails_loudly(ufunc: Any) -> None:
    with pytest.raises(TypeError, match=f"no written form of {ufunc.__name__}"):
        ufunc(*[Term.leaf(["a"], PYTHON)] * ufunc.nin)


def test_an_unknown_method_of_a_known_ufunc_fails_loudly() -> None:
    with pytest.raises(TypeError, match=r"no written form of multiply\.reduce"):
        np.multiply.reduce(Term.leaf(["a"], PYTHON))


def test_a_step_that_is_between_0_and_1_at_0_has_no_written_form() -> None:
    with pytest.raises(TypeError):
        np.heaviside(Term.leaf(["a"], PYTHON), 0.5)


def test_terms_and_intervals_know_the_same_ufuncs() -> None:
    assert set(FORMS) == {*INTERVAL_FORMS, *((ufunc, "__call__") for ufunc in SUMS)}
