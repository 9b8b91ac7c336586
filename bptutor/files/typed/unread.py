"""What of a sheet could not be read, in sentences for who typed it: the line, what stands there, how to write it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bptutor.answers import Answers
from bptutor.errors import Fault, Where, place
from bptutor.language import _


def unread(answers: Answers, labels: Mapping[str, str] | None = None) -> tuple[str, ...]:
    """A sentence for each cell that has no number in it, by its label or its id, and for each line that is no cell.

    >>> import bptutor
    >>> unread(bptutor.load_answers({"answers": {"net_h1": "37 %", "net_h2": 0.3925}}, bptutor.load("mazur")))
    ('Line 1, net1[1]: “37 %” cannot be read as a number; try: 0.75, -0.5, 1e-3 or 1/3',)
    """
    cells = [
        Fault(
            _("“{text}” cannot be read as a number").format(text=typed.text),
            Where("", typed.line, (labels or {}).get(name, name)),
            _("0.75, -0.5, 1e-3 or 1/3"),
        )
        for name, typed in answers.cells.items()
        if typed.value is None
    ]
    return sentences(sorted((*cells, *answers.unread), key=lambda fault: fault.where.line or 0))


def has_unread(answers: Answers) -> bool:
    """Whether something on a sheet could not be read."""
    return bool(answers.unread) or any(typed.value is None for typed in answers.cells.values())


def sentences(faults: Iterable[Fault]) -> tuple[str, ...]:
    """What is wrong with a sheet, a sentence each: where, what, and what to do."""
    return tuple(map(_sentence, faults))


def _sentence(fault: Fault) -> str:
    where = place(fault.where._replace(file="", key=fault.where.key.removeprefix("answers.")))
    said = f"{where}: {fault.message}" if where else fault.message
    said = said[:1].upper() + said[1:]
    return _("{said}; try: {hint}").format(said=said, hint=fault.hint) if fault.hint else said
