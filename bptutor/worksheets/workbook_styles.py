"""How the cells of a workbook look."""

from __future__ import annotations

from typing import Any

_MOST_PLACES = 30  # what spreadsheets show
_BOX = {"border": 1, "border_color": "#808080"}
_SIDE = {"font_color": "#595959"}
_TEXT = {"quote_prefix": True}
"""What makes of `=1+1` a text for good, in Excel even when the cell is edited."""


def styles(decimals: int) -> dict[str, dict[str, Any]]:
    """The formats by their names, as XlsxWriter takes them, for numbers of so many decimals.

    What is right has a tick and what is not a question mark, so that nothing is said by colour alone.
    """
    number = "0." + "0" * min(decimals, _MOST_PLACES) if decimals else "0"
    return {
        "title": _TEXT | {"bold": True, "font_size": 14},
        "text": _TEXT | {"text_wrap": True, "valign": "top"},
        "heading": _TEXT | {"bold": True},
        "name": _TEXT | {"bold": True, "align": "right"},
        "label": _TEXT | _SIDE | {"font_size": 8, "align": "center"},
        "head": _TEXT | {"bold": True, "align": "center", "bottom": 1},
        "student": _TEXT | _BOX | {"bg_color": "#FFFFE5"},
        "given": _BOX | {"font_color": "#0000FF"},
        "formula": _BOX | {"num_format": number},
        "aside": _SIDE | {"num_format": number, "italic": True},
        "as given": _SIDE,
        "again": _SIDE | {"num_format": number},
        "answer": _BOX | {"num_format": number, "bg_color": "#FFFFE5"},
        "right": {"bg_color": "#C6E0B4", "font_color": "#1E4D0F", "num_format": f'{number}" ✓"'},
        "wrong": {"bg_color": "#FFD966", "font_color": "#5C3A00", "num_format": f'{number}" ?"'},
    }
