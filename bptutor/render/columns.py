"""Columns and tables that write their rows on demand, whatever the medium."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np

from bptutor.engine.decimals import Show, widest
from bptutor.problem import Array

FEW = 40
"""Rows that a table shows unless all are asked for."""


class Column(NamedTuple):
    """A column: `texts` writes the rows of a slice, none of them longer than `width`."""

    title: str
    texts: Callable[[slice], list[str]]
    width: int
    numeric: bool = True


class Table(NamedTuple):
    """A table of `rows` rows, at least one."""

    title: str
    columns: tuple[Column, ...]
    rows: int

    @property
    def titles(self) -> list[str]:
        """What stands above the columns."""
        return [column.title for column in self.columns]

    @property
    def numeric(self) -> list[bool]:
        """Which columns are numbers."""
        return [column.numeric for column in self.columns]

    def texts(self, most: int | None = None) -> Iterator[tuple[str, ...]]:
        """The rows, at most so many of them, each as one text a column."""
        return zip(*(column.texts(slice(most)) for column in self.columns), strict=True)


class Section(NamedTuple):
    """A part of the page with its heading."""

    title: str
    tables: list[Table]


def words(title: str, texts: Sequence[str], *, numeric: bool = False) -> Column:
    """A column of texts that are at hand."""
    return Column(title, lambda rows: list(texts[rows]), max(map(len, texts)), numeric)


def joined(title: str, parts: Sequence[tuple[Column, int]]) -> Column:
    """One column below the other; each with how many rows it has."""
    starts = [sum(size for _column, size in parts[:n]) for n in range(len(parts) + 1)]

    def texts(rows: slice) -> list[str]:
        first, last, _step = rows.indices(starts[-1])
        cuts = (slice(max(first - start, 0), max(last - start, 0)) for start in starts)
        return [text for (column, _size), cut in zip(parts, cuts, strict=False) for text in column.texts(cut)]

    return Column(title, texts, max((column.width for column, _size in parts), default=0))


def numbers(title: str, show: Show, values: Array) -> Column:
    """A column of numbers; NaN is an empty place."""
    flat = np.ravel(values)
    known = ~np.isnan(flat)

    def texts(rows: slice) -> list[str]:
        part, has = flat[rows], known[rows]
        written = iter(show(part[has]))
        return [next(written) if there else "" for there in has.tolist()]

    return Column(title, texts, widest(show, [flat[known]]))
