r"""How formulas are written: a language is a row.

People read Python, the page, LaTeX and MathML. Spreadsheets and JavaScript are read by machines that work them out, so
there the guards stand that nobody writes on paper: against ln 0 where it is multiplied by 0, against the overflow of a
softmax, against a sum that is 0 but for the noise of floats (NOISE in engine/arrays.py). `-A1^2` is (−A1)² in a
spreadsheet and `-x**2` no JavaScript at all, so both put their powers in brackets.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import dataclass, replace

# How strongly a text holds together: what stands inside something stronger needs brackets.
# A negative number wants more brackets, (−0.5)·x, than a sign in front of a product does, −η·x.
CHOICE, SUM, NUMBER_WITH_SIGN, SIGN, PRODUCT, POWER, ATOM, NOTHING = range(8)

Leaf = Callable[[str], str]


@dataclass(frozen=True, kw_only=True)
class Notation:
    """How operations are written; `{}` stands for an operand.

    `name` and `number` write what stands in a formula: a name as it is called, a number without its sign. `bar`: a
    quotient is drawn with a bar, so that nothing in it needs brackets. `equal` and `largest` are guards, None where
    nobody writes them. Nothing has a default: an operation that a language lacks is missed at import.
    """

    name: Leaf
    number: Leaf
    brackets: str
    plus: str
    times: str
    minus: str
    sign: str
    over: str
    bar: bool
    square: str
    power: str
    exp: str
    log: str
    log10: str
    log2: str
    absolute: str
    tanh: str
    comma: str
    maximum: str
    choice: str
    choice_from: str
    root: str
    signum: str
    equal: str | None
    largest: str | None


PYTHON = Notation(
    name=str,
    number=str,
    brackets="({})",
    plus=" + ",
    times="*",
    minus=" - ",
    sign="-",
    over="{}/{}",
    bar=False,
    square="{}**2",
    power="{}**{}",
    exp="exp({})",
    log="log({})",
    log10="log10({})",
    log2="log2({})",
    absolute="abs({})",
    tanh="tanh({})",
    comma=", ",
    maximum="max({})",
    choice="1 if {} > 0 else 0",
    choice_from="1 if {} >= 0 else 0",
    root="sqrt({})",
    signum="(({0} > 0) - ({0} < 0))",
    equal=None,
    largest=None,
)
PAGE = replace(
    PYTHON,
    times="·",
    minus=" − ",
    sign="−",
    square="{}²",
    power="{}^{}",
    exp="e^({})",
    log="ln({})",
    log10="log₁₀({})",
    log2="log₂({})",
    absolute="|{}|",
    choice_from="1 if {} ≥ 0 else 0",
    root="√({})",
    signum="sign({})",
)
SPREADSHEET = Notation(
    name=str,
    number=str.upper,  # 1E-05
    brackets="({})",
    plus="+",
    times="*",
    minus="-",
    sign="-",
    over="{}/{}",
    bar=False,
    square="({}^2)",
    power="({}^{})",
    exp="EXP({})",
    log="LN({})",
    log10="LOG10({})",
    log2="LOG({},2)",
    absolute="ABS({})",
    tanh="TANH({})",
    comma=",",
    maximum="MAX({})",
    choice="IF({}>1E-12,1,0)",
    choice_from="IF({}>=-1E-12,1,0)",
    root="SQRT({})",
    signum="IF(ABS({0})<1E-12,0,SIGN({0}))",
    equal="IF({}={},1,0)",
    largest="MAX({})",
)
WIDE_SPREADSHEET = replace(SPREADSHEET, exp="EXP(MIN(709,{}))")
"""For net inputs beyond ±709, where EXP is an error in spreadsheets and 1/(1+∞) still the right 0."""

JAVASCRIPT = replace(
    SPREADSHEET,
    number=str,
    square="({}**2)",
    power="({}**{})",
    exp="Math.exp({})",
    log="Math.log({})",
    log10="Math.log10({})",
    log2="Math.log2({})",
    absolute="Math.abs({})",
    tanh="Math.tanh({})",
    maximum="Math.max({})",
    choice="({}>1e-12?1:0)",
    choice_from="({}>=-1e-12?1:0)",
    root="Math.sqrt({})",
    signum="(Math.abs({0})<1e-12?0:Math.sign({0}))",
    equal="({}==={}?1:0)",
    largest="Math.max({})",
)

_LABEL = re.compile(r"(?P<d>∂E/∂|Δ?)(?P<base>[^_@#+]+)(?:_(?P<low>.+?))?(?P<after>\+?)(?P<tag>(?:[@#][\d-]+)*)", re.S)
_NUMBERED = re.compile(r"([^\W\d_]+)([\d.,]+)")


def _parts(label: str) -> tuple[str, str, str, str]:
    """What is in front of a label (∂E/∂, Δ or nothing), its base, what stands below it, and what above.

    >>> _parts("∂E/∂w5@2"), _parts("net_h1+")
    (('∂E/∂', 'w', '5', '@2'), ('', 'net', 'h1', '+'))
    """
    found = _LABEL.fullmatch(label)
    if not found:
        return "", label, "", ""
    base, low = found["base"], found["low"] or ""
    if not low and (numbered := _NUMBERED.fullmatch(base)):
        base, low = numbered.groups()
    return found["d"], base, low, found["after"] + found["tag"]


_LETTERS = {"δ": r"\delta", "η": r"\eta", "μ": r"\mu", "θ": r"\theta", "Δ": r"\Delta", "∂": r"\partial"}
_SPECIAL = {char: f"\\{char}" for char in "#$%&_{}"} | {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
}


def _latex_word(text: str) -> str:
    """A piece of a name: a letter or a number as it is, a word upright, with what is special to LaTeX escaped."""
    if text in _LETTERS:
        return _LETTERS[text]
    if re.fullmatch(r"[A-Za-z]|\d+", text):
        return text
    return rf"\text{{{''.join(_SPECIAL.get(char, char) for char in ' '.join(text.split()))}}}"


def latex_name(label: str) -> str:
    r"""A label as LaTeX, in which nothing that a stranger wrote is a command.

    >>> latex_name("w5+"), latex_name("δ_o1"), latex_name("∂E/∂w5")
    ('w_{5}^{+}', '\\delta_{\\text{o1}}', '\\frac{\\partial E}{\\partial w_{5}}')
    """
    front, base, low, high = _parts(label)
    text = _latex_word(base) + (f"_{{{_latex_word(low)}}}" if low else "")
    text += f"^{{{high if high == '+' else _latex_word(high)}}}" if high else ""
    return {"": text, "Δ": rf"\Delta {text}"}.get(front, rf"\frac{{\partial E}}{{\partial {text}}}")


LATEX = Notation(
    name=latex_name,
    number=lambda digits: digits.replace("e", r"\mathrm{e}"),
    brackets=r"\left({}\right)",
    plus=" + ",
    times=r" \cdot ",
    minus=" - ",
    sign="-",
    over=r"\frac{{{}}}{{{}}}",
    bar=True,
    square="{}^{{2}}",
    power="{}^{{{}}}",
    exp="e^{{{}}}",
    log=r"\ln\left({}\right)",
    log10=r"\log_{{10}}\left({}\right)",
    log2=r"\log_{{2}}\left({}\right)",
    absolute=r"\left|{}\right|",
    tanh=r"\tanh\left({}\right)",
    comma=",",
    maximum=r"\max\left({}\right)",
    choice=r"1 \text{{ if }} {} > 0 \text{{ else }} 0",
    choice_from=r"1 \text{{ if }} {} \ge 0 \text{{ else }} 0",
    root=r"\sqrt{{{}}}",
    signum=r"\operatorname{{sgn}}\left({}\right)",
    equal=None,
    largest=None,
)


_BELOW = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def mathml_name(label: str) -> str:
    """A label as MathML, escaped.

    >>> mathml_name("w5+"), mathml_name("net_h1")
    ('<msup><mi>w₅</mi><mo>+</mo></msup>', '<msub><mi>net</mi><mi>h1</mi></msub>')
    """
    front, base, low, high = (html.escape(piece) for piece in _parts(label))
    if low.isdecimal():
        base, low = base + low.translate(_BELOW), ""
    text = f"<mi>{front[-1:]}{base}</mi>"
    if low or high:
        tag = f"m{'sub' if low else ''}{'sup' if high else ''}"
        above = f"<mo>{high}</mo>" if high == "+" else f"<mtext>{high}</mtext>" if high else ""
        text = f"<{tag}>{text}{f'<mi>{low}</mi>' if low else ''}{above}</{tag}>"
    return f"<mfrac><mi>∂E</mi>{text}</mfrac>" if len(front) > 1 else text


_OPEN, _CLOSE = "<mo>(</mo>", "<mo>)</mo>"

MATHML = Notation(
    name=mathml_name,
    number="<mn>{}</mn>".format,
    brackets=f"<mrow>{_OPEN}{{}}{_CLOSE}</mrow>",
    plus="<mo>+</mo>",
    times="<mo>·</mo>",
    minus="<mo>−</mo>",
    sign='<mo form="prefix">−</mo>',
    over="<mfrac><mrow>{}</mrow><mrow>{}</mrow></mfrac>",
    bar=True,
    square="<msup>{}<mn>2</mn></msup>",
    power="<msup>{}<mrow>{}</mrow></msup>",
    exp="<msup><mi>e</mi><mrow>{}</mrow></msup>",
    log=f"<mrow><mi>ln</mi>{_OPEN}{{}}{_CLOSE}</mrow>",
    log10=f"<mrow><msub><mi>log</mi><mn>10</mn></msub>{_OPEN}{{}}{_CLOSE}</mrow>",
    log2=f"<mrow><msub><mi>log</mi><mn>2</mn></msub>{_OPEN}{{}}{_CLOSE}</mrow>",
    absolute="<mrow><mo>|</mo>{}<mo>|</mo></mrow>",
    tanh=f"<mrow><mi>tanh</mi>{_OPEN}{{}}{_CLOSE}</mrow>",
    comma="<mo>,</mo>",
    maximum=f"<mrow><mi>max</mi>{_OPEN}{{}}{_CLOSE}</mrow>",
    choice="<mrow><mn>1</mn><mtext> if </mtext>{}<mo>&gt;</mo><mn>0</mn><mtext> else </mtext><mn>0</mn></mrow>",
    choice_from="<mrow><mn>1</mn><mtext> if </mtext>{}<mo>≥</mo><mn>0</mn><mtext> else </mtext><mn>0</mn></mrow>",
    root="<msqrt><mrow>{}</mrow></msqrt>",
    signum=f"<mrow><mi>sign</mi>{_OPEN}{{}}{_CLOSE}</mrow>",
    equal=None,
    largest=None,
)

NOTATIONS = {
    "python": PYTHON,
    "page": PAGE,
    "spreadsheet": SPREADSHEET,
    "javascript": JAVASCRIPT,
    "latex": LATEX,
    "mathml": MATHML,
}
"""All languages that formulas are written in."""
