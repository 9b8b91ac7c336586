"""The cells of a page, and how many students have which verdict on each."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from bptutor.marking.verdicts import VERDICTS

_INDEX = re.compile(r"\[[^\]]*\]")
_KIND = re.compile(r"[a-z]*(?:_after)?")
_ENOUGH = 1 << 15  # bytes of verdicts that are counted together


class Cell(NamedTuple):
    """A cell of the page, and what it is a part of: one wrong rule spoils all cells of a kind."""

    id: str
    label: str

    @property
    def quantity(self) -> str:
        """The id of the quantity that the cell is of."""
        return _INDEX.sub("", self.id)

    @property
    def kind(self) -> str:
        """What the number is, whatever its layer, unit, sample and step: `net`, `grad`, `loss_after`."""
        return _KIND.match(self.id)[0]  # type: ignore[index]  # it matches the empty text


class CellCounts(NamedTuple):
    """How many students have each verdict on a cell, in the order of `VERDICTS`."""

    cell: Cell
    students: tuple[int, ...]

    def share(self, verdict: str) -> float:
        """What part of the students has this verdict."""
        return self.students[VERDICTS.index(verdict)] / max(1, sum(self.students))

    @property
    def right(self) -> float:
        """What part of the students has it right."""
        return self.share("right") + self.share("right_carried")

    def as_dict(self) -> dict[str, Any]:
        """The counts and the shares as plain data."""
        counts = zip(VERDICTS, self.students, strict=True)
        verdicts = {verdict: {"students": n, "share": round(self.share(verdict), 4)} for verdict, n in counts}
        return {"id": self.cell.id, "label": self.cell.label, "verdicts": verdicts}


class ClassPage:
    """The verdicts on the sheets of one variant, counted many at a time."""

    def __init__(self, place: int, cells: int):
        self.place, self.students = place, 0
        self.counts: NDArray[np.int64] = np.zeros((cells, len(VERDICTS)), np.int64)
        self._waiting, self._alike = bytearray(), list[int]()

    def add(self, verdicts: bytes, students: int) -> None:
        """Counts a sheet that so many handed in."""
        self.students += students
        self._waiting += verdicts
        self._alike.append(students)
        if len(self._waiting) >= _ENOUGH:
            self.settle()

    def settle(self) -> None:
        """Brings the counts up to date."""
        cells, kinds = self.counts.shape
        if self._waiting:
            verdicts = np.frombuffer(bytes(self._waiting), np.uint8).reshape(-1, cells)
            codes, alike = verdicts + kinds * np.arange(cells), np.repeat(self._alike, cells)
            found = np.bincount(codes.ravel(), alike, minlength=self.counts.size)  # whole numbers, as floats
            self.counts += found.reshape(cells, kinds).astype(np.int64)
            self._waiting.clear()
            self._alike.clear()
