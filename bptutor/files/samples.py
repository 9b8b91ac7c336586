"""The samples of a problem file: one, as inputs and targets, or several."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from bptutor.files.contents import Contents
from bptutor.files.keys import PROBLEM
from bptutor.files.kinds import missing
from bptutor.language import _
from bptutor.problem import Array
from bptutor.refusals import Path

Row = tuple[Path, dict[str, Any]]  # where a sample stands, and its values


class Samples(NamedTuple):
    """Inputs and targets, a row a sample; None where there are none, or where a fault of them is reported.

    `targeted`: whether there are targets, right or wrong; `targets_path`: where they stand.
    """

    inputs: Array | None
    targets: Array | None
    targeted: bool
    targets_path: Path


def samples(contents: Contents, layers: list[int]) -> Samples:
    """All samples; `layers` is empty where it could not be read."""
    several = contents.typed("samples")
    rows = _several(contents) if several else _single(contents)
    targeted = [contents.typed(*path, "targets") for path, _row in rows]
    if several and len(set(targeted)) > 1:
        hint = _("give every sample its targets, or none")
        contents.report(("samples",), _("some samples have targets and some have none"), hint)
    return Samples(
        _array(contents, rows, "inputs", layers[:1], _("one for each input")),
        _array(contents, rows, "targets", layers[-1:], _("one for each output unit")),
        any(targeted),
        ("samples",) if several else ("targets",),
    )


def _single(contents: Contents) -> list[Row]:
    if not contents.typed("inputs"):
        missing(contents.place, contents.root, "inputs", PROBLEM["inputs"])
    return [((), contents.values)]


def _several(contents: Contents) -> list[Row]:
    for key in ("inputs", "targets"):
        if contents.typed(key):
            message = _("{key} stand both here and in samples").format(key=key)
            contents.report((key,), message, _("keep one of the two"))
    return [(("samples", i), sample) for i, sample in enumerate(contents["samples"] or (), 1)]


def _array(contents: Contents, rows: list[Row], key: str, units: list[int], each: str) -> Array | None:
    fitting = [
        row[key]
        for path, row in rows
        if key in row and units and contents.counts((*path, key), len(row[key]), units[0], each)
    ]
    return np.array(fitting, dtype=float) if fitting and len(fitting) == len(rows) else None
