"""What cells of a workbook are called, so that a formula reads `=w_1*x_1+w_2*x_2+b_h1`.

Spreadsheets refuse names that look like a cell (`w1`, `NET1`: columns go up to XFD, so letters and digits will not do)
or like a row or column (`r`, `c`, `R1C1`), and take capital and small letters for the same; a name has letters, digits
and `_`. So a label keeps its letters, and gets an underscore where it needs one.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from bptutor.engine.naming import Naming
from bptutor.engine.quantities import KINDS, Index, Quantity

_WORDS = {"Δ": "step_", "δ": "delta", "η": "eta", "μ": "mu", "θ": "theta", "+": "_new", "/": "_"}
_OF_LOSS = {"loss": "loss", "loss_after": "loss_new"}  # E alone is no name that reads well
_LIKE_A_CELL = re.compile(r"([A-Za-z]+)([0-9]+)")
_TAKEN = re.compile(r"r[0-9]*c?[0-9]*|c[0-9]*|true|false", re.IGNORECASE)
_LONGEST = 200  # of 255 letters, so that there is room for what makes names differ


def name_of(text: str) -> str:
    """The text as a name that every spreadsheet takes.

    >>> name_of("w1"), name_of("net_h1"), name_of("dE/dw5"), name_of("w5+"), name_of("c"), name_of("1.1")
    ('w_1', 'net_h1', 'dE_dw5', 'w5_new', 'c_', '_1_1')
    """
    words = "".join(_WORDS.get(char, char) for char in unicodedata.normalize("NFC", text))
    name = "".join(char if _fits(char) else "_" for char in words)[:_LONGEST]
    if like := _LIKE_A_CELL.fullmatch(name):
        name = "_".join(like.groups())
    if not name or not (name[0].isalpha() or name[0] == "_"):
        name = f"_{name}"
    return f"{name}_" if _TAKEN.fullmatch(name) else name


def _fits(char: str) -> bool:
    """Letters and digits of all languages; spreadsheets are not trusted beyond the first plane of Unicode."""
    return char == "_" or (ord(char) < 0x10000 and (char.isalpha() or char.isdecimal()))


def cell_names(
    naming: Naming, cells: Iterable[tuple[Quantity, Index]], taken: Iterable[str] = ()
) -> dict[tuple[Quantity, Index], str]:
    """The names of the cells of one workbook, each once; `taken` are those of other things in it."""
    known, names = {name.casefold() for name in taken}, dict[tuple[Quantity, Index], str]()
    for cell in cells:
        name = free = name_of(_typed(naming, *cell))
        count = 1
        while free.casefold() in known:
            count += 1
            free = f"{name}_{count}"
        known.add(free.casefold())
        names[cell] = free
    return names


def _typed(naming: Naming, quantity: Quantity, index: Index) -> str:
    """The label as it is typed without Greek letters, `_s3` for a sample and `_k2` for a step behind it."""
    kind = KINDS[quantity.name]
    pattern = "slope_{}" if kind.of == "pairs" else _OF_LOSS.get(quantity.name) or kind.ascii or kind.label
    sample = f"_s{quantity.sample.replace('-', '_')}" if quantity.sample else ""
    step = f"_k{quantity.step}" if quantity.step else ""
    return pattern.format(naming.owner(quantity, index)) + sample + step
