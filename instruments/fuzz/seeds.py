"""What inputs are made from: the problems, sheets, tables and archives of this project, good and bad, by their kind."""

from __future__ import annotations

import json
from collections.abc import Mapping
from fractions import Fraction
from functools import cache
from pathlib import Path

from bptutor.files.library import load, names
from bptutor.files.sessions import Line, Setting, opening, record
from bptutor.render.sheet import header_row, sheet
from bptutor.solution.trace import Trace

ROOT = Path(__file__).parent.parent.parent
_LARGEST = 20_000  # bytes: what is longer is mostly more of the same
_PATTERNS: Mapping[str, tuple[str, ...]] = {
    "problem": ("problems/*.yaml", "tests/bad/*.yaml", "tests/mistyped/*.yaml", "tests/field/*/problem*.yaml"),
    "sheet": ("tests/sheets/*.yaml", "tests/bad_answers/*.yaml", "tests/field/*/sheet*.yaml", "examples/**/*.yaml"),
    "table": ("examples/**/*.csv", "tests/field/**/*.csv", "examples/**/*.xls", "tests/field/**/*.tsv"),
    "archive": ("examples/**/*.zip", "examples/**/*.xlsx", "tests/field/**/*.zip", "tests/field/**/*.xlsx"),
}
_POINTS = (
    b"scheme: cells\n",
    b"total: 20\nweights: {net: 1, out: 2, delta1: 1/2, new_w: 0.5}\nprices: {sign: 1/4, slip: 0.5}\n",
)
_COLUMNS = (b"Frage 1: net1[1]\nQ2: out1[1]\n",)
_TYPED = b"0.3775\n0,75\n1/3\nhint\n?\nwhy\nskip\nback\ngiven\n0.3\n0.4 0.5\n\xef\xbc\x9f\nx\n\nquit\n"


def _files(kind: str) -> list[bytes]:
    paths = [path for pattern in _PATTERNS[kind] for path in sorted(ROOT.glob(pattern))]
    return [data for path in paths if path.is_file() and len(data := path.read_bytes()) <= _LARGEST]


def _sheets() -> list[bytes]:
    """A sheet with all that is right for each problem of the library that is not too long."""
    pages = [(name, Trace(load(name))) for name in names()]
    return [text.encode() for name, page in pages if len(text := "".join(sheet(page, name, filled=True))) <= _LARGEST]


def _tables() -> list[bytes]:
    heading = "".join(header_row(Trace(load("mazur"))))
    rows = "".join(f"s{number},S{number},s{number}@x.org" + ",0.5" * heading.count(",") + "\n" for number in range(3))
    return [(heading + rows).encode()]


def _lines() -> list[bytes]:
    """Hand-ins as JSON, one a line."""
    answers = {"net1[1]": 0.3775, "out1": [0.5933, "0,5969"], "delta2": {"o1": "0.1385"}, "w5+": None}
    return ["".join(json.dumps({"student": f"s{n}", "answers": answers}) + "\n" for n in range(3)).encode()]


def _sessions() -> list[bytes]:
    setting = Setting(
        (ROOT / "problems" / "mazur.yaml").read_text("utf-8"), "mazur", "cell", "2026-01-02T03:04:05+01:00"
    )
    one, all_of_them = Fraction(1), Fraction(48)
    typed = [Line("0.3775", 1.5, one, all_of_them, 1, 60), Line("hint", 2.0, one, all_of_them, 1, 60, ("omit_bias",))]
    return [(opening(setting) + "".join(map(record, typed))).encode()]


@cache
def seeds() -> Mapping[str, tuple[bytes, ...]]:
    """The seeds of each kind."""
    tables = _tables() + _files("table")
    found = {
        "problem": _files("problem"),
        "sheet": _sheets() + _files("sheet"),
        "table": tables,
        "roster": tables,
        "archive": _files("archive"),
        "lines": _lines(),
        "session": _sessions(),
        "points": _POINTS,
        "columns": _COLUMNS,
        "typed": (_TYPED,),
    }
    return {kind: tuple(dict.fromkeys(data)) for kind, data in found.items()}
