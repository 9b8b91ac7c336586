"""An array of terms: numbers that remember how they were written.

Running a rule on terms gives its formula: with names as leaves `w1*x1 + b1`, with digits `0.15*0.05 + 0.35`. A
`Notation` says how each operation is written, in Python, on the page, in a spreadsheet. A ufunc that is missing from
the table below fails loudly.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

from bptutor.engine.notation import (
    ATOM,
    CHOICE,
    NOTHING,
    NUMBER_WITH_SIGN,
    POWER,
    PRODUCT,
    SIGN,
    SUM,
    Notation,
)

_NUMBER = re.compile(r"(-?)(\d*\.?\d+(?:e[+-]?\d+)?)")


class Written:
    """One written expression: its text, how strongly it holds together, and the notation it is written in."""

    __slots__ = ("notation", "strength", "text")

    def __init__(self, text: str, strength: int, notation: Notation):
        self.text, self.strength, self.notation = text, strength, notation

    def inside(self, strength: int) -> str:
        """The text, in brackets where it would not hold together at that strength."""
        return self.text if self.strength >= strength else self.notation.brackets.format(self.text)


class Term(NDArrayOperatorsMixin):
    """An object array of `Written`, on which rules run as they do on numbers."""

    __slots__ = ("written",)

    def __init__(self, written: Any):
        self.written = written

    @classmethod
    def leaf(cls, texts: Any, notation: Notation) -> Term:
        """Names or digits, an array of str of any shape, as terms; what is `Written` already stays as it is."""
        return cls(_written(np.asarray(texts, dtype=object), notation))

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of the array of texts."""
        return np.shape(self.written)

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return np.ndim(self.written)

    @property
    def texts(self) -> Any:
        """The object array of the texts."""
        return _text(self.written)

    def __getitem__(self, index: Any) -> Term:
        return Term(np.asarray(self.written, dtype=object)[index])

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **options: Any) -> Any:
        form = FORMS.get((ufunc, method))
        if form is None:
            raise TypeError(f"no written form of {ufunc.__name__}.{method}")
        notation = next(item.notation for term in inputs if isinstance(term, Term) for item in np.ravel(term.written))
        return form(*(term if isinstance(term, Term) else literal(term, notation) for term in inputs), **options)


def literal(value: Any, notation: Notation) -> Term:
    """A number that stands in a formula itself, such as the 1 of 1 − out."""
    return Term.leaf(_number_text(np.asarray(value)), notation)


def atom(text: str | Written, notation: Notation) -> Written:
    """A name, or a number with its sign, as it is written in a notation."""
    if isinstance(text, Written):
        return text
    number = _NUMBER.fullmatch(text)
    if not number:
        return Written(notation.name(text), ATOM, notation)
    sign, digits = number[1], notation.number(number[2])
    return Written(notation.sign + digits, NUMBER_WITH_SIGN, notation) if sign else Written(digits, ATOM, notation)


_written: Any = np.frompyfunc(atom, 2, 1)
_text: Any = np.frompyfunc(lambda item: item.text, 1, 1)
_number_text: Any = np.frompyfunc(lambda value: f"{value:g}", 1, 1)


def _elementwise(write: Callable[..., Written], operands: int) -> Callable[..., Term]:
    ufunc = np.frompyfunc(write, operands, 1)
    return lambda *terms: Term(ufunc(*(term.written for term in terms)))


def _reduced(write: Callable[[Sequence[Written]], Written]) -> Callable[..., Term]:
    def reduce(term: Term, axis: int = 0, keepdims: bool = False) -> Term:
        rows = np.moveaxis(np.asarray(term.written, dtype=object), axis, -1)
        result = np.empty(rows.shape[:-1], dtype=object)
        for place in np.ndindex(result.shape):
            result[place] = write(list(rows[place]))
        return Term(np.expand_dims(result, axis) if keepdims else result)

    return reduce


def _sum(items: Sequence[Written]) -> Written:
    if len(items) == 1:
        return items[0]
    first, *rest = items
    text = first.notation.plus.join([first.inside(SUM), *(item.inside(PRODUCT) for item in rest)])
    return Written(text, SUM, first.notation)


def _subtract(a: Written, b: Written) -> Written:
    return Written(f"{a.inside(SUM)}{a.notation.minus}{b.inside(PRODUCT)}", SUM, a.notation)


def _negative(a: Written) -> Written:
    return Written(f"{a.notation.sign}{a.inside(PRODUCT)}", SIGN, a.notation)


