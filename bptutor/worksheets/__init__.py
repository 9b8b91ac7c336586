"""Exercises on paper: what is given, the network drawn, tables to fill in, the key.

In: a `Trace`. Out: a `Worksheet` (`sheet.py`) that any format writes (`formats.py`: Markdown, HTML, LaTeX);
`network_layout.py` places the drawing, `network_svg.py`, `network_tikz.py` and `network_text.py` draw it.

    from bptutor.worksheets.formats import FORMATS
    from bptutor.worksheets.sheet import worksheet

    FORMATS["markdown"].write([worksheet(trace)])
"""
