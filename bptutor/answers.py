"""What a sheet of answers is: the numbers a student typed, each with its text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from bptutor.errors import Fault


class Typed(NamedTuple):
    """One answer as typed; a blank has none.

    `value` is None for what cannot be read as a number. `decimals` says how far the text goes: 2 for `0.50`, 3 for
    `1e-3`, 0 for `12`, −2 for `3e2`, None for a fraction, which is exact.
    """

    text: str
    value: float | None
    decimals: int | None = None
    line: int | None = None


@dataclass(frozen=True)
class Answers:
    """A student's sheet: cell ids of the problem, and what was typed for each; what is blank is absent.

    `problem` is the problem that the sheet itself names, `variant` which of several. `unread` has the lines of the
    sheet that could not be taken for cells, each with its reason; a cell that has no number in it is in `cells`.

    >>> import bptutor
    >>> sheet = bptutor.load_answers({"student": "s01", "answers": {"net_h1": "0.3775"}}, bptutor.load("mazur"))
    >>> sheet.student, sheet.cells["net1[1]"].value, sheet.cells["net1[1]"].decimals
    ('s01', 0.3775, 4)
    >>> sheet
    <Answers 's01': 1 filled in>
    """

    cells: Mapping[str, Typed] = field(default_factory=dict)
    student: str = ""
    problem: str = ""
    variant: str = ""
    file: str = ""
    unread: tuple[Fault, ...] = ()

    def __repr__(self) -> str:
        whose = f" {self.student!r}" if self.student else ""
        unread = f", {len(self.unread)} unread" if self.unread else ""
        return f"<Answers{whose}: {len(self.cells)} filled in{unread}>"