def _multiply(a: Written, b: Written) -> Written:
    return Written(
        f"{a.inside(SIGN)}{a.notation.times}{b.inside(PRODUCT)}", SIGN if a.strength == SIGN else PRODUCT, a.notation
    )


def _divide(a: Written, b: Written) -> Written:
    notation = a.notation
    if notation.bar:
        return Written(notation.over.format(a.text, b.text), PRODUCT, notation)
    text = notation.over.format(a.inside(SIGN), b.inside(POWER))
    return Written(text, SIGN if a.strength == SIGN else PRODUCT, notation)


def _square(a: Written) -> Written:
    # A name, ∂E/∂w1: its square is no ∂E/∂w1².
    fraction = a.strength == ATOM and (a.text.startswith(("<mfrac", r"\frac")) if a.notation.bar else "/" in a.text)
    text = a.notation.brackets.format(a.text) if fraction else a.inside(ATOM)
    return Written(a.notation.square.format(text), POWER, a.notation)


def _power(a: Written, b: Written) -> Written:
    exponent = b.text if a.notation.bar else b.inside(ATOM)  # what is raised needs no brackets
    return Written(a.notation.power.format(a.inside(ATOM), exponent), POWER, a.notation)


def _exp(a: Written) -> Written:
    return Written(a.notation.exp.format(a.text), POWER, a.notation)


def _called(name: str) -> Callable[..., Written]:
    def write(*items: Written) -> Written:
        notation = items[0].notation
        text = notation.comma.join(item.text for item in items)
        return Written(getattr(notation, name).format(text), ATOM, notation)

    return write


def _heaviside(a: Written, at_zero: Written) -> Written:
    form = {a.notation.number("0"): a.notation.choice, a.notation.number("1"): a.notation.choice_from}.get(at_zero.text)
    if form is None:
        raise TypeError("a step is written with 0 or 1 at 0")
    return Written(form.format(a.inside(SUM)), ATOM if form.endswith(")") else CHOICE, a.notation)


def _equal(a: Written, b: Written) -> Written:
    # Rules ask this only to keep clear of ln 0 where the logarithm is multiplied by 0.
    if a.notation.equal is None:
        return Written("", NOTHING, a.notation)
    return Written(a.notation.equal.format(a.inside(SUM), b.inside(SUM)), ATOM, a.notation)


def _plus(a: Written, b: Written) -> Written:
    return a if b.strength == NOTHING else _sum([a, b])


def _largest(items: Sequence[Written]) -> Written:
    # The largest net is subtracted only so that no exponential overflows; it changes no value.
    if items[0].notation.largest is None:
        return Written("", NOTHING, items[0].notation)
    return _called("largest")(*items)


def _minus(a: Written, b: Written) -> Written:
    return a if b.strength == NOTHING else _subtract(a, b)


_add_terms = _reduced(_sum)
_times = _elementwise(_multiply, 2)


def _matvec(w: Term, x: Term) -> Term:
    return _add_terms(_times(w, x[..., None, :]), axis=-1)


def _vecmat(d: Term, w: Term) -> Term:
    return _add_terms(_times(d[..., :, None], w), axis=-2)


FORMS: dict[tuple[np.ufunc, str], Callable[..., Term]] = {
    (np.add, "__call__"): _elementwise(_plus, 2),
    (np.add, "reduce"): _add_terms,
    (np.subtract, "__call__"): _elementwise(_minus, 2),
    (np.negative, "__call__"): _elementwise(_negative, 1),
    (np.multiply, "__call__"): _times,
    (np.divide, "__call__"): _elementwise(_divide, 2),
    (np.square, "__call__"): _elementwise(_square, 1),
    (np.equal, "__call__"): _elementwise(_equal, 2),
    (np.exp, "__call__"): _elementwise(_exp, 1),
    (np.log, "__call__"): _elementwise(_called("log"), 1),
    (np.log10, "__call__"): _elementwise(_called("log10"), 1),
    (np.log2, "__call__"): _elementwise(_called("log2"), 1),
    (np.float_power, "__call__"): _elementwise(_power, 2),
    (np.absolute, "__call__"): _elementwise(_called("absolute"), 1),
    (np.sqrt, "__call__"): _elementwise(_called("root"), 1),
    (np.sign, "__call__"): _elementwise(_called("signum"), 1),
    (np.tanh, "__call__"): _elementwise(_called("tanh"), 1),
    (np.maximum, "__call__"): _elementwise(_called("maximum"), 2),
    (np.maximum, "reduce"): _reduced(_largest),
    (np.heaviside, "__call__"): _elementwise(_heaviside, 2),
    (np.matvec, "__call__"): _matvec,
    (np.vecmat, "__call__"): _vecmat,
}
