"""Formulas in every language; those that a machine can work out are, and give what the engine finds."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest

from bptutor.engine.notation import (
    JAVASCRIPT,
    LATEX,
    MATHML,
    NOTATIONS,
    SPREADSHEET,
    WIDE_SPREADSHEET,
    Notation,
    latex_name,
    mathml_name,
)
from bptutor.engine.term import FORMS, Term
from bptutor.files.library import load, names
from tests.support.formulas import NODE, Formula, by_node, referring, written
from tests.support.random_problems import random_problem

needs_node = pytest.mark.skipif(NODE is None, reason="no node here to work JavaScript out")


@pytest.mark.parametrize("language", NOTATIONS)
def test_every_operation_is_written_in_every_language(language: str) -> None:
    notation = NOTATIONS[language]
    for ufunc, method in FORMS:
        shapes = {"matvec": (2, 1), "vecmat": (1, 2)}.get(ufunc.__name__, (1, 1))
        operands: list[Any] = [Term.leaf(np.full((2,) * axes, "a", dtype=object), notation) for axes in shapes]
        if ufunc is np.heaviside:
            operands[1] = 0
        found = getattr(ufunc, method)(*operands[: 1 if method == "reduce" else ufunc.nin])
        assert all("a" in text or ufunc is np.maximum or ufunc is np.equal for text in np.ravel(found.texts))


@pytest.mark.parametrize("missing", [field.name for field in fields(Notation)])
def test_a_language_without_an_operation_is_missed(missing: str) -> None:
    row = {field.name: getattr(JAVASCRIPT, field.name) for field in fields(Notation) if field.name != missing}
    with pytest.raises(TypeError, match=missing):
        Notation(**row)


# What a sign does in front of a power, worked out by hand.
SIGNS: list[tuple[Any, dict[str, Any], float]] = [
    (lambda a: -np.square(a), {"a": 3.0}, -9.0),
    (lambda a: np.square(-a), {"a": 3.0}, 9.0),
    (lambda a: 1 - np.square(a), {"a": -2.0}, -3.0),
    (lambda a: np.negative(-a), {"a": -2.0}, -2.0),
    (lambda a: np.float_power(a, -a), {"a": -2.0}, 4.0),
    (lambda a: np.float_power(-a - 1, 2 * a), {"a": 2.0}, 81.0),
    (lambda a: 2 - (a - 3), {"a": -4.0}, 9.0),
    (lambda a: 12 / (2 / a) / 3, {"a": -6.0}, -12.0),
    (lambda a: np.square(12 / a), {"a": -6.0}, 4.0),
    (lambda a: np.square(np.exp(a)), {"a": 0.0}, 1.0),
    (lambda a: np.heaviside(a, 0) * a + np.heaviside(-a, 0), {"a": -6.0}, 1.0),
]


@needs_node
@pytest.mark.parametrize("digits", [True, False])
def test_signs_in_javascript(digits: bool) -> None:
    formulas = [Formula("", f"(v={[given['a'] for _, given, _ in SIGNS]}, 0)", 0.0)]
    for place, (rule, given, value) in enumerate(SIGNS):
        leaf = repr(given["a"]) if digits else f"v[{place}]"
        (text,) = rule(Term.leaf([leaf], JAVASCRIPT)).texts
        formulas.append(Formula(text, text, value))
    assert by_node(formulas) == []


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (lambda a: -np.square(a), "-(A1^2)"),
        (lambda a: np.square(-a), "((-A1)^2)"),
        (lambda a: 1 / (1 + np.exp(-a)), "1/(1+EXP(-A1))"),
        (lambda a: np.heaviside(a, 0) * a, "IF(A1>1E-12,1,0)*A1"),
        (lambda a: np.maximum(0.1 * a, a), "MAX(0.1*A1,A1)"),
        (lambda a: np.log(a + np.equal(a, 0)), "LN(A1+IF(A1=0,1,0))"),
    ],
)
def test_signs_and_guards_in_spreadsheets(rule: Any, text: str) -> None:
    assert rule(Term.leaf(["A1"], SPREADSHEET)).texts.tolist() == [text]


def test_beyond_what_a_spreadsheet_can_exponentiate() -> None:
    a = Term.leaf(["A1"], WIDE_SPREADSHEET)
    assert (1 / (1 + np.exp(-a))).texts.tolist() == ["1/(1+EXP(MIN(709,-A1)))"]


@needs_node
def test_guards_at_0_and_overflow_in_javascript() -> None:
    """Targets of 0 and 1 at outputs of just these, and net inputs of a thousand."""
    problem = load(
        {
            "layers": [1, 2, 2],
            "activation": ["sigmoid", "softmax"],
            "loss": "cross_entropy",
            "inputs": [1000.0],
            "targets": [1.0, 0.0],
            "weights": [[[1.0], [-1.0]], [[2000.0, 0.0], [0.0, 0.0]]],
            "learning_rate": 0.1,
        }
    )
    kept = [*referring(problem, JAVASCRIPT)]
    assert [one.value for one in kept if one.cell == "out2"] == [1.0, 0.0]
    assert by_node(kept) == []


@needs_node
@pytest.mark.parametrize("name", names())
def test_the_library_in_javascript(name: str) -> None:
    assert by_node(written(load(name), JAVASCRIPT)) == []
    assert by_node(referring(load(name), JAVASCRIPT)) == []


@needs_node
def test_random_problems_in_javascript() -> None:
    assert by_node(one for seed in range(20) for one in written(load(random_problem(seed)), JAVASCRIPT)) == []


@pytest.mark.parametrize("name", names())
def test_mathml_is_well_formed(name: str) -> None:
    for formula in written(load(name), MATHML):
        ElementTree.fromstring(f"<math>{formula.text}</math>")


@pytest.mark.parametrize(
    ("label", "latex", "mathml"),
    [
        ("x1", "x_{1}", "<mi>x₁</mi>"),
        ("η", r"\eta", "<mi>η</mi>"),
        ("net_h1.2@3", r"\text{net}_{\text{h1.2}}^{\text{@3}}", None),
        ("a<b", r"\text{a<b}", "<mi>a&lt;b</mi>"),
        ("</math><script>", r"\text{</math><script>}", "<mi>&lt;/math&gt;&lt;script&gt;</mi>"),
        (r"\input{x}", r"\text{\textbackslash{}input\{x\}}", None),
        ("w%", r"\text{w\%}", "<mi>w%</mi>"),
        ("Δw5", r"\Delta w_{5}", None),
        ("_", r"\text{\_}", "<mi>_</mi>"),
        ("+", r"\text{+}", "<mi>+</mi>"),
    ],
)
def test_names(label: str, latex: str, mathml: str | None) -> None:
    assert latex_name(label) == latex
    assert mathml is None or mathml_name(label) == mathml


def test_formulas_for_people() -> None:
    net, out, t = (Term.leaf([name], LATEX) for name in ("net_h1", "out_o1", "t_o1"))
    assert (1 / (1 + np.exp(-net))).texts.tolist() == [r"\frac{1}{1 + e^{-\text{net}_{\text{h1}}}}"]
    assert (0.5 * np.square(t - out)).texts.tolist() == [
        r"0.5 \cdot \left(t_{\text{o1}} - \text{out}_{\text{o1}}\right)^{2}"
    ]
    a = Term.leaf(["a"], replace(MATHML, name="<mi id='n'>{}</mi>".format))
    assert (-np.square(a)).texts.tolist() == ["<mo form=\"prefix\">−</mo><msup><mi id='n'>a</mi><mn>2</mn></msup>"]
