"""A drawn network as a TikZ picture."""

from __future__ import annotations

from collections.abc import Iterator

from bptutor.worksheets.latex import latex_text
from bptutor.worksheets.network_layout import Drawing, Text

_POINTS = 0.75  # a pixel of the drawing


def network_tikz(drawing: Drawing) -> str:
    """The drawing as an environment of a document that loads tikz; all text escaped."""
    font = r"font=\sffamily\fontsize{8}{9.5}\selectfont"  # its letters are narrower than those of a web page
    head = rf"\begin{{tikzpicture}}[x={_POINTS}bp,y=-{_POINTS}bp,inner sep=0pt,align=center,{font}]"
    return "\n".join([head, *_shapes(drawing), r"\end{tikzpicture}"])


def _shapes(drawing: Drawing) -> Iterator[str]:
    for line in drawing.lines:
        yield rf"\draw[gray] ({line.x1:.1f},{line.y1:.1f}) -- ({line.x2:.1f},{line.y2:.1f});"
    for unit in drawing.units:
        size = f"minimum width={unit.box.width * _POINTS:.1f}bp,minimum height={unit.box.height * _POINTS:.1f}bp"
        corners = f"rounded corners={unit.box.height * _POINTS / 2 - 0.1:.1f}bp"
        yield _node(unit, f"draw,fill=white,{size},{corners}", first=r"\bfseries ")
    for number in drawing.numbers:
        size = f"minimum width={number.box.width * _POINTS:.1f}bp,minimum height={number.box.height * _POINTS:.1f}bp"
        turned = f",rotate={-number.box.angle:.1f}" if number.box.angle else ""
        yield _node(number, f"fill=white,{size}{turned}")


def _node(text: Text, style: str, first: str = "") -> str:
    lines = [f"{{{'' if place else first}{latex_text(line)}}}" for place, line in enumerate(text.lines)]
    content = r" \\ ".join(lines)
    return rf"\node[{style}] at ({text.box.x:.1f},{text.box.y:.1f}) {{{content}}};"
