"""The published examples of `cases/` as students' sheets: each printed number in the cell of the page it stands in."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from bptutor.answers import Answers
from bptutor.files.library import load
from bptutor.problem import Problem
from bptutor.solution.trace import Trace
from tests.support.cases import BROWNLEE_GIVEN, CASES, DESCENT, SETTINGS, id_of, keys_of, places_of, variant_of
from tests.support.students import typed

Entry = dict[str, Any]


@dataclass(frozen=True, eq=False)
class Sheet:
    """A problem of a case, and by cell the printed numbers that stand on its page or can be asked of it."""

    case: str
    title: str
    problem: Problem
    entries: dict[str, Entry]

    @property
    def fewest(self) -> int:
        """The decimals of the roughest number that lost some."""
        return min(self._lost, default=max(places_of(entry["printed"]) for entry in self.entries.values()))

    @property
    def usual(self) -> int:
        """The decimals that most of its numbers were rounded to."""
        lost = Counter(self._lost).most_common(1)
        return lost[0][0] if lost else self.fewest

    @property
    def _lost(self) -> list[int]:
        return [min(places_of(entry["printed"]), _FLOAT) for entry in self.entries.values() if not _is_exact(entry)]

    def asked(self, decimals: int) -> Problem:
        """The problem, which asks for so many decimals."""
        return replace(self.problem, decimals=decimals)

    @property
    def answers(self) -> Answers:
        """All numbers as they were printed."""
        return Answers({cell: typed(entry["printed"]) for cell, entry in self.entries.items()})

    def __str__(self) -> str:
        return self.case + (f", {self.title}" if self.title else "")


def _is_exact(entry: Entry) -> bool:
    return "full_precision" in entry and Decimal(entry["printed"]) == Decimal(str(entry["full_precision"]))


# From the neutral name of a number to its cell

_NAME = re.compile(
    r"(?P<part>minus given\.|given\.|after\.|sample\[(?P<sample>\d)\]\.)?"
    r"(?P<plain>(?:net|out|act_deriv|error|dE_dout|delta|delta_in|(?:cost_)?grad_w|grad_b|[mv](?:_hat)?_w|dw|db|new_w|new_b)"
    r"\[.*?"
    r"|error\.(?:unit\[\d\]|total))(?:@(?P<update>\d))?"
)
_FLOAT = 12  # decimals that a float surely has; of what was printed with more, no more are asked
_AFTER = {"net": "net_after", "out": "out_after", "loss": "loss_after"}
_SPECIAL = {
    ("csdn-2-2-1-broadcast-bug", "error.out_minus_target[0]"): "error2[1]#1",
    ("csdn-2-2-1-broadcast-bug", "after.error.out_minus_target[0]"): "error2[1]#2",
    ("negnevitsky-2-2-1-threshold", "error.target_minus_out[0]"): "error2[1]",
    ("victorzhou-2-2-1-mse", "product dL/dw1"): "grad_w1[1,1]",
}


def _cell(case: str, name: str, tags: dict[str, str]) -> str | None:
    """The cell of a name on a page where each part of the working carries these tags."""
    if (case, name) in _SPECIAL:
        return _SPECIAL[case, name]
    match = _NAME.fullmatch(name)
    if match is None or (case.startswith("habr") and "error" in name):  # printed without its ½
        return None
    part = "sample" if match["sample"] else match["part"] or ""
    if part not in tags:
        return None
    cell = id_of(match["plain"])
    if tags[part] == "after":
        after = re.sub(r"^(net|out|loss)(?!\[)", lambda word: _AFTER[word[1]], cell)
        return None if after == cell else after  # of a single output nothing stands there
    if part == "sample":
        return f"{cell}@{int(match['sample']) + 1}" + (f"#{match['update']}" if match["update"] else "")
    return cell + (f"#{match['update']}" if match["update"] else tags[part])


# The sheets: of each case its page, and further pages for what stands on no page of the case itself

Spec = tuple[str, dict[str, Any], dict[str, str]]
_TWO_STEPS: Spec = ("two steps", {"steps": 2}, {"": "#1", "after.": "#2"})
_MORE: dict[str, list[Spec]] = {
    "brownlee-2-1-2-two-sign-editions": [
        ("newer edition", BROWNLEE_GIVEN, {"given.": ""}),
        ("older edition", BROWNLEE_GIVEN | DESCENT, {"minus given.": ""}),
    ],
    "karpathy-2-1-tanh-neuron": [("float32 bias", {}, {"": ""})],
    "union-2-2-1-threshold-no-derivative": [
        ("thresholds", {}, {"": ""}),
        ("thresholds after", {}, {"after.": ""}),
    ],
    "ailab-2-2-2-shared-bias-updated": [_TWO_STEPS],
    "hmkcode-2-2-1-linear": [_TWO_STEPS],
    "wikidocs-2-2-2-nobias": [_TWO_STEPS],
}
_CHANGES: dict[str, dict[str, Any]] = {
    # Its difference is output minus target, before and after an update.
    "csdn-2-2-1-broadcast-bug": {"conventions": {"delta": "gradient"}, "steps": 2},
}


def _sheet(case: str, title: str, changes: dict[str, Any], tags: dict[str, str]) -> Sheet:
    variant = title.startswith("thresholds") or title == "float32 bias"
    problem = variant_of(case, title).problem if variant else load(keys_of(case, **changes))
    trace, entries = Trace(problem), dict[str, Entry]()
    for entry in CASES[case]["published"]:
        cell = _cell(case, entry["name"], tags)
        if (".item()" in entry["symbol"]) == (title == "float32 bias") and cell and (name := _on_page(trace, cell)):
            entries[name] = entry
    return Sheet(case, title, problem, entries)


def _on_page(trace: Trace, cell: str) -> str:
    """The id of the cell, which for a shared bias has no number; nothing where it is not worked out."""
    try:
        quantity, at = trace.find(cell)
    except KeyError:
        return ""
    return trace.naming.id(quantity, at) if at is not None and trace.works_out(quantity, at) else ""


def _sheets(case: str) -> list[Sheet]:
    first = "#1" if SETTINGS[case].get("steps", 1) > 1 else ""
    page = ("", _CHANGES.get(case, {}), {"": first, "sample": "@", "after.": "after"})
    return [_sheet(case, *spec) for spec in (page, *_MORE.get(case, []))]


SHEETS = [sheet for case in CASES for sheet in _sheets(case)]
