r"""Text of strangers, made harmless for LaTeX: plain letters and a few commands, whatever the engine and its fonts.

Not left to pylatexenc (tried: 2.11): it keeps `--`, ``` `` ``` and ``` ?` ```, which print as –, “ and ¿; it writes Ж
as \CYRZH and „ as \quotedblbase, at which a plain installation stops; and 中 becomes a ? that says nothing.
"""

from __future__ import annotations

import re
import unicodedata

from bptutor.render.harmless import one_line

_SPECIAL = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\ensuremath{\mathdollar}",
    "&": r"\&", "#": r"\#", "%": r"\%", "_": r"\_",
    "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "<": r"\textless{}", ">": r"\textgreater{}",
    "|": r"\textbar{}", '"': r"\textquotedblright{}", "'": "'{}", "`": "`{}",
    "-": "{-}", ",": "{,}", "?": "{?}", "!": "{!}",  # two in a row, or one beside a quote, would become another sign
}  # fmt: skip

_MATHS = {
    "·": r"\cdot", "⋅": r"\cdot", "∙": r"\cdot", "−": "-", "×": r"\times", "÷": r"\div", "±": r"\pm", "√": r"\surd",
    "∂": r"\partial", "∇": r"\nabla", "∑": r"\Sigma", "∏": r"\Pi", "∫": r"\int", "∞": r"\infty", "°": r"^\circ",
    "→": r"\to", "←": r"\leftarrow", "↔": r"\leftrightarrow", "⇒": r"\Rightarrow", "↑": r"\uparrow", "↓": r"\downarrow",
    "≤": r"\le", "≥": r"\ge", "≠": r"\ne", "≈": r"\approx", "≡": r"\equiv", "∝": r"\propto", "∈": r"\in", "¬": r"\neg",
    "½": r"\frac12", "¼": r"\frac14", "¾": r"\frac34", "⅓": r"\frac13", "′": "'", "″": "''", "⊤": r"\top",
    "ϕ": r"\phi", "ϵ": r"\epsilon", "µ": r"\mu", "ο": "o", "Α": r"\mathrm{A}", "Β": r"\mathrm{B}", "Ε": r"\mathrm{E}",
    "Ζ": r"\mathrm{Z}", "Η": r"\mathrm{H}", "Ι": r"\mathrm{I}", "Κ": r"\mathrm{K}", "Μ": r"\mathrm{M}",
    "Ν": r"\mathrm{N}", "Ο": r"\mathrm{O}", "Ρ": r"\mathrm{P}", "Τ": r"\mathrm{T}", "Χ": r"\mathrm{X}",
}  # fmt: skip
_GREEK = (
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau upsilon phi chi psi "
    "omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega"
)
_MATHS |= {
    unicodedata.lookup(
        f"GREEK {'SMALL' if name.islower() else 'CAPITAL'} LETTER {name.replace('mbda', 'mda')}"
    ): f"\\{name}"
    for name in _GREEK.split()
} | {"ς": r"\varsigma"}
_MATHS |= {char: f"_{{{n}}}" for n, char in enumerate("₀₁₂₃₄₅₆₇₈₉")} | {"₊": "_{+}", "₋": "_{-}"}
_MATHS |= {char: f"^{{{n}}}" for n, char in enumerate("⁰¹²³⁴⁵⁶⁷⁸⁹")} | {"⁺": "^{+}", "⁻": "^{-}"}

_TEXT = {
    "–": "--", "—": "---", "‐": "{-}", "‑": "{-}", "…": r"\dots{}", "‘": "`{}", "’": "'{}", "“": "``{}", "”": "''{}",
    "„": ",{},", "«": r"$\ll$", "»": r"$\gg$", "•": r"\textbullet{}", "§": r"\S{}", "©": r"\copyright{}",
    "£": r"\pounds{}",
    "ß": r"\ss{}", "æ": r"\ae{}", "Æ": r"\AE{}", "œ": r"\oe{}", "Œ": r"\OE{}", "ø": r"\o{}", "Ø": r"\O{}", "ł": r"\l{}",
    "Ł": r"\L{}", "ı": r"\i{}", "¿": "?`{}", "¡": "!`{}", "€": "EUR", "ð": "d", "þ": "th", "\u00a0": "~",
}  # fmt: skip

_ACCENTS = {
    "\u0300": "`", "\u0301": "'", "\u0302": "^", "\u0303": "~", "\u0304": "=", "\u0306": "u", "\u0307": ".",
    "\u0308": '"', "\u030a": "r", "\u030b": "H", "\u030c": "v", "\u0323": "d", "\u0327": "c", "\u0331": "b",
}  # fmt: skip

_MISSING = r"\missing{"
MISSING = r"\newcommand{\missing}[1]{{\fontsize{4}{4}\selectfont\texttt{#1}}}"
"""The command that stands for a character no font of LaTeX has: its code, small."""


def latex_text(text: str) -> str:
    """The text in one line of LaTeX that prints it as it is; it needs the command `MISSING`."""
    letters = re.findall(r".[\u0300-\u036f]*", unicodedata.normalize("NFC", one_line(text)))
    return "".join(map(_letter, letters))


def lacks(source: str) -> bool:
    """Whether a document has characters that no font of LaTeX has."""
    return _MISSING in source.replace(MISSING, "")


def _letter(letter: str) -> str:
    """A character with the marks that follow it: m̂ is no character of its own."""
    return (len(letter) > 1 and _accented(letter)) or "".join(map(_char, letter))


def _char(char: str) -> str:
    if char in _SPECIAL:
        return _SPECIAL[char]
    if char.isascii():
        return char
    if char in _MATHS:
        after = r"\penalty500{}" if char in "·⋅" else ""
        return rf"\ensuremath{{{_MATHS[char]}}}{after}"
    return _TEXT.get(char) or _accented(char) or f"{_MISSING}{ord(char):04X}}}"


def _accented(char: str) -> str:
    """A letter with marks above or below it, "" where LaTeX has no such mark."""
    letter, *marks = list(unicodedata.normalize("NFD", char))
    if not letter.isascii() or not all(mark in _ACCENTS for mark in marks):
        simple = unicodedata.normalize("NFKC", char)
        return "".join(map(_char, simple)) if simple != char and simple.isascii() else ""
    text = (
        {"i": r"\i", "j": r"\j"}.get(letter, letter) if any(unicodedata.combining(m) == 230 for m in marks) else letter
    )
    for mark in marks:
        text = rf"\{_ACCENTS[mark]}{{{text}}}"
    return text
