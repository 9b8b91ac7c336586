"""A pocket calculator for lines of the page: `0.5·(0.01 − 0.7514)²`, in decimal numbers, so that nothing is lost.

It reads text, and shares nothing with what wrote it.
"""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal, localcontext
from typing import Any

_TIES = {"half_up": ROUND_HALF_UP, "half_even": ROUND_HALF_EVEN}
_PYTHON = (
    *(("·", "*"), ("−", "-"), ("≥", ">="), ("²", "**2"), ("₁₀", "10"), ("₂", "2")),
    *(("e^(", "exp("), ("√(", "sqrt("), ("^", "**")),
)
_NUMBER = re.compile(r"(?<![\w.])\d+(?:\.\d*)?(?:e[+-]?\d+)?")


def _tanh(x: Decimal) -> Decimal:
    return ((2 * x).exp() - 1) / ((2 * x).exp() + 1)


_FUNCTIONS: dict[str, Callable[..., Decimal]] = {
    "exp": Decimal.exp,
    "ln": Decimal.ln,
    "log": Decimal.ln,
    "log10": Decimal.log10,
    "log2": lambda x: x.ln() / Decimal(2).ln(),
    "tanh": _tanh,
    "sqrt": Decimal.sqrt,
    "sign": lambda x: Decimal((x > 0) - (x < 0)),
    "max": max,
    "abs": abs,
}
_OPERATORS: dict[type, Callable[..., Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
    ast.USub: operator.neg,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Lt: operator.lt,
}


def is_numbers(line: str) -> bool:
    """Whether a line has no names in it, so that it can be typed into a calculator."""
    words = re.findall(r"\w+", _NUMBER.sub("", _python(line)))
    return {*words} <= {*_FUNCTIONS, "if", "else"}


def calculated(line: str) -> Decimal:
    """What the line comes to, to 50 figures."""
    with localcontext(Context(prec=50)):
        return +Decimal(_value(ast.parse(_python(line).strip(), mode="eval").body))


def rounded(value: Decimal, decimals: int, ties: str) -> Decimal:
    """The value with so many decimals."""
    return value.quantize(Decimal(1).scaleb(-decimals), _TIES[ties], Context(prec=400))


def in_figures(value: Decimal, figures: int, ties: str) -> Decimal:
    """The value with so many significant figures."""
    return Context(prec=figures, rounding=_TIES[ties]).plus(value)


def _python(line: str) -> str:
    line = re.sub(r"\|([^|]*)\|", r"abs(\1)", line)
    for page, python in _PYTHON:
        line = line.replace(page, python)
    return line


def _value(node: Any) -> Any:
    match node:
        case ast.Constant():
            return Decimal(repr(node.value))
        case ast.UnaryOp():
            return _OPERATORS[type(node.op)](_value(node.operand))
        case ast.BinOp(op=ast.Mult()) if not (left := _value(node.left)):
            return left  # whatever it is multiplied with: 0·ln(0.000) is how cross-entropy writes what does not count
        case ast.BinOp():
            return _OPERATORS[type(node.op)](_value(node.left), _value(node.right))
        case ast.Compare():
            return _OPERATORS[type(node.ops[0])](_value(node.left), _value(node.comparators[0]))
        case ast.IfExp():
            return _value(node.body if _value(node.test) else node.orelse)
        case ast.Call(func=ast.Name(name)):
            return _FUNCTIONS[name](*map(_value, node.args))
    raise ValueError(ast.dump(node))
