"""LaTeX source: every text is printed as it is, and a plain installation compiles it."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from bptutor.files.library import load, names
from bptutor.solution.trace import Trace
from bptutor.worksheets import latex
from bptutor.worksheets.latex import lacks, latex_text
from bptutor.worksheets.sheet import worksheet
from bptutor.worksheets.tex import worksheets_latex

ENGINES = ("pdflatex", "lualatex", "xelatex")
TITLE = r"\input{/etc/passwd} <script>"
LETTERS = "".join(map(chr, [*range(0x20, 0x7F), *range(0xA0, 0x180), *range(0x391, 0x3CA)]))


def compiled(source: str, folder: Path) -> Path:
    """The PDF of a source, without a complaint; skips where there is no engine."""
    engine = next(filter(None, map(shutil.which, ENGINES)), None)
    if engine is None:
        pytest.skip("no LaTeX engine on this machine")
    (folder / "sheet.tex").write_text(source, "utf-8")
    options = ["-no-shell-escape", "-interaction=nonstopmode", "-halt-on-error", "sheet.tex"]
    try:
        done = subprocess.run([engine, *options], cwd=folder, capture_output=True, timeout=110, check=False)
    except subprocess.TimeoutExpired:
        pytest.skip("the LaTeX engine took too long")
    said = done.stdout.decode(errors="replace")
    if "File `tikz.sty' not found" in said:
        pytest.skip("no TikZ on this machine")
    assert done.returncode == 0, said[-2000:]
    assert not re.findall(
        r"^!.*|^Missing character.*|^Overfull \\hbox.*|^Overfull \\vbox \((?:[2-9]\d|\d{3,})\..*", said, re.MULTILINE
    )
    return folder / "sheet.pdf"


def text_of(pdf: Path) -> str:
    if not shutil.which("pdftotext"):
        pytest.skip("no pdftotext on this machine")
    done = subprocess.run(["pdftotext", "-layout", str(pdf), "-"], capture_output=True, encoding="utf-8", check=True)
    return done.stdout


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("plain 0.5", "plain 0.5"),
        (r"\input{x}", r"\textbackslash{}input\{x\}"),
        ("a_b^c", r"a\_b\textasciicircum{}c"),
        ("50% & #1", r"50\% \& \#1"),
        ("δ = −0.5", r"\ensuremath{\delta} = \ensuremath{-}0.5"),
        ("∂E/∂w₁₂", r"\ensuremath{\partial}E/\ensuremath{\partial}w\ensuremath{_{1}}\ensuremath{_{2}}"),
        ("½Σ(t − o)²", r"\ensuremath{\frac12}\ensuremath{\Sigma}(t \ensuremath{-} o)\ensuremath{^{2}}"),
        ("w1·x1", r"w1\ensuremath{\cdot}\penalty500{}x1"),
        ("Zoë Čapek ångström ñ ı", r"Zo\"{e} \v{C}apek \r{a}ngstr\"{o}m \~{n} \i{}"),
        ("ï", r"\"{\i}"),
        ("Łódź straße", r"\L{}\'{o}d\'{z} stra\ss{}e"),
        ("ﬁ", "fi"),
        ("--", "{-}{-}"),
        ("two\nlines\x1b[0m", r"two lines\textbackslash{}x1b[0m"),
        ("中", r"\missing{4E2D}"),
        ("\ud800", "{?}"),
        ("", ""),
    ],
)
def test_text(text: str, source: str) -> None:
    assert latex_text(text) == source


def test_any_character_becomes_plain_letters() -> None:
    for code in [*range(0x3000), *range(0xD7F0, 0xE000, 7), *range(0x1F300, 0x1F700, 3), 0x10FFFF]:
        source = latex_text(f"a{chr(code)}b")
        assert re.fullmatch(r"[\x20-\x7e]*", source), hex(code)
        assert source.count("{") - source.count(r"\{") == source.count("}") - source.count(r"\}"), hex(code)


def test_what_latex_lacks() -> None:
    trace = Trace(load("mazur"))
    assert not lacks(worksheets_latex([worksheet(trace, key=True)]))
    assert lacks(worksheets_latex([worksheet(trace, student="中文")]))


def test_a_document_of_the_whole_library_compiles(tmp_path: Path) -> None:
    traces = [Trace(load(name)) for name in names() if name != "hundred-steps"]
    sheets = [worksheet(trace, key=key) for trace in traces for key in (False, True)]
    compiled(worksheets_latex([*sheets, worksheet(Trace(load("hundred-steps")))]), tmp_path)


def test_every_letter_compiles(tmp_path: Path) -> None:
    everything = {*LETTERS, *latex._MATHS, *latex._TEXT, *"中文Ж🙂"}
    words = " ".join(sorted(char + char for char in everything))
    compiled(worksheets_latex([worksheet(Trace(load("mazur")), student=words)]), tmp_path)


def test_hostile_text_is_printed(tmp_path: Path) -> None:
    problem = {
        "title": TITLE,
        "source": r"\end{document} % $x$ ^^5cinput{x} #1 & ~ {",
        "notes": r"\immediate\write18{touch x}",
        "layers": [2, 2, 1],
        "activation": "sigmoid",
        "learning_rate": 0.5,
        "inputs": [1, 0.5],
        "targets": [1],
        "weights": [[[0.1, -0.2], [0.4, 0.3]], [[0.7, -0.5]]],
        "labels": {
            "inputs": ["\\x", "{"],
            "units": [["$h", "%h"], ["&"]],
            "weights": [[["a_b", "a^b"], ["~", '"']], [["``", "--"]]],
        },
    }
    trace = Trace(load(problem))
    sheets = [worksheet(trace, student=TITLE, key=key) for key in (False, True)]
    text = " ".join(text_of(compiled(worksheets_latex(sheets), tmp_path)).split())
    assert text.count(TITLE) == 4
    assert r"\end{document} % $x$" in text
    assert r"\immediate\write18{touch x}" in text
    assert "root:" not in text
    assert not (tmp_path / "x").exists()


def test_numbers_of_the_drawing_are_on_the_paper(tmp_path: Path) -> None:
    text = text_of(compiled(worksheets_latex([worksheet(Trace(load("mazur")))]), tmp_path))
    assert all(number in text for number in ("w1 = 0.15", "w5 = 0.4", "0.05", "b1 = 0.35", "0.99"))
